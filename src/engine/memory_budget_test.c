/* SPDX-License-Identifier: Apache-2.0 */
/* memory_budget_test.c - the plan keeps within the budget and says honestly what fits. */

#include "engine/memory_budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const uint64_t kib = UINT64_C(1) << 10;
static const uint64_t mib = UINT64_C(1) << 20;

static void a_rich_budget_has_a_class_for_every_size(void **state)
{
    (void)state;
    struct memory_budget budget = memory_budget_plan(8192 * mib, 8 * mib, 68, 128 * mib, MEMORY_KEEP_TOUCHED);
    static const uint64_t bodies[] = {16, 128, 1024, 8192};
    assert_int_equal(budget.class_count, 5);
    for (size_t i = 0; i < 4; i++) {
        assert_false(budget.classes[i].huge);
        assert_int_equal(budget.classes[i].body_bytes, bodies[i] * kib);
        assert_int_equal(budget.classes[i].keep_bytes, memory_needed_bytes(bodies[i] * kib, MEMORY_KEEP_TOUCHED));
        assert_true(budget.classes[i].memories <= 68);
    }
    assert_int_equal(budget.classes[0].memories, 68);
    assert_int_equal(memory_budget_fast_body_bytes(&budget), 8 * mib);
    /* and one for what is beyond */
    assert_true(budget.classes[4].huge);
    assert_int_equal(budget.classes[4].keep_bytes, 0);
    assert_int_equal(budget.classes[4].memories, 8);
}

static void the_last_class_is_for_what_the_host_named(void **state)
{
    (void)state;
    static const uint64_t bodies[] = {1, 16384, 16385, 100000, 131072, 131073, 1 << 20, 5 << 20};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct memory_budget budget = memory_budget_plan(8192 * mib, bodies[i], 2, 128 * mib, MEMORY_KEEP_TOUCHED);
        assert_int_equal(memory_budget_fast_body_bytes(&budget), bodies[i]);
        for (size_t class = 1; class < budget.class_count; class++) {
            assert_true(budget.classes[class].body_bytes > budget.classes[class - 1].body_bytes);
        }
    }
    /* as many classes as there can be, and beyond */
    struct memory_budget budget = memory_budget_plan(UINT64_C(1) << 50, UINT64_C(4) << 30, 2, UINT64_C(1) << 40,
                                                     MEMORY_KEEP_TOUCHED);
    assert_int_equal(budget.class_count, MEMORY_CLASSES_MAX);
    assert_int_equal(memory_budget_fast_body_bytes(&budget), UINT64_C(4) << 30);
}

static void one_class_is_kept_from_the_bottom(void **state)
{
    (void)state;
    struct memory_budget budget = memory_budget_plan(1024 * mib, 1 * mib, 68, 128 * mib, MEMORY_KEEP_BOTTOM);
    assert_int_equal(budget.class_count, 1);
    assert_int_equal(budget.classes[0].memories, 68);
    assert_int_equal(budget.classes[0].keep_bytes, memory_needed_bytes(1 * mib, MEMORY_KEEP_BOTTOM));
    assert_int_equal(memory_budget_fast_body_bytes(&budget), 1 * mib);
}

static void expect_within(uint64_t spare, uint64_t body, uint32_t instances, enum memory_keep keep)
{
    struct memory_budget budget = memory_budget_plan(spare, body, instances, 128 * mib, keep);
    assert_true(memory_budget_resident_bytes(&budget) <= spare);
    assert_int_equal(budget.classes[0].memories, instances);
    uint32_t memories = 0;
    for (uint32_t i = 0; i < budget.class_count; i++) {
        const struct memory_class *class = &budget.classes[i];
        assert_int_equal(class->keep_bytes % WASM_PAGE_BYTES, 0);
        assert_true(class->memories > 0);
        assert_true(class->memories <= instances);
        assert_true(class->huge || class->body_bytes <= body);
        assert_true(!class->huge || (i + 1 == budget.class_count && class->keep_bytes == 0));
        if (class->body_bytes > 0 && !class->huge) {
            assert_true(memory_needed_bytes(class->body_bytes, keep) <= class->keep_bytes + WASM_PAGE_BYTES);
        }
        memories += class->memories;
    }
    assert_int_equal(memory_budget_memories(&budget), memories);
}

static void a_poor_budget_is_never_exceeded(void **state)
{
    (void)state;
    for (uint64_t spare = 0; spare <= 512 * mib; spare += 3 * mib + 1) {
        expect_within(spare, 4 * mib, 68, MEMORY_KEEP_TOUCHED);
        expect_within(spare, 4 * mib, 68, MEMORY_KEEP_BOTTOM);
        expect_within(spare, 4 * mib, 1, MEMORY_KEEP_TOUCHED);
        expect_within(spare, 1, 5, MEMORY_KEEP_TOUCHED);
    }
}

static void it_keeps_no_more_than_a_memory_can_have(void **state)
{
    (void)state;
    struct memory_budget budget = memory_budget_plan(1024 * mib, 64 * mib, 1, 2 * mib, MEMORY_KEEP_BOTTOM);
    assert_int_equal(budget.classes[0].keep_bytes, 2 * mib);
    budget = memory_budget_plan(1024 * mib, 64 * mib, 1, 2 * mib, MEMORY_KEEP_TOUCHED);
    for (uint32_t i = 0; i < budget.class_count; i++) {
        assert_true(budget.classes[i].keep_bytes <= 2 * mib);
    }
}

static void absurd_bodies_do_not_wrap(void **state)
{
    (void)state;
    assert_true(memory_needed_bytes(UINT64_MAX, MEMORY_KEEP_TOUCHED) >= UINT64_MAX / 2);
    struct memory_budget budget = memory_budget_plan(UINT64_MAX, UINT64_MAX, 1, 128 * mib, MEMORY_KEEP_BOTTOM);
    assert_int_equal(budget.classes[0].keep_bytes, 128 * mib);
    budget = memory_budget_plan(UINT64_MAX, UINT64_MAX, 1, 128 * mib, MEMORY_KEEP_TOUCHED);
    assert_true(memory_budget_fast_body_bytes(&budget) < 128 * mib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rich_budget_has_a_class_for_every_size),
        cmocka_unit_test(the_last_class_is_for_what_the_host_named),
        cmocka_unit_test(one_class_is_kept_from_the_bottom),
        cmocka_unit_test(a_poor_budget_is_never_exceeded),
        cmocka_unit_test(it_keeps_no_more_than_a_memory_can_have),
        cmocka_unit_test(absurd_bodies_do_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
