/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_cache.c - a list in the order of last use, under one mutex that is never held while something compiles.
 *
 * There are at most some dozens of entries and a look-up happens once for each registration, so the list is searched
 * from its newest end. Code that is being compiled stands in the list already; those who want it wait, and share its
 * fault if it has one.
 */

#include "admission/code_cache.h"

#include "base/clock.h"
#include "base/error.h"

enum code_state { CODE_COMPILING, CODE_READY, CODE_FAILED };

struct code {
    struct code *newer;
    struct code *older;
    uint8_t digest[BLAKE3_SIZE];
    enum code_state state;
    uint64_t users; /* including those who wait */
    struct engine_module *module;
    size_t size;
    struct engine_fault fault; /* of CODE_FAILED */
};

void code_cache_init(struct code_cache *cache, struct engine *engine, struct metrics *metrics,
                     const cclb_allocator *allocator)
{
    *cache = (struct code_cache){.engine = engine, .metrics = metrics, .allocator = allocator};
    pthread_mutex_init(&cache->mutex, NULL);
    pthread_cond_init(&cache->compiled, NULL);
}

static void count(const struct code_cache *cache, enum metrics_cache event)
{
    if (cache->metrics) {
        metrics_count_cache(cache->metrics, 0, event);
    }
}

static void list_remove(struct code_cache *cache, struct code *code)
{
    *(code->newer ? &code->newer->older : &cache->newest) = code->older;
    *(code->older ? &code->older->newer : &cache->oldest) = code->newer;
}

static void list_add(struct code_cache *cache, struct code *code)
{
    code->newer = NULL;
    code->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = code;
    cache->newest = code;
}

/* With the mutex held; nobody uses it. */
static void drop(struct code_cache *cache, struct code *code)
{
    list_remove(cache, code);
    cache->usage.entries--;
    cache->usage.bytes -= code->size;
    engine_module_destroy(code->module);
    release(cache->allocator, code, sizeof *code);
}

/* With the mutex held: brings the idle code back within the bounds. */
static void trim(struct code_cache *cache)
{
    struct code *code = cache->oldest;
    while (code && (cache->usage.entries > CODE_CACHE_ENTRIES_MAX || cache->usage.bytes > CODE_CACHE_BYTES_MAX)) {
        struct code *newer = code->newer;
        if (code->users == 0) {
            drop(cache, code);
            count(cache, METRICS_CACHE_EVICTION);
        }
        code = newer;
    }
}

void code_cache_deinit(struct code_cache *cache)
{
    while (cache->oldest) {
        drop(cache, cache->oldest);
    }
    pthread_cond_destroy(&cache->compiled);
    pthread_mutex_destroy(&cache->mutex);
}

static struct code *find(const struct code_cache *cache, const uint8_t digest[BLAKE3_SIZE])
{
    struct code *code = cache->newest;
    while (code && memcmp(code->digest, digest, BLAKE3_SIZE) != 0) {
        code = code->older;
    }
    return code;
}

/* With the mutex held: one user less. Failed code goes with its last one. */
static void unuse(struct code_cache *cache, struct code *code)
{
    code->users--;
    if (code->users == 0 && code->state == CODE_FAILED) {
        drop(cache, code);
    } else {
        trim(cache);
    }
}

static cclb_status report(const struct engine_fault *fault, cclb_error *error)
{
    struct error_text words;
    const char *text = error_text(&words, cclb_text(fault->text));
    switch (fault->status) {
    case CCLB_NO_MEMORY:
        return error_set(error, CCLB_NO_MEMORY, 0, CCLB_PHASE_COMPILE, "%s", text);
    case CCLB_INSTANTIATE:
        return error_set(error, CCLB_INSTANTIATE, 22, CCLB_PHASE_COMPILE, "failed to instantiate module: %s", text);
    default:
        return error_set(error, CCLB_COMPILE, 22, CCLB_PHASE_COMPILE, "failed to compile wasm module: %s", text);
    }
}

/* With the mutex held, which is given up meanwhile. */
static void compile(struct code_cache *cache, struct code *code, cclb_bytes wasm)
{
    struct engine_module *module = NULL;
    struct engine_fault fault;
    pthread_mutex_unlock(&cache->mutex);
    cclb_status status = engine_compile(cache->engine, wasm, &module, &fault);
    pthread_mutex_lock(&cache->mutex);
    if (status == CCLB_OK) {
        code->state = CODE_READY;
        code->module = module;
        code->size = engine_module_size(module);
        cache->usage.bytes += code->size;
    } else {
        code->state = CODE_FAILED;
        code->fault = fault;
    }
    pthread_cond_broadcast(&cache->compiled);
}

cclb_status code_lease(struct code_cache *cache, cclb_bytes wasm, const uint8_t digest[BLAKE3_SIZE],
                       const cclb_clock *clock, struct code **wanted, uint64_t *compile_ns, cclb_error *error)
{
    uint64_t took_ns = 0;
    pthread_mutex_lock(&cache->mutex);
    struct code *code = find(cache, digest);
    if (code) {
        count(cache, METRICS_CACHE_HIT);
        code->users++;
        list_remove(cache, code);
        list_add(cache, code);
        while (code->state == CODE_COMPILING) {
            pthread_cond_wait(&cache->compiled, &cache->mutex);
        }
    } else {
        code = allocate(cache->allocator, sizeof *code);
        if (code == NULL) {
            pthread_mutex_unlock(&cache->mutex);
            return error_no_memory(error, sizeof *code);
        }
        memcpy(code->digest, digest, BLAKE3_SIZE);
        code->users = 1;
        list_add(cache, code);
        cache->usage.entries++;
        count(cache, METRICS_CACHE_MISS);
        uint64_t start_ns = clock_now_ns(clock);
        compile(cache, code, wasm);
        took_ns = clock_since(start_ns, clock_now_ns(clock));
        took_ns = took_ns > 0 ? took_ns : 1; /* 0 says that it was there */
        trim(cache);
    }
    cclb_status status = CCLB_OK;
    if (code->state == CODE_FAILED) {
        status = report(&code->fault, error);
        unuse(cache, code);
    } else {
        *wanted = code;
        *compile_ns = took_ns;
    }
    pthread_mutex_unlock(&cache->mutex);
    return status;
}

void code_return(struct code_cache *cache, struct code *code)
{
    if (code) {
        pthread_mutex_lock(&cache->mutex);
        unuse(cache, code);
        pthread_mutex_unlock(&cache->mutex);
    }
}

const struct engine_module *code_module(const struct code *code)
{
    return code->module;
}

struct code_cache_usage code_cache_usage(struct code_cache *cache)
{
    pthread_mutex_lock(&cache->mutex);
    struct code_cache_usage usage = cache->usage;
    pthread_mutex_unlock(&cache->mutex);
    return usage;
}
