/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps.c - the small filter call, one step more from way to way, so that each difference is the price of a step:
 *
 *   kept          the guest alone: cc_lb_alloc, a copy, the hook, cc_lb_free
 *   instance      a store and a fresh instance, dropped again with nothing called
 *   floor         both together, without cclb (floor.h)
 *   raw-call      cclb_call_raw: lane, slot, deadline, limits, checks of the guest's addresses, counters
 *   typed-call    cclb_call_filter: the request encoded, the answer checked
 *   call          cclb_filter: headers, claims, ids and verdicts in a host's terms
 *   logged-call   the same with a log callback
 *
 * and alone: lane (with the slot), counters, encode, check. Lane and counters cannot be switched off, so that their
 * share of a call is told from these.
 */

#include "bench.h"
#include "codec.h"
#include "lineup.h"
#include "parts.h"

#include "cclb/call.h"

#include "fail.h"

#include <stdlib.h>

enum { BATCH = 256 };

struct steps {
    struct lineup lineup;
    struct subject logged;
    struct parts *parts;
    cclb_bytes answer; /* of the plugin */
    uint8_t *place;    /* for an archive */
};

static void call_instance(void *context, unsigned thread, uint64_t times)
{
    const struct steps *steps = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        floor_instance(steps->lineup.floor);
    }
}

static void call_raw(void *context, unsigned thread, uint64_t times)
{
    struct steps *steps = context;
    struct subject *subject = &steps->lineup.cclb;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        cclb_lease lease;
        cclb_error error;
        if (cclb_call_raw(subject->runtime, &subject->target, CCLB_HOOK_FILTER, &steps->lineup.workload.archive, 1,
                          &lease, &error) != CCLB_OK) {
            fail("%s", error.message);
        }
        cclb_lease_return(&lease);
    }
}

static void call_typed(void *context, unsigned thread, uint64_t times)
{
    struct steps *steps = context;
    struct subject *subject = &steps->lineup.cclb;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        cclb_lease lease;
        cclb_error error;
        cclb_filter_response_view view;
        if (cclb_call_filter(subject->runtime, &subject->target, &steps->lineup.workload.message.filter, &lease, &view,
                             &error) != CCLB_OK) {
            fail("%s", error.message);
        }
        cclb_lease_return(&lease);
    }
}

static void claim(void *context, unsigned thread, uint64_t times)
{
    struct steps *steps = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        parts_lookup(steps->parts, 0);
    }
}

static void count(void *context, unsigned thread, uint64_t times)
{
    struct steps *steps = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        parts_count(steps->parts);
    }
}

static void encode(void *context, unsigned thread, uint64_t times)
{
    struct steps *steps = context;
    const struct workload *workload = &steps->lineup.workload;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        size_t size = codec_measure(workload->hook, workload->form, &workload->message);
        codec_write(workload->hook, workload->form, &workload->message, steps->place, size);
    }
}

static void check(void *context, unsigned thread, uint64_t times)
{
    struct steps *steps = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        cclb_filter_response_view view;
        cclb_error error;
        if (cclb_filter_response_read(steps->answer, &view, &error) != CCLB_OK) {
            fail("%s", error.message);
        }
    }
}

static void forget(void *context, const cclb_call_record *record)
{
    (void)context;
    (void)record;
}

static void keep(void *context, cclb_bytes answer)
{
    struct steps *steps = context;
    uint8_t *copy = take_memory(answer.len);
    memcpy(copy, answer.data, answer.len);
    steps->answer = cclb_bytes_of(copy, answer.len);
}

static struct steps *make_steps(const struct bench *bench)
{
    const struct lineup_call small = {CCLB_HOOK_FILTER, "accept_all-pdk0.2.0", 1024};
    cclb_runtime_options options = subject_options();
    struct steps *steps = take_memory(sizeof *steps);
    lineup_init(&steps->lineup, bench, &small);
    options.log.call = forget;
    subject_init(&steps->logged, &options, steps->lineup.wasm, &steps->lineup.workload);
    subject_answer(&steps->logged, keep, steps);
    steps->parts = parts_create(1);
    steps->place = take_memory(steps->lineup.workload.archive.len);
    return steps;
}

static void free_steps(struct steps *steps)
{
    parts_destroy(steps->parts);
    subject_deinit(&steps->logged);
    lineup_deinit(&steps->lineup);
    free((void *)(uintptr_t)steps->answer.data);
    free(steps->place);
    free(steps);
}

static double p50(const struct race *race, const char *name, unsigned round)
{
    return race_find(race, name, 1)->rounds[RACE_P50][round];
}

/* Lane, counters and log together, as a share of the whole call. */
static struct spread bookkeeping(const struct race *race)
{
    double shares[RACE_ROUNDS_MAX];
    for (unsigned round = 0; round < race->rounds; round++) {
        double call = p50(race, "call", round);
        double log = p50(race, "logged-call", round) - call;
        shares[round] = 100 * (p50(race, "lane", round) + p50(race, "counters", round) + log) / call;
    }
    return sample_spread(shares, race->rounds);
}

void steps_rows(struct bench *bench)
{
    static const char row[] = "steps/filter-1KiB";
    if (!bench_begins(bench, row)) {
        return;
    }
    struct race *race = take_memory(sizeof *race);
    struct steps *steps = make_steps(bench);
    race->fine = true;
    lineup_enter_kept(&steps->lineup, race, 1);
    race_enter(race, "instance", 1, call_instance, steps);
    lineup_enter_floor(&steps->lineup, race, 1);
    race_enter(race, "raw-call", 1, call_raw, steps);
    race_enter(race, "typed-call", 1, call_typed, steps);
    race_enter(race, "call", 1, subject_call, &steps->lineup.cclb);
    race_enter(race, "logged-call", 1, subject_call, &steps->logged);
    race_enter(race, "lane", 1, claim, steps)->batch = BATCH;
    race_enter(race, "counters", 1, count, steps)->batch = BATCH;
    race_enter(race, "encode", 1, encode, steps)->batch = BATCH;
    race_enter(race, "check", 1, check, steps)->batch = BATCH;
    bench_race(bench, row, race);
    static const char *const ladder[] = {"kept", "instance", "floor", "raw-call", "typed-call", "logged-call"};
    for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++) {
        bench_ratio(bench, row, race, 1, ladder[i], "call", RACE_P50);
    }
    if (bench->way == NULL) {
        bench_goal(bench, row, "metrics-lanes-log", bookkeeping(race), GOAL_AT_MOST, 8, "% of a call", true);
    }
    free_steps(steps);
    free(race);
}
