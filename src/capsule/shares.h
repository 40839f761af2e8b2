/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shares.h - who gets how many of a runtime's capsules: a module in a slot, with one of its hooks, half of those that
 * others have not taken. So whoever fails again and again leaves room for the fault that nobody has seen, and to register
 * the same module again brings it no more.
 *
 * Not for several threads at a time.
 */
#ifndef CAPSULE_SHARES_H
#define CAPSULE_SHARES_H

#include "base/rust_hash.h"

#include <stdbool.h>

/* So many are told apart; those that come later have one share together. */
enum { SHARES_KNOWN = 64 };

struct share {
    uint8_t owner[BLAKE3_SIZE];
    uint32_t taken; /* not 0 */
};

struct shares {
    uint32_t most; /* of all together */
    uint32_t taken;
    uint32_t known;
    struct share share[SHARES_KNOWN];
};

/* Whether there is one more for `owner`, a hash that stands for slot, module and hook. */
bool shares_left(const struct shares *shares, const uint8_t owner[BLAKE3_SIZE]);

/* Takes one: which of all it is, from 1; 0 if there is none left for `owner`. */
uint32_t shares_take(struct shares *shares, const uint8_t owner[BLAKE3_SIZE]);

#endif
