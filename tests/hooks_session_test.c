/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_session_test.c - streams that keep their instance (docs/adr/0011-stream-sessions.md), over the fake engine: what is
 * kept, for how long, who takes it, and that each event is a call like any other.
 */

#include "hooks_fixture.h"
#include "runtime/runtime.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STREAMS = 3 };

static cclb_handle *handle;
static cclb_sse_stream *streams[STREAMS];
static size_t bytes_out[STREAMS];

/* What a guest saw: the instance it is in, and the deadline of each lane. */
static const uint8_t *guest_at;
static uint64_t deadlines[2];

static void session_hook(void *context, cclb_hook hook, cclb_bytes input)
{
    fixture_hook(context, hook, input);
    guest_at = input.data;
    for (size_t i = 0; i < 2; i++) {
        deadlines[i] = atomic_load(&fixture.runtime->dispatch.lanes.lane[i].deadline_ns);
    }
}

static void play(void)
{
    fixture.script.in_hook = session_hook;
    fake_script_set(&fixture.script);
}

/* Registers the plugin while its trial calls are answered by a script. */
static void take_plugin(struct fake_script trial, cclb_failure_policy policy)
{
    cclb_bytes wasm = data_file("plugins/shape_redact-pdk0.2.0.wasm");
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = policy;
    fake_script_set(&trial);
    expect_ok(cclb_slot_register(fixture.runtime, cclb_global_key("p"), CCLB_SLOT_SHAPE, wasm, &options, NULL,
                                 &fixture.error));
    free((void *)(uintptr_t)wasm.data);
    cclb_handle_destroy(handle);
    handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("p"), &handle, &fixture.error));
    play();
}

static const struct fake_script frees = {0};
static const struct fake_script never_frees = {.leaks = true};

static void restart_with(const cclb_runtime_options *options, struct fake_script trial)
{
    cclb_handle_destroy(handle);
    handle = NULL;
    fixture_restart(options);
    take_plugin(trial, CCLB_FAILURE_FAIL_CLOSED);
}

static void restart(const cclb_runtime_options *options)
{
    restart_with(options, frees);
}

static int set_up_session(void **state)
{
    int failed = set_up(state);
    take_plugin(frees, CCLB_FAILURE_FAIL_CLOSED);
    return failed;
}

static void close_all(void)
{
    for (size_t i = 0; i < STREAMS; i++) {
        cclb_sse_stream_destroy(streams[i]);
        streams[i] = NULL;
    }
    cclb_handle_destroy(handle);
    handle = NULL;
}

static int tear_down_session(void **state)
{
    close_all();
    return tear_down(state);
}

/* ---- streams ---- */

static void open_stream(size_t stream, bool session)
{
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_target target = cclb_by_handle(handle);
    request.method = cclb_text("POST");
    response.status = 200;
    options.session = session;
    bytes_out[stream] = 0;
    expect_ok(cclb_sse_stream_create(fixture.runtime, &target, &request, &response, &options, &streams[stream],
                                     &fixture.error));
}

static void count(void *context, cclb_bytes bytes)
{
    *(size_t *)context += bytes.len;
}

static cclb_status event(size_t stream)
{
    return cclb_sse_stream_feed(streams[stream], cclb_text("data: x\n\n"), count, &bytes_out[stream], &fixture.error);
}

static void events(size_t stream, int number)
{
    for (int i = 0; i < number; i++) {
        expect_ok(event(stream));
    }
}

static cclb_sse_info describe(size_t stream)
{
    cclb_sse_info info = cclb_sse_info_init();
    expect_ok(cclb_sse_stream_describe(streams[stream], &info, &fixture.error));
    return info;
}

static void expect_session(size_t stream, bool kept, uint64_t renewals, uint64_t revocations)
{
    cclb_sse_info info = describe(stream);
    assert_int_equal(info.session_kept, kept);
    assert_int_equal(info.session_renewals, renewals);
    assert_int_equal(info.session_revocations, revocations);
}

static cclb_runtime_info describe_runtime(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
    return info;
}

static void expect_used(uint32_t stores, uint32_t sessions)
{
    cclb_runtime_info info = describe_runtime();
    assert_int_equal(info.stores_used, stores);
    assert_int_equal(info.sessions_open, sessions);
    assert_int_equal(info.leases_open, 0);
}

static cclb_status call(cclb_lease *lease)
{
    static const cclb_bytes piece = {(const uint8_t *)"r", 1};
    cclb_target target = cclb_by_handle(handle);
    return cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_TRANSFORM_SSE_EVENT, &piece, 1, lease, &fixture.error);
}

