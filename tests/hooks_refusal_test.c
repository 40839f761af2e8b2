/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_refusal_test.c - what is no request, no response or no observation: how it is told, and that no failure policy
 * lets it pass.
 */

#include "hooks_fixture.h"

/* The hooks that look at a member. */
enum { FILTER = 1, SHAPE = 2, RESPONSE = 4, EVENT = 8, REQUEST_HOOKS = 15, TRANSFORMS = 12, UPSTREAM_HOOKS = 14 };

static const char *const keys[CCLB_HOOK_COUNT] = {"f", "s", "o", "s", "s"};

static int set_up_plugins(void **state)
{
    int status = set_up(state);
    cclb_failure_policy policy = CCLB_FAILURE_PASS_THROUGH;
    expect_ok(try_register("f", CCLB_SLOT_FILTER, "accept_all", &kits[3], policy));
    expect_ok(try_register("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[3], policy));
    expect_ok(try_register("o", CCLB_SLOT_OBSERVE, "observe_noop", &kits[2], policy));
    return status;
}

static cclb_request good_request(void)
{
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    return request;
}

static cclb_response good_response(void)
{
    cclb_response response = cclb_response_init();
    response.status = 200;
    return response;
}

/* One call of a hook whose result, if it leaves it alone, has none but these bytes. */
enum { UNTOUCHED = 0xa5 };

static bool is_untouched(const void *result, size_t size)
{
    const uint8_t *bytes = result;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != UNTOUCHED) {
            return false;
        }
    }
    return true;
}

static cclb_status call(cclb_hook hook, const cclb_request *request, const cclb_response *response,
                        const cclb_sse_event *event, cclb_error *error)
{
    union {
        cclb_filter_result filter;
        cclb_shape_result shape;
        cclb_transform_response_answer response;
        cclb_transform_sse_event_answer event;
    } result;
    memset(&result, UNTOUCHED, sizeof result);
    cclb_handle *handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key(keys[hook]), &handle, &fixture.error));
    cclb_target target = cclb_by_handle(handle);
    cclb_status status = CCLB_INTERNAL;
    if (hook == CCLB_HOOK_FILTER) {
        status = cclb_filter(fixture.runtime, &target, request, &result.filter, error);
    } else if (hook == CCLB_HOOK_SHAPE) {
        status = cclb_shape(fixture.runtime, &target, request, &result.shape, error);
    } else if (hook == CCLB_HOOK_TRANSFORM_RESPONSE) {
        status = cclb_transform_response(fixture.runtime, &target, request, response, &result.response, error);
    } else {
        status = cclb_transform_sse_event(fixture.runtime, &target, request, response, event, &result.event, error);
    }
    if (status == CCLB_OK) {
        cclb_lease lease; /* each result begins with it */
        memcpy(&lease, &result, sizeof lease);
        cclb_lease_return(&lease);
    } else {
        assert_true(is_untouched(&result, sizeof result));
    }
    cclb_handle_destroy(handle);
    return status;
}

struct refusal {
    unsigned hooks;
    cclb_status status;
    uint32_t rule;
    const char *member; /* that the message names */
};

/* That a request, or a response or event with it, is refused by each of the hooks that look at it. */
static void expect_refused(struct refusal refusal, const cclb_request *request, const cclb_response *response,
                           const cclb_sse_event *event)
{
    static const cclb_hook hooks[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_TRANSFORM_RESPONSE,
                                      CCLB_HOOK_TRANSFORM_SSE_EVENT};
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
        if ((refusal.hooks >> i & 1) == 0) {
            continue;
        }
        uint32_t guest_calls = fixture.guest_calls;
        uint32_t log_calls = fixture.log_calls;
        memset(&fixture.error, UNTOUCHED, sizeof fixture.error);
        cclb_status status = call(hooks[i], request, response, event, &fixture.error);
        expect_fault(status, refusal.status, refusal.rule, "");
        if (strstr(fixture.error.message, refusal.member) == NULL) {
            fail_msg("'%s' does not name %s", fixture.error.message, refusal.member);
        }
        assert_int_equal(fixture.error.hook, hooks[i]);
        assert_int_equal(fixture.guest_calls, guest_calls);
        expect_nothing_open();
        /* It is logged, as a call that never reached its plugin and that nothing let pass. */
        assert_int_equal(fixture.log_calls, log_calls + 1);
        assert_int_equal(fixture.logged.record.outcome, refusal.status);
        assert_int_equal(fixture.logged.record.hook, hooks[i]);
        assert_false(fixture.logged.record.passed_through);
        assert_false(fixture.logged.record.called);
        assert_int_equal(fixture.logged.record.bytes_in, 0);
        assert_string_equal(fixture.logged.fault.message, fixture.error.message);
    }
}

