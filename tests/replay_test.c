/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_test.c - every plugin of tests/data/plugins/MANIFEST.tsv that is admitted is called as a filter, in the terms of
 * the wire and of a proxy, and each call that fails leaves a capsule that gives the same fault again: in a runtime of its
 * own, made from nothing but the capsule.
 *
 * usage: replay_test checked|guarded|on_demand
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

enum { CANDIDATES = 2, BODY_BYTES = 4096 };

struct run {
    cclb_runtime *runtime;
    char *capsule; /* of the last failed call; NULL: it left none */
    size_t wire_faults;
    size_t proxy_faults; /* among them those of judged answers: */
    size_t answers_unread;
    size_t answers_refused;
};

static void take(void *context, cclb_bytes json, const cclb_capsule_info *info)
{
    struct run *run = context;
    EXPECT(run->capsule == NULL);
    EXPECT(info->readable && info->has_input);
    run->capsule = strndup((const char *)json.data, json.len);
}

/* The message of a capsule is that of the fault, but for what stands between backquotes where an answer was refused. */
static bool is_message_of(const char *message, const cclb_error *error)
{
    const char *fault = error->message;
    size_t len = strlen(fault);
    const char *first = error->phase == CCLB_PHASE_ANSWER ? strchr(fault, '`') : NULL;
    size_t start = first ? (size_t)(first - fault) + 1 : len;
    size_t end = first ? (size_t)(strrchr(fault, '`') - fault) : len;
    return strlen(message) == len && memcmp(message, fault, start) == 0 && strcmp(message + end, fault + end) == 0 &&
           (start >= end || strspn(message + start, "*") == end - start);
}

/* What a failed call left, called again. */
static void replay(struct run *run, const char *name, cclb_bytes wasm, const cclb_error *fault)
{
    cclb_error error = {0};
    cclb_capsule *capsule = NULL;
    cclb_runtime *runtime = NULL;
    cclb_handle *handle = NULL;
    cclb_replay result;
    EXPECT_OR(run->capsule != NULL, name);
    EXPECT_OR(cclb_capsule_read(cclb_text(run->capsule), NULL, &capsule, &error) == CCLB_OK, error.message);
    const cclb_capsule_info *info = cclb_capsule_describe(capsule);
    EXPECT_OR(is_message_of(info->fault.message, fault), info->fault.message);
    cclb_runtime_options options = cclb_runtime_options_init();
    options.stores_max = 1;
    cclb_capsule_options_set(capsule, &options);
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    cclb_slot_key key = cclb_global_key("replayed");
    EXPECT_OR(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK, error.message);
    EXPECT_OR(cclb_handle_create(runtime, key, &handle, &error) == CCLB_OK, error.message);
    EXPECT_OR(cclb_capsule_replay(capsule, handle, &result, &error) == CCLB_OK, error.message);
    EXPECT_OR(result.same && !result.other_module, name);
    cclb_handle_destroy(handle);
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
    cclb_capsule_destroy(capsule);
    free(run->capsule);
    run->capsule = NULL;
}

static void call_by_wire(struct run *run, const char *name, cclb_bytes wasm, cclb_form form)
{
    char path[64];
    snprintf(path, sizeof path, "requests/filter-1k.%s.bin", form >= CCLB_FORM_W8 ? "W9" : cclb_form_name(form));
    cclb_bytes request = data_file(path);
    cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text(name));
    cclb_lease lease = {0};
    cclb_error error;
    if (cclb_call_raw(run->runtime, &target, CCLB_HOOK_FILTER, &request, 1, &lease, &error) != CCLB_OK) {
        run->wire_faults++;
        replay(run, name, wasm, &error);
    }
    cclb_lease_return(&lease);
    free((void *)(uintptr_t)request.data);
}

static void call_as_proxy(struct run *run, const char *name, cclb_bytes wasm)
{
    static char text[BODY_BYTES];
    memset(text, 'x', sizeof text);
    const cclb_bytes body = cclb_bytes_of(text, sizeof text);
    const cclb_candidate candidates[CANDIDATES] = {
        {.id = cclb_uuid_from_name(cclb_text("east")), .name = cclb_text("east")},
        {.id = cclb_uuid_from_name(cclb_text("west")), .name = cclb_text("west")},
    };
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.body = (cclb_spans){&body, 1};
    request.candidates = candidates;
    request.candidate_count = CANDIDATES;
    cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text(name));
    cclb_filter_result result = {0};
    cclb_error error;
    if (cclb_filter(run->runtime, &target, &request, &result, &error) != CCLB_OK) {
        run->proxy_faults++;
        run->answers_unread += error.status == CCLB_DECODE;
        run->answers_refused += error.phase == CCLB_PHASE_ANSWER;
        replay(run, name, wasm, &error);
    }
    cclb_lease_return(&result.lease);
}

/* How long it takes to touch all the memory there may be is the machine's business: its outcome need not be the same. */
static bool is_a_matter_of_time(const char *name)
{
    return strstr(name, "mem-bomb") != NULL;
}

static void manifest_row(void *context, const struct table_row *row)
{
    struct run *run = context;
    const char *name = row->column[0];
    bool is_filter = strncmp(row->column[3], "filter", 6) == 0;
    if (strcmp(row->column[4], "yes") != 0 || !is_filter || is_a_matter_of_time(name)) {
        return;
    }
    char path[128];
    snprintf(path, sizeof path, "plugins/%s", name);
    cclb_bytes wasm = data_file(path);
    cclb_error error;
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    cclb_slot_key key = cclb_global_key(name);
    EXPECT_OR(cclb_slot_register(run->runtime, key, CCLB_SLOT_FILTER, wasm, &options, NULL, &error) == CCLB_OK, name);
    call_by_wire(run, name, wasm, cclb_form_from_name(cclb_bytes_of(row->column[2], 2)));
    call_as_proxy(run, name, wasm);
    EXPECT_EQUAL(cclb_slot_evict(run->runtime, key, NULL, &error), CCLB_OK);
    free((void *)(uintptr_t)wasm.data);
}

int main(int argc, char **argv)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    if (argc != 2 || !cclb_isolation_from_name(cclb_text(argv[1]), &options.isolation)) {
        fprintf(stderr, "usage: replay_test checked|guarded|on_demand\n");
        return 2;
    }
    struct run run = {0};
    cclb_error error;
    options.stores_max = 2;
    options.capsules.call = take;
    options.capsules.context = &run;
    options.capsules.count_max = UINT32_MAX;
    expect_case = argv[1];
    EXPECT_OR(cclb_runtime_create(&options, &run.runtime, &error) == CCLB_OK, error.message);
    EXPECT_EQUAL(table_each("plugins/MANIFEST.tsv", manifest_row, &run), 214);
    EXPECT_OR(cclb_runtime_destroy(run.runtime, &error) == CCLB_OK, error.message);
    EXPECT_EQUAL(run.wire_faults, 33); /* as many rows say "fault" */
    EXPECT(run.answers_unread > 0 && run.answers_refused > 0);
    printf("%s: the same fault again for %zu calls in the terms of the wire and %zu in those of a proxy; of these %zu "
           "answers did not read, and %zu were refused\n",
           argv[1], run.wire_faults, run.proxy_faults, run.answers_unread, run.answers_refused);
    return 0;
}
