/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_fixture.h - streams over the fake engine, and what a guest sees of its instance. Each test program has its own.
 */
#ifndef TESTS_SESSION_FIXTURE_H
#define TESTS_SESSION_FIXTURE_H

#include "hooks_fixture.h"
#include "runtime/runtime.h"

enum { STREAMS = 3 };

static cclb_handle *handle;
static cclb_sse_stream *streams[STREAMS];
static size_t bytes_out[STREAMS];

/* What a guest saw: the instance it is in, and the deadline of each lane. */
static const uint8_t *guest_at;
static uint64_t deadlines[2];

static inline void session_hook(void *context, cclb_hook hook, cclb_bytes input)
{
    fixture_hook(context, hook, input);
    guest_at = input.data;
    for (size_t i = 0; i < 2; i++) {
        deadlines[i] = atomic_load(&fixture.runtime->dispatch.lanes.lane[i].deadline_ns);
    }
}

static inline void play(void)
{
    fixture.script.in_hook = session_hook;
    fake_script_set(&fixture.script);
}

/* Registers the plugin while its trial calls are answered by a script. */
static inline void take_plugin(struct fake_script trial, cclb_failure_policy policy)
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

static inline void restart_with(const cclb_runtime_options *options, struct fake_script trial)
{
    cclb_handle_destroy(handle);
    handle = NULL;
    fixture_restart(options);
    take_plugin(trial, CCLB_FAILURE_FAIL_CLOSED);
}

static inline void restart(const cclb_runtime_options *options)
{
    restart_with(options, frees);
}

static inline int set_up_session(void **state)
{
    int failed = set_up(state);
    take_plugin(frees, CCLB_FAILURE_FAIL_CLOSED);
    return failed;
}

static inline void close_all(void)
{
    for (size_t i = 0; i < STREAMS; i++) {
        cclb_sse_stream_destroy(streams[i]);
        streams[i] = NULL;
    }
    cclb_handle_destroy(handle);
    handle = NULL;
}

static inline int tear_down_session(void **state)
{
    close_all();
    return tear_down(state);
}

/* ---- streams ---- */

/* `event_max_bytes` is the longest event that passes; 0: what the options say by themselves. */
static inline void open_bounded_stream(size_t stream, bool session, uint64_t event_max_bytes)
{
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_target target = cclb_by_handle(handle);
    request.method = cclb_text("POST");
    response.status = 200;
    options.session = session;
    if (event_max_bytes > 0) {
        options.event_max_bytes = event_max_bytes;
    }
    bytes_out[stream] = 0;
    expect_ok(cclb_sse_stream_create(fixture.runtime, &target, &request, &response, &options, &streams[stream],
                                     &fixture.error));
}

static inline void open_stream(size_t stream, bool session)
{
    open_bounded_stream(stream, session, 0);
}

static inline void count(void *context, cclb_bytes bytes)
{
    *(size_t *)context += bytes.len;
}

static inline cclb_status event(size_t stream)
{
    return cclb_sse_stream_feed(streams[stream], cclb_text("data: x\n\n"), count, &bytes_out[stream], &fixture.error);
}

static inline void events(size_t stream, int number)
{
    for (int i = 0; i < number; i++) {
        expect_ok(event(stream));
    }
}

static inline cclb_sse_info describe(size_t stream)
{
    cclb_sse_info info = cclb_sse_info_init();
    expect_ok(cclb_sse_stream_describe(streams[stream], &info, &fixture.error));
    return info;
}

static inline void expect_session(size_t stream, bool kept, uint64_t renewals, uint64_t revocations)
{
    cclb_sse_info info = describe(stream);
    assert_int_equal(info.session_kept, kept);
    assert_int_equal(info.session_renewals, renewals);
    assert_int_equal(info.session_revocations, revocations);
}

static inline cclb_runtime_info describe_runtime(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
    return info;
}

static inline void expect_used(uint32_t stores, uint32_t sessions)
{
    cclb_runtime_info info = describe_runtime();
    assert_int_equal(info.stores_used, stores);
    assert_int_equal(info.sessions_open, sessions);
    assert_int_equal(info.leases_open, 0);
}

static inline cclb_status call(cclb_lease *lease)
{
    static const cclb_bytes piece = {(const uint8_t *)"r", 1};
    cclb_target target = cclb_by_handle(handle);
    return cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_TRANSFORM_SSE_EVENT, &piece, 1, lease, &fixture.error);
}

static inline void count_metric(void *context, const cclb_metric_sample *sample)
{
    uint64_t *values = context;
    values[0] += strcmp(sample->name, "cclb_session_renewals_total") == 0 ? sample->count : 0;
    values[1] += strcmp(sample->name, "cclb_session_revocations_total") == 0 ? sample->count : 0;
    values[2] += strcmp(sample->name, "cclb_sessions_open") == 0 ? (uint64_t)sample->value : 0;
}

static inline void expect_metrics(uint64_t renewals, uint64_t revocations, uint64_t open)
{
    uint64_t values[3] = {0};
    expect_ok(cclb_metrics_visit(fixture.runtime, count_metric, values, &fixture.error));
    assert_int_equal(values[0], renewals);
    assert_int_equal(values[1], revocations);
    assert_int_equal(values[2], open);
}

#define SESSION_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_session, tear_down_session)

#endif
