/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_transform_test.c - what a host sends on after a transform hook (rules R100 to R104). */

#include "hooks_fixture.h"
#include "in_child.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static cclb_handle *handle;
static cclb_transform_response_answer response_answer;
static cclb_transform_sse_event_answer event_answer;

static const cclb_header own_headers[] = {
    {{(const uint8_t *)"Content-Type", 12}, {(const uint8_t *)"text/plain", 10}},
    {{(const uint8_t *)"X", 1}, {(const uint8_t *)"1", 1}},
};
static const cclb_bytes own_body[] = {{(const uint8_t *)"own", 3}, {(const uint8_t *)" body", 5}};

static void take_handle(const char *key)
{
    cclb_handle_destroy(handle);
    handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key(key), &handle, &fixture.error));
}

static cclb_request own_request(void)
{
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    return request;
}

static cclb_response own_response(void)
{
    cclb_response response = cclb_response_init();
    response.status = 206;
    response.headers = (cclb_headers){own_headers, COUNT(own_headers)};
    response.body = (cclb_spans){own_body, COUNT(own_body)};
    return response;
}

static cclb_status ask_response_of(const cclb_target *target)
{
    cclb_lease_return(&response_answer.lease);
    memset(&response_answer, 0, sizeof response_answer);
    cclb_request request = own_request();
    cclb_response response = own_response();
    return cclb_transform_response(fixture.runtime, target, &request, &response, &response_answer, &fixture.error);
}

static cclb_status ask_response(void)
{
    cclb_target target = cclb_by_handle(handle);
    return ask_response_of(&target);
}

static cclb_status ask_event_of(const cclb_target *target)
{
    static const cclb_sse_event event = {{(const uint8_t *)"delta", 5}, {(const uint8_t *)"data", 4}};
    cclb_lease_return(&event_answer.lease);
    memset(&event_answer, 0, sizeof event_answer);
    cclb_request request = own_request();
    cclb_response response = own_response();
    return cclb_transform_sse_event(fixture.runtime, target, &request, &response, &event, &event_answer,
                                    &fixture.error);
}

static cclb_status ask_event(void)
{
    cclb_target target = cclb_by_handle(handle);
    return ask_event_of(&target);
}

static void done(void)
{
    cclb_lease_return(&response_answer.lease);
    cclb_lease_return(&event_answer.lease);
    expect_nothing_open();
    cclb_handle_destroy(handle);
    handle = NULL;
}

static int set_up_transforms(void **state)
{
    int status = set_up(state);
    handle = NULL;
    memset(&response_answer, 0, sizeof response_answer);
    memset(&event_answer, 0, sizeof event_answer);
    register_plugin("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[3]);
    take_handle("s");
    return status;
}

static void restart_with(cclb_wire_bounds bounds)
{
    done();
    cclb_runtime_options options = fixture_options();
    options.wire_bounds = bounds;
    fixture_restart(&options);
    register_plugin("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[3]);
    take_handle("s");
}

/* That what goes out is the response's own, but for the parts that are told as replaced. */
static void expect_rest_is_own(void)
{
    const cclb_transform_response_answer *answer = &response_answer;
    if (!answer->status_replaced) {
        assert_int_equal(answer->status, 206);
    }
    if (!answer->headers_replaced) {
        assert_ptr_equal(answer->headers.items, own_headers);
        assert_int_equal(answer->headers.count, COUNT(own_headers));
    }
    if (!answer->body_replaced) {
        assert_ptr_equal(answer->body.spans, own_body);
        assert_int_equal(answer->body.count, COUNT(own_body));
    }
}

static void expect_unchanged(void)
{
    assert_false(response_answer.status_replaced);
    assert_false(response_answer.headers_replaced);
    assert_false(response_answer.body_replaced);
    assert_false(response_answer.passed_through);
    expect_rest_is_own();
}

/* The headers that go out as "NAME=VALUE;" in a row. */
static const char *headers(void)
{
    static char text[1024];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < response_answer.headers.count; i++) {
        const cclb_header *header = &response_answer.headers.items[i];
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%.*s=%.*s;", (int)header->name.len,
                             (const char *)header->name.data, (int)header->value.len, (const char *)header->value.data);
    }
    return text;
}

/* ---- R100: who is called ---- */

