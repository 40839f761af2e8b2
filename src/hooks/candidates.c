/* SPDX-License-Identifier: Apache-2.0 */
/* candidates.c - a guess first, then an open-addressed table of all given ids and of those that the answer brings. */

#include "hooks/candidates.h"

struct candidate_entry {
    bool used;
    bool kept;    /* for ids that no candidate has; theirs is in candidates.kept */
    size_t place;
    cclb_uuid id;
};

static bool same(const cclb_uuid *a, const cclb_uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Whether each id is above the one before it, and so no two are the same; hosts mostly sort them. */
static bool ascend(const cclb_candidate *given, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (memcmp(given[i - 1].id.bytes, given[i].id.bytes, sizeof given[i].id.bytes) >= 0) {
            return false;
        }
    }
    return true;
}

bool candidates_init(struct candidates *candidates, const cclb_request *request, size_t ids_max,
                     const struct key_seed *seed, struct arena *arena)
{
    *candidates = (struct candidates){
        .given = request->candidates,
        .given_count = request->candidate_count,
        .ids_max = ids_max,
        .distinct = ascend(request->candidates, request->candidate_count),
        .kept = arena_array(arena, request->candidate_count, sizeof(bool)),
        .seed = seed,
        .arena = arena,
    };
    return candidates->kept != NULL;
}

/* Where an id is, or is to be put. */
static struct candidate_entry *entry_of(const struct candidates *candidates, const cclb_uuid *id)
{
    size_t at = key_siphash(candidates->seed, cclb_bytes_of(id->bytes, sizeof id->bytes)) & candidates->mask;
    while (candidates->table[at].used && !same(&candidates->table[at].id, id)) {
        at = (at + 1) & candidates->mask;
    }
    return &candidates->table[at];
}

static bool make_table(struct candidates *candidates)
{
    size_t capacity = 8;
    while (capacity / 2 < candidates->given_count + candidates->ids_max) {
        capacity *= 2;
    }
    candidates->mask = capacity - 1;
    candidates->table = arena_array(candidates->arena, capacity, sizeof *candidates->table);
    if (candidates->table == NULL) {
        return false;
    }
    candidates->distinct = true;
    for (size_t i = 0; i < candidates->given_count; i++) {
        struct candidate_entry *entry = entry_of(candidates, &candidates->given[i].id);
        if (entry->used) {
            candidates->distinct = false;
        } else {
            *entry = (struct candidate_entry){.used = true, .place = i, .id = candidates->given[i].id};
        }
    }
    return true;
}

bool candidates_find(struct candidates *candidates, cclb_uuid id, size_t *place)
{
    if (!candidates->distinct && candidates->table == NULL && !make_table(candidates)) {
        return false;
    }
    size_t guess = candidates->next;
    if (candidates->distinct && guess < candidates->given_count && same(&candidates->given[guess].id, &id)) {
        candidates->next = guess + 1;
        *place = guess;
        return true;
    }
    if (candidates->table == NULL && !make_table(candidates)) {
        return false;
    }
    const struct candidate_entry *entry = entry_of(candidates, &id);
    *place = entry->used ? entry->place : CCLB_NO_CANDIDATE;
    if (*place != CCLB_NO_CANDIDATE) {
        candidates->next = *place + 1;
    }
    return true;
}

bool candidates_keep(struct candidates *candidates, cclb_uuid id, size_t *place, bool *repeated)
{
    if (!candidates_find(candidates, id, place)) {
        return false;
    }
    if (*place != CCLB_NO_CANDIDATE) {
        *repeated = candidates->kept[*place];
        candidates->kept[*place] = true;
        return true;
    }
    struct candidate_entry *entry = entry_of(candidates, &id);
    *repeated = entry->used && entry->kept;
    *entry = (struct candidate_entry){.used = true, .kept = true, .place = CCLB_NO_CANDIDATE, .id = id};
    return true;
}
