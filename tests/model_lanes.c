/* SPDX-License-Identifier: Apache-2.0 */
/* model_lanes.c - cases of lanes as permits: nobody has the lane of another, and nobody is turned away wrongly. */

#include "model_cases.h"

static void two_lanes(void *context)
{
    (void)context;
    begin(2);
}

static void one_lane(void *context)
{
    (void)context;
    begin(1);
}

static void three_lanes(void *context)
{
    (void)context;
    begin(3);
}

/* Claims if it can; nobody else may then be inside. */
static bool hold(uint32_t name)
{
    struct lane *lane = lane_claim(world.lanes);
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

static void check_somebody_held(void *context)
{
    check_that(world.saw[0] || world.saw[1], "of two who want one lane, somebody gets it");
    check_quiet(context);
}

static const struct model_program programs[] = {
    {"one lane for two", one_lane, {hold_lane, hold_lane_too}, check_somebody_held, NULL},
    {"lanes change hands", two_lanes, {claim_and_release_twice, claim_and_release_twice}, check_quiet, NULL},
    {"lanes change hands behind a scan", three_lanes, {claim_and_release, claim_three_in_turn}, check_quiet, NULL},
    {"three lanes change hands", three_lanes, {claim_and_release, claim_and_release, claim_and_release}, check_quiet,
     NULL},
};

const struct model_cases lane_cases = {programs, sizeof programs / sizeof programs[0]};
