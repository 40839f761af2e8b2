/* SPDX-License-Identifier: Apache-2.0 */
/* latency.c - a bin is named by how far its times have to be shifted, and by what is left of them then. */

#include "latency.h"

#include <stddef.h>

/* 256 to 511 is what is left of a time that was shifted. */
enum { PER_DOUBLING = 1 << LATENCY_BIN_BITS };

static size_t bin_of(uint64_t ns)
{
    if (ns < 2 * PER_DOUBLING) {
        return ns;
    }
    unsigned shift = 63 - LATENCY_BIN_BITS - (unsigned)__builtin_clzll(ns);
    return (size_t)shift * PER_DOUBLING + (ns >> shift);
}

static uint64_t middle_of(size_t bin)
{
    if (bin < 2 * PER_DOUBLING) {
        return bin;
    }
    unsigned shift = (unsigned)(bin / PER_DOUBLING) - 1;
    uint64_t left = bin - (size_t)shift * PER_DOUBLING;
    return (left << shift) + (UINT64_C(1) << shift) / 2;
}

void latency_note(struct latency *latency, uint64_t ns)
{
    if (latency->count == 0 || ns < latency->least_ns) {
        latency->least_ns = ns;
    }
    if (latency->count == 0 || ns > latency->most_ns) {
        latency->most_ns = ns;
    }
    latency->count++;
    latency->bins[bin_of(ns)]++;
}

void latency_add(struct latency *latency, const struct latency *more)
{
    if (more->count == 0) {
        return;
    }
    if (latency->count == 0 || more->least_ns < latency->least_ns) {
        latency->least_ns = more->least_ns;
    }
    if (latency->count == 0 || more->most_ns > latency->most_ns) {
        latency->most_ns = more->most_ns;
    }
    latency->count += more->count;
    for (size_t i = 0; i < LATENCY_BINS; i++) {
        latency->bins[i] += more->bins[i];
    }
}

uint64_t latency_quantile(const struct latency *latency, double share)
{
    double wanted = share * (double)latency->count;
    uint64_t passed = 0;
    for (size_t i = 0; i < LATENCY_BINS; i++) {
        passed += latency->bins[i];
        if (passed > 0 && (double)passed >= wanted) {
            uint64_t middle = middle_of(i);
            return middle < latency->least_ns  ? latency->least_ns
                   : middle > latency->most_ns ? latency->most_ns
                                               : middle;
        }
    }
    return latency->count > 0 ? latency->most_ns : 0;
}

struct latency_summary latency_sum(const struct latency *latency)
{
    return (struct latency_summary){
        .count = latency->count,
        .min_ns = latency->count > 0 ? latency->least_ns : 0,
        .p50_ns = latency_quantile(latency, 0.5),
        .p90_ns = latency_quantile(latency, 0.9),
        .p99_ns = latency_quantile(latency, 0.99),
        .p999_ns = latency_quantile(latency, 0.999),
        .max_ns = latency->count > 0 ? latency->most_ns : 0,
    };
}
