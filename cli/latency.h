/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency.h - how long calls took, any number of them in a fixed space.
 *
 * Times are counted in bins: one for each ns below 512, above that 256 for each doubling. Quantiles are those of the
 * middles of bins, and so at most one part in 512 off; count, least and most are exact.
 */
#ifndef CLI_LATENCY_H
#define CLI_LATENCY_H

#include <stdint.h>

/* Enough for every uint64_t. */
enum { LATENCY_BIN_BITS = 8, LATENCY_BINS = (64 - LATENCY_BIN_BITS + 1) << LATENCY_BIN_BITS };

/* Zeroed: no calls. */
struct latency {
    uint64_t count;
    uint64_t least_ns; /* this and the next mean something if there are any */
    uint64_t most_ns;
    uint64_t bins[LATENCY_BINS];
};

/* What is told of many calls. Zeroed: there were none. */
struct latency_summary {
    uint64_t count;
    uint64_t min_ns;
    uint64_t p50_ns;
    uint64_t p90_ns;
    uint64_t p99_ns;
    uint64_t p999_ns;
    uint64_t max_ns;
    double calls_per_second;
};

/* Counts one call. */
void latency_note(struct latency *latency, uint64_t ns);

/* Counts all calls of `more` as well. */
void latency_add(struct latency *latency, const struct latency *more);

/* The time that a share (above 0, up to 1) of the calls does not exceed; 0 without any. */
uint64_t latency_quantile(const struct latency *latency, double share);

/* Sums up all but calls_per_second, which is left at 0. */
struct latency_summary latency_sum(const struct latency *latency);

#endif
