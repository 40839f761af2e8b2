/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidates.h - which candidate of a request an id names (rule R89).
 *
 * A plugin mostly answers in the order that it was asked in, and then this costs one comparison. Otherwise ids are found
 * by a hash that it cannot foresee, in time that does not grow with their number. A candidate that was given twice is
 * the first of the two, whatever the order.
 */
#ifndef HOOKS_CANDIDATES_H
#define HOOKS_CANDIDATES_H

#include "base/arena.h"
#include "cclb/filter.h"
#include "slots/key.h"

struct candidate_entry;

/* CONFINED. */
struct candidates {
    const cclb_candidate *given;
    size_t given_count;
    size_t ids_max; /* that may be asked for, beside the given ones */
    size_t next;    /* where an answer in order goes on */
    bool distinct;  /* no id was given twice, as far as is known: then that place may be guessed */
    bool *kept;     /* of each given one */
    const struct key_seed *seed;
    struct arena *arena;
    struct candidate_entry *table; /* made by the first id that is out of order, or where ids are not known to be distinct */
    size_t mask;
};

/* `ids_max`: how many ids the answer has. false: no memory. */
bool candidates_init(struct candidates *candidates, const cclb_request *request, size_t ids_max,
                     const struct key_seed *seed, struct arena *arena);

/* The place of an id's candidate, or CCLB_NO_CANDIDATE, in *place. false: no memory. */
bool candidates_find(struct candidates *candidates, cclb_uuid id, size_t *place);

/* The same for an id that is kept; *repeated: it was before. */
bool candidates_keep(struct candidates *candidates, cclb_uuid id, size_t *place, bool *repeated);

#endif
