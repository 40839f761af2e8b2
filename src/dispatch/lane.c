/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane.c - claiming by compare-and-swap, guarding by hazard pointers.
 *
 * The order of every access is given a reason where it stands. tests/slots_model_test.c runs this file together with
 * the slots and the calls through every interleaving of small cases, with every store that is not sequentially
 * consistent delayed by as much as can be.
 */

#include "dispatch/lane.h"

#include "base/error.h"
#include "base/step.h"

#include <inttypes.h>

/*
 * The lane that this thread claimed last, plus one; 0: none yet. The one thing here that belongs to the process and not
 * to a runtime: it makes a thread come back to cache lines that it has. It is only a hint where to look first, so that
 * several runtimes may share it and any value is good.
 */
static _Thread_local uint32_t last_lane;

cclb_status lanes_init(struct lanes *lanes, uint32_t permits, uint32_t reserved, const cclb_allocator *allocator,
                       cclb_error *error)
{
    uint64_t count = (uint64_t)permits + reserved;
    if (count > UINT32_MAX / sizeof(struct lane)) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "%" PRIu64 " calls at the same time are more than cclb can have (%zu)", count,
                         UINT32_MAX / sizeof(struct lane));
    }
    /* An allocator aligns for any object, and a lane wants more. */
    size_t size = (size_t)count * sizeof(struct lane) + alignof(struct lane);
    uint8_t *memory = allocate(allocator, size);
    if (memory == NULL) {
        return error_no_memory(error, size);
    }
    *lanes = (struct lanes){
        .lane = (struct lane *)(void *)(memory + (alignof(struct lane) - (uintptr_t)memory % alignof(struct lane))),
        .permits = permits,
        .reserved = reserved,
        .allocator = allocator,
        .memory = memory,
        .memory_size = size,
    };
    for (uint32_t i = 0; i < permits + reserved; i++) {
        lanes->lane[i].lanes = lanes;
        arena_init(&lanes->lane[i].arena, allocator);
    }
    return CCLB_OK;
}

void lanes_deinit(struct lanes *lanes)
{
    if (lanes->memory) {
        for (uint32_t i = 0; i < lanes->permits + lanes->reserved; i++) {
            arena_deinit(&lanes->lane[i].arena);
        }
        release(lanes->allocator, lanes->memory, lanes->memory_size);
        *lanes = (struct lanes){0};
    }
}

/* Takes a lane that was parked as often as `idle` says. */
static bool take_up(struct lane *lane, uint64_t *idle)
{
    /* Acquire: comes after all that was done to the lane before. Release: who sees it taken sees what we did before. */
    return *idle % 2 == 1 && step_compare_exchange(&lane->idle, idle, *idle + 1, memory_order_acq_rel);
}

/* Takes one of lane[0] to lane[count - 1] that is parked; NULL if none is, and then *sum has grown by what they show. */
static struct lane *claim_parked(struct lane *lane, uint32_t count, uint64_t *sum, bool *all_taken)
{
    for (uint32_t i = 0; i < count; i++) {
        /* Acquire, as for `claimed` below. */
        uint64_t idle = step_load(&lane[i].idle, memory_order_acquire);
        if (take_up(&lane[i], &idle)) {
            return &lane[i];
        }
        *all_taken = *all_taken && idle % 2 == 0;
        *sum += idle;
    }
    return NULL;
}

/*
 * Claims one of lane[0] to lane[count - 1], looking at `first` first. To find each of them taken once is not enough to
 * say that all were: one may have been given back behind our back and its caller have gone on to the next that we look
 * at. `claimed` and `idle` only go up, so when two rounds add up to the same sum, nothing changed between the end of the
 * first and the start of the second, and at that moment all were taken. Otherwise somebody else got on, and we try again.
 */
static struct lane *claim(struct lane *lane, uint32_t count, uint32_t first)
{
    const uint64_t no_sum = UINT64_MAX;
    uint64_t sum_before = no_sum;
    for (;;) {
        uint64_t sum = 0;
        bool all_taken = true;
        for (uint32_t i = 0, at = first; i < count; i++) {
            /* Acquire, here and where the exchange fails: who sees a claim sees what its thread gave back before. */
            uint32_t claimed = step_load(&lane[at].claimed, memory_order_acquire);
            /* Acquire: comes after all that the last claimant did to the lane. Release: for the line above. */
            if (claimed % 2 == 0 &&
                step_compare_exchange(&lane[at].claimed, &claimed, claimed + 1, memory_order_acq_rel)) {
                return &lane[at];
            }
            all_taken = all_taken && claimed % 2 == 1;
            sum += claimed;
            at = at + 1 < count ? at + 1 : 0;
        }
        struct lane *parked = claim_parked(lane, count, &sum, &all_taken);
        if (parked) {
            return parked;
        }
        if (all_taken && sum == sum_before) {
            return NULL;
        }
        sum_before = all_taken ? sum : no_sum;
    }
}

struct lane *lane_claim(struct lanes *lanes)
{
    if (lanes->permits == 0) {
        return NULL;
    }
    /* Threads that come for the first time start spread out: their thread-locals lie pages apart. */
    uint32_t *last = step_own(last_lane);
    uint32_t first = *last != 0 ? *last - 1 : (uint32_t)((uintptr_t)last >> 12);
    struct lane *lane = claim(lanes->lane, lanes->permits, first < lanes->permits ? first : first % lanes->permits);
    if (lane) {
        *last = (uint32_t)(lane - lanes->lane) + 1;
    }
    return lane;
}

