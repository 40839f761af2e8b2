/* SPDX-License-Identifier: Apache-2.0 */
/* cli_bench_test.c - how `cclb bench` counts: times into bins, and calls that fail now and then, which takes a fake. */

#include "../cli/bench_result.h"

#include "runtime_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15 }; /* of measure_beside() */

static struct latency *new_latency(void)
{
    struct latency *latency = calloc(1, sizeof *latency);
    assert_non_null(latency);
    return latency;
}

static void quantiles_are_one_part_in_512_off_at_most(void **state)
{
    (void)state;
    static const double shares[] = {0.001, 0.5, 0.9, 0.99, 0.999, 1};
    for (unsigned shift = 0; shift <= 44; shift += 4) {
        struct latency *latency = new_latency();
        for (uint64_t i = 1; i <= 100000; i++) {
            latency_note(latency, i << shift);
        }
        for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
            double exact = shares[i] * 100000 * (double)(UINT64_C(1) << shift);
            double found = (double)latency_quantile(latency, shares[i]);
            assert_true(found <= exact * (1 + 1.0 / 512) && found >= exact * (1 - 1.0 / 512));
        }
        free(latency);
    }
}

static void the_ends_are_exact(void **state)
{
    (void)state;
    static const uint64_t times[] = {0, 1, 511, 512, 513, 1000003, UINT64_MAX};
    struct latency *latency = new_latency();
    assert_int_equal(latency_quantile(latency, 0.5), 0);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        memset(latency, 0, sizeof *latency);
        latency_note(latency, times[i]);
        struct latency_summary one = latency_sum(latency);
        assert_int_equal(one.count, 1);
        assert_true(one.min_ns == times[i] && one.p50_ns == times[i] && one.p999_ns == times[i]);
        assert_true(one.max_ns == times[i]);
    }
    free(latency);
}

static void two_parts_add_up_to_the_whole(void **state)
{
    (void)state;
    struct latency *parts[2] = {new_latency(), new_latency()};
    struct latency *whole = new_latency();
    struct latency *sum = new_latency();
    for (uint64_t i = 0; i < 5000; i++) {
        uint64_t ns = i * i * 2654435761U % 1000000;
        latency_note(parts[i % 2], ns);
        latency_note(whole, ns);
    }
    latency_add(sum, parts[0]);
    latency_add(sum, parts[1]);
    assert_memory_equal(sum, whole, sizeof *whole);
    latency_add(sum, &(struct latency){0});
    assert_memory_equal(sum, whole, sizeof *whole);
    free(parts[0]);
    free(parts[1]);
    free(whole);
    free(sum);
}

/* A filter over the fake, and a document for it. */
struct subject {
    struct work work;
    cclb_host_document *document;
};

static struct subject begin(struct fixture *fixture)
{
    static const char text[] = "{\"request\": {\"method\": \"POST\", \"path\": \"/\"}}";
    struct subject subject = {0};
    cclb_error *error = &fixture->error;
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    cclb_slot_key key = cclb_global_key("f");
    assert_int_equal(
        cclb_slot_register(fixture->runtime, key, CCLB_SLOT_FILTER, fixture->filter, &options, NULL, error), CCLB_OK);
    assert_int_equal(cclb_host_document_read(cclb_text(text), NULL, &subject.document, error), CCLB_OK);
    subject.work = (struct work){.runtime = fixture->runtime, .hook = CCLB_HOOK_FILTER, .document = subject.document};
    assert_int_equal(cclb_handle_create(fixture->runtime, key, &subject.work.handle, error), CCLB_OK);
    assert_int_equal(work_once(&subject.work, error), CCLB_OK);
    return subject;
}

static void end(struct subject *subject)
{
    cclb_handle_destroy(subject->work.handle);
    cclb_host_document_destroy(subject->document);
}

/* What is printed of a result that has this tally, and nothing else of interest. */
static char *page_of(const struct tally *tally, bool as_json)
{
    char *text = NULL;
    size_t len = 0;
    bool lacks_memory = false;
    cclb_report report = {.form = CCLB_FORM_W9, .reference = CCLB_REFERENCE_0_3_0};
    struct bench_result result = {.hook = CCLB_HOOK_FILTER, .report = &report, .tally = *tally};
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    if (as_json) {
        struct emitter emitter = emit_begin(out, &lacks_memory);
        bench_result_emit(&emitter, &result);
        emit_end(&emitter);
    } else {
        bench_result_print(out, &result);
    }
    assert_int_equal(fclose(out), 0);
    assert_false(lacks_memory);
    return text;
}

static void assert_printed(const struct tally *tally, bool as_json, const char *expected)
{
    char *text = page_of(tally, as_json);
    if (strstr(text, expected) == NULL) {
        fail_msg("%s\nis not in\n%s", expected, text);
    }
    free(text);
}

