/* SPDX-License-Identifier: Apache-2.0 */
/* sample.h - times that were taken, and what a set of them says. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* The machine's monotonic clock, read without a system call. */
static inline uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* The middle of a few values and how far they go. */
struct spread {
    double median;
    double least;
    double most;
};

/* Puts times in order. */
void sample_sort(uint64_t *times, size_t count);

/* The time that a share `quantile` (0 to 1) of ordered times does not exceed; count > 0. */
double sample_quantile(const uint64_t *times, size_t count, double quantile);

/* Puts the values in order and sums them up; count > 0. */
struct spread sample_spread(double *values, size_t count);

#endif
