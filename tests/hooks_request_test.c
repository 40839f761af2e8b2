/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_request_test.c - what plugins of every form are given of a host's request and response (rules R74 to R83). */

#include "hooks_fixture.h"

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }
#define HEADER(name, value)                                                                                            \
    {                                                                                                                  \
        TEXT(name), TEXT(value)                                                                                        \
    }
#define LIST(array)                                                                                                    \
    {                                                                                                                  \
        array, sizeof(array) / sizeof(array)[0]                                                                        \
    }

static const cclb_header headers[] = {
    HEADER("Host", "gate.example.test"),
    HEADER("Content-Type", "application/json"),
    HEADER("AUTHORIZATION", "Bearer secret"),
    HEADER("X-Api-Key", "secret"),
    HEADER("Cookie", "a=1"),
    HEADER("Proxy-Authorization", "secret"),
    HEADER("X-Session-Id", "s-1"),
};

/* What of them is sent, in the fixture's JSON. */
#define SENT_HEADERS                                                                                                   \
    "[{'name': 'content-type', 'value': 'application/json'}, {'name': 'cookie', 'value': 'a=1'}, "                     \
    "{'name': 'x-session-id', 'value': 's-1'}]"

static const cclb_bytes body[] = {TEXT("{\"model\":"), TEXT(""), TEXT("\"m\"}")};
#define SENT_BODY "{\\\'model\\\':\\\'m\\\'}"

static const cclb_candidate candidates[] = {
    {
        .id = {{0x6f, 0x1c, 0x2a, 0x34, 0xAB, 0xCD, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 2}},
        .name = TEXT("east"),
        .kind = CCLB_CANDIDATE_ANTHROPIC_OAUTH,
        .observed_at_unix_secs = UINT64_C(1770000000),
        .predicted_cache_read_tokens = 11,
        .predicted_cache_creation_tokens_5m = 12,
        .predicted_cache_creation_tokens_1h = 13,
        .predicted_uncached_input_tokens = 14,
        .has_plan_capacity_ratio = true,
        .plan_capacity_ratio = 0.25,
        .organization_type = TEXT("team"),
        .rate_limit_tier = TEXT("tier_4"),
        .seat_tier = TEXT("max"),
    },
    {.id = {{1}}, .name = TEXT("west")}, /* a smaller identifier behind a larger one, and all else unknown */
};

static cclb_request full_request(void)
{
    cclb_request request = cclb_request_init();
    request.request_id = cclb_text("req-1");
    request.thread_id = cclb_optional_text("thread-1");
    request.service_tier = cclb_optional_text("priority");
    request.canonical_model_id = cclb_text("claude-x");
    request.cache_pricing = (cclb_cache_pricing){
        .status = cclb_text("known"),
        .input_micros_per_million = {true, 3},
        .cache_creation_5m_micros_per_million = {true, 4},
        .cache_creation_1h_micros_per_million = {true, 5},
        .cache_read_micros_per_million = {true, 6},
    };
    request.method = cclb_text("pOsT");
    request.path = cclb_text("/v1/messages%20x");
    request.query = cclb_optional_text("beta=true");
    request.headers = (cclb_headers)LIST(headers);
    request.body = (cclb_spans)LIST(body);
    request.principal = (cclb_request_principal){
        .id = cclb_text("tenant-a"),
        .kind = CCLB_PRINCIPAL_OAUTH_SUBJECT,
        .claims = cclb_text("{\"scope\": \"inference\", \"a\": [1, 2.50], \"a.b\": {\"x\" : null}}"),
    };
    request.candidates = candidates;
    request.candidate_count = 2;
    request.upstream_base_url = cclb_optional_text("HTTPS://East.Example.Test:443");
    return request;
}

#define PRINCIPAL(kind)                                                                                                \
    "'principal': {'id': 'tenant-a', 'kind': '" kind "', 'claims': [{'key': 'a', 'value': '[1,2.50]'}, "               \
    "{'key': 'a.b', 'value': '{\\\'x\\\':null}'}, {'key': 'scope', 'value': '\\\'inference\\\''}]}"
#define UPSTREAM "'upstream': {'kind': 'AnthropicDirect', 'base_url': 'https://east.example.test/'}"
#define LINE                                                                                                           \
    "'method': 'pOsT', 'path': '/v1/messages%20x', 'query': 'beta=true', 'headers': " SENT_HEADERS                     \
    ", 'body': '" SENT_BODY "'"
