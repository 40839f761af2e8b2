/* SPDX-License-Identifier: Apache-2.0 */
/* visit_test.c - which series are shown, in which order, with which values. */

#include "metrics/label.h"
#include "metrics/rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static cclb_error error;

static int set_up(void **state)
{
    static struct metrics metrics;
    const cclb_allocator allocator = {0};
    const cclb_metrics_options options = {.plugins_max = 4};
    assert_int_equal(metrics_init(&metrics, &options, &allocator, &error), CCLB_OK);
    *state = &metrics;
    return 0;
}

static int tear_down(void **state)
{
    metrics_deinit(*state);
    return 0;
}

/* What a visit showed: a line for each series. */
struct seen {
    char text[16384];
    size_t len;
    const char *only; /* the metric that is looked at; NULL: all */
};

static void see(void *context, const cclb_metric_sample *sample)
{
    struct seen *seen = context;
    if (seen->only && strcmp(seen->only, sample->name) != 0) {
        return;
    }
    const size_t size = sizeof seen->text;
    seen->len += (size_t)snprintf(seen->text + seen->len, size - seen->len, "%s", sample->name);
    for (size_t i = 0; i < sample->label_count; i++) {
        seen->len += (size_t)snprintf(seen->text + seen->len, size - seen->len, " %s=%.*s", sample->labels[i].name,
                                      (int)sample->labels[i].value.len, (const char *)sample->labels[i].value.data);
    }
    seen->len += (size_t)snprintf(seen->text + seen->len, size - seen->len, " %.10g %llu\n", sample->value,
                                  (unsigned long long)sample->count);
    assert_true(seen->len < size);
}

static const char *show(const struct metrics *metrics, const struct metrics_gauges *gauges, const char *only)
{
    static struct seen seen;
    seen = (struct seen){.only = only};
    metrics_visit(metrics, gauges, see, &seen);
    return seen.text;
}

static struct metrics_call call_of(struct metrics *metrics, const char *plugin)
{
    return (struct metrics_call){
        .plugin = metrics_plugin(metrics, cclb_text(plugin)),
        .hook = CCLB_HOOK_FILTER,
        .principal_kind = METRICS_NO_PRINCIPAL,
    };
}

static void without_a_call_there_are_only_counters_without_labels(void **state)
{
    assert_string_equal(show(*state, NULL, NULL), "cc_lb_compiled_module_cache_hits_total 0 0\n"
                                                  "cc_lb_compiled_module_cache_misses_total 0 0\n"
                                                  "cc_lb_compiled_module_cache_evictions_total 0 0\n"
                                                  "cclb_plugin_labels_refused_total 0 0\n"
                                                  "cclb_session_renewals_total 0 0\n"
                                                  "cclb_session_revocations_total 0 0\n");
}

static void every_gauge_is_shown_under_its_name(void **state)
{
    struct metrics_gauges gauges = {.info = {"1", "e", "i", "r"}};
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        gauges.value[i] = (double)i + 0.5;
    }
    const char *text = show(*state, &gauges, NULL);
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_row *row = &metric_rows[i];
        char line[128];
        snprintf(line, sizeof line, "%s %.1f 0\n", row->name, gauges.value[i]);
        bool is_gauge = row->type == CCLB_METRIC_GAUGE || row->type == CCLB_METRIC_UNTYPED;
        assert_int_equal(strstr(text, line) != NULL, is_gauge && i != METRIC_RUNTIME_INFO && i != METRIC_QUARANTINED);
    }
    assert_non_null(strstr(text, "cclb_runtime_info version=1 engine=e isolation=i reset=r 1 0\n"));
}

