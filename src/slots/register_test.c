/* SPDX-License-Identifier: Apache-2.0 */
/* register_test.c - registering while memory runs out: nothing is ever half done. */

#include "slots_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A whole call; 0 if there is no such slot. */
static uint32_t call(cclb_slot_key key)
{
    struct lane *lane = lane_claim(&lanes);
    assert_non_null(lane);
    const struct cell *cell = slots_guard(&slots, lane, key);
    uint32_t number = cell ? number_of(cell) : 0;
    slots_release(&slots, lane);
    return number;
}

/* Registers, replaces and grows; stops at the first failure, which must be for want of memory. */
static bool fill(uint32_t *done)
{
    static const char *const plugins[] = {"a", "b", "c", "a", "d", "e", "f", "g", "b"};
    for (*done = 0; *done < sizeof plugins / sizeof plugins[0]; ++*done) {
        cclb_slot_registration registration = {.version = 77};
        cclb_status status =
            try_register(cclb_global_key(plugins[*done]), CCLB_SLOT_FILTER, *done + 1, &registration);
        if (status != CCLB_OK) {
            assert_int_equal(status, CCLB_NO_MEMORY);
            assert_int_equal(registration.version, 77);
            return false;
        }
    }
    return true;
}

/* What is there after so many registrations of fill(). */
static void check_filled(uint32_t done)
{
    static const struct {
        const char *plugin;
        uint32_t first;
        uint32_t second;
    } expected[] = {{"a", 1, 4}, {"b", 2, 9}, {"c", 3, 0}, {"d", 5, 0}, {"e", 6, 0}, {"f", 7, 0}, {"g", 8, 0}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        uint32_t number = done >= expected[i].first ? expected[i].first : 0;
        number = expected[i].second && done >= expected[i].second ? expected[i].second : number;
        assert_int_equal(call(cclb_global_key(expected[i].plugin)), number);
    }
}

static void test_every_allocation_may_fail(void **state)
{
    uint64_t fail_at = 1;
    for (bool filled = false; !filled; fail_at++) {
        uint32_t done = 0;
        counts.fail_at = counts.calls + fail_at;
        filled = fill(&done);
        counts.fail_at = 0;
        check_filled(done);
        assert_int_equal(atomic_load(&alive), slots_count(&slots));
        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
    }
    /* A cell and a plugin each time, a slot for each new key, and more than one table. */
    assert_true(fail_at > 9 * 2 + 7 + 1);
    tear_down(state);
    counts.fail_at = counts.calls + 1;
    assert_int_equal(lanes_init(&lanes, LANES, 1, &allocator, &error), CCLB_NO_MEMORY);
    counts.fail_at = counts.calls + 2;
    assert_int_equal(lanes_init(&lanes, LANES, 1, &allocator, &error), CCLB_OK);
    assert_int_equal(slots_init(&slots, &lanes, (struct key_seed){{0, 0}}, &allocator, &error), CCLB_NO_MEMORY);
    lanes_deinit(&lanes);
    assert_int_equal(set_up(state), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
