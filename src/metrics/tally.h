/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - reading what was counted: sums over stripes, and over labels that have the same text.
 *
 * Counters are read one by one while others add to them: each of them only ever goes up, and what is read together was
 * not true at one moment.
 */
#ifndef METRICS_TALLY_H
#define METRICS_TALLY_H

#include "metrics/region.h"

/* The labels of a region that have a text, in its order, so that equal ones stand together. */
struct tally {
    const struct region *region;
    uint32_t plugins_max;
    uint32_t count;
    uint16_t label[REGION_PLUGINS_LIMIT + 1];
};

/* Labels that are shown as one: the tally's from `first` on. */
struct tally_group {
    uint32_t first;
    uint32_t count; /* 0: there is none */
};

/* Looks which labels there are; plugins_max is that of a region which was checked. */
void tally_init(struct tally *tally, const struct region *region, uint32_t plugins_max);

/* The group behind another one, or the first after a zeroed one. */
struct tally_group tally_next(const struct tally *tally, struct tally_group group);

/* What was counted for a group and a hook. */
uint64_t tally_counters(const struct tally *tally, struct tally_group group, cclb_hook hook, uint32_t counter);

/* What was counted without a plugin. */
uint64_t tally_common(const struct tally *tally, enum common_counter counter);

#endif
