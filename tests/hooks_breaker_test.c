/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_breaker_test.c - hooks in quarantine (cclb/breaker.h): what leads there, what it does, and the way out. */

#include "hooks_fixture.h"

enum { FAULTS = 3, WINDOW_NS = 1000000, QUARANTINE_NS = 500000 };

static cclb_handle *handle; /* on "s", a plugin of shape */

static cclb_runtime_options breaker_options(void)
{
    cclb_runtime_options options = fixture_options();
    options.breaker = (cclb_breaker_options){.faults = FAULTS, .window_ns = WINDOW_NS, .quarantine_ns = QUARANTINE_NS};
    return options;
}

static void register_both(void)
{
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("s", CCLB_SLOT_SHAPE, "all_hooks", &kits[3]);
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("s"), &handle, &fixture.error));
}

static void restart_with(const cclb_runtime_options *options)
{
    cclb_handle_destroy(handle);
    fixture_restart(options);
    register_both();
}

static int set_up_breaker(void **state)
{
    int status = set_up(state);
    handle = NULL;
    cclb_runtime_options options = breaker_options();
    restart_with(&options);
    answer(CCLB_HOOK_FILTER, "{'results': []}");
    return status;
}

static int tear_down_breaker(void **state)
{
    cclb_handle_destroy(handle);
    return tear_down(state);
}

static void wait_for(uint64_t ns)
{
    atomic_fetch_add(&fixture.now_ns, ns);
}

static void go_back(uint64_t ns)
{
    atomic_fetch_sub(&fixture.now_ns, ns);
}

static cclb_breaker_info look_at(const char *key, cclb_hook hook)
{
    cclb_breaker_info info;
    expect_ok(cclb_breaker_get(fixture.runtime, cclb_global_key(key), hook, &info, &fixture.error));
    return info;
}

static void expect_state(const char *key, cclb_hook hook, cclb_breaker_state state, uint32_t faults, uint64_t wait_ns)
{
    cclb_breaker_info info = look_at(key, hook);
    assert_string_equal(cclb_breaker_state_name(info.state), cclb_breaker_state_name(state));
    assert_int_equal(info.faults, faults);
    assert_int_equal(info.wait_ns, wait_ns);
}

/* A call of the filter; on success nothing of it stays open. */
static cclb_status filter(void)
{
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    cclb_target target = target_of("f");
    cclb_filter_result result;
    cclb_status status = cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error);
    if (status == CCLB_OK) {
        cclb_lease_return(&result.lease);
    }
    return status;
}

static cclb_status call_raw(const cclb_target *target, cclb_hook hook)
{
    const cclb_bytes request = cclb_text("request");
    cclb_lease lease;
    cclb_status status = cclb_call_raw(fixture.runtime, target, hook, &request, 1, &lease, &fixture.error);
    if (status == CCLB_OK) {
        cclb_lease_return(&lease);
    }
    return status;
}

static void play_fault(cclb_status fault)
{
    fixture.script.hook_fault = fault;
    fixture_play();
}

static void fail_times(uint32_t times)
{
    play_fault(CCLB_TRAP);
    for (uint32_t i = 0; i < times; i++) {
        expect_fault(filter(), CCLB_TRAP, 50, "");
    }
    play_fault(CCLB_OK);
}

static void expect_quarantined(void)
{
    uint32_t guest_calls = fixture.guest_calls;
    expect_fault(filter(), CCLB_QUARANTINED, 0, "filter runtime error: the hook is in quarantine");
    assert_int_equal(fixture.error.hook, CCLB_HOOK_FILTER);
    assert_int_equal(fixture.guest_calls, guest_calls);
    assert_int_equal(fixture.logged.record.outcome, CCLB_QUARANTINED);
    assert_false(fixture.logged.record.called);
}

static double gauge(const char *hook);