#define REFUSED(hooks, member_path, value, status, rule, name)                                                         \
    do {                                                                                                               \
        cclb_request request = good_request();                                                                         \
        cclb_response response = good_response();                                                                      \
        cclb_sse_event event = {0};                                                                                    \
        member_path = (value);                                                                                         \
        expect_refused((struct refusal){hooks, status, rule, name}, &request, &response, &event);                      \
    } while (0)

static void a_good_request_is_none_of_these(void **state)
{
    (void)state;
    cclb_request request = good_request();
    cclb_response response = good_response();
    cclb_sse_event event = {0};
    request.path = cclb_bytes_of("/\0x", 3); /* NUL is text */
    expect_ok(call(CCLB_HOOK_FILTER, &request, NULL, NULL, NULL));
    expect_ok(call(CCLB_HOOK_SHAPE, &request, NULL, NULL, &fixture.error)); /* its answer is none, but it was asked */
    expect_ok(call(CCLB_HOOK_TRANSFORM_RESPONSE, &request, &response, NULL, &fixture.error));
    expect_ok(call(CCLB_HOOK_TRANSFORM_SSE_EVENT, &request, &response, &event, &fixture.error));
    assert_int_equal(fixture.guest_calls, 4);
    /* and an error is not touched without one */
    memset(&fixture.error, UNTOUCHED, sizeof fixture.error);
    assert_int_equal(call(CCLB_HOOK_FILTER, &request, NULL, NULL, &fixture.error), CCLB_OK);
    assert_true(is_untouched(&fixture.error, sizeof fixture.error));
}

/* ---- headers ---- */

static cclb_headers one(cclb_bytes name, cclb_bytes value)
{
    static cclb_header header[2];
    header[0] = (cclb_header){cclb_text("good"), cclb_text("good")};
    header[1] = (cclb_header){name, value};
    return (cclb_headers){header, 2};
}

static void names_of_headers_are_tokens(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } names[] = {{"", 0}, {"a b", 3}, {"a:", 2}, {"a\0b", 3}, {"\xc3\xa9", 2}, {"a\n", 2}, {"\x7f", 1}, {"a\"", 2}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cclb_bytes name = cclb_bytes_of(names[i].text, names[i].len);
        REFUSED(FILTER | SHAPE, request.headers, one(name, cclb_text("v")), CCLB_BAD_INPUT, 74, "request.headers[1]");
        REFUSED(TRANSFORMS, response.headers, one(name, cclb_text("v")), CCLB_BAD_INPUT, 75, "response.headers[1]");
    }
    static char longest[65536];
    memset(longest, 'a', sizeof longest);
    REFUSED(FILTER | SHAPE, request.headers, one(cclb_bytes_of(longest, 65536), cclb_text("v")), CCLB_BAD_INPUT, 74,
            "request.headers[1]");
}

static void values_of_headers_have_no_controls(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        const uint8_t text[] = {'v', (uint8_t)byte, 'w'};
        cclb_bytes value = cclb_bytes_of(text, sizeof text);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            REFUSED(FILTER | SHAPE, request.headers, one(cclb_text("bad\x1b"), value), CCLB_BAD_INPUT, 74,
                    "request.headers[1] `bad\\x1b`");
            REFUSED(FILTER | SHAPE, request.headers, one(cclb_text("a"), value), CCLB_BAD_INPUT, 74,
                    "request.headers[1] `a`");
            REFUSED(TRANSFORMS, response.headers, one(cclb_text("a"), value), CCLB_BAD_INPUT, 75,
                    "response.headers[1] `a`");
        } else {
            cclb_request request = good_request();
            request.headers = one(cclb_text("a"), value);
            expect_ok(call(CCLB_HOOK_FILTER, &request, NULL, NULL, &fixture.error));
        }
    }
    /* also of those that are not sent */
    REFUSED(FILTER | SHAPE, request.headers, one(cclb_text("authorization"), cclb_text("\n")), CCLB_BAD_INPUT, 74,
            "authorization");
}

/* ---- other members ---- */

static void a_method_is_a_token(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } methods[] = {{"", 0}, {" GET", 4}, {"G\0T", 3}, {"G\xc3\x89T", 4}, {"GET\r\n", 5}, {"G/T", 3}};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        REFUSED(REQUEST_HOOKS, request.method, cclb_bytes_of(methods[i].text, methods[i].len), CCLB_BAD_INPUT, 96,
                "request.method");
    }
}