#define PRICING                                                                                                        \
    "'cache_pricing': {'status': 'known', 'input_micros_per_million': 3, 'cache_creation_5m_micros_per_million': 4, "  \
    "'cache_creation_1h_micros_per_million': 5, 'cache_read_micros_per_million': 6}"
#define LATER_COUNTS(m5, h1, uncached)                                                                                 \
    "'predicted_cache_creation_tokens_5m': " m5 ", 'predicted_cache_creation_tokens_1h': " h1                          \
    ", 'predicted_uncached_input_tokens': " uncached
#define EAST                                                                                                           \
    "'upstream_id': '6f1c2a34-abcd-4000-8000-000000000002', 'name': 'east', 'kind': 'anthropic_oauth', "               \
    "'observed_at_unix_secs': 1770000000, 'predicted_cache_read_tokens': 11"
#define WEST                                                                                                           \
    "'upstream_id': '01000000-0000-0000-0000-000000000000', 'name': 'west', 'kind': 'anthropic_api_key', "             \
    "'observed_at_unix_secs': 0, 'predicted_cache_read_tokens': 0"
#define EAST_TIERS                                                                                                     \
    "'plan_capacity_ratio': 0.25, 'organization_type': 'team', 'rate_limit_tier': 'tier_4', 'seat_tier': 'max'"
#define NO_TIERS "'plan_capacity_ratio': 1.0, 'organization_type': '', 'rate_limit_tier': '', 'seat_tier': ''"
#define NEW_CANDIDATES                                                                                                 \
    "'candidates': [{" EAST ", " LATER_COUNTS("12", "13", "14") ", " EAST_TIERS "}, {" WEST                            \
                                                                ", " LATER_COUNTS("0", "0", "0") ", " NO_TIERS "}]"

static cclb_status filter(const cclb_request *request)
{
    cclb_target target = target_of("f");
    cclb_filter_result result = {0};
    cclb_status status = cclb_filter(fixture.runtime, &target, request, &result, &fixture.error);
    cclb_lease_return(&result.lease);
    return status;
}

static cclb_status shape(const cclb_request *request)
{
    answer(CCLB_HOOK_SHAPE, "{'url': 'https://x.test/', 'method': 'GET', 'headers': [], 'body': ''}");
    cclb_target target = target_of("s");
    cclb_shape_result result = {0};
    cclb_status status = cclb_shape(fixture.runtime, &target, request, &result, &fixture.error);
    cclb_lease_return(&result.lease);
    return status;
}

static cclb_status transform_response(const cclb_request *request, const cclb_response *response)
{
    cclb_handle *handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("s"), &handle, &fixture.error));
    cclb_target target = cclb_by_handle(handle);
    cclb_transform_response_answer result = {0};
    cclb_status status = cclb_transform_response(fixture.runtime, &target, request, response, &result, &fixture.error);
    cclb_lease_return(&result.lease);
    cclb_handle_destroy(handle);
    return status;
}

static cclb_status transform_event(const cclb_request *request, const cclb_response *response,
                                   const cclb_sse_event *event)
{
    cclb_handle *handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("s"), &handle, &fixture.error));
    cclb_target target = cclb_by_handle(handle);
    cclb_transform_sse_event_answer result = {0};
    cclb_status status =
        cclb_transform_sse_event(fixture.runtime, &target, request, response, event, &result, &fixture.error);
    cclb_lease_return(&result.lease);
    cclb_handle_destroy(handle);
    return status;
}

/* ---- whole requests, in the forms of every kit ---- */

static void a_filter_is_given_what_its_form_has(void **state)
{
    (void)state;
    static const char *const wanted[KITS] = {
        /* W2: R76, and of a candidate what wire 0.2 knows */
        "{'request_id': 'req-1', " LINE ", " PRINCIPAL("o_auth_subject") ", 'candidates': [{" EAST "}, {" WEST "}]}",
        /* W6: R77, R81 */
        "{'request_id': 'req-1', 'thread_id': 'thread-1', 'canonical_model_id': 'claude-x', " PRICING ", " LINE
        ", " PRINCIPAL("oauth_subject") ", " NEW_CANDIDATES "}",
        /* W8, W9: R82 */
        "{'request_id': 'req-1', 'thread_id': 'thread-1', 'service_tier': 'priority', 'canonical_model_id': "
        "'claude-x', " PRICING ", " LINE ", " PRINCIPAL("oauth_subject") ", " NEW_CANDIDATES "}",
        "{'request_id': 'req-1', 'thread_id': 'thread-1', 'service_tier': 'priority', 'canonical_model_id': "
        "'claude-x', " PRICING ", " LINE ", " PRINCIPAL("oauth_subject") ", " NEW_CANDIDATES "}",
    };
    cclb_request request = full_request();
    for (size_t i = 0; i < KITS; i++) {
        register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[i]);
        expect_ok(filter(&request));
        expect_given(CCLB_HOOK_FILTER, kits[i].form, wanted[i]);
    }
}

