/* SPDX-License-Identifier: Apache-2.0 */
/* calls.c - every hook, by the plugins of every kit, with small bodies and large ones, on one thread and on two. */

#include "bench.h"
#include "lineup.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size;
    cclb_hook hook; /* that alone has a row of this size, or CCLB_HOOK_NONE */
} sizes[] = {
    {"110B", 110, CCLB_HOOK_TRANSFORM_SSE_EVENT},
    {"0.5KiB", 512, CCLB_HOOK_NONE},
    {"1KiB", 1024, CCLB_HOOK_FILTER},
    {"2KiB", 2048, CCLB_HOOK_NONE},
    {"64KiB", 64 << 10, CCLB_HOOK_NONE},
    {"1MiB", 1 << 20, CCLB_HOOK_NONE},
    {"16MiB", 16 << 20, CCLB_HOOK_NONE},
};

/*
 * The smallest honest plugin of each kit for a hook, so that the host's part shows; and the newest of them written again in
 * C (guest/twins).
 */
static const struct {
    cclb_hook hook;
    const char *plugin;
} plugins[] = {
    {CCLB_HOOK_FILTER, "accept_all-pdk0.2.0"},
    {CCLB_HOOK_FILTER, "accept_all-pdk0.1.2"},
    {CCLB_HOOK_FILTER, "accept_all-pdk0.1.1"},
    {CCLB_HOOK_FILTER, "accept_all-pdk0.1.0"},
    {CCLB_HOOK_FILTER, "accept_all-twin0.2.0"},
    {CCLB_HOOK_SHAPE, "shape_pass-pdk0.2.0"},
    {CCLB_HOOK_SHAPE, "shape_pass-pdk0.1.2"},
    {CCLB_HOOK_SHAPE, "shape_pass-pdk0.1.1"},
    {CCLB_HOOK_SHAPE, "shape_pass-pdk0.1.0"},
    {CCLB_HOOK_SHAPE, "shape_pass-twin0.2.0"},
    {CCLB_HOOK_TRANSFORM_RESPONSE, "all_hooks-pdk0.2.0"},
    {CCLB_HOOK_TRANSFORM_RESPONSE, "all_hooks-pdk0.1.2"},
    {CCLB_HOOK_TRANSFORM_RESPONSE, "all_hooks-pdk0.1.1"},
    {CCLB_HOOK_TRANSFORM_RESPONSE, "all_hooks-twin0.2.0"},
    {CCLB_HOOK_TRANSFORM_SSE_EVENT, "all_hooks-pdk0.2.0"},
    {CCLB_HOOK_TRANSFORM_SSE_EVENT, "all_hooks-pdk0.1.2"},
    {CCLB_HOOK_TRANSFORM_SSE_EVENT, "all_hooks-pdk0.1.1"},
    {CCLB_HOOK_TRANSFORM_SSE_EVENT, "all_hooks-twin0.2.0"},
    {CCLB_HOOK_OBSERVE, "observe_noop-pdk0.1.2"},
    {CCLB_HOOK_OBSERVE, "observe_noop-pdk0.1.1"},
    {CCLB_HOOK_OBSERVE, "observe_noop-pdk0.1.0"},
    {CCLB_HOOK_OBSERVE, "observe_noop-twin0.1.2"},
};

/* What some rows are to reach. Zero: no goal. */
static const struct wanted {
    const char *row;
    double published_us[RACE_THREADS_MAX + 1]; /* by threads: a call of the published runtimes on two such cores */
    double over_floor;                         /* cclb's time, at most so many times the floor's */
    double under_reference;                    /* the reference's setting, at least so many times cclb's time */
    double rate_over_reference;                /* cclb's calls a second on two threads, the reference's setting's */
    double two_over_one;                       /* cclb's calls a second on two threads, those on one */
    bool no_faults;
} goals[] = {
    {"filter/accept_all-pdk0.2.0/1KiB", {0, 35, 115}, 1.25, 5, 13, 1.8, true},
    {"transform_sse_event/all_hooks-pdk0.2.0/110B", {0, 32, 0}, 0, 5, 0, 0, true},
    {"shape/shape_pass-pdk0.2.0/64KiB", {0, 180, 0}, 0, 12, 0, 0, true},
    {"shape/shape_pass-pdk0.2.0/1MiB", {0, 2400, 0}, 0, 9, 0, 0, true},
    {"shape/shape_pass-pdk0.2.0/16MiB", {0, 45000, 0}, 0, 5, 0, 0, true},
};

/* Of the time of a thread, at least so much has to be calls that take no longer than the median. */
static const double alone_share = 0.75;