static void expect_not_called(void)
{
    uint32_t guest_calls = fixture.guest_calls;
    uint32_t log_calls = fixture.log_calls;
    expect_ok(ask_response());
    assert_false(response_answer.called);
    assert_null(response_answer.lease.lane);
    expect_unchanged();
    expect_ok(ask_event());
    assert_false(event_answer.called);
    assert_false(event_answer.passed_through);
    assert_int_equal(event_answer.kind, CCLB_TRANSFORM_SSE_EVENT_UNCHANGED);
    assert_null(event_answer.lease.lane);
    assert_int_equal(fixture.guest_calls, guest_calls);
    assert_int_equal(fixture.log_calls, log_calls);
}

static void a_hook_that_is_missing_or_noop_is_not_called(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'status': 500}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Drop'}");
    for (size_t i = 0; i < KITS; i++) {
        register_plugin("n", CCLB_SLOT_SHAPE, "shape_pass", &kits[i]); /* has none in W2, noop in the others */
        take_handle("n");
        expect_not_called();
    }
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    take_handle("f");
    expect_not_called();
    /* nor if every call would have to be refused */
    take_handle("s");
    cclb_lease leases[2] = {0};
    cclb_target filter = target_of("f");
    for (size_t i = 0; i < 2; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &filter, CCLB_HOOK_FILTER, NULL, 0, &leases[i], &fixture.error));
    }
    expect_fault(ask_response(), CCLB_SATURATED, 44, "transform_response runtime error: ");
    take_handle("n");
    expect_not_called();
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
    done();
}

static void an_active_hook_is_called_in_every_form_that_has_it(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'status': 500}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Drop'}");
    for (size_t i = 1; i < KITS; i++) {
        register_plugin("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[i]);
        take_handle("s");
        expect_ok(ask_response());
        assert_true(response_answer.called);
        assert_int_equal(response_answer.status, 500);
        assert_int_equal(response_answer.lease.form, kits[i].form);
        assert_true(
            cclb_bytes_equal(response_answer.lease.output, fixture.script.answer[CCLB_HOOK_TRANSFORM_RESPONSE]));
        expect_ok(ask_event());
        assert_true(event_answer.called);
        assert_int_equal(event_answer.kind, CCLB_TRANSFORM_SSE_EVENT_DROP);
        assert_int_equal(event_answer.lease.form, kits[i].form);
    }
    done();
}

