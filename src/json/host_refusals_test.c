/* SPDX-License-Identifier: Apache-2.0 */
/* host_refusals_test.c - what a host document may not say and how that is told; and any text at all. */

#include "cclb/json.h"

#include "base/utf8.h"
#include "host_example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *json;
    const char *message; /* one that ends in ": " goes on with jansson's words */
    uint64_t offset;
} refusals[] = {
    {"", "not JSON: line 1, column 0: unexpected end of text", 0},
    {" \n", "not JSON: line 2, column 0: unexpected end of text", 2},
    {"{", "not JSON: line 1, column 1: unexpected end of text", 1},
    {"\xef\xbb\xbf{}",
     "not JSON: line 1, column 1: a byte order mark, which JSON does not have: store the text as UTF-8 without it", 0},
    {"{} x", "not JSON: line 1, column 4: trailing characters", 3},
    {"{\"request\": {\"path\": tru}}", "not JSON: line 1, column 25: expected ident", 24},
    {"{\n\"request\": {\"principal\": {\"claims\": {\"a\": }}}}",
     "$.request.principal.claims: expected value, line 2, column 43", 44},
    {"{\"request\": {\"principal\": {\"claims\": {\"a\": 1e999}}}}",
     "$.request.principal.claims: number out of range, line 1, column 44", 43},
    {"{\"request\": {\"principal\": {\"claims\": {\"a\": \"\\ud800\"}}}}",
     "$.request.principal.claims: invalid escape, line 1, column 45", 44},
    {"{\"response\": {\"body\": {\"json\": \"\xff\"}}}",
     "$.response.body.json: invalid unicode code point, line 1, column 33", 32},
    {"{\"event\": {\"data\": {\"json\": nul}}}", "$.event.data.json: expected ident, line 1, column 32", 31},
    {"{\"request\": {\"path\": \"\xff\"}}", "not JSON: line 1, column 23: ", 22},
    {"{\"request\": {\"path\": \"\\ud800\"}}", "not JSON: line 1, column 23: ", 22},
    {"{\"request\": {}, \"request\": {}}", "not JSON: line 1, column 17: ", 16},
    {"{\"request\": {\"path\": \"a\", \"path\": \"a\"}}", "not JSON: line 1, column 27: ", 26},
    {"{\"request\": {\"headers\": {\"a\": \"1\", \"a\": \"2\"}}}", "not JSON: line 1, column 36: ", 35},
    {"{\"request\": {\"principal\": {\"claims\": {\"a\":\n1}, \"claims\": {}}}}", "not JSON: line 2, column 5: ", 47},
    {"{\"request\": {\"body\": {\"json\": 1, \"json\": 1}}}", "not JSON: line 1, column 34: ", 33},
    {"[]", "$: expected an object, found an array", CCLB_NO_OFFSET},
    {"null", "$: expected an object, found null", CCLB_NO_OFFSET},
    {"{\"reqest\": {}}", "$.reqest: no such member; did you mean `request`?", CCLB_NO_OFFSET},
    {"{\"x\": 1}", "$.x: no such member; there is request, response, event, observation", CCLB_NO_OFFSET},
    {"{\"\\u001b[31m\\n\": null}", "$.\\x1b[31m\\x0a: no such member; there is request, response, event, observation",
     CCLB_NO_OFFSET},
    {"{\"request\": []}", "$.request: expected an object, found an array", CCLB_NO_OFFSET},
    {"{\"request\": {\"hedaers\": []}}", "$.request.hedaers: no such member; did you mean `headers`?", CCLB_NO_OFFSET},
    {"{\"request\": {\"url\": \"/\"}}",
     "$.request.url: no such member; there is request_id, thread_id, service_tier, canonical_model_id, cache_pricing, "
     "method, path, query, headers, body, principal, candidates, upstream_base_url",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"method\": 1}}", "$.request.method: expected a string, found a number", CCLB_NO_OFFSET},
    {"{\"request\": {\"query\": true}}", "$.request.query: expected a string, found true", CCLB_NO_OFFSET},
    {"{\"request\": {\"path\": {\"base64\": \"\"}}}", "$.request.path: expected a string, found an object",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"cache_pricing\": {\"state\": \"\"}}}",
     "$.request.cache_pricing.state: no such member; did you mean `status`?", CCLB_NO_OFFSET},
    {"{\"request\": {\"cache_pricing\": {\"cache_read_micros_per_million\": -1}}}",
     "$.request.cache_pricing.cache_read_micros_per_million: not a whole number from 0 to 18446744073709551615, or "
     "such "
     "a number as a string",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": \"a: b\"}}", "$.request.headers: expected an array or an object, found a string",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": [{\"name\": \"a\"}]}}",
     "$.request.headers[0]: expected [\"name\", \"value\"], found an object", CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": [[\"a\", \"b\"], [\"a\"]]}}",
     "$.request.headers[1]: expected [\"name\", \"value\"], found an array of 1", CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": [[1, \"b\"]]}}", "$.request.headers[0][0]: expected a string, found a number",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": [[\"a\", null]]}}",
     "$.request.headers[0][1]: expected a string or {\"base64\": \"...\"}, found null", CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": {\"x-a\": [\"1\", 2]}}}",
     "$.request.headers.x-a[1]: expected a string or {\"base64\": \"...\"}, found a number", CCLB_NO_OFFSET},
    {"{\"request\": {\"headers\": {\"x-a\": null}}}",
     "$.request.headers.x-a: expected a string or {\"base64\": \"...\"}, found null", CCLB_NO_OFFSET},
    {"{\"response\": {\"headers\": {\"a\": {\"base64\": \"Zg=\"}}}}",
     "$.response.headers.a.base64: not base64 from character 3 on", CCLB_NO_OFFSET},
    {"{\"request\": {\"body\": [1]}}",
     "$.request.body: expected a string, {\"base64\": \"...\"} or {\"json\": ...}, found an array", CCLB_NO_OFFSET},
    {"{\"request\": {\"body\": {}}}",
     "$.request.body: expected a string, {\"base64\": \"...\"} or {\"json\": ...}, found another object",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"body\": {\"base64\": \"\", \"json\": 1}}}",
     "$.request.body: expected a string, {\"base64\": \"...\"} or {\"json\": ...}, found another object",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"body\": {\"base64\": 1}}}",
     "$.request.body: expected a string, {\"base64\": \"...\"} or {\"json\": ...}, found another object",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"body\": {\"base64\": \"?AAA\"}}}", "$.request.body.base64: not base64 from character 0 on",
     CCLB_NO_OFFSET},
    {"{\"event\": {\"data\": 1}}",
     "$.event.data: expected a string, {\"base64\": \"...\"} or {\"json\": ...}, found a number", CCLB_NO_OFFSET},
    {"{\"event\": {\"name\": \"\"}}", "$.event.name: no such member; there is event, data", CCLB_NO_OFFSET},
    {"{\"request\": {\"principal\": \"p\"}}", "$.request.principal: expected an object, found a string",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"principal\": {\"claims\": [1]}}}",
     "$.request.principal.claims: expected an object, found an array", CCLB_NO_OFFSET},
    {"{\"request\": {\"principal\": {\"claims\": \"{}\"}}}",
     "$.request.principal.claims: expected an object, found a string", CCLB_NO_OFFSET},
    {"{\"request\": {\"principal\": {\"kind\": \"apikey\"}}}",
     "$.request.principal.kind: no such kind; there is api_key, oauth_subject, internal_key, workload_identity, "
     "subscription_bearer",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"principal\": {\"kind\": 1}}}", "$.request.principal.kind: expected a string, found a number",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": {}}}", "$.request.candidates: expected an array, found an object", CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{}, null]}}", "$.request.candidates[1]: expected an object, found null",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{}, {}, {\"id\": \"east\"}]}}", "$.request.candidates[2].id: not a UUID",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"id\": 1}]}}", "$.request.candidates[0].id: expected a string, found a number",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"kind\": \"anthropic\"}]}}",
     "$.request.candidates[0].kind: no such kind; there is anthropic_api_key, anthropic_oauth", CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"observed_at\": 1}]}}",
     "$.request.candidates[0].observed_at: no such member; there is id, name, kind, observed_at_unix_secs, "
     "predicted_cache_read_tokens, predicted_cache_creation_tokens_5m, predicted_cache_creation_tokens_1h, "
     "predicted_uncached_input_tokens, plan_capacity_ratio, organization_type, rate_limit_tier, seat_tier",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"predicted_cache_creation_tokens_6m\": 1}]}}",
     "$.request.candidates[0].predicted_cache_creation_tokens_6m: no such member; did you mean "
     "`predicted_cache_creation_tokens_5m`?",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"predicted_uncached_input_tokens\": 4294967296}]}}",
     "$.request.candidates[0].predicted_uncached_input_tokens: not a whole number from 0 to 4294967295",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"predicted_uncached_input_tokens\": 1.0}]}}",
     "$.request.candidates[0].predicted_uncached_input_tokens: expected a whole number from 0 to 4294967295, found a "
     "number with a fraction or exponent",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"observed_at_unix_secs\": \"18446744073709551616\"}]}}",
     "$.request.candidates[0].observed_at_unix_secs: not a whole number from 0 to 18446744073709551615, or such a "
     "number "
     "as a string",
     CCLB_NO_OFFSET},
    {"{\"request\": {\"candidates\": [{\"plan_capacity_ratio\": \"1\"}]}}",
     "$.request.candidates[0].plan_capacity_ratio: expected a number, \"NaN\", \"Infinity\" or \"-Infinity\", found a "
     "string",
     CCLB_NO_OFFSET},
    {"{\"response\": {\"status\": 99}}", "$.response.status: not a whole number from 100 to 999", CCLB_NO_OFFSET},
    {"{\"response\": {\"status\": 1000}}", "$.response.status: not a whole number from 100 to 999", CCLB_NO_OFFSET},
    {"{\"response\": {\"status\": \"200\"}}",
     "$.response.status: expected a whole number from 100 to 999, found a string", CCLB_NO_OFFSET},
    {"{\"observation\": []}", "$.observation: expected an object, found an array", CCLB_NO_OFFSET},
    {"{\"observation\": {}}",
     "$.observation.kind: missing; there is request_started, authn_complete, upstream_chosen, chunk, request_finished, "
     "error",
     CCLB_NO_OFFSET},
    {"{\"observation\": {\"kind\": null, \"x\": 1}}",
     "$.observation.kind: missing; there is request_started, authn_complete, upstream_chosen, chunk, request_finished, "
     "error",
     CCLB_NO_OFFSET},
    {"{\"observation\": {\"kind\": \"RequestStarted\"}}",
     "$.observation.kind: no such kind; there is request_started, authn_complete, upstream_chosen, chunk, "
     "request_finished, error",
     CCLB_NO_OFFSET},
    {"{\"observation\": {\"kind\": 1}}", "$.observation.kind: expected a string, found a number", CCLB_NO_OFFSET},
    {"{\"observation\": {\"kind\": \"chunk\", \"status\": 200}}",
     "$.observation.status: no such member; there is kind, batch_index, event_count, total_bytes", CCLB_NO_OFFSET},
    {"{\"observation\": {\"kind\": \"request_finished\", \"status\": 65536}}",
     "$.observation.status: not a whole number from 0 to 65535", CCLB_NO_OFFSET},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        cclb_host_document *document = NULL;
        cclb_error error;
        const char *message = refusals[i].message;
        size_t len = strlen(message);
        if (read_copy(cclb_text(refusals[i].json), NULL, &document, &error) != CCLB_BAD_INPUT) {
            fail_msg("%s is not refused", refusals[i].json);
        }
        assert_int_equal(error.status, CCLB_BAD_INPUT);
        assert_null(document);
        if (message[len - 1] == ' ') {
            assert_true(strlen(error.message) > len);
            error.message[len] = '\0';
        }
        assert_string_equal(error.message, message);
        if (error.offset != refusals[i].offset) {
            fail_msg("%s: offset %d", refusals[i].json, (int)error.offset);
        }
    }
}

