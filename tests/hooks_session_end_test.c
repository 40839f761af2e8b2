/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_session_end_test.c - how a stream's instance ends (docs/adr/0011-stream-sessions.md), over the fake engine: another
 * call takes it away, or the stream, the slot, the runtime or the process ends.
 */

#include "in_child.h"
#include "session_fixture.h"

/* ---- revocation ---- */

static void a_call_that_finds_no_lane_takes_an_idle_session(void **state)
{
    (void)state;
    uint64_t alive = fake_alive();
    cclb_lease lease = {0};
    cclb_lease other = {0};
    open_stream(0, true);
    events(0, 2);
    expect_ok(call(&lease));
    expect_session(0, true, 0, 0); /* there was a lane */
    expect_ok(call(&other));
    expect_session(0, false, 0, 0); /* it has not noticed */
    assert_int_equal(fake_alive(), alive + 2);
    assert_int_equal(describe_runtime().sessions_open, 0);
    expect_metrics(0, 1, 0);
    cclb_lease_return(&other);
    events(0, 1);
    expect_session(0, true, 0, 1);
    cclb_lease_return(&lease);
    events(0, 1);
    expect_used(1, 1);
}

static void without_a_permit_an_event_is_saturated_as_usual(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    cclb_lease leases[2];
    open_stream(0, true);
    events(0, 2);
    expect_ok(call(&leases[0]));
    expect_ok(call(&leases[1]));
    expect_ok(event(0));
    expect_fault(fixture.error.status, CCLB_SATURATED, 44, "transform_sse_event runtime error: ");
    assert_int_equal(describe(0).passed_through, 1);
    assert_false(describe(0).session_over); /* it was the moment */
    cclb_lease_return(&leases[0]);
    events(0, 1);
    expect_session(0, true, 0, 1);
    cclb_lease_return(&leases[1]);
}

static void a_stream_takes_another_streams_session_too(void **state)
{
    (void)state;
    cclb_lease lease = {0};
    open_stream(0, true);
    open_stream(1, true);
    events(0, 1);
    expect_ok(call(&lease));
    events(1, 1);
    expect_session(0, false, 0, 0);
    expect_session(1, true, 0, 0);
    events(0, 1);
    expect_session(0, true, 0, 1);
    events(1, 1);
    expect_session(1, true, 0, 1);
    cclb_lease_return(&lease);
    expect_used(1, 1);
}

static void its_memory_is_taken_likewise(void **state)
{
    (void)state;
    cclb_lease lease = {0};
    cclb_lease other = {0};
    cclb_runtime_options options = fixture_options();
    options.memory_max_bytes = 1 << 20;
    options.memory_total_max_bytes = 1 << 20;
    restart(&options);
    open_stream(0, true);
    events(0, 2);
    assert_int_equal(describe_runtime().memory_reserved_bytes, 1 << 20);
    expect_ok(call(&lease));
    expect_session(0, false, 0, 0);
    assert_int_equal(call(&other), CCLB_SATURATED);
    assert_int_equal(fixture.error.resource, CCLB_RESOURCE_MEMORY);
    cclb_lease_return(&lease);
    assert_int_equal(describe_runtime().memory_reserved_bytes, 0);
    events(0, 1);
    expect_session(0, true, 0, 1);
}

static void its_pool_slot_is_taken_likewise(void **state)
{
    (void)state;
    cclb_lease lease = {0};
    cclb_runtime_options options = fixture_options();
    options.pool_instances = 1;
    restart(&options);
    open_stream(0, true);
    events(0, 2);
    expect_ok(call(&lease));
    expect_session(0, false, 0, 0);
    expect_metrics(0, 1, 0);
    cclb_lease_return(&lease);
}