/* Both sides make one call to warm up and one that counts in each round; the floor is first in the first one. */
static void a_failure_now_and_then_is_counted_apart(void **state)
{
    struct fixture *fixture = *state;
    struct subject subject = begin(fixture);
    uint64_t before = fake_calls();
    assert_int_equal(work_once(&subject.work, &fixture->error), CCLB_OK);
    uint64_t of_one_call = fake_calls() - before;
    struct fake_script script = {.fail_at = 3 * of_one_call + 1};
    fake_script_set(&script);
    struct tally tally = {0};
    struct comparison comparison;
    assert_int_equal(measure_beside(&subject.work, &subject.work, 0, &tally, &comparison, &fixture->error), CCLB_OK);
    assert_int_equal(tally.calls, ROUNDS);
    assert_int_equal(tally.failed, 1);
    assert_int_equal(comparison.plugin.count, ROUNDS - 1);
    assert_int_equal(comparison.floor.count, ROUNDS);
    assert_true(comparison.ratio > 0 && comparison.ratio_low <= comparison.ratio &&
                comparison.ratio <= comparison.ratio_high);
    assert_printed(&tally, false, "1 of 15 calls failed: instantiate 1; they are not in the figures\n  the first: ");
    assert_printed(&tally, true,
                   "    \"calls\": 15,\n    \"failed\": 1,\n    \"statuses\": [\n      {\n"
                   "        \"status\": \"instantiate\",\n        \"failed\": 1\n      }\n    ],\n    \"first\": {\n");
    end(&subject);
}

static void failures_of_several_kinds_are_told_by_kind(void **state)
{
    (void)state;
    cclb_error trap = {.status = CCLB_TRAP, .offset = CCLB_NO_OFFSET, .message = "one"};
    cclb_error deadline = {.status = CCLB_DEADLINE, .offset = CCLB_NO_OFFSET, .rule = 21, .message = "two"};
    struct tally first = {0};
    struct tally all = {0};
    tally_note(&first, CCLB_OK, NULL);
    tally_note(&first, CCLB_DEADLINE, &deadline);
    tally_note(&first, CCLB_TRAP, &trap);
    tally_add(&all, &first);
    tally_note(&all, CCLB_DEADLINE, &deadline);
    tally_add(&all, &first);
    assert_int_equal(all.calls, 7);
    assert_printed(
        &all, false,
        "5 of 7 calls failed: trap 2, deadline 3; they are not in the figures\n  the first: two (rule R21)\n");
}

static void a_plugin_that_always_fails_is_a_failure(void **state)
{
    struct fixture *fixture = *state;
    struct subject subject = begin(fixture);
    struct fake_script script = {.hook_fault = CCLB_TRAP};
    fake_script_set(&script);
    struct tally tally = {0};
    struct comparison comparison;
    struct scaling_step step = {.threads = 2};
    cclb_error *error = &fixture->error;
    assert_int_equal(work_once(&subject.work, error), CCLB_TRAP);
    assert_int_equal(measure_beside(&subject.work, &subject.work, 0, &tally, &comparison, error), CCLB_TRAP);
    assert_int_equal(tally.failed, ROUNDS);
    assert_int_equal(scaling_run(&subject.work, 0, &tally, &step, error), CCLB_TRAP);
    assert_int_equal(tally.failed, ROUNDS + 2);
    assert_int_equal(tally.calls, tally.failed);
    end(&subject);
}

static void each_thread_makes_its_calls(void **state)
{
    struct fixture *fixture = *state;
    struct subject subject = begin(fixture);
    struct tally tally = {0};
    struct scaling_step step = {.threads = 2};
    assert_int_equal(scaling_run(&subject.work, 0, &tally, &step, &fixture->error), CCLB_OK);
    assert_int_equal(step.latency.count, 2);
    assert_int_equal(tally.calls, 2);
    /* However the threads came to run: no call took longer than all of it. */
    assert_true(step.latency.calls_per_second > 0);
    assert_true(step.latency.calls_per_second * (double)step.latency.max_ns <= 2.001e9);
    end(&subject);
}

static void steps_double_up_to_the_most(void **state)
{
    (void)state;
    static const struct {
        unsigned most;
        unsigned count;
        unsigned last_but_one;
    } cases[] = {{1, 1, 0}, {2, 2, 1}, {3, 3, 2}, {4, 3, 2}, {12, 5, 8}, {SCALING_THREADS_MAX, SCALING_STEPS_MAX, 512}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned threads[SCALING_STEPS_MAX];
        assert_int_equal(scaling_steps(cases[i].most, threads), cases[i].count);
        assert_int_equal(threads[0], 1);
        assert_int_equal(threads[cases[i].count - 1], cases[i].most);
        assert_true(cases[i].count == 1 || threads[cases[i].count - 2] == cases[i].last_but_one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_one_part_in_512_off_at_most),
        cmocka_unit_test(the_ends_are_exact),
        cmocka_unit_test(two_parts_add_up_to_the_whole),
        TEST(a_failure_now_and_then_is_counted_apart),
        cmocka_unit_test(failures_of_several_kinds_are_told_by_kind),
        TEST(a_plugin_that_always_fails_is_a_failure),
        TEST(each_thread_makes_its_calls),
        cmocka_unit_test(steps_double_up_to_the_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
