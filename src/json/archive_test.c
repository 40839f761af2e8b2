/* SPDX-License-Identifier: Apache-2.0 */
/* archive_test.c - what JSON of a message may say, what it may not and how that is told, and what is written. */

#include "cclb/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PRINCIPAL "\"principal\": {\"id\": \"p\", \"kind\": \"k\", \"claims\": [{\"key\": \"c\", \"value\": \"v\"}]}"
#define SHAPE_WITHOUT_BODY                                                                                             \
    "\"request_id\": \"r\", \"method\": \"GET\", \"path\": \"/\", \"query\": \"q=1\", \"headers\": [], " PRINCIPAL     \
    ", \"upstream\": {\"kind\": \"AnthropicDirect\"}"
#define SHAPE "{" SHAPE_WITHOUT_BODY ", \"body\": \"\"}"
#define CANDIDATE(members)                                                                                             \
    "{\"upstream_id\": \"u\", \"name\": \"n\", \"kind\": \"k\", \"organization_type\": \"\", "                         \
    "\"rate_limit_tier\": \"\", \"seat_tier\": \"\", \"predicted_cache_creation_tokens_5m\": 2, "                      \
    "\"predicted_cache_creation_tokens_1h\": 3, \"predicted_uncached_input_tokens\": 4, " members "}"
#define FILTER(candidates)                                                                                             \
    "{\"request_id\": \"r\", \"canonical_model_id\": \"m\", \"cache_pricing\": {\"status\": \"unknown\"}, "            \
    "\"method\": \"POST\", \"path\": \"/\", \"headers\": [], \"body\": \"\", " PRINCIPAL                               \
    ", \"candidates\": [" candidates "]}"

struct refusal {
    const char *type;
    cclb_form form;
    const char *json;
    cclb_status status;
    const char *message;
};

#define W9_MESSAGES                                                                                                    \
    "; it has FilterRequest, FilterResponse, ShapeRequest, ShapeResponse, TransformResponseRequest, "                  \
    "TransformResponseResult, TransformSseEventRequest, TransformSseEventResult"

