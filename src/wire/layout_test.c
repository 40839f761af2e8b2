/* SPDX-License-Identifier: Apache-2.0 */
/* layout_test.c - what the tables promise to those who walk them, and the fingerprints of spec/wire.md section 7. */

#include "wire/layout.h"

#include "base/hex.h"
#include "base/rust_hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Size and alignment of a field as archived (spec/wire.md section 3). */
static void archived(const struct wire_field *field, cclb_form form, size_t *size, size_t *align)
{
    switch (field->kind) {
    case WIRE_U16:
        *size = *align = 2;
        break;
    case WIRE_U32:
        *size = *align = 4;
        break;
    case WIRE_U64:
    case WIRE_F64:
        *size = *align = 8;
        break;
    case WIRE_TEXT:
    case WIRE_BYTES:
    case WIRE_SPANS:
    case WIRE_ARRAY:
        *size = 8;
        *align = 4;
        break;
    case WIRE_RECORD:
        *size = field->type->size[form];
        *align = field->type->align[form];
        break;
    }
    if (field->optional) {
        *size += *align;
    }
}

/* Each field stands where the rules of section 3 put it: at its alignment, right behind the one before. */
static size_t assert_places(const struct wire_fields *fields, cclb_form form, size_t start, size_t *largest)
{
    size_t end = start;
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *field = &fields->items[i];
        if (field->at[form] == WIRE_ABSENT) {
            continue;
        }
        size_t size = 0;
        size_t align = 1;
        archived(field, form, &size, &align);
        end = (end + align - 1) / align * align;
        assert_int_equal(field->at[form], end);
        end += size;
        *largest = align > *largest ? align : *largest;
    }
    return end;
}

static void test_offsets_follow_from_the_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; wire_type_at(i); i++) {
        const struct wire_type *type = wire_type_at(i);
        for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
            if (!wire_type_in_form(type, form)) {
                continue;
            }
            size_t align = 1;
            size_t end = assert_places(&type->fields, form, 0, &align);
            for (size_t v = 0; v < type->variant_count; v++) {
                size_t variant_end = assert_places(&type->variants[v].fields, form, 1, &align);
                end = variant_end > end ? variant_end : end;
            }
            assert_int_equal(type->align[form], align);
            assert_int_equal(type->size[form], (end + align - 1) / align * align);
        }
    }
}

/* Members lie inside their struct, and no two fields of a struct share bytes. */
static void test_members_are_apart(void **state)
{
    (void)state;
    for (size_t i = 0; wire_type_at(i); i++) {
        const struct wire_type *type = wire_type_at(i);
        for (size_t f = 0; f < type->fields.count; f++) {
            const struct wire_field *field = &type->fields.items[f];
            assert_true(field->value_offset < type->c_size);
            assert_true(field->present_offset < type->c_size);
            for (size_t g = 0; g < f; g++) {
                assert_true(field->value_offset > type->fields.items[g].value_offset);
            }
        }
    }
}

static void test_types_by_name(void **state)
{
    (void)state;
    size_t count = 0;
    for (; wire_type_at(count); count++) {
        assert_ptr_equal(wire_type_by_name(cclb_text(wire_type_at(count)->name)), wire_type_at(count));
    }
    assert_int_equal(count, 17);
    assert_null(wire_type_at(SIZE_MAX));
    assert_null(wire_type_by_name(cclb_text("filterRequest")));
    assert_null(wire_type_by_name(cclb_text("")));
    assert_null(wire_type_by_name(cclb_text("HeaderRef")));
}

static void test_hooks(void **state)
{
    (void)state;
    assert_string_equal(wire_request_type(CCLB_HOOK_FILTER)->name, "FilterRequest");
    assert_string_equal(wire_answer_type(CCLB_HOOK_TRANSFORM_SSE_EVENT)->name, "TransformSseEventResult");
    assert_string_equal(wire_request_type(CCLB_HOOK_OBSERVE)->name, "ObserveEvent");
    assert_null(wire_answer_type(CCLB_HOOK_OBSERVE));
    assert_null(wire_request_type(CCLB_HOOK_NONE));
    assert_null(wire_answer_type(CCLB_HOOK_NONE));
    assert_string_equal(wire_export_name(CCLB_HOOK_TRANSFORM_RESPONSE), "cc_lb_transform_response");
    assert_string_equal(wire_section_name(CCLB_HOOK_SHAPE), "cc_lb.schema.shape.v1");
    assert_null(wire_export_name(CCLB_HOOK_NONE));
    assert_null(wire_section_name(CCLB_HOOK_NONE));
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            bool has = cclb_form_has_hook(form, hook);
            assert_int_equal(wire_type_in_form(wire_request_type(hook), form), has);
            assert_int_equal(wire_fingerprint(hook, form) != NULL, has);
        }
    }
}

