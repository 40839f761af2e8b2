/* SPDX-License-Identifier: Apache-2.0 */
/* shares.c - a short list, asked only when a call has failed. */

#include "capsule/shares.h"

#include <string.h>

/* Where the share of `owner` is, or will be. */
static uint32_t place_of(const struct shares *shares, const uint8_t owner[BLAKE3_SIZE])
{
    for (uint32_t i = 0; i < shares->known; i++) {
        if (memcmp(shares->share[i].owner, owner, BLAKE3_SIZE) == 0) {
            return i;
        }
    }
    return shares->known < SHARES_KNOWN ? shares->known : SHARES_KNOWN - 1;
}

bool shares_left(const struct shares *shares, const uint8_t owner[BLAKE3_SIZE])
{
    uint64_t own = shares->share[place_of(shares, owner)].taken;
    uint64_t untaken = (uint64_t)shares->most - shares->taken;
    return untaken > 0 && own < (untaken + own + 1) / 2;
}

uint32_t shares_take(struct shares *shares, const uint8_t owner[BLAKE3_SIZE])
{
    if (!shares_left(shares, owner)) {
        return 0;
    }
    uint32_t place = place_of(shares, owner);
    if (place == shares->known) {
        memcpy(shares->share[place].owner, owner, BLAKE3_SIZE);
        shares->known++;
    }
    shares->share[place].taken++;
    return ++shares->taken;
}