/* Of each hook that was ever called; 0 where there is none. Without breakers there is no series. */
static void quarantined_slots_are_shown_by_plugin_and_hook(void **state)
{
    struct metrics *metrics = *state;
    uint32_t p = metrics_plugin(metrics, cclb_text("p"));
    const struct metrics_call call = {.plugin = p, .hook = CCLB_HOOK_SHAPE};
    metrics_count_call(metrics, 0, &call);
    struct metrics_gauges gauges = {.info = {"", "", "", ""}};
    assert_string_equal(show(metrics, &gauges, "cclb_plugin_quarantined"), "");
    _Atomic uint32_t quarantined[(4 + 1) * CCLB_HOOK_COUNT] = {0};
    gauges.quarantined = quarantined;
    assert_string_equal(show(metrics, &gauges, "cclb_plugin_quarantined"),
                        "cclb_plugin_quarantined plugin=p hook=shape 0 0\n");
    atomic_store(&quarantined[p * CCLB_HOOK_COUNT + CCLB_HOOK_SHAPE], 3);
    assert_string_equal(show(metrics, &gauges, "cclb_plugin_quarantined"),
                        "cclb_plugin_quarantined plugin=p hook=shape 3 0\n");
}

static void capsules_are_shown_by_what_became_of_them(void **state)
{
    struct metrics *metrics = *state;
    metrics_count_capsule(metrics, 0, METRICS_CAPSULE_WRITTEN);
    metrics_count_capsule(metrics, 1, METRICS_CAPSULE_WRITTEN);
    assert_string_equal(show(metrics, NULL, "cclb_capsules_total"), "cclb_capsules_total outcome=written 2 2\n");
    metrics_count_capsule(metrics, 0, METRICS_CAPSULE_FAILED);
    metrics_count_capsule(metrics, 0, METRICS_CAPSULE_DROPPED);
    assert_string_equal(show(metrics, NULL, "cclb_capsules_total"), "cclb_capsules_total outcome=written 2 2\n"
                                                                    "cclb_capsules_total outcome=dropped 1 1\n"
                                                                    "cclb_capsules_total outcome=failed 1 1\n");
}

static void r69_labels_are_the_plugins_name_and_the_hooks(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = call_of(metrics, "p");
    for (call.hook = 0; call.hook < CCLB_HOOK_COUNT; call.hook++) {
        metrics_count_call(metrics, 0, &call);
    }
    assert_string_equal(show(metrics, NULL, "cclb_plugin_calls_total"),
                        "cclb_plugin_calls_total plugin=p hook=filter outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=p hook=shape outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=p hook=observe outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=p hook=transform_response outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=p hook=transform_sse_event outcome=ok 1 1\n");
}

static void r68_a_trap_is_shown_with_its_phase(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = call_of(metrics, "p");
    call.outcome = CCLB_TRAP;
    call.reached_guest = true;
    call.hook = CCLB_HOOK_TRANSFORM_RESPONSE;
    for (call.trap = METRICS_TRAP_FREE; call.trap <= METRICS_TRAP_REJECT; call.trap++) {
        metrics_count_call(metrics, 0, &call);
    }
    assert_string_equal(show(metrics, NULL, "cc_lb_plugin_trap_total"),
                        "cc_lb_plugin_trap_total plugin=p hook=transform_response phase=cc_lb_free 1 1\n"
                        "cc_lb_plugin_trap_total plugin=p hook=transform_response phase=cc_lb_alloc 1 1\n"
                        "cc_lb_plugin_trap_total plugin=p hook=transform_response phase=memory.write 1 1\n"
                        "cc_lb_plugin_trap_total plugin=p hook=transform_response phase=cc_lb_transform_response 1 1\n"
                        "cc_lb_plugin_trap_total plugin=p hook=transform_response phase=reject 1 1\n");
}

static void r70_saturation_is_shown_by_resource(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = call_of(metrics, "p");
    call.outcome = CCLB_SATURATED;
    call.resource = CCLB_RESOURCE_POOL;
    metrics_count_call(metrics, 0, &call);
    assert_string_equal(show(metrics, NULL, "cc_lb_plugin_pool_saturation_total"),
                        "cc_lb_plugin_pool_saturation_total resource=pool 1 1\n");
    call.resource = CCLB_RESOURCE_MEMORY;
    metrics_count_call(metrics, 7, &call);
    call.resource = CCLB_RESOURCE_STORES;
    metrics_count_call(metrics, 1, &call);
    metrics_count_call(metrics, 2, &call);
    assert_string_equal(show(metrics, NULL, "cc_lb_plugin_pool_saturation_total"),
                        "cc_lb_plugin_pool_saturation_total resource=stores 2 2\n"
                        "cc_lb_plugin_pool_saturation_total resource=pool 1 1\n"
                        "cc_lb_plugin_pool_saturation_total resource=memory 1 1\n");
}