static void test_a_text_that_is_too_long(void **state)
{
    (void)state;
    cclb_host_document *document = NULL;
    cclb_error error;
    assert_int_equal(cclb_host_document_read(cclb_bytes_of("{", ((size_t)1 << 30) + 1), NULL, &document, &error),
                     CCLB_LIMIT);
    assert_string_equal(error.message, "1073741825 bytes of JSON, above the limit of 1073741824 bytes");
    assert_null(document);
}

/* A path is cut where a character begins, and the message still says what is wrong. */
static void test_long_names(void **state)
{
    (void)state;
    enum { LONG = 3000 };
    char *json = malloc(LONG + 64);
    assert_non_null(json);
    for (size_t shift = 0; shift < 4; shift++) {
        size_t used = (size_t)sprintf(json, "{\"request\":{\"headers\":{\"%.*s", (int)shift, "aaaa");
        for (size_t i = 0; i + 4 <= LONG; i += 4) {
            memcpy(json + used, "\xf0\x9f\x98\x80", 4);
            used += 4;
        }
        used += (size_t)sprintf(json + used, "\":1}}}");
        cclb_host_document *document = NULL;
        cclb_error error;
        assert_int_equal(read_copy(cclb_bytes_of(json, used), NULL, &document, &error), CCLB_BAD_INPUT);
        assert_true(utf8_valid(cclb_text(error.message)));
        assert_non_null(strstr(error.message, "expected a string or"));
    }
    free(json);
}

