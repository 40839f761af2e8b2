/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.h - one run of the program: which rows, for how long, and where results go.
 *
 * A row is a race and has a name, PLUGIN or subject, size and so on, written with slashes. Each theme (calls.c and its
 * like) walks its own table of rows and asks bench_begins() of each.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "race.h"
#include "report.h"

#include "cclb/bytes.h"

enum bench_mode { BENCH_COUNT, BENCH_LIST, BENCH_RUN };

struct bench {
    enum bench_mode mode;
    const char *only;    /* a prefix of the rows to run */
    const char *way;     /* the only contestant to run, for a profiler; NULL: all */
    const char *plugins; /* the folder with the kits' plugins */
    const char *twins;   /* the folder with those that were written again in C, under the same names */
    unsigned rounds;
    double seconds; /* for each contestant of a row */
    FILE *lines;    /* results as they come, or NULL */
    bool progress;  /* on stderr */
    size_t rows;    /* to run in all, once they were counted */
    size_t begun;
    struct report report;
};

/* Whether the row of that name is to be measured now; counts or lists it otherwise. */
bool bench_begins(struct bench *bench, const char *row);

/* A value of a row: the name in the results is ROW/FORMATTED. */
__attribute__((format(printf, 5, 6))) void bench_value(struct bench *bench, const char *row, double value,
                                                       const char *unit, const char *format, ...);

/* Runs a race with the run's rounds and seconds and reports p50, p99, rate, page faults and heap requests of each. */
void bench_race(struct bench *bench, const char *row, struct race *race);

/*
 * Reports the ratio of two contestants of a race, on `threads` threads each, as ROW/Nt/OVER.over.UNDER with its least
 * and most over the rounds, and returns it; of times (RACE_P50) or rates (RACE_RATE: named OVER.rate.over.UNDER).
 * Where one of them did not run it reports nothing and returns a median of 0.
 */
struct spread bench_ratio(struct bench *bench, const char *row, const struct race *race, unsigned threads,
                          const char *over, const char *under, enum race_measure measure);

/* Reports the whole distribution of each contestant's times, for plots. */
void bench_distribution(struct bench *bench, const char *row, const struct race *race);

/*
 * A goal of a row, ROW/NAME: what was reached, and the bound; see struct report_goal. With only one way of each row
 * there is nothing to compare, and no goal is told.
 */
void bench_goal(struct bench *bench, const char *row, const char *name, struct spread reached, enum goal_sense sense,
                double bound, const char *unit, bool comparable);

/* The bytes of a plugin, which the caller frees. Fails if there is no such file. */
cclb_bytes bench_plugin(const struct bench *bench, const char *plugin);
void bench_plugin_free(cclb_bytes wasm);

/* The themes, in the order in which they run. */
void calls_rows(struct bench *bench);
void streams_rows(struct bench *bench);
void encoding_rows(struct bench *bench);
void lookup_rows(struct bench *bench);
void admission_rows(struct bench *bench);
void defaults_rows(struct bench *bench);
void steps_rows(struct bench *bench);
void syscalls_rows(struct bench *bench);

#endif
