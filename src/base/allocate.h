/* SPDX-License-Identifier: Apache-2.0 */
/* allocate.h - memory from the host's allocator. */
#ifndef BASE_ALLOCATE_H
#define BASE_ALLOCATE_H

#include "cclb/allocator.h"

/* The same allocator with malloc and free filled in where it was zeroed. */
cclb_allocator allocator_or_default(cclb_allocator allocator);

/* Zeroed memory for an object of `size` > 0 bytes, or NULL. */
void *allocate(const cclb_allocator *allocator, size_t size);

/* Gives back what allocate() gave, with the same size; NULL is fine. */
void release(const cclb_allocator *allocator, void *memory, size_t size);

#endif
