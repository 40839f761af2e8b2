/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_cache.h - compiled modules, one copy for each content (rule R23, for one runtime).
 *
 * Whoever asks for bytes that are compiled already, or being compiled on another thread, gets that copy. Code in use is
 * never dropped. Idle code stays for the next who asks, within the bounds of the cache; beyond them the least recently
 * used goes first.
 */
#ifndef ADMISSION_CODE_CACHE_H
#define ADMISSION_CODE_CACHE_H

#include "base/allocate.h"
#include "base/rust_hash.h"
#include "cclb/error.h"
#include "engine/engine.h"
#include "metrics/metrics.h"

#include <pthread.h>

enum { CODE_CACHE_ENTRIES_MAX = 64, CODE_CACHE_BYTES_MAX = 48 << 20 };

/* One compiled module, shared by its users. */
struct code;

struct code_cache_usage {
    uint64_t entries;
    uint64_t bytes;
};

/* SHARED. */
struct code_cache {
    struct engine *engine;
    struct metrics *metrics; /* where hits, misses and evictions are counted (rule R73); NULL: nowhere */
    const cclb_allocator *allocator;
    pthread_mutex_t mutex;
    pthread_cond_t compiled; /* some code's compilation has ended */
    struct code *newest;     /* in the order of their last use */
    struct code *oldest;
    struct code_cache_usage usage;
};

/* All that it is given must outlive it; metrics may be NULL. */
void code_cache_init(struct code_cache *cache, struct engine *engine, struct metrics *metrics,
                     const cclb_allocator *allocator);

/* All code must have been given back. */
void code_cache_deinit(struct code_cache *cache);

/*
 * The compiled form of `wasm`, whose BLAKE3 is `digest`; give it back with code_return. *compile_ns, by `clock`, is 0 if
 * it was there. Blocks while it compiles, here or on another thread. CCLB_COMPILE, CCLB_INSTANTIATE (linking), both with
 * the engine's words; CCLB_NO_MEMORY.
 */
cclb_status code_lease(struct code_cache *cache, cclb_bytes wasm, const uint8_t digest[BLAKE3_SIZE],
                       const cclb_clock *clock, struct code **code, uint64_t *compile_ns, cclb_error *error);

/* Gives it back; NULL is fine. Never blocks for long. */
void code_return(struct code_cache *cache, struct code *code);

/* The module in it; alive until it is given back. */
const struct engine_module *code_module(const struct code *code);

struct code_cache_usage code_cache_usage(struct code_cache *cache);

#endif
