/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit.h - the gate: inspect, compile, try out (rules R1 to R30), in this order.
 *
 * Under CCLB_REFERENCE_ANY the runtimes that have nothing against the module's bytes are its candidates, newest first;
 * the first whose trial calls it also passes is its effective reference, and fixes the form in which it is called.
 */
#ifndef ADMISSION_ADMIT_H
#define ADMISSION_ADMIT_H

#include "admission/code_cache.h"
#include "admission/limits.h"
#include "admission/static_rules.h"
#include "dispatch/call.h"

#include <pthread.h>

enum { ADMISSION_SHARED_BUCKETS = 64 };

/* What admissions of one runtime share. SHARED. */
struct admission {
    struct dispatch *dispatch;
    const cclb_allocator *allocator;
    cclb_module_limits limits;
    struct code_cache cache;
    pthread_mutex_t mutex;
    pthread_cond_t lane_free; /* one of the reserved lanes was released */
    struct admitted *shared[ADMISSION_SHARED_BUCKETS]; /* by digest (share.h); under the mutex */
};

/* What one trial call cost. */
struct probe_cost {
    bool made;
    uint64_t duration_ns;
    uint64_t fuel;
    uint64_t memory_bytes;
};

/* How an admitted plugin is shared (share.h); under the mutex of its admission, but for what is said before it is. */
struct admitted_share {
    bool is_shared; /* from then on for ever */
    uint32_t users;
    cclb_hook slot; /* that it was admitted for, and under which reference */
    cclb_reference reference;
    struct admitted *next;
};

/* An admitted plugin: all that a call needs to know of it. Immutable but for `shared`, SHARED. */
struct admitted {
    struct admission *admission;
    struct code *code;
    uint8_t digest[BLAKE3_SIZE]; /* of the module's bytes */
    struct callee callee;
    cclb_form form;
    struct arena arena; /* of the texts in facts */
    struct static_facts facts; /* its fingerprints are not set: they pointed into the module */
    struct probe_cost probes[CCLB_HOOK_COUNT];
    bool frees_answers; /* cc_lb_free proved safe on answers of transform_sse_event (free_trial.h) */
    uint64_t compile_ns; /* 0 if the code was there already */
    struct admitted_share shared;
};

/* The dispatch, the engine and the allocator must outlive it. */
void admission_init(struct admission *admission, struct dispatch *dispatch, const cclb_module_limits *limits,
                    const cclb_allocator *allocator);

/* Every admitted plugin must have been destroyed. */
void admission_deinit(struct admission *admission);

/*
 * Admits a module whose BLAKE3 is `digest` for a slot (CCLB_HOOK_NONE: any) under a reference. CCLB_OK sets *admitted,
 * to be freed with admitted_destroy. CCLB_REJECTED, CCLB_LIMIT, CCLB_COMPILE, CCLB_INSTANTIATE, CCLB_PROBE (with `inner`
 * and the hook), CCLB_STACK_TOO_SMALL, CCLB_FORKED, CCLB_NO_MEMORY. Blocks: compiling is bounded by the limits, each
 * trial call by its deadline; more trial calls at once than there are reserved lanes wait for each other.
 */
cclb_status admit(struct admission *admission, cclb_bytes wasm, const uint8_t digest[BLAKE3_SIZE], cclb_hook slot,
                  cclb_reference reference, struct admitted **admitted, cclb_error *error);

/* Whether a hook is to be called: declared, and not as noop (R25, R100). */
bool admitted_calls(const struct admitted *admitted, cclb_hook hook);

/* No call on it may be running. NULL is fine. */
void admitted_destroy(struct admitted *admitted);

#endif
