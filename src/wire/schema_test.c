/* SPDX-License-Identifier: Apache-2.0 */
/* schema_test.c - where the tables end; what they say is held against the vectors by tests/cli_schema_test.py. */

#include "cclb/schema.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void what_a_form_lacks_is_not_found(void **state)
{
    (void)state;
    cclb_schema_hook hook = {.wire_version = 7};
    cclb_schema_type type = {.size = 7};
    assert_false(cclb_schema_hook_find(CCLB_HOOK_OBSERVE, CCLB_FORM_W9, &hook));
    assert_false(cclb_schema_hook_find(CCLB_HOOK_NONE, CCLB_FORM_W9, &hook));
    assert_false(cclb_schema_hook_find(CCLB_HOOK_FILTER, CCLB_FORM_NONE, &hook));
    assert_int_equal(hook.wire_version, 7);
    assert_false(cclb_schema_type_find(cclb_text("CachePricingSummary"), CCLB_FORM_W4, &type));
    assert_false(cclb_schema_type_find(cclb_text("FilterRequest"), CCLB_FORM_NONE, &type));
    assert_false(cclb_schema_type_find(cclb_text("Filter"), CCLB_FORM_W9, &type));
    assert_int_equal(type.size, 7);
}

static void fields_and_variants_end(void **state)
{
    (void)state;
    cclb_schema_type type;
    cclb_schema_field field = {.size = 77};
    assert_true(cclb_schema_type_find(cclb_text("Header"), CCLB_FORM_W2, &type));
    assert_false(cclb_schema_field_at(&type, 0, 2, &field));
    assert_false(cclb_schema_field_at(&type, 1, 0, &field));
    assert_null(cclb_schema_variant_name(&type, 0));
    assert_int_equal(field.size, 77);
    assert_true(cclb_schema_field_at(&type, 0, 1, &field));
    assert_string_equal(field.name, "value");

    assert_true(cclb_schema_type_find(cclb_text("TransformSseEventResult"), CCLB_FORM_W6, &type));
    assert_string_equal(cclb_schema_variant_name(&type, 2), "Drop");
    assert_null(cclb_schema_variant_name(&type, 3));
    assert_false(cclb_schema_field_at(&type, 2, 0, &field));
    assert_false(cclb_schema_field_at(&type, 3, 0, &field));
    assert_true(cclb_schema_field_at(&type, 1, 0, &field));
    assert_string_equal(field.type, "SseEvent");
    assert_true(field.is_type && field.is_array && !field.is_optional);
}

static void fields_that_a_form_lacks_are_not_counted(void **state)
{
    (void)state;
    cclb_schema_type type;
    cclb_schema_field field;
    assert_true(cclb_schema_type_find(cclb_text("FilterRequest"), CCLB_FORM_W2, &type));
    assert_true(cclb_schema_field_at(&type, 0, 1, &field));
    assert_string_equal(field.name, "method"); /* thread_id, service_tier and two more stand before it elsewhere */
    assert_true(cclb_schema_type_find(cclb_text("FilterRequest"), CCLB_FORM_W8, &type));
    assert_true(cclb_schema_field_at(&type, 0, 1, &field));
    assert_string_equal(field.name, "thread_id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_form_lacks_is_not_found),
        cmocka_unit_test(fields_and_variants_end),
        cmocka_unit_test(fields_that_a_form_lacks_are_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
