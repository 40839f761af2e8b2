/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.h - what is counted for one plugin, one hook and one stripe, and what in one stripe alone.
 *
 * Whole numbers, times in nanoseconds: nothing is rounded until it is shown. Adding is a relaxed atomic addition, since
 * no counter says anything about another. Each of the two structs has cache lines of its own, so that two threads that
 * count in different stripes never meet on one.
 */
#ifndef METRICS_COUNTERS_H
#define METRICS_COUNTERS_H

#include "metrics/metrics.h"

#include <stdalign.h>
#include <stdatomic.h>

/* Every status, as it is counted: OUTCOME_OK ... */
enum outcome {
#define STATUS(NAME, value, name, meaning) OUTCOME_##NAME,
#include "cclb/status.def"
#undef STATUS
    OUTCOME_COUNT
};

/* For each kind of principal. */
enum usage { USAGE_CALLS, USAGE_NS, USAGE_BYTES_IN, USAGE_BYTES_OUT, USAGE_COUNT };

enum {
    BUCKETS = 23, /* of durations: up to 1, 2 and 5 times each power of ten from 1 us on, up to 10 s, and above */
    TRAP_PHASES = METRICS_TRAP_REJECT,      /* enum metrics_trap without NONE */
    POLICIES = METRICS_POLICY_FAIL_CLOSED,  /* enum metrics_policy without NONE */
    PRINCIPALS = METRICS_NO_PRINCIPAL + 1,  /* the kinds, and none */
};

/* Where there are several of one sort this is the first. */
enum counter {
    COUNTER_DURATION_NS,
    COUNTER_BUCKET,
    COUNTER_OUTCOME = COUNTER_BUCKET + BUCKETS,
    COUNTER_USAGE = COUNTER_OUTCOME + OUTCOME_COUNT,
    COUNTER_TRAP = COUNTER_USAGE + USAGE_COUNT * PRINCIPALS,
    COUNTER_POLICY = COUNTER_TRAP + TRAP_PHASES,
    COUNTER_COUNT = COUNTER_POLICY + POLICIES
};

/* Two lines, because processors fetch them in pairs. */
enum { CACHE_BYTES = 128 };

struct counters {
    alignas(CACHE_BYTES) _Atomic uint64_t counter[COUNTER_COUNT];
};

/* What is counted without a plugin. */
enum common_counter {
    COMMON_SATURATED_STORES,
    COMMON_SATURATED_POOL,
    COMMON_SATURATED_MEMORY,
    COMMON_CACHE_HITS,
    COMMON_CACHE_MISSES,
    COMMON_CACHE_EVICTIONS,
    COMMON_LABELS_REFUSED,
    COMMON_SESSIONS_RENEWED,
    COMMON_SESSIONS_REVOKED,
    COMMON_CAPSULES_WRITTEN,
    COMMON_CAPSULES_DROPPED,
    COMMON_CAPSULES_FAILED,
    COMMON_COUNT
};

struct common_counters {
    alignas(CACHE_BYTES) _Atomic uint64_t counter[COMMON_COUNT];
};

/* Bounds of all buckets but the last, inclusive. */
extern const uint64_t bucket_bound_ns[BUCKETS - 1];

static inline void counter_add(_Atomic uint64_t *counter, uint64_t value)
{
    (void)atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static inline uint64_t counter_get(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

#endif
