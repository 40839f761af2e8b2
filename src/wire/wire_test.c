/* SPDX-License-Identifier: Apache-2.0 */
/* wire_test.c - writing: the example of the specification, round trips in every form, and what may not be sent. */

#include "wire/wire.h"

#include "base/allocate.h"
#include "base/arena.h"
#include "wire/decode.h"
#include "wire/raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct wire_type *type_named(const char *name)
{
    const struct wire_type *type = wire_type_by_name(cclb_text(name));
    assert_non_null(type);
    return type;
}

/* The archive, in memory of exactly its size `shift` bytes behind an aligned address; free() what `*memory` is. */
static cclb_bytes write_shifted(const struct wire_type *type, cclb_form form, const void *message, size_t shift,
                                uint8_t **memory)
{
    size_t size = 0;
    cclb_error error;
    assert_int_equal(wire_measure(type, form, message, &size, &error), CCLB_OK);
    *memory = malloc(shift + size);
    assert_non_null(*memory);
    memset(*memory, 0xa5, shift + size);
    wire_write(type, form, message, *memory + shift, size);
    for (size_t i = 0; i < shift; i++) {
        assert_int_equal((*memory)[i], 0xa5);
    }
    return cclb_bytes_of(*memory + shift, size);
}

/* The ShapeRequest of spec/wire.md section 5, byte for byte, at addresses of every alignment. */
static void test_example_of_the_specification(void **state)
{
    (void)state;
    cclb_claim claim = {cclb_text("c"), cclb_text("v")};
    cclb_shape_request request = {
        .request_id = cclb_text("r"),
        .method = cclb_text("GET"),
        .path = cclb_text("/"),
        .query = cclb_optional_text("q=1"),
        .principal = {.id = cclb_text("p"), .kind = cclb_text("k"), .claims = {&claim, 1}},
    };
    static const int32_t root[] = {-28, 1,   -35, 3,  -40, 1,   1,   -51, 3,  -56, 0, -64,
                                   0,   -72, 1,   -79, 1,  -84, 1,   0,   0,  0,   0};
    for (size_t shift = 0; shift < 9; shift++) {
        uint8_t *memory;
        cclb_bytes archive = write_shifted(type_named("ShapeRequest"), CCLB_FORM_W2, &request, shift, &memory);
        assert_int_equal(archive.len, 120);
        assert_memory_equal(archive.data, "rGET/q=1pkcv", 12);
        static const int32_t record[] = {-2, 1, -9, 1};
        assert_memory_equal(archive.data + 12, record, sizeof record);
        assert_memory_equal(archive.data + 28, root, sizeof root);
        free(memory);
    }
}

static const cclb_header headers[] = {
    {{(const uint8_t *)"accept", 6}, {(const uint8_t *)"*/*", 3}},
    {{(const uint8_t *)"", 0}, {NULL, 0}},
    {{(const uint8_t *)"x-long", 6},
     {(const uint8_t *)"0123456789012345678901234567890123456789012345678901234567890123456789", 70}},
};

static cclb_filter_request full_request(const cclb_upstream_candidate *candidates, size_t count,
                                        const cclb_spans *body)
{
    return (cclb_filter_request){
        .request_id = cclb_text("request"),
        .thread_id = cclb_optional_text("thread"),
        .service_tier = cclb_optional_text(""),
        .canonical_model_id = cclb_text("model"),
        .cache_pricing = {.status = cclb_text("known"),
                          .input_micros_per_million = {true, 1},
                          .cache_creation_1h_micros_per_million = {true, UINT64_MAX}},
        .method = cclb_text("POST"),
        .path = cclb_text("/v1/messages"),
        .headers = {headers, 3},
        .body = *body,
        .principal = {.id = cclb_text("someone"), .kind = cclb_text("api_key")},
        .candidates = {candidates, count},
    };
}

