/* SPDX-License-Identifier: Apache-2.0 */
/* host_tree_test.c - the keys of answers that other programs rely on, and answers that become the next document. */

#include "cclb/json.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

static const cclb_uuid first = {{0x6f, 0x1c, 0x2a, 0x34, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static const cclb_header header_items[] = {
    {{(const uint8_t *)"a", 1}, {(const uint8_t *)"1", 1}},
    {{(const uint8_t *)"a", 1}, {(const uint8_t *)"\xff", 1}},
};

static const cclb_bytes body_spans[] = {{(const uint8_t *)"{\xc3", 2}, {NULL, 0}, {(const uint8_t *)"\xa9}", 2}};

static void test_filter(void **state)
{
    (void)state;
    static const cclb_kept kept[] = {{.candidate = 2}, {.candidate = CCLB_NO_CANDIDATE, .repeated = true}};
    cclb_kept copy[2];
    memcpy(copy, kept, sizeof copy);
    copy[0].id = first;
    cclb_rejected rejected = {
        .id = first,
        .candidate = 0,
        .rejection = CCLB_REJECTION_RATE_LIMITED,
        .decision = cclb_text("Rate-Limit"),
        .reason = cclb_text("\x1b[31m"),
    };
    cclb_filter_result result = {
        .passed_through = true,
        .kept = copy,
        .kept_count = 2,
        .rejected = &rejected,
        .rejected_count = 1,
        .reasons = cclb_text("x: y"),
    };
    cclb_buffer json = {0};
    assert_int_equal(cclb_filter_result_to_json(&result, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"passed_through\": true,\n"
                                   "  \"kept\": [\n"
                                   "    {\n"
                                   "      \"id\": \"6f1c2a34-0000-4000-8000-000000000001\",\n"
                                   "      \"candidate\": 2,\n"
                                   "      \"repeated\": false\n"
                                   "    },\n"
                                   "    {\n"
                                   "      \"id\": \"00000000-0000-0000-0000-000000000000\",\n"
                                   "      \"candidate\": null,\n"
                                   "      \"repeated\": true\n"
                                   "    }\n"
                                   "  ],\n"
                                   "  \"rejected\": [\n"
                                   "    {\n"
                                   "      \"id\": \"6f1c2a34-0000-4000-8000-000000000001\",\n"
                                   "      \"candidate\": 0,\n"
                                   "      \"rejection\": \"rate_limited\",\n"
                                   "      \"decision\": \"Rate-Limit\",\n"
                                   "      \"reason\": \"\\u001B[31m\"\n"
                                   "    }\n"
                                   "  ],\n"
                                   "  \"reasons\": \"x: y\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
    result = (cclb_filter_result){0};
    assert_int_equal(cclb_filter_result_to_json(&result, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"passed_through\": false,\n"
                                   "  \"kept\": [],\n"
                                   "  \"rejected\": [],\n"
                                   "  \"reasons\": \"\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
}

static cclb_shape_result full_shape(void)
{
    return (cclb_shape_result){
        .has_url = true,
        .url =
            {
                .text = cclb_text("https://u:p@h/x?q#f"),
                .scheme = cclb_text("https"),
                .username = cclb_text("u"),
                .password = cclb_optional_text("p"),
                .host = cclb_optional_text("h"),
                .port = 443,
                .path = cclb_text("/x"),
                .query = cclb_optional_text("q"),
                .fragment = cclb_optional_text("f"),
            },
        .method = cclb_text("POST"),
        .headers = {.items = header_items, .count = 2},
        .body = {.spans = body_spans, .count = 3},
    };
}

static void test_shape(void **state)
{
    (void)state;
    cclb_shape_result result = full_shape();
    cclb_buffer json = {0};
    assert_int_equal(cclb_shape_result_to_json(&result, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"passed_through\": false,\n"
                                   "  \"url\": {\n"
                                   "    \"text\": \"https://u:p@h/x?q#f\",\n"
                                   "    \"scheme\": \"https\",\n"
                                   "    \"username\": \"u\",\n"
                                   "    \"password\": \"p\",\n"
                                   "    \"host\": \"h\",\n"
                                   "    \"port\": 443,\n"
                                   "    \"path\": \"/x\",\n"
                                   "    \"query\": \"q\",\n"
                                   "    \"fragment\": \"f\"\n"
                                   "  },\n"
                                   "  \"method\": \"POST\",\n"
                                   "  \"headers\": [\n"
                                   "    [\n"
                                   "      \"a\",\n"
                                   "      \"1\"\n"
                                   "    ],\n"
                                   "    [\n"
                                   "      \"a\",\n"
                                   "      {\n"
                                   "        \"base64\": \"/w==\"\n"
                                   "      }\n"
                                   "    ]\n"
                                   "  ],\n"
                                   "  \"body\": \"{\xc3\xa9}\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
    result = (cclb_shape_result){
        .has_url = true,
        .url = {.text = cclb_text("data:x"), .scheme = cclb_text("data"), .port = -1, .path = cclb_text("x")},
    };
    assert_int_equal(cclb_shape_result_to_json(&result, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"passed_through\": false,\n"
                                   "  \"url\": {\n"
                                   "    \"text\": \"data:x\",\n"
                                   "    \"scheme\": \"data\",\n"
                                   "    \"username\": \"\",\n"
                                   "    \"password\": null,\n"
                                   "    \"host\": null,\n"
                                   "    \"port\": null,\n"
                                   "    \"path\": \"x\",\n"
                                   "    \"query\": null,\n"
                                   "    \"fragment\": null\n"
                                   "  },\n"
                                   "  \"method\": \"\",\n"
                                   "  \"headers\": [],\n"
                                   "  \"body\": \"\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
    result = (cclb_shape_result){.passed_through = true};
    assert_int_equal(cclb_shape_result_to_json(&result, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"passed_through\": true,\n"
                                   "  \"url\": null,\n"
                                   "  \"method\": \"\",\n"
                                   "  \"headers\": [],\n"
                                   "  \"body\": \"\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
}

static void test_transform_response(void **state)
{
    (void)state;
    cclb_transform_response_answer answer = {
        .called = true,
        .status_replaced = true,
        .status = 404,
        .headers = {.items = header_items, .count = 1},
        .headers_replaced = true,
    };
    cclb_buffer json = {0};
    assert_int_equal(cclb_transform_response_answer_to_json(&answer, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"called\": true,\n"
                                   "  \"passed_through\": false,\n"
                                   "  \"status_replaced\": true,\n"
                                   "  \"headers_replaced\": true,\n"
                                   "  \"body_replaced\": false,\n"
                                   "  \"status\": 404,\n"
                                   "  \"headers\": [\n"
                                   "    [\n"
                                   "      \"a\",\n"
                                   "      \"1\"\n"
                                   "    ]\n"
                                   "  ],\n"
                                   "  \"body\": \"\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
    answer = (cclb_transform_response_answer){.passed_through = true, .body_replaced = true, .status = 200};
    assert_int_equal(cclb_transform_response_answer_to_json(&answer, NULL, &json, NULL), CCLB_OK);
    assert_non_null(strstr((const char *)json.data, "\"called\": false"));
    assert_non_null(strstr((const char *)json.data, "\"passed_through\": true"));
    assert_non_null(strstr((const char *)json.data, "\"body_replaced\": true"));
    cclb_buffer_deinit(&json);
}

static void test_transform_sse_event(void **state)
{
    (void)state;
    static const cclb_sse_event events[] = {
        {{(const uint8_t *)"ping", 4}, {(const uint8_t *)"{}", 2}},
        {{NULL, 0}, {(const uint8_t *)"\xff", 1}},
    };
    static const struct {
        cclb_transform_sse_event_kind kind;
        const char *json;
    } cases[] = {
        {CCLB_TRANSFORM_SSE_EVENT_UNCHANGED, "\"unchanged\",\n  \"events\": null\n}"},
        {CCLB_TRANSFORM_SSE_EVENT_REPLACE,
         "\"replace\",\n  \"events\": [\n    {\n      \"event\": \"ping\",\n      \"data\": \"{}\"\n    },\n"
         "    {\n      \"event\": \"\",\n      \"data\": {\n        \"base64\": \"/w==\"\n      }\n    }\n  ]\n}"},
        {CCLB_TRANSFORM_SSE_EVENT_DROP, "\"drop\",\n  \"events\": null\n}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cclb_transform_sse_event_answer answer = {
            .called = true, .kind = cases[i].kind, .events = {.items = events, .count = 2}};
        char expected[512];
        snprintf(expected, sizeof expected, "{\n  \"called\": true,\n  \"passed_through\": false,\n  \"kind\": %s",
                 cases[i].json);
        cclb_buffer json = {0};
        assert_int_equal(cclb_transform_sse_event_answer_to_json(&answer, NULL, &json, NULL), CCLB_OK);
        assert_string_equal(json.data, expected);
        cclb_buffer_deinit(&json);
    }
}

/* ---- what one hook answered is what the next is told ---- */

static void expect_same_headers(cclb_headers a, cclb_headers b)
{
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        assert_true(cclb_bytes_equal(a.items[i].name, b.items[i].name));
        assert_true(cclb_bytes_equal(a.items[i].value, b.items[i].value));
    }
}

/* A document whose member `name` has the members `keys` of an answer. */
static cclb_host_document *document_of(const char *name, const cclb_buffer *json, const char *const *keys)
{
    json_t *answer = json_loadb((const char *)json->data, json->len, JSON_ALLOW_NUL, NULL);
    assert_non_null(answer);
    json_t *root = json_object();
    json_t *inner = json_object();
    for (; *keys; keys++) {
        assert_int_equal(json_object_set(inner, *keys, json_object_get(answer, *keys)), 0);
    }
    assert_int_equal(json_object_set_new(root, name, inner), 0);
    char *text = json_dumps(root, JSON_COMPACT);
    assert_non_null(text);
    cclb_host_document *document = NULL;
    assert_int_equal(cclb_host_document_read(cclb_text(text), NULL, &document, NULL), CCLB_OK);
    free(text);
    json_decref(root);
    json_decref(answer);
    return document;
}

static void test_round_trips(void **state)
{
    (void)state;
    static const char *const request_keys[] = {"method", "headers", "body", NULL};
    cclb_shape_result shape = full_shape();
    cclb_buffer json = {0};
    assert_int_equal(cclb_shape_result_to_json(&shape, NULL, &json, NULL), CCLB_OK);
    cclb_host_document *document = document_of("request", &json, request_keys);
    const cclb_request *request = cclb_host_document_request(document);
    assert_true(cclb_bytes_equal(request->method, shape.method));
    expect_same_headers(request->headers, shape.headers);
    assert_true(cclb_bytes_equal(request->body.spans[0], cclb_text("{\xc3\xa9}")));
    cclb_host_document_destroy(document);
    cclb_buffer_deinit(&json);

    static const char *const response_keys[] = {"status", "headers", "body", NULL};
    static const cclb_bytes spans[] = {{(const uint8_t *)"\xff", 1}, {(const uint8_t *)"\0x", 2}};
    cclb_transform_response_answer answer = {
        .status = 999, .headers = {.items = header_items, .count = 2}, .body = {.spans = spans, .count = 2}};
    assert_int_equal(cclb_transform_response_answer_to_json(&answer, NULL, &json, NULL), CCLB_OK);
    document = document_of("response", &json, response_keys);
    const cclb_response *response = cclb_host_document_response(document);
    assert_int_equal(response->status, 999);
    expect_same_headers(response->headers, answer.headers);
    assert_true(cclb_bytes_equal(response->body.spans[0], cclb_bytes_of("\xff\0x", 3)));
    cclb_host_document_destroy(document);
    cclb_buffer_deinit(&json);
}

/* ---- no memory ---- */

static size_t nodes_left;

static void *failing_node(size_t size)
{
    if (nodes_left == 0) {
        return NULL;
    }
    nodes_left--;
    return malloc(size);
}

static void test_no_memory(void **state)
{
    (void)state;
    cclb_shape_result shape = full_shape();
    cclb_filter_result filter = {.kept = &(cclb_kept){.id = first}, .kept_count = 1};
    cclb_transform_response_answer response = {.headers = {.items = header_items, .count = 2}};
    static const cclb_sse_event empty = {{NULL, 0}, {NULL, 0}};
    cclb_transform_sse_event_answer event = {.kind = CCLB_TRANSFORM_SSE_EVENT_REPLACE,
                                             .events = {.items = &empty, .count = 1}};
    cclb_buffer json = {0};
    struct counting_allocator counts = {.fail_at = 1};
    cclb_allocator allocator = counting_allocator(&counts);
    assert_int_equal(cclb_shape_result_to_json(&shape, &allocator, &json, NULL), CCLB_NO_MEMORY);
    assert_null(json.data);
    json_set_alloc_funcs(failing_node, free);
    for (int which = 0; which < 4; which++) {
        size_t failed = 0;
        for (bool done = false; !done;) {
            nodes_left = failed;
            cclb_error error;
            cclb_status status = which == 0   ? cclb_shape_result_to_json(&shape, NULL, &json, &error)
                                 : which == 1 ? cclb_filter_result_to_json(&filter, NULL, &json, &error)
                                 : which == 2 ? cclb_transform_response_answer_to_json(&response, NULL, &json, &error)
                                              : cclb_transform_sse_event_answer_to_json(&event, NULL, &json, &error);
            done = status == CCLB_OK;
            if (!done) {
                assert_int_equal(status, CCLB_NO_MEMORY);
                assert_int_equal(error.status, CCLB_NO_MEMORY);
                assert_null(json.data);
                failed++;
            }
        }
        cclb_buffer_deinit(&json);
        assert_true(failed >= 10);
    }
    json_set_alloc_funcs(malloc, free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_transform_response),
        cmocka_unit_test(test_transform_sse_event),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