static void count_metric(void *context, const cclb_metric_sample *sample)
{
    uint64_t *values = context;
    values[0] += strcmp(sample->name, "cclb_session_renewals_total") == 0 ? sample->count : 0;
    values[1] += strcmp(sample->name, "cclb_session_revocations_total") == 0 ? sample->count : 0;
    values[2] += strcmp(sample->name, "cclb_sessions_open") == 0 ? (uint64_t)sample->value : 0;
}

static void expect_metrics(uint64_t renewals, uint64_t revocations, uint64_t open)
{
    uint64_t values[3] = {0};
    expect_ok(cclb_metrics_visit(fixture.runtime, count_metric, values, &fixture.error));
    assert_int_equal(values[0], renewals);
    assert_int_equal(values[1], revocations);
    assert_int_equal(values[2], open);
}

/* ---- what is kept ---- */

static void without_the_option_nothing_is_kept(void **state)
{
    (void)state;
    open_stream(0, false);
    events(0, 3);
    expect_session(0, false, 0, 0);
    expect_used(0, 0);
    assert_int_equal(fake_frees(), 0);
}

static void one_instance_serves_the_stream(void **state)
{
    (void)state;
    uint64_t alive = fake_alive();
    open_stream(0, true);
    events(0, 1);
    const uint8_t *first_guest = guest_at;
    expect_session(0, true, 0, 0);
    expect_used(1, 1);
    for (int i = 0; i < 50; i++) {
        events(0, 1);
        assert_ptr_equal(guest_at, first_guest);
        assert_int_equal(fake_alive(), alive + 1);
    }
    assert_int_equal(fake_frees(), 50);
    assert_int_equal(fixture.log_calls, 51);
    assert_int_equal(fixture.guest_calls, 51);
    expect_metrics(0, 0, 1);
    expect_ok(cclb_sse_stream_finish(streams[0], count, &bytes_out[0], &fixture.error));
    expect_session(0, false, 0, 0); /* not until it is destroyed */
    expect_used(0, 0);
    assert_int_equal(fake_alive(), alive);
    assert_int_equal(bytes_out[0], 51 * 9);
}

static void a_destroyed_stream_gives_it_back(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    expect_used(1, 1);
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    expect_used(0, 0);
}

static void an_event_is_logged_and_bounded_like_any_call(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.deadline[CCLB_HOOK_TRANSFORM_SSE_EVENT] = (cclb_deadline){.base_ns = 1000000};
    options.metering = true;
    restart(&options);
    open_stream(0, true);
    for (uint32_t i = 1; i <= 5; i++) {
        uint64_t start_ns = fixture_now(NULL);
        deadlines[0] = deadlines[1] = 0;
        events(0, 1);
        assert_int_equal(deadlines[0] + deadlines[1], start_ns + 1000000);
        assert_int_equal(fixture.log_calls, i);
        assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
        assert_true(fixture.logged.record.called);
        assert_int_equal(fixture.logged.record.guest_ns, HOOK_NS);
        assert_int_equal(fixture.logged.record.duration_ns, HOOK_NS);
        assert_int_equal(fixture.logged.record.fuel, 1);
        assert_int_equal(fixture.logged.record.bytes_out, 12);
        assert_string_equal(fixture.logged.plugin, "p");
        for (size_t lane = 0; lane < 2; lane++) {
            assert_int_equal(atomic_load(&fixture.runtime->dispatch.lanes.lane[lane].deadline_ns), 0);
        }
        atomic_fetch_add(&fixture.now_ns, UINT64_C(1) << 40); /* an idle session runs into no deadline */
    }
}

static void a_quarter_of_the_permits_is_kept_and_one_at_least(void **state)
{
    (void)state;
    open_stream(0, true);
    open_stream(1, true);
    events(0, 1);
    events(1, 3);
    expect_session(0, true, 0, 0);
    expect_session(1, false, 0, 0);
    expect_used(1, 1);
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    events(1, 1);
    expect_session(1, true, 0, 0);

    cclb_sse_stream_destroy(streams[1]);
    streams[1] = NULL;
    cclb_runtime_options options = fixture_options();
    options.stores_max = 8;
    restart(&options);
    for (size_t i = 0; i < STREAMS; i++) {
        open_stream(i, true);
        events(i, 2);
        expect_session(i, i < 2, 0, 0);
    }
    expect_used(2, 2);
}