/* What a form lacks is left out, and reads as zero or absent; all else comes back. */
static void test_round_trip_in_every_form(void **state)
{
    (void)state;
    const struct wire_type *type = type_named("FilterRequest");
    cclb_upstream_candidate candidates[2] = {
        {.upstream_id = cclb_text("11111111-1111-1111-1111-111111111111"),
         .name = cclb_text("first"),
         .kind = cclb_text("anthropic_api_key"),
         .observed_at_unix_secs = 1700000000,
         .predicted_cache_read_tokens = 1,
         .predicted_cache_creation_tokens_5m = 2,
         .predicted_cache_creation_tokens_1h = 3,
         .predicted_uncached_input_tokens = 4,
         .plan_capacity_ratio = 0.5,
         .organization_type = cclb_text("o"),
         .rate_limit_tier = cclb_text("r"),
         .seat_tier = cclb_text("s")},
        {.name = cclb_text("second")},
    };
    cclb_bytes body = cclb_text("{}");
    cclb_spans spans = {&body, 1};
    cclb_filter_request request = full_request(candidates, 2, &spans);
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        uint8_t *memory;
        cclb_bytes archive = write_shifted(type, form, &request, form % 2, &memory);
        struct arena arena;
        arena_init(&arena, &allocator);
        cclb_filter_request back;
        cclb_error error;
        assert_int_equal(wire_decode(type, form, archive, &arena, &back, &error), CCLB_OK);
        assert_true(cclb_bytes_equal(back.request_id, request.request_id));
        assert_int_equal(back.thread_id.present, form >= CCLB_FORM_W4);
        assert_int_equal(back.service_tier.present, form >= CCLB_FORM_W8);
        assert_int_equal(back.canonical_model_id.len, form >= CCLB_FORM_W5 ? 5 : 0);
        assert_int_equal(back.cache_pricing.input_micros_per_million.present, form >= CCLB_FORM_W5);
        assert_int_equal(back.cache_pricing.cache_creation_1h_micros_per_million.value,
                         form >= CCLB_FORM_W5 ? UINT64_MAX : 0);
        assert_false(back.cache_pricing.cache_read_micros_per_million.present);
        assert_false(back.query.present);
        assert_int_equal(back.headers.count, 3);
        assert_true(cclb_bytes_equal(back.headers.items[2].value, headers[2].value));
        assert_int_equal(back.body.count, 1);
        assert_true(cclb_bytes_equal(back.body.spans[0], body));
        assert_true(cclb_bytes_equal(back.principal.kind, request.principal.kind));
        assert_int_equal(back.candidates.count, 2);
        const cclb_upstream_candidate *first = &back.candidates.items[0];
        assert_true(cclb_bytes_equal(first->upstream_id, candidates[0].upstream_id));
        assert_int_equal(first->observed_at_unix_secs, 1700000000);
        assert_int_equal(first->predicted_cache_read_tokens, 1);
        assert_int_equal(first->predicted_uncached_input_tokens, form >= CCLB_FORM_W5 ? 4 : 0);
        assert_true(first->plan_capacity_ratio == (form >= CCLB_FORM_W3 ? 0.5 : 0.0));
        assert_int_equal(first->seat_tier.len, form >= CCLB_FORM_W3 ? 1 : 0);
        assert_true(cclb_bytes_equal(back.candidates.items[1].name, candidates[1].name));
        arena_deinit(&arena);
        free(memory);
    }
}

static void test_body_in_pieces(void **state)
{
    (void)state;
    const struct wire_type *type = type_named("FilterRequest");
    static const uint8_t text[] = "0123456789";
    cclb_bytes whole = cclb_bytes_of(text, 10);
    cclb_bytes pieces[] = {cclb_bytes_of(text, 3), {NULL, 0}, cclb_bytes_of(text + 3, 1), cclb_bytes_of(text + 4, 6)};
    cclb_spans joined = {&whole, 1};
    cclb_spans spans = {pieces, 4};
    cclb_filter_request request = full_request(NULL, 0, &joined);
    uint8_t *expected_memory;
    cclb_bytes expected = write_shifted(type, CCLB_FORM_W9, &request, 0, &expected_memory);
    request.body = spans;
    uint8_t *memory;
    cclb_bytes archive = write_shifted(type, CCLB_FORM_W9, &request, 0, &memory);
    assert_true(cclb_bytes_equal(archive, expected));
    free(memory);
    free(expected_memory);
}

