/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gaps_test.c - a byte is in a gap if and only if another one in its place changes nothing: of requests in which nothing is
 * empty, and so no box's place without meaning, that is found out byte by byte, by way of the reader and of JSON.
 */

#include "wire/gaps.h"

#include "base/allocate.h"
#include "cclb/json.h"
#include "counting_allocator.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* As JSON with ' in place of ". */
static cclb_buffer archive_of(cclb_hook hook, cclb_form form, const char *text)
{
    char json[2048];
    size_t len = strlen(text);
    assert_true(len < sizeof json);
    for (size_t i = 0; i < len; i++) {
        json[i] = text[i] == '\'' ? '"' : text[i];
    }
    cclb_buffer archive = {0};
    cclb_error error;
    if (cclb_archive_from_json(cclb_text(cclb_request_type(hook)), form, cclb_bytes_of(json, len), NULL, &archive,
                               &error) != CCLB_OK) {
        fail_msg("%s: %s", text, error.message);
    }
    return archive;
}

static bool reads_alike(cclb_hook hook, cclb_form form, const cclb_buffer *archive, const cclb_buffer *json)
{
    cclb_buffer again = {0};
    cclb_error error;
    bool alike = cclb_archive_to_json(cclb_text(cclb_request_type(hook)), form,
                                      cclb_bytes_of(archive->data, archive->len), NULL, &again, &error) == CCLB_OK &&
                 again.len == json->len && memcmp(again.data, json->data, json->len) == 0;
    cclb_buffer_deinit(&again);
    return alike;
}

static bool clear(cclb_hook hook, cclb_form form, uint8_t *archive, size_t len)
{
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    bool found = false;
    arena_init(&arena, &allocator);
    assert_true(wire_clear_gaps(wire_request_type(hook), form, archive, len, &arena, &found));
    arena_deinit(&arena);
    return found;
}

/* Returns how many bytes lie in gaps. */
static size_t try_each_byte(cclb_hook hook, cclb_form form, const char *request)
{
    cclb_buffer archive = archive_of(hook, form, request);
    cclb_buffer json = {0};
    cclb_error error;
    size_t gaps = 0;
    assert_int_equal(cclb_archive_to_json(cclb_text(cclb_request_type(hook)), form,
                                          cclb_bytes_of(archive.data, archive.len), NULL, &json, &error),
                     CCLB_OK);
    uint8_t *cleared = malloc(archive.len);
    assert_non_null(cleared);
    memcpy(cleared, archive.data, archive.len);
    assert_false(clear(hook, form, cleared, archive.len)); /* what a writer makes has none to be cleared */
    for (size_t i = 0; i < archive.len; i++) {
        archive.data[i] ^= 0x5a;
        bool is_gap = reads_alike(hook, form, &archive, &json);
        memcpy(cleared, archive.data, archive.len);
        cclb_status status = wire_check(wire_request_type(hook), form, cclb_bytes_of(cleared, archive.len), 0, &error);
        bool found = status == CCLB_OK && clear(hook, form, cleared, archive.len);
        archive.data[i] ^= 0x5a;
        if (is_gap != (found && memcmp(cleared, archive.data, archive.len) == 0)) {
            fail_msg("%s in form %s: byte %zu of %zu", request, cclb_form_name(form), i, archive.len);
        }
        gaps += is_gap;
    }
    free(cleared);
    cclb_buffer_deinit(&json);
    cclb_buffer_deinit(&archive);
    return gaps;
}

#define PRINCIPAL "'principal': {'id': 'i', 'kind': 'k', 'claims': [{'key': 'c', 'value': '12'}]}"
#define HEADERS "[{'name': 'ab', 'value': 'cde'}, {'name': 'f', 'value': 'g'}]"
#define REQUEST(query)                                                                                                 \
    "{'request_id': 'rid', 'method': 'POST', 'path': '/path', 'query': " query ", 'headers': " HEADERS                 \
    ", 'body': 'the body', " PRINCIPAL
#define SHAPE(query, url) REQUEST(query) ", 'upstream': {'kind': 'AnthropicDirect', 'base_url': " url "}}"
#define CANDIDATE                                                                                                      \
    "'upstream_id': 'u-1', 'name': 'east', 'kind': 'n', 'observed_at_unix_secs': 7, "                                  \
    "'predicted_cache_read_tokens': 8"
#define TRANSFORM(rest)                                                                                                \
    "{'request_id': 'rid', " PRINCIPAL ", 'upstream': {'kind': 'AnthropicDirect', 'base_url': 'https://h'}, "          \
    "'request_method': 'PUT', 'request_path': '/x', 'canonical_model_id': 'model', 'response_status': 200, "           \
    "'response_headers': " HEADERS ", " rest "}"