static void a_shape_plugin_is_given_the_same_in_every_form(void **state)
{
    (void)state;
    cclb_request request = full_request();
    for (size_t i = 0; i < KITS; i++) {
        register_plugin("s", CCLB_SLOT_SHAPE, "shape_pass", &kits[i]);
        expect_ok(shape(&request));
        expect_given(CCLB_HOOK_SHAPE, kits[i].form,
                     kits[i].form == CCLB_FORM_W2
                         ? "{'request_id': 'req-1', " LINE ", " PRINCIPAL("o_auth_subject") ", " UPSTREAM "}"
                         : "{'request_id': 'req-1', " LINE ", " PRINCIPAL("oauth_subject") ", " UPSTREAM "}");
    }
}

static const cclb_header response_headers[] = {
    HEADER("Set-Cookie", "b=2"),         HEADER("Host", "h"),     HEADER("authorization", "shown"),
    HEADER("Transfer-Encoding", "gzip"), HEADER("cookie", "c=3"),
};

static cclb_response full_response(void)
{
    static const cclb_bytes pieces[] = {TEXT("an"), TEXT("swer")};
    cclb_response response = cclb_response_init();
    response.status = 503;
    response.headers = (cclb_headers)LIST(response_headers);
    response.body = (cclb_spans)LIST(pieces);
    return response;
}

/* R75: nothing is left out, whatever is redacted. */
#define RESPONSE                                                                                                       \
    "'request_id': 'req-1', " PRINCIPAL("oauth_subject") ", " UPSTREAM ", 'request_method': 'pOsT', 'request_path': "  \
                                                         "'/v1/messages%20x', 'canonical_model_id': 'claude-x', "      \
                                                         "'response_status': 503, 'response_headers': "                \
                                                         "[{'name': 'set-cookie', 'value': 'b=2'}, {'name': 'host', "  \
                                                         "'value': 'h'}, {'name': 'authorization', 'value': "          \
                                                         "'shown'}, {'name': 'transfer-encoding', 'value': 'gzip'}, "  \
                                                         "{'name': 'cookie', 'value': 'c=3'}]"

static void the_transforms_are_given_the_response_unfiltered(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.cookie_redaction = true;
    fixture_restart(&options);
    cclb_request request = full_request();
    cclb_response response = full_response();
    const cclb_sse_event event = {.event = TEXT("delta"), .data = TEXT("d\n\n")};
    for (size_t i = 1; i < KITS; i++) {
        register_plugin("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[i]);
        expect_ok(transform_response(&request, &response));
        expect_given(CCLB_HOOK_TRANSFORM_RESPONSE, kits[i].form, "{" RESPONSE ", 'body': 'answer'}");
        expect_ok(transform_event(&request, &response, &event));
        expect_given(CCLB_HOOK_TRANSFORM_SSE_EVENT, kits[i].form,
                     "{" RESPONSE ", 'event': {'event': 'delta', 'data': 'd\\n\\n'}}");
    }
    assert_int_equal(fixture.guest_calls, 6);
}

/* ---- defaults ---- */

static void what_a_host_does_not_give_has_its_default(void **state)
{
    (void)state;
    const cclb_candidate unknown = {.id = {{1}}, .name = TEXT("west"), .plan_capacity_ratio = 7};
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    request.candidates = &unknown;
    request.candidate_count = 1;
#define NOBODY "'principal': {'id': '', 'kind': 'api_key', 'claims': []}"
#define NO_LINE "'method': 'GET', 'path': '', 'headers': [], 'body': ''"
#define NEWER                                                                                                          \
    "'canonical_model_id': '', 'cache_pricing': {'status': 'unknown'}, " NO_LINE ", " NOBODY ", 'candidates': [{" WEST \
    ", " LATER_COUNTS("0", "0", "0") ", " NO_TIERS "}]}"
    static const char *const wanted[KITS] = {
        "{'request_id': '', " NO_LINE ", " NOBODY ", 'candidates': [{" WEST "}]}", /* R80 */
        "{'request_id': '', " NEWER,                                               /* R81 */
        "{'request_id': '', " NEWER,                                               /* R82 */
        "{'request_id': '', " NEWER,
    };
    for (size_t i = 0; i < KITS; i++) {
        register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[i]);
        register_plugin("s", CCLB_SLOT_SHAPE, "shape_pass", &kits[i]);
        expect_ok(filter(&request));
        expect_given(CCLB_HOOK_FILTER, kits[i].form, wanted[i]);
        expect_ok(shape(&request));
        expect_given(CCLB_HOOK_SHAPE, kits[i].form,
                     "{'request_id': '', " NO_LINE ", " NOBODY ", 'upstream': {'kind': 'AnthropicDirect'}}");
    }
}

