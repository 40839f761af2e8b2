/* SPDX-License-Identifier: Apache-2.0 */
/* report_test.c - what a report says of a module that was admitted (R18) and of one that was not; over the fake. */

#include "admission/report.h"

#include "admission_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct report_subject subject_of(struct fixture *fixture)
{
    cclb_bytes wasm = fixture_build(fixture);
    return (struct report_subject){wasm, fixture->digest, CCLB_HOOK_NONE, CCLB_REFERENCE_ANY};
}

/* A full report; the module is gone by the time it is looked at. */
static const cclb_report *full_report(struct fixture *fixture)
{
    struct report_subject subject = subject_of(fixture);
    assert_int_equal(report_full(&fixture->admission, &subject, &fixture->report, &fixture->error), CCLB_OK);
    memset(fixture->module.data, 0xee, fixture->module.len);
    return fixture->report;
}

static const cclb_report *static_report(struct fixture *fixture)
{
    struct report_subject subject = subject_of(fixture);
    const cclb_module_limits limits = {0};
    assert_int_equal(report_static(&subject, &limits, &fixture->allocator, &fixture->report, &fixture->error), CCLB_OK);
    memset(fixture->module.data, 0xee, fixture->module.len);
    return fixture->report;
}

static void expect_same_text(cclb_bytes text, const char *expected)
{
    assert_true(cclb_bytes_equal(text, cclb_text(expected)));
}

/* R18: the metadata, and of each hook its wire version and fingerprint. */
static void expect_plugin(const cclb_report *report)
{
    static const cclb_hook by_name[] = {CCLB_HOOK_FILTER, CCLB_HOOK_OBSERVE, CCLB_HOOK_SHAPE,
                                        CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_HOOK_TRANSFORM_SSE_EVENT};
    assert_true(report->has_metadata);
    expect_same_text(report->name, "n");
    expect_same_text(report->version, "1");
    expect_same_text(report->description, "d");
    expect_same_text(report->usage, "u");
    assert_int_equal(report->hook_count, CCLB_HOOK_COUNT);
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        const cclb_hook_report *hook = &report->hooks[i];
        assert_int_equal(hook->hook, by_name[i]);
        assert_int_equal(hook->wire_version, 1);
        assert_true(hook->mode_written);
        assert_false(hook->noop);
        expect_same_text(hook->description, "d");
        assert_true(hook->has_fingerprint);
        assert_memory_equal(hook->fingerprint, wire_fingerprint(by_name[i], CCLB_FORM_W8), CCLB_FINGERPRINT_SIZE);
    }
    assert_int_equal(report->hooks[0].forms, 1u << CCLB_FORM_W8 | 1u << CCLB_FORM_W9);
}

static void a_static_report_says_what_is_declared_and_runs_nothing(void **state)
{
    struct fixture *fixture = *state;
    uint64_t calls = fake_calls();
    const cclb_report *report = static_report(fixture);
    assert_int_equal(fake_calls(), calls);
    assert_int_equal(report->verdict.status, CCLB_OK);
    assert_int_equal(report->reference, CCLB_REFERENCE_0_1_4);
    assert_int_equal(report->form, CCLB_FORM_W8);
    assert_false(report->compiled);
    assert_false(report->hooks[0].probed);
    assert_string_equal(report->explanation, "");
    expect_plugin(report);
}

static void a_full_report_also_says_what_its_trial_calls_cost(void **state)
{
    struct fixture *fixture = *state;
    const cclb_report *report = full_report(fixture);
    assert_int_equal(report->verdict.status, CCLB_OK);
    expect_plugin(report);
    assert_true(report->compiled);
    assert_int_equal(report->compile_ns, FIXTURE_TICK_NS);
    assert_int_equal(report->code_bytes, report->module_bytes); /* the fake's measure */
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        assert_true(report->hooks[i].probed);
        assert_true(report->hooks[i].probe_ns > 0);
        assert_int_equal(report->hooks[i].probe_fuel, 1);
        assert_int_equal(report->hooks[i].probe_memory_bytes, FAKE_MEMORY_BYTES);
    }
}

static void a_refused_plugin_is_described_as_far_as_it_reads(void **state)
{
    struct fixture *fixture = *state;
    fixture->plugin.exports_alloc = false;
    const cclb_report *report = static_report(fixture);
    assert_int_equal(report->verdict.status, CCLB_REJECTED);
    assert_int_equal(report->verdict.rule, 15);
    assert_int_equal(report->reference, CCLB_REFERENCE_ANY);
    assert_int_equal(report->form, CCLB_FORM_NONE);
    assert_false(report->exports_alloc);
    assert_true(report->exports_free);
    assert_true(report->explanation[0] != '\0');
    for (size_t i = 0; i < report->verdict_count; i++) {
        assert_false(report->verdicts[i].admits);
    }
    expect_plugin(report);
}

/* The row of the table of runtimes. */
static const cclb_verdict *verdict_of(const cclb_report *report, const char *runtime)
{
    for (size_t i = 0; i < report->verdict_count; i++) {
        if (strcmp(report->verdicts[i].runtime, runtime) == 0) {
            return &report->verdicts[i];
        }
    }
    fail_msg("no verdict of %s", runtime);
    return NULL;
}

