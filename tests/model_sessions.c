/* SPDX-License-Identifier: Apache-2.0 */
/* model_sessions.c - cases of lanes that a stream keeps between its events, against calls that take them. */

#include "model_cases.h"

/* ---- setups ---- */

/* A stream on key 0, in the middle of which all rests. */
static void begin_stream(uint32_t calls_in_memory, uint32_t permits)
{
    begin_with_memory_for(calls_in_memory, permits);
    put(0, 1);
    open_stream(&world.stream[0], 0);
    if (try_event(&world.stream[0], &world.saw[0]) != CCLB_OK || !session_is_kept(&world.stream[0].session)) {
        model_fail("no session to begin with");
    }
    world.saw[0] = 0;
}

static void idle_session_in_the_only_lane(void *context)
{
    (void)context;
    begin_stream(1, 1);
}

static void idle_session_and_room_for_one(void *context)
{
    (void)context;
    begin_stream(1, 2);
}

/* Its plugin is in no slot any more. */
static void idle_session_of_a_replaced_plugin(void *context)
{
    idle_session_in_the_only_lane(context);
    put(0, 2);
}

/* The second stream is on another plugin and keeps nothing yet. */
static void idle_session_and_another_stream(void *context)
{
    idle_session_in_the_only_lane(context);
    put(1, 2);
    open_stream(&world.stream[1], 1);
}

static void two_streams(void *context)
{
    (void)context;
    begin(2);
    put(0, 1);
    open_stream(&world.stream[0], 0);
    open_stream(&world.stream[1], 0);
}

/* Both may be kept, but nobody has anything in them. */
static void two_parked_lanes(void *context)
{
    (void)context;
    begin(2);
    struct lane *first = claim();
    struct lane *second = claim();
    first->session = second->session = true;
    atomic_store(&world.lanes->sessions, 2);
    world.stream[0].session = (struct session){.lane = first, .turn = lane_park(first)};
    world.stream[1].session = (struct session){.lane = second, .turn = lane_park(second)};
}

/* ---- threads ---- */

static void event(void *context)
{
    (void)context;
    world.status[0] = try_event(&world.stream[0], &world.saw[0]);
}

static void event_of_another(void *context)
{
    (void)context;
    world.status[1] = try_event(&world.stream[1], &world.saw[1]);
}

static void event_then_close(void *context)
{
    event(context);
    close_stream(&world.stream[0]);
}

static void close(void *context)
{
    (void)context;
    close_stream(&world.stream[0]);
}

static void check_kept_now(void)
{
    if (lanes_kept(world.lanes) > 1) {
        model_fail("more sessions than may be");
    }
}

static void event_then_count(void *context)
{
    event(context);
    check_kept_now();
}

static void event_of_another_then_count(void *context)
{
    event_of_another(context);
    check_kept_now();
}

/* A stream in the middle of a burst; false if its lane was taken. */
static bool resume_and_park(struct session *session)
{
    if (!lane_resume(session->lane, session->turn)) {
        return false;
    }
    session->turn = lane_park(session->lane);
    return true;
}

/* At every moment one of the two lanes is parked, or somebody else's. */
static void take_turns(void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++) {
        for (size_t stream = 0; stream < STREAMS_MAX; stream++) {
            if (!resume_and_park(&world.stream[stream].session)) {
                return;
            }
        }
    }
}

static void release_claimed(struct lane *lane)
{
    lane_unkeep(lane);
    lane_release(lane);
}

static void claim_parked(void *context)
{
    (void)context;
    struct lane *lane = lane_claim(world.lanes);
    if (lane == NULL) {
        model_fail("saturated with a session idle");
    }
    release_claimed(lane);
}

/* ---- checks ---- */

static void check_both(void)
{
    check_that(is_in_or_turned_away(world.status[0]) && is_in_or_turned_away(world.status[1]),
               "an event or a call succeeds or is turned away");
    check_that(world.status[0] == CCLB_OK || world.status[1] == CCLB_OK, "of two who want the only room one is let in");
}

static void check_event_and_call(void *context)
{
    check_both();
    check_that(world.status[0] != CCLB_OK || world.saw[0] == 1, "an event is answered by its own plugin");
    check_quiet(context);
}

static void check_call_of_the_new_plugin(void *context)
{
    check_that(is_in_or_turned_away(world.status[1]) && (world.status[1] != CCLB_OK || world.saw[1] == 2),
               "a call has its own plugin, in whatever lane");
    check_quiet(context);
}

static void check_two_streams(void *context)
{
    check_both();
    check_that((world.status[0] != CCLB_OK || world.saw[0] == 1) && (world.status[1] != CCLB_OK || world.saw[1] == 2),
               "an event is answered by its own plugin");
    close_stream(&world.stream[0]);
    close_stream(&world.stream[1]);
    check_quiet(context);
}

static void check_one_is_kept(void *context)
{
    check_that(world.status[0] == CCLB_OK && world.status[1] == CCLB_OK, "there is room for two events");
    check_that(session_is_kept(&world.stream[0].session) != session_is_kept(&world.stream[1].session),
               "one of two sessions is kept");
    close_stream(&world.stream[0]);
    close_stream(&world.stream[1]);
    check_quiet(context);
}

static void check_call_got_memory(void *context)
{
    check_that(world.status[1] == CCLB_OK, "an idle session's memory is a call's");
    close_stream(&world.stream[0]);
    check_quiet(context);
}

static void check_parked_lanes(void *context)
{
    for (size_t stream = 0; stream < STREAMS_MAX; stream++) {
        struct session *session = &world.stream[stream].session;
        if (lane_resume(session->lane, session->turn)) {
            release_claimed(session->lane);
        }
    }
    check_quiet(context);
}

static const struct model_program programs[] = {
    {"event, call", idle_session_in_the_only_lane, {event_then_close, try_to_call_too}, check_event_and_call, NULL},
    {"event, call, swap", idle_session_in_the_only_lane, {event_then_close, try_to_call_too, swap},
     check_event_and_call, NULL},
    {"stream of a replaced plugin ends, call", idle_session_of_a_replaced_plugin, {close, try_to_call_too},
     check_call_of_the_new_plugin, NULL},
    {"stream ends, destroy", idle_session_of_a_replaced_plugin, {close, try_to_end}, check_quiet, NULL},
    {"event, event of another stream", idle_session_and_another_stream, {event, event_of_another}, check_two_streams,
     NULL},
    {"two events, one session", two_streams, {event_then_count, event_of_another_then_count}, check_one_is_kept, NULL},
    {"event, call without memory", idle_session_and_room_for_one, {event_then_close, try_to_call_too},
     check_event_and_call, NULL},
    {"idle session, call without memory, swap", idle_session_and_room_for_one, {try_to_call_too, swap},
     check_call_got_memory, NULL},
    {"sessions take turns behind a scan", two_parked_lanes, {claim_parked, take_turns}, check_parked_lanes, NULL},
};

const struct model_cases session_cases = {programs, sizeof programs / sizeof programs[0]};
