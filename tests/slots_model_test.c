/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots_model_test.c - lanes, slots and cells in every interleaving of small cases.
 *
 * lane.c and the slots are compiled into this program a second time, for the explorer (model.h). In every run of every
 * case no memory is used after it was freed, and once all threads are done everything replaced has been freed, nothing
 * else has, and the rest can be (check_quiet). What else must hold stands with each case.
 *
 * With arguments `expect TEXT` it succeeds only if some case fails with a message that contains TEXT: that is how it
 * is run against seeded defects (model.cmake).
 */

#include "slots_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* ---- setups ---- */

static void one_slot(void *context)
{
    (void)context;
    begin(2);
    put(0, 1);
}

static void no_slot_three_lanes(void *context)
{
    (void)context;
    begin(3);
}

static void no_slot(void *context)
{
    (void)context;
    begin(2);
}

static void full_table(void *context)
{
    (void)context;
    begin(2);
    put(0, 1);
    put(1, 2);
    put(2, 3);
}

static void full_table_and_lane(void *context)
{
    full_table(context);
    world.lane = claim();
}

/* The next registration makes a table that is full with two more. */
static void full_table_with_two_empty_slots(void *context)
{
    full_table(context);
    slots_evict(world.slots, key(1));
    slots_evict(world.slots, key(2));
}

/* The next registration drops the slot of key 1 from the table. */
static void full_table_with_empty_slot(void *context)
{
    full_table(context);
    slots_evict(world.slots, key(1));
}

static void one_slot_and_handle(void *context)
{
    cclb_error error;
    one_slot(context);
    if (slots_handle(world.slots, key(0), &world.handle, &error) != CCLB_OK) {
        model_fail("no handle");
    }
}

static void evicted_with_handle(void *context)
{
    one_slot_and_handle(context);
    slots_evict(world.slots, key(0));
}

static void one_lane(void *context)
{
    (void)context;
    begin(1);
}

static void one_slot_and_lane(void *context)
{
    one_slot(context);
    world.lane = claim();
}

static void one_slot_handle_and_lane(void *context)
{
    one_slot_and_handle(context);
    world.lane = claim();
}

static void one_call_open(void *context)
{
    one_slot_and_lane(context);
    (void)slots_guard(world.slots, world.lane, key(0));
}

/* ---- threads ---- */

static void call_once(void *context)
{
    (void)context;
    world.saw[0] = call(0);
}

static void begin_call(void *context)
{
    (void)context;
    world.lane = claim();
    world.saw[0] = use(slots_guard(world.slots, world.lane, key(0)));
}

/* With three threads the claim is left to the setup, or there would be too many orders. */
static void call_on_claimed_lane(void *context)
{
    (void)context;
    world.saw[1] = call_on(world.lane, 0);
}

static void call_twice(void *context)
{
    (void)context;
    world.saw[0] = call(0);
    world.saw[1] = call(0);
}

static void call_once_flag_is_seen(void *context)
{
    (void)context;
    uint32_t flag = step_load(&world.flag, memory_order_acquire);
    world.saw[0] = call(0);
    world.saw[2] = flag;
}

static void swap(void *context)
{
    (void)context;
    world.made[1] = put(0, 2);
}

static void swap_to_3(void *context)
{
    (void)context;
    world.made[2] = put(0, 3);
}

static void swap_twice(void *context)
{
    (void)context;
    put(0, 2);
    put(0, 3);
}

static void swap_then_flag(void *context)
{
    swap(context);
    step_store(&world.flag, 1u, memory_order_release);
}

static void evict(void *context)
{
    (void)context;
    world.status[1] = slots_evict(world.slots, key(0)) ? CCLB_OK : CCLB_REJECTED;
}

static void evict_then_flag(void *context)
{
    evict(context);
    step_store(&world.flag, 1u, memory_order_release);
}

static void evict_and_register(void *context)
{
    (void)context;
    slots_evict(world.slots, key(0));
    world.made[1] = put(0, 2);
}

static void note_removed(void *context, cclb_slot_key removed)
{
    (void)context;
    step_touch(removed.plugin.data);
    world.removed++;
}

static void retain_none(void *context)
{
    (void)context;
    slots_retain(world.slots, NULL, 0, note_removed, NULL);
}

static void retain_second(void *context)
{
    (void)context;
    cclb_slot_key keep = key(1);
    slots_retain(world.slots, &keep, 1, note_removed, NULL);
}

static void register_fourth(void *context)
{
    (void)context;
    world.made[1] = put(3, 4);
}

/* The slot of key 0 is in the first table and the second, and is dropped by the third. */
static void replace_table_twice(void *context)
{
    (void)context;
    put(3, 4);
    slots_evict(world.slots, key(0));
    put(4, 5);
    put(5, 6);
}