static void trial_calls_change_the_verdicts_of_runtimes(void **state)
{
    struct fixture *fixture = *state;
    fixture_plugin(fixture, CCLB_FORM_W9, 1 << CCLB_HOOK_FILTER);
    /* Runtime 0.1.4 asks for the type of cc_lb_free when it calls (R46), 0.3.0 does not. */
    struct fake_script script = {.odd_export = "cc_lb_free", .odd_kind = ENGINE_EXPORT_OTHER};
    fake_script_set(&script);
    const cclb_report *report = full_report(fixture);
    assert_int_equal(report->verdict.status, CCLB_OK);
    assert_int_equal(report->reference, CCLB_REFERENCE_0_3_0);
    assert_true(verdict_of(report, "0.3.0")->admits);
    assert_true(verdict_of(report, "0.2.0")->admits);
    assert_false(verdict_of(report, "0.1.4")->admits);
    assert_int_equal(verdict_of(report, "0.1.4")->error.status, CCLB_PROBE);
    assert_int_equal(verdict_of(report, "0.1.2")->error.rule, 16); /* static rules have said so already */
}

static void a_plugin_that_only_fails_its_trial_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.answer[CCLB_HOOK_SHAPE] = cclb_text("nonsense")};
    fake_script_set(&script);
    const cclb_report *report = full_report(fixture);
    assert_int_equal(report->verdict.status, CCLB_PROBE);
    assert_int_equal(report->verdict.hook, CCLB_HOOK_SHAPE);
    assert_int_equal(report->form, CCLB_FORM_NONE);
    assert_false(report->compiled);
    assert_false(verdict_of(report, "0.1.4")->admits);
    assert_non_null(strstr(report->explanation, "an archive of ShapeResponse"));
    expect_plugin(report);
}

/* Memory at the start is refused by the compiler or at the instance, which depends on the isolation (R61). */
static void a_refusal_is_explained_wherever_it_comes_from(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.compile_fault = CCLB_COMPILE};
    fake_script_set(&script);
    fixture->plugin.memory_pages = 17;
    assert_non_null(strstr(full_report(fixture)->explanation, "(17 pages) and an instance may have 1048576"));
    cclb_report_destroy(fixture->report);
    script = (struct fake_script){.fail_at = 2}; /* the instance of the first trial call */
    fake_script_set(&script);
    assert_non_null(strstr(full_report(fixture)->explanation, "(17 pages) and an instance may have 1048576"));
    assert_int_equal(fixture->report->verdict.inner, CCLB_INSTANTIATE);
    cclb_report_destroy(fixture->report);
    fixture->plugin.memory_pages = 16;
    script = (struct fake_script){.compile_fault = CCLB_COMPILE};
    fake_script_set(&script);
    assert_non_null(strstr(full_report(fixture)->explanation, "rule R20"));
}

/* What to do is told by what all trial calls showed: a runtime that refuses the plugin in its trial is no way out. */
static void no_runtime_is_recommended_whose_trial_fails(void **state)
{
    struct fixture *fixture = *state;
    fixture->plugin = builder_good_plugin(CCLB_FORM_W6, 1 << CCLB_HOOK_FILTER, fixture->metadata, sizeof fixture->metadata);
    struct report_subject subject = subject_of(fixture);
    subject.reference = CCLB_REFERENCE_0_3_0;
    assert_int_equal(report_full(&fixture->admission, &subject, &fixture->report, &fixture->error), CCLB_OK);
    assert_non_null(strstr(fixture->report->explanation, "or run it under reference 0.1.2"));
    cclb_report_destroy(fixture->report);
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("nonsense")};
    fake_script_set(&script);
    assert_int_equal(report_full(&fixture->admission, &subject, &fixture->report, &fixture->error), CCLB_OK);
    assert_null(strstr(fixture->report->explanation, "or run it under"));
    assert_non_null(strstr(fixture->report->explanation, "rebuild with kit 0.2.0"));
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *fixture = *state;
    struct report_subject subject = subject_of(fixture);
    uint64_t failures = 0;
    for (;; failures++) {
        atomic_store(&fixture->counts.calls, 0);
        fixture->counts.fail_at = failures + 1;
        cclb_status status = report_full(&fixture->admission, &subject, &fixture->report, &fixture->error);
        if (status == CCLB_OK && fixture->report->verdict.status == CCLB_OK &&
            verdict_of(fixture->report, "0.1.4")->admits) {
            break;
        }
        if (status == CCLB_OK) {
            /* The fake's instances are the allocator's, too: one that cannot be made fails a trial call. */
            assert_true(fixture->report->verdict.inner == CCLB_INSTANTIATE ||
                        verdict_of(fixture->report, "0.1.4")->error.inner == CCLB_INSTANTIATE);
            cclb_report_destroy(fixture->report);
            fixture->report = NULL;
        } else {
            assert_int_equal(status, CCLB_NO_MEMORY);
            assert_null(fixture->report);
        }
    }
    assert_true(failures > 10);
    fixture->counts.fail_at = 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_static_report_says_what_is_declared_and_runs_nothing),
        TEST(a_full_report_also_says_what_its_trial_calls_cost),
        TEST(a_refused_plugin_is_described_as_far_as_it_reads),
        TEST(trial_calls_change_the_verdicts_of_runtimes),
        TEST(a_plugin_that_only_fails_its_trial_is_refused),
        TEST(a_refusal_is_explained_wherever_it_comes_from),
        TEST(no_runtime_is_recommended_whose_trial_fails),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
