/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_bounds_test.c - cclb's own bounds on what plugins are sent and on what is made of their answers (cclb/policy.h,
 * wire_bounds.max_items, url_bytes, claims_bytes and pass_through_bytes; cclb/sse.h, event_max_bytes). All are inclusive.
 */

#include "hooks_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static cclb_filter_result result;
static cclb_shape_result shaped;
static cclb_transform_response_answer response_answer;
static cclb_transform_sse_event_answer event_answer;
static cclb_handle *handle;
static cclb_bytes claims;

static void return_all(void)
{
    cclb_lease_return(&result.lease);
    cclb_lease_return(&shaped.lease);
    cclb_lease_return(&response_answer.lease);
    cclb_lease_return(&event_answer.lease);
}

static void register_both(void)
{
    expect_ok(try_register("f", CCLB_SLOT_FILTER, "accept_all", &kits[3], CCLB_FAILURE_PASS_THROUGH));
    expect_ok(try_register("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[3], CCLB_FAILURE_PASS_THROUGH));
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("s"), &handle, &fixture.error));
}

static int set_up_bounds(void **state)
{
    int status = set_up(state);
    claims = (cclb_bytes){0};
    register_both();
    return status;
}

static int tear_down_bounds(void **state)
{
    return_all();
    expect_nothing_open();
    cclb_handle_destroy(handle);
    handle = NULL;
    return tear_down(state);
}

static void restart_with(cclb_wire_bounds bounds)
{
    return_all();
    cclb_handle_destroy(handle);
    cclb_runtime_options options = fixture_options();
    options.wire_bounds = bounds;
    fixture_restart(&options);
    register_both();
}

static cclb_status ask(cclb_hook hook)
{
    static const cclb_bytes body = {(const uint8_t *)"body", 4};
    static const cclb_sse_event event = {{(const uint8_t *)"delta", 5}, {(const uint8_t *)"data", 4}};
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.body = (cclb_spans){&body, 1};
    request.principal.claims = claims;
    response.status = 200;
    cclb_target filter = target_of("f");
    cclb_target shape = cclb_by_handle(handle);
    return_all();
    memset(&fixture.error, 0, sizeof fixture.error);
    fixture_play();
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return cclb_filter(fixture.runtime, &filter, &request, &result, &fixture.error);
    case CCLB_HOOK_SHAPE:
        return cclb_shape(fixture.runtime, &shape, &request, &shaped, &fixture.error);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return cclb_transform_response(fixture.runtime, &shape, &request, &response, &response_answer, &fixture.error);
    default:
        return cclb_transform_sse_event(fixture.runtime, &shape, &request, &response, &event, &event_answer,
                                        &fixture.error);
    }
}

/* ---- items of an answer ---- */

enum { ITEMS = 65536 + 1 };

/* Has the guest answer with so many results, headers or events. */
static void answer_items(cclb_hook hook, size_t count)
{
    static cclb_candidate_reason results[ITEMS];
    static cclb_header headers[ITEMS];
    static cclb_sse_event events[ITEMS];
    for (size_t i = 0; i < count; i++) {
        results[i] = (cclb_candidate_reason){.upstream_id = cclb_text("99999999-0000-4000-8000-000000000099"),
                                             .decision = cclb_text("accept")};
        headers[i] = (cclb_header){cclb_text("a"), cclb_text("b")};
        events[i].data = cclb_text("d");
    }
    if (hook == CCLB_HOOK_FILTER) {
        const cclb_filter_response message = {.results = {results, count}};
        answer_message(hook, &message);
    } else if (hook == CCLB_HOOK_TRANSFORM_RESPONSE) {
        const cclb_transform_response_result message = {
            .kind = CCLB_TRANSFORM_RESPONSE_REPLACE, .has_headers = true, .headers = {headers, count}};
        answer_message(hook, &message);
    } else {
        const cclb_transform_sse_event_result message = {.kind = CCLB_TRANSFORM_SSE_EVENT_REPLACE,
                                                         .events = {events, count}};
        answer_message(hook, &message);
    }
}

