/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_heap.h - memory for modelled programs, which knows what was freed.
 *
 * Each thread has a heap of its own, so that addresses do not depend on the order of steps. Nothing is given out twice
 * until all is reset.
 */
#ifndef TESTS_MODEL_HEAP_H
#define TESTS_MODEL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model_heap;

/* `heaps` heaps; NULL if there is no memory. */
struct model_heap *model_heap_create(size_t heaps);
void model_heap_destroy(struct model_heap *heap);

/* Takes everything back. */
void model_heap_reset(struct model_heap *heap);

/* Memory of heap `index`; NULL if it is used up. */
void *model_heap_allocate(struct model_heap *heap, size_t index, size_t size);

/* Marks it as freed; false if it is not what was allocated. */
bool model_heap_free(struct model_heap *heap, const void *memory, size_t size);

/* What is wrong with an access; NULL if nothing is, or the address belongs to no heap. */
const char *model_heap_problem(const struct model_heap *heap, uintptr_t at, size_t size);

/* How many pieces are allocated and not freed. */
size_t model_heap_live(const struct model_heap *heap);

#endif