/* ---- wear ---- */

static void answers_that_are_not_freed_renew_it(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_events_max = 3;
    restart_with(&options, never_frees);
    open_stream(0, true);
    const uint8_t *guest[8];
    for (int i = 1; i <= 7; i++) {
        events(0, 1);
        guest[i] = guest_at;
        expect_session(0, i % 3 != 0, (uint64_t)(i / 3), 0);
    }
    assert_ptr_equal(guest[1], guest[2]);
    assert_ptr_equal(guest[5], guest[6]);
    assert_int_equal(fake_frees(), 0);
    expect_metrics(2, 0, 1);
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    restart(&options);
    open_stream(0, true);
    events(0, 20);
    expect_session(0, true, 0, 0); /* whose answers are freed */
}

static void one_event_each_is_no_session(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_events_max = 1;
    restart_with(&options, never_frees);
    open_stream(0, true);
    events(0, 3);
    expect_session(0, false, 0, 0);
    expect_metrics(0, 0, 0);
}

static void growth_renews_it(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_growth_max_bytes = 4096;
    restart(&options);
    fixture.script.grows_by = 2048;
    play();
    open_stream(0, true);
    for (int i = 1; i <= 9; i++) { /* two reach the bound, the third exceeds it */
        events(0, 1);
        expect_session(0, i % 3 != 0, (uint64_t)(i / 3), 0);
    }
}

/* However large the first event made it: growth counts from the trial call. */
static void what_grew_in_its_first_event_is_not_kept(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_growth_max_bytes = 4096;
    restart(&options);
    fixture.script.grows_by = 8192;
    play();
    open_stream(0, true);
    events(0, 3);
    expect_session(0, false, 0, 0);
    expect_used(0, 0);
}

/* ---- failures ---- */

static void a_failure_of_a_kept_instance_is_nobodys(void **state)
{
    (void)state;
    const struct fake_script scripts[] = {
        {.traps_from = 3}, {.free_fault = CCLB_TRAP}, {.free_fault = CCLB_DEADLINE}, {.free_fault = CCLB_FUEL}};
    for (size_t i = 0; i < 4; i++) {
        fixture.script = scripts[i];
        play();
        fixture.log_calls = 0;
        open_stream(0, true);
        events(0, 6);
        cclb_sse_info info = describe(0);
        assert_true(info.session_over);
        assert_false(info.session_kept);
        assert_int_equal(info.unchanged, 6);
        assert_int_equal(fixture.log_calls, 6); /* each is told once */
        assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
        expect_used(0, 0);
        cclb_sse_stream_destroy(streams[0]);
        streams[0] = NULL;
    }
    fixture.script = (struct fake_script){0};
}

static void a_failure_of_the_plugin_is_told_and_ends_it(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    open_stream(0, true);
    events(0, 2);
    expect_session(0, true, 0, 0);
    fixture.script.hook_fault = CCLB_TRAP;
    play();
    expect_ok(event(0));
    expect_fault(fixture.error.status, CCLB_TRAP, 50, "transform_sse_event trap error: guest trap during");
    assert_true(describe(0).session_over);
    expect_used(0, 0);
    fixture.script.hook_fault = CCLB_OK;
    play();
    events(0, 2);
    cclb_sse_info info = describe(0);
    assert_int_equal(info.passed_through, 1);
    assert_int_equal(info.unchanged, 4);
    assert_false(info.session_kept);
}

static void an_answer_that_breaks_a_rule_ends_it(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    open_stream(0, true);
    events(0, 2);
    answer_bytes(CCLB_HOOK_TRANSFORM_SSE_EVENT, cclb_text("nonsense"));
    play();
    expect_ok(event(0));
    expect_fault(fixture.error.status, CCLB_DECODE, 0, "transform_sse_event runtime error: ");
    assert_true(describe(0).session_over);
    expect_used(0, 0);
}

/* The first call from here on answers what is none, and every later one what it should. */
static void answer_once_wrongly(void *context, cclb_hook hook, cclb_bytes input)
{
    static uint32_t calls;
    fixture_hook(context, hook, input);
    if (fixture.script.answer[hook].len > 0 && ++calls % 2 == 0) {
        fixture.script.answer[hook] = (cclb_bytes){0};
        fake_script_set(&fixture.script);
    }
}

