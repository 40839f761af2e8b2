/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_test.c - reading: what is refused, and where, and what is accepted although it looks odd
 * (spec/wire.md section 6).
 */

#include "base/hex.h"
#include "wire/raw.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* One archive to be judged in memory of exactly its size, so that sanitizers see any byte too many. */
struct judged {
    const struct wire_type *type;
    cclb_form form;
    uint8_t *data;
    size_t len;
};

static struct judged judged_of(const char *type, cclb_form form, const char *hex)
{
    struct judged judged = {.type = wire_type_by_name(cclb_text(type)), .form = form, .len = strlen(hex) / 2};
    assert_non_null(judged.type);
    judged.data = malloc(judged.len + 1);
    assert_non_null(judged.data);
    assert_true(hex_decode(cclb_text(hex), judged.data));
    return judged;
}

/* The same, `data` bytes and a root, all zero. */
static struct judged judged_zeroes(const char *type, cclb_form form, size_t data)
{
    struct judged judged = judged_of(type, form, "");
    judged.len = data + judged.type->size[form];
    free(judged.data);
    judged.data = calloc(1, judged.len);
    assert_non_null(judged.data);
    return judged;
}

static void set_box(struct judged *judged, size_t place, int64_t target, uint32_t len)
{
    int32_t offset = (int32_t)(target - (int64_t)place);
    memcpy(judged->data + place, &offset, sizeof offset);
    memcpy(judged->data + place + 4, &len, sizeof len);
}

static void assert_accepted(const struct judged *judged, size_t misalign)
{
    cclb_error error = {.status = CCLB_INTERNAL};
    assert_int_equal(wire_check(judged->type, judged->form, cclb_bytes_of(judged->data, judged->len), misalign, &error),
                     CCLB_OK);
    assert_int_equal(error.status, CCLB_INTERNAL); /* untouched */
}

static void assert_refused(const struct judged *judged, size_t misalign, uint64_t offset, const char *words)
{
    uint8_t *exact = malloc(judged->len > 0 ? judged->len : 1);
    assert_non_null(exact);
    memcpy(exact, judged->data, judged->len);
    cclb_error error;
    assert_int_equal(wire_check(judged->type, judged->form, cclb_bytes_of(exact, judged->len), misalign, &error),
                     CCLB_DECODE);
    free(exact);
    assert_int_equal(error.phase, CCLB_PHASE_DECODE);
    assert_string_equal(error.message, words);
    assert_int_equal(error.offset, offset);
}

/* Twelve bytes of text, then a ShapeResponse: url at 12, method at 20, headers at 28, body at 36. */
static struct judged shape_response(void)
{
    struct judged judged = judged_of("ShapeResponse", CCLB_FORM_W9,
                                     "6162636465666768696a6b6c"
                                     "0000000000000000000000000000000000000000000000000000000000000000");
    set_box(&judged, 12, 0, 4);
    set_box(&judged, 20, 4, 4);
    set_box(&judged, 28, 8, 0);
    set_box(&judged, 36, 8, 4);
    return judged;
}

static void test_short_archives(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *hex;
    } cases[] = {
        {"FilterResponse", "0000000000000000"},
        {"FilterResponse",
         "752d31616363657074000000f4ffffff03000000efffffff06000000edffffff00000000e8ffffff01000000"},
        {"ShapeResponse", "0000000000000000f8ffffff00000000f0ffffff00000000e8ffffff00000000"},
        {"TransformResponseResult", "0000000000000000000000000000000000000000000000000000000000000000"},
        {"TransformResponseResult", "0100000000000000000000000000000000000000000000000000000000000000"},
        {"TransformResponseResult", "01000100ca000000000000000000000000000000000000000000000000000000"},
        {"TransformResponseResult", "010000000000000001000000f4ffffff0000000001000000e8ffffff00000000"},
        {"TransformSseEventResult", "000000000000000000000000"},
        {"TransformSseEventResult", "020000000000000000000000"},
        {"TransformSseEventResult", "01000000fcffffff00000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct judged judged = judged_of(cases[i].type, CCLB_FORM_W9, cases[i].hex);
        assert_accepted(&judged, 0);
        assert_accepted(&judged, 4);
        free(judged.data);
    }
}

static void test_fewer_bytes_than_the_root(void **state)
{
    (void)state;
    struct judged judged = shape_response();
    judged.len = 31;
    assert_refused(&judged, 0, 0, "ShapeResponse: fewer bytes than the record itself has");
    judged.len = 0;
    assert_refused(&judged, 0, 0, "ShapeResponse: fewer bytes than the record itself has");
    free(judged.data);
    cclb_error error;
    assert_int_equal(wire_check(judged.type, CCLB_FORM_W9, (cclb_bytes){0}, 0, &error), CCLB_DECODE);
}