static void an_empty_text_is_not_an_absent_one(void **state)
{
    (void)state;
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    request.query = cclb_optional_text("");
    request.thread_id = cclb_optional_text("");
    request.service_tier = cclb_optional_text("");
    expect_ok(filter(&request));
    expect_given(CCLB_HOOK_FILTER, CCLB_FORM_W9,
                 "{'request_id': '', 'thread_id': '', 'service_tier': '', 'canonical_model_id': '', 'cache_pricing': "
                 "{'status': 'unknown'}, 'method': 'GET', 'path': '', 'query': '', 'headers': [], 'body': '', " NOBODY
                 ", 'candidates': []}");
}

/* ---- headers ---- */

/* That filter and shape, which are sent the same headers, are sent these. */
static void expect_headers(const cclb_header *given, size_t count, const char *wanted)
{
    char text[4096];
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    request.headers = (cclb_headers){given, count};
    snprintf(text, sizeof text,
             "{'request_id': '', 'canonical_model_id': '', 'cache_pricing': {'status': 'unknown'}, 'method': 'GET', "
             "'path': '', 'headers': [%s], 'body': '', " NOBODY ", 'candidates': []}",
             wanted);
    expect_ok(filter(&request));
    expect_given(CCLB_HOOK_FILTER, CCLB_FORM_W9, text);
    snprintf(text, sizeof text,
             "{'request_id': '', 'method': 'GET', 'path': '', 'headers': [%s], 'body': '', " NOBODY
             ", 'upstream': {'kind': 'AnthropicDirect'}}",
             wanted);
    expect_ok(shape(&request));
    expect_given(CCLB_HOOK_SHAPE, CCLB_FORM_W9, text);
}

