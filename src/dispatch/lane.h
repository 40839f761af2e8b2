/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane.h - one lane is all that one call needs at once: its permit, its protection, its instance.
 *
 * A runtime has a fixed array of lanes. Claiming one is one compare-and-swap and is the call's permit (rule R44). Its
 * guards are hazard pointers: what a lane guards is not freed by anyone. Its deadline is what the ticker looks at.
 * Each lane has its own cache lines, so calls on different threads touch nothing in common. Beyond the permits there
 * are a few reserved lanes for the trial calls of admission, which have a budget of their own (rule R27).
 *
 * Guarding works by agreement of two sides (Michael's hazard pointers):
 *   a reader stores what it found in its guard, then looks whether it can still be found; only then it is safe to use;
 *   a writer first makes an object impossible to find, then asks lanes_guarded(); only if nobody does it is freed.
 * One of the two sees the other, because all four accesses are sequentially consistent. A writer that finds a guard in
 * its way leaves a note in that lane, `wanted`; whoever clears the guard takes the note and has to see to the freeing.
 *
 * A lane can be kept by a session (docs/adr/0011-stream-sessions.md), which parks it between two events: it stays claimed,
 * with all that lies in it, while nobody runs in it. The session resumes it, or a call that found no free lane takes it.
 */
#ifndef DISPATCH_LANE_H
#define DISPATCH_LANE_H

#include "base/allocate.h"
#include "base/arena.h"
#include "cclb/error.h"
#include "engine/engine.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <time.h>

enum lane_guard { LANE_GUARD_TABLE, LANE_GUARD_CELL, LANE_GUARDS };

struct lanes;

struct lane {
    alignas(128) _Atomic uint32_t claimed; /* goes up by one at each claim and each release: odd while claimed */
    _Atomic uint32_t wanted;               /* a writer waits for one of the guards to be cleared */
    _Atomic uint64_t deadline_ns;          /* by the host's clock, while guest code runs; else 0 */
    _Atomic uint64_t cpu_seen_ns;          /* CPU time of the call's thread when the ticker first saw the call */
    _Atomic uint64_t cpu_seen_for;         /* deadline_ns of the call that this is of, whether or not it still runs */
    _Atomic clockid_t cpu_clock;           /* that measures it; only with deadline_ns */
    _Atomic uint64_t lease_since_ns;       /* when the answer was lent out, or 0 */
    _Atomic uint64_t idle; /* goes up by one when it is parked and when somebody takes it up: odd while it is parked */
    _Atomic(const void *) guard[LANE_GUARDS];
    struct lanes *lanes;
    /* For the claimant alone: */
    const cclb_clock *clock; /* what deadline_ns is measured by; set with it, like the next two */
    uint64_t bound_ns;       /* the length of time from the start of the call to deadline_ns */
    bool measures_cpu;       /* the bound is one on CPU time */
    uint64_t reserved_bytes; /* of memory_total_max_bytes */
    bool session;            /* a session keeps it, or kept it until the claimant took it */
    uint32_t request_address; /* where the last request and its answer lie in the guest */
    uint32_t answer_address;
    uint32_t answer_len;      /* 0: there is none that could be given back */
    struct engine_instance instance;
    struct arena arena; /* of what lives as long as the call; its owner resets it before the lane is released */
};

struct lanes {
    struct lane *lane; /* permits, then reserved */
    uint32_t permits;
    uint32_t reserved;
    _Atomic uint32_t sessions; /* how many lanes are kept by one */
    const cclb_allocator *allocator;
    void *owner;  /* for the layer above, which finds its way back from a lane by it */
    void *memory; /* that the array lies in, aligned */
    size_t memory_size;
};

/* Makes permits + reserved lanes, all free. CCLB_NO_MEMORY. */
cclb_status lanes_init(struct lanes *lanes, uint32_t permits, uint32_t reserved, const cclb_allocator *allocator,
                       cclb_error *error);

/* Every lane must be free; a zeroed struct is fine. */
void lanes_deinit(struct lanes *lanes);

/*
 * A free lane of the permits, the one this thread had last if it can; if there is none, one that is parked: then
 * lane->session says so, and what lies in it is the claimant's to end. NULL only if at some moment during this call all
 * of them were taken at once and none was parked. Never blocks.
 */
struct lane *lane_claim(struct lanes *lanes);

/* One that is parked, if there is one now. */
struct lane *lane_claim_parked(struct lanes *lanes);

/* The same for the reserved lanes. */
struct lane *lane_claim_reserved(struct lanes *lanes);

/* ---- lanes that a session keeps ---- */

/* Lets a session keep a claimed lane, unless a quarter of the permits, and one at least, are kept already. */
bool lane_keep(struct lane *lane);

/* No session keeps it any more; its claimant goes on with it. Where none did it does nothing. */
void lane_unkeep(struct lane *lane);

/* Parks a lane that is kept; returns its turn, for lane_resume(). It is not the caller's any more. */
uint64_t lane_park(struct lane *lane);

/* Takes a parked lane up again; false if somebody else has taken it since. */
bool lane_resume(struct lane *lane, uint64_t turn);

/* Whether nobody has taken it since it was parked. */
bool lane_is_parked(const struct lane *lane, uint64_t turn);

/* How many lanes are kept at this moment. */
uint32_t lanes_kept(const struct lanes *lanes);

/* ---- */

/*
 * Clears its guards and gives it back; nothing of the lane or its owner is touched after that. Any thread that the
 * claimant handed it to. A lane that guarded something of a table of slots goes through slots_release() instead.
 */
void lane_release(struct lane *lane);

/*
 * Sets a guard. The object is safe to use once it was seen, by a sequentially consistent load after this, that it can
 * still be found.
 */
void lane_guard(struct lane *lane, enum lane_guard guard, const void *object);

/* Sets a guard on an object that something else keeps alive until this has returned. */
void lane_guard_held(struct lane *lane, enum lane_guard guard, const void *object);

/* Clears a guard; a note that is waiting for it stays where it is until lane_take_note(). */
void lane_unguard(struct lane *lane, enum lane_guard guard);

/* Whether a writer left a note since this was last asked: it waits for something that a guard protected until now. */
bool lane_take_note(struct lane *lane);

/*
 * Whether any lane guards an object that can no longer be found; leaves a note in the first that does. While true, some
 * lane_take_note() that has yet to come will return true.
 */
bool lanes_guarded(struct lanes *lanes, enum lane_guard guard, const void *object);

/* Its place among the lanes. */
static inline uint32_t lane_number(const struct lane *lane)
{
    return (uint32_t)(lane - lane->lanes->lane);
}

/* How many lanes are claimed at this moment, permits and reserved together. */
uint32_t lanes_claimed(const struct lanes *lanes);

#endif