static void test_gaps_and_prefixes_are_fine(void **state)
{
    (void)state;
    struct judged judged = shape_response();
    assert_accepted(&judged, 0);
    set_box(&judged, 12, 1, 2); /* a byte before, one behind */
    set_box(&judged, 36, 12, 0); /* right before the root */
    assert_accepted(&judged, 0);
    free(judged.data);
}

#define OUTSIDE ": points outside the bytes that are free for its data"

static void test_targets_out_of_range(void **state)
{
    (void)state;
    struct judged judged = shape_response();
    set_box(&judged, 12, -1, 4);
    assert_refused(&judged, 0, 12, "ShapeResponse.url" OUTSIDE);
    set_box(&judged, 12, INT32_MIN + 12, 0);
    assert_refused(&judged, 0, 12, "ShapeResponse.url" OUTSIDE);
    set_box(&judged, 12, 13, 0); /* inside the root */
    assert_refused(&judged, 0, 12, "ShapeResponse.url" OUTSIDE);
    set_box(&judged, 12, INT32_MAX, 0);
    assert_refused(&judged, 0, 12, "ShapeResponse.url" OUTSIDE);
    set_box(&judged, 12, 0, 13); /* one byte into the root */
    assert_refused(&judged, 0, 12, "ShapeResponse.url" OUTSIDE);
    set_box(&judged, 12, 0, UINT32_MAX);
    assert_refused(&judged, 0, 12, "ShapeResponse.url" OUTSIDE);
    set_box(&judged, 12, 0, 4);

    set_box(&judged, 20, 3, 4); /* overlaps the url */
    assert_refused(&judged, 0, 20, "ShapeResponse.method" OUTSIDE);
    set_box(&judged, 20, 0, 4); /* shares it */
    assert_refused(&judged, 0, 20, "ShapeResponse.method" OUTSIDE);
    set_box(&judged, 20, 3, 0); /* empty, and still out of order */
    assert_refused(&judged, 0, 20, "ShapeResponse.method" OUTSIDE);
    set_box(&judged, 20, 4, 4);

    set_box(&judged, 28, 8, UINT32_MAX); /* times 16 passes 2^32 */
    assert_refused(&judged, 0, 28, "ShapeResponse.headers" OUTSIDE);
    set_box(&judged, 28, 8, 0x10000000); /* times 16 is 2^32 */
    assert_refused(&judged, 0, 28, "ShapeResponse.headers" OUTSIDE);
    set_box(&judged, 28, 8, 0);
    set_box(&judged, 36, 7, 4);
    assert_refused(&judged, 0, 36, "ShapeResponse.body" OUTSIDE);
    free(judged.data);
}

/* Four bytes of text, a record of 24 bytes at 4, the root of 8 at 28. */
static struct judged one_reason(void)
{
    struct judged judged = judged_of("FilterResponse", CCLB_FORM_W2,
                                     "75646172"
                                     "000000000000000000000000000000000000000000000000"
                                     "0000000000000000");
    set_box(&judged, 4, 0, 1);
    set_box(&judged, 12, 1, 1);
    set_box(&judged, 20, 2, 2);
    set_box(&judged, 28, 4, 1);
    return judged;
}

static void test_data_of_elements_lie_before_the_records(void **state)
{
    (void)state;
    struct judged judged = one_reason();
    assert_accepted(&judged, 0);
    set_box(&judged, 20, 4, 0); /* right before the records */
    assert_accepted(&judged, 0);
    set_box(&judged, 20, 2, 3); /* into the records */
    assert_refused(&judged, 0, 20, "FilterResponse.results[0].reason" OUTSIDE);
    set_box(&judged, 20, 28, 0); /* behind the records, before the root */
    assert_refused(&judged, 0, 20, "FilterResponse.results[0].reason" OUTSIDE);
    set_box(&judged, 20, 2, 2);
    set_box(&judged, 28, 8, 1); /* four bytes into the root */
    assert_refused(&judged, 0, 28, "FilterResponse.results" OUTSIDE);
    free(judged.data);
}

static void test_alignment(void **state)
{
    (void)state;
    struct judged judged = one_reason();
    assert_accepted(&judged, 4);
    assert_accepted(&judged, 8);
    assert_accepted(&judged, 12);
    for (size_t misalign = 1; misalign < 4; misalign++) {
        assert_refused(&judged, misalign, 28, "FilterResponse: is not aligned");
    }
    set_box(&judged, 28, 2, 0); /* also an empty array lies somewhere */
    assert_refused(&judged, 0, 28, "FilterResponse.results: is not aligned");
    free(judged.data);

    /* The empty W2 request has a root of alignment 4; only its array of candidates wants 8. */
    judged = judged_zeroes("FilterRequest", CCLB_FORM_W2, 4);
    static const size_t boxes[] = {0, 8, 16, 36, 44, 52, 60, 68, 76};
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        set_box(&judged, 4 + boxes[i], 0, 0);
    }
    assert_accepted(&judged, 0);
    assert_accepted(&judged, 8);
    assert_refused(&judged, 4, 80, "FilterRequest.candidates: is not aligned");
    set_box(&judged, 80, 4, 0);
    assert_accepted(&judged, 4);
    assert_refused(&judged, 0, 80, "FilterRequest.candidates: is not aligned");
    free(judged.data);
}