/* Whether threads had their CPUs to themselves: else calls a second tell of the machine's other work. */
static bool was_alone(const struct race *race, const struct contestant *contestant)
{
    double calls_of_thread = race_measured(race, contestant, RACE_RATE).median / contestant->threads;
    return calls_of_thread * race_measured(race, contestant, RACE_P50).median / 1e9 >= alone_share;
}

static void add_goals(struct bench *bench, const struct race *race, const struct wanted *wanted)
{
    const char *row = wanted->row;
    const struct contestant *one = race_find(race, "cclb", 1);
    const struct contestant *two = race_find(race, "cclb", 2);
    if (wanted->over_floor > 0) {
        bench_goal(bench, row, "over-floor", race_ratio(race, one, race_find(race, "floor", 1), RACE_P50), GOAL_AT_MOST,
                   wanted->over_floor, "x", true);
    }
    if (wanted->under_reference > 0) {
        bench_goal(bench, row, "reference-over-cclb", race_ratio(race, race_find(race, "reference", 1), one, RACE_P50),
                   GOAL_AT_LEAST, wanted->under_reference, "x",
                   lineup_reference_is_fair(race, 1, wanted->published_us[1]));
    }
    if (wanted->rate_over_reference > 0) {
        const struct contestant *reference = race_find(race, "reference", 2);
        bool comparable =
            lineup_reference_is_fair(race, 2, wanted->published_us[2]) && was_alone(race, two) && was_alone(race, reference);
        bench_goal(bench, row, "2t-rate-over-reference", race_ratio(race, two, reference, RACE_RATE), GOAL_AT_LEAST,
                   wanted->rate_over_reference, "x", comparable);
    }
    if (wanted->two_over_one > 0) {
        bench_goal(bench, row, "2t-rate-over-1t", race_ratio(race, two, one, RACE_RATE), GOAL_AT_LEAST,
                   wanted->two_over_one, "x", was_alone(race, one) && was_alone(race, two));
    }
    /* Also without PAGEMAP_SCAN no slower than the faster of the published settings. */
    bench_goal(bench, row, "pooled-over-pagemap",
               race_ratio(race, race_find(race, "reference-pooled", 1), race_find(race, "cclb-pagemap", 1), RACE_P50),
               GOAL_AT_LEAST, 1, "x", true);
    if (wanted->no_faults) {
        /* None, but for pages that are given back every 256th call and come again (docs/adr/0013-memories.md). */
        bench_goal(bench, row, "page-faults", race_measured(race, one, RACE_FAULTS), GOAL_AT_MOST, 0.5,
                   "page faults a call", true);
    }
}

static void report(struct bench *bench, const char *row, const struct race *race)
{
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        bench_ratio(bench, row, race, threads, "cclb", "floor", RACE_P50);
        bench_ratio(bench, row, race, threads, "cclb", "kept", RACE_P50);
        bench_ratio(bench, row, race, threads, "reference", "cclb", RACE_P50);
        bench_ratio(bench, row, race, threads, "cclb", "reference", RACE_RATE);
        bench_ratio(bench, row, race, threads, "reference-pooled", "cclb", RACE_P50);
        bench_ratio(bench, row, race, threads, "reference-pooled", "cclb-pagemap", RACE_P50);
    }
    for (size_t i = 0; i < sizeof goals / sizeof goals[0]; i++) {
        if (strcmp(goals[i].row, row) == 0) {
            bench_distribution(bench, row, race);
            if (bench->way == NULL) {
                add_goals(bench, race, &goals[i]);
            }
        }
    }
}

static void measure(struct bench *bench, const char *row, const struct lineup_call *call)
{
    struct lineup *lineup = take_memory(sizeof *lineup);
    struct race *race = take_memory(sizeof *race);
    lineup_init(lineup, bench, call);
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        lineup_enter(lineup, race, threads);
    }
    bench_race(bench, row, race);
    bench_value(bench, row, lineup->own_requests, "allocations", "1t/cclb.own-allocations");
    report(bench, row, race);
    lineup_deinit(lineup);
    free(race);
    free(lineup);
}

void calls_rows(struct bench *bench)
{
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            char row[REPORT_NAME_SIZE];
            const struct lineup_call call = {plugins[i].hook, plugins[i].plugin, sizes[k].size};
            snprintf(row, sizeof row, "%s/%s/%s", cclb_hook_name(call.hook), call.plugin, sizes[k].name);
            bool has_size = sizes[k].hook == CCLB_HOOK_NONE || sizes[k].hook == call.hook;
            if (has_size && bench_begins(bench, row)) {
                measure(bench, row, &call);
            }
        }
    }
}