static void faults_in_the_window_lead_to_quarantine(void **state)
{
    (void)state;
    fail_times(FAULTS - 1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, FAULTS - 1, 0);
    expect_ok(filter()); /* a success is no reason to forget */
    fail_times(1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
    expect_quarantined();
    wait_for(QUARANTINE_NS - 1);
    expect_quarantined();
    wait_for(1);
    expect_ok(filter());
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    fail_times(FAULTS - 1);
    expect_ok(filter());
}

/* Logs, and notes what the breaker of "f" is by then. */
static void log_the_breaker(void *context, const cclb_call_record *record)
{
    fixture_log(&fixture.logged, record);
    *(cclb_breaker_state *)context = look_at("f", CCLB_HOOK_FILTER).state;
}

static void the_log_sees_what_became_of_the_breaker(void **state)
{
    (void)state;
    cclb_breaker_state seen = CCLB_BREAKER_HALF_OPEN;
    cclb_runtime_options options = breaker_options();
    options.log = (cclb_log){.call = log_the_breaker, .context = &seen};
    restart_with(&options);
    fail_times(FAULTS - 1);
    assert_int_equal(seen, CCLB_BREAKER_CLOSED);
    fail_times(1);
    assert_int_equal(seen, CCLB_BREAKER_OPEN);
    wait_for(QUARANTINE_NS);
    expect_ok(filter());
    assert_int_equal(seen, CCLB_BREAKER_CLOSED);
}

static void old_faults_are_forgotten(void **state)
{
    (void)state;
    fail_times(FAULTS - 1);
    wait_for(WINDOW_NS + 1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    fail_times(FAULTS - 1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, FAULTS - 1, 0);
    wait_for(WINDOW_NS / 2); /* the window slides: these two are in it with the next, the first two are not */
    fail_times(1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
}

static void a_try_that_fails_begins_anew(void **state)
{
    (void)state;
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    fail_times(1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
    expect_quarantined();
}

static void several_tries_may_be_wanted(void **state)
{
    (void)state;
    cclb_runtime_options options = breaker_options();
    options.breaker.tries = 2;
    restart_with(&options);
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    expect_ok(filter());
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_HALF_OPEN, 0, 0);
    expect_ok(filter());
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    expect_ok(filter());
    fail_times(1); /* tries succeed in a row, or not at all */
    wait_for(QUARANTINE_NS);
    expect_ok(filter());
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_HALF_OPEN, 0, 0);
}

/* ---- a clock that goes back: no time has passed ---- */

#define HOUR_NS UINT64_C(3600000000000) /* far more than any time here */

static void a_quarantine_is_no_longer_for_a_clock_that_goes_back(void **state)
{
    (void)state;
    wait_for(2 * HOUR_NS);
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS / 2);
    expect_quarantined();
    go_back(HOUR_NS);
    expect_quarantined();
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
    wait_for(QUARANTINE_NS - 1);
    expect_quarantined();
    wait_for(1);
    expect_ok(filter());
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
}

/* Whether or not a call comes by: it is enough that somebody looks. */
static void a_look_sees_that_a_clock_went_back(void **state)
{
    (void)state;
    wait_for(2 * HOUR_NS);
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS / 2);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS / 2);
    go_back(HOUR_NS);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS / 2);
    wait_for(QUARANTINE_NS / 2);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, 0);
    go_back(HOUR_NS);
    expect_ok(filter());
}

static void faults_grow_no_younger_for_a_clock_that_goes_back(void **state)
{
    (void)state;
    wait_for(2 * HOUR_NS);
    fail_times(1);
    wait_for(WINDOW_NS - HOOK_NS);
    fail_times(1);
    go_back(HOUR_NS);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 2, 0);
    wait_for(1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 1, 0);
    wait_for(WINDOW_NS);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    fail_times(FAULTS - 1);
    atomic_store(&fixture.now_ns, 1); /* before the first of them */
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, FAULTS - 1, 0);
    fail_times(1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
}

/* And a clock that ends ends no quarantine. */
static void times_end_where_the_clock_does(void **state)
{
    (void)state;
    atomic_store(&fixture.now_ns, UINT64_MAX - 1 - FAULTS * HOOK_NS);
    fail_times(FAULTS);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, 1);
    expect_quarantined();
}

/* While one call is let through all others are refused; but if it does not come back they are not for ever. */
static bool inside;
static cclb_status seen_inside;
static cclb_status seen_later;

static void call_inside(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    if (inside) {
        return;
    }
    inside = true;
    seen_inside = filter();
    wait_for(QUARANTINE_NS);
    seen_later = filter();
}

static void one_try_at_a_time(void **state)
{
    (void)state;
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    fixture.script.in_hook = call_inside;
    fake_script_set(&fixture.script);
    inside = false;
    expect_ok(filter());
    assert_int_equal(seen_inside, CCLB_QUARANTINED);
    assert_int_equal(seen_later, CCLB_OK);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
}

/* A try that hangs has the quarantine's length to come back, and not an hour more. */
static void go_back_inside(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    fixture.script.in_hook = fixture_hook;
    fake_script_set(&fixture.script);
    go_back(HOUR_NS);
    expect_quarantined();
    wait_for(QUARANTINE_NS);
    assert_int_equal(filter(), CCLB_OK);
}

