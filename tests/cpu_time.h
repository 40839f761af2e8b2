/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu_time.h - CPU time of the calling thread, and what of it a call may have above its deadline.
 *
 * A busy virtual machine charges a thread for more than its own work, but never for less. So it is the least of some
 * rounds that is held against a bound, and the bound leaves room above the goal.
 */
#ifndef TESTS_CPU_TIME_H
#define TESTS_CPU_TIME_H

#include <stdint.h>
#include <time.h>

#define MS UINT64_C(1000000)

/* What is wanted, what fails a test, and what does where all of a memory is touched for the first time. */
#define CPU_GOAL_NS (20 * MS)
#define CPU_BOUND_NS (60 * MS)
#define CPU_BOUND_OF_TOUCHING_NS (250 * MS)

static inline uint64_t thread_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000 * MS + (uint64_t)used.tv_nsec;
}

#endif