static const struct refusal refusals[] = {
    {"ShapeRequest", CCLB_FORM_W9, "", CCLB_BAD_INPUT, "not JSON: line 1, column 1: "},
    {"ShapeRequest", CCLB_FORM_W9, "[]", CCLB_BAD_INPUT, "$: expected an object, found an array"},
    {"ShapeRequest", CCLB_FORM_W9, "{}", CCLB_BAD_INPUT, "$.request_id: missing"},
    {"ShapeRequest", CCLB_FORM_W9, "{} x", CCLB_BAD_INPUT, "not JSON: line 1, column 4: "},
    {"ShapeRequest", CCLB_FORM_W9, "{\"request_id\": 1.5}", CCLB_BAD_INPUT,
     "$.request_id: expected a string, found a number with a fraction or exponent"},
    {"ShapeRequest", CCLB_FORM_W9, "{\"request_id\": {\"base64\": \"\"}}", CCLB_BAD_INPUT,
     "$.request_id: expected a string, found an object"},
    {"ShapeRequest", CCLB_FORM_W9, "{\"request_id\": \"a\", \"request_id\": \"b\"}", CCLB_BAD_INPUT,
     "not JSON: line 1, column 21: "},
    {"ShapeRequest", CCLB_FORM_W9, "{\"request_id\": null}", CCLB_BAD_INPUT,
     "$.request_id: expected a string, found null"},
    {"ShapeRequest", CCLB_FORM_W9, "{\"reqest_id\": \"r\"}", CCLB_BAD_INPUT,
     "$.reqest_id: ShapeRequest has no such member"},
    {"ShapeRequest", CCLB_FORM_W9, "{\"\\u001b[31m\\n\": 1}", CCLB_BAD_INPUT,
     "$.\\x1b[31m\\x0a: ShapeRequest has no such member"},
    {"ShapeRequest", CCLB_FORM_W9, "{" SHAPE_WITHOUT_BODY ", \"body\": {\"base64\": \"Zg=\"}}", CCLB_BAD_INPUT,
     "$.body.base64: not base64 from character 3 on"},
    {"ShapeRequest", CCLB_FORM_W9, "{" SHAPE_WITHOUT_BODY ", \"body\": {\"base64\": \"\", \"x\": 1}}", CCLB_BAD_INPUT,
     "$.body: expected a string or {\"base64\": \"...\"}, found another object"},
    {"ShapeRequest", CCLB_FORM_W9, "{" SHAPE_WITHOUT_BODY ", \"body\": [1]}", CCLB_BAD_INPUT,
     "$.body: expected a string or {\"base64\": \"...\"}, found an array"},
    {"FilterRequest", CCLB_FORM_W2, "{\"request_id\": \"r\", \"service_tier\": null}", CCLB_BAD_INPUT,
     "$.service_tier: FilterRequest has no such member in form W2"},
    {"FilterRequest", CCLB_FORM_W9, FILTER("{}"), CCLB_BAD_INPUT, "$.candidates[0].upstream_id: missing"},
    {"FilterRequest", CCLB_FORM_W9,
     FILTER(CANDIDATE("\"observed_at_unix_secs\": -1, \"predicted_cache_read_tokens\": 1, \"plan_capacity_ratio\": 1")),
     CCLB_BAD_INPUT,
     "$.candidates[0].observed_at_unix_secs: not a whole number from 0 to 18446744073709551615, or such a number as a "
     "string"},
    {"FilterRequest", CCLB_FORM_W9,
     FILTER(CANDIDATE("\"observed_at_unix_secs\": \"18446744073709551616\", \"predicted_cache_read_tokens\": 1, "
                      "\"plan_capacity_ratio\": 1")),
     CCLB_BAD_INPUT,
     "$.candidates[0].observed_at_unix_secs: not a whole number from 0 to 18446744073709551615, or such a number as a "
     "string"},
    {"FilterRequest", CCLB_FORM_W9,
     FILTER(CANDIDATE("\"observed_at_unix_secs\": \"007\", \"predicted_cache_read_tokens\": 1, "
                      "\"plan_capacity_ratio\": 1")),
     CCLB_BAD_INPUT,
     "$.candidates[0].observed_at_unix_secs: not a whole number from 0 to 18446744073709551615, or such a number as a "
     "string"},
    {"FilterRequest", CCLB_FORM_W9,
     FILTER(CANDIDATE("\"observed_at_unix_secs\": 1, \"predicted_cache_read_tokens\": 4294967296, "
                      "\"plan_capacity_ratio\": 1")),
     CCLB_BAD_INPUT, "$.candidates[0].predicted_cache_read_tokens: not a whole number from 0 to 4294967295"},
    {"FilterRequest", CCLB_FORM_W9,
     FILTER(CANDIDATE("\"observed_at_unix_secs\": 1, \"predicted_cache_read_tokens\": \"1\", "
                      "\"plan_capacity_ratio\": 1")),
     CCLB_BAD_INPUT,
     "$.candidates[0].predicted_cache_read_tokens: expected a whole number from 0 to 4294967295, found a string"},
    {"FilterRequest", CCLB_FORM_W9,
     FILTER(CANDIDATE("\"observed_at_unix_secs\": 1, \"predicted_cache_read_tokens\": 1, "
                      "\"plan_capacity_ratio\": \"nan\"")),
     CCLB_BAD_INPUT,
     "$.candidates[0].plan_capacity_ratio: expected a number, \"NaN\", \"Infinity\" or \"-Infinity\", found a string"},
    {"ObserveEvent", CCLB_FORM_W8, "{}", CCLB_BAD_INPUT,
     "$.kind: missing; there is RequestStarted, AuthnComplete, UpstreamChosen, Chunk, RequestFinished, Error"},
    {"ObserveEvent", CCLB_FORM_W8, "{\"kind\": \"Started\"}", CCLB_BAD_INPUT,
     "$.kind: no such kind; there is RequestStarted, AuthnComplete, UpstreamChosen, Chunk, RequestFinished, Error"},
    {"ObserveEvent", CCLB_FORM_W8, "{\"kind\": 0}", CCLB_BAD_INPUT, "$.kind: expected a string, found a number"},
    {"ObserveEvent", CCLB_FORM_W8, "{\"kind\": \"Chunk\\u0000\"}", CCLB_BAD_INPUT,
     "$.kind: no such kind; there is RequestStarted, AuthnComplete, UpstreamChosen, Chunk, RequestFinished, Error"},
    {"ObserveEvent", CCLB_FORM_W8, "{\"kind\": \"Chunk\", \"code\": \"x\"}", CCLB_BAD_INPUT,
     "$.code: ObserveEvent has no such member"},
    {"TransformResponseResult", CCLB_FORM_W9, "{\"kind\": \"Replace\", \"status\": 65536}", CCLB_BAD_INPUT,
     "$.status: not a whole number from 0 to 65535"},
    {"TransformResponseResult", CCLB_FORM_W9, "{\"kind\": \"Replace\", \"headers\": {}}", CCLB_BAD_INPUT,
     "$.headers: expected an array, found an object"},
    {"ObserveEvent", CCLB_FORM_W9, "{}", CCLB_INVALID_ARGUMENT,
     "form W9 has no message of type `ObserveEvent`" W9_MESSAGES},
    {"Header", CCLB_FORM_W9, "{}", CCLB_INVALID_ARGUMENT, "form W9 has no message of type `Header`" W9_MESSAGES},
    {"Sh\x1bpe", CCLB_FORM_W9, "{}", CCLB_INVALID_ARGUMENT, "form W9 has no message of type `Sh\\x1bpe`" W9_MESSAGES},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refusal *refusal = &refusals[i];
        cclb_buffer archive = {0};
        cclb_error error;
        cclb_status status = cclb_archive_from_json(cclb_text(refusal->type), refusal->form, cclb_text(refusal->json),
                                                    NULL, &archive, &error);
        assert_int_equal(status, refusal->status);
        assert_int_equal(error.status, refusal->status);
        /* What follows the place are jansson's own words. */
        if (strncmp(refusal->message, "not JSON: ", 10) == 0) {
            assert_memory_equal(error.message, refusal->message, strlen(refusal->message));
        } else {
            assert_string_equal(error.message, refusal->message);
        }
        assert_null(archive.data);
    }
}

