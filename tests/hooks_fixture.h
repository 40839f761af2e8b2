/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_fixture.h - the hooks through the public API over the fake engine. Each test program has its own.
 *
 * The plugins are real ones, so that admission has something to read. What a guest is given is kept and compared as a
 * whole; what it answers is written as JSON, with ' in place of ", or as a struct.
 */
#ifndef TESTS_HOOKS_FIXTURE_H
#define TESTS_HOOKS_FIXTURE_H

#include "base/buffer.h"
#include "cclb.h"
#include "counting_allocator.h"
#include "engine/fake.h"
#include "table.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HOOK_NS = 7 }; /* how long a hook takes, by the fixture's clock */

/* One kit, and the reference under which its plugins are called in its own form. */
struct kit {
    cclb_form form;
    cclb_reference reference;
    const char *version;
};

enum { KITS = 4 };

static const struct kit kits[KITS] = {
    {CCLB_FORM_W2, CCLB_REFERENCE_0_1_1, "0.1.0"},
    {CCLB_FORM_W6, CCLB_REFERENCE_0_1_2, "0.1.1"},
    {CCLB_FORM_W8, CCLB_REFERENCE_0_1_4, "0.1.2"},
    {CCLB_FORM_W9, CCLB_REFERENCE_0_3_0, "0.2.0"},
};

/* What the log was told of one call. What its pointers pointed to is copied; they themselves must not be followed. */
struct logged {
    cclb_call_record record;
    char principal[64];
    char plugin[64];
    cclb_error fault;
    bool has_fault;
    bool has_digest;
    uint8_t digest[CCLB_DIGEST_SIZE];
};

static struct hooks_fixture {
    struct counting_allocator counts;
    _Atomic uint64_t now_ns;
    cclb_runtime *runtime;
    cclb_error error;
    struct fake_script script;
    cclb_buffer answers[CCLB_HOOK_COUNT]; /* that the script points to */
    uint32_t guest_calls;
    cclb_buffer input; /* that a guest was given last */
    uint32_t log_calls;
    uint32_t log_faults; /* of them, that had a fault */
    cclb_error last_fault;
    struct logged logged; /* last */
} fixture;

static inline uint64_t fixture_now(void *context)
{
    (void)context;
    return atomic_load(&fixture.now_ns);
}

static inline cclb_buffer copy_of(cclb_bytes bytes)
{
    cclb_buffer copy;
    assert_int_equal(buffer_init(&copy, bytes.len, NULL, &fixture.error), CCLB_OK);
    if (bytes.len > 0) {
        memcpy(copy.data, bytes.data, bytes.len);
    }
    return copy;
}

static inline void fixture_hook(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    cclb_buffer_deinit(&fixture.input);
    fixture.input = copy_of(input);
    fixture.guest_calls++;
    atomic_fetch_add(&fixture.now_ns, HOOK_NS);
}

static inline void fixture_log(void *context, const cclb_call_record *record)
{
    struct logged *logged = context;
    fixture.log_calls++;
    *logged = (struct logged){.record = *record, .has_fault = record->fault, .has_digest = record->digest};
    snprintf(logged->principal, sizeof logged->principal, "%.*s", (int)record->principal.len,
             (const char *)record->principal.data);
    snprintf(logged->plugin, sizeof logged->plugin, "%.*s", (int)record->plugin.len, (const char *)record->plugin.data);
    if (record->fault) {
        logged->fault = *record->fault;
        fixture.last_fault = *record->fault;
        fixture.log_faults++;
    }
    if (record->digest) {
        memcpy(logged->digest, record->digest, sizeof logged->digest);
    }
}

/* Puts fixture.script in force, whatever has become of it. */
static inline void fixture_play(void)
{
    fixture.script.in_hook = fixture_hook;
    fake_script_set(&fixture.script);
}

