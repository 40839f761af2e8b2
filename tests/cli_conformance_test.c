/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_conformance_test.c - what `cclb conformance` asks, and that it sees what no sandbox lets a real plugin do: give
 * other answers to the same request, which takes a fake.
 */

#include "../cli/conformance_run.h"
#include "../cli/conformance_text.h"

#include "runtime_fixture.h"
#include "wire/wire.h"
#include "wire_vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARCHIVE_MAX_BYTES = 60 << 10
}; /* in one page of memory there is room for it, and for a guest's own few things */

/* The archive of a message, which the caller frees. */
static cclb_bytes encode(const struct message *message, cclb_form form)
{
    const struct wire_type *type = wire_request_type(message->hook);
    cclb_error error;
    size_t size;
    if (wire_measure(type, form, &message->as, &size, &error) != CCLB_OK) {
        fail_msg("%s", error.message);
    }
    uint8_t *archive = malloc(size);
    assert_non_null(archive);
    wire_write(type, form, &message->as, archive, size);
    return cclb_bytes_of(archive, size);
}

static void drop(cclb_bytes archive)
{
    free((void *)(uintptr_t)archive.data);
}

static void the_harness_asks_what_the_published_ones_ask(void **state)
{
    (void)state;
    struct wire_vectors vectors;
    size_t seen = 0;
    size_t events = 0;
    wire_vectors_init(&vectors, CCLB_SOURCE_DIR "/spec/vectors/wire-vectors.txt");
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        if (line->kind != 'P' || strncmp(line->name, "conformance-", strlen("conformance-")) != 0) {
            continue;
        }
        size_t count;
        cclb_hook hook = cclb_hook_from_name(cclb_text(line->hook));
        const struct message *messages = harness_requests(hook, &count);
        size_t place = hook == CCLB_HOOK_OBSERVE ? events++ % count : 0;
        cclb_bytes archive = encode(&messages[place], cclb_form_from_name(cclb_text(line->form)));
        assert_true(cclb_bytes_equal(archive, cclb_bytes_of(line->archive, line->archive_len)));
        drop(archive);
        seen++;
    }
    wire_vectors_deinit(&vectors);
    assert_int_equal(seen, 16);
    assert_int_equal(events, 6);
}

/* No two requests of a hook are the same, or one of them would be no request between two others. */
static void requests_are_archives_in_every_form_and_differ(void **state)
{
    (void)state;
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        struct conformance_requests requests;
        assert_true(conformance_requests_make(hook, &requests));
        assert_true(requests.count > 6 && requests.count <= REQUESTS_MAX);
        for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
            cclb_bytes archives[REQUESTS_MAX];
            for (size_t i = 0; cclb_form_has_hook(form, hook) && i < requests.count; i++) {
                archives[i] = encode(&requests.items[i].message, form);
                assert_true(archives[i].len <= ARCHIVE_MAX_BYTES);
                for (size_t j = 0; j < i; j++) {
                    assert_false(cclb_bytes_equal(archives[i], archives[j]));
                }
            }
            for (size_t i = 0; cclb_form_has_hook(form, hook) && i < requests.count; i++) {
                drop(archives[i]);
            }
        }
        conformance_requests_free(&requests);
    }
}

/* The filter of the fixture, admitted in a runtime that has room for the answers that are compared. */
struct subject {
    struct plugin plugin;
    struct document document;
    struct conformance_run *run;
    cclb_error error;
};