/* A kept instance that has confused itself is no failure of the stream. */
static void a_wrong_answer_of_a_kept_instance_is_nobodys(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_FAIL_CLOSED);
    open_stream(0, true);
    events(0, 2);
    fixture.log_calls = 0;
    answer_bytes(CCLB_HOOK_TRANSFORM_SSE_EVENT, cclb_text("nonsense"));
    fixture.script.in_hook = answer_once_wrongly;
    fake_script_set(&fixture.script);
    events(0, 1);
    cclb_sse_info info = describe(0);
    assert_true(info.session_over);
    assert_false(info.session_kept);
    assert_int_equal(info.unchanged, 3);
    assert_int_equal(fixture.log_calls, 1);
    assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
    events(0, 2);
    expect_used(0, 0);
}

static void before_anything_is_kept_a_failure_ends_nothing(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    fixture.script.hook_fault = CCLB_TRAP;
    play();
    open_stream(0, true);
    expect_ok(event(0));
    expect_used(0, 0);
    fixture.script.hook_fault = CCLB_OK;
    play();
    events(0, 1);
    expect_session(0, true, 0, 0);
}

/* Under fail-closed the stream ends with the first failure, and what it kept with it. */
static void a_stream_that_fails_keeps_nothing(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    fixture.script.hook_fault = CCLB_DEADLINE;
    play();
    assert_int_equal(event(0), CCLB_DEADLINE);
    assert_int_equal(event(0), CCLB_DEADLINE);
    expect_used(0, 0);
    expect_session(0, false, 0, 0);
}

static void an_event_that_is_too_long_ends_it_with_the_stream(void **state)
{
    (void)state;
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_target target = cclb_by_handle(handle);
    request.method = cclb_text("POST");
    response.status = 200;
    options.session = true;
    options.event_max_bytes = 16;
    expect_ok(cclb_sse_stream_create(fixture.runtime, &target, &request, &response, &options, &streams[0],
                                     &fixture.error));
    events(0, 2);
    expect_used(1, 1);
    assert_int_equal(cclb_sse_stream_feed(streams[0], cclb_text("data: 0123456789abcdef\n\n"), count, &bytes_out[0],
                                          &fixture.error),
                     CCLB_LIMIT);
    expect_used(0, 0);
}

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

static int in_the_child(void)
{
    bool forked = event(0) == CCLB_FORKED;
    cclb_sse_stream_destroy(streams[0]);
    return forked && cclb_runtime_destroy(fixture.runtime, NULL) == CCLB_OK ? 0 : 1;
}

static void a_forked_child_leaves_it_alone(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Told through a pipe, and ended at once: what the parent left here is no leak for anyone to report. */
        char result = (char)in_the_child();
        (void)!write(told[1], &result, 1);
        raise(SIGKILL);
    }
    close(told[1]);
    char result = -1;
    assert_int_equal(read(told[0], &result, 1), 1);
    assert_int_equal(result, 0);
    close(told[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_session, tear_down_session)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_the_option_nothing_is_kept),
        TEST(one_instance_serves_the_stream),
        TEST(a_destroyed_stream_gives_it_back),
        TEST(an_event_is_logged_and_bounded_like_any_call),
        TEST(a_quarter_of_the_permits_is_kept_and_one_at_least),
        TEST(answers_that_are_not_freed_renew_it),
        TEST(one_event_each_is_no_session),
        TEST(growth_renews_it),
        TEST(what_grew_in_its_first_event_is_not_kept),
        TEST(a_failure_of_a_kept_instance_is_nobodys),
        TEST(a_failure_of_the_plugin_is_told_and_ends_it),
        TEST(an_answer_that_breaks_a_rule_ends_it),
        TEST(a_wrong_answer_of_a_kept_instance_is_nobodys),
        TEST(before_anything_is_kept_a_failure_ends_nothing),
        TEST(a_stream_that_fails_keeps_nothing),
        TEST(an_event_that_is_too_long_ends_it_with_the_stream),
        TEST(a_call_that_finds_no_lane_takes_an_idle_session),
        TEST(without_a_permit_an_event_is_saturated_as_usual),
        TEST(a_stream_takes_another_streams_session_too),
        TEST(its_memory_is_taken_likewise),
        TEST(its_pool_slot_is_taken_likewise),
        TEST(a_replaced_plugin_goes_with_its_stream),
        TEST(a_runtime_with_an_open_stream_is_busy),
        TEST(a_forked_child_leaves_it_alone),
        TEST(without_a_plugin_a_stream_outlives_its_runtime),
        TEST(every_engine_call_may_fail),
        TEST(options_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
