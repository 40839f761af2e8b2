/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - labels are sorted by insertion: there are a few dozens, and whoever reads may not allocate. */

#include "metrics/tally.h"

#include "metrics/label.h"

#include <assert.h>

static_assert(REGION_PLUGINS_LIMIT < UINT16_MAX, "a label's number fits");

/* Whether a label's text comes before, with or behind another text: below, 0 or above 0. */
static int compare(const struct tally *tally, uint32_t at, const char *text)
{
    char own[LABEL_TEXT_MAX + 1];
    (void)label_read(&tally->region->label[tally->label[at]], own);
    return strcmp(own, text);
}

/* Where a text goes in what is sorted already: behind those that equal it. */
static uint32_t place_of(const struct tally *tally, const char *text)
{
    uint32_t first = 0;
    uint32_t end = tally->count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (compare(tally, middle, text) <= 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}

void tally_init(struct tally *tally, const struct region *region, uint32_t plugins_max)
{
    tally->region = region;
    tally->plugins_max = plugins_max;
    tally->count = 0;
    for (uint32_t i = 0; i <= plugins_max; i++) {
        char text[LABEL_TEXT_MAX + 1];
        if (label_read(&region->label[i], text)) {
            uint32_t at = place_of(tally, text);
            memmove(&tally->label[at + 1], &tally->label[at], (tally->count - at) * sizeof tally->label[0]);
            tally->label[at] = (uint16_t)i;
            tally->count++;
        }
    }
}

struct tally_group tally_next(const struct tally *tally, struct tally_group group)
{
    struct tally_group next = {.first = group.first + group.count};
    if (next.first < tally->count) {
        char text[LABEL_TEXT_MAX + 1];
        (void)label_read(&tally->region->label[tally->label[next.first]], text);
        do {
            next.count++;
        } while (next.first + next.count < tally->count && compare(tally, next.first + next.count, text) == 0);
    }
    return next;
}

static uint64_t tally_label(const struct tally *tally, uint32_t label, cclb_hook hook, uint32_t counter)
{
    const uint8_t *start = (const uint8_t *)tally->region;
    uint64_t used = atomic_load_explicit(&tally->region->label[label].used[hook], memory_order_relaxed);
    uint64_t sum = 0;
    for (; used != 0; used &= used - 1) {
        size_t at = region_counters_at(tally->plugins_max, label, hook, (uint32_t)__builtin_ctzll(used));
        sum += counter_get(&((const struct counters *)(const void *)(start + at))->counter[counter]);
    }
    return sum;
}

uint64_t tally_counters(const struct tally *tally, struct tally_group group, cclb_hook hook, uint32_t counter)
{
    uint64_t sum = 0;
    for (uint32_t i = group.first; i < group.first + group.count; i++) {
        sum += tally_label(tally, tally->label[i], hook, counter);
    }
    return sum;
}

uint64_t tally_common(const struct tally *tally, enum common_counter counter)
{
    uint64_t sum = 0;
    for (uint32_t stripe = 0; stripe < REGION_STRIPES; stripe++) {
        sum += counter_get(&tally->region->common[stripe].counter[counter]);
    }
    return sum;
}
