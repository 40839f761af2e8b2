/* SPDX-License-Identifier: Apache-2.0 */
/* lane_test.c - permits and guards, by one thread and by several (rules R27, R44). */

#include "dispatch/lane.h"

#include "counting_allocator.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct lanes lanes;
static cclb_error error;

static int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    return lanes_init(&lanes, 3, 2, &allocator, &error);
}

static int tear_down(void **state)
{
    (void)state;
    lanes_deinit(&lanes);
    return counts.live == 0 ? 0 : -1;
}

static void test_lanes_are_aligned_and_free(void **state)
{
    (void)state;
    assert_int_equal(lanes_claimed(&lanes), 0);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal((uintptr_t)&lanes.lane[i] % 128, 0);
        assert_ptr_equal(lanes.lane[i].lanes, &lanes);
        assert_null(atomic_load(&lanes.lane[i].guard[LANE_GUARD_TABLE]));
        assert_null(atomic_load(&lanes.lane[i].guard[LANE_GUARD_CELL]));
    }
}

static void test_permits_run_out(void **state)
{
    (void)state;
    struct lane *lane[3];
    for (uint32_t i = 0; i < 3; i++) {
        lane[i] = lane_claim(&lanes);
        assert_non_null(lane[i]);
        assert_true(lane[i] < lanes.lane + 3);
        assert_int_equal(lanes_claimed(&lanes), i + 1);
    }
    assert_true(lane[0] != lane[1] && lane[1] != lane[2] && lane[0] != lane[2]);
    assert_null(lane_claim(&lanes));
    lane_release(lane[1]);
    assert_ptr_equal(lane_claim(&lanes), lane[1]);
    for (uint32_t i = 0; i < 3; i++) {
        lane_release(lane[i]);
    }
    assert_int_equal(lanes_claimed(&lanes), 0);
}

static void test_reserved_lanes_are_apart(void **state)
{
    (void)state;
    struct lane *first = lane_claim_reserved(&lanes);
    struct lane *second = lane_claim_reserved(&lanes);
    assert_true(first >= lanes.lane + 3 && second >= lanes.lane + 3 && first != second);
    assert_null(lane_claim_reserved(&lanes));
    assert_int_equal(lanes_claimed(&lanes), 2);
    struct lane *permit = lane_claim(&lanes);
    assert_non_null(permit);
    lane_release(permit);
    lane_release(second);
    assert_ptr_equal(lane_claim_reserved(&lanes), second);
    lane_release(first);
    lane_release(second);
}

static void test_a_thread_comes_back_to_its_lane(void **state)
{
    (void)state;
    struct lane *first = lane_claim(&lanes);
    struct lane *second = lane_claim(&lanes);
    lane_release(first);
    lane_release(second);
    for (int i = 0; i < 10; i++) {
        assert_ptr_equal(lane_claim(&lanes), second);
        lane_release(second);
    }
}

static void test_hint_of_a_larger_runtime_is_harmless(void **state)
{
    (void)state;
    struct lanes large;
    assert_int_equal(lanes_init(&large, 100, 0, &allocator, &error), CCLB_OK);
    struct lane *all[100];
    for (uint32_t i = 0; i < 100; i++) {
        all[i] = lane_claim(&large);
        assert_non_null(all[i]);
    }
    assert_null(lane_claim(&large));
    for (uint32_t i = 0; i < 100; i++) {
        lane_release(all[i]);
    }
    lanes_deinit(&large);
    struct lane *lane = lane_claim(&lanes);
    assert_true(lane >= lanes.lane && lane < lanes.lane + 3);
    lane_release(lane);
}

static void test_no_permits_and_no_reserved(void **state)
{
    (void)state;
    struct lanes none;
    assert_int_equal(lanes_init(&none, 0, 0, &allocator, &error), CCLB_OK);
    assert_null(lane_claim(&none));
    assert_null(lane_claim_reserved(&none));
    assert_int_equal(lanes_claimed(&none), 0);
    lanes_deinit(&none);
    lanes_deinit(&none);
}

static void test_init_fails_cleanly(void **state)
{
    (void)state;
    struct lanes failed = {0};
    counts.fail_at = counts.calls + 1;
    assert_int_equal(lanes_init(&failed, 1, 1, &allocator, &error), CCLB_NO_MEMORY);
    counts.fail_at = 0;
    assert_null(failed.lane);
    assert_int_equal(lanes_init(&failed, UINT32_MAX, UINT32_MAX, &allocator, &error), CCLB_INVALID_ARGUMENT);
    assert_int_equal(error.status, CCLB_INVALID_ARGUMENT);
    assert_null(failed.lane);
}