/* Every length around the steps of raw_copy(), each of its bytes in place and none behind it touched. */
static void test_texts_of_every_length(void **state)
{
    (void)state;
    const struct wire_type *type = type_named("ShapeResponse");
    char text[140];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('!' + i % 90);
    }
    for (size_t len = 0; len <= sizeof text; len++) {
        cclb_shape_response response = {.url = cclb_bytes_of(text, len), .method = cclb_text("M")};
        uint8_t *memory;
        cclb_bytes archive = write_shifted(type, CCLB_FORM_W2, &response, len % 16, &memory);
        assert_memory_equal(archive.data, text, len);
        assert_int_equal(archive.data[len], 'M');
        for (size_t i = len + 1; i < archive.len - 32; i++) {
            assert_int_equal(archive.data[i], 0);
        }
        free(memory);
    }
}

static void assert_refused(const char *type, cclb_form form, const void *message, cclb_status status, uint64_t offset,
                           const char *words)
{
    size_t size = 77;
    cclb_error error;
    assert_int_equal(wire_measure(type_named(type), form, message, &size, &error), status);
    assert_int_equal(size, 77);
    assert_int_equal(error.status, status);
    assert_int_equal(error.offset, offset);
    assert_string_equal(error.message, words);
}

/* Nothing is read through a length that cannot be true: the data here are not there. */
static void test_sizes_beyond_the_limit(void **state)
{
    (void)state;
    static const char *const too_large = ": the archive would be larger than 2^31 - 1 bytes";
    char words[128];
    uint8_t nothing = 0;
    const size_t most = WIRE_SIZE_MAX / 4 * 4 - 32; /* of body, before a root of 32 bytes and alignment 4 */
    cclb_bytes spans[3] = {{&nothing, most}, {&nothing, 1}, {&nothing, SIZE_MAX}};
    cclb_shape_response response = {.body = {spans, 1}};

    size_t size = 0;
    cclb_error error;
    assert_int_equal(wire_measure(type_named("ShapeResponse"), CCLB_FORM_W9, &response, &size, &error), CCLB_OK);
    assert_int_equal(size, most + 32);

    (void)snprintf(words, sizeof words, "ShapeResponse%s", too_large);
    spans[0].len = most + 1;
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, most + 4, words);

    (void)snprintf(words, sizeof words, "ShapeResponse.body%s", too_large);
    spans[0].len = WIRE_SIZE_MAX;
    response.body.count = 2;
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, WIRE_SIZE_MAX, words);
    spans[0].len = 5;
    response.body.count = 3; /* 5 + 1 + SIZE_MAX is 5 */
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, 6, words);

    (void)snprintf(words, sizeof words, "ShapeResponse.url%s", too_large);
    response = (cclb_shape_response){.url = {&nothing, SIZE_MAX}};
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, 0, words);

    (void)snprintf(words, sizeof words, "ShapeResponse.headers%s", too_large);
    response = (cclb_shape_response){.headers = {headers, WIRE_SIZE_MAX / 16 + 1}};
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, 0, words);
    response.headers.count = SIZE_MAX / 16 + 2; /* times 16 is 16 */
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, 0, words);

    (void)snprintf(words, sizeof words, "ShapeResponse.headers[1].value%s", too_large);
    cclb_header two[] = {headers[0], {.name = cclb_text("n"), .value = {&nothing, WIRE_SIZE_MAX}}};
    response.headers = (cclb_headers){two, 2};
    assert_refused("ShapeResponse", CCLB_FORM_W9, &response, CCLB_LIMIT, 10, words);
}