static void what_a_policy_decided_is_shown(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = call_of(metrics, "p");
    call.outcome = CCLB_DEADLINE;
    call.policy = METRICS_POLICY_FAIL_CLOSED;
    metrics_count_call(metrics, 0, &call);
    call.policy = METRICS_POLICY_PASS_THROUGH;
    metrics_count_call(metrics, 0, &call);
    assert_string_equal(show(metrics, NULL, "cclb_plugin_policy_applied_total"),
                        "cclb_plugin_policy_applied_total plugin=p hook=filter policy=pass_through 1 1\n"
                        "cclb_plugin_policy_applied_total plugin=p hook=filter policy=fail_closed 1 1\n");
    assert_string_equal(show(metrics, NULL, "cclb_plugin_calls_total"),
                        "cclb_plugin_calls_total plugin=p hook=filter outcome=deadline 2 2\n");
}

static void what_kinds_of_principals_cost_is_shown(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = call_of(metrics, "p");
    call.principal_kind = METRICS_PRINCIPAL_WORKLOAD_IDENTITY;
    call.total_ns = UINT64_C(1500000000);
    call.bytes_in = 40;
    metrics_count_call(metrics, 0, &call);
    metrics_count_call(metrics, 1, &call);
    call.principal_kind = METRICS_NO_PRINCIPAL;
    call.total_ns = 250;
    metrics_count_call(metrics, 0, &call);
#define ROW(name) "cclb_plugin_principal_" name " plugin=p hook=filter principal_kind="
    assert_string_equal(show(metrics, NULL, "cclb_plugin_principal_calls_total"),
                        ROW("calls_total") "workload_identity 2 2\n" ROW("calls_total") "none 1 1\n");
    assert_string_equal(show(metrics, NULL, "cclb_plugin_principal_seconds_total"),
                        ROW("seconds_total") "workload_identity 3 0\n" ROW("seconds_total") "none 2.5e-07 0\n");
    assert_string_equal(show(metrics, NULL, "cclb_plugin_principal_bytes_in_total"),
                        ROW("bytes_in_total") "workload_identity 80 80\n" ROW("bytes_in_total") "none 40 40\n");
    /* Of a kind that there were calls of, zero is an answer. */
    assert_string_equal(show(metrics, NULL, "cclb_plugin_principal_bytes_out_total"),
                        ROW("bytes_out_total") "workload_identity 0 0\n" ROW("bytes_out_total") "none 0 0\n");
}

static void plugins_are_shown_by_name_whoever_came_first(void **state)
{
    struct metrics *metrics = *state;
    static const char *const names[] = {"zebra", "b", "\xc3\xa4", "ab"};
    for (size_t i = 0; i < 4; i++) {
        struct metrics_call call = call_of(metrics, names[i]);
        metrics_count_call(metrics, (uint32_t)i, &call);
    }
    struct metrics_call call = call_of(metrics, "one too many");
    metrics_count_call(metrics, 0, &call);
    assert_string_equal(show(metrics, NULL, "cclb_plugin_calls_total"),
                        "cclb_plugin_calls_total plugin=ab hook=filter outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=b hook=filter outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=other hook=filter outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=zebra hook=filter outcome=ok 1 1\n"
                        "cclb_plugin_calls_total plugin=\xc3\xa4 hook=filter outcome=ok 1 1\n");
    assert_string_equal(show(metrics, NULL, "cclb_plugin_labels_refused_total"),
                        "cclb_plugin_labels_refused_total 1 1\n");
}

