/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - what it costs to find, guard and release a plugin, among few slots and many, while nobody writes and
 * while a writer swaps 1,000 times a second; against the time of three atomic read-modify-writes that nobody else
 * wants.
 */

#include "bench.h"
#include "parts.h"

#include "fail.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { BATCH = 256 };

static const uint64_t swap_period_ns = 1000000;

struct lookup {
    struct parts *parts;
    size_t slots;
    _Atomic bool stop;
    struct {
        alignas(128) _Atomic uint64_t count;
        size_t next; /* slot of the walk */
    } own[RACE_THREADS_MAX];
};

/* All threads want the same slot. */
static void look_up_same(void *context, unsigned thread, uint64_t times)
{
    struct lookup *lookup = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        parts_lookup(lookup->parts, lookup->slots / 2);
    }
}

/* Each thread walks through all slots, by a stride that defeats the caches. */
static void look_up_all(void *context, unsigned thread, uint64_t times)
{
    struct lookup *lookup = context;
    size_t next = lookup->own[thread].next;
    for (uint64_t i = 0; i < times; i++) {
        parts_lookup(lookup->parts, next);
        next = (next + 6151) % lookup->slots;
    }
    lookup->own[thread].next = next;
}

static void three_atomics(void *context, unsigned thread, uint64_t times)
{
    struct lookup *lookup = context;
    for (uint64_t i = 0; i < times; i++) {
        for (int k = 0; k < 3; k++) {
            atomic_fetch_add(&lookup->own[thread].count, 1);
        }
    }
}

static void *swap_until_stopped(void *context)
{
    struct lookup *lookup = context;
    while (!atomic_load(&lookup->stop)) {
        const struct timespec period = {.tv_nsec = (long)swap_period_ns};
        clock_nanosleep(CLOCK_MONOTONIC, 0, &period, NULL);
        parts_swap(lookup->parts, lookup->slots / 2);
    }
    return NULL;
}

static void report(struct bench *bench, const char *row, const struct race *race, bool wanted)
{
    struct spread over_atomics = bench_ratio(bench, row, race, 1, "same", "three-atomics", RACE_P50);
    bench_ratio(bench, row, race, 1, "all", "three-atomics", RACE_P50);
    if (wanted && bench->way == NULL) {
        const struct contestant *one = race_find(race, "same", 1);
        const struct contestant *two = race_find(race, "same", 2);
        bench_goal(bench, row, "over-three-atomics", over_atomics, GOAL_AT_MOST, 1, "x", true);
        bench_goal(bench, row, "2t-over-1t", race_ratio(race, two, one, RACE_P50), GOAL_AT_MOST, 1.3, "x", true);
    }
}

static void measure(struct bench *bench, const char *row, size_t slots, bool swapped)
{
    struct race *race = take_memory(sizeof *race);
    struct lookup *lookup = aligned_alloc(alignof(struct lookup), sizeof *lookup);
    if (lookup == NULL) {
        fail("no memory for a lookup");
    }
    *lookup = (struct lookup){.parts = parts_create(slots), .slots = slots};
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        race_enter(race, "same", threads, look_up_same, lookup)->batch = BATCH;
        race_enter(race, "all", threads, look_up_all, lookup)->batch = BATCH;
        race_enter(race, "three-atomics", threads, three_atomics, lookup)->batch = BATCH;
    }
    race->fine = true;
    pthread_t writer;
    if (swapped && pthread_create(&writer, NULL, swap_until_stopped, lookup) != 0) {
        fail("a writer's thread could not be made");
    }
    bench_race(bench, row, race);
    if (swapped) {
        atomic_store(&lookup->stop, true);
        pthread_join(writer, NULL);
    }
    report(bench, row, race, slots == 10000);
    parts_destroy(lookup->parts);
    free(lookup);
    free(race);
}

void lookup_rows(struct bench *bench)
{
    static const size_t counts[] = {1, 100, 10000};
    for (int swapped = 0; swapped < 2; swapped++) {
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            char row[REPORT_NAME_SIZE];
            snprintf(row, sizeof row, "lookup/%zu-slots%s", counts[i], swapped ? "-swapped" : "");
            if (bench_begins(bench, row)) {
                measure(bench, row, counts[i], swapped);
            }
        }
    }
}