static size_t items_made(cclb_hook hook)
{
    return hook == CCLB_HOOK_FILTER                 ? result.kept_count
           : hook == CCLB_HOOK_TRANSFORM_RESPONSE ? response_answer.headers.count
                                                  : event_answer.events.count;
}

static bool passed(cclb_hook hook)
{
    return hook == CCLB_HOOK_FILTER                 ? result.passed_through
           : hook == CCLB_HOOK_SHAPE              ? shaped.passed_through
           : hook == CCLB_HOOK_TRANSFORM_RESPONSE ? response_answer.passed_through
                                                  : event_answer.passed_through;
}

static void expect_items_are_bounded(size_t most)
{
    static const struct {
        cclb_hook hook;
        const char *message;
    } cases[] = {
        {CCLB_HOOK_FILTER, "filter runtime error: an answer with %zu results exceeds wire_bounds.max_items, %zu"},
        {CCLB_HOOK_TRANSFORM_RESPONSE,
         "transform_response runtime error: an answer with %zu headers exceeds wire_bounds.max_items, %zu"},
        {CCLB_HOOK_TRANSFORM_SSE_EVENT,
         "transform_sse_event runtime error: an answer with %zu events exceeds wire_bounds.max_items, %zu"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        cclb_hook hook = cases[i].hook;
        answer_items(hook, most);
        expect_ok(ask(hook));
        assert_false(passed(hook));
        assert_int_equal(items_made(hook), most);
        answer_items(hook, most + 1);
        expect_ok(ask(hook)); /* such an answer is a failure of the plugin, and this one's policy is to pass */
        assert_true(passed(hook));
        char message[CCLB_MESSAGE_SIZE];
        snprintf(message, sizeof message, cases[i].message, most + 1, most);
        expect_fault(fixture.error.status, CCLB_REJECTED, 64, message);
        assert_int_equal(fixture.error.hook, hook);
        assert_int_equal(fixture.error.phase, CCLB_PHASE_ANSWER);
    }
}

static void items_are_bounded(void **state)
{
    (void)state;
    fixture.script.memory_bytes = 32 << 20;
    expect_items_are_bounded(65536);
    restart_with((cclb_wire_bounds){.max_items = 3});
    expect_items_are_bounded(3);
}

/* ---- the URL of a shaped request ---- */

static void answer_url(size_t len)
{
    static char url[65536];
    static const char start[] = "https://a.test/";
    memset(url, 'u', sizeof url);
    memcpy(url, start, strlen(start));
    const cclb_shape_response message = {.url = cclb_bytes_of(url, len), .method = cclb_text("POST")};
    answer_message(CCLB_HOOK_SHAPE, &message);
}

static void expect_urls_are_bounded(size_t most)
{
    answer_url(most);
    expect_ok(ask(CCLB_HOOK_SHAPE));
    assert_false(shaped.passed_through);
    assert_int_equal(shaped.url.text.len, most);
    answer_url(most + 1);
    expect_ok(ask(CCLB_HOOK_SHAPE));
    assert_true(shaped.passed_through);
    char message[CCLB_MESSAGE_SIZE];
    snprintf(message, sizeof message, "unsupported request: a URL of %zu bytes exceeds wire_bounds.url_bytes, %zu",
             most + 1, most);
    expect_fault(fixture.error.status, CCLB_REJECTED, 64, message);
    assert_int_equal(fixture.error.hook, CCLB_HOOK_SHAPE);
    assert_int_equal(fixture.error.phase, CCLB_PHASE_ANSWER);
}

static void urls_are_bounded(void **state)
{
    (void)state;
    fixture.script.memory_bytes = 1 << 20;
    expect_urls_are_bounded(65534);
    restart_with((cclb_wire_bounds){.url_bytes = 20});
    expect_urls_are_bounded(20);
}

/* ---- claims ---- */

static void expect_claims_are_bounded(size_t most)
{
    static const cclb_hook hooks[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_TRANSFORM_RESPONSE,
                                      CCLB_HOOK_TRANSFORM_SSE_EVENT};
    static char text[(1 << 20) + 2];
    memset(text, ' ', sizeof text);
    memcpy(text, "{}", 2);
    answer(CCLB_HOOK_SHAPE, "{'url': 'https://a.test/', 'method': 'POST', 'headers': [], 'body': ''}");
    for (size_t i = 0; i < COUNT(hooks); i++) {
        claims = cclb_bytes_of(text, most);
        expect_ok(ask(hooks[i]));
        assert_false(passed(hooks[i]));
        claims.len++;
        uint32_t guest_calls = fixture.guest_calls;
        expect_fault(ask(hooks[i]), CCLB_LIMIT, 78, "");
        assert_non_null(strstr(fixture.error.message, "exceed wire_bounds.claims_bytes"));
        assert_int_equal(fixture.guest_calls, guest_calls);
    }
}

static void claims_are_bounded(void **state)
{
    (void)state;
    expect_claims_are_bounded(1 << 20);
    restart_with((cclb_wire_bounds){.claims_bytes = 10});
    expect_claims_are_bounded(10);
}

/* ---- what is too long to pass ---- */

static void hold_all(cclb_lease held[2])
{
    cclb_target target = target_of("f");
    return_all();
    fixture_play();
    for (size_t i = 0; i < 2; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &held[i], &fixture.error));
    }
}

