/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cell.h - what is counted for one plugin, one hook and one stripe.
 *
 * Whole numbers, times in nanoseconds: nothing is rounded until it is shown. Adding is a relaxed atomic addition, since
 * no counter says anything about another. A cell has cache lines of its own, and two threads that count in different
 * stripes never meet on one.
 */
#ifndef METRICS_CELL_H
#define METRICS_CELL_H

#include "cclb/error.h"

#include <stdalign.h>
#include <stdatomic.h>

/* Every status, as it is counted: OUTCOME_OK ... */
enum cell_outcome {
#define STATUS(NAME, value, name, meaning) OUTCOME_##NAME,
#include "cclb/status.def"
#undef STATUS
    OUTCOME_COUNT
};

/* Kinds of principals in the order of the table, then calls that were made for none. */
enum cell_principal {
#define PRINCIPAL(NAME, name, old_name) CELL_PRINCIPAL_##NAME,
#include "cclb/principal.def"
#undef PRINCIPAL
    CELL_NO_PRINCIPAL,
    CELL_PRINCIPALS
};

enum {
    CELL_BUCKETS = 23, /* of the durations: 1, 2 and 5 times each power of ten from 1 us on, 10 s, and above */
    CELL_TRAPS = 4,    /* enum metrics_trap without NONE */
    CELL_POLICIES = 2, /* enum metrics_policy without NONE */
};

/* For each kind of principal. */
enum cell_usage { USAGE_CALLS, USAGE_NS, USAGE_BYTES_IN, USAGE_BYTES_OUT, USAGE_COUNT };

/* The counters of a cell; where there are several of one sort this is the first. */
enum cell_counter {
    CELL_DURATION_NS,
    CELL_BUCKET,
    CELL_OUTCOME = CELL_BUCKET + CELL_BUCKETS,
    CELL_USAGE = CELL_OUTCOME + OUTCOME_COUNT,
    CELL_TRAP = CELL_USAGE + USAGE_COUNT * CELL_PRINCIPALS,
    CELL_POLICY = CELL_TRAP + CELL_TRAPS,
    CELL_COUNTERS = CELL_POLICY + CELL_POLICIES
};

/* Two lines, because processors fetch them in pairs. */
enum { CACHE_BYTES = 128 };

struct cell {
    alignas(CACHE_BYTES) _Atomic uint64_t counter[CELL_COUNTERS];
};

/* What is counted without a plugin, in one stripe. */
enum common_counter {
    COMMON_SATURATED_STORES,
    COMMON_SATURATED_POOL,
    COMMON_SATURATED_MEMORY,
    COMMON_CACHE_HITS,
    COMMON_CACHE_MISSES,
    COMMON_CACHE_EVICTIONS,
    COMMON_LABELS_REFUSED,
    COMMON_COUNTERS
};

struct common {
    alignas(CACHE_BYTES) _Atomic uint64_t counter[COMMON_COUNTERS];
};

/* Bounds of all buckets but the last, inclusive. */
extern const uint64_t cell_bucket_ns[CELL_BUCKETS - 1];

static inline void counter_add(_Atomic uint64_t *counter, uint64_t value)
{
    (void)atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static inline uint64_t counter_get(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

#endif
