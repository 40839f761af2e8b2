/* SPDX-License-Identifier: Apache-2.0 */
/* store_buffer.h - the stores of one modelled thread that others do not see yet: a queue. */
#ifndef TESTS_STORE_BUFFER_H
#define TESTS_STORE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_BUFFER_MAX = 64 };

struct store {
    uintptr_t at;
    size_t size;
    uint64_t value;
    bool unlocks;    /* a mutex */
    uint32_t issued; /* how many steps there were */
    const char *where;
};

/* Zeroed: empty. */
struct store_buffer {
    struct store store[STORE_BUFFER_MAX];
    size_t first;
    size_t end;
};

/* The oldest store, or NULL. */
const struct store *store_buffer_oldest(const struct store_buffer *buffer);

/* The newest store to exactly this place, or NULL. */
const struct store *store_buffer_find(const struct store_buffer *buffer, uintptr_t at, size_t size);

/* Whether a store touches any of these bytes. */
bool store_buffer_touches(const struct store_buffer *buffer, uintptr_t at, size_t size);

/* Adds a store as the newest; false if there is no room. */
bool store_buffer_add(struct store_buffer *buffer, struct store store);

/* Whether two runs of bytes have one in common. */
static inline bool bytes_overlap(uintptr_t a, size_t a_size, uintptr_t b, size_t b_size)
{
    return a < b + b_size && b < a + a_size;
}

#endif