static void test_a_parked_lane_is_its_sessions_until_it_is_needed(void **state)
{
    (void)state;
    struct lane *kept = lane_claim(&lanes);
    assert_true(lane_keep(kept));
    uint64_t turn = lane_park(kept);
    assert_true(lane_is_parked(kept, turn));
    struct lane *second = lane_claim(&lanes);
    struct lane *third = lane_claim(&lanes);
    assert_true(second != kept && third != kept);
    assert_false(second->session || third->session);

    assert_true(lane_resume(kept, turn));
    assert_false(lane_is_parked(kept, turn));
    assert_null(lane_claim(&lanes));
    assert_null(lane_claim_parked(&lanes));
    turn = lane_park(kept);

    assert_ptr_equal(lane_claim(&lanes), kept);
    assert_true(kept->session);
    assert_false(lane_is_parked(kept, turn));
    assert_false(lane_resume(kept, turn));
    uint64_t next_turn = lane_park(kept);
    assert_false(lane_resume(kept, turn)); /* it is parked, but another's */
    assert_ptr_equal(lane_claim_parked(&lanes), kept);
    assert_false(lane_resume(kept, next_turn));
    lane_unkeep(kept);
    lane_release(kept);
    lane_release(second);
    lane_release(third);
    assert_int_equal(lanes_claimed(&lanes), 0);
}

static void test_a_quarter_of_the_permits_is_kept_and_one_at_least(void **state)
{
    (void)state;
    const struct {
        uint32_t permits, kept;
    } cases[] = {{1, 1}, {3, 1}, {4, 1}, {7, 1}, {8, 2}, {64, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lanes some;
        assert_int_equal(lanes_init(&some, cases[i].permits, 0, &allocator, &error), CCLB_OK);
        for (uint32_t n = 0; n < cases[i].permits; n++) {
            assert_int_equal(lane_keep(&some.lane[n]), n < cases[i].kept);
            assert_int_equal(some.lane[n].session, n < cases[i].kept);
        }
        assert_int_equal(lanes_kept(&some), cases[i].kept);
        lane_unkeep(&some.lane[0]);
        lane_unkeep(&some.lane[0]); /* which is none any more */
        assert_int_equal(lanes_kept(&some), cases[i].kept - 1);
        assert_true(lane_keep(&some.lane[cases[i].permits - 1]));
        lanes_deinit(&some);
    }
}

static void test_guards_protect_and_leave_notes(void **state)
{
    (void)state;
    int object;
    int other;
    struct lane *lane = lane_claim(&lanes);
    assert_false(lanes_guarded(&lanes, LANE_GUARD_CELL, &object));
    lane_guard(lane, LANE_GUARD_CELL, &object);
    assert_false(lanes_guarded(&lanes, LANE_GUARD_TABLE, &object));
    assert_false(lanes_guarded(&lanes, LANE_GUARD_CELL, &other));
    assert_false(lane_take_note(lane));
    assert_true(lanes_guarded(&lanes, LANE_GUARD_CELL, &object));
    lane_unguard(lane, LANE_GUARD_CELL);
    assert_false(lanes_guarded(&lanes, LANE_GUARD_CELL, &object));
    assert_true(lane_take_note(lane));
    assert_false(lane_take_note(lane));
    lane_guard_held(lane, LANE_GUARD_TABLE, &object);
    assert_true(lanes_guarded(&lanes, LANE_GUARD_TABLE, &object));
    lane_release(lane);
    assert_false(lanes_guarded(&lanes, LANE_GUARD_TABLE, &object));
}

static void test_reserved_lanes_guard_too(void **state)
{
    (void)state;
    int object;
    struct lane *lane = lane_claim_reserved(&lanes);
    lane_guard(lane, LANE_GUARD_CELL, &object);
    assert_true(lanes_guarded(&lanes, LANE_GUARD_CELL, &object));
    lane_release(lane);
    assert_false(lanes_guarded(&lanes, LANE_GUARD_CELL, &object));
}

/* ---- many threads, each with one lane at a time ---- */

enum { THREADS_MAX = 6, ROUNDS = 20000 };

static _Atomic uint32_t refused;
static _Atomic uint32_t shared;
static uint32_t inside[THREADS_MAX]; /* by lane; plain on purpose: the thread sanitizer sees two at once */

static void *claim_many_times(void *context)
{
    (void)context;
    for (int i = 0; i < ROUNDS; i++) {
        struct lane *lane = lane_claim(&lanes);
        if (lane == NULL) {
            atomic_fetch_add(&refused, 1);
            continue;
        }
        uint32_t *mine = &inside[lane - lanes.lane];
        if (++*mine != 1) {
            atomic_fetch_add(&shared, 1);
        }
        --*mine;
        lane_release(lane);
    }
    return NULL;
}

static void run_threads(int count)
{
    pthread_t threads[THREADS_MAX];
    atomic_store(&refused, 0);
    atomic_store(&shared, 0);
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, claim_many_times, NULL), 0);
    }
    for (int i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&shared), 0);
    assert_int_equal(lanes_claimed(&lanes), 0);
}

static void test_with_a_permit_for_each_nobody_goes_without(void **state)
{
    (void)state;
    run_threads(3);
    assert_int_equal(atomic_load(&refused), 0);
}

static void test_with_too_few_permits_nobody_shares(void **state)
{
    (void)state;
    run_threads(THREADS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lanes_are_aligned_and_free, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_permits_run_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reserved_lanes_are_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_thread_comes_back_to_its_lane, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hint_of_a_larger_runtime_is_harmless, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_permits_and_no_reserved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_init_fails_cleanly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_parked_lane_is_its_sessions_until_it_is_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_quarter_of_the_permits_is_kept_and_one_at_least, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_guards_protect_and_leave_notes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reserved_lanes_guard_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_with_a_permit_for_each_nobody_goes_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_with_too_few_permits_nobody_shares, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