static void evict_and_register_fourth(void *context)
{
    (void)context;
    slots_evict(world.slots, key(0));
    put(3, 4);
    put(0, 5);
}

static void call_second_key(void *context)
{
    (void)context;
    world.saw[0] = call(1);
}

static void register_2(void *context)
{
    (void)context;
    world.status[0] = register_as(0, CCLB_SLOT_FILTER, 2, &world.made[0]);
}

static void register_2_too(void *context)
{
    (void)context;
    world.status[1] = register_as(0, CCLB_SLOT_FILTER, 2, &world.made[1]);
}

static void register_3(void *context)
{
    (void)context;
    world.status[1] = register_as(0, CCLB_SLOT_FILTER, 3, &world.made[1]);
}

static void register_shape(void *context)
{
    (void)context;
    world.status[1] = register_as(0, CCLB_SLOT_SHAPE, 2, &world.made[1]);
}

static void register_other_key(void *context)
{
    (void)context;
    world.status[1] = register_as(1, CCLB_SLOT_FILTER, 3, &world.made[1]);
}

/* The handle goes before its call ends. */
static void call_by_handle(void *context)
{
    (void)context;
    struct lane *lane = claim();
    slots_guard_cell(lane, world.handle);
    slots_handle_drop(world.slots, world.handle);
    world.saw[0] = use(world.handle);
    slots_release(world.slots, lane);
}

static void take_and_drop_handle(void *context)
{
    (void)context;
    cclb_error error;
    struct cell *cell = NULL;
    if (slots_handle(world.slots, key(0), &cell, &error) == CCLB_OK) {
        world.saw[1] = use(cell);
        slots_handle_drop(world.slots, cell);
    }
}

static void note_visited(void *context, const cclb_slot_info *info)
{
    (void)context;
    step_touch(info->key.plugin.data);
    world.saw[0]++;
}

static void visit(void *context)
{
    (void)context;
    cclb_error error;
    if (slots_visit(world.slots, note_visited, NULL, &error) != CCLB_OK) {
        model_fail("a visit failed");
    }
}

static void end_open_call(void *context)
{
    (void)context;
    slots_release(world.slots, world.lane);
}

static void drop_handle(void *context)
{
    (void)context;
    slots_handle_drop(world.slots, world.handle);
}

static void try_to_end(void *context)
{
    (void)context;
    (void)end();
}

static void try_to_end_after_flag(void *context)
{
    if (step_load(&world.flag, memory_order_acquire)) {
        try_to_end(context);
    }
}

/* Claims if it can; nobody else may then be inside. */
static bool hold(uint32_t name)
{
    struct lane *lane = lane_claim(&world.lanes);
    if (lane == NULL) {
        return false;
    }
    step_store(&world.flag, name, memory_order_relaxed);
    if (step_load(&world.flag, memory_order_relaxed) != name) {
        model_fail("two threads hold one lane");
    }
    lane_release(lane);
    return true;
}

static void hold_lane(void *context)
{
    (void)context;
    world.saw[0] = hold(1);
}

static void hold_lane_too(void *context)
{
    (void)context;
    world.saw[1] = hold(2);
}

static void claim_and_release_twice(void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++) {
        lane_release(claim());
    }
}

/* Never holds more than two, and moves on to a lane that somebody who began earlier has yet to look at. */
static void claim_three_in_turn(void *context)
{
    (void)context;
    struct lane *first = claim();
    struct lane *second = claim();
    lane_release(first);
    struct lane *third = claim();
    lane_release(second);
    lane_release(third);
}

static void claim_and_release(void *context)
{
    (void)context;
    lane_release(claim());
}

/* ---- checks ---- */

static void check_saw_1_or_2(void *context)
{
    check_that(world.saw[0] == 1 || world.saw[0] == 2, "a call that a swap overlaps sees the old or the new");
    check_that(world.made[1].outcome == CCLB_SLOT_REPLACED && world.made[1].version == 2, "a swap is version 2");
    check_quiet(context);
}

static void check_saw_in_order(void *context)
{
    check_that(world.saw[0] > 0 && world.saw[0] <= world.saw[1], "calls go from old to new, never back");
    check_quiet(context);
}

static void check_saw_2_after_flag(void *context)
{
    check_that(world.saw[2] == 0 || world.saw[0] == 2, "a call after a completed swap sees the new");
    check_quiet(context);
}

static void check_saw_none_after_flag(void *context)
{
    check_that(world.saw[2] == 0 || world.saw[0] == 0, "a call after a completed eviction sees none");
    check_that(world.status[1] == CCLB_OK, "evicting says that it was there");
    check_quiet(context);
}

static void check_saw_any_version_1(void *context)
{
    check_that(world.saw[0] <= 2, "a call sees the old, none or the new");
    check_that(world.made[1].outcome == CCLB_SLOT_CREATED && world.made[1].version == 1,
               "after an eviction versions start at 1");
    check_quiet(context);
}

