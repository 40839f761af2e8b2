/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_session_breaker_test.c - what the breaker (cclb/breaker.h) makes of events that failed in a kept instance and
 * are tried once more: two calls, and it is told of each how it ended.
 */

#include "session_fixture.h"

enum { FAULTS = 3 };

#define QUARANTINE_NS (UINT64_C(1) << 40)

/* What the log saw of the breaker when it was told of an event's first try. */
static struct {
    uint32_t times;
    cclb_breaker_info breaker;
    bool calls; /* it makes a call itself, which came to: */
    cclb_status other;
} seen;

static cclb_breaker_info look(void)
{
    cclb_breaker_info info;
    expect_ok(cclb_breaker_get(fixture.runtime, cclb_global_key("p"), CCLB_HOOK_TRANSFORM_SSE_EVENT, &info,
                               &fixture.error));
    return info;
}

static void expect_state(cclb_breaker_info info, cclb_breaker_state state, uint32_t faults, uint64_t wait_ns)
{
    assert_string_equal(cclb_breaker_state_name(info.state), cclb_breaker_state_name(state));
    assert_int_equal(info.faults, faults);
    assert_int_equal(info.wait_ns, wait_ns);
}

static void log_first_try(void *context, const cclb_call_record *record)
{
    (void)context;
    if (!record->tried_again) {
        return;
    }
    seen.times++;
    seen.breaker = look();
    if (seen.calls) {
        cclb_lease lease;
        seen.other = call(&lease);
    }
}

static cclb_runtime_options breaker_options(void)
{
    cclb_runtime_options options = fixture_options();
    options.breaker =
        (cclb_breaker_options){.faults = FAULTS, .window_ns = QUARANTINE_NS, .quarantine_ns = QUARANTINE_NS};
    options.log = (cclb_log){.call = log_first_try};
    memset(&seen, 0, sizeof seen);
    return options;
}

/* A stream that keeps an instance, which the next event confuses. */
static void open_confused(void)
{
    fixture.script = (struct fake_script){.traps_from = 3};
    play();
    open_stream(0, true);
    events(0, 2);
    expect_session(0, true, 0, 0);
}

/* The same, but all others are confused too. */
static void open_failing(void)
{
    open_confused();
    fixture.script = (struct fake_script){.hook_fault = CCLB_TRAP};
    play();
}

static void let_one_through(void)
{
    expect_ok(cclb_breaker_set(fixture.runtime, cclb_global_key("p"), CCLB_HOOK_TRANSFORM_SSE_EVENT,
                               CCLB_BREAKER_HALF_OPEN, 0, &fixture.error));
}

static void close_stream(void)
{
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    fixture.script = (struct fake_script){0};
    play();
}

static void each_try_that_fails_is_one_fault(void **state)
{
    (void)state;
    cclb_runtime_options options = breaker_options();
    restart(&options);
    open_confused();
    events(0, 1);
    assert_int_equal(seen.times, 1);
    expect_state(seen.breaker, CCLB_BREAKER_CLOSED, 1, 0);
    expect_state(look(), CCLB_BREAKER_CLOSED, 1, 0);
    close_stream();
    open_failing();
    assert_int_equal(event(0), CCLB_TRAP);
    assert_int_equal(seen.times, 2);
    expect_state(seen.breaker, CCLB_BREAKER_CLOSED, 2, 0);
    expect_state(look(), CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
    close_stream();
}

/* What is let through to see whether the plugin still fails is the first of the two. */
static void a_first_try_that_fails_ends_the_way_out(void **state)
{
    (void)state;
    cclb_runtime_options options = breaker_options();
    restart(&options);
    open_confused();
    let_one_through();
    events(0, 1);
    expect_state(seen.breaker, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
    expect_state(look(), CCLB_BREAKER_OPEN, 0, QUARANTINE_NS - HOOK_NS);
    assert_int_equal(event(0), CCLB_QUARANTINED);
    close_stream();
    expect_ok(cclb_slot_reset(fixture.runtime, cclb_global_key("p"), &fixture.error));
    open_failing();
    let_one_through();
    assert_int_equal(event(0), CCLB_TRAP);
    assert_int_equal(seen.times, 2);
    expect_state(look(), CCLB_BREAKER_OPEN, 0, QUARANTINE_NS - HOOK_NS); /* since the first of them */
    close_stream();
}

/* A failure on a request that is too long is none for the breaker; the second try says what became of the one call. */
static void a_long_event_is_let_through_until_it_has_ended(void **state)
{
    (void)state;
    cclb_runtime_options options = breaker_options();
    options.wire_bounds.pass_through_bytes = 1;
    restart(&options);
    open_confused();
    let_one_through();
    seen.calls = true;
    events(0, 1);
    assert_int_equal(seen.times, 1);
    expect_state(seen.breaker, CCLB_BREAKER_HALF_OPEN, 0, QUARANTINE_NS - HOOK_NS);
    assert_int_equal(seen.other, CCLB_QUARANTINED);
    expect_state(look(), CCLB_BREAKER_CLOSED, 0, 0);
    close_stream();
}

static void count_outcome(void *context, const cclb_metric_sample *sample)
{
    if (strcmp(sample->name, "cclb_plugin_calls_total") == 0) {
        uint64_t *values = context;
        cclb_bytes outcome = sample->labels[2].value;
        values[0] += cclb_bytes_equal(outcome, cclb_text("ok")) ? sample->count : 0;
        values[1] += cclb_bytes_equal(outcome, cclb_text("deadline")) ? sample->count : 0;
    }
}

/* A plugin that is well behaved in every fresh instance and takes a deadline in every stream does not do so for ever. */
static void failures_of_kept_instances_lead_to_quarantine(void **state)
{
    (void)state;
    cclb_runtime_options options = breaker_options();
    restart(&options);
    uint64_t trials[2] = {0};
    expect_ok(cclb_metrics_visit(fixture.runtime, count_outcome, trials, &fixture.error));
    fixture.script.free_fault = CCLB_DEADLINE;
    play();
    for (int i = 0; i < FAULTS; i++) {
        open_stream(0, true);
        events(0, 2);
        cclb_sse_stream_destroy(streams[0]);
        streams[0] = NULL;
    }
    uint64_t outcomes[2] = {0};
    expect_ok(cclb_metrics_visit(fixture.runtime, count_outcome, outcomes, &fixture.error));
    assert_int_equal(outcomes[0] - trials[0], 2 * FAULTS);
    assert_int_equal(outcomes[1] - trials[1], FAULTS);
    open_stream(0, true);
    assert_int_equal(event(0), CCLB_QUARANTINED);
    fixture.script = (struct fake_script){0};
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(each_try_that_fails_is_one_fault),
        SESSION_TEST(a_first_try_that_fails_ends_the_way_out),
        SESSION_TEST(a_long_event_is_let_through_until_it_has_ended),
        SESSION_TEST(failures_of_kept_instances_lead_to_quarantine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
