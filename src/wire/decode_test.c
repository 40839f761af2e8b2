/* SPDX-License-Identifier: Apache-2.0 */
/* decode_test.c - where decoded messages point, and decoding without memory. */

#include "wire/decode.h"

#include "base/allocate.h"
#include "counting_allocator.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { EVENTS = 200 }; /* more than fit into the first block of an arena */

static cclb_bytes encode_events(uint8_t *out, size_t capacity)
{
    static cclb_sse_event events[EVENTS];
    for (size_t i = 0; i < EVENTS; i++) {
        events[i] = (cclb_sse_event){cclb_text("delta"), cclb_text("data")};
    }
    cclb_transform_sse_event_result result = {CCLB_TRANSFORM_SSE_EVENT_REPLACE, {events, EVENTS}};
    const struct wire_type *type = wire_answer_type(CCLB_HOOK_TRANSFORM_SSE_EVENT);
    size_t size = 0;
    cclb_error error;
    assert_int_equal(wire_measure(type, CCLB_FORM_W6, &result, &size, &error), CCLB_OK);
    assert_true(size <= capacity);
    wire_write(type, CCLB_FORM_W6, &result, out, size);
    return cclb_bytes_of(out, size);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    uint8_t bytes[8192];
    cclb_bytes archive = encode_events(bytes, sizeof bytes);
    const struct wire_type *type = wire_answer_type(CCLB_HOOK_TRANSFORM_SSE_EVENT);
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    for (size_t fail_at = 1; fail_at <= 2; fail_at++) {
        counts = (struct counting_allocator){.fail_at = fail_at};
        struct arena arena;
        arena_init(&arena, &allocator);
        cclb_transform_sse_event_result result;
        cclb_error error;
        cclb_status status = wire_decode(type, CCLB_FORM_W6, archive, &arena, &result, &error);
        assert_int_equal(status, fail_at == 1 ? CCLB_NO_MEMORY : CCLB_OK);
        if (status == CCLB_OK) {
            assert_int_equal(counts.calls, 1);
            assert_int_equal(result.events.count, EVENTS);
            assert_true(cclb_bytes_equal(result.events.items[EVENTS - 1].data, cclb_text("data")));
        }
        arena_deinit(&arena);
        assert_int_equal(counts.live, 0);
    }
}

/* Text and bytes lie in the archive; nothing of them is copied. */
static void test_text_is_borrowed(void **state)
{
    (void)state;
    uint8_t bytes[8192];
    cclb_bytes archive = encode_events(bytes, sizeof bytes);
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    arena_init(&arena, &allocator);
    cclb_transform_sse_event_result result;
    cclb_error error;
    assert_int_equal(wire_decode(wire_answer_type(CCLB_HOOK_TRANSFORM_SSE_EVENT), CCLB_FORM_W6, archive, &arena,
                                 &result, &error),
                     CCLB_OK);
    assert_ptr_equal(result.events.items[0].event.data, bytes);
    assert_ptr_equal(result.events.items[1].data.data, bytes + 14);
    arena_deinit(&arena);
}

/* What an absent optional or another variant would hold is zero, whatever was in the struct. */
static void test_the_whole_struct_is_set(void **state)
{
    (void)state;
    static const uint8_t unchanged[32] = {0};
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    arena_init(&arena, &allocator);
    cclb_transform_response_result result;
    memset(&result, 0xa5, sizeof result);
    cclb_error error;
    assert_int_equal(wire_decode(wire_answer_type(CCLB_HOOK_TRANSFORM_RESPONSE), CCLB_FORM_W9,
                                 cclb_bytes_of(unchanged, sizeof unchanged), &arena, &result, &error),
                     CCLB_OK);
    cclb_transform_response_result zero;
    memset(&zero, 0, sizeof zero);
    assert_memory_equal(&result, &zero, sizeof zero);
    arena_deinit(&arena);
}

/* The arena and the struct stay as they were. */
static void test_what_is_no_archive(void **state)
{
    (void)state;
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct arena arena;
    arena_init(&arena, &allocator);
    cclb_filter_response response = {{NULL, 77}};
    cclb_error error;
    assert_int_equal(wire_decode(wire_answer_type(CCLB_HOOK_FILTER), CCLB_FORM_W9, cclb_text("1234567"), &arena,
                                 &response, &error),
                     CCLB_DECODE);
    assert_int_equal(response.results.count, 77);
    assert_int_equal(counts.calls, 0);
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_text_is_borrowed),
        cmocka_unit_test(test_the_whole_struct_is_set),
        cmocka_unit_test(test_what_is_no_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
