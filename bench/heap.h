/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heap.h - how often this thread asked the heap for memory.
 *
 * The linker leads every malloc of this program here, the engine's included (CMakeLists.txt: --wrap); what shared
 * libraries ask for is not seen.
 */
#ifndef BENCH_HEAP_H
#define BENCH_HEAP_H

#include "cclb/allocator.h"

/* Requests of the calling thread so far: malloc, calloc, realloc, aligned ones. */
uint64_t heap_requests(void);

/* An allocator for a runtime that counts in *requests what the runtime asks for itself, without the engine. */
cclb_allocator heap_counting_allocator(_Atomic uint64_t *requests);

#endif
