/* SPDX-License-Identifier: Apache-2.0 */
/*
 * race.c - slices of time, on one thread or on two.
 *
 * The first thread is the caller's; a second one is made for the whole race, so that what threads keep for themselves
 * (a lane, the engine's state) is warm. Each has a CPU of its own: a scheduler that puts both on one for a while, as
 * some do, would halve everything on two threads. A sample is the time between two looks at the clock; one look
 * serves as the end of a sample and the start of the next, so that its own cost, some 20 ns, is in every contestant's
 * times alike.
 */

#include "race.h"

#include "fail.h"
#include "heap.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A slice ends early when a thread has so many samples; what is in order then is the same distribution. */
enum { SAMPLES_MAX = 16384, SAMPLES_LEAST = 2 };

/* Where even the fewest samples take long, rounds are saved: a race ends after so many, once it took so much longer. */
enum { ROUNDS_LEAST = 5, PATIENCE = 3 };

/* Share of a slice that goes before the first sample, for caches that the contestant before has used. */
static const double warming = 0.15;

/* One thread's part of one slice. */
struct part {
    uint64_t times[SAMPLES_MAX];
    size_t count;
    uint64_t began_ns;
    uint64_t ended_ns;
    uint64_t faults;
    uint64_t requests;
};

/* What the threads of a race share. */
struct track {
    struct part parts[RACE_THREADS_MAX];
    pthread_barrier_t start;
    pthread_barrier_t end;
    const struct contestant *running; /* by both threads; NULL: the second one may go */
    double slice_ns;
    cpu_set_t allowed; /* to the caller, before and after */
};

/* Puts this thread on the CPU number `index` of those that it may run on, if there are so many and it is allowed to. */
static void pin(const cpu_set_t *allowed, unsigned index)
{
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, allowed) && index-- == 0) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            (void)pthread_setaffinity_np(pthread_self(), sizeof one, &one);
            return;
        }
    }
}

static uint64_t faults_of_thread(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return (uint64_t)usage.ru_minflt;
}

static void warm(const struct contestant *contestant, unsigned thread, double length_ns)
{
    uint64_t until = now_ns() + (uint64_t)length_ns;
    do {
        contestant->run(contestant->context, thread, contestant->batch);
    } while (now_ns() < until);
}

static void run_part(struct track *track, const struct contestant *contestant, unsigned thread)
{
    struct part *part = &track->parts[thread];
    warm(contestant, thread, track->slice_ns * warming);
    uint64_t faults = faults_of_thread();
    uint64_t requests = heap_requests();
    part->count = 0;
    part->began_ns = now_ns();
    uint64_t until = part->began_ns + (uint64_t)(track->slice_ns * (1 - warming));
    uint64_t before = part->began_ns;
    while (part->count < SAMPLES_MAX && (before < until || part->count < SAMPLES_LEAST)) {
        contestant->run(contestant->context, thread, contestant->batch);
        uint64_t after = now_ns();
        part->times[part->count++] = after - before;
        before = after;
    }
    part->ended_ns = before;
    part->requests = heap_requests() - requests;
    part->faults = faults_of_thread() - faults;
}

static void *second_thread(void *context)
{
    struct track *track = context;
    pin(&track->allowed, 1);
    for (;;) {
        pthread_barrier_wait(&track->start);
        if (track->running == NULL) {
            return NULL;
        }
        run_part(track, track->running, 1);
        pthread_barrier_wait(&track->end);
    }
}

static void note_round(struct contestant *contestant, unsigned round, struct part *parts)
{
    static const double shares[] = {
#define RACE_QUANTILE(NAME, name, share) share,
        RACE_QUANTILES
#undef RACE_QUANTILE
    };
    uint64_t *all = take_memory(sizeof parts[0].times * contestant->threads);
    size_t count = 0;
    double rate = 0;
    double faults = 0;
    double requests = 0;
    for (unsigned i = 0; i < contestant->threads; i++) {
        const struct part *part = &parts[i];
        for (size_t k = 0; k < part->count; k++) {
            all[count++] = part->times[k];
        }
        rate += (double)(part->count * contestant->batch) * 1e9 / (double)(part->ended_ns - part->began_ns);
        faults += (double)part->faults;
        requests += (double)part->requests;
    }
    sample_sort(all, count);
    double operations = (double)(count * contestant->batch);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        contestant->rounds[i][round] = sample_quantile(all, count, shares[i]) / (double)contestant->batch;
    }
    contestant->rounds[RACE_RATE][round] = rate;
    contestant->rounds[RACE_FAULTS][round] = faults / operations;
    contestant->rounds[RACE_REQUESTS][round] = requests / operations;
    free(all);
}