static void test_text_that_is_not_utf8(void **state)
{
    (void)state;
    struct judged judged = shape_response();
    judged.data[6] = 0xff;
    assert_refused(&judged, 0, 6, "ShapeResponse.method: is not UTF-8");
    judged.data[6] = 'x';
    judged.data[7] = 0xc3; /* its second byte is not in the text */
    judged.data[8] = 0xa9;
    assert_refused(&judged, 0, 7, "ShapeResponse.method: is not UTF-8");
    judged.data[7] = 0; /* NUL is text, and bytes are not looked at */
    assert_accepted(&judged, 0);
    free(judged.data);

    judged = one_reason();
    judged.data[1] = 0x80;
    assert_refused(&judged, 0, 1, "FilterResponse.results[0].decision: is not UTF-8");
    free(judged.data);
}

#define NO_VARIANT ": has a tag of no variant"

static void test_tags(void **state)
{
    (void)state;
    struct judged judged = judged_zeroes("TransformResponseResult", CCLB_FORM_W6, 4);
    size_t root = 4;
    assert_accepted(&judged, 0);
    judged.data[root] = 2;
    assert_refused(&judged, 0, root, "TransformResponseResult" NO_VARIANT);
    judged.data[root] = 0; /* then nothing else is looked at */
    judged.data[root + 2] = 2;
    assert_accepted(&judged, 0);
    judged.data[root] = 1;
    assert_refused(&judged, 0, root + 2, "TransformResponseResult.status" NO_VARIANT);
    judged.data[root + 2] = 1;
    judged.data[root + 8] = 0xff;
    assert_refused(&judged, 0, root + 8, "TransformResponseResult.headers" NO_VARIANT);
    judged.data[root + 8] = 1;
    set_box(&judged, root + 12, 0, 1);
    assert_refused(&judged, 0, root + 12, "TransformResponseResult.headers" OUTSIDE);
    set_box(&judged, root + 12, 4, 0);
    judged.data[root + 20] = 1;
    set_box(&judged, root + 24, 5, 1); /* into the root */
    assert_refused(&judged, 0, root + 24, "TransformResponseResult.body" OUTSIDE);
    judged.data[root + 20] = 0; /* an absent payload is not looked at */
    assert_accepted(&judged, 0);
    free(judged.data);

    judged = judged_zeroes("ObserveEvent", CCLB_FORM_W8, 0);
    judged.data[0] = CCLB_OBSERVE_UPSTREAM_CHOSEN;
    assert_accepted(&judged, 8);
    judged.data[4] = 1;
    assert_refused(&judged, 0, 4, "ObserveEvent.upstream" NO_VARIANT);
    judged.data[4] = 0;
    judged.data[8] = 9;
    assert_refused(&judged, 0, 8, "ObserveEvent.upstream.base_url" NO_VARIANT);
    judged.data[0] = 6;
    assert_refused(&judged, 0, 0, "ObserveEvent" NO_VARIANT);
    assert_refused(&judged, 4, 0, "ObserveEvent: is not aligned");
    free(judged.data);
}

/* The verdict counts from a 16-aligned base, wherever the bytes really are. */
static void test_any_real_address(void **state)
{
    (void)state;
    struct judged judged = one_reason();
    uint8_t memory[64];
    for (size_t shift = 0; shift < 16; shift++) {
        memcpy(memory + shift, judged.data, judged.len);
        cclb_error error;
        assert_int_equal(
            wire_check(judged.type, CCLB_FORM_W9, cclb_bytes_of(memory + shift, judged.len), 0, &error), CCLB_OK);
    }
    free(judged.data);
}

static void test_types_that_a_form_lacks(void **state)
{
    (void)state;
    struct judged judged = one_reason();
    cclb_error error;
    cclb_bytes archive = cclb_bytes_of(judged.data, judged.len);
    const struct wire_type *result = wire_type_by_name(cclb_text("TransformSseEventResult"));
    assert_int_equal(wire_check(result, CCLB_FORM_W5, archive, 0, &error), CCLB_INVALID_ARGUMENT);
    assert_string_equal(error.message, "form W5 has no TransformSseEventResult");
    const struct wire_type *claim = wire_type_by_name(cclb_text("Claim"));
    assert_int_equal(wire_check(claim, CCLB_FORM_W9, archive, 0, &error), CCLB_INVALID_ARGUMENT);
    free(judged.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_archives),
        cmocka_unit_test(test_fewer_bytes_than_the_root),
        cmocka_unit_test(test_gaps_and_prefixes_are_fine),
        cmocka_unit_test(test_targets_out_of_range),
        cmocka_unit_test(test_data_of_elements_lie_before_the_records),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_text_that_is_not_utf8),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_any_real_address),
        cmocka_unit_test(test_types_that_a_form_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