/* R42. */
static void transforms_are_not_called_by_key(void **state)
{
    (void)state;
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("n", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
    static const char *const keys[] = {"s", "n", "f"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        cclb_target target = target_of(keys[i]);
        expect_fault(ask_response_of(&target), CCLB_REJECTED, 42, "transform_response runtime error: ");
        expect_fault(ask_event_of(&target), CCLB_REJECTED, 42, "transform_sse_event runtime error: ");
    }
    cclb_target nobody = target_of("nobody");
    expect_fault(ask_response_of(&nobody), CCLB_REJECTED, 41, "transform_response runtime error: no slot registered");
    done();
}

/* Also where the hook would not be called: whoever mixes two runtimes up should learn of it at once. */
static void a_handle_of_another_runtime_is_refused(void **state)
{
    (void)state;
    register_plugin("n", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
    cclb_runtime *first = fixture.runtime;
    cclb_runtime_options options = fixture_options();
    fixture.runtime = NULL;
    fixture_restart(&options);
    cclb_runtime *second = fixture.runtime;
    static const char *const keys[] = {"s", "n"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        fixture.runtime = first;
        take_handle(keys[i]);
        fixture.runtime = second;
        expect_fault(ask_response(), CCLB_INVALID_ARGUMENT, 0, "the handle belongs to another runtime");
        expect_fault(ask_event(), CCLB_INVALID_ARGUMENT, 0, "the handle belongs to another runtime");
    }
    done();
    expect_ok(cclb_runtime_destroy(second, &fixture.error));
    fixture.runtime = first;
}

static int is_told_that_it_forked(void *context)
{
    (void)context;
    return ask_response() == CCLB_FORKED && ask_event() == CCLB_FORKED;
}

static void in_a_forked_child_nothing_is_called(void **state)
{
    (void)state;
    register_plugin("n", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
    take_handle("n");
    assert_true(told_by_child(is_told_that_it_forked, NULL));
    done();
}

/* ---- R102: whole responses ---- */

static void an_unchanged_response_goes_out_as_it_came(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Unchanged'}");
    expect_ok(ask_response());
    assert_true(response_answer.called);
    expect_unchanged();
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace'}"); /* by nothing at all */
    expect_ok(ask_response());
    expect_unchanged();
    done();
}

static void each_part_that_is_present_is_replaced(void **state)
{
    (void)state;
    for (unsigned parts = 0; parts < 8; parts++) {
        char text[256];
        snprintf(text, sizeof text, "{'kind': 'Replace'%s%s%s}", parts & 1 ? ", 'status': 418" : "",
                 parts & 2 ? ", 'headers': [{'name': 'New', 'value': 'v'}]" : "", parts & 4 ? ", 'body': 'new'" : "");
        answer(CCLB_HOOK_TRANSFORM_RESPONSE, text);
        expect_ok(ask_response());
        assert_int_equal(response_answer.status_replaced, parts & 1);
        assert_int_equal(response_answer.headers_replaced, parts >> 1 & 1);
        assert_int_equal(response_answer.body_replaced, parts >> 2 & 1);
        expect_rest_is_own();
        if (parts & 1) {
            assert_int_equal(response_answer.status, 418);
        }
        if (parts & 2) {
            assert_string_equal(headers(), "new=v;");
        }
        if (parts & 4) {
            assert_int_equal(response_answer.body.count, 1);
            expect_text(response_answer.body.spans[0], "new");
        }
    }
    done();
}

static void to_be_replaced_by_nothing_is_to_be_empty(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'headers': [], 'body': ''}");
    expect_ok(ask_response());
    assert_true(response_answer.headers_replaced);
    assert_int_equal(response_answer.headers.count, 0);
    assert_true(response_answer.body_replaced);
    assert_int_equal(response_answer.body.count, 1);
    assert_int_equal(response_answer.body.spans[0].len, 0);
    done();
}

static void a_status_is_100_to_999(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        bool good;
    } cases[] = {{0, false}, {99, false}, {100, true}, {200, true}, {999, true}, {1000, false}, {65535, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const cclb_transform_response_result result = {
            .kind = CCLB_TRANSFORM_RESPONSE_REPLACE, .has_status = true, .status = cases[i].status};
        answer_message(CCLB_HOOK_TRANSFORM_RESPONSE, &result);
        cclb_status status = ask_response();
        if (cases[i].good) {
            expect_ok(status);
            assert_int_equal(response_answer.status, cases[i].status);
        } else {
            char message[64];
            snprintf(message, sizeof message, "transform_response runtime error: invalid status %u;", cases[i].status);
            expect_fault(status, CCLB_REJECTED, 102, message);
            assert_int_equal(fixture.error.phase, CCLB_PHASE_ANSWER);
            assert_int_equal(fixture.error.hook, CCLB_HOOK_TRANSFORM_RESPONSE);
        }
    }
    done();
}

static cclb_status ask_for_headers(const cclb_header *given, size_t count)
{
    const cclb_transform_response_result result = {
        .kind = CCLB_TRANSFORM_RESPONSE_REPLACE, .has_headers = true, .headers = {given, count}};
    answer_message(CCLB_HOOK_TRANSFORM_RESPONSE, &result);
    return ask_response();
}

static cclb_status ask_for_header(const char *name, cclb_bytes value)
{
    const cclb_header one = {cclb_text(name), value};
    return ask_for_headers(&one, 1);
}

static void headers_are_held_to_the_rules_of_http(void **state)
{
    (void)state;
    static const char *const names[] = {"", "a b", "a:", "\xc3\xa9", "a\n"};
    for (size_t i = 0; i < COUNT(names); i++) {
        expect_fault(ask_for_header(names[i], cclb_text("v")), CCLB_REJECTED, 102,
                     "transform_response runtime error: invalid header name `");
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        const uint8_t value[] = {(uint8_t)byte};
        cclb_status status = ask_for_header("a", cclb_bytes_of(value, 1));
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            expect_fault(status, CCLB_REJECTED, 102, "transform_response runtime error: invalid value of header `a`");
        } else {
            expect_ok(status);
        }
    }
    static char name[65536];
    memset(name, 'a', sizeof name);
    fixture.script.memory_bytes = 1 << 20;
    const cclb_header longest = {cclb_bytes_of(name, 65535), cclb_text("v")};
    expect_ok(ask_for_headers(&longest, 1));
    const cclb_header longer = {cclb_bytes_of(name, 65536), cclb_text("v")};
    expect_fault(ask_for_headers(&longer, 1), CCLB_REJECTED, 102, "transform_response runtime error: ");
    done();
}

static void no_header_is_dropped_and_none_is_one_too_many(void **state)
{
    (void)state;
    static const char *const kept[] = {"Connection",    "content-length",    "Host",      "authorization",
                                       "x-anthropic-y", "transfer-encoding", "set-cookie"};
    restart_with((cclb_wire_bounds){.max_headers = 2, .max_header_value_bytes = 4});
    cclb_header list[COUNT(kept)];
    for (size_t i = 0; i < COUNT(kept); i++) {
        list[i] = (cclb_header){cclb_text(kept[i]), cclb_text("value")};
    }
    expect_ok(ask_for_headers(list, COUNT(kept)));
    assert_string_equal(headers(), "connection=value;content-length=value;host=value;authorization=value;"
                                   "x-anthropic-y=value;transfer-encoding=value;set-cookie=value;");
    static char value[20000];
    memset(value, 'v', sizeof value);
    expect_ok(ask_for_header("a", cclb_bytes_of(value, sizeof value)));
    done();
}

static void repeated_names_stand_where_the_first_stood(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE,
           "{'kind': 'Replace', 'headers': [{'name': 'Set-Cookie', 'value': '1'}, {'name': 'a', 'value': '2'}, "
           "{'name': 'set-cookie', 'value': '3'}, {'name': 'A', 'value': '4'}]}");
    expect_ok(ask_response());
    assert_string_equal(headers(), "set-cookie=1;set-cookie=3;a=2;a=4;");
    done();
}