static void texts_are_utf_8(void **state)
{
    (void)state;
    const cclb_bytes bad = cclb_text("\xf0\x9f\x98");
    const cclb_optional_bytes maybe = {true, bad};
    cclb_candidate candidates[] = {{.name = cclb_text("a")}, {.name = bad}};
    REFUSED(REQUEST_HOOKS, request.path, cclb_text("/\xff"), CCLB_BAD_INPUT, 0, "path");
    REFUSED(REQUEST_HOOKS, request.request_id, bad, CCLB_BAD_INPUT, 0, "request_id");
    REFUSED(FILTER | SHAPE, request.query, maybe, CCLB_BAD_INPUT, 0, "query");
    REFUSED(FILTER, request.thread_id, maybe, CCLB_BAD_INPUT, 0, "thread_id");
    REFUSED(FILTER, request.service_tier, maybe, CCLB_BAD_INPUT, 0, "service_tier");
    REFUSED(FILTER | TRANSFORMS, request.canonical_model_id, bad, CCLB_BAD_INPUT, 0, "canonical_model_id");
    REFUSED(FILTER, request.cache_pricing.status, bad, CCLB_BAD_INPUT, 0, "cache_pricing.status");
    REFUSED(REQUEST_HOOKS, request.principal.id, bad, CCLB_BAD_INPUT, 0, "principal.id");
    REFUSED(EVENT, event.event, bad, CCLB_BAD_INPUT, 0, "event.event");
    cclb_request request = good_request();
    request.candidates = candidates;
    request.candidate_count = 2;
    expect_refused((struct refusal){FILTER, CCLB_BAD_INPUT, 0, "candidates[1].name"}, &request, NULL, NULL);
    candidates[1] = (cclb_candidate){.organization_type = bad};
    expect_refused((struct refusal){FILTER, CCLB_BAD_INPUT, 0, "candidates[1].organization_type"}, &request, NULL,
                   NULL);
    candidates[1] = (cclb_candidate){.rate_limit_tier = bad};
    expect_refused((struct refusal){FILTER, CCLB_BAD_INPUT, 0, "candidates[1].rate_limit_tier"}, &request, NULL, NULL);
    candidates[1] = (cclb_candidate){.seat_tier = bad};
    expect_refused((struct refusal){FILTER, CCLB_BAD_INPUT, 0, "candidates[1].seat_tier"}, &request, NULL, NULL);
}

static void claims_are_a_json_object(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t offset;
    } claims[] = {
        {"[]", 0},       {"{", 1}, {"{\"a\": }", 6}, {"{\"a\": 1} x", 9}, {"null", 0}, {"{\"a\": \"\xff\"}", 7},
        {"{'a': 1}", 1},
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        REFUSED(REQUEST_HOOKS, request.principal.claims, cclb_text(claims[i].text), CCLB_BAD_INPUT, 78, "claims");
        if (fixture.error.offset != claims[i].offset) {
            fail_msg("%s: at %llu", claims[i].text, (unsigned long long)fixture.error.offset);
        }
    }
}

static void a_base_url_is_absolute(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "", "/v1", "example.test", "https://", "https://a b/", "https://h:99999/", "//example.test/", "https://\xff/"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        REFUSED(UPSTREAM_HOOKS, request.upstream_base_url, cclb_optional_text(urls[i]), CCLB_BAD_INPUT, 83,
                "upstream_base_url");
    }
}

static void a_status_has_three_digits(void **state)
{
    (void)state;
    REFUSED(TRANSFORMS, response.status, 0, CCLB_BAD_INPUT, 102, "response.status is 0");
    REFUSED(TRANSFORMS, response.status, 99, CCLB_BAD_INPUT, 102, "response.status is 99");
    REFUSED(TRANSFORMS, response.status, 1000, CCLB_BAD_INPUT, 102, "response.status is 1000");
    REFUSED(TRANSFORMS, response.status, 65535, CCLB_BAD_INPUT, 102, "response.status is 65535");
    cclb_request request = good_request();
    cclb_response response = good_response();
    response.status = 100;
    expect_ok(call(CCLB_HOOK_TRANSFORM_RESPONSE, &request, &response, NULL, &fixture.error));
    response.status = 999;
    expect_ok(call(CCLB_HOOK_TRANSFORM_RESPONSE, &request, &response, NULL, &fixture.error));
}

