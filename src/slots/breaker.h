/* SPDX-License-Identifier: Apache-2.0 */
/*
 * breaker.h - the circuit breakers of one cell, one for each hook (docs/adr/0016-circuit-breaker.md).
 *
 * A call asks breaker_enter() before it begins and tells breaker_leave() how it ended. Times are those of the host's
 * clock; if that goes back, no time has passed. Thread class: SHARED; a call whose hook is not in quarantine takes no
 * lock unless it failed.
 */
#ifndef SLOTS_BREAKER_H
#define SLOTS_BREAKER_H

#include "base/allocate.h"
#include "base/step.h"
#include "cclb/breaker.h"

/* What all breakers of one runtime share. SHARED, immutable but for the counts. */
struct breakers {
    cclb_breaker_options options; /* no zero left, if `faults` is none */
    uint32_t labels;
    /* How many are not closed: [label * CCLB_HOOK_COUNT + hook], `labels` and one more, for what has none. */
    _Atomic uint32_t *quarantined;
};

/* Zeroed: off. CCLB_NO_MEMORY. */
cclb_status breakers_init(struct breakers *breakers, const cclb_breaker_options *options, uint32_t labels,
                          const cclb_allocator *allocator, cclb_error *error);
void breakers_deinit(struct breakers *breakers, const cclb_allocator *allocator);

struct breaker;

/* Those of a cell, all closed; *breaker is NULL if they are off. CCLB_NO_MEMORY. */
cclb_status breaker_create(struct breakers *breakers, uint32_t label, const cclb_allocator *allocator,
                           struct breaker **breaker, cclb_error *error);

/* NULL is fine. */
void breaker_destroy(struct breaker *breaker, const cclb_allocator *allocator);

/* Whether a call may begin. */
enum breaker_pass { BREAKER_PASSES, BREAKER_PASSES_AS_TRY, BREAKER_REFUSES };

/* *turn is for breaker_leave(). */
enum breaker_pass breaker_enter(struct breaker *breaker, cclb_hook hook, uint64_t now_ns, uint32_t *turn);

enum breaker_outcome { BREAKER_SUCCESS, BREAKER_FAULT, BREAKER_NEITHER };

/*
 * How a call ended that was let through. A fault ends the turn of a try; of one whose turn is over a fault counts, if the
 * hook is closed, and no more.
 */
void breaker_leave(struct breaker *breaker, cclb_hook hook, enum breaker_pass pass, uint32_t turn,
                   enum breaker_outcome outcome, uint64_t now_ns);

/* How long calls of a hook that is not closed are refused still. Takes no lock: who is refused is told by it. */
uint64_t breaker_wait_ns(const struct breaker *breaker, cclb_hook hook, uint64_t now_ns);

cclb_breaker_info breaker_read(struct breaker *breaker, cclb_hook hook, uint64_t now_ns);

/* `wait_ns` as in cclb_breaker_set(). */
void breaker_set(struct breaker *breaker, cclb_hook hook, cclb_breaker_state state, uint64_t wait_ns, uint64_t now_ns);

#endif