static uint64_t counted_as(cclb_hook hook, const char *policy)
{
    cclb_buffer text = {0};
    char line[256];
    uint64_t count = 0;
    snprintf(line, sizeof line, "cclb_plugin_policy_applied_total{plugin=\"%s\",hook=\"%s\",policy=\"%s\"} ",
             hook == CCLB_HOOK_FILTER ? "f" : "s", cclb_hook_name(hook), policy);
    expect_ok(cclb_metrics_to_prometheus(fixture.runtime, NULL, &text, &fixture.error));
    const char *found = strstr((const char *)text.data, line);
    if (found) {
        count = strtoull(found + strlen(line), NULL, 10);
    }
    cclb_buffer_deinit(&text);
    return count;
}

static void a_request_that_is_too_long_never_passes(void **state)
{
    (void)state;
    static const cclb_hook hooks[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_TRANSFORM_RESPONSE,
                                      CCLB_HOOK_TRANSFORM_SSE_EVENT};
    for (size_t i = 0; i < COUNT(hooks); i++) {
        cclb_hook hook = hooks[i];
        cclb_lease held[2];
        fixture.script.hook_fault = CCLB_TRAP;
        restart_with((cclb_wire_bounds){0});
        expect_ok(ask(hook));
        assert_true(passed(hook));
        uint64_t size = fixture.logged.record.bytes_in;
        assert_true(size > 0);

        restart_with((cclb_wire_bounds){.pass_through_bytes = size});
        expect_ok(ask(hook));
        assert_true(passed(hook));
        assert_int_equal(counted_as(hook, "pass_through"), 1);
        fixture.script.hook_fault = CCLB_OK;
        hold_all(held);
        expect_ok(ask(hook));
        assert_true(passed(hook));
        return_all();
        cclb_lease_return(&held[0]);
        cclb_lease_return(&held[1]);

        /* one byte more: the plugin is asked, and its failure is the call's */
        fixture.script.hook_fault = CCLB_TRAP;
        restart_with((cclb_wire_bounds){.pass_through_bytes = size - 1});
        uint32_t guest_calls = fixture.guest_calls;
        expect_fault(ask(hook), CCLB_TRAP, 50, "");
        assert_int_equal(fixture.guest_calls, guest_calls + 1);
        assert_int_equal(counted_as(hook, "pass_through"), 0);
        assert_int_equal(counted_as(hook, "fail_closed"), 1);
        fixture.script.hook_fault = CCLB_OK;
        hold_all(held);
        expect_fault(ask(hook), CCLB_LIMIT, 0, "");
        assert_non_null(strstr(fixture.error.message, "exceeds wire_bounds.pass_through_bytes"));
        cclb_lease_return(&held[0]);
        cclb_lease_return(&held[1]);
    }
}

