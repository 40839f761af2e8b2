/* SPDX-License-Identifier: Apache-2.0 */
/* value_test.c - value forms that are none, bodies in pieces, and what happens without memory. */

#include "vectors/value.h"

#include "base/allocate.h"
#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct wire_type *type_named(const char *name)
{
    const struct wire_type *type = wire_type_by_name(cclb_text(name));
    assert_non_null(type);
    return type;
}

/* url "u", method "M", one header "n": "v", body "body". */
#define SHAPE_RESPONSE "0100000075" "010000004d" "01000000" "010000006e" "0100000076" "04000000626f6479"

static cclb_status read_hex(const char *type, cclb_form form, const char *hex, struct arena *arena, void *message,
                            cclb_error *error)
{
    size_t len = strlen(hex) / 2;
    uint8_t *bytes = arena_alloc(arena, len);
    assert_non_null(bytes);
    assert_true(hex_decode(cclb_text(hex), bytes));
    return value_read(type_named(type), form, cclb_bytes_of(bytes, len), 1, arena, message, error);
}

static void test_every_cut_is_refused(void **state)
{
    (void)state;
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    size_t digits = strlen(SHAPE_RESPONSE);
    for (size_t len = 0; len <= digits; len += 2) {
        char hex[sizeof SHAPE_RESPONSE];
        memcpy(hex, SHAPE_RESPONSE, len);
        hex[len] = '\0';
        struct arena arena;
        arena_init(&arena, &allocator);
        cclb_shape_response message;
        cclb_error error;
        cclb_status status = read_hex("ShapeResponse", CCLB_FORM_W9, hex, &arena, &message, &error);
        assert_int_equal(status, len == digits ? CCLB_OK : CCLB_BAD_INPUT);
        if (status != CCLB_OK) {
            assert_true(error.offset <= len / 2);
        }
        arena_deinit(&arena);
    }
}

static void test_what_is_no_value(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *hex;
        const char *words;
    } cases[] = {
        {"ShapeResponse", SHAPE_RESPONSE "00", "value form: goes on at byte 32"},
        {"TransformSseEventResult", "03", "value form: no such variant at byte 1"},
        {"TransformResponseResult", "0102", "value form: optional that is neither 0 nor 1 at byte 2"},
        {"TransformSseEventResult", "01ffffffff", "value form: count beyond the end at byte 5"},
        {"ObserveEvent", "03", "value form: ends early at byte 1"},
        {"ObserveEvent", "0201", "value form: no such variant at byte 2"},
    };
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena;
        arena_init(&arena, &allocator);
        union {
            cclb_shape_response shape;
            cclb_transform_response_result response;
            cclb_transform_sse_event_result event;
            cclb_observe_event observe;
        } message;
        cclb_error error;
        assert_int_equal(read_hex(cases[i].type, CCLB_FORM_W8, cases[i].hex, &arena, &message, &error),
                         CCLB_BAD_INPUT);
        assert_string_equal(error.message, cases[i].words);
        arena_deinit(&arena);
    }
}

static void test_a_body_in_pieces(void **state)
{
    (void)state;
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    arena_init(&arena, &allocator);
    uint8_t bytes[sizeof SHAPE_RESPONSE / 2];
    assert_true(hex_decode(cclb_text(SHAPE_RESPONSE), bytes));
    cclb_bytes value = cclb_bytes_of(bytes, sizeof bytes);
    for (size_t spans = 1; spans <= 9; spans++) {
        cclb_shape_response message;
        cclb_error error;
        assert_int_equal(
            value_read(type_named("ShapeResponse"), CCLB_FORM_W9, value, spans, &arena, &message, &error), CCLB_OK);
        assert_int_equal(message.body.count, spans);
        static const char body[] = "body";
        size_t used = 0;
        for (size_t i = 0; i < spans; i++) {
            assert_memory_equal(message.body.spans[i].data, &body[used], message.body.spans[i].len);
            used += message.body.spans[i].len;
        }
        assert_int_equal(used, 4);
        assert_true(cclb_bytes_equal(message.headers.items[0].value, cclb_text("v")));
        cclb_bytes back;
        assert_int_equal(value_write(type_named("ShapeResponse"), CCLB_FORM_W9, &message, &arena, &back, &error),
                         CCLB_OK);
        assert_true(cclb_bytes_equal(back, value));
    }
    arena_deinit(&arena);
}

static void *allocate_nothing(void *context, size_t size)
{
    (void)context;
    (void)size;
    return NULL;
}

static void test_no_memory(void **state)
{
    (void)state;
    cclb_allocator nothing = {.allocate = allocate_nothing};
    struct arena arena;
    arena_init(&arena, &nothing);
    uint8_t bytes[sizeof SHAPE_RESPONSE / 2];
    assert_true(hex_decode(cclb_text(SHAPE_RESPONSE), bytes));
    cclb_shape_response message;
    cclb_error error;
    assert_int_equal(value_read(type_named("ShapeResponse"), CCLB_FORM_W9, cclb_bytes_of(bytes, sizeof bytes), 1,
                                &arena, &message, &error),
                     CCLB_NO_MEMORY);
    cclb_filter_response empty = {{NULL, 0}};
    cclb_bytes back;
    assert_int_equal(value_write(type_named("FilterResponse"), CCLB_FORM_W9, &empty, &arena, &back, &error),
                     CCLB_NO_MEMORY);
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_what_is_no_value),
        cmocka_unit_test(test_a_body_in_pieces),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