static inline cclb_runtime_options fixture_options(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.allocator = counting_allocator(&fixture.counts);
    options.clock.now_ns = fixture_now;
    options.host_ticks = true;
    options.stores_max = 2;
    options.log = (cclb_log){.call = fixture_log, .context = &fixture.logged};
    return options;
}

/* A runtime with other options in place of the one there was. */
static inline void fixture_restart(const cclb_runtime_options *options)
{
    assert_int_equal(cclb_runtime_destroy(fixture.runtime, &fixture.error), CCLB_OK);
    fixture.runtime = NULL;
    if (cclb_runtime_create(options, &fixture.runtime, &fixture.error) != CCLB_OK) {
        fail_msg("%s", fixture.error.message);
    }
}

static inline int set_up(void **state)
{
    (void)state;
    memset(&fixture, 0, sizeof fixture);
    atomic_store(&fixture.now_ns, 1000);
    cclb_runtime_options options = fixture_options();
    fixture_restart(&options);
    fixture_play();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    assert_int_equal(cclb_runtime_destroy(fixture.runtime, &fixture.error), CCLB_OK);
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        cclb_buffer_deinit(&fixture.answers[i]);
    }
    cclb_buffer_deinit(&fixture.input);
    fake_script_set(NULL);
    assert_int_equal(fake_alive(), 0);
    assert_int_equal(atomic_load(&fixture.counts.live), 0);
    return 0;
}

/* ---- plugins ---- */

/* Registers plugins/PLUGIN-pdkVERSION.wasm. */
static inline cclb_status try_register(const char *key, cclb_slot_kind kind, const char *plugin, const struct kit *kit,
                                       cclb_failure_policy policy)
{
    char path[128];
    snprintf(path, sizeof path, "plugins/%s-pdk%s.wasm", plugin, kit->version);
    cclb_bytes wasm = data_file(path);
    cclb_slot_options options = cclb_slot_options_init();
    options.has_reference = true;
    options.reference = kit->reference;
    options.failure_policy = policy;
    fake_script_set(NULL); /* its trial calls are not the test's */
    cclb_status status =
        cclb_slot_register(fixture.runtime, cclb_global_key(key), kind, wasm, &options, NULL, &fixture.error);
    fixture_play();
    free((void *)(uintptr_t)wasm.data);
    return status;
}

static inline void register_plugin(const char *key, cclb_slot_kind kind, const char *plugin, const struct kit *kit)
{
    if (try_register(key, kind, plugin, kit, CCLB_FAILURE_FAIL_CLOSED) != CCLB_OK) {
        fail_msg("%s: %s", plugin, fixture.error.message);
    }
}

static inline cclb_target target_of(const char *key)
{
    return cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text(key));
}

/* ---- what a guest answers and what it is given ---- */

/* JSON with ' in place of ", as it is meant; until the next call. */
static inline cclb_bytes json(const char *text)
{
    static char copy[1 << 16];
    size_t len = strlen(text);
    assert_true(len < sizeof copy);
    for (size_t i = 0; i <= len; i++) {
        copy[i] = text[i] == '\'' ? '"' : text[i];
    }
    return cclb_bytes_of(copy, len);
}

/* The script's answer from now on; the archive is the fixture's to free. */
static inline void answer_archive(cclb_hook hook, cclb_buffer archive)
{
    cclb_buffer_deinit(&fixture.answers[hook]);
    fixture.answers[hook] = archive;
    fixture.script.answer[hook] = cclb_bytes_of(archive.data, archive.len);
    fixture_play();
}

static inline void answer(cclb_hook hook, const char *text)
{
    cclb_buffer archive = {0};
    if (cclb_archive_from_json(cclb_text(cclb_answer_type(hook)), CCLB_FORM_W9, json(text), NULL, &archive,
                               &fixture.error) != CCLB_OK) {
        fail_msg("%s: %s", text, fixture.error.message);
    }
    answer_archive(hook, archive);
}