static void a_try_is_waited_for_no_longer(void **state)
{
    (void)state;
    wait_for(2 * HOUR_NS);
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    fixture.script.in_hook = go_back_inside;
    fake_script_set(&fixture.script);
    expect_ok(filter());
}

/* A try that comes back when another one has its turn decides of nothing; but a fault is one. */
static void fail_inside(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    if (!inside) {
        inside = true;
        wait_for(QUARANTINE_NS);
        seen_later = filter(); /* succeeds, and closes */
        assert_int_equal(look_at("f", CCLB_HOOK_FILTER).state, CCLB_BREAKER_CLOSED);
    }
}

static void a_late_try_is_an_ordinary_call(void **state)
{
    (void)state;
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    fixture.script.in_hook = fail_inside;
    fixture.script.traps_from = 0;
    fake_script_set(&fixture.script);
    inside = false;
    expect_ok(filter());
    assert_int_equal(seen_later, CCLB_OK);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    fail_times(1);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 1, 0);
}

/* The host closes it while a try runs, which then fails: the fault counts. */
static void reset_inside(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    expect_ok(cclb_slot_reset(fixture.runtime, cclb_global_key("f"), &fixture.error));
}

static void a_try_that_fails_when_it_is_over_is_a_fault(void **state)
{
    (void)state;
    fail_times(FAULTS);
    wait_for(QUARANTINE_NS);
    fixture.script.in_hook = reset_inside;
    fixture.script.hook_fault = CCLB_TRAP;
    fake_script_set(&fixture.script);
    expect_fault(filter(), CCLB_TRAP, 50, "");
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 1, 0);
}

static void each_hook_has_its_own(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    play_fault(CCLB_DEADLINE);
    for (size_t i = 0; i < FAULTS; i++) {
        assert_int_equal(call_raw(&target, CCLB_HOOK_TRANSFORM_RESPONSE), CCLB_DEADLINE);
    }
    play_fault(CCLB_OK);
    assert_int_equal(call_raw(&target, CCLB_HOOK_TRANSFORM_RESPONSE), CCLB_QUARANTINED);
    expect_state("s", CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE), CCLB_OK);
    expect_state("s", CCLB_HOOK_SHAPE, CCLB_BREAKER_CLOSED, 0, 0);
    expect_state("f", CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_BREAKER_CLOSED, 0, 0);
    assert_true(gauge("transform_response") == 1);
    assert_true(gauge("shape") == 0);
}

/* What is and what is not the plugin's. */
static void only_the_plugins_faults_count(void **state)
{
    (void)state;
    cclb_target target = target_of("f");
    static const cclb_status faults[] = {CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        expect_ok(cclb_slot_reset(fixture.runtime, cclb_global_key("f"), &fixture.error));
        play_fault(faults[i]);
        assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER), faults[i]);
        expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 1, 0);
    }
    play_fault(CCLB_OK);
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("not an archive"));
    expect_fault(filter(), CCLB_DECODE, 0, "");
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 2, 0);
    expect_ok(cclb_slot_reset(fixture.runtime, cclb_global_key("f"), &fixture.error));
    fixture.script.start_fault = CCLB_DEADLINE;
    fixture_play();
    assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER), CCLB_DEADLINE);
    fixture.script.start_fault = CCLB_OK;
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 1, 0);
    expect_ok(cclb_slot_reset(fixture.runtime, cclb_global_key("f"), &fixture.error));

    answer(CCLB_HOOK_FILTER, "{'results': []}");
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE), CCLB_REJECTED); /* R41: the host asks a filter to shape */
    cclb_lease held[2];
    const cclb_bytes request = cclb_text("request");
    for (size_t i = 0; i < 2; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, &request, 1, &held[i], &fixture.error));
    }
    assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER), CCLB_SATURATED);
    cclb_lease_return(&held[0]);
    cclb_lease_return(&held[1]);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    expect_state("f", CCLB_HOOK_SHAPE, CCLB_BREAKER_CLOSED, 0, 0);
}

/* Who can write a request that is too long for the plugin shall not be able to have it quarantined. */
static void long_requests_do_not_count(void **state)
{
    (void)state;
    cclb_runtime_options options = breaker_options();
    options.wire_bounds.pass_through_bytes = 6;
    restart_with(&options);
    cclb_target target = target_of("f");
    play_fault(CCLB_TRAP);
    for (size_t i = 0; i < 2 * FAULTS; i++) {
        assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER), CCLB_TRAP);
    }
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
}

