/* SPDX-License-Identifier: Apache-2.0 */
/* prometheus_test.c - the text, to the byte; what reads it is tests/promtool.sh. */

#include "counting_allocator.h"
#include "metrics/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
    struct counting_allocator counts;
    cclb_allocator allocator;
    struct metrics metrics;
    cclb_buffer text;
    cclb_error error;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    fixture.allocator = counting_allocator(&fixture.counts);
    const cclb_metrics_options options = {0};
    assert_int_equal(metrics_init(&fixture.metrics, &options, &fixture.allocator, &fixture.error), CCLB_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    cclb_buffer_deinit(&fixture->text);
    metrics_deinit(&fixture->metrics);
    assert_int_equal(atomic_load(&fixture->counts.live), 0);
    return 0;
}

static const char *write_text(struct fixture *fixture, const struct metrics_gauges *gauges)
{
    cclb_buffer_deinit(&fixture->text);
    assert_int_equal(
        metrics_to_prometheus(&fixture->metrics, gauges, &fixture->allocator, &fixture->text, &fixture->error),
        CCLB_OK);
    assert_int_equal(strlen((const char *)fixture->text.data), fixture->text.len);
    return (const char *)fixture->text.data;
}

static void count(struct fixture *fixture, const char *plugin, uint64_t guest_ns)
{
    struct metrics_call call = {
        .plugin = metrics_plugin(&fixture->metrics, cclb_text(plugin)),
        .hook = CCLB_HOOK_OBSERVE,
        .principal_kind = METRICS_NO_PRINCIPAL,
        .reached_guest = true,
        .guest_ns = guest_ns,
        .total_ns = guest_ns,
    };
    metrics_count_call(&fixture->metrics, 0, &call);
}

static void a_histogram_is_written_whole(void **state)
{
    struct fixture *fixture = *state;
    count(fixture, "p", 1500);
    count(fixture, "p", UINT64_C(20000000000));
#define NAME "cc_lb_plugin_call_duration_seconds"
#define BUCKET(bound, count) NAME "_bucket{plugin=\"p\",hook=\"observe\",le=\"" bound "\"} " count "\n"
    static const char expected[] =
        "# HELP " NAME " Time in the guest, from the first use of an export on, of calls that reached it.\n"
        "# TYPE " NAME " histogram\n" BUCKET("0.000001", "0") BUCKET("0.000002", "1") BUCKET("0.000005", "1")
        BUCKET("0.00001", "1") BUCKET("0.00002", "1") BUCKET("0.00005", "1") BUCKET("0.0001", "1")
        BUCKET("0.0002", "1") BUCKET("0.0005", "1") BUCKET("0.001", "1") BUCKET("0.002", "1") BUCKET("0.005", "1")
        BUCKET("0.01", "1") BUCKET("0.02", "1") BUCKET("0.05", "1") BUCKET("0.1", "1") BUCKET("0.2", "1")
        BUCKET("0.5", "1") BUCKET("1", "1") BUCKET("2", "1") BUCKET("5", "1") BUCKET("10", "1") BUCKET("+Inf", "2")
        NAME "_sum{plugin=\"p\",hook=\"observe\"} 20.0000015\n"
        NAME "_count{plugin=\"p\",hook=\"observe\"} 2\n"
        "# HELP cc_lb_compiled_module_cache_hits_total ";
    const char *text = write_text(fixture, NULL);
    assert_memory_equal(text, expected, sizeof expected - 1);
}

static void what_stands_in_labels_is_escaped(void **state)
{
    struct fixture *fixture = *state;
    count(fixture, "a\"b\\c\nd", 1);
    assert_non_null(strstr(write_text(fixture, NULL),
                           "\ncclb_plugin_calls_total{plugin=\"a\\\"b\\\\x5cc\\\\x0ad\",hook=\"observe\","
                           "outcome=\"ok\"} 1\n"));
    const struct metrics_gauges gauges = {.info = {"a\nb", "c\\d", "e\"f", ""}};
    assert_non_null(strstr(write_text(fixture, &gauges), "\ncclb_runtime_info{version=\"a\\nb\",engine=\"c\\\\d\","
                                                         "isolation=\"e\\\"f\",reset=\"\"} 1\n"));
}

static void each_name_is_introduced_once(void **state)
{
    struct fixture *fixture = *state;
    count(fixture, "p", 1);
    count(fixture, "q", 1);
    const struct metrics_gauges gauges = {.info = {"", "", "", ""}};
    const char *text = write_text(fixture, &gauges);
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        char head[128];
        snprintf(head, sizeof head, "# TYPE %s %s\n", metric_rows[i].name, cclb_metric_type_name(metric_rows[i].type));
        const char *found = strstr(text, head);
        bool shown = metric_rows[i].label[0] == NULL || i == METRIC_RUNTIME_INFO || i == METRIC_CALL_DURATION ||
                     i == METRIC_CALLS || (i >= METRIC_PRINCIPAL_CALLS && i <= METRIC_PRINCIPAL_BYTES_OUT);
        assert_int_equal(found != NULL, shown);
        assert_true(found == NULL || strstr(found + 1, head) == NULL);
    }
}

static void numbers_are_exact(void **state)
{
    struct fixture *fixture = *state;
    struct metrics_call call = {.plugin = METRICS_NO_PLUGIN, .hook = CCLB_HOOK_SHAPE, .bytes_in = UINT64_MAX};
    metrics_count_call(&fixture->metrics, 0, &call);
    struct metrics_gauges gauges = {.info = {"", "", "", ""}};
    gauges.value[METRIC_POOL_MEMORIES_RATIO] = 1.0 / 3;
    gauges.value[METRIC_MEMORY_RESERVATION] = 4294967296;
    const char *text = write_text(fixture, &gauges);
    assert_non_null(strstr(text, "\ncclb_plugin_principal_bytes_in_total{plugin=\"other\",hook=\"shape\","
                                 "principal_kind=\"api_key\"} 18446744073709551615\n"));
    assert_non_null(strstr(text, "\ncc_lb_plugin_pool_memories_utilization_ratio 0.3333333333333333\n"));
    assert_non_null(strstr(text, "\ncc_lb_plugin_memory_reservation_bytes 4294967296\n"));
    assert_non_null(strstr(text, "\ncclb_slots 0\n"));
}

static void every_lack_of_memory_is_told(void **state)
{
    struct fixture *fixture = *state;
    char name[16];
    for (int i = 0; i < 8; i++) {
        snprintf(name, sizeof name, "p%d", i);
        count(fixture, name, 1);
    }
    cclb_buffer untouched = {0};
    uint64_t calls = 0;
    for (;;) {
        fixture->counts.fail_at = atomic_load(&fixture->counts.calls) + ++calls;
        cclb_status status =
            metrics_to_prometheus(&fixture->metrics, NULL, &fixture->allocator, &fixture->text, &fixture->error);
        if (status == CCLB_OK) {
            break;
        }
        assert_int_equal(status, CCLB_NO_MEMORY);
        assert_memory_equal(&fixture->text, &untouched, sizeof untouched);
    }
    fixture->counts.fail_at = 0;
    assert_true(calls > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_histogram_is_written_whole),
        CASE(what_stands_in_labels_is_escaped),
        CASE(each_name_is_introduced_once),
        CASE(numbers_are_exact),
        CASE(every_lack_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