/* ---- any text at all ---- */

static uint64_t sum_of(cclb_bytes bytes)
{
    uint64_t sum = bytes.len;
    for (size_t i = 0; i < bytes.len; i++) {
        sum = sum * 31 + bytes.data[i];
    }
    return sum;
}

static uint64_t sum_of_headers(cclb_headers headers)
{
    uint64_t sum = headers.count;
    for (size_t i = 0; i < headers.count; i++) {
        sum += sum_of(headers.items[i].name) + sum_of(headers.items[i].value);
    }
    return sum;
}

static uint64_t sum_of_spans(cclb_spans spans)
{
    uint64_t sum = spans.count;
    for (size_t i = 0; i < spans.count; i++) {
        sum += sum_of(spans.spans[i]);
    }
    return sum;
}

static uint64_t sum_of_optional(cclb_optional_bytes optional)
{
    return optional.present ? 1 + sum_of(optional.value) : 0;
}

/* Reads everything that a document points to. */
static uint64_t sum_of_document(const cclb_host_document *document)
{
    uint64_t sum = 0;
    const cclb_request *request = cclb_host_document_request(document);
    if (request) {
        sum += sum_of(request->request_id) + sum_of_optional(request->thread_id) +
               sum_of_optional(request->service_tier) + sum_of(request->canonical_model_id) +
               sum_of(request->cache_pricing.status) + sum_of(request->method) + sum_of(request->path) +
               sum_of_optional(request->query) + sum_of_headers(request->headers) + sum_of_spans(request->body) +
               sum_of(request->principal.id) + sum_of(request->principal.claims) +
               sum_of_optional(request->upstream_base_url);
        for (size_t i = 0; i < request->candidate_count; i++) {
            const cclb_candidate *candidate = &request->candidates[i];
            sum += sum_of(cclb_bytes_of(candidate->id.bytes, sizeof candidate->id.bytes)) + sum_of(candidate->name) +
                   candidate->predicted_cache_read_tokens + sum_of(candidate->organization_type) +
                   sum_of(candidate->rate_limit_tier) + sum_of(candidate->seat_tier);
        }
    }
    const cclb_response *response = cclb_host_document_response(document);
    if (response) {
        sum += response->status + sum_of_headers(response->headers) + sum_of_spans(response->body);
    }
    const cclb_sse_event *event = cclb_host_document_event(document);
    if (event) {
        sum += sum_of(event->event) + sum_of(event->data);
    }
    const cclb_observation *observation = cclb_host_document_observation(document);
    if (observation) {
        sum += observation->kind + sum_of(observation->request_id) + sum_of_optional(observation->user_agent) +
               sum_of(observation->error_message) + observation->status;
    }
    return sum;
}