static void forget(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

/* The events of a stream are prepared beforehand, and of what length they are is seen when they come. */
static void an_event_that_is_too_long_never_passes(void **state)
{
    (void)state;
    static const char event[] = "data: some text, and some more\n\n";
    for (uint64_t bound = 1; bound <= 1000000; bound *= 1000000) {
        restart_with((cclb_wire_bounds){.pass_through_bytes = bound});
        cclb_target target = cclb_by_handle(handle);
        cclb_request request = cclb_request_init();
        cclb_response response = cclb_response_init();
        request.method = cclb_text("POST");
        response.status = 200;
        cclb_sse_stream *stream = NULL;
        expect_ok(cclb_sse_stream_create(fixture.runtime, &target, &request, &response, NULL, &stream, &fixture.error));
        cclb_lease held[2];
        hold_all(held);
        cclb_status status =
            cclb_sse_stream_feed(stream, cclb_text(event), forget, NULL, &fixture.error);
        if (bound == 1) {
            expect_fault(status, CCLB_LIMIT, 0, "");
            assert_non_null(strstr(fixture.error.message, "exceeds wire_bounds.pass_through_bytes"));
        } else {
            expect_ok(status);
        }
        cclb_lease_return(&held[0]);
        cclb_lease_return(&held[1]);
        cclb_sse_stream_destroy(stream);
    }
}

static void keep(void *context, cclb_bytes bytes)
{
    char *output = context;
    strncat(output, (const char *)bytes.data, bytes.len);
}

/* Feeds text in chunks of `step` bytes to a stream with a bound on events. */
static cclb_status feed_bounded(cclb_handle *plugin, uint64_t event_max_bytes, const char *text, size_t step,
                                char *output, cclb_sse_info *info)
{
    cclb_target target = cclb_by_handle(plugin);
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_sse_stream *stream = NULL;
    cclb_error scratch;
    request.method = cclb_text("POST");
    response.status = 200;
    options.event_max_bytes = event_max_bytes;
    output[0] = '\0';
    fixture_play();
    expect_ok(cclb_sse_stream_create(fixture.runtime, &target, &request, &response, &options, &stream, &fixture.error));
    cclb_status status = CCLB_OK;
    for (size_t at = 0; status == CCLB_OK && at < strlen(text); at += step) {
        size_t len = strlen(text) - at;
        cclb_bytes chunk = cclb_bytes_of(text + at, len < step ? len : step);
        status = cclb_sse_stream_feed(stream, chunk, keep, output, &fixture.error);
    }
    if (status != CCLB_OK) {
        assert_int_equal(cclb_sse_stream_feed(stream, cclb_text("data: c\n\n"), keep, output, &scratch), status);
        assert_int_equal(cclb_sse_stream_finish(stream, keep, output, &scratch), status);
    }
    *info = cclb_sse_info_init();
    expect_ok(cclb_sse_stream_describe(stream, info, &scratch));
    cclb_sse_stream_destroy(stream);
    return status;
}

/* Whoever writes the stream decides how long an event is, and must get no text by the plugin by it. */
static void an_event_above_event_max_bytes_ends_the_stream(void **state)
{
    (void)state;
    static const char text[] = ": hello\ndata: a\n\ndata: 0123456789\nid: 1\n\ndata: b\n\n";
    enum { LONGEST = 24 };
    char output[256];
    cclb_sse_info info;
    for (size_t step = 1; step <= sizeof text; step += sizeof text - 1) {
        restart_with((cclb_wire_bounds){0});
        uint32_t guest_calls = fixture.guest_calls;
        expect_ok(feed_bounded(handle, LONGEST, text, step, output, &info));
        assert_string_equal(output, text);
        assert_int_equal(fixture.guest_calls, guest_calls + 3);

        expect_fault(feed_bounded(handle, LONGEST - 1, text, step, output, &info), CCLB_LIMIT, 0, "");
        assert_string_equal(fixture.error.message,
                            "an event is longer than event_max_bytes, 23, which a host can raise");
        assert_int_equal(fixture.error.hook, CCLB_HOOK_TRANSFORM_SSE_EVENT);
        assert_string_equal(output, ": hello\ndata: a\n\n");
        assert_int_equal(fixture.guest_calls, guest_calls + 4);
        assert_true(info.ended);
        assert_int_equal(info.events, 2);
        assert_int_equal(info.passed_through, 0);
        assert_int_equal(counted_as(CCLB_HOOK_TRANSFORM_SSE_EVENT, "pass_through"), 0);
        assert_int_equal(counted_as(CCLB_HOOK_TRANSFORM_SSE_EVENT, "fail_closed"), 1);
        assert_int_equal(fixture.logged.record.outcome, CCLB_LIMIT);
        assert_int_equal(fixture.logged.fault.status, CCLB_LIMIT);
        assert_string_equal(fixture.logged.plugin, "s");
        assert_false(fixture.logged.record.passed_through);
        assert_false(fixture.logged.record.called);
    }
}

/* Nothing of it is held back, and so nothing is bounded. */
static void a_stream_without_a_plugin_for_it_has_no_bound(void **state)
{
    (void)state;
    static const char text[] = "data: 0123456789\n\n";
    char output[256];
    cclb_sse_info info;
    cclb_handle *filter = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &filter, &fixture.error));
    expect_ok(feed_bounded(filter, 1, text, 1, output, &info));
    assert_string_equal(output, text);
    assert_false(info.active);
    cclb_handle_destroy(filter);
}

