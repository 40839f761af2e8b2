/* SPDX-License-Identifier: Apache-2.0 */
/*
 * race.h - several ways of doing one thing, measured side by side.
 *
 * A race goes in rounds. In each round every contestant runs for a short slice of time, one after the other, so that
 * whatever the machine does meanwhile (a neighbour, a clock that slows down) meets all of them alike. What is told of a
 * contestant is the median over the rounds; what is told of two is the ratio in each round, and how far it spreads.
 */
#ifndef BENCH_RACE_H
#define BENCH_RACE_H

#include "sample.h"

#include <stdbool.h>

enum { RACE_THREADS_MAX = 2, RACE_CONTESTANTS_MAX = 24, RACE_ROUNDS_MAX = 99 };

/* Where distributions are cut: RACE_QUANTILE(name in results, share). */
#define RACE_QUANTILES                                                                                                 \
    RACE_QUANTILE(P01, "p01", 0.01)                                                                                    \
    RACE_QUANTILE(P10, "p10", 0.10)                                                                                    \
    RACE_QUANTILE(P25, "p25", 0.25)                                                                                    \
    RACE_QUANTILE(P50, "p50", 0.50)                                                                                    \
    RACE_QUANTILE(P75, "p75", 0.75)                                                                                    \
    RACE_QUANTILE(P90, "p90", 0.90)                                                                                    \
    RACE_QUANTILE(P99, "p99", 0.99)                                                                                    \
    RACE_QUANTILE(P999, "p99.9", 0.999)

/* What one round says of one contestant. */
enum race_measure {
#define RACE_QUANTILE(NAME, name, share) RACE_##NAME, /* ns for one operation */
    RACE_QUANTILES
#undef RACE_QUANTILE
        RACE_RATE, /* operations a second, of all threads together */
    RACE_FAULTS,   /* page faults for one operation */
    RACE_REQUESTS, /* of the heap, for one operation */
    RACE_MEASURES
};

struct contestant {
    char name[32];
    unsigned threads;                                            /* 1 to RACE_THREADS_MAX */
    uint64_t batch;                                              /* operations between two looks at the clock */
    void (*run)(void *context, unsigned thread, uint64_t times); /* on `threads` threads at the same time */
    void *context;
    double rounds[RACE_MEASURES][RACE_ROUNDS_MAX]; /* filled by race_run() */
};

struct race {
    struct contestant contestants[RACE_CONTESTANTS_MAX];
    unsigned count;
    unsigned rounds;
    bool fine; /* times are told in ns, not in us */
};

/* Adds a contestant; `name` is cut to fit. It stays where it is until the race ends. */
struct contestant *race_enter(struct race *race, const char *name, unsigned threads,
                              void (*run)(void *context, unsigned thread, uint64_t times), void *context);

/* Takes out whoever has another name. */
void race_keep_only(struct race *race, const char *name);

/*
 * Runs it: `rounds` rounds, `seconds` for each contestant over all of them. No slice has less than two samples; where
 * that makes a race much longer it has fewer rounds, which race->rounds tells.
 */
void race_run(struct race *race, unsigned rounds, double seconds);

/* The contestant of that name and number of threads, or NULL. */
const struct contestant *race_find(const struct race *race, const char *name, unsigned threads);

/* One measure over the rounds. */
struct spread race_measured(const struct race *race, const struct contestant *contestant, enum race_measure measure);

/* The ratio of two contestants' measures, over the rounds. */
struct spread race_ratio(const struct race *race, const struct contestant *over, const struct contestant *under,
                         enum race_measure measure);

#endif
