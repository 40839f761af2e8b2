/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overhead.c - what a call pays for being counted, for its lane and for the host's log, against the whole small filter
 * call. Lane and counters cannot be switched off, so they are measured alone (parts.h); the log is, by having none.
 */

#include "bench.h"
#include "parts.h"
#include "subject.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

static void claim(void *context, unsigned thread, uint64_t times)
{
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        parts_lookup(context, 0);
    }
}

static void count(void *context, unsigned thread, uint64_t times)
{
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        parts_count(context);
    }
}

static void forget(void *context, const cclb_call_record *record)
{
    (void)context;
    (void)record;
}

static double p50(const struct race *race, const char *name, unsigned round)
{
    return race_find(race, name, 1)->rounds[RACE_P50][round];
}

static void report(struct bench *bench, const char *row, const struct race *race)
{
    double shares[RACE_ROUNDS_MAX];
    bench_ratio(bench, row, race, 1, "lane", "call", RACE_P50);
    bench_ratio(bench, row, race, 1, "counters", "call", RACE_P50);
    bench_ratio(bench, row, race, 1, "logged-call", "call", RACE_P50);
    if (bench->way) {
        return;
    }
    for (unsigned round = 0; round < race->rounds; round++) {
        double call = p50(race, "call", round);
        shares[round] =
            100 * (p50(race, "lane", round) + p50(race, "counters", round) + p50(race, "logged-call", round) - call) /
            call;
    }
    bench_goal(bench, row, "metrics-lanes-log", sample_spread(shares, race->rounds), GOAL_AT_MOST, 8, "% of a call",
               true);
}

void overhead_rows(struct bench *bench)
{
    static const char row[] = "overhead/filter-1KiB";
    if (!bench_begins(bench, row)) {
        return;
    }
    struct race *race = take_memory(sizeof *race);
    struct workload *workload = take_memory(sizeof *workload);
    struct subject plain;
    struct subject logged;
    struct parts *parts = parts_create(1);
    cclb_bytes wasm = bench_plugin(bench, "accept_all-pdk0.2.0");
    cclb_runtime_options options = cclb_runtime_options_init();
    workload_init(workload, CCLB_HOOK_FILTER, CCLB_FORM_W9, 1024);
    subject_init(&plain, &options, wasm, workload);
    options.log.call = forget;
    subject_init(&logged, &options, wasm, workload);
    race_enter(race, "call", 1, subject_call, &plain);
    race_enter(race, "logged-call", 1, subject_call, &logged);
    race_enter(race, "lane", 1, claim, parts)->batch = 256;
    race_enter(race, "counters", 1, count, parts)->batch = 256;
    race->fine = true;
    bench_race(bench, row, race);
    report(bench, row, race);
    subject_deinit(&logged);
    subject_deinit(&plain);
    workload_deinit(workload);
    bench_plugin_free(wasm);
    parts_destroy(parts);
    free(workload);
    free(race);
}