/* Where the text itself is broken, the offset says where (fault_test.c has every way). */
static void test_offset(void **state)
{
    (void)state;
    cclb_buffer archive = {0};
    cclb_error error;
    assert_int_equal(cclb_archive_from_json(cclb_text("ShapeRequest"), CCLB_FORM_W9, cclb_text("{\n  \"a\": tru}"),
                                            NULL, &archive, &error),
                     CCLB_BAD_INPUT);
    assert_memory_equal(error.message, "not JSON: line 2, column 8: ", 28);
    assert_int_equal(error.offset, 9);
}

/* A text that nests far deeper than any message is an error, not a crash. */
static void test_deep_text(void **state)
{
    (void)state;
    enum { DEPTH = 1000000 };
    char *text = malloc(DEPTH);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    cclb_buffer archive = {0};
    cclb_error error;
    assert_int_equal(cclb_archive_from_json(cclb_text("ShapeRequest"), CCLB_FORM_W9, cclb_bytes_of(text, DEPTH), NULL,
                                            &archive, &error),
                     CCLB_BAD_INPUT);
    free(text);
}

/* The example of spec/wire.md section 5, byte for byte. */
static void test_example(void **state)
{
    (void)state;
    static const uint8_t start[] = "rGET/q=1pkcv";
    cclb_buffer archive = {0};
    assert_int_equal(
        cclb_archive_from_json(cclb_text("ShapeRequest"), CCLB_FORM_W2, cclb_text(SHAPE), NULL, &archive, NULL),
        CCLB_OK);
    assert_int_equal(archive.len, 120);
    assert_memory_equal(archive.data, start, sizeof start - 1);
    cclb_buffer_deinit(&archive);
    assert_null(archive.data);
    cclb_buffer_deinit(&archive);
    cclb_buffer_deinit(NULL);
}

