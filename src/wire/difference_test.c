/* SPDX-License-Identifier: Apache-2.0 */
/* difference_test.c - held against spec/wire.md section 4. */

#include "wire/difference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char candidates_from_w2[] =
    "UpstreamCandidate of W9 adds predicted_cache_creation_tokens_5m, predicted_cache_creation_tokens_1h, "
    "predicted_uncached_input_tokens, plan_capacity_ratio, organization_type, rate_limit_tier, seat_tier";

static void newer_forms_add_fields(void **state)
{
    (void)state;
    char text[512];
    char wanted[512] = "FilterRequest of W9 adds thread_id, service_tier, canonical_model_id, cache_pricing; ";
    strcat(wanted, candidates_from_w2);
    assert_string_equal(wire_difference(CCLB_HOOK_FILTER, CCLB_FORM_W2, CCLB_FORM_W9, text, sizeof text), wanted);
    assert_string_equal(wire_difference(CCLB_HOOK_FILTER, CCLB_FORM_W9, CCLB_FORM_W2, text, sizeof text), wanted);
    assert_string_equal(wire_difference(CCLB_HOOK_FILTER, CCLB_FORM_W6, CCLB_FORM_W9, text, sizeof text),
                        "FilterRequest of W9 adds service_tier");
}

static void forms_with_one_layout_differ_in_nothing(void **state)
{
    (void)state;
    char text[64] = "old";
    assert_string_equal(wire_difference(CCLB_HOOK_FILTER, CCLB_FORM_W8, CCLB_FORM_W9, text, sizeof text), "");
    assert_string_equal(wire_difference(CCLB_HOOK_SHAPE, CCLB_FORM_W2, CCLB_FORM_W9, text, sizeof text), "");
    assert_string_equal(wire_difference(CCLB_HOOK_OBSERVE, CCLB_FORM_W2, CCLB_FORM_W9, text, sizeof text), "");
}

static void what_does_not_fit_is_cut(void **state)
{
    (void)state;
    char text[48];
    for (size_t capacity = 1; capacity <= sizeof text; capacity++) {
        wire_difference(CCLB_HOOK_FILTER, CCLB_FORM_W2, CCLB_FORM_W9, text, capacity);
        assert_true(strlen(text) < capacity);
    }
    assert_string_equal(text, "FilterRequest of W9 adds thread_id, service_...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newer_forms_add_fields),
        cmocka_unit_test(forms_with_one_layout_differ_in_nothing),
        cmocka_unit_test(what_does_not_fit_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
