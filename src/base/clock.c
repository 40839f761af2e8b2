/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - CLOCK_MONOTONIC, which Linux answers without a system call. */

#include "base/clock.h"

#include <time.h>

static uint64_t monotonic_ns(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

cclb_clock clock_or_default(cclb_clock clock)
{
    if (clock.now_ns == NULL) {
        clock = (cclb_clock){.now_ns = monotonic_ns};
    }
    return clock;
}

bool clock_is_machines(const cclb_clock *clock)
{
    return clock->now_ns == monotonic_ns;
}
