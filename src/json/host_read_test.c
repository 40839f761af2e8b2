/* SPDX-License-Identifier: Apache-2.0 */
/* host_read_test.c - what a host document may say and what becomes of it; host_refusals_test.c has what it may not. */

#include "cclb/json.h"

#include "counting_allocator.h"
#include "host_example.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

static cclb_host_document *read_good(const char *json)
{
    cclb_host_document *document = NULL;
    cclb_error error;
    if (read_copy(cclb_text(json), NULL, &document, &error) != CCLB_OK) {
        fail_msg("%s: %s", json, error.message);
    }
    return document;
}

static void expect_text(cclb_bytes text, const char *expected)
{
    if (!cclb_bytes_equal(text, cclb_text(expected))) {
        fail_msg("%.*s is not %s", (int)text.len, text.data ? (const char *)text.data : "", expected);
    }
}

static void expect_optional(cclb_optional_bytes optional, const char *expected)
{
    assert_int_equal(optional.present, expected != NULL);
    if (expected) {
        expect_text(optional.value, expected);
    }
}

static void expect_number(cclb_optional_u64 optional, uint64_t expected)
{
    assert_true(optional.present);
    assert_true(optional.value == expected);
}

static void expect_header(cclb_header header, const char *name, const char *value)
{
    expect_text(header.name, name);
    expect_text(header.value, value);
}

static void expect_id(cclb_uuid id, const char *expected)
{
    char text[CCLB_UUID_TEXT_SIZE];
    cclb_uuid_format(id, text);
    assert_string_equal(text, expected);
}

/* ---- what is there ---- */

static void test_empty(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}", " { }\n",
                                        "{\"request\":null,\"response\":null,\"event\":null,\"observation\":null}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cclb_host_document *document = read_good(texts[i]);
        assert_null(cclb_host_document_request(document));
        assert_null(cclb_host_document_response(document));
        assert_null(cclb_host_document_event(document));
        assert_null(cclb_host_document_observation(document));
        cclb_host_document_destroy(document);
    }
    cclb_host_document_destroy(NULL);
}

static void expect_default_request(const cclb_request *request)
{
    assert_non_null(request);
    assert_int_equal(request->struct_size, sizeof *request);
    assert_int_equal(request->request_id.len, 0);
    expect_optional(request->thread_id, NULL);
    expect_optional(request->service_tier, NULL);
    assert_int_equal(request->canonical_model_id.len, 0);
    assert_int_equal(request->cache_pricing.status.len, 0);
    assert_false(request->cache_pricing.input_micros_per_million.present);
    assert_false(request->cache_pricing.cache_creation_5m_micros_per_million.present);
    assert_false(request->cache_pricing.cache_creation_1h_micros_per_million.present);
    assert_false(request->cache_pricing.cache_read_micros_per_million.present);
    assert_int_equal(request->method.len, 0);
    assert_int_equal(request->path.len, 0);
    expect_optional(request->query, NULL);
    assert_int_equal(request->headers.count, 0);
    assert_int_equal(request->body.count, 0);
    assert_int_equal(request->principal.id.len, 0);
    assert_int_equal(request->principal.kind, CCLB_PRINCIPAL_API_KEY);
    assert_int_equal(request->principal.claims.len, 0);
    assert_int_equal(request->candidate_count, 0);
    expect_optional(request->upstream_base_url, NULL);
}

