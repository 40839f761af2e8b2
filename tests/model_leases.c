/* SPDX-License-Identifier: Apache-2.0 */
/* model_leases.c - cases of what calls, leases and handles hold and give back, up to the end of the runtime. */

#include "model_cases.h"

/* ---- setups ---- */

static void one_slot_and_one_lane(void *context)
{
    (void)context;
    begin(1);
    put(0, 1);
}

static void one_slot_and_room_for_one(void *context)
{
    (void)context;
    begin_with_memory_for(1, 2);
    put(0, 1);
}

static void open_lease(void)
{
    if (!lend(0, &world.lease)) {
        model_fail("a slot is not found");
    }
}

static void one_lease(void *context)
{
    one_slot(context);
    open_lease();
}

static void one_lease_in_all_room(void *context)
{
    one_slot_and_room_for_one(context);
    open_lease();
}

/* From now on every answer is out of bounds. */
static void one_slot_that_fails(void *context)
{
    static const struct fake_script script = {.use_result = true, .result = UINT64_MAX};
    one_slot_and_room_for_one(context);
    fake_script_set(&script);
}

static void evicted_with_lease(void *context)
{
    one_lease(context);
    slots_evict(world.slots, key(0));
}

static void evicted_with_handle(void *context)
{
    one_slot_and_handle(context);
    slots_evict(world.slots, key(0));
}

/* ---- threads ---- */

static void try_to_call(void *context)
{
    (void)context;
    world.status[0] = try_call(0, &world.saw[0]);
}

void try_to_call_too(void *context)
{
    (void)context;
    world.status[1] = try_call(0, &world.saw[1]);
}

static void return_lease(void *context)
{
    (void)context;
    world.saw[2] = read_answer(&world.lease);
    cclb_lease_return(&world.lease);
    cclb_lease_return(&world.lease); /* which is zeroed now */
}

static void return_lease_and_try_to_call(void *context)
{
    return_lease(context);
    try_to_call(context);
}

void try_to_end(void *context)
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

static void let_handle_go(void *context)
{
    (void)context;
    drop_handle(&world.handle);
}

/* ---- checks ---- */

bool is_in_or_turned_away(cclb_status status)
{
    return status == CCLB_OK || status == CCLB_SATURATED;
}

static void check_somebody_called(void *context)
{
    check_that(is_in_or_turned_away(world.status[0]) && is_in_or_turned_away(world.status[1]),
               "a call succeeds or is turned away");
    check_that(world.status[0] == CCLB_OK || world.status[1] == CCLB_OK, "of two who want the only room one is let in");
    check_quiet(context);
}

static void check_failed(void *context)
{
    check_that(world.status[0] == CCLB_REJECTED, "an answer out of bounds is refused");
    check_quiet(context);
}

static void check_refused(void *context)
{
    check_that(world.status[0] == CCLB_REJECTED && world.status[1] == CCLB_OK && slots_count(world.slots) == 0,
               "a plugin that fails its trial call is refused");
    check_quiet(context);
}

static void check_lease_is_fixed(void *context)
{
    check_that(world.saw[2] == 1, "an answer on loan stays");
    check_quiet(context);
}

static const struct model_program programs[] = {
    {"lease returned, swap", one_lease, {return_lease, swap}, check_lease_is_fixed, NULL},
    {"lease returned, destroy", one_lease, {return_lease, try_to_end}, check_lease_is_fixed, NULL},
    {"last lease returned, destroy", evicted_with_lease, {return_lease, try_to_end}, check_lease_is_fixed, NULL},
    {"lease returned, swap, then destroy", one_lease, {return_lease, swap_then_flag, try_to_end_after_flag},
     check_lease_is_fixed, NULL},
    {"handle dropped, destroy", one_slot_and_handle, {let_handle_go, try_to_end}, check_quiet, NULL},
    {"last handle dropped, destroy", evicted_with_handle, {let_handle_go, try_to_end}, check_quiet, NULL},
    {"call fails, evict", one_slot_that_fails, {try_to_call, evict}, check_failed, NULL},
    {"registration fails, evict", one_slot_that_fails, {register_2, evict}, check_refused, NULL},
    {"one lane for two calls", one_slot_and_one_lane, {try_to_call, try_to_call_too}, check_somebody_called, NULL},
    {"memory for one of two calls", one_slot_and_room_for_one, {try_to_call, try_to_call_too}, check_somebody_called,
     NULL},
    {"lease returned, memory for one of two calls", one_lease_in_all_room,
     {return_lease_and_try_to_call, try_to_call_too}, check_somebody_called, NULL},
};

const struct model_cases lease_cases = {programs, sizeof programs / sizeof programs[0]};
