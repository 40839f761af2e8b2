/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - blocks in a list, each at least twice the last one's size up to a limit. */

#include "base/arena.h"

#include "base/allocate.h"

#include <stdalign.h>

enum { FIRST_BLOCK = 1024, LARGEST_STEP = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t capacity;
    alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *arena, const cclb_allocator *allocator)
{
    *arena = (struct arena){.allocator = allocator};
}

void arena_deinit(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block) {
        struct arena_block *next = block->next;
        release(arena->allocator, block, sizeof *block + block->capacity);
        block = next;
    }
    arena->blocks = NULL;
    arena->used = 0;
    arena->reused = false;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL;
    struct arena_block *block = arena->blocks;
    while (block) {
        struct arena_block *next = block->next;
        /* The newest is the largest, but for those that were made to fit. */
        if (kept == NULL && block->capacity <= ARENA_KEPT_BYTES) {
            kept = block;
            kept->next = NULL;
        } else {
            release(arena->allocator, block, sizeof *block + block->capacity);
        }
        block = next;
    }
    arena->blocks = kept;
    arena->used = 0;
    arena->reused = true;
}

/* As arena_alloc(), of any content. */
static void *take(struct arena *arena, size_t *wanted)
{
    size_t size = *wanted;
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size = size == 0 ? align : (size + align - 1) & ~(align - 1);
    if (arena->blocks == NULL || arena->blocks->capacity - arena->used < size) {
        size_t capacity = arena->blocks ? arena->blocks->capacity * 2 : FIRST_BLOCK;
        if (capacity > LARGEST_STEP) {
            capacity = LARGEST_STEP;
        }
        if (capacity < size) {
            capacity = size;
        }
        struct arena_block *block = allocate(arena->allocator, sizeof *block + capacity);
        if (block == NULL) {
            return NULL;
        }
        block->next = arena->blocks;
        block->capacity = capacity;
        arena->blocks = block;
        arena->used = 0;
    }
    void *memory = arena->blocks->bytes + arena->used;
    arena->used += size;
    *wanted = size;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *memory = take(arena, &size);
    return memory && arena->reused ? memset(memory, 0, size) : memory;
}

void *arena_array(struct arena *arena, size_t count, size_t element_size)
{
    size_t size;
    if (__builtin_mul_overflow(count, element_size, &size)) {
        return NULL;
    }
    return arena_alloc(arena, size);
}

void *arena_array_unset(struct arena *arena, size_t count, size_t element_size)
{
    size_t size;
    return __builtin_mul_overflow(count, element_size, &size) ? NULL : take(arena, &size);
}

bool arena_copy(struct arena *arena, cclb_bytes bytes, cclb_bytes *copy)
{
    uint8_t *memory = arena_array_unset(arena, bytes.len, 1);
    if (memory == NULL) {
        return false;
    }
    if (bytes.len > 0) {
        memcpy(memory, bytes.data, bytes.len);
    }
    *copy = cclb_bytes_of(memory, bytes.len);
    return true;
}
