/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the host's clock, or CLOCK_MONOTONIC. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "cclb/allocator.h"

/* The same clock with CLOCK_MONOTONIC filled in where it was zeroed. */
cclb_clock clock_or_default(cclb_clock clock);

/* Whether it is CLOCK_MONOTONIC that clock_or_default() filled in. */
bool clock_is_machines(const cclb_clock *clock);

/* The time from one moment to a later one; 0 if the host's clock went back. */
static inline uint64_t clock_since(uint64_t start_ns, uint64_t end_ns)
{
    return end_ns > start_ns ? end_ns - start_ns : 0;
}

/* Never 0, which everywhere stands for a moment that has not come; a host's clock may well begin there. */
static inline uint64_t clock_now_ns(const cclb_clock *clock)
{
    uint64_t now_ns = clock->now_ns(clock->context);
    return now_ns > 0 ? now_ns : 1;
}

#endif