static void check_both_swaps(void *context)
{
    uint64_t a = world.made[1].version;
    uint64_t b = world.made[2].version;
    check_that((a == 2 && b == 3) || (a == 3 && b == 2), "two swaps are versions 2 and 3");
    check_that(world.saw[0] >= 1 && world.saw[0] <= 3, "a call sees one of the three");
    check_quiet(context);
}

static void check_removed_one(void *context)
{
    check_that(world.removed == 1 && slots_count(world.slots) == 0, "retain removes and reports the only slot");
    check_quiet(context);
}

static void check_retained_second(void *context)
{
    check_that(world.removed == 2 && slots_count(world.slots) == 1, "retain removes and reports two slots");
    check_that(world.saw[0] == 2, "a call never misses a slot that is retained");
    check_quiet(context);
}

static void check_never_missed(void *context)
{
    check_that(world.saw[0] == 1, "a call finds its slot while the table is replaced");
    check_quiet(context);
}

static void check_saw_0_or_1(void *context)
{
    check_that(world.saw[0] <= 1, "a call that an eviction overlaps sees the old or none");
    check_quiet(context);
}

static void check_evicted_is_not_back(void *context)
{
    check_that(world.saw[0] == 0 || world.saw[0] == 1 || world.saw[0] == 5, "a call sees the old, none or the new");
    check_quiet(context);
}

static void check_one_created(void *context)
{
    cclb_slot_outcome first = world.made[0].outcome;
    cclb_slot_outcome second = world.made[1].outcome;
    check_that(world.status[0] == CCLB_OK && world.status[1] == CCLB_OK, "both registrations succeed");
    check_that((first == CCLB_SLOT_CREATED && second == CCLB_SLOT_UNCHANGED) ||
                   (first == CCLB_SLOT_UNCHANGED && second == CCLB_SLOT_CREATED),
               "of two equal registrations one creates, the other finds it there");
    check_that(world.made[0].version == 1 && world.made[1].version == 1, "both are told version 1");
    check_quiet(context);
}

static void check_created_and_replaced(void *context)
{
    check_that(world.made[0].version + world.made[1].version == 3, "two different registrations are versions 1 and 2");
    check_quiet(context);
}

static void check_one_kind(void *context)
{
    check_that((world.status[0] == CCLB_OK && world.status[1] == CCLB_REJECTED) ||
                   (world.status[0] == CCLB_REJECTED && world.status[1] == CCLB_OK),
               "of two kinds one is refused");
    check_quiet(context);
}

static void check_two_slots(void *context)
{
    check_that(world.status[0] == CCLB_OK && world.status[1] == CCLB_OK && slots_count(world.slots) == 2,
               "two keys make two slots");
    check_quiet(context);
}

/* The open call keeps what it uses, and nothing else. */
static void check_only_open_call_holds(void *context)
{
    bool keeps_old = world.slots->retired_cells != NULL;
    check_that(keeps_old == (world.saw[0] == 1), "a call that looked at a cell and does not use it does not keep it");
    slots_release(world.slots, world.lane);
    check_quiet(context);
}

static void check_somebody_held(void *context)
{
    check_that(world.saw[0] || world.saw[1], "of two who want one lane, somebody gets it");
    check_quiet(context);
}

static void check_handle_is_fixed(void *context)
{
    check_that(world.saw[0] == 1, "a handle keeps its cell");
    check_quiet(context);
}

static void check_visited_whole(void *context)
{
    check_that(world.saw[0] == 2 || world.saw[0] == 3, "a visit sees the slots of one moment");
    check_quiet(context);
}

/* ---- the cases ---- */

