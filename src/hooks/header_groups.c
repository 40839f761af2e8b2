/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_groups.c - equal names side by side, in the order of each name's first value.
 *
 * A plugin may answer with as many headers as it likes (rule R102), so names are found by a hash that it cannot foresee.
 */

#include "base/error.h"
#include "hooks/headers.h"

enum { NONE = 0 }; /* places are counted from 1 */

/* The headers of one name, as a list through the places of their items. */
struct group {
    uint32_t first;
    uint32_t last;
};

struct grouping {
    const cclb_header *items;
    const struct key_seed *seed;
    uint32_t *table; /* of groups, by the name's hash */
    size_t mask;
    struct group *groups;
    uint32_t *next; /* of each item, within its group */
    uint32_t count; /* of groups */
};

static bool make(struct grouping *grouping, size_t count, struct arena *arena)
{
    size_t capacity = 4;
    while (capacity < count * 2) {
        capacity *= 2;
    }
    grouping->mask = capacity - 1;
    grouping->table = arena_array(arena, capacity, sizeof *grouping->table);
    grouping->groups = arena_array(arena, count + 1, sizeof *grouping->groups);
    grouping->next = arena_array(arena, count + 1, sizeof *grouping->next);
    return grouping->table && grouping->groups && grouping->next;
}

static void add(struct grouping *grouping, uint32_t place)
{
    cclb_bytes name = grouping->items[place - 1].name;
    size_t at = key_siphash(grouping->seed, name) & grouping->mask;
    while (grouping->table[at] != NONE) {
        struct group *group = &grouping->groups[grouping->table[at]];
        if (cclb_bytes_equal(name, grouping->items[group->first - 1].name)) {
            grouping->next[group->last] = place;
            group->last = place;
            return;
        }
        at = (at + 1) & grouping->mask;
    }
    grouping->count++;
    grouping->table[at] = grouping->count;
    grouping->groups[grouping->count] = (struct group){place, place};
}

/* Whether no two neighbours are in different groups that have others elsewhere: then the order is right already. */
static bool is_grouped(const struct grouping *grouping)
{
    for (uint32_t i = 1; i <= grouping->count; i++) {
        const struct group *group = &grouping->groups[i];
        for (uint32_t place = group->first; grouping->next[place] != NONE; place = grouping->next[place]) {
            if (grouping->next[place] != place + 1) {
                return false;
            }
        }
    }
    return true;
}

/* Lists up to this long are compared name by name first, which most often is all there is to do. */
enum { SHORT_LIST = 16 };

static bool all_differ(const cclb_header *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t before = 0; before < i; before++) {
            if (cclb_bytes_equal(items[i].name, items[before].name)) {
                return false;
            }
        }
    }
    return true;
}

cclb_status headers_group(cclb_header *items, size_t count, const struct key_seed *seed, struct arena *arena,
                          cclb_error *error)
{
    struct grouping grouping = {.items = items, .seed = seed};
    if (count < 2 || (count <= SHORT_LIST && all_differ(items, count))) {
        return CCLB_OK;
    }
    if (count >= UINT32_MAX || !make(&grouping, count, arena)) {
        return error_no_memory(error, count * 4 * sizeof(uint32_t));
    }
    for (uint32_t place = 1; place <= count; place++) {
        add(&grouping, place);
    }
    if (is_grouped(&grouping)) {
        return CCLB_OK;
    }
    cclb_header *ordered = arena_array_unset(arena, count, sizeof *ordered);
    if (ordered == NULL) {
        return error_no_memory(error, count * sizeof *ordered);
    }
    size_t used = 0;
    for (uint32_t i = 1; i <= grouping.count; i++) {
        for (uint32_t place = grouping.groups[i].first; place != NONE; place = grouping.next[place]) {
            ordered[used++] = items[place - 1];
        }
    }
    memcpy(items, ordered, count * sizeof *items);
    return CCLB_OK;
}
