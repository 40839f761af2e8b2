/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.h - a plugin called through libwasmtime alone: what a call costs before cclb does anything.
 *
 * Nothing is judged here: no permit, no budget, no deadline, no check of addresses or answers, nothing counted. A
 * call is a store, an instance, cc_lb_alloc, a copy of the request, the hook. Bytes of a real plugin only.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "cclb/runtime.h"

struct floor;      /* one engine and one plugin compiled by it; SHARED */
struct floor_kept; /* one instance of it, kept; HANDOFF */

/* Takes the answer while it lies in the instance's memory. */
typedef void floor_take(void *context, cclb_bytes answer);

/*
 * With the engine settings of a runtime, as it describes itself, over the engine's own pool, with room for a request of that
 * size to stay resident.
 */
struct floor *floor_create(const cclb_runtime_info *like, uint64_t request_bytes, cclb_bytes wasm, cclb_hook hook);

/* How the published runtimes, which have signal handlers and no bound on CPU (R20, R21, R60, R63), get instances. */
enum floor_reference {
    FLOOR_ON_DEMAND, /* their default */
    FLOOR_POOLED,    /* their option */
    FLOOR_EPOCHS     /* on demand; and the code asks for its deadline, which theirs does not */
};

/* With the settings of the published runtimes. */
struct floor *floor_create_reference(cclb_bytes wasm, cclb_hook hook, enum floor_reference setting);

/* Every call has returned and every kept instance is gone. NULL is fine. */
void floor_destroy(struct floor *floor);

/* One call on an instance of its own; `take` may be NULL. */
void floor_call(struct floor *floor, cclb_bytes request, floor_take *take, void *context);

/* An instance made and dropped, with nothing called. */
void floor_instance(struct floor *floor);

/* An instance for ever: nothing is reset between calls, only what the guest allocated for the answer is freed. */
struct floor_kept *floor_keep(struct floor *floor);
void floor_kept_call(struct floor_kept *kept, cclb_bytes request, floor_take *take, void *context);
void floor_kept_destroy(struct floor_kept *kept);

#endif