static void test_defaults(void **state)
{
    (void)state;
    static const char all_null[] =
        "{\"request\": {\"request_id\": null, \"thread_id\": null, \"service_tier\": null, \"canonical_model_id\": "
        "null,"
        "\"cache_pricing\": null, \"method\": null, \"path\": null, \"query\": null, \"headers\": null, \"body\": null,"
        "\"principal\": null, \"candidates\": null, \"upstream_base_url\": null}}";
    static const char null_within[] =
        "{\"request\": {\"principal\": {\"id\": null, \"kind\": null, \"claims\": null}, \"cache_pricing\": {"
        "\"status\": null, \"input_micros_per_million\": null}, \"headers\": []}}";
    static const char *const texts[] = {
        "{\"request\": {}}",
        "{\"request\": {\"cache_pricing\": {}, \"principal\": {}, \"candidates\": []}}",
        all_null,
        null_within,
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cclb_host_document *document = read_good(texts[i]);
        expect_default_request(cclb_host_document_request(document));
        assert_null(cclb_host_document_response(document));
        cclb_host_document_destroy(document);
    }
    cclb_host_document *document = read_good("{\"response\": {}, \"event\": {}}");
    const cclb_response *response = cclb_host_document_response(document);
    assert_int_equal(response->struct_size, sizeof *response);
    assert_int_equal(response->status, 0);
    assert_int_equal(response->headers.count, 0);
    assert_int_equal(response->body.count, 0);
    const cclb_sse_event *event = cclb_host_document_event(document);
    assert_int_equal(event->event.len, 0);
    assert_int_equal(event->data.len, 0);
    cclb_host_document_destroy(document);
}

static void test_documented_example(void **state)
{
    (void)state;
    cclb_host_document *document = NULL;
    assert_int_equal(read_copy(host_example(), NULL, &document, NULL), CCLB_OK);
    const cclb_request *request = cclb_host_document_request(document);
    expect_text(request->request_id, "req-1");
    expect_optional(request->thread_id, NULL);
    expect_optional(request->service_tier, "standard");
    expect_text(request->canonical_model_id, "claude-sonnet-4-5");
    expect_text(request->cache_pricing.status, "known");
    expect_number(request->cache_pricing.input_micros_per_million, 3000000);
    assert_false(request->cache_pricing.cache_read_micros_per_million.present);
    expect_text(request->method, "POST");
    expect_text(request->path, "/v1/messages");
    expect_optional(request->query, "beta=true");
    assert_int_equal(request->headers.count, 3);
    expect_header(request->headers.items[0], "content-type", "application/json");
    expect_header(request->headers.items[1], "accept", "text/event-stream");
    expect_header(request->headers.items[2], "accept", "application/json");
    assert_int_equal(request->body.count, 1);
    expect_text(request->body.spans[0],
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"temperature\":1.0,\"stream\":true}");
    expect_text(request->principal.id, "tenant-a");
    assert_int_equal(request->principal.kind, CCLB_PRINCIPAL_OAUTH_SUBJECT);
    expect_text(request->principal.claims, "{ \"sub\": \"user-1\", \"weight\": 1.50, \"groups\": [\"a\", \"b\"] }");
    assert_int_equal(request->candidate_count, 3);
    const cclb_candidate *candidates = request->candidates;
    expect_id(candidates[0].id, "8d9c491f-530b-5859-a114-028e23e82d11");
    expect_text(candidates[0].name, "east");
    assert_int_equal(candidates[0].kind, CCLB_CANDIDATE_ANTHROPIC_API_KEY);
    assert_false(candidates[0].has_plan_capacity_ratio);
    expect_id(candidates[1].id, "e7947e25-0647-5d6a-9c57-81ea3ecbda97");
    assert_int_equal(candidates[1].kind, CCLB_CANDIDATE_ANTHROPIC_OAUTH);
    assert_true(candidates[1].has_plan_capacity_ratio);
    assert_true(candidates[1].plan_capacity_ratio == 0.25);
    expect_text(candidates[1].seat_tier, "pro");
    expect_id(candidates[2].id, "6f1c2a34-0000-4000-8000-000000000001");
    assert_int_equal(candidates[2].predicted_cache_read_tokens, 900);
    expect_optional(request->upstream_base_url, "https://api.example.test");
    const cclb_response *response = cclb_host_document_response(document);
    assert_int_equal(response->status, 200);
    assert_int_equal(response->headers.count, 1);
    expect_header(response->headers.items[0], "content-type", "text/event-stream");
    const cclb_sse_event *event = cclb_host_document_event(document);
    expect_text(event->event, "ping");
    expect_text(event->data, "{\"type\":\"ping\"}");
    const cclb_observation *observation = cclb_host_document_observation(document);
    assert_int_equal(observation->struct_size, sizeof *observation);
    assert_int_equal(observation->kind, CCLB_OBSERVE_REQUEST_FINISHED);
    assert_int_equal(observation->status, 200);
    assert_int_equal(observation->duration_ms, 1250);
    expect_number(observation->output_tokens, 17);
    assert_false(observation->input_tokens.present);
    cclb_host_document_destroy(document);
}