static void run_slice(struct track *track, struct contestant *contestant, unsigned round)
{
    if (contestant->threads > 1) {
        track->running = contestant;
        pthread_barrier_wait(&track->start);
        run_part(track, contestant, 0);
        pthread_barrier_wait(&track->end);
    } else {
        run_part(track, contestant, 0);
    }
    note_round(contestant, round, track->parts);
}

struct contestant *race_enter(struct race *race, const char *name, unsigned threads,
                              void (*run)(void *context, unsigned thread, uint64_t times), void *context)
{
    if (race->count == RACE_CONTESTANTS_MAX) {
        fail("too many contestants in one race");
    }
    struct contestant *contestant = &race->contestants[race->count++];
    contestant->threads = threads;
    contestant->batch = 1;
    contestant->run = run;
    contestant->context = context;
    snprintf(contestant->name, sizeof contestant->name, "%s", name);
    return contestant;
}

void race_keep_only(struct race *race, const char *name)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < race->count; i++) {
        if (strcmp(race->contestants[i].name, name) == 0) {
            race->contestants[kept++] = race->contestants[i];
        }
    }
    race->count = kept;
}

void race_run(struct race *race, unsigned rounds, double seconds)
{
    struct track *track = take_memory(sizeof *track);
    pthread_t second;
    track->slice_ns = seconds * 1e9 / rounds;
    if (pthread_getaffinity_np(pthread_self(), sizeof track->allowed, &track->allowed) != 0 ||
        pthread_barrier_init(&track->start, NULL, 2) != 0 || pthread_barrier_init(&track->end, NULL, 2) != 0 ||
        pthread_create(&second, NULL, second_thread, track) != 0) {
        fail("a second thread could not be made");
    }
    pin(&track->allowed, 0);
    uint64_t patience_ns = (uint64_t)(seconds * 1e9 * race->count * PATIENCE);
    uint64_t began_ns = now_ns();
    for (race->rounds = 0; race->rounds < rounds; race->rounds++) {
        if (race->rounds >= ROUNDS_LEAST && now_ns() - began_ns > patience_ns) {
            break;
        }
        for (unsigned i = 0; i < race->count; i++) {
            run_slice(track, &race->contestants[i], race->rounds);
        }
    }
    (void)pthread_setaffinity_np(pthread_self(), sizeof track->allowed, &track->allowed);
    track->running = NULL;
    pthread_barrier_wait(&track->start);
    pthread_join(second, NULL);
    pthread_barrier_destroy(&track->start);
    pthread_barrier_destroy(&track->end);
    free(track);
}

const struct contestant *race_find(const struct race *race, const char *name, unsigned threads)
{
    for (unsigned i = 0; i < race->count; i++) {
        const struct contestant *contestant = &race->contestants[i];
        if (contestant->threads == threads && strcmp(contestant->name, name) == 0) {
            return contestant;
        }
    }
    return NULL;
}

struct spread race_measured(const struct race *race, const struct contestant *contestant, enum race_measure measure)
{
    double values[RACE_ROUNDS_MAX];
    memcpy(values, contestant->rounds[measure], race->rounds * sizeof values[0]);
    return sample_spread(values, race->rounds);
}

struct spread race_ratio(const struct race *race, const struct contestant *over, const struct contestant *under,
                         enum race_measure measure)
{
    double values[RACE_ROUNDS_MAX];
    for (unsigned i = 0; i < race->rounds; i++) {
        values[i] = over->rounds[measure][i] / under->rounds[measure][i];
    }
    return sample_spread(values, race->rounds);
}