/* The one histogram, as it was shown last. */
struct histogram {
    uint32_t shown;
    uint64_t count;
    double sum;
    cclb_metric_bucket buckets[BUCKETS];
};

static void keep_histogram(void *context, const cclb_metric_sample *sample)
{
    struct histogram *histogram = context;
    if (sample->type == CCLB_METRIC_HISTOGRAM) {
        assert_int_equal(sample->bucket_count, BUCKETS);
        histogram->shown++;
        histogram->count = sample->count;
        histogram->sum = sample->sum;
        memcpy(histogram->buckets, sample->buckets, sizeof histogram->buckets);
    }
}

static void r67_durations_are_a_histogram_in_seconds(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = call_of(metrics, "p");
    struct histogram histogram = {0};
    metrics_count_call(metrics, 0, &call); /* did not reach the guest */
    metrics_visit(metrics, NULL, keep_histogram, &histogram);
    assert_int_equal(histogram.shown, 0);
    call.reached_guest = true;
    static const uint64_t durations[] = {1, 1000, 1001, UINT64_C(10000000000), UINT64_C(10000000001)};
    for (uint32_t i = 0; i < 5; i++) {
        call.guest_ns = durations[i];
        metrics_count_call(metrics, i, &call);
    }
    metrics_visit(metrics, NULL, keep_histogram, &histogram);
    assert_int_equal(histogram.shown, 1);
    assert_int_equal(histogram.count, 5);
    assert_true(histogram.sum == 20.000002003);
    assert_true(histogram.buckets[0].upper_bound == 1e-6);
    assert_true(histogram.buckets[BUCKETS - 2].upper_bound == 10);
    assert_true(isinf(histogram.buckets[BUCKETS - 1].upper_bound));
    /* Each bucket has all samples up to its bound. */
    assert_int_equal(histogram.buckets[0].count, 2);
    for (size_t i = 1; i < BUCKETS - 2; i++) {
        assert_int_equal(histogram.buckets[i].count, 3);
    }
    assert_int_equal(histogram.buckets[BUCKETS - 2].count, 4);
    assert_int_equal(histogram.buckets[BUCKETS - 1].count, 5);
}

static void labels_that_have_no_text_yet_are_left_out(void **state)
{
    struct metrics *metrics = *state;
    struct label_name name;
    label_name_set(&name, cclb_text("p"));
    struct metrics_call call = {.plugin = label_take(metrics->region, 4, &name, true), .hook = CCLB_HOOK_FILTER};
    metrics_count_call(metrics, 0, &call);
    assert_string_equal(show(metrics, NULL, "cclb_plugin_calls_total"), "");
}

static void types_have_names(void **state)
{
    (void)state;
    assert_string_equal(cclb_metric_type_name(CCLB_METRIC_COUNTER), "counter");
    assert_string_equal(cclb_metric_type_name(CCLB_METRIC_GAUGE), "gauge");
    assert_string_equal(cclb_metric_type_name(CCLB_METRIC_HISTOGRAM), "histogram");
    assert_string_equal(cclb_metric_type_name(CCLB_METRIC_UNTYPED), "untyped");
    assert_string_equal(cclb_metric_type_name((cclb_metric_type)9), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(without_a_call_there_are_only_counters_without_labels),
        CASE(every_gauge_is_shown_under_its_name),
        CASE(quarantined_slots_are_shown_by_plugin_and_hook),
        CASE(capsules_are_shown_by_what_became_of_them),
        CASE(r69_labels_are_the_plugins_name_and_the_hooks),
        CASE(r68_a_trap_is_shown_with_its_phase),
        CASE(r70_saturation_is_shown_by_resource),
        CASE(what_a_policy_decided_is_shown),
        CASE(what_kinds_of_principals_cost_is_shown),
        CASE(plugins_are_shown_by_name_whoever_came_first),
        CASE(r67_durations_are_a_histogram_in_seconds),
        CASE(labels_that_have_no_text_yet_are_left_out),
        cmocka_unit_test(types_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