static void a_fifth_of_the_memory_passes_by_default(void **state)
{
    (void)state;
    enum { MEMORY = 5 * 65536 };
    return_all();
    cclb_handle_destroy(handle);
    cclb_runtime_options options = fixture_options();
    options.memory_max_bytes = MEMORY;
    fixture.script.memory_bytes = MEMORY;
    fixture_restart(&options);
    register_both();
    cclb_request request = cclb_request_init();
    cclb_target target = target_of("f");
    static uint8_t bytes[65536];
    fixture.script.hook_fault = CCLB_TRAP;
    request.method = cclb_text("POST");
    fixture_play();
    expect_ok(cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error));
    cclb_lease_return(&result.lease);
    uint64_t rest = fixture.logged.record.bytes_in;
    cclb_bytes body = cclb_bytes_of(bytes, MEMORY / 5 - rest - rest % 4);
    request.body = (cclb_spans){&body, 1};
    fixture_play();
    expect_ok(cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error));
    cclb_lease_return(&result.lease);
    assert_true(fixture.logged.record.bytes_in <= MEMORY / 5);
    assert_true(fixture.logged.record.bytes_in > MEMORY / 5 - 16);
    body.len += 16;
    fixture_play();
    expect_fault(cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error), CCLB_TRAP, 50, "");
    assert_true(fixture.logged.record.bytes_in > MEMORY / 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_bounds, tear_down_bounds)
    const struct CMUnitTest tests[] = {
        TEST(items_are_bounded),
        TEST(urls_are_bounded),
        TEST(claims_are_bounded),
        TEST(a_request_that_is_too_long_never_passes),
        TEST(an_event_that_is_too_long_never_passes),
        TEST(an_event_above_event_max_bytes_ends_the_stream),
        TEST(a_stream_without_a_plugin_for_it_has_no_bound),
        TEST(a_fifth_of_the_memory_passes_by_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