static struct subject run_over(struct fixture *fixture, const struct fake_script *script)
{
    static const char document[] =
        "{\"request\": {\"method\": \"POST\", \"path\": \"/\", \"candidates\": [{\"name\": \"east\"}]}}";
    struct subject subject = {.plugin.options = test_options(fixture), .run = malloc(sizeof *subject.run)};
    struct plugin *plugin = &subject.plugin;
    cclb_error *error = &subject.error;
    assert_non_null(subject.run);
    plugin->options.stores_max = 4;
    plugin->options.metering = true;
    plugin->options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    plugin->module = (struct file){(uint8_t *)(uintptr_t)fixture->filter.data, fixture->filter.len};
    assert_int_equal(cclb_runtime_create(&plugin->options, &plugin->runtime, error), CCLB_OK);
    assert_int_equal(
        cclb_admit(plugin->runtime, fixture->filter, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &plugin->report, error),
        CCLB_OK);
    assert_int_equal(plugin->report->verdict.status, CCLB_OK);
    /* The same is in the slot already when the run opens it, and is not tried with what the script has for calls. */
    cclb_slot_options options = cclb_slot_options_init();
    options.has_reference = true;
    options.reference = plugin->report->reference;
    assert_int_equal(cclb_slot_register(plugin->runtime, cclb_global_key("filter"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, NULL, error),
                     CCLB_OK);
    assert_int_equal(cclb_host_document_read(cclb_text(document), NULL, &subject.document.read, error), CCLB_OK);
    fake_script_set(script);
    assert_int_equal(conformance_run(plugin, &subject.document, subject.run, error), CCLB_OK);
    return subject;
}

static void end(struct subject *subject)
{
    cclb_error error;
    cclb_host_document_destroy(subject->document.read);
    cclb_report_destroy(subject->plugin.report);
    assert_int_equal(cclb_runtime_destroy(subject->plugin.runtime, &error), CCLB_OK);
    free(subject->run);
}

static void a_plugin_that_keeps_to_it_is_told_so(void **state)
{
    struct subject subject = run_over(*state, &(struct fake_script){.memory_bytes = 4 << 20});
    struct conformance_counts counts = conformance_count(subject.run);
    char place[CONFORMANCE_PLACE_SIZE];
    assert_int_equal(subject.run->hook_count, 1);
    assert_int_equal(counts.requests, 16);
    assert_int_equal(counts.failed, 0);
    assert_int_equal(counts.differing, 0);
    assert_null(conformance_first_fault(subject.run, place));
    assert_null(host_answers_refusal(&subject.run->hooks[0].hosts));
    assert_int_equal(subject.run->hooks[0].hosts.count, 2); /* those of 0.1.4 and 0.3.0 */
    assert_int_equal(counts.refused, 0);
    assert_int_equal(subject.run->hooks[0].growth.count, GROWTH_POINTS);
    assert_int_equal(subject.run->hooks[0].growth.fuel, GROWTH_CONSTANT);
    end(&subject);
}

/* Whether the page of a run has the text, once. */
static void assert_told(const struct subject *subject, const char *text)
{
    struct session session;
    assert_true(session_init(&session, false));
    conformance_print(&session, "p.wasm", subject->plugin.report, subject->run);
    assert_int_equal(fflush(session.out), 0);
    const char *found = strstr(session.text, text);
    if (found == NULL || strstr(found + 1, text)) {
        fail_msg("not once %s in %s", text, session.text);
    }
    assert_int_equal(fclose(session.out), 0);
    free(session.text);
}

static void a_plugin_of_several_kinds_has_to_be_told_which(void **state)
{
    struct subject subject = run_over(*state, &(struct fake_script){.memory_bytes = 4 << 20});
    assert_told(&subject, "\n  slots: filter\n");
    subject.run->hook_count = 3;
    subject.run->hooks[1] = (struct hook_run){.hook = CCLB_HOOK_SHAPE, .noop = true, .kind = CCLB_SLOT_FILTER};
    subject.run->hooks[2] = (struct hook_run){.hook = CCLB_HOOK_OBSERVE, .noop = true, .kind = CCLB_SLOT_OBSERVE};
    assert_told(&subject, "\n  slots: filter, observe; it has to be told which (rule R106)\n");
    end(&subject);
}

static void memory_that_the_oldest_harness_lacks_is_told(void **state)
{
    struct subject subject = run_over(*state, &(struct fake_script){.memory_bytes = 4 << 20});
    subject.run->hooks[0].requests[3].memory_bytes = 64 << 20;
    assert_told(&subject, "\n  memory: up to 64.0 MiB; conformance 0.2.0 has 64 MiB, later ones what the runtime has "
                          "(rule R108)\n");
    subject.run->hooks[0].requests[3].memory_bytes++;
    assert_told(&subject, " (rule R108): too little\n");
    end(&subject);
}

static void hooks_that_no_slot_takes_are_no_requests(void **state)
{
    struct subject subject = run_over(*state, &(struct fake_script){.memory_bytes = 4 << 20});
    subject.run->hook_count = 2;
    subject.run->hooks[1] = (struct hook_run){.hook = CCLB_HOOK_OBSERVE,
                                              .kind = CCLB_SLOT_OBSERVE,
                                              .status = CCLB_REJECTED,
                                              .error = {.status = CCLB_REJECTED, .offset = CCLB_NO_OFFSET}};
    assert_int_equal(conformance_count(subject.run).failed, 1);
    assert_told(&subject, "\n  no slot takes the plugin for 1 of its hooks, first observe:\n");
    subject.run->hooks[0].requests[3].status = CCLB_TRAP;
    assert_int_equal(conformance_count(subject.run).failed, 2);
    assert_told(&subject,
                "\n  no slot takes the plugin for 1 of its hooks, and 1 of 16 requests failed, first filter, ");
    end(&subject);
}

/* An answer of one result, whose reason is the letter. */
static uint8_t answer[128];
static uint32_t letter;
static bool counts_calls; /* the letter changes with each call; else with each request that is not the last one again */

static size_t write_answer(void)
{
    const char reason = (char)('A' + letter % 26);
    const cclb_candidate_reason one = {cclb_text("id"), cclb_text("accept"), cclb_bytes_of(&reason, 1)};
    const cclb_filter_response response = {{&one, 1}};
    const struct wire_type *type = wire_answer_type(CCLB_HOOK_FILTER);
    size_t size;
    assert_int_equal(wire_measure(type, CCLB_FORM_W9, &response, &size, NULL), CCLB_OK);
    assert_true(size <= sizeof answer);
    wire_write(type, CCLB_FORM_W9, &response, answer, size);
    return size;
}

static void change_answer(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    static uint8_t last[64 << 10];
    static size_t last_len;
    bool same = input.len <= sizeof last && input.len == last_len && memcmp(input.data, last, last_len) == 0;
    letter += counts_calls || !same;
    if (input.len <= sizeof last) {
        memcpy(last, input.data, input.len);
        last_len = input.len;
    }
    (void)write_answer();
}

static struct conformance_run *run_changing(struct fixture *fixture, bool with_each_call, struct subject *subject)
{
    counts_calls = with_each_call;
    letter = 0;
    struct fake_script script = {.memory_bytes = 4 << 20, .in_hook = change_answer};
    script.answer[CCLB_HOOK_FILTER] = cclb_bytes_of(answer, write_answer());
    *subject = run_over(fixture, &script);
    return subject->run;
}

static void answers_that_change_with_each_call_are_seen(void **state)
{
    struct subject subject;
    struct conformance_run *run = run_changing(*state, true, &subject);
    assert_int_equal(conformance_count(run).differing, conformance_count(run).requests);
    assert_int_equal(conformance_count(run).failed, 0);
    assert_false(run->hooks[0].requests[3].same_after_other);
    assert_false(run->hooks[0].requests[3].same_again);
    end(&subject);
}

static void answers_that_depend_on_earlier_calls_are_seen(void **state)
{
    struct subject subject;
    struct conformance_run *run = run_changing(*state, false, &subject);
    assert_int_equal(conformance_count(run).differing, conformance_count(run).requests);
    assert_false(run->hooks[0].requests[3].same_after_other);
    assert_true(run->hooks[0].requests[3].same_again);
    end(&subject);
}

static void the_first_fault_is_told_with_its_place(void **state)
{
    char place[CONFORMANCE_PLACE_SIZE];
    struct subject subject = run_over(*state, &(struct fake_script){.memory_bytes = 4 << 20, .hook_fault = CCLB_TRAP});
    const cclb_error *fault = conformance_first_fault(subject.run, place);
    assert_int_equal(conformance_count(subject.run).failed, 16);
    assert_int_equal(fault->status, CCLB_TRAP);
    assert_string_equal(place, "filter, conformance");
    assert_int_equal(subject.run->hooks[0].hosts.each[0].status, CCLB_PROBE); /* 0.1.4, whose trial call fails */
    assert_int_equal(subject.run->hooks[0].hosts.each[1].status, CCLB_TRAP);  /* 0.3.0, that it is in already */
    assert_int_equal(conformance_count(subject.run).refused, 1);
    assert_true(host_answers_refused_by(&subject.run->hooks[0].hosts, "0.3.0"));
    assert_true(host_answers_refused_by(&subject.run->hooks[0].hosts, "0.2.0"));
    assert_false(host_answers_refused_by(&subject.run->hooks[0].hosts, "0.1.2"));
    assert_int_equal(subject.run->hooks[0].growth.count, 0);
    end(&subject);
}

static void an_answer_that_does_not_read_is_a_fault(void **state)
{
    struct fake_script script = {.memory_bytes = 4 << 20};
    script.answer[CCLB_HOOK_FILTER] = cclb_text("short");
    struct subject subject = run_over(*state, &script);
    assert_int_equal(conformance_count(subject.run).failed, 16);
    assert_int_equal(subject.run->hooks[0].requests[0].status, CCLB_DECODE);
    end(&subject);
}

static void who_runs_past_the_deadline_is_asked_nothing_more(void **state)
{
    struct subject subject =
        run_over(*state, &(struct fake_script){.memory_bytes = 4 << 20, .hook_fault = CCLB_DEADLINE});
    assert_int_equal(subject.run->hooks[0].request_count, 1);
    assert_true(subject.run->hooks[0].cut_short);
    end(&subject);
}

/* As many points as a plugin takes, with fuel by the power of the payload, a base and memory that is always the same. */
static enum growth_kind kind_of_fuel(size_t count, unsigned power)
{
    struct growth growth = {.count = count};
    for (size_t i = 0; i < count; i++) {
        uint64_t payload = i == 0 ? 0 : UINT64_C(256) << (2 * i);
        growth.points[i] = (struct growth_point){.payload_bytes = payload, .fuel = 1000, .memory_bytes = 65536};
        for (unsigned j = 0; j < power; j++) {
            growth.points[i].fuel = j == 0 ? growth.points[i].fuel + payload : growth.points[i].fuel * payload / 256;
        }
    }
    growth_judge(&growth);
    assert_int_equal(growth.memory, growth.fuel == GROWTH_UNKNOWN ? GROWTH_UNKNOWN : GROWTH_CONSTANT);
    return growth.fuel;
}

static void growth_is_read_from_every_step(void **state)
{
    (void)state;
    for (size_t count = 4; count <= GROWTH_POINTS; count++) {
        assert_int_equal(kind_of_fuel(count, 0), GROWTH_CONSTANT);
        assert_int_equal(kind_of_fuel(count, 1), GROWTH_LINEAR);
        assert_int_equal(kind_of_fuel(count, 2), GROWTH_WORSE);
    }
    assert_int_equal(kind_of_fuel(3, 1), GROWTH_UNKNOWN);
    assert_int_equal(kind_of_fuel(0, 1), GROWTH_UNKNOWN);
}

/* Memory in pages for each payload, at most GROWTH_POINTS, 0 behind the last. */
static enum growth_kind kind_of_memory(const uint64_t *pages)
{
    struct growth growth = {0};
    for (; growth.count < GROWTH_POINTS && pages[growth.count] > 0; growth.count++) {
        growth.points[growth.count] = (struct growth_point){.fuel = 1000, .memory_bytes = pages[growth.count] << 16};
    }
    growth_judge(&growth);
    assert_int_equal(growth.fuel, GROWTH_CONSTANT);
    return growth.memory;
}

static void memory_that_grows_once_and_early_is_seen(void **state)
{
    (void)state;
    static const uint64_t jumps[GROWTH_POINTS][GROWTH_POINTS] = {
        {2, 2048, 2048, 2048, 2048, 2048, 2048},
        {2, 2, 2048, 2048, 2048, 2048, 2048},
        {2, 2, 2, 2048, 2048, 2048, 2048},
        {2, 2, 2, 2, 2048, 2048, 2048},
        {2, 2, 2, 2, 2, 2048, 2048},
        {2, 2, 2, 2, 2, 2, 2048},
        {2, 2, 2, 2048, 0},
    };
    static const uint64_t others[][GROWTH_POINTS] = {
        {4, 4, 4, 4, 4, 8, 32}, {2, 2, 2, 2, 2, 4, 48}, {2, 48, 48, 48, 48, 48, 48}};
    for (size_t i = 0; i < GROWTH_POINTS; i++) {
        assert_int_equal(kind_of_memory(jumps[i]), GROWTH_WORSE);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(kind_of_memory(others[i]), GROWTH_LINEAR);
    }
    assert_int_equal(kind_of_memory((const uint64_t[GROWTH_POINTS]){18, 18, 18, 19, 20, 21, 35}), GROWTH_CONSTANT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_harness_asks_what_the_published_ones_ask),
        cmocka_unit_test(requests_are_archives_in_every_form_and_differ),
        TEST(a_plugin_that_keeps_to_it_is_told_so),
        TEST(answers_that_change_with_each_call_are_seen),
        TEST(answers_that_depend_on_earlier_calls_are_seen),
        TEST(the_first_fault_is_told_with_its_place),
        TEST(a_plugin_of_several_kinds_has_to_be_told_which),
        TEST(memory_that_the_oldest_harness_lacks_is_told),
        TEST(hooks_that_no_slot_takes_are_no_requests),
        TEST(an_answer_that_does_not_read_is_a_fault),
        TEST(who_runs_past_the_deadline_is_asked_nothing_more),
        cmocka_unit_test(growth_is_read_from_every_step),
        cmocka_unit_test(memory_that_grows_once_and_early_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
