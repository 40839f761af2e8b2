/* SPDX-License-Identifier: Apache-2.0 */
/* measure.c - what is told of two is the median over the rounds, of which a slow moment spoils few. */

#include "measure.h"

#include "session.h"

#include <stdlib.h>

enum { ROUNDS = 15 };

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;
    return (*a > *b) - (*a < *b);
}

/* The value that a share of an ordered few does not exceed. */
static double share_of(const double *values, size_t count, double share)
{
    return values[(size_t)(share * (double)(count - 1) + 0.5)];
}

/* What both have done, in all and in this round. */
struct side {
    struct done all;
    struct done round;
};

struct race {
    struct side plugin;
    struct side floor;
    double ratios[ROUNDS]; /* of the medians of those rounds in which neither failed in all calls */
    double differences[ROUNDS];
    size_t rounds;
};

static void run_side(struct side *side, const struct work *work, uint64_t length_ns)
{
    side->round = (struct done){0};
    work_run(work, work_clock_ns(), length_ns, &side->round);
    work_add(&side->all, &side->round);
}

static void note_round(struct race *race)
{
    const struct latency *plugin = &race->plugin.round.latency;
    const struct latency *floor = &race->floor.round.latency;
    if (plugin->count > 0 && floor->count > 0) {
        double p50 = (double)latency_quantile(plugin, 0.5);
        double least = (double)latency_quantile(floor, 0.5);
        race->ratios[race->rounds] = p50 / least;
        race->differences[race->rounds++] = p50 - least;
    }
}

/* Whoever comes second in a round meets what the first has left in the caches: they take turns in that too. */
static void run_race(struct race *race, const struct work *plugin, const struct work *floor, uint64_t length_ns)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (i % 2 == 0) {
            run_side(&race->floor, floor, length_ns / ROUNDS);
        }
        run_side(&race->plugin, plugin, length_ns / ROUNDS);
        if (i % 2 == 1) {
            run_side(&race->floor, floor, length_ns / ROUNDS);
        }
        note_round(race);
    }
}

cclb_status measure_beside(const struct work *plugin, const struct work *floor, uint64_t length_ns, struct tally *tally,
                           struct comparison *comparison, cclb_error *error)
{
    struct race *race = calloc(1, sizeof *race);
    if (race == NULL) {
        return session_lacks_memory(error, "what is measured");
    }
    run_race(race, plugin, floor, length_ns);
    const struct done *ours = &race->plugin.all;
    const struct done *theirs = &race->floor.all;
    tally_add(tally, &ours->tally);
    cclb_status status = CCLB_OK;
    if (race->rounds == 0) {
        *error = ours->tally.failed > 0 ? ours->tally.first : theirs->tally.first;
        status = error->status;
    } else {
        qsort(race->ratios, race->rounds, sizeof race->ratios[0], compare);
        qsort(race->differences, race->rounds, sizeof race->differences[0], compare);
        *comparison = (struct comparison){
            .plugin = work_sum(ours),
            .floor = work_sum(theirs),
            .ratio = share_of(race->ratios, race->rounds, 0.5),
            .ratio_low = share_of(race->ratios, race->rounds, 0.25),
            .ratio_high = share_of(race->ratios, race->rounds, 0.75),
            .difference_ns = share_of(race->differences, race->rounds, 0.5),
            .renewals = ours->renewals,
            .sessions_over = ours->sessions_over,
        };
    }
    free(race);
    return status;
}