/* What the example leaves out. */
static void test_every_other_member(void **state)
{
    (void)state;
    cclb_host_document *document = read_good(
        "{\"request\": {\"thread_id\": \"\", \"cache_pricing\": {\"cache_creation_5m_micros_per_million\": 1,"
        "\"cache_creation_1h_micros_per_million\": \"18446744073709551615\", \"cache_read_micros_per_million\": 0},"
        "\"candidates\": [{\"observed_at_unix_secs\": \"9223372036854775808\","
        "\"predicted_cache_creation_tokens_5m\": 4294967295, \"predicted_cache_creation_tokens_1h\": 2,"
        "\"predicted_uncached_input_tokens\": 3, \"plan_capacity_ratio\": \"NaN\", \"organization_type\": \"o\","
        "\"rate_limit_tier\": \"\\u0000\"}]}}");
    const cclb_request *request = cclb_host_document_request(document);
    expect_optional(request->thread_id, "");
    expect_number(request->cache_pricing.cache_creation_5m_micros_per_million, 1);
    expect_number(request->cache_pricing.cache_creation_1h_micros_per_million, UINT64_MAX);
    expect_number(request->cache_pricing.cache_read_micros_per_million, 0);
    const cclb_candidate *candidate = request->candidates;
    expect_id(candidate->id, "c69670d7-3a17-5363-b70a-c78f9c20a4ca");
    assert_true(candidate->observed_at_unix_secs == UINT64_C(9223372036854775808));
    assert_true(candidate->predicted_cache_creation_tokens_5m == UINT32_MAX);
    assert_int_equal(candidate->predicted_cache_creation_tokens_1h, 2);
    assert_int_equal(candidate->predicted_uncached_input_tokens, 3);
    assert_true(isnan(candidate->plan_capacity_ratio));
    expect_text(candidate->organization_type, "o");
    assert_int_equal(candidate->rate_limit_tier.len, 1);
    cclb_host_document_destroy(document);
}

