/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h - the slots of a runtime: who is called under which key, and until when it lives (rules R31 to R42).
 *
 * A call never waits for a writer and never writes to memory that it shares with other calls: it guards what it uses in
 * its own lane (dispatch/lane.h), first the table, for as long as it searches, then the cell, until it ends. Writers
 * take turns under one mutex, which is held for short and never while a plugin is admitted or destroyed. What they
 * replace is retired and freed when no lane guards it and no handle counts on it: by the writer itself, or by whoever
 * ends the last use.
 *
 * Thread class: SHARED, but for slots_init() and slots_deinit().
 */
#ifndef SLOTS_SLOTS_H
#define SLOTS_SLOTS_H

#include "base/step.h"
#include "dispatch/lane.h"
#include "slots/table.h"

struct slots {
    /* Read by every call, written by hardly anyone. */
    const cclb_allocator *allocator;
    struct lanes *lanes;
    struct breakers *breakers; /* for new cells; NULL: none. Set once, before the first of them */
    struct key_seed seed;
    _Atomic(struct table *) table;
    uint8_t apart[128]; /* keeps what writers write off those cache lines */
    /* All that follows belongs to the mutex. */
    struct step_mutex mutex;
    struct cell *retired_cells;
    struct table *retired_tables; /* oldest first */
    struct table **retired_tables_end;
    size_t count;     /* of slots that have a cell */
    uint32_t handles; /* open */
    uint32_t working; /* threads that are in the middle of something without the mutex */
    uint64_t retains;
};

/* Makes an empty table over lanes that outlive it. `seed` should be secret and random. CCLB_NO_MEMORY. */
cclb_status slots_init(struct slots *slots, struct lanes *lanes, struct key_seed seed, const cclb_allocator *allocator,
                       cclb_error *error);

/*
 * Frees everything, unless a lane is claimed, a handle is open, or another thread is registering or visiting: then
 * CCLB_BUSY, and nothing has changed. A zeroed struct is fine. Once it has succeeded no other thread is in here.
 */
cclb_status slots_deinit(struct slots *slots, cclb_error *error);

/* ---- calls: no lock, no allocation ---- */

/*
 * The cell of a key, guarded by a claimed lane that guards nothing, until slots_release(); NULL if there is none (rule
 * R41). Its kind is for the caller to judge. A caller that got no lane asks slots_lookup() before it says saturated,
 * since an unknown key is told first.
 */
const struct cell *slots_guard(struct slots *slots, struct lane *lane, cclb_slot_key key);

/* The same for a cell that the caller has a handle on; the handle may then be dropped before the call ends. */
void slots_guard_cell(struct lane *lane, const struct cell *cell);

/*
 * Clears the guard of a claimed lane, and frees what nobody else uses any more. Takes the mutex only if a writer noted that
 * it waits for this lane.
 */
void slots_unguard(struct slots *slots, struct lane *lane);

/* Ends a call: the same, and gives the lane back. Nothing of slots or lane is touched after that. */
void slots_release(struct slots *slots, struct lane *lane);

/* The error for a key that has no slot; returns CCLB_REJECTED with rule 41. */
cclb_status slots_reject_unknown(cclb_slot_key key, cclb_error *error);

/* ---- writers ---- */

/* What is to be registered. */
struct slots_candidate {
    cclb_slot_kind kind; /* not CCLB_SLOT_ANY */
    cclb_failure_policy failure_policy;
    uint32_t label; /* under which its calls are counted */
    const uint8_t *hash; /* CCLB_SLOT_HASH_SIZE bytes */
    /* Admits it: fills *payload, which then belongs to the slots; or fails and leaves it alone. No lock is held. */
    cclb_status (*admit)(void *context, struct cell_payload *payload, cclb_error *error);
    void *context;
};

/*
 * Rules R33, R36 to R38; where the content is there already it has the candidate's failure policy from now on. Whatever it returns other than CCLB_OK, the slot is as before and the payload, if there was
 * one, is destroyed: the status of admit(); CCLB_REJECTED (rule 38), CCLB_BAD_INPUT (the key), CCLB_NO_MEMORY.
 */
cclb_status slots_register(struct slots *slots, cclb_slot_key key, const struct slots_candidate *candidate,
                           cclb_slot_registration *registration, cclb_error *error);

/* Takes a slot away; whether it was there (rule R39). Cannot fail. */
bool slots_evict(struct slots *slots, cclb_slot_key key);

/*
 * Takes all slots away but those of `keep` (rule R39); `removed`, if not NULL, is told their keys afterwards, with no
 * lock held. Cannot fail.
 */
void slots_retain(struct slots *slots, const cclb_slot_key *keep, size_t count,
                  void (*removed)(void *context, cclb_slot_key key), void *context);

/* ---- handles and inspection ---- */

/* Counts on the present cell of a key (rule R40), until slots_handle_drop(). CCLB_REJECTED (rule 41). */
cclb_status slots_handle(struct slots *slots, cclb_slot_key key, struct cell **cell, cclb_error *error);

/* Counts once more on a cell that the caller has a handle on. */
void slots_handle_again(struct slots *slots, struct cell *cell);

/* Calls that guard the cell go on. NULL is fine. */
void slots_handle_drop(struct slots *slots, struct cell *cell);

/* Fills *info, whose key is the caller's, or returns false. */
bool slots_lookup(struct slots *slots, cclb_slot_key key, cclb_slot_info *info);

/* What a call that got no lane has to know of the cell of its key. */
struct cell_account {
    cclb_slot_kind kind;
    cclb_failure_policy failure_policy;
    uint32_t label;
};

/* Fills *account, or returns false. */
bool slots_account(struct slots *slots, cclb_slot_key key, struct cell_account *account);

/* What a cell that the caller has a handle on tells about itself. */
cclb_slot_info slots_cell_info(struct slots *slots, const struct cell *cell);

/* How many slots there are. */
size_t slots_count(struct slots *slots);

/* Shows every slot there is at one moment, with no lock held. CCLB_NO_MEMORY. */
cclb_status slots_visit(struct slots *slots, void (*visit)(void *context, const cclb_slot_info *info), void *context,
                        cclb_error *error);

#endif