static void register_both(void)
{
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("s", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
}

static void secrets_are_never_sent(void **state)
{
    (void)state;
    register_both();
    static const char *const secrets[] = {"authorization", "x-api-key", "host", "proxy-authorization"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        char upper[32] = {0};
        for (size_t at = 0; secrets[i][at]; at++) {
            upper[at] = at % 2 == 0 && secrets[i][at] != '-' ? (char)(secrets[i][at] - ('a' - 'A')) : secrets[i][at];
        }
        const cclb_header given[] = {
            {cclb_text(secrets[i]), TEXT("1")}, HEADER("a", "2"), {cclb_text(upper), TEXT("3")}};
        expect_headers(given, 3, "{'name': 'a', 'value': '2'}");
    }
    /* what only looks like one */
    static const cclb_header like[] = {HEADER("x-authorization", "1"), HEADER("hosts", "2"), HEADER("x-api-ke", "3")};
    expect_headers(like, 3,
                   "{'name': 'x-authorization', 'value': '1'}, {'name': 'hosts', 'value': '2'}, "
                   "{'name': 'x-api-ke', 'value': '3'}");
}

static void cookies_are_sent_unless_they_are_redacted(void **state)
{
    (void)state;
    static const cclb_header given[] = {HEADER("COOKIE", "1"), HEADER("Set-Cookie", "2"), HEADER("cookie", "3")};
    register_both();
    expect_headers(given, 3,
                   "{'name': 'cookie', 'value': '1'}, {'name': 'cookie', 'value': '3'}, "
                   "{'name': 'set-cookie', 'value': '2'}");
    cclb_runtime_options options = fixture_options();
    options.cookie_redaction = true;
    fixture_restart(&options);
    register_both();
    expect_headers(given, 3, "{'name': 'set-cookie', 'value': '2'}");
}

static void values_are_raw_bytes(void **state)
{
    (void)state;
    register_both();
    static const cclb_header given[] = {HEADER("a", ""), HEADER("b", "\xff\x80"), HEADER("c", "\t x"),
                                        HEADER("!#$%&'*+-.^_`|~09Z", "\xc3\xa9")};
    expect_headers(given, 3,
                   "{'name': 'a', 'value': ''}, {'name': 'b', 'value': {'base64': '/4A='}}, "
                   "{'name': 'c', 'value': '\\t x'}");
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    request.headers = (cclb_headers){given, 4};
    expect_ok(filter(&request));
    cclb_bytes input = cclb_bytes_of(fixture.input.data, fixture.input.len);
    assert_non_null(memmem(input.data, input.len, "!#$%&'*+-.^_`|~09z\xc3\xa9", 20));
}

/* R74: in the order of a map, which has the values of one name together where the first stood. */
static void repeated_names_stand_together(void **state)
{
    (void)state;
    register_both();
    static const cclb_header given[] = {HEADER("a", "1"), HEADER("B", "2"), HEADER("host", "no"),
                                        HEADER("A", "3"), HEADER("c", "4"), HEADER("b", "5")};
    expect_headers(given, 6,
                   "{'name': 'a', 'value': '1'}, {'name': 'a', 'value': '3'}, {'name': 'b', 'value': '2'}, "
                   "{'name': 'b', 'value': '5'}, {'name': 'c', 'value': '4'}");
}

/* ---- single members ---- */

static void a_body_is_sent_unchanged(void **state)
{
    (void)state;
    register_both();
    uint8_t every[256 * 8];
    cclb_bytes spans[40];
    for (size_t i = 0; i < sizeof every; i++) {
        every[i] = (uint8_t)(i * 7);
    }
    size_t count = 0;
    size_t at = 0;
    for (size_t len = 0; at < sizeof every && count < 39; len += 3) {
        len = len < sizeof every - at ? len : sizeof every - at;
        spans[count++] = len > 0 ? cclb_bytes_of(every + at, len) : (cclb_bytes){0};
        at += len;
    }
    spans[count++] = cclb_bytes_of(every + at, sizeof every - at);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    request.body = (cclb_spans){spans, count};
    expect_ok(filter(&request));
    assert_non_null(memmem(fixture.input.data, fixture.input.len, every, sizeof every));
    expect_ok(shape(&request));
    assert_non_null(memmem(fixture.input.data, fixture.input.len, every, sizeof every));
}

/* All that is sent of a base URL, or what the fault is about. */
static void a_base_url_is_sent_as_the_standard_writes_it(void **state)
{
    (void)state;
    register_both();
    static const struct {
        const char *given;
        const char *sent;
    } urls[] = {
        {"https://example.test", "https://example.test/"},
        {"https://example.test/", "https://example.test/"},
        {"https://example.test:443/a", "https://example.test/a"},
        {"http://example.test:443", "http://example.test:443/"},
        {"HTTP://EXAMPLE.test:80/A/../B/./c", "http://example.test/B/c"},
        {"https://b\xc3\xbc"
         "cher.example/\xc3\xa9",
         "https://xn--bcher-kva.example/%C3%A9"},
        {"https://u:p@example.test?q#f", "https://u:p@example.test/?q#f"},
        {"https://[::0001]:8443", "https://[::1]:8443/"},
        {" https:\\\\example.test\\x\t ", "https://example.test/x"},
        {"https://127.1", "https://127.0.0.1/"},
        {"data:,x", "data:,x"},
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char wanted[1024];
        cclb_request request = cclb_request_init();
        request.method = cclb_text("GET");
        request.upstream_base_url = cclb_optional_text(urls[i].given);
        snprintf(wanted, sizeof wanted,
                 "{'request_id': '', " NO_LINE ", " NOBODY
                 ", 'upstream': {'kind': 'AnthropicDirect', 'base_url': '%s'}}",
                 urls[i].sent);
        expect_ok(shape(&request));
        expect_given(CCLB_HOOK_SHAPE, CCLB_FORM_W9, wanted);
    }
}

static void kinds_of_principals_are_spelled_as_the_form_knows_them(void **state)
{
    (void)state;
    static const char *const names[CCLB_PRINCIPAL_KIND_COUNT] = {"api_key", "oauth_subject", "internal_key",
                                                                 "workload_identity", "subscription_bearer"};
    static const char *const old_names[CCLB_PRINCIPAL_KIND_COUNT] = {"api_key", "o_auth_subject", "internal_key",
                                                                     "workload_identity", "subscription_bearer"};
    for (size_t i = 0; i < KITS; i++) {
        register_plugin("s", CCLB_SLOT_SHAPE, "shape_pass", &kits[i]);
        for (cclb_principal_kind kind = 0; kind < CCLB_PRINCIPAL_KIND_COUNT; kind++) {
            char wanted[1024];
            cclb_request request = cclb_request_init();
            request.method = cclb_text("GET");
            request.principal.kind = kind;
            snprintf(wanted, sizeof wanted,
                     "{'request_id': '', " NO_LINE ", 'principal': {'id': '', 'kind': '%s', 'claims': []}, "
                     "'upstream': {'kind': 'AnthropicDirect'}}",
                     kits[i].reference <= CCLB_REFERENCE_0_1_1 ? old_names[kind] : names[kind]);
            expect_ok(shape(&request));
            expect_given(CCLB_HOOK_SHAPE, kits[i].form, wanted);
        }
    }
}

/* ---- callers of other versions ---- */

static void a_request_of_an_older_caller_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    register_both();
    cclb_request older = full_request();
    older.struct_size = offsetof(cclb_request, upstream_base_url);
    expect_ok(shape(&older));
    expect_given(CCLB_HOOK_SHAPE, CCLB_FORM_W9,
                 "{'request_id': 'req-1', " LINE
                 ", " PRINCIPAL("oauth_subject") ", 'upstream': {'kind': 'AnthropicDirect'}}");
}