/* The same from the C struct of the hook's answer. */
static inline void answer_message(cclb_hook hook, const void *message)
{
    const struct wire_type *type = wire_answer_type(hook);
    size_t size = 0;
    if (wire_measure(type, CCLB_FORM_W9, message, &size, &fixture.error) != CCLB_OK) {
        fail_msg("%s", fixture.error.message);
    }
    cclb_buffer archive;
    assert_int_equal(buffer_init(&archive, size, NULL, &fixture.error), CCLB_OK);
    wire_write(type, CCLB_FORM_W9, message, archive.data, size);
    answer_archive(hook, archive);
}

/* Bytes as they are. */
static inline void answer_bytes(cclb_hook hook, cclb_bytes bytes)
{
    answer_archive(hook, copy_of(bytes));
}

/* That a guest was given this request and no other, down to the byte: of each message there is one archive. */
static inline void expect_given(cclb_hook hook, cclb_form form, const char *text)
{
    cclb_bytes type = cclb_text(cclb_request_type(hook));
    cclb_bytes input = cclb_bytes_of(fixture.input.data, fixture.input.len);
    cclb_buffer wanted = {0};
    if (cclb_archive_from_json(type, form, json(text), NULL, &wanted, &fixture.error) != CCLB_OK) {
        fail_msg("%s: %s", text, fixture.error.message);
    }
    if (!cclb_bytes_equal(input, cclb_bytes_of(wanted.data, wanted.len))) {
        cclb_buffer given = {0};
        cclb_status status = cclb_archive_to_json(type, form, input, NULL, &given, &fixture.error);
        fail_msg("in form %s a guest was given\n%s\nand not\n%s", cclb_form_name(form),
                 status == CCLB_OK ? (const char *)given.data : fixture.error.message, text);
    }
    cclb_buffer_deinit(&wanted);
}

/* ---- vectors (spec/wire.md section 11) ---- */

static inline unsigned hex_value(char digit)
{
    return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a') + 10;
}

/* The bytes of a field, "-" if there are none; returns how many. */
static inline size_t unhex(const char *hex, uint8_t *bytes)
{
    size_t len = *hex == '-' ? 0 : strlen(hex) / 2;
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
    }
    return len;
}

/* Calls `each` for every line of the vectors that starts so; how many there were. */
static inline size_t each_vector(const char *start, void (*each)(const char *line))
{
    cclb_bytes file = data_file("../../spec/vectors/wire-vectors.txt");
    size_t count = 0;
    for (const char *line = (const char *)file.data; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, start, strlen(start)) == 0) {
            each(line);
            count++;
        }
    }
    free((void *)(uintptr_t)file.data);
    return count;
}

/* ---- outcomes ---- */

/* That a call failed as it should; `message` is what the error's begins with. */
static inline void expect_fault(cclb_status status, cclb_status wanted, uint32_t rule, const char *message)
{
    const cclb_error *error = &fixture.error;
    if (status == CCLB_OK) {
        fail_msg("no failure, but it should be: %s", message);
    }
    if (status != wanted || error->status != wanted || error->rule != rule ||
        strncmp(error->message, message, strlen(message)) != 0) {
        fail_msg("%s, rule %u: %s\nand not %s, rule %u: %s", cclb_status_name(status), error->rule, error->message,
                 cclb_status_name(wanted), rule, message);
    }
}

static inline void expect_ok(cclb_status status)
{
    if (status != CCLB_OK) {
        fail_msg("%s: %s", cclb_status_name(status), fixture.error.message);
    }
}

static inline void expect_text(cclb_bytes bytes, const char *wanted)
{
    if (!cclb_bytes_equal(bytes, cclb_text(wanted))) {
        fail_msg("'%.*s' and not '%s'", (int)bytes.len, (const char *)bytes.data, wanted);
    }
}

/* That nothing is in use any more. */
static inline void expect_nothing_open(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
    assert_int_equal(info.stores_used, 0);
    assert_int_equal(info.leases_open, 0);
}

#endif