static void test_observations(void **state)
{
    (void)state;
    cclb_host_document *document =
        read_good("{\"observation\": {\"kind\": \"request_started\", \"request_id\": \"r\", \"user_agent\": \"u\"}}");
    const cclb_observation *observation = cclb_host_document_observation(document);
    assert_int_equal(observation->kind, CCLB_OBSERVE_REQUEST_STARTED);
    expect_text(observation->request_id, "r");
    expect_optional(observation->user_agent, "u");
    cclb_host_document_destroy(document);

    document = read_good("{\"observation\": {\"principal_id\": \"p\", \"principal_kind\": \"o_auth_subject\","
                         "\"kind\": \"authn_complete\"}}");
    observation = cclb_host_document_observation(document);
    assert_int_equal(observation->kind, CCLB_OBSERVE_AUTHN_COMPLETE);
    expect_text(observation->principal_id, "p");
    assert_int_equal(observation->principal_kind, CCLB_PRINCIPAL_OAUTH_SUBJECT);
    cclb_host_document_destroy(document);

    document = read_good("{\"observation\": {\"kind\": \"upstream_chosen\", \"upstream_base_url\": \"http://u\"}}");
    observation = cclb_host_document_observation(document);
    assert_int_equal(observation->kind, CCLB_OBSERVE_UPSTREAM_CHOSEN);
    expect_optional(observation->upstream_base_url, "http://u");
    cclb_host_document_destroy(document);

    document = read_good("{\"observation\": {\"kind\": \"chunk\", \"batch_index\": 1, \"event_count\": 2,"
                         "\"total_bytes\": 3}}");
    observation = cclb_host_document_observation(document);
    assert_int_equal(observation->kind, CCLB_OBSERVE_CHUNK);
    assert_int_equal(observation->batch_index, 1);
    assert_int_equal(observation->event_count, 2);
    assert_int_equal(observation->total_bytes, 3);
    cclb_host_document_destroy(document);

    document = read_good("{\"observation\": {\"kind\": \"request_finished\", \"input_tokens\": 1, \"output_tokens\": 2,"
                         "\"cache_creation_input_tokens\": 3, \"cache_read_input_tokens\": 4, \"status\": 65535}}");
    observation = cclb_host_document_observation(document);
    expect_number(observation->input_tokens, 1);
    expect_number(observation->output_tokens, 2);
    expect_number(observation->cache_creation_input_tokens, 3);
    expect_number(observation->cache_read_input_tokens, 4);
    assert_int_equal(observation->status, 65535);
    cclb_host_document_destroy(document);

    document = read_good("{\"observation\": {\"kind\": \"error\", \"error_code\": \"c\", \"error_message\": \"m\","
                         "\"error_source\": \"s\"}}");
    observation = cclb_host_document_observation(document);
    assert_int_equal(observation->kind, CCLB_OBSERVE_ERROR);
    expect_text(observation->error_code, "c");
    expect_text(observation->error_message, "m");
    expect_text(observation->error_source, "s");
    cclb_host_document_destroy(document);
}

/* Names have every spelling that their readers take. */
static void test_identifiers_and_kinds(void **state)
{
    (void)state;
    for (cclb_principal_kind kind = 0; kind < CCLB_PRINCIPAL_KIND_COUNT; kind++) {
        char json[128];
        snprintf(json, sizeof json, "{\"request\": {\"principal\": {\"kind\": \"%s\"}}}",
                 cclb_principal_kind_name(kind));
        cclb_host_document *document = read_good(json);
        assert_int_equal(cclb_host_document_request(document)->principal.kind, kind);
        cclb_host_document_destroy(document);
    }
    cclb_host_document *document =
        read_good("{\"request\": {\"candidates\": [{\"id\": \"{00112233-4455-6677-8899-AABBCCDDEEFF}\"},"
                  "{\"id\": \"urn:uuid:00112233-4455-6677-8899-aabbccddeeff\"}, {\"id\": "
                  "\"00112233445566778899aabbccddeeff\"}]}}");
    for (size_t i = 0; i < 3; i++) {
        expect_id(cclb_host_document_request(document)->candidates[i].id, "00112233-4455-6677-8899-aabbccddeeff");
    }
    cclb_host_document_destroy(document);
}

static void test_headers(void **state)
{
    (void)state;
    cclb_host_document *document =
        read_good("{\"request\": {\"headers\": [[\"B\", \"1\"], [\"a\", \"\"], [\"B\", {\"base64\": \"/wA=\"}]]},"
                  "\"response\": {\"headers\": {\"b\": [\"1\", {\"base64\": \"/w==\"}], \"none\": [], \"a\": \"2\","
                  "\"c\": {\"base64\": \"YQ==\"}}}}");
    cclb_headers headers = cclb_host_document_request(document)->headers;
    assert_int_equal(headers.count, 3);
    expect_header(headers.items[0], "B", "1");
    expect_header(headers.items[1], "a", "");
    expect_text(headers.items[2].name, "B");
    assert_true(cclb_bytes_equal(headers.items[2].value, cclb_bytes_of("\xff\0", 2)));
    headers = cclb_host_document_response(document)->headers;
    assert_int_equal(headers.count, 4);
    expect_header(headers.items[0], "b", "1");
    expect_header(headers.items[1], "b", "\xff");
    expect_header(headers.items[2], "a", "2");
    expect_header(headers.items[3], "c", "a");
    cclb_host_document_destroy(document);
}