static void enums_have_the_values_that_they_have(void **state)
{
    (void)state;
    REFUSED(REQUEST_HOOKS, request.principal.kind, CCLB_PRINCIPAL_KIND_COUNT, CCLB_INVALID_ARGUMENT, 77,
            "principal kind 5");
    REFUSED(REQUEST_HOOKS, request.principal.kind, (cclb_principal_kind)-1, CCLB_INVALID_ARGUMENT, 77,
            "principal kind");
    cclb_candidate candidates[] = {{.name = cclb_text("a")}, {.kind = (cclb_candidate_kind)2}};
    cclb_request request = good_request();
    request.candidates = candidates;
    request.candidate_count = 2;
    expect_refused((struct refusal){FILTER, CCLB_INVALID_ARGUMENT, 79, "request.candidates[1].kind 2"}, &request, NULL,
                   NULL);
}

/* ---- observations ---- */

static void expect_observation_refused(const cclb_observation *observation, cclb_status status, uint32_t rule,
                                       const char *member)
{
    cclb_target target = target_of("o");
    cclb_lease lease;
    memset(&lease, UNTOUCHED, sizeof lease);
    uint32_t guest_calls = fixture.guest_calls;
    expect_fault(cclb_observe(fixture.runtime, &target, observation, &lease, &fixture.error), status, rule, "");
    if (strstr(fixture.error.message, member) == NULL) {
        fail_msg("'%s' does not name %s", fixture.error.message, member);
    }
    assert_true(is_untouched(&lease, sizeof lease));
    assert_int_equal(fixture.guest_calls, guest_calls);
    expect_nothing_open();
}

#define OBSERVATION_REFUSED(event, member, value, status, rule, name)                                                  \
    do {                                                                                                               \
        cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_##event);                                    \
        observation.member = (value);                                                                                  \
        expect_observation_refused(&observation, status, rule, name);                                                  \
    } while (0)

static void observations_are_held_to_the_same(void **state)
{
    (void)state;
    const cclb_bytes bad = cclb_text("\xc0");
    const cclb_optional_bytes maybe = {true, bad};
    OBSERVATION_REFUSED(REQUEST_STARTED, request_id, bad, CCLB_BAD_INPUT, 0, "request_id");
    OBSERVATION_REFUSED(REQUEST_STARTED, user_agent, maybe, CCLB_BAD_INPUT, 0, "user_agent");
    OBSERVATION_REFUSED(AUTHN_COMPLETE, principal_id, bad, CCLB_BAD_INPUT, 0, "principal_id");
    OBSERVATION_REFUSED(AUTHN_COMPLETE, principal_kind, CCLB_PRINCIPAL_KIND_COUNT, CCLB_INVALID_ARGUMENT, 77,
                        "principal kind 5");
    OBSERVATION_REFUSED(UPSTREAM_CHOSEN, upstream_base_url, cclb_optional_text("x"), CCLB_BAD_INPUT, 83,
                        "upstream_base_url");
    OBSERVATION_REFUSED(ERROR, error_code, bad, CCLB_BAD_INPUT, 0, "code");
    OBSERVATION_REFUSED(ERROR, error_message, bad, CCLB_BAD_INPUT, 0, "message");
    OBSERVATION_REFUSED(ERROR, error_source, bad, CCLB_BAD_INPUT, 0, "source");
    OBSERVATION_REFUSED(CHUNK, kind, (cclb_observe_kind)6, CCLB_INVALID_ARGUMENT, 105, "observation kind 6");
    OBSERVATION_REFUSED(CHUNK, kind, (cclb_observe_kind)-1, CCLB_INVALID_ARGUMENT, 105, "observation kind");
    OBSERVATION_REFUSED(CHUNK, struct_size, 7, CCLB_INVALID_ARGUMENT, 0, "cclb_observation.struct_size is 7");
    /* Members of other kinds are not looked at. */
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    observation.request_id = bad;
    observation.principal_kind = CCLB_PRINCIPAL_KIND_COUNT;
    observation.upstream_base_url = maybe;
    cclb_target target = target_of("o");
    cclb_lease lease;
    expect_ok(cclb_observe(fixture.runtime, &target, &observation, &lease, &fixture.error));
    cclb_lease_return(&lease);
}

/* ---- sizes ---- */

