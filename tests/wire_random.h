/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_random.h - messages nobody thought of, and damage done to archives; the same in every run.
 */
#ifndef TESTS_WIRE_RANDOM_H
#define TESTS_WIRE_RANDOM_H

#include "slow_bytes.h"
#include "slow_schema.h"

/*
 * splitmix64: every seed is a good one. With choices, bytes that somebody else made up, those decide instead: as many of
 * them as a number may need, and where they have run out every number is 0.
 */
struct wire_random {
    uint64_t state;
    const uint8_t *choices; /* NULL: chance decides */
    size_t choices_left;
};

uint64_t wire_random_next(struct wire_random *random);

/* 0 to limit - 1; limit is not 0. */
size_t wire_random_below(struct wire_random *random, size_t limit);

/* Appends the value form of a random message of the type: every variant, tag, number and character may turn up. */
void wire_random_value(struct wire_random *random, const struct slow_type *type, int form, struct slow_buffer *value);

/*
 * Damages the archive once, in one of the ways that tell a careful reader from a careless one; most of them are aimed
 * at boxes and tags. `other` is any archive to take pieces from.
 */
void wire_random_damage(struct wire_random *random, struct slow_buffer *archive, const uint8_t *other,
                        size_t other_len);

#endif