/* ---- what goes on as it stands ---- */

static void expect_claims(const char *json, const char *expected)
{
    cclb_host_document *document = read_good(json);
    expect_text(cclb_host_document_request(document)->principal.claims, expected);
    cclb_host_document_destroy(document);
}

static void test_claims_as_they_stand(void **state)
{
    (void)state;
#define CLAIMS(text) "{\"request\":{\"principal\":{\"id\":\"p\",\"claims\":" text ",\"kind\":\"internal_key\"}}}", text
    expect_claims(CLAIMS("{}"));
    expect_claims(CLAIMS("{ }"));
    expect_claims(CLAIMS("{\"a\" : 1.0,\n\t\"b\":1E+2, \"c\":-0.0, \"d\":123456789012345678901234567890}"));
    expect_claims(CLAIMS("{\"\\u0061\":\"\\u00e9\\/\\ud83d\\ude00\\u0000\",\"b\":\"\xc3\xa9 \"}"));
    expect_claims(CLAIMS("{\"\\u0000\":0}"));
    /* Of members with one name the last one counts, but that is for whoever makes claims of them. */
    expect_claims(CLAIMS("{\"a\":1,\"a\":{\"b\":1,\"b\":2}}"));
    expect_claims(CLAIMS("{\"}\":\"{\\\"\",\"claims\":{\"claims\":{}}}"));
#undef CLAIMS
    /* However the names on the way to them are written. */
    expect_claims("{\"r\\u0065quest\":{\"princip\\u0061l\":{\"cl\\u0061ims\":{\"a\":1.0}}}}", "{\"a\":1.0}");
    /* Only there: what has the same names elsewhere is read like everything else. */
    cclb_host_document *document = NULL;
    cclb_error error;
    assert_int_equal(read_copy(cclb_text("{\"principal\":{\"claims\":{\"a\":1}}}"), NULL, &document, &error),
                     CCLB_BAD_INPUT);
    assert_string_equal(error.message, "$.principal: no such member; there is request, response, event, observation");
}

static void expect_body(const char *body, const char *expected)
{
    char json[1024];
    snprintf(json, sizeof json,
             "{\"request\": {\"body\": %s}, \"response\": {\"body\": %s}, \"event\": {\"data\": %s, \"event\": \"e\"}}",
             body, body, body);
    cclb_host_document *document = read_good(json);
    assert_int_equal(cclb_host_document_request(document)->body.count, 1);
    expect_text(cclb_host_document_request(document)->body.spans[0], expected);
    assert_int_equal(cclb_host_document_response(document)->body.count, 1);
    expect_text(cclb_host_document_response(document)->body.spans[0], expected);
    expect_text(cclb_host_document_event(document)->data, expected);
    cclb_host_document_destroy(document);
}

static void test_content(void **state)
{
    (void)state;
    expect_body("\"\"", "");
    expect_body("\"a \\u00e9\"", "a \xc3\xa9");
    expect_body("{\"base64\": \"\"}", "");
    expect_body("{\"base64\": \"/4E=\"}", "\xff\x81");
    expect_body("{\"json\": {\"a\" : [ 1.0 , 2e0,\n\t\"x y\\u0041\\\"\" ] , \"b\":null}}",
                "{\"a\":[1.0,2e0,\"x y\\u0041\\\"\"],\"b\":null}");
    expect_body("{\"json\": null}", "null");
    expect_body("{ \"json\" :7}", "7");
    expect_body("{\"json\": -0}", "-0");
    expect_body("{\"json\": \" a \"}", "\" a \"");
    expect_body("{\"json\": []}", "[]");
    expect_body("{\"json\": 99999999999999999999999}", "99999999999999999999999");
    expect_body("{\"json\": {\"a\":1,\"a\":2}}", "{\"a\":1,\"a\":2}");
    expect_body("{\"json\": {\"json\": {\"base64\": 1 }}}", "{\"json\":{\"base64\":1}}");
}

