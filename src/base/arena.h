/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - memory that is given back all at once.
 *
 * Reset instead of deinit'ed it keeps a block, so that who uses one again and again asks the allocator for nothing.
 * Thread class: HANDOFF.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "cclb/allocator.h"

struct arena_block;

enum { ARENA_KEPT_BYTES = 64 << 10 };

/* A zeroed arena is empty and may be deinit'ed. */
struct arena {
    const cclb_allocator *allocator;
    struct arena_block *blocks; /* newest first */
    size_t used;                /* of the newest block */
    bool reused;                /* what lies in the blocks is not zero */
};

/* Starts an empty arena; the allocator must outlive it. Allocates nothing. */
void arena_init(struct arena *arena, const cclb_allocator *allocator);

/* Gives back everything that came from it. */
void arena_deinit(struct arena *arena);

/* The same, but for one block of at most ARENA_KEPT_BYTES, which it keeps for what comes next. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes, aligned for any object, alive until arena_deinit; NULL if there is no memory. size may be 0. */
void *arena_alloc(struct arena *arena, size_t size);

/* An array of `count` zeroed elements; NULL if there is no memory or the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t element_size);

/* The same, but nothing is zeroed: for what is written before it is read. */
void *arena_array_unset(struct arena *arena, size_t count, size_t element_size);

/* A copy of bytes; false if there is no memory. An empty run gives an empty run with a pointer that is not NULL. */
bool arena_copy(struct arena *arena, cclb_bytes bytes, cclb_bytes *copy);

#endif