struct lane *lane_claim_reserved(struct lanes *lanes)
{
    return lanes->reserved > 0 ? claim(lanes->lane + lanes->permits, lanes->reserved, 0) : NULL;
}

struct lane *lane_claim_parked(struct lanes *lanes)
{
    /* As in claim(): none was parked at some moment if two rounds add up to the same. */
    uint64_t sum_before = UINT64_MAX;
    for (;;) {
        uint64_t sum = 0;
        bool none_parked = true;
        struct lane *lane = claim_parked(lanes->lane, lanes->permits, &sum, &none_parked);
        if (lane || (none_parked && sum == sum_before)) {
            return lane;
        }
        sum_before = none_parked ? sum : UINT64_MAX;
    }
}

/* A quarter of the permits, and one at least. */
static uint32_t sessions_max(const struct lanes *lanes)
{
    return lanes->permits >= 4 ? lanes->permits / 4 : 1;
}

bool lane_keep(struct lane *lane)
{
    struct lanes *lanes = lane->lanes;
    /* The number orders nothing else, so relaxed would do; acquire is what step_compare_exchange() fails with. */
    uint32_t kept = step_load(&lanes->sessions, memory_order_relaxed);
    while (kept < sessions_max(lanes)) {
        if (step_compare_exchange(&lanes->sessions, &kept, kept + 1, memory_order_acquire)) {
            lane->session = true;
            return true;
        }
    }
    return false;
}

void lane_unkeep(struct lane *lane)
{
    if (lane->session) {
        lane->session = false;
        step_subtract(&lane->lanes->sessions, 1u, memory_order_relaxed);
    }
}

uint64_t lane_park(struct lane *lane)
{
    /* Relaxed: only the claimant changes an even number. Release: who takes it up comes after all of this. */
    uint64_t turn = step_load(&lane->idle, memory_order_relaxed) + 1;
    step_store(&lane->idle, turn, memory_order_release);
    return turn;
}

bool lane_resume(struct lane *lane, uint64_t turn)
{
    return take_up(lane, &turn);
}

bool lane_is_parked(const struct lane *lane, uint64_t turn)
{
    /* Relaxed: it may be taken at any moment, so that nobody can do more with the answer than tell it. */
    return step_load(&lane->idle, memory_order_relaxed) == turn;
}

uint32_t lanes_kept(const struct lanes *lanes)
{
    return step_load(&lanes->sessions, memory_order_relaxed);
}

void lane_release(struct lane *lane)
{
    for (enum lane_guard guard = 0; guard < LANE_GUARDS; guard++) {
        /* Relaxed: nobody else writes the guards of a claimed lane. */
        if (step_load(&lane->guard[guard], memory_order_relaxed)) {
            lane_unguard(lane, guard);
        }
    }
    /* Relaxed: only the claimant changes an odd number. Release: the next claimant comes after all of this. */
    uint32_t claimed = step_load(&lane->claimed, memory_order_relaxed);
    step_store(&lane->claimed, claimed + 1, memory_order_release);
}

void lane_guard(struct lane *lane, enum lane_guard guard, const void *object)
{
    /* Sequentially consistent: against the writer that hides the object and then reads this. */
    step_store(&lane->guard[guard], object, memory_order_seq_cst);
}

void lane_guard_held(struct lane *lane, enum lane_guard guard, const void *object)
{
    /* Release is enough: who ends the object's other protection comes after this, and so does who then asks. */
    step_store(&lane->guard[guard], object, memory_order_release);
}

void lane_unguard(struct lane *lane, enum lane_guard guard)
{
    /* Release: who reads the cleared guard, and frees, comes after all that was done under it. */
    step_store(&lane->guard[guard], NULL, memory_order_release);
}

bool lane_take_note(struct lane *lane)
{
    /*
     * Acquire and release, against the exchange in lanes_guarded(): of the two one comes second and reads what the
     * other wrote. Is it this one, it sees the note. Is it the other, it comes after our cleared guard and sees that.
     */
    return step_exchange(&lane->wanted, 0u, memory_order_acq_rel) != 0;
}

bool lanes_guarded(struct lanes *lanes, enum lane_guard guard, const void *object)
{
    for (uint32_t i = 0; i < lanes->permits + lanes->reserved; i++) {
        struct lane *lane = &lanes->lane[i];
        /* Sequentially consistent: against the reader that sets its guard and then looks for the object. */
        if (step_load(&lane->guard[guard], memory_order_seq_cst) != object) {
            continue;
        }
        (void)step_exchange(&lane->wanted, 1u, memory_order_acq_rel);
        /* Acquire: if it was cleared before it could see the note, we come after its last use. */
        if (step_load(&lane->guard[guard], memory_order_acquire) == object) {
            return true;
        }
    }
    return false;
}

uint32_t lanes_claimed(const struct lanes *lanes)
{
    uint32_t claimed = 0;
    for (uint32_t i = 0; i < lanes->permits + lanes->reserved; i++) {
        /* Acquire: who sees a lane free comes after all that its last claimant did. */
        claimed += step_load(&lanes->lane[i].claimed, memory_order_acquire) % 2;
    }
    return claimed;
}