static void each_byte_is_reached_or_in_a_gap(void **state)
{
    (void)state;
    /* Behind tags 3 and 3, and the unused rest of 16 bytes in the upstream, and that of two optionals that are absent. */
    assert_true(try_each_byte(CCLB_HOOK_SHAPE, CCLB_FORM_W2, SHAPE("'q=1'", "'https://h'")) >= 6);
    assert_true(try_each_byte(CCLB_HOOK_SHAPE, CCLB_FORM_W9, SHAPE("null", "null")) >= 22);
    assert_true(try_each_byte(CCLB_HOOK_FILTER, CCLB_FORM_W2,
                              REQUEST("'q'") ", 'candidates': [{" CANDIDATE "}, {" CANDIDATE "}]}") > 0);
    assert_true(try_each_byte(CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_FORM_W9, TRANSFORM("'body': 'b'")) > 0);
    assert_true(try_each_byte(CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_FORM_W6,
                              TRANSFORM("'event': {'event': 'e', 'data': 'd'}")) > 0);
    assert_true(try_each_byte(CCLB_HOOK_OBSERVE, CCLB_FORM_W8,
                              "{'kind': 'RequestFinished', 'status': 200, 'input_tokens': 5, 'output_tokens': null, "
                              "'cache_creation_input_tokens': 6, 'cache_read_input_tokens': null, 'duration_ms': 9}") >
                0);
    assert_true(try_each_byte(CCLB_HOOK_OBSERVE, CCLB_FORM_W8,
                              "{'kind': 'Chunk', 'batch_index': 1, 'event_count': 2, 'total_bytes': 3}") == 80 - 25);
}

static void the_newest_filter_request_too(void **state)
{
    (void)state;
    static const char request[] =
        REQUEST("null") ", 'thread_id': 't', 'service_tier': null, 'canonical_model_id': 'model', 'cache_pricing': "
                        "{'status': 'known', 'input_micros_per_million': 3, "
                        "'cache_creation_5m_micros_per_million': null, 'cache_creation_1h_micros_per_million': 4, "
                        "'cache_read_micros_per_million': null}, 'candidates': [{" CANDIDATE
                        ", 'predicted_cache_creation_tokens_5m': 1, 'predicted_cache_creation_tokens_1h': 2, "
                        "'predicted_uncached_input_tokens': 3, 'plan_capacity_ratio': 0.5, 'organization_type': 'o', "
                        "'rate_limit_tier': 'l', 'seat_tier': 's'}]}";
    assert_true(try_each_byte(CCLB_HOOK_FILTER, CCLB_FORM_W9, request) > 0);
}

/* Before, between and behind the data of a root that is at the end. */
static void data_may_lie_anywhere(void **state)
{
    (void)state;
    /* ShapeRequest in which the method is "b" of "abcd", and all else is empty, at 4. */
    uint8_t archive[4 + 92] = "abcd";
    static const size_t boxes[] = {0, 8, 16, 36, 44, 52, 60, 68};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        int32_t offset = (i == 0 ? 0 : i == 1 ? 1 : 4) - (int32_t)(4 + boxes[i]);
        uint32_t len = i == 1 ? 1 : 0;
        memcpy(archive + 4 + boxes[i], &offset, sizeof offset);
        memcpy(archive + 4 + boxes[i] + 4, &len, sizeof len);
    }
    cclb_error error;
    assert_int_equal(
        wire_check(wire_request_type(CCLB_HOOK_SHAPE), CCLB_FORM_W9, cclb_bytes_of(archive, sizeof archive), 0, &error),
        CCLB_OK);
    uint8_t before[sizeof archive];
    memcpy(before, archive, sizeof archive);
    assert_true(clear(CCLB_HOOK_SHAPE, CCLB_FORM_W9, archive, sizeof archive));
    assert_memory_equal(archive, "\0b\0\0", 4);
    assert_memory_equal(archive + 4, before + 4, sizeof archive - 4);
    assert_false(clear(CCLB_HOOK_SHAPE, CCLB_FORM_W9, archive, sizeof archive));
}

static void without_memory_nothing_is_cleared(void **state)
{
    (void)state;
    struct counting_allocator counts = {.fail_at = 1};
    cclb_allocator allocator = counting_allocator(&counts);
    struct arena arena;
    bool found = false;
    cclb_buffer archive = archive_of(CCLB_HOOK_SHAPE, CCLB_FORM_W9, SHAPE("null", "null"));
    archive.data[archive.len - 1] = 1;
    arena_init(&arena, &allocator);
    assert_false(
        wire_clear_gaps(wire_request_type(CCLB_HOOK_SHAPE), CCLB_FORM_W9, archive.data, archive.len, &arena, &found));
    assert_int_equal(archive.data[archive.len - 1], 1);
    arena_deinit(&arena);
    cclb_buffer_deinit(&archive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_is_reached_or_in_a_gap),
        cmocka_unit_test(the_newest_filter_request_too),
        cmocka_unit_test(data_may_lie_anywhere),
        cmocka_unit_test(without_memory_nothing_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
