/* SPDX-License-Identifier: Apache-2.0 */
/* heap.c - a counter in front of the heap; a thread counts for itself, so that counting makes no threads meet. */

#include "heap.h"

#include <stdatomic.h>
#include <stdlib.h>

static _Thread_local uint64_t requests;

/* The linker's names: __real_X is the X that was asked for, __wrap_X is who gets the call. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    requests++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    requests++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    requests++;
    return __real_realloc(memory, size);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    requests++;
    return __real_posix_memalign(memory, alignment, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    requests++;
    return __real_aligned_alloc(alignment, size);
}

uint64_t heap_requests(void)
{
    return requests;
}

static void *allocate(void *context, size_t size)
{
    _Atomic uint64_t *count = context;
    atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
    return malloc(size);
}

static void release(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

cclb_allocator heap_counting_allocator(_Atomic uint64_t *count)
{
    return (cclb_allocator){.allocate = allocate, .release = release, .context = count};
}
