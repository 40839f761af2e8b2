/* SPDX-License-Identifier: Apache-2.0 */
/*
 * allocator.h - the host's memory and the host's clock.
 *
 * Whoever is given one of them keeps a copy of the struct; what its context points to outlives all that was made with
 * it. A host that gives none has malloc and the machine's monotonic clock.
 */
#ifndef CCLB_ALLOCATOR_H
#define CCLB_ALLOCATOR_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Where cclb's own memory comes from. The engine (compiled code, pools, instances) has its own and does not use it, and
 * counters are mapped, because only the kernel has zeros that take no memory until they are written.
 * Called from any thread that calls cclb, so it must be thread-safe. A zeroed struct means malloc and free.
 * Thread class: SHARED.
 */
typedef struct cclb_allocator {
    /* size > 0; aligned for any object; NULL when there is none, which cclb reports as CCLB_NO_MEMORY. */
    void *(*allocate)(void *context, size_t size);
    /* memory that allocate gave, with the size it was asked for; never NULL. */
    void (*release)(void *context, void *memory, size_t size);
    void *context;
} cclb_allocator;

/*
 * A monotonic clock. Deadlines and durations are measured with it, so a test can make hours pass without sleeping.
 * Called from any thread, also from inside guest calls; it must not block. A zeroed struct means CLOCK_MONOTONIC.
 * Thread class: SHARED.
 */
typedef struct cclb_clock {
    uint64_t (*now_ns)(void *context);
    void *context;
} cclb_clock;

#ifdef __cplusplus
}
#endif

#endif
