/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exposition.c - prints all metrics of a runtime over the fake engine, none of them zero, as Prometheus would get them.
 *
 * Fails if a row of cclb/metric.def is not there, or has a series that is zero.
 */
#include "cclb.h"
#include "engine/fake.h"
#include "expect.h"
#include "metrics/rows.h"
#include "runtime/runtime.h"
#include "table.h"

static cclb_runtime *runtime;
static cclb_error error;

static uint64_t now(void *context)
{
    uint64_t *time_ns = context;
    return *time_ns += 1000000;
}

/* Calls of one plugin: each hook, each status, and whatever else makes a series. */
static void count_calls(const char *plugin)
{
    struct metrics_call call = {
        .plugin = metrics_plugin(&runtime->metrics, cclb_text(plugin)),
        .guest_ns = 1234,
        .total_ns = 2345678,
        .bytes_in = 100,
        .bytes_out = 10,
    };
    uint32_t stripe = 0;
    for (call.hook = 0; call.hook < CCLB_HOOK_COUNT; call.hook++) {
#define STATUS(NAME, value, name, meaning)                                                                             \
    call.outcome = CCLB_##NAME;                                                                                        \
    call.reached_guest = !call.reached_guest;                                                                          \
    call.guest_ns *= 3;                                                                                                \
    call.trap = (enum metrics_trap)(stripe % 5);                                                                       \
    call.resource = (cclb_resource)(1 + stripe % 3);                                                                   \
    call.policy = (enum metrics_policy)(stripe % 3);                                                                   \
    call.principal_kind = stripe % (METRICS_NO_PRINCIPAL + 1);                                                         \
    metrics_count_call(&runtime->metrics, stripe++, &call);
#include "cclb/status.def"
#undef STATUS
    }
    for (call.resource = CCLB_RESOURCE_STORES; call.resource <= CCLB_RESOURCE_MEMORY; call.resource++) {
        call.hook = CCLB_HOOK_FILTER;
        call.outcome = CCLB_SATURATED;
        metrics_count_call(&runtime->metrics, stripe++, &call);
    }
}

/* How often each row was shown. */
static uint32_t shown[METRIC_COUNT];

static void look(void *context, const cclb_metric_sample *sample)
{
    (void)context;
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        if (strcmp(metric_rows[i].name, sample->name) == 0) {
            shown[i]++;
            EXPECT_OR(sample->value > 0 || sample->count > 0, sample->name);
        }
    }
}

int main(void)
{
    uint64_t time_ns = 0;
    expect_begin("exposition");
    cclb_runtime_options options = cclb_runtime_options_init();
    options.clock = (cclb_clock){now, &time_ns};
    options.host_ticks = true;
    options.isolation = CCLB_ISOLATION_GUARDED;
    options.memory_total_max_bytes = UINT64_C(1) << 30;
    options.metrics.plugins_max = 3;
    options.breaker.faults = 1;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    cclb_slot_key key = cclb_global_key("f");
    cclb_bytes wasm = data_file("plugins/accept_all-pdk0.2.0.wasm");
    EXPECT_OR(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK, error.message);
    key = cclb_global_key("g");
    EXPECT_OR(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK, error.message);
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_lease lease;
    const cclb_bytes piece = cclb_text("request");
    EXPECT_OR(cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &piece, 1, &lease, &error) == CCLB_OK, error.message);
    for (enum metrics_cache event = METRICS_CACHE_HIT; event <= METRICS_CACHE_EVICTION; event++) {
        metrics_count_cache(&runtime->metrics, 0, event);
    }
    for (enum metrics_session end = METRICS_SESSION_RENEWED; end <= METRICS_SESSION_REVOKED; end++) {
        metrics_count_session(&runtime->metrics, 0, end);
    }
    for (enum metrics_capsule outcome = METRICS_CAPSULE_WRITTEN; outcome < METRICS_CAPSULE_COUNT; outcome++) {
        metrics_count_capsule(&runtime->metrics, 0, outcome);
    }
    for (size_t i = 0; i < (runtime->breakers.labels + 1) * (size_t)CCLB_HOOK_COUNT; i++) {
        atomic_store(&runtime->breakers.quarantined[i], 1);
    }
    struct lane *kept = lane_claim(&runtime->dispatch.lanes);
    EXPECT(kept != NULL && lane_keep(kept));
    count_calls("chooser");
    count_calls("quotes \" and \\ and\nlines");
    count_calls("\xc3\xbcml\xc3\xa4ut");
    count_calls("one too many");

    EXPECT_EQUAL(cclb_metrics_visit(runtime, look, NULL, &error), CCLB_OK);
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        EXPECT_OR(shown[i] > 0, metric_rows[i].name);
    }
    cclb_buffer text;
    EXPECT_OR(cclb_metrics_to_prometheus(runtime, NULL, &text, &error) == CCLB_OK, error.message);
    fwrite(text.data, 1, text.len, stdout);
    cclb_buffer_deinit(&text);
    cclb_lease_return(&lease);
    lane_unkeep(kept);
    lane_release(kept);
    EXPECT_EQUAL(cclb_runtime_destroy(runtime, &error), CCLB_OK);
    free((void *)(uintptr_t)wasm.data);
    return 0;
}