static void what_a_newer_caller_adds_must_be_zero(void **state)
{
    (void)state;
    register_both();
    struct {
        cclb_request known;
        uint8_t unknown[24];
    } newer = {.known = full_request()};
    newer.known.struct_size = sizeof newer;
    expect_ok(shape(&newer.known));
    expect_given(CCLB_HOOK_SHAPE, CCLB_FORM_W9,
                 "{'request_id': 'req-1', " LINE ", " PRINCIPAL("oauth_subject") ", " UPSTREAM "}");
    for (size_t i = 0; i < sizeof newer.unknown; i++) {
        char message[128];
        newer.unknown[i] = 1;
        snprintf(message, sizeof message, "cclb_request has a member at byte %zu that this version of cclb does not",
                 sizeof newer.known + i);
        expect_fault(shape(&newer.known), CCLB_INVALID_ARGUMENT, 0, message);
        newer.unknown[i] = 0;
    }
}

static void a_warm_call_asks_no_allocator(void **state)
{
    (void)state;
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("s", CCLB_SLOT_SHAPE, "shape_redact", &kits[3]);
    answer(CCLB_HOOK_FILTER, "{'results': [{'upstream_id': '01000000-0000-0000-0000-000000000000', 'decision': "
                             "'accept', 'reason': 'r'}]}");
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'headers': [{'name': 'A', 'value': 'b'}], 'body': 'c'}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Replace', 'events': [{'event': 'e', 'data': 'd'}]}");
    cclb_request request = full_request();
    cclb_response response = full_response();
    const cclb_sse_event event = {.event = TEXT("delta"), .data = TEXT("d")};
    for (int i = 0; i < 4; i++) {
        uint64_t before = atomic_load(&fixture.counts.calls);
        expect_ok(filter(&request));
        expect_ok(shape(&request));
        expect_ok(transform_response(&request, &response));
        expect_ok(transform_event(&request, &response, &event));
        /* At first the arena's; then the memory of the fake engine's four instances, and two handles. */
        if (i > 1) {
            assert_int_equal(atomic_load(&fixture.counts.calls) - before, 6);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_filter_is_given_what_its_form_has),
        TEST(a_shape_plugin_is_given_the_same_in_every_form),
        TEST(the_transforms_are_given_the_response_unfiltered),
        TEST(what_a_host_does_not_give_has_its_default),
        TEST(an_empty_text_is_not_an_absent_one),
        TEST(secrets_are_never_sent),
        TEST(cookies_are_sent_unless_they_are_redacted),
        TEST(values_are_raw_bytes),
        TEST(repeated_names_stand_together),
        TEST(a_body_is_sent_unchanged),
        TEST(a_base_url_is_sent_as_the_standard_writes_it),
        TEST(kinds_of_principals_are_spelled_as_the_form_knows_them),
        TEST(a_request_of_an_older_caller_is_read_as_far_as_it_goes),
        TEST(what_a_newer_caller_adds_must_be_zero),
        TEST(a_warm_call_asks_no_allocator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