/* ---- R103: events ---- */

static void an_event_stays_or_goes(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Unchanged'}");
    expect_ok(ask_event());
    assert_true(event_answer.called);
    assert_int_equal(event_answer.kind, CCLB_TRANSFORM_SSE_EVENT_UNCHANGED);
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Drop'}");
    expect_ok(ask_event());
    assert_int_equal(event_answer.kind, CCLB_TRANSFORM_SSE_EVENT_DROP);
    done();
}

static void an_event_is_replaced_by_any_number(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Replace', 'events': []}");
    expect_ok(ask_event());
    assert_int_equal(event_answer.kind, CCLB_TRANSFORM_SSE_EVENT_REPLACE);
    assert_int_equal(event_answer.events.count, 0);
    /* whatever is in them: whoever frames them looks at that */
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Replace', 'events': [{'event': 'a\\n\\u0000b', 'data': {'base64': "
                                          "'AP8K'}}, {'event': '', 'data': ''}]}");
    expect_ok(ask_event());
    assert_int_equal(event_answer.events.count, 2);
    assert_int_equal(event_answer.events.items[0].event.len, 4);
    assert_memory_equal(event_answer.events.items[0].event.data, "a\n\0b", 4);
    assert_int_equal(event_answer.events.items[0].data.len, 3);
    assert_memory_equal(event_answer.events.items[0].data.data, "\0\xff\n", 3);
    assert_int_equal(event_answer.events.items[1].event.len + event_answer.events.items[1].data.len, 0);
    enum { EVENTS = 50000 };
    static cclb_sse_event events[EVENTS];
    static char names[EVENTS][8];
    for (size_t i = 0; i < EVENTS; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        events[i] = (cclb_sse_event){.event = cclb_text(names[i]), .data = cclb_text("d")};
    }
    const cclb_transform_sse_event_result result = {CCLB_TRANSFORM_SSE_EVENT_REPLACE, {events, EVENTS}};
    fixture.script.memory_bytes = 4 << 20;
    answer_message(CCLB_HOOK_TRANSFORM_SSE_EVENT, &result);
    expect_ok(ask_event());
    assert_int_equal(event_answer.events.count, EVENTS);
    for (size_t i = 0; i < EVENTS; i++) {
        expect_text(event_answer.events.items[i].event, names[i]);
    }
    done();
}

/* ---- R101, R104: answers that are none ---- */

static void answers_are_bounded(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Unchanged'}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Drop'}");
    fixture.script.answer_prefix = 4;
    static const struct {
        uint64_t bound;
        bool response, event;
    } cases[] = {{36, true, true}, {35, false, true}, {37, true, true}, {16, false, true}, {15, false, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        restart_with((cclb_wire_bounds){.output_body_bytes = cases[i].bound});
        cclb_status status = ask_response();
        if (cases[i].response) {
            expect_ok(status);
        } else {
            expect_fault(status, CCLB_REJECTED, 101,
                         "transform_response runtime error: an answer of 36 bytes exceeds "
                         "wire_bounds.output_body_bytes");
        }
        status = ask_event();
        if (cases[i].event) {
            expect_ok(status);
        } else {
            expect_fault(status, CCLB_REJECTED, 101,
                         "transform_sse_event runtime error: an answer of 16 bytes exceeds "
                         "wire_bounds.output_body_bytes");
        }
    }
    done();
}

