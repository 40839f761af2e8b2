/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - see tally.h. */

#include "tally.h"

static const cclb_status statuses[TALLY_STATUSES] = {
#define STATUS(NAME, number, name, what) [TALLY_##NAME] = CCLB_##NAME,
#include "cclb/status.def"
#undef STATUS
};

cclb_status tally_status(enum tally_status place)
{
    return statuses[place];
}

void tally_note(struct tally *tally, cclb_status status, const cclb_error *error)
{
    tally->calls++;
    if (status == CCLB_OK) {
        return;
    }
    if (tally->failed++ == 0) {
        tally->first = *error;
    }
    for (enum tally_status i = 0; i < TALLY_STATUSES; i++) {
        tally->by_status[i] += statuses[i] == status;
    }
}

void tally_add(struct tally *tally, const struct tally *more)
{
    if (tally->failed == 0 && more->failed > 0) {
        tally->first = more->first;
    }
    tally->calls += more->calls;
    tally->failed += more->failed;
    for (enum tally_status i = 0; i < TALLY_STATUSES; i++) {
        tally->by_status[i] += more->by_status[i];
    }
}
