/* SPDX-License-Identifier: Apache-2.0 */
/* allocate.c - the host's allocator, or malloc. */

#include "base/allocate.h"

#include <stdlib.h>

static void *malloc_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void malloc_release(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

cclb_allocator allocator_or_default(cclb_allocator allocator)
{
    if (allocator.allocate == NULL) {
        allocator = (cclb_allocator){.allocate = malloc_allocate, .release = malloc_release};
    }
    return allocator;
}

void *allocate(const cclb_allocator *allocator, size_t size)
{
    void *memory = allocator->allocate(allocator->context, size);
    if (memory) {
        memset(memory, 0, size);
    }
    return memory;
}

void release(const cclb_allocator *allocator, void *memory, size_t size)
{
    if (memory) {
        allocator->release(allocator->context, memory, size);
    }
}