static void structs_tell_their_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, sizeof(size_t) - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            char message[64];
            cclb_sse_event event = {0};
            cclb_request request = good_request();
            cclb_response response = good_response();
            if (hook == CCLB_HOOK_OBSERVE) {
                continue;
            }
            request.struct_size = sizes[i];
            snprintf(message, sizeof message, "cclb_request.struct_size is %zu; start from cclb_request_init()",
                     sizes[i]);
            expect_fault(call(hook, &request, &response, &event, &fixture.error), CCLB_INVALID_ARGUMENT, 0, message);
            request.struct_size = sizeof request;
            response.struct_size = sizes[i];
            snprintf(message, sizeof message, "cclb_response.struct_size is %zu; start from cclb_response_init()",
                     sizes[i]);
            if (hook >= CCLB_HOOK_TRANSFORM_RESPONSE) {
                expect_fault(call(hook, &request, &response, &event, &fixture.error), CCLB_INVALID_ARGUMENT, 0,
                             message);
            }
        }
    }
    /* What an old caller's struct does not reach is absent, and without a method there is no request. */
    cclb_request request = good_request();
    request.struct_size = sizeof(size_t);
    expect_fault(call(CCLB_HOOK_FILTER, &request, NULL, NULL, &fixture.error), CCLB_BAD_INPUT, 96, "request.method");
    cclb_response response = good_response();
    response.struct_size = sizeof(size_t);
    request = good_request();
    expect_fault(call(CCLB_HOOK_TRANSFORM_RESPONSE, &request, &response, NULL, &fixture.error), CCLB_BAD_INPUT, 102,
                 "response.status is 0");
}

enum { PIECE = 1 << 20, PIECES = 2048 };

/* A body of `len` bytes, which is one buffer again and again. */
static cclb_spans body_of(size_t len)
{
    static uint8_t piece[PIECE];
    static cclb_bytes spans[PIECES + 1];
    size_t count = 0;
    while (len > 0) {
        spans[count] = cclb_bytes_of(piece, len < PIECE ? len : PIECE);
        len -= spans[count++].len;
    }
    return (cclb_spans){spans, count};
}

static void an_archive_has_less_than_two_gib(void **state)
{
    (void)state;
    const size_t limit = (UINT64_C(1) << 31) - 1;
    cclb_request request = good_request();
    cclb_response response = good_response();
    for (cclb_hook hook = CCLB_HOOK_FILTER; hook <= CCLB_HOOK_TRANSFORM_RESPONSE; hook++) {
        if (hook == CCLB_HOOK_OBSERVE) {
            continue;
        }
        cclb_spans *body = hook == CCLB_HOOK_TRANSFORM_RESPONSE ? &response.body : &request.body;
        *body = body_of(8);
        expect_ok(call(hook, &request, &response, NULL, &fixture.error));
        size_t align = hook == CCLB_HOOK_FILTER ? 8 : 4; /* of the archive's root, with which its size grows */
        size_t most = limit / align * align - (fixture.logged.record.bytes_in - 8);
        uint32_t guest_calls = fixture.guest_calls;
        /* As large as an archive can be: the guest is asked for memory and has none. */
        *body = body_of(most);
        expect_fault(call(hook, &request, &response, NULL, &fixture.error), CCLB_TRAP, 48, "");
        assert_int_equal(fixture.logged.record.bytes_in, limit / align * align);
        *body = body_of(most + align);
        cclb_status status = call(hook, &request, &response, NULL, &fixture.error);
        expect_fault(status, CCLB_LIMIT, 0, "");
        assert_non_null(strstr(fixture.error.message, "larger than 2^31 - 1 bytes"));
        assert_int_equal(fixture.error.hook, hook);
        assert_false(fixture.logged.record.passed_through);
        assert_int_equal(fixture.guest_calls, guest_calls);
        *body = (cclb_spans){0};
    }
    /* Lengths whose sum overflows are no reason to believe it. */
    const cclb_bytes huge[] = {{(const uint8_t *)"", SIZE_MAX - 1}, {(const uint8_t *)"", SIZE_MAX - 1}};
    request.body = (cclb_spans){huge, 2};
    expect_fault(call(CCLB_HOOK_FILTER, &request, NULL, NULL, &fixture.error), CCLB_LIMIT, 0, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_plugins, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_good_request_is_none_of_these),
        TEST(names_of_headers_are_tokens),
        TEST(values_of_headers_have_no_controls),
        TEST(a_method_is_a_token),
        TEST(texts_are_utf_8),
        TEST(claims_are_a_json_object),
        TEST(a_base_url_is_absolute),
        TEST(a_status_has_three_digits),
        TEST(enums_have_the_values_that_they_have),
        TEST(observations_are_held_to_the_same),
        TEST(structs_tell_their_size),
        TEST(an_archive_has_less_than_two_gib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
