/* SPDX-License-Identifier: Apache-2.0 */
/* model_slots.c - cases of register, evict and retain against calls, handles, visits and each other. */

#include "model_cases.h"

/* ---- setups ---- */

void one_slot(void *context)
{
    (void)context;
    begin(2);
    put(0, 1);
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

void one_slot_and_handle(void *context)
{
    one_slot(context);
    world.handle = take_handle(0);
}

/* ---- threads ---- */

static void call_once(void *context)
{
    (void)context;
    world.saw[0] = call(0);
}

static void call_too(void *context)
{
    (void)context;
    world.saw[1] = call(0);
}

static void borrow(void *context)
{
    (void)context;
    world.saw[0] = lend(0, &world.lease) ? read_answer(&world.lease) : 0;
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

void swap(void *context)
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

void swap_then_flag(void *context)
{
    swap(context);
    step_store(&world.flag, 1u, memory_order_release);
}

void evict(void *context)
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

void register_2(void *context)
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

/* The handle goes before its lease. */
static void call_by_handle(void *context)
{
    (void)context;
    cclb_lease lease;
    lend_by_handle(&world.handle, &lease);
    drop_handle(&world.handle);
    world.saw[0] = read_answer(&lease);
    cclb_lease_return(&lease);
}

static void take_and_drop_handle(void *context)
{
    (void)context;
    cclb_lease lease;
    cclb_handle handle = take_handle(0);
    lend_by_handle(&handle, &lease);
    world.saw[1] = read_answer(&lease);
    cclb_lease_return(&lease);
    drop_handle(&handle);
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

/* The open lease keeps what it uses, and nothing else. */
static void check_only_lease_holds(void *context)
{
    bool keeps_old = world.slots->retired_cells != NULL;
    check_that(keeps_old == (world.saw[0] == 1), "a call that looked at a cell and does not use it does not keep it");
    cclb_lease_return(&world.lease);
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

static const struct model_program programs[] = {
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
    {"lease stays open, swap", one_slot, {borrow, swap}, check_only_lease_holds, NULL},
    {"two calls in a row, two swaps", one_slot, {call_twice, swap_twice}, check_saw_in_order, NULL},
    {"two calls, swap", one_slot, {call_once, call_too, swap}, check_saw_1_or_2, NULL},
    {"two calls, evict", one_slot, {call_once, call_too, evict}, check_quiet, NULL},
    {"call, two swaps", one_slot, {call_once, swap, swap_to_3}, check_both_swaps, NULL},
    {"call by handle, call, swap", one_slot_and_handle, {call_by_handle, call_too, swap}, check_handle_is_fixed, NULL},
    {"call, swap, handle taken and dropped", one_slot, {call_too, swap, take_and_drop_handle}, check_quiet, NULL},
    {"two calls, table grows", full_table, {call_once, call_too, register_fourth}, check_never_missed, NULL},
    {"call, retain, register", full_table, {call_too, retain_none, register_fourth}, check_quiet, NULL},
    {"call, visit, evict", full_table, {call_too, visit, evict}, check_visited_whole, NULL},
};

const struct model_cases slot_cases = {programs, sizeof programs / sizeof programs[0]};
