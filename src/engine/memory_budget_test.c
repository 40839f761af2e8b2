/* SPDX-License-Identifier: Apache-2.0 */
/* memory_budget_test.c - the plan keeps within the budget and says honestly what fits. */

#include "engine/memory_budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const uint64_t mib = UINT64_C(1) << 20;

static void a_rich_budget_keeps_what_a_body_needs(void **state)
{
    (void)state;
    struct memory_budget budget = memory_budget_plan(1024 * mib, 1 * mib, 68, 128 * mib);
    assert_int_equal(budget.keep_bytes, memory_needed_bytes(1 * mib));
    assert_int_equal(budget.fast_body_bytes, 1 * mib);
}

static void a_poor_budget_is_never_exceeded(void **state)
{
    (void)state;
    for (uint64_t spare = 0; spare <= 512 * mib; spare += 3 * mib + 1) {
        struct memory_budget budget = memory_budget_plan(spare, 4 * mib, 68, 128 * mib);
        assert_true(budget.keep_bytes * 68 <= spare);
        assert_int_equal(budget.keep_bytes % WASM_PAGE_BYTES, 0);
        assert_true(budget.fast_body_bytes <= 4 * mib);
        if (budget.fast_body_bytes > 0) {
            assert_true(memory_needed_bytes(budget.fast_body_bytes) <= budget.keep_bytes);
        }
    }
}

static void it_keeps_no_more_than_a_memory_can_have(void **state)
{
    (void)state;
    struct memory_budget budget = memory_budget_plan(1024 * mib, 64 * mib, 1, 2 * mib);
    assert_int_equal(budget.keep_bytes, 2 * mib);
}

static void absurd_bodies_do_not_wrap(void **state)
{
    (void)state;
    assert_true(memory_needed_bytes(UINT64_MAX) >= UINT64_MAX / 2);
    struct memory_budget budget = memory_budget_plan(UINT64_MAX, UINT64_MAX, 1, 128 * mib);
    assert_int_equal(budget.keep_bytes, 128 * mib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rich_budget_keeps_what_a_body_needs),
        cmocka_unit_test(a_poor_budget_is_never_exceeded),
        cmocka_unit_test(it_keeps_no_more_than_a_memory_can_have),
        cmocka_unit_test(absurd_bodies_do_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
