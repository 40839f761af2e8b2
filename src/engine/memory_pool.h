/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_pool.h - linear memories for sandboxes whose bounds are checked in their code (docs/adr/0013-memories.md).
 *
 * Memories come in classes by the size of the request that they are for. All of them lie in one mapping and never move.
 * Taking and giving is a compare-and-swap each; no lock, no allocation, and no system call but to clean. Any thread.
 */
#ifndef ENGINE_MEMORY_POOL_H
#define ENGINE_MEMORY_POOL_H

#include "cclb/allocator.h"
#include "engine/memory_budget.h"
#include "engine/memory_clean.h"

struct memory_pool;   /* SHARED */
struct pooled_memory; /* taken: CONFINED to who runs the instance */

/* Address space that a pool sets aside. */
uint64_t memory_pool_address_space(const struct memory_budget *budget, uint64_t memory_max_bytes);

/*
 * Makes a pool of memories of at most memory_max_bytes each, a multiple of a page. NULL, with errno set, where the
 * machine does not give what it needs. The allocator must outlive it.
 */
struct memory_pool *memory_pool_create(const struct memory_budget *budget, uint64_t memory_max_bytes, cclb_reset reset,
                                       const cclb_allocator *allocator);

/* Every memory must have been given back; NULL is fine. */
void memory_pool_destroy(struct memory_pool *pool);

/*
 * A memory of `bytes` zeroed bytes for a request of request_bytes: of the smallest class that is for such, else of
 * whatever class has one. NULL if as many are taken as the smallest class has, or the kernel gives no memory.
 */
struct pooled_memory *memory_pool_take(struct memory_pool *pool, uint64_t bytes, uint64_t request_bytes);

/* Where it begins. */
uint8_t *pooled_memory_base(const struct pooled_memory *memory);

/* What it is meant for. */
const struct memory_class *pooled_memory_class(const struct pooled_memory *memory);

/* Makes it larger, with zeros; false if it cannot be. */
bool pooled_memory_grow(struct pooled_memory *memory, uint64_t bytes);

/* Cleans it and gives it back. */
void pooled_memory_give(struct pooled_memory *memory);

/* How many are taken at this moment. */
uint32_t memory_pool_taken(const struct memory_pool *pool);

#endif