/* The plugin is gone from its slot and its handle, the stream is what keeps it; then not even that. */
static void a_replaced_plugin_goes_with_its_stream(void **state)
{
    (void)state;
    cclb_lease leases[2];
    open_stream(0, true);
    events(0, 2);
    uint64_t alive = fake_alive();
    cclb_bytes wasm = data_file("plugins/all_hooks-pdk0.2.0.wasm");
    fake_script_set(NULL);
    expect_ok(cclb_slot_register(fixture.runtime, cclb_global_key("p"), CCLB_SLOT_SHAPE, wasm, NULL, NULL,
                                 &fixture.error));
    free((void *)(uintptr_t)wasm.data);
    cclb_handle_destroy(handle);
    handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("p"), &handle, &fixture.error));
    play();
    assert_int_equal(fake_alive(), alive + 1); /* another module */
    events(0, 1);
    expect_ok(call(&leases[0]));
    expect_ok(call(&leases[1])); /* takes the session of the old plugin for the new one */
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
    expect_used(0, 0);
}

/* ---- the end ---- */

static void a_runtime_with_an_open_stream_is_busy(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    cclb_handle_destroy(handle);
    handle = NULL;
    assert_int_equal(cclb_runtime_destroy(fixture.runtime, &fixture.error), CCLB_BUSY);
    events(0, 1);
    expect_session(0, true, 0, 0);
}

static int in_the_child(void *context)
{
    (void)context;
    bool forked = event(0) == CCLB_FORKED;
    cclb_sse_stream_destroy(streams[0]);
    return forked && cclb_runtime_destroy(fixture.runtime, NULL) == CCLB_OK ? 0 : 1;
}

static void a_forked_child_leaves_it_alone(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    assert_int_equal(told_by_child(in_the_child, NULL), 0);
    events(0, 1);
    expect_session(0, true, 0, 0);
}

static void without_a_plugin_a_stream_outlives_its_runtime(void **state)
{
    (void)state;
    cclb_handle_destroy(handle);
    handle = NULL;
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    options.session = true;
    expect_ok(cclb_sse_stream_create(fixture.runtime, NULL, &request, &response, &options, &streams[0],
                                     &fixture.error));
    expect_ok(event(0));
    expect_ok(cclb_runtime_destroy(fixture.runtime, &fixture.error));
    fixture.runtime = NULL;
    expect_ok(event(0));
    expect_ok(cclb_sse_stream_finish(streams[0], count, &bytes_out[0], &fixture.error));
    expect_session(0, false, 0, 0);
}

/* Engine call 1, 2, 3 ... of a stream fails: the stream either goes on or says so, and nothing is left behind. */
static void every_engine_call_may_fail(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    uint64_t alive = fake_alive();
    bool untouched = false;
    for (uint64_t at = 1; !untouched; at++) {
        fixture.script.fail_at = at;
        play();
        open_stream(0, true);
        events(0, 4);
        untouched = fake_calls() < at;
        cclb_sse_info info = describe(0);
        assert_int_equal(info.events, 4);
        assert_int_equal(info.passed_through, at <= 3 ? 1 : 0); /* the first event has no other instance to go to */
        assert_int_equal(info.session_kept, untouched || at <= 3);
        cclb_sse_stream_destroy(streams[0]);
        streams[0] = NULL;
        assert_int_equal(fake_alive(), alive);
        expect_used(0, 0);
    }
    fixture.script.fail_at = 0;
}

static void options_are_shown(void **state)
{
    (void)state;
    assert_int_equal(describe_runtime().session_events_max, 256);
    assert_int_equal(describe_runtime().session_growth_max_bytes, 1 << 20);
    cclb_runtime_options options = fixture_options();
    options.session_events_max = 7;
    options.session_growth_max_bytes = 9;
    restart(&options);
    assert_int_equal(describe_runtime().session_events_max, 7);
    assert_int_equal(describe_runtime().session_growth_max_bytes, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(a_call_that_finds_no_lane_takes_an_idle_session),
        SESSION_TEST(without_a_permit_an_event_is_saturated_as_usual),
        SESSION_TEST(a_stream_takes_another_streams_session_too),
        SESSION_TEST(its_memory_is_taken_likewise),
        SESSION_TEST(its_pool_slot_is_taken_likewise),
        SESSION_TEST(a_replaced_plugin_goes_with_its_stream),
        SESSION_TEST(a_runtime_with_an_open_stream_is_busy),
        SESSION_TEST(a_forked_child_leaves_it_alone),
        SESSION_TEST(without_a_plugin_a_stream_outlives_its_runtime),
        SESSION_TEST(every_engine_call_may_fail),
        SESSION_TEST(options_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
