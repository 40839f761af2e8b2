/* SPDX-License-Identifier: Apache-2.0 */
/* counting_allocator.c - each block keeps its size in front of it. */

#include "counting_allocator.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

struct block {
    alignas(max_align_t) size_t size;
};

static void *counted_allocate(void *context, size_t size)
{
    struct counting_allocator *counts = context;
    if (atomic_fetch_add(&counts->calls, 1) + 1 == counts->fail_at) {
        return NULL;
    }
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    atomic_fetch_add(&counts->live, 1);
    atomic_fetch_add(&counts->live_bytes, size);
    return block + 1;
}

static void counted_release(void *context, void *memory, size_t size)
{
    struct counting_allocator *counts = context;
    struct block *block = (struct block *)memory - 1;
    if (block->size != size) {
        fprintf(stderr, "released %zu bytes of a block of %zu\n", size, block->size);
        abort();
    }
    atomic_fetch_sub(&counts->live, 1);
    atomic_fetch_sub(&counts->live_bytes, size);
    free(block);
}

cclb_allocator counting_allocator(struct counting_allocator *counts)
{
    return (cclb_allocator){.allocate = counted_allocate, .release = counted_release, .context = counts};
}