static void test_text_that_is_not_utf8(void **state)
{
    (void)state;
    cclb_claim claims[] = {{cclb_text("fine"), cclb_text("\xff is fine in bytes")}, {cclb_text("key\x80"), {0}}};
    cclb_shape_request shape = {.principal = {.claims = {claims, 2}}};
    assert_refused("ShapeRequest", CCLB_FORM_W9, &shape, CCLB_BAD_INPUT, 4 + 18 + 3,
                   "ShapeRequest.principal.claims[1].key: is not UTF-8");
    shape = (cclb_shape_request){.upstream.base_url = cclb_optional_text("https://\xc3(")};
    assert_refused("ShapeRequest", CCLB_FORM_W9, &shape, CCLB_BAD_INPUT, 8,
                   "ShapeRequest.upstream.base_url: is not UTF-8");
    cclb_upstream_candidate candidate = {.seat_tier = cclb_text("\xed\xa0\x80")};
    cclb_filter_request filter = {.candidates = {&candidate, 1}};
    assert_refused("FilterRequest", CCLB_FORM_W3, &filter, CCLB_BAD_INPUT, 0,
                   "FilterRequest.candidates[0].seat_tier: is not UTF-8");
    size_t size;
    cclb_error error;
    assert_int_equal(wire_measure(type_named("FilterRequest"), CCLB_FORM_W2, &filter, &size, &error), CCLB_OK);
    filter = (cclb_filter_request){.thread_id = {.present = false, .value = cclb_text("\xff")}};
    assert_int_equal(wire_measure(type_named("FilterRequest"), CCLB_FORM_W9, &filter, &size, &error), CCLB_OK);
}

static void test_kinds_that_are_none(void **state)
{
    (void)state;
    cclb_observe_event event = {.kind = CCLB_OBSERVE_ERROR + 1};
    assert_refused("ObserveEvent", CCLB_FORM_W8, &event, CCLB_INVALID_ARGUMENT, 0,
                   "ObserveEvent: has a tag of no variant");
    event = (cclb_observe_event){.kind = CCLB_OBSERVE_UPSTREAM_CHOSEN};
    event.as.upstream_chosen.upstream.kind = CCLB_UPSTREAM_ANTHROPIC_DIRECT + 1;
    assert_refused("ObserveEvent", CCLB_FORM_W8, &event, CCLB_INVALID_ARGUMENT, 0,
                   "ObserveEvent.upstream: has a tag of no variant");
    cclb_transform_response_result response = {.kind = CCLB_TRANSFORM_RESPONSE_REPLACE + 1};
    assert_refused("TransformResponseResult", CCLB_FORM_W9, &response, CCLB_INVALID_ARGUMENT, 0,
                   "TransformResponseResult: has a tag of no variant");
    cclb_transform_sse_event_result event_result = {.kind = UINT32_MAX};
    assert_refused("TransformSseEventResult", CCLB_FORM_W9, &event_result, CCLB_INVALID_ARGUMENT, 0,
                   "TransformSseEventResult: has a tag of no variant");
}

static void test_types_that_a_form_lacks(void **state)
{
    (void)state;
    cclb_observe_event event = {.kind = CCLB_OBSERVE_CHUNK};
    assert_refused("ObserveEvent", CCLB_FORM_W9, &event, CCLB_INVALID_ARGUMENT, CCLB_NO_OFFSET,
                   "form W9 has no ObserveEvent");
    cclb_transform_sse_event_result result = {.kind = CCLB_TRANSFORM_SSE_EVENT_DROP};
    assert_refused("TransformSseEventResult", CCLB_FORM_W5, &result, CCLB_INVALID_ARGUMENT, CCLB_NO_OFFSET,
                   "form W5 has no TransformSseEventResult");
    assert_refused("Header", CCLB_FORM_W9, &headers[0], CCLB_INVALID_ARGUMENT, CCLB_NO_OFFSET,
                   "Header is a record and no message");
    assert_refused("FilterRequest", CCLB_FORM_NONE, &event, CCLB_INVALID_ARGUMENT, CCLB_NO_OFFSET,
                   "form  has no FilterRequest");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example_of_the_specification),
        cmocka_unit_test(test_round_trip_in_every_form),
        cmocka_unit_test(test_body_in_pieces),
        cmocka_unit_test(test_texts_of_every_length),
        cmocka_unit_test(test_sizes_beyond_the_limit),
        cmocka_unit_test(test_text_that_is_not_utf8),
        cmocka_unit_test(test_kinds_that_are_none),
        cmocka_unit_test(test_types_that_a_form_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
