/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scaling.c - threads are made behind a gate, which opens when all are there: they begin together, and where one could
 * not be made the others go home.
 *
 * Schedulers were seen to put two threads on one processor for seconds, which would halve everything: so each has its own.
 */

#include "scaling.h"

#include "session.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

/* Room for the guest's part of it and for the engine's, whatever ulimit -s is. */
enum { STACK_BYTES = 8 << 20 };

/* What the threads share. */
struct crew {
    const struct work *work;
    uint64_t length_ns;
    pthread_mutex_t gate; /* shut until all are there */
    uint64_t began_ns;    /* when it opened; under it, like the next */
    bool sent_home;
    cpu_set_t allowed;
    bool has_processors; /* one for each */
};

struct hand {
    struct crew *crew;
    unsigned number;
    pthread_t thread;
    struct done done;
};

unsigned scaling_processors(void)
{
    cpu_set_t allowed;
    int count = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
    return count < SCALING_THREADS_MAX ? (unsigned)count : SCALING_THREADS_MAX;
}

unsigned scaling_steps(unsigned most, unsigned threads[SCALING_STEPS_MAX])
{
    unsigned count = 0;
    for (unsigned next = 1; next < most; next *= 2) {
        threads[count++] = next;
    }
    threads[count++] = most;
    return count;
}

/* Puts this thread on the processor of that number among those allowed. */
static void settle(const cpu_set_t *allowed, unsigned number)
{
    for (size_t processor = 0; processor < CPU_SETSIZE; processor++) {
        if (CPU_ISSET(processor, allowed) && number-- == 0) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(processor, &one);
            (void)pthread_setaffinity_np(pthread_self(), sizeof one, &one); /* without it, the scheduler decides */
            return;
        }
    }
}

static void *take_part(void *context)
{
    struct hand *hand = context;
    struct crew *crew = hand->crew;
    pthread_mutex_lock(&crew->gate);
    bool sent_home = crew->sent_home;
    uint64_t began_ns = crew->began_ns;
    pthread_mutex_unlock(&crew->gate);
    if (!sent_home) {
        if (crew->has_processors) {
            settle(&crew->allowed, hand->number);
        }
        work_run(crew->work, began_ns, crew->length_ns, &hand->done);
    }
    return NULL;
}

/* Makes the threads, lets them work, and waits for all. False if one could not be made. */
static bool run_crew(struct crew *crew, struct hand *hands, unsigned count)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES); /* cannot fail with such a size */
    unsigned made = 0;
    pthread_mutex_lock(&crew->gate);
    for (; made < count; made++) {
        hands[made].crew = crew;
        hands[made].number = made;
        if (pthread_create(&hands[made].thread, &attributes, take_part, &hands[made]) != 0) {
            break;
        }
    }
    crew->sent_home = made < count;
    crew->began_ns = work_clock_ns();
    pthread_mutex_unlock(&crew->gate);
    for (unsigned i = 0; i < made; i++) {
        pthread_join(hands[i].thread, NULL);
    }
    pthread_attr_destroy(&attributes);
    return made == count;
}

static cclb_status fail_thread(unsigned threads, cclb_error *error)
{
    *error = (cclb_error){.status = CCLB_NO_MEMORY, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error->message, sizeof error->message, "%u threads could not be made; ask for fewer with --threads",
             threads);
    return error->status;
}

/*
 * What all have done together. Where there are more threads than processors each waits for most of the time: so calls a
 * second are by the time that went by for all, from the first one's beginning to the last one's end.
 */
static cclb_status sum_up(const struct hand *hands, struct done *all, struct tally *tally, struct scaling_step *step,
                          cclb_error *error)
{
    uint64_t from_ns = hands[0].done.from_ns;
    uint64_t until_ns = hands[0].done.until_ns;
    for (unsigned i = 0; i < step->threads; i++) {
        const struct done *done = &hands[i].done;
        work_add(all, done);
        from_ns = done->from_ns < from_ns ? done->from_ns : from_ns;
        until_ns = done->until_ns > until_ns ? done->until_ns : until_ns;
    }
    tally_add(tally, &all->tally);
    if (all->latency.count == 0) {
        *error = all->tally.first;
        return error->status;
    }
    all->elapsed_ns = until_ns - from_ns;
    step->latency = work_sum(all);
    return CCLB_OK;
}

cclb_status scaling_run(const struct work *work, uint64_t length_ns, struct tally *tally, struct scaling_step *step,
                        cclb_error *error)
{
    struct crew crew = {.work = work, .length_ns = length_ns, .gate = PTHREAD_MUTEX_INITIALIZER};
    struct hand *hands = calloc(step->threads, sizeof *hands);
    struct done *all = calloc(1, sizeof *all);
    crew.has_processors = sched_getaffinity(0, sizeof crew.allowed, &crew.allowed) == 0 &&
                          step->threads <= (unsigned)CPU_COUNT(&crew.allowed);
    cclb_status status;
    if (hands == NULL || all == NULL) {
        status = session_lacks_memory(error, "what is measured");
    } else if (!run_crew(&crew, hands, step->threads)) {
        status = fail_thread(step->threads, error);
    } else {
        status = sum_up(hands, all, tally, step, error);
    }
    free(all);
    free(hands);
    pthread_mutex_destroy(&crew.gate);
    return status;
}