/* The policy decides of what is in quarantine as of what fails; it takes no permit by handle, and leaves none. */
static void the_failure_policy_applies(void **state)
{
    (void)state;
    expect_ok(try_register("f", CCLB_SLOT_FILTER, "accept_all", &kits[3], CCLB_FAILURE_PASS_THROUGH));
    expect_ok(cclb_breaker_set(fixture.runtime, cclb_global_key("f"), CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, QUARANTINE_NS,
                               &fixture.error));
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    cclb_handle *own;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &own, &fixture.error));
    const cclb_target targets[] = {target_of("f"), cclb_by_handle(own)};
    for (size_t i = 0; i < 2; i++) {
        cclb_filter_result result;
        expect_ok(cclb_filter(fixture.runtime, &targets[i], &request, &result, &fixture.error));
        assert_true(result.passed_through);
        assert_int_equal(fixture.error.status, CCLB_QUARANTINED);
        assert_int_equal(fixture.logged.record.outcome, CCLB_QUARANTINED);
        assert_true(fixture.logged.record.passed_through);
        cclb_runtime_info info = cclb_runtime_info_init();
        expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
        assert_int_equal(info.stores_used, i == 0 ? 1 : 0);
        cclb_lease_return(&result.lease);
    }
    cclb_handle_destroy(own);
}

static void a_new_version_begins_anew(void **state)
{
    (void)state;
    fail_times(FAULTS);
    cclb_handle *old;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &old, &fixture.error));
    assert_true(gauge("filter") == 1);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all_view", &kits[3]);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    expect_ok(filter());
    const cclb_target target = cclb_by_handle(old);
    assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER), CCLB_QUARANTINED);
    assert_true(gauge("filter") == 1); /* the old one is there still */
    cclb_handle_destroy(old);
    assert_true(gauge("filter") == 0);
}

static void a_host_can_set_it(void **state)
{
    (void)state;
    const cclb_slot_key key = cclb_global_key("f");
    expect_ok(cclb_breaker_set(fixture.runtime, key, CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 77, &fixture.error));
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, 77);
    expect_quarantined();
    expect_ok(cclb_breaker_set(fixture.runtime, key, CCLB_HOOK_FILTER, CCLB_BREAKER_HALF_OPEN, 0, &fixture.error));
    fail_times(1);
    expect_quarantined();
    expect_ok(cclb_slot_reset(fixture.runtime, key, &fixture.error));
    expect_ok(filter());
    expect_ok(cclb_breaker_set(fixture.runtime, key, CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, UINT64_MAX, &fixture.error));
    wait_for(UINT64_C(1) << 62);
    expect_quarantined();
    expect_ok(cclb_breaker_set(fixture.runtime, key, CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, &fixture.error));
    expect_ok(filter());
}

/* What a breaker tells sets another one to the same, in quarantine and when its time is over. */
static void a_state_can_be_carried_to_another(void **state)
{
    (void)state;
    const cclb_slot_key from = cclb_global_key("f");
    const cclb_slot_key to = cclb_global_key("other");
    cclb_breaker_info info;
    register_plugin("other", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    fail_times(FAULTS);
    static const uint64_t waits[] = {1, QUARANTINE_NS - 2, 1, QUARANTINE_NS};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        wait_for(waits[i]);
        expect_ok(cclb_breaker_get(fixture.runtime, from, CCLB_HOOK_FILTER, &info, &fixture.error));
        assert_int_equal(info.state, CCLB_BREAKER_OPEN);
        expect_ok(cclb_breaker_set(fixture.runtime, to, CCLB_HOOK_FILTER, info.state, info.wait_ns, &fixture.error));
        expect_state("other", CCLB_HOOK_FILTER, info.state, 0, info.wait_ns);
    }
    assert_int_equal(info.wait_ns, 0);
    cclb_target target = target_of("other");
    expect_ok(call_raw(&target, CCLB_HOOK_FILTER)); /* the try that is due */
}

