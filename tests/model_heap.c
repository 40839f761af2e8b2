/* SPDX-License-Identifier: Apache-2.0 */
/* model_heap.c - every grain of memory knows the block that it belongs to. */

#include "model_heap.h"

#include <stdlib.h>
#include <string.h>

enum { HEAP_SIZE = 32 * 1024, BLOCKS_MAX = 512, GRAIN = 16, HEAPS_MAX = 8 };

struct block {
    uintptr_t at;
    size_t size;
    bool freed;
};

struct model_heap {
    uint8_t *memory;
    size_t heaps;
    size_t used[HEAPS_MAX];
    size_t blocks;
    struct block block[BLOCKS_MAX];
    uint16_t owner[HEAPS_MAX * HEAP_SIZE / GRAIN]; /* 1 + the index of a block; 0: none */
};

struct model_heap *model_heap_create(size_t heaps)
{
    struct model_heap *heap = heaps <= HEAPS_MAX ? calloc(1, sizeof *heap) : NULL;
    if (heap == NULL) {
        return NULL;
    }
    heap->heaps = heaps;
    heap->memory = aligned_alloc(4096, heaps * HEAP_SIZE);
    if (heap->memory == NULL) {
        free(heap);
        return NULL;
    }
    return heap;
}

void model_heap_destroy(struct model_heap *heap)
{
    if (heap) {
        free(heap->memory);
        free(heap);
    }
}

void model_heap_reset(struct model_heap *heap)
{
    for (size_t i = 0; i < heap->heaps; i++) {
        memset(heap->owner + i * HEAP_SIZE / GRAIN, 0, heap->used[i] / GRAIN * sizeof *heap->owner);
        heap->used[i] = 0;
    }
    heap->blocks = 0;
}

void *model_heap_allocate(struct model_heap *heap, size_t index, size_t size)
{
    size_t grains = (size + GRAIN - 1) / GRAIN;
    size_t at = heap->used[index];
    if (at + (grains + 1) * GRAIN > HEAP_SIZE || heap->blocks == BLOCKS_MAX) {
        return NULL;
    }
    heap->used[index] += (grains + 1) * GRAIN; /* one grain between two blocks belongs to nobody */
    uint8_t *memory = heap->memory + index * HEAP_SIZE + at;
    heap->block[heap->blocks++] = (struct block){.at = (uintptr_t)memory, .size = size};
    for (size_t i = 0; i < grains; i++) {
        heap->owner[(index * HEAP_SIZE + at) / GRAIN + i] = (uint16_t)heap->blocks;
    }
    return memory;
}

/* The index of the block that an address of a heap belongs to, plus one; 0: none. */
static uint16_t owner_of(const struct model_heap *heap, uintptr_t at)
{
    return heap->owner[(at - (uintptr_t)heap->memory) / GRAIN];
}

static bool is_inside(const struct model_heap *heap, uintptr_t at)
{
    return at - (uintptr_t)heap->memory < heap->heaps * HEAP_SIZE;
}

bool model_heap_free(struct model_heap *heap, const void *memory, size_t size)
{
    uintptr_t at = (uintptr_t)memory;
    uint16_t owner = is_inside(heap, at) ? owner_of(heap, at) : 0;
    if (owner == 0 || heap->block[owner - 1].at != at || heap->block[owner - 1].size != size) {
        return false;
    }
    heap->block[owner - 1].freed = true;
    return true;
}

const char *model_heap_problem(const struct model_heap *heap, uintptr_t at, size_t size)
{
    if (!is_inside(heap, at)) {
        return NULL;
    }
    uint16_t owner = owner_of(heap, at);
    const struct block *block = owner ? &heap->block[owner - 1] : NULL;
    if (block == NULL || at + size > block->at + block->size) {
        return "use of memory that was never allocated";
    }
    return block->freed ? "use after free" : NULL;
}

size_t model_heap_live(const struct model_heap *heap)
{
    size_t live = 0;
    for (size_t i = 0; i < heap->blocks; i++) {
        live += !heap->block[i].freed;
    }
    return live;
}