static void an_answer_that_does_not_read_is_a_fault(void **state)
{
    (void)state;
    static const uint8_t tags[32] = {[0] = 7, [20] = 7};
    answer_bytes(CCLB_HOOK_TRANSFORM_RESPONSE, cclb_bytes_of(tags, 32));
    answer_bytes(CCLB_HOOK_TRANSFORM_SSE_EVENT, cclb_bytes_of(tags, 32));
    expect_fault(ask_response(), CCLB_DECODE, 0, "transform_response runtime error: TransformResponseResult");
    assert_int_equal(fixture.error.hook, CCLB_HOOK_TRANSFORM_RESPONSE);
    expect_fault(ask_event(), CCLB_DECODE, 0, "transform_sse_event runtime error: TransformSseEventResult");
    assert_int_equal(fixture.error.hook, CCLB_HOOK_TRANSFORM_SSE_EVENT);
    restart_with((cclb_wire_bounds){.output_body_bytes = 31});
    expect_fault(ask_response(), CCLB_REJECTED, 101, "transform_response runtime error: ");
    expect_fault(ask_event(), CCLB_REJECTED, 101, "transform_sse_event runtime error: ");
    done();
}

static void a_trap_is_told_by_its_phase(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    expect_fault(ask_response(), CCLB_TRAP, 50, "transform_response trap error: ");
    assert_non_null(strstr(fixture.error.message, "cc_lb_transform_response: scripted"));
    expect_fault(ask_event(), CCLB_TRAP, 50, "transform_sse_event trap error: ");
    assert_non_null(strstr(fixture.error.message, "cc_lb_transform_sse_event: scripted"));
    fixture.script.hook_fault = CCLB_DEADLINE;
    fixture_play();
    expect_fault(ask_response(), CCLB_DEADLINE, 21, "transform_response runtime error: ");
    expect_fault(ask_event(), CCLB_DEADLINE, 21, "transform_sse_event runtime error: ");
    done();
}

/* R85, R86. */
static void an_answer_at_any_address_reads_the_same(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'status': 201, 'headers': [{'name': 'a', 'value': '1'}], "
                                         "'body': 'b'}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Replace', 'events': [{'event': 'e', 'data': 'd'}]}");
    for (uint32_t shift = 0; shift < 16; shift++) {
        fixture.script.answer_shift = shift;
        fixture_play();
        expect_ok(ask_response());
        assert_int_equal(response_answer.status, 201);
        assert_string_equal(headers(), "a=1;");
        expect_text(response_answer.body.spans[0], "b");
        expect_ok(ask_event());
        assert_int_equal(event_answer.events.count, 1);
        expect_text(event_answer.events.items[0].data, "d");
    }
    done();
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'headers': [{'name': 'B', 'value': '1'}, {'name': 'a', "
                                         "'value': '2'}, {'name': 'b', 'value': '3'}], 'body': 'body'}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Replace', 'events': [{'event': 'e', 'data': 'd'}]}");
    for (int event = 0; event < 2; event++) {
        cclb_status status = CCLB_INTERNAL;
        uint64_t failures = 0;
        while (status != CCLB_OK) {
            restart_with((cclb_wire_bounds){0});
            fixture.counts.fail_at = atomic_load(&fixture.counts.calls) + failures + 1;
            status = event ? ask_event() : ask_response();
            fixture.counts.fail_at = 0;
            assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY || status == CCLB_INSTANTIATE);
            assert_true(status == CCLB_OK || fixture.error.status == status);
            assert_true(++failures < 100);
        }
        assert_true(failures > 2);
    }
    done();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_transforms, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_hook_that_is_missing_or_noop_is_not_called),
        TEST(an_active_hook_is_called_in_every_form_that_has_it),
        TEST(transforms_are_not_called_by_key),
        TEST(a_handle_of_another_runtime_is_refused),
        TEST(in_a_forked_child_nothing_is_called),
        TEST(an_unchanged_response_goes_out_as_it_came),
        TEST(each_part_that_is_present_is_replaced),
        TEST(to_be_replaced_by_nothing_is_to_be_empty),
        TEST(a_status_is_100_to_999),
        TEST(headers_are_held_to_the_rules_of_http),
        TEST(no_header_is_dropped_and_none_is_one_too_many),
        TEST(repeated_names_stand_where_the_first_stood),
        TEST(an_event_stays_or_goes),
        TEST(an_event_is_replaced_by_any_number),
        TEST(answers_are_bounded),
        TEST(an_answer_that_does_not_read_is_a_fault),
        TEST(a_trap_is_told_by_its_phase),
        TEST(an_answer_at_any_address_reads_the_same),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