static void test_depth(void **state)
{
    (void)state;
    for (size_t levels = 127; levels <= 128; levels++) {
        char json[1024];
        size_t used = (size_t)sprintf(json, "{\"request\":{\"body\":{\"json\":");
        memset(json + used, '[', levels);
        memset(json + used + levels, ']', levels);
        used += 2 * levels;
        used += (size_t)sprintf(json + used, "}}}");
        cclb_host_document *document = NULL;
        cclb_error error;
        cclb_status status = read_copy(cclb_bytes_of(json, used), NULL, &document, &error);
        assert_int_equal(status, levels == 127 ? CCLB_OK : CCLB_BAD_INPUT);
        if (status != CCLB_OK) {
            assert_string_equal(error.message, "$.request.body.json: recursion limit exceeded, line 1, column 155");
        }
        cclb_host_document_destroy(document);
    }
    /* Elsewhere a text may be as deep as it likes and is still only refused. */
    enum { DEEP = 1000000 };
    char *text = malloc(DEEP + 32);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, "{\"request\":{\"path\":");
    memset(text + used, '[', DEEP);
    cclb_host_document *document = NULL;
    assert_int_equal(read_copy(cclb_bytes_of(text, used + DEEP), NULL, &document, NULL), CCLB_BAD_INPUT);
    free(text);
}

/* ---- no memory ---- */

static void test_no_memory(void **state)
{
    (void)state;
    cclb_bytes example = host_example();
    uint64_t failed = 0;
    for (bool done = false; !done;) {
        struct counting_allocator counts = {.fail_at = failed + 1};
        cclb_allocator allocator = counting_allocator(&counts);
        cclb_host_document *document = NULL;
        cclb_error error;
        cclb_status status = read_copy(example, &allocator, &document, &error);
        done = status == CCLB_OK;
        if (!done) {
            assert_int_equal(status, CCLB_NO_MEMORY);
            assert_int_equal(error.status, CCLB_NO_MEMORY);
            assert_null(document);
            failed++;
        }
        cclb_host_document_destroy(document);
        assert_int_equal(counts.live, 0);
    }
    assert_true(failed >= 4);
}

/* The nodes come from jansson's allocator. */
static size_t nodes_left;
static size_t nodes_out;

static void *failing_node(size_t size)
{
    if (nodes_left == 0) {
        return NULL;
    }
    nodes_left--;
    nodes_out++;
    return malloc(size);
}

static void free_node(void *node)
{
    nodes_out -= node != NULL;
    free(node);
}

static void test_no_memory_for_nodes(void **state)
{
    (void)state;
    cclb_bytes example = host_example();
    json_set_alloc_funcs(failing_node, free_node);
    size_t failed = 0;
    for (bool done = false; !done;) {
        nodes_left = failed;
        nodes_out = 0;
        cclb_host_document *document = NULL;
        cclb_status status = read_copy(example, NULL, &document, NULL);
        done = status == CCLB_OK;
        if (!done) {
            assert_int_equal(status, CCLB_NO_MEMORY);
            failed++;
        }
        cclb_host_document_destroy(document);
        assert_int_equal(nodes_out, 0);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(failed >= 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_documented_example),
        cmocka_unit_test(test_every_other_member),
        cmocka_unit_test(test_observations),
        cmocka_unit_test(test_identifiers_and_kinds),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_claims_as_they_stand),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_no_memory_for_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