#define FORM_BIT(form) (UINT32_C(1) << (form))

static const uint32_t every_form = FORM_BIT(CCLB_FORM_COUNT) - 1;

static void assert_forms(cclb_hook hook, const char *fingerprint, uint32_t forms)
{
    uint8_t bytes[WIRE_FINGERPRINT_SIZE];
    assert_true(hex_decode(cclb_text(fingerprint), bytes));
    assert_int_equal(wire_fingerprint_forms(hook, bytes), forms);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        assert_int_equal(wire_fingerprint_forms(hook, bytes), 0);
        bytes[i] ^= 1;
    }
    for (cclb_hook other = 0; other <= CCLB_HOOK_COUNT; other++) {
        if (other != hook) {
            assert_int_equal(wire_fingerprint_forms(other, bytes), 0);
        }
    }
}

static void test_fingerprints(void **state)
{
    (void)state;
    uint32_t from_w6 = FORM_BIT(CCLB_FORM_W6) | FORM_BIT(CCLB_FORM_W8) | FORM_BIT(CCLB_FORM_W9);
    assert_forms(CCLB_HOOK_FILTER, "049219a32497f8439572bab29c8d38cf1fde52c6d3085081c09dab3a73fa382e",
                 FORM_BIT(CCLB_FORM_W2) | FORM_BIT(CCLB_FORM_W3));
    assert_forms(CCLB_HOOK_FILTER, "e2ddd9c3418f5b5aabd0e2b5e156c31adef6b8d60592ee71f0019baad095d98d",
                 FORM_BIT(CCLB_FORM_W4) | FORM_BIT(CCLB_FORM_W5) | FORM_BIT(CCLB_FORM_W6));
    assert_forms(CCLB_HOOK_FILTER, "f20f669542349c002acd04b2308ff0d83899bf0cb5a17b818c1d938adda52834",
                 FORM_BIT(CCLB_FORM_W8) | FORM_BIT(CCLB_FORM_W9));
    assert_forms(CCLB_HOOK_SHAPE, "4d8dc5140a59b01f57eed210a82d30acd078dd1e6a6e047237bd46990d10e8b6", every_form);
    assert_forms(CCLB_HOOK_OBSERVE, "a488b2dd3cfa89b8f586ca51e003d2fe5eee8f88bd99e41a7168523ac0e7429a",
                 every_form & ~FORM_BIT(CCLB_FORM_W9));
    assert_forms(CCLB_HOOK_TRANSFORM_RESPONSE, "96aa46cba27a46674871a2a9e348c4f12d95cfd4f06b6e92374be2dbe84993c1",
                 from_w6);
    assert_forms(CCLB_HOOK_TRANSFORM_SSE_EVENT, "af8e6292457ad7bf56e77fa57813cb16005f46cb8fd2dfae01c9795f6ca31acb",
                 from_w6);
}

static void test_descriptors(void **state)
{
    (void)state;
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        for (size_t i = 0; wire_type_at(i); i++) {
            const struct wire_type *type = wire_type_at(i);
            const struct wire_descriptor *row = wire_descriptor(cclb_text(type->name), form);
            /* The transforms' descriptors came with W6; the prices of W5 on have none. */
            bool expected = wire_type_in_form(type, form) && strcmp(type->name, "CachePricingSummary") != 0;
            assert_int_equal(row != NULL, expected);
            if (row) {
                cclb_bytes text = cclb_text(row->text);
                uint8_t hash[BLAKE3_SIZE];
                rust_blake3(&text, 1, hash);
                assert_memory_equal(row->fingerprint, hash, sizeof hash);
                assert_memory_equal(row->text, type->name, strlen(type->name));
            }
        }
    }
    assert_non_null(wire_descriptor(cclb_text("HeaderRef"), CCLB_FORM_W2));
    assert_null(wire_descriptor(cclb_text("SseEventRef"), CCLB_FORM_W5));
    assert_null(wire_descriptor(cclb_text("Header"), CCLB_FORM_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets_follow_from_the_kinds),
        cmocka_unit_test(test_members_are_apart),
        cmocka_unit_test(test_types_by_name),
        cmocka_unit_test(test_hooks),
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_descriptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