static void expect_fair(const cclb_error *error)
{
    assert_int_equal(error->status, CCLB_BAD_INPUT);
    assert_true(error->message[0] != '\0');
    assert_true(utf8_valid(cclb_text(error->message)));
    for (const char *at = error->message; *at; at++) {
        assert_true((uint8_t)*at >= 0x20 && *at != 0x7f);
    }
}

static void test_every_truncation(void **state)
{
    (void)state;
    cclb_bytes example = host_example();
    for (size_t len = 0; len < example.len; len++) {
        cclb_host_document *document = NULL;
        cclb_error error;
        assert_int_equal(read_copy(cclb_bytes_of(example.data, len), NULL, &document, &error), CCLB_BAD_INPUT);
        assert_true(error.offset <= len);
        expect_fair(&error);
    }
}

/* xorshift64: the same cases in every run. */
static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

static void test_mutations(void **state)
{
    (void)state;
    enum { MUTANTS = 20000 };
    static const char spices[] = "{}[]:,\"\\u0dD.e19-+ \n\tnull\x80\xc3\xed\xf4\x1b";
    cclb_bytes example = host_example();
    uint8_t *json = malloc(example.len + 1024);
    assert_non_null(json);
    uint64_t random = 88172645463325252u;
    size_t accepted = 0;
    volatile uint64_t sum = 0; /* so that what it sums is read */
    for (int round = 0; round < MUTANTS; round++) {
        size_t len = example.len;
        memcpy(json, example.data, len);
        for (uint64_t changes = 1 + next_random(&random) % 3; changes > 0; changes--) {
            size_t at = next_random(&random) % len;
            size_t from = next_random(&random) % len;
            size_t size = next_random(&random) % 40;
            size = size < len - at ? size : len - at;
            size = size < len - from ? size : len - from;
            switch (next_random(&random) % 4) {
            case 0:
                json[at] = (uint8_t)spices[next_random(&random) % (sizeof spices - 1)];
                break;
            case 1:
                memmove(json + at + 1, json + at, len - at);
                json[at] = (uint8_t)spices[next_random(&random) % (sizeof spices - 1)];
                len++;
                break;
            case 2:
                memmove(json + at, json + at + size, len - at - size);
                len -= size;
                len += len == 0;
                break;
            default:
                memmove(json + at, json + from, size);
                break;
            }
        }
        cclb_host_document *document = NULL;
        cclb_error error;
        if (read_copy(cclb_bytes_of(json, len), NULL, &document, &error) == CCLB_OK) {
            sum += sum_of_document(document);
            accepted++;
        } else {
            expect_fair(&error);
        }
        cclb_host_document_destroy(document);
    }
    free(json);
    assert_true(accepted > MUTANTS / 20);
    assert_true(sum != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_a_text_that_is_too_long),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