/* JSON to archive to JSON. */
static cclb_buffer there_and_back(const char *type, cclb_form form, const char *json)
{
    cclb_buffer archive = {0};
    cclb_buffer text = {0};
    cclb_error error;
    if (cclb_archive_from_json(cclb_text(type), form, cclb_text(json), NULL, &archive, &error) != CCLB_OK ||
        cclb_archive_to_json(cclb_text(type), form, cclb_bytes_of(archive.data, archive.len), NULL, &text, &error) !=
            CCLB_OK) {
        fail_msg("%s", error.message);
    }
    cclb_buffer_deinit(&archive);
    assert_int_equal(text.len, strlen((const char *)text.data));
    return text;
}

static void test_written(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        cclb_form form;
        const char *json;
        const char *expected;
    } cases[] = {
        {"TransformResponseResult", CCLB_FORM_W9, "{\"kind\":\"Unchanged\"}", "{\n  \"kind\": \"Unchanged\"\n}"},
        {"TransformResponseResult", CCLB_FORM_W9,
         "{\"body\":{\"base64\":\"/w==\"},\"kind\":\"Replace\",\"headers\":[]}",
         "{\n  \"kind\": \"Replace\",\n  \"status\": null,\n  \"headers\": [],\n  \"body\": {\n    \"base64\": "
         "\"/w==\"\n"
         "  }\n}"},
        {"TransformSseEventResult", CCLB_FORM_W6,
         "{\"kind\":\"Replace\",\"events\":[{\"event\":\"\\u0000\",\"data\":{\"base64\":\"YQ==\"}}]}",
         "{\n  \"kind\": \"Replace\",\n  \"events\": [\n    {\n      \"event\": \"\\u0000\",\n      \"data\": \"a\"\n"
         "    }\n  ]\n}"},
        {"ObserveEvent", CCLB_FORM_W2,
         "{\"kind\":\"Chunk\",\"batch_index\":9007199254740992,\"event_count\":9007199254740993,"
         "\"total_bytes\":\"18446744073709551615\"}",
         "{\n  \"kind\": \"Chunk\",\n  \"batch_index\": 9007199254740992,\n  \"event_count\": \"9007199254740993\",\n"
         "  \"total_bytes\": \"18446744073709551615\"\n}"},
        {"ObserveEvent", CCLB_FORM_W2,
         "{\"kind\":\"UpstreamChosen\",\"upstream\":{\"kind\":\"AnthropicDirect\",\"base_url\":\"\"}}",
         "{\n  \"kind\": \"UpstreamChosen\",\n  \"upstream\": {\n    \"kind\": \"AnthropicDirect\",\n"
         "    \"base_url\": \"\"\n  }\n}"},
        /* Nothing in the text can steer a terminal, and it is still the same JSON. */
        {"ObserveEvent", CCLB_FORM_W2,
         "{\"kind\":\"Error\",\"code\":\"\\u001b[2J\\u007f\",\"message\":\"\\u009b\\u202e\",\"source\":\"\xc3\xbc\"}",
         "{\n  \"kind\": \"Error\",\n  \"code\": \"\\u001B[2J\\u007f\",\n  \"message\": \"\\u009b\\u202e\",\n"
         "  \"source\": \"\xc3\xbc\"\n}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cclb_buffer text = there_and_back(cases[i].type, cases[i].form, cases[i].json);
        assert_string_equal(text.data, cases[i].expected);
        cclb_buffer again = there_and_back(cases[i].type, cases[i].form, (const char *)text.data);
        assert_string_equal(again.data, cases[i].expected);
        cclb_buffer_deinit(&again);
        cclb_buffer_deinit(&text);
    }
}