/* A clock of a test's may well begin at 0 and stand still: what fails then is a fault like any other. */
static void a_clock_may_read_zero(void **state)
{
    (void)state;
    atomic_store(&fixture.now_ns, 0);
    fixture.script.in_hook = NULL; /* which makes time pass */
    cclb_target target = target_of("f");
    fixture.script.hook_fault = CCLB_TRAP;
    fake_script_set(&fixture.script);
    for (uint32_t i = 0; i < FAULTS; i++) {
        assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER), CCLB_TRAP);
        assert_true(fixture.logged.record.called);
    }
    assert_int_equal(atomic_load(&fixture.now_ns), 0);
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, QUARANTINE_NS);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    const cclb_slot_key key = cclb_global_key("f");
    const cclb_slot_key unknown = cclb_global_key("unknown");
    cclb_breaker_info info;
    cclb_runtime *runtime = fixture.runtime;
    expect_fault(cclb_breaker_get(runtime, unknown, CCLB_HOOK_FILTER, &info, &fixture.error), CCLB_REJECTED, 41, "");
    expect_fault(cclb_slot_reset(runtime, unknown, &fixture.error), CCLB_REJECTED, 41, "");
    expect_fault(cclb_breaker_set(runtime, unknown, CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, &fixture.error),
                 CCLB_REJECTED, 41, "");
    expect_fault(cclb_breaker_get(runtime, key, CCLB_HOOK_COUNT, &info, &fixture.error), CCLB_INVALID_ARGUMENT, 0,
                 "hook 5");
    expect_fault(cclb_breaker_set(runtime, key, CCLB_HOOK_COUNT, CCLB_BREAKER_OPEN, 0, &fixture.error),
                 CCLB_INVALID_ARGUMENT, 0, "hook 5");
    expect_fault(cclb_breaker_set(runtime, key, CCLB_HOOK_FILTER, (cclb_breaker_state)3, 0, &fixture.error),
                 CCLB_INVALID_ARGUMENT, 0, "state 3");
    assert_string_equal(cclb_breaker_state_name((cclb_breaker_state)3), "");
}

static void it_is_off_by_default(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    restart_with(&options);
    fail_times(100);
    expect_ok(filter());
    expect_state("f", CCLB_HOOK_FILTER, CCLB_BREAKER_CLOSED, 0, 0);
    expect_ok(cclb_slot_reset(fixture.runtime, cclb_global_key("f"), &fixture.error));
    expect_fault(cclb_breaker_set(fixture.runtime, cclb_global_key("f"), CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0,
                                  &fixture.error),
                 CCLB_INVALID_ARGUMENT, 0, "this runtime has no breakers");
    assert_true(gauge("filter") < 0);
}

/* ---- the gauge ---- */

struct looking {
    const char *hook;
    double value;
};

static void look(void *context, const cclb_metric_sample *sample)
{
    struct looking *looking = context;
    if (strcmp(sample->name, "cclb_plugin_quarantined") == 0 &&
        cclb_bytes_equal(sample->labels[1].value, cclb_text(looking->hook))) {
        looking->value = (looking->value < 0 ? 0 : looking->value) + sample->value;
    }
}

/* Below 0: there is no series. */
static double gauge(const char *hook)
{
    struct looking looking = {hook, -1};
    expect_ok(cclb_metrics_visit(fixture.runtime, look, &looking, &fixture.error));
    return looking.value;
}

#define BREAKER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_breaker, tear_down_breaker)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BREAKER_TEST(faults_in_the_window_lead_to_quarantine),
        BREAKER_TEST(the_log_sees_what_became_of_the_breaker),
        BREAKER_TEST(old_faults_are_forgotten),
        BREAKER_TEST(a_try_that_fails_begins_anew),
        BREAKER_TEST(several_tries_may_be_wanted),
        BREAKER_TEST(a_quarantine_is_no_longer_for_a_clock_that_goes_back),
        BREAKER_TEST(a_look_sees_that_a_clock_went_back),
        BREAKER_TEST(faults_grow_no_younger_for_a_clock_that_goes_back),
        BREAKER_TEST(a_try_is_waited_for_no_longer),
        BREAKER_TEST(times_end_where_the_clock_does),
        BREAKER_TEST(one_try_at_a_time),
        BREAKER_TEST(a_late_try_is_an_ordinary_call),
        BREAKER_TEST(a_try_that_fails_when_it_is_over_is_a_fault),
        BREAKER_TEST(each_hook_has_its_own),
        BREAKER_TEST(only_the_plugins_faults_count),
        BREAKER_TEST(long_requests_do_not_count),
        BREAKER_TEST(the_failure_policy_applies),
        BREAKER_TEST(a_new_version_begins_anew),
        BREAKER_TEST(a_host_can_set_it),
        BREAKER_TEST(a_state_can_be_carried_to_another),
        BREAKER_TEST(a_clock_may_read_zero),
        BREAKER_TEST(what_cannot_be_is_refused),
        BREAKER_TEST(it_is_off_by_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
