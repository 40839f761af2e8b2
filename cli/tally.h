/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h - how many calls there were, and what those that failed came to. */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "cclb/error.h"

/* Every status, in the order of their table. */
enum tally_status {
#define STATUS(NAME, number, name, what) TALLY_##NAME,
#include "cclb/status.def"
#undef STATUS
    TALLY_STATUSES
};

/* Zeroed: no calls. */
struct tally {
    uint64_t calls;
    uint64_t failed;
    uint64_t by_status[TALLY_STATUSES];
    cclb_error first; /* of those that failed */
};

/* The status at one place of by_status. */
cclb_status tally_status(enum tally_status place);

/* Counts a call; *error is looked at only if it failed. */
void tally_note(struct tally *tally, cclb_status status, const cclb_error *error);

/* Counts all calls of `more` as well, as later ones. */
void tally_add(struct tally *tally, const struct tally *more);

#endif