static void test_numbers_with_fractions(void **state)
{
    (void)state;
    static const char *const values[][2] = {
        {"0.1", "0.10000000000000001"},
        {"1", "1.0"},
        {"-0.0", "-0.0"},
        {"5e-324", "4.9406564584124654e-324"},
        {"1.7976931348623157e308", "1.7976931348623157e308"},
        {"\"NaN\"", "\"NaN\""},
        {"\"Infinity\"", "\"Infinity\""},
        {"\"-Infinity\"", "\"-Infinity\""},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char json[2048];
        char expected[128];
        snprintf(json, sizeof json,
                 FILTER(CANDIDATE("\"observed_at_unix_secs\": 1, \"predicted_cache_read_tokens\": 1, "
                                  "\"plan_capacity_ratio\": %s")),
                 values[i][0]);
        snprintf(expected, sizeof expected, "\"plan_capacity_ratio\": %s,", values[i][1]);
        cclb_buffer text = there_and_back("FilterRequest", CCLB_FORM_W9, json);
        if (strstr((const char *)text.data, expected) == NULL) {
            fail_msg("%s is not in %s", expected, (const char *)text.data);
        }
        cclb_buffer_deinit(&text);
    }
}

static void test_unreadable_archive(void **state)
{
    (void)state;
    static const uint8_t archive[8] = {0, 0, 0, 0, 1, 0, 0, 0};
    cclb_buffer text = {0};
    cclb_error error;
    assert_int_equal(cclb_archive_to_json(cclb_text("FilterResponse"), CCLB_FORM_W9,
                                          cclb_bytes_of(archive, sizeof archive), NULL, &text, &error),
                     CCLB_DECODE);
    assert_int_equal(error.offset, 0);
    assert_null(text.data);
}

static void test_types_of_hooks(void **state)
{
    (void)state;
    assert_string_equal(cclb_request_type(CCLB_HOOK_TRANSFORM_RESPONSE), "TransformResponseRequest");
    assert_string_equal(cclb_answer_type(CCLB_HOOK_TRANSFORM_RESPONSE), "TransformResponseResult");
    assert_string_equal(cclb_request_type(CCLB_HOOK_OBSERVE), "ObserveEvent");
    assert_null(cclb_answer_type(CCLB_HOOK_OBSERVE));
    assert_null(cclb_request_type(CCLB_HOOK_NONE));
}

/* An allocator that fails at its n-th allocation and counts what is out. */
struct failing {
    size_t until;
    size_t out;
};

static void *failing_allocate(void *context, size_t size)
{
    struct failing *failing = context;
    if (failing->until == 0) {
        return NULL;
    }
    failing->until--;
    failing->out++;
    return malloc(size);
}

static void failing_release(void *context, void *memory, size_t size)
{
    struct failing *failing = context;
    /* The size is part of the contract: touching the last byte shows one that is too large. */
    ((volatile uint8_t *)memory)[size - 1] = 0;
    failing->out--;
    free(memory);
}

static void test_no_memory(void **state)
{
    (void)state;
    size_t refused = 0;
    bool done = false;
    for (size_t until = 0; !done; until++) {
        struct failing failing = {.until = until};
        cclb_allocator allocator = {failing_allocate, failing_release, &failing};
        cclb_buffer archive = {0};
        cclb_buffer text = {0};
        cclb_status status = cclb_archive_from_json(cclb_text("FilterRequest"), CCLB_FORM_W9,
                                                    cclb_text(FILTER(CANDIDATE("\"observed_at_unix_secs\": 1, "
                                                                               "\"predicted_cache_read_tokens\": 1, "
                                                                               "\"plan_capacity_ratio\": 1"))),
                                                    &allocator, &archive, NULL);
        if (status == CCLB_OK) {
            status = cclb_archive_to_json(cclb_text("FilterRequest"), CCLB_FORM_W9,
                                          cclb_bytes_of(archive.data, archive.len), &allocator, &text, NULL);
        }
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY);
        done = status == CCLB_OK;
        refused += !done;
        cclb_buffer_deinit(&archive);
        cclb_buffer_deinit(&text);
        assert_int_equal(failing.out, 0);
    }
    assert_true(refused >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_deep_text),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_numbers_with_fractions),
        cmocka_unit_test(test_unreadable_archive),
        cmocka_unit_test(test_types_of_hooks),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