static const struct model_program cases[] = {
    {"call, swap", one_slot, {call_once, swap}, check_saw_1_or_2, NULL},
    {"call after a completed swap", one_slot, {call_once_flag_is_seen, swap_then_flag}, check_saw_2_after_flag, NULL},
    {"call after an eviction", one_slot, {call_once_flag_is_seen, evict_then_flag}, check_saw_none_after_flag, NULL},
    {"call, evict and register again", one_slot, {call_once, evict_and_register}, check_saw_any_version_1, NULL},
    {"call, retain none", one_slot, {call_once, retain_none}, check_removed_one, NULL},
    {"call, retain its key", full_table, {call_second_key, retain_second}, check_retained_second, NULL},
    {"call, table grows", full_table, {call_once, register_fourth}, check_never_missed, NULL},
    {"call of an evicted key, table drops it", full_table_with_empty_slot, {call_second_key, register_fourth},
     check_quiet, NULL},
    {"call, table replaced twice", full_table_with_two_empty_slots, {call_once, replace_table_twice}, check_saw_0_or_1,
     NULL},
    {"call, evicted, dropped and back", full_table, {call_once, evict_and_register_fourth}, check_evicted_is_not_back,
     NULL},
    {"same content twice", no_slot, {register_2, register_2_too}, check_one_created, NULL},
    {"two contents", no_slot, {register_2, register_3}, check_created_and_replaced, NULL},
    {"two kinds", no_slot, {register_2, register_shape}, check_one_kind, NULL},
    {"two keys", no_slot, {register_2, register_other_key}, check_two_slots, NULL},
    {"call by handle, swap", one_slot_and_handle, {call_by_handle, swap}, check_handle_is_fixed, NULL},
    {"call by handle, evict", one_slot_and_handle, {call_by_handle, evict}, check_handle_is_fixed, NULL},
    {"handle taken and dropped, swap", one_slot, {take_and_drop_handle, swap}, check_quiet, NULL},
    {"visit, retain", full_table, {visit, retain_second}, check_quiet, NULL},
    {"visit, evict", full_table, {visit, evict}, check_visited_whole, NULL},
    {"end of a call, destroy", one_call_open, {end_open_call, try_to_end}, check_quiet, NULL},
    {"end of a call, swap, then destroy", one_call_open, {end_open_call, swap_then_flag, try_to_end_after_flag},
     check_quiet, NULL},
    {"handle dropped, destroy", one_slot_and_handle, {drop_handle, try_to_end}, check_quiet, NULL},
    {"last handle dropped, destroy", evicted_with_handle, {drop_handle, try_to_end}, check_quiet, NULL},
    {"call stays open, swap", one_slot, {begin_call, swap}, check_only_open_call_holds, NULL},
    {"one lane for two", one_lane, {hold_lane, hold_lane_too}, check_somebody_held, NULL},
    {"lanes change hands", no_slot, {claim_and_release_twice, claim_and_release_twice}, check_quiet, NULL},
    {"lanes change hands behind a scan", no_slot_three_lanes, {claim_and_release, claim_three_in_turn}, check_quiet,
     NULL},
    {"three lanes change hands", no_slot_three_lanes, {claim_and_release, claim_and_release, claim_and_release},
     check_quiet, NULL},
    {"two calls in a row, two swaps", one_slot, {call_twice, swap_twice}, check_saw_in_order, NULL},
    {"two calls, swap", one_slot_and_lane, {call_once, call_on_claimed_lane, swap}, check_saw_1_or_2, NULL},
    {"two calls, evict", one_slot_and_lane, {call_once, call_on_claimed_lane, evict}, check_quiet, NULL},
    {"call, two swaps", one_slot, {call_once, swap, swap_to_3}, check_both_swaps, NULL},
    {"call by handle, call, swap", one_slot_handle_and_lane, {call_by_handle, call_on_claimed_lane, swap},
     check_handle_is_fixed, NULL},
    {"call, swap, handle taken and dropped", one_slot_and_lane, {call_on_claimed_lane, swap, take_and_drop_handle},
     check_quiet, NULL},
    {"two calls, table grows", full_table_and_lane, {call_once, call_on_claimed_lane, register_fourth},
     check_never_missed, NULL},
    {"call, retain, register", full_table_and_lane, {call_on_claimed_lane, retain_none, register_fourth}, check_quiet,
     NULL},
    {"call, visit, evict", full_table_and_lane, {call_on_claimed_lane, visit, evict}, check_visited_whole, NULL},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct model_result explore(const struct model_program *program, bool quiet)
{
    double start = seconds_now();
    struct model_options options = {.quiet = quiet};
    struct model_result result = model_explore(program, &options);
    printf("%-42s %9llu interleavings of up to %u steps (%llu cut short) in %.2f s%s%s\n", program->name,
           (unsigned long long)result.runs, result.steps_max, (unsigned long long)result.cut_short,
           seconds_now() - start, result.failed ? ": " : "", result.message);
    fflush(stdout);
    return result;
}

static void test_case(void **state)
{
    struct model_result result = explore(*state, false);
    assert_false(result.failed);
    assert_true(result.runs > 1);
}

/* Whether some case fails as it should. */
static int expect(const char *message)
{
    for (size_t i = 0; i < CASES; i++) {
        struct model_result result = explore(&cases[i], true);
        if (result.failed) {
            return strstr(result.message, message) ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    }
    fprintf(stderr, "the defect was not found\n");
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "expect") == 0) {
        return expect(argv[2]);
    }
    struct CMUnitTest tests[CASES];
    struct model_program programs[CASES];
    memcpy(programs, cases, sizeof programs);
    for (size_t i = 0; i < CASES; i++) {
        tests[i] = (struct CMUnitTest){.name = cases[i].name, .test_func = test_case, .initial_state = &programs[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
