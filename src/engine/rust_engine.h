/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rust_engine.h - what the engine's C API cannot reach (rust/src/engine.rs, exports.rs, fault.rs, memory.rs). For
 * wasmtime_*.c alone.
 */
#ifndef ENGINE_RUST_ENGINE_H
#define ENGINE_RUST_ENGINE_H

#include "cclb/bytes.h"
#include "engine/engine.h"

#include <wasmtime.h>

/* Where linear memories come from. Every function may be called from any thread. */
struct rust_memory_source {
    void *context;
    uint64_t capacity; /* of each, in bytes */
    /* A memory of `bytes` zeroed bytes, *base where it begins; it never moves. NULL: there is none. */
    void *(*take)(void *context, uint64_t bytes, uint8_t **base);
    /* Makes it larger, up to the capacity, with zeros; false if that cannot be. */
    bool (*grow)(void *memory, uint64_t bytes);
    /* Ends the use of it. */
    void (*give)(void *memory);
};

struct rust_engine_settings {
    uint64_t memory_max_bytes;         /* largest memory of one instance */
    uint64_t memory_reservation_bytes; /* address space set aside for each memory */
    uint64_t memory_guard_bytes;       /* unmapped space behind it */
    uint64_t memory_keep_bytes;        /* of each pooled memory, kept resident between calls */
    uint64_t table_keep_bytes;         /* of each pooled table, kept resident between calls */
    uint64_t stack_max_bytes;          /* stack for guest code */
    uint32_t table_elements_max;       /* of one table */
    uint32_t tables_max;               /* of one module */
    uint32_t pool_instances;           /* 0: no pool, allocation on demand */
    bool signals;                      /* traps by signal handlers and guard pages; else by checks in the code */
    bool pagemap_scan;                 /* find dirty pages with the kernel's PAGEMAP_SCAN */
    bool fuel;                         /* count fuel */
    const struct rust_memory_source *memories; /* copied; without a pool and signals. NULL: the engine's own */
};

struct rust_pool_usage {
    uint64_t instances;
    uint64_t memories;
    uint64_t unused_resident_bytes;
};

enum rust_fault { RUST_FAULT_OTHER, RUST_FAULT_POOL_LIMIT };

/* An engine, or NULL and a message, cut to fit, in message[capacity]. Free it with wasm_engine_delete. */
wasm_engine_t *rust_engine_create(const struct rust_engine_settings *settings, char *message, size_t capacity);

/* Whether this kernel has PAGEMAP_SCAN (6.7 and later). */
bool rust_pagemap_scan_available(void);

/* How much of the pool is in use; false, and *usage alone, without a pool. */
bool rust_engine_pool_usage(const wasm_engine_t *engine, struct rust_pool_usage *usage);

/* What a module exports under a name. The numbers are those of the enum in rust/src/exports.rs. */
_Static_assert(ENGINE_EXPORT_NONE == 0 && ENGINE_EXPORT_MEMORY == 1 && ENGINE_EXPORT_ALLOC == 2 &&
                   ENGINE_EXPORT_FREE == 3 && ENGINE_EXPORT_HOOK == 4 && ENGINE_EXPORT_OTHER == 5,
               "numbers that Rust knows too");
enum engine_export rust_export_kind(const wasmtime_module_t *module, cclb_bytes name);

/* What a module exports under some names; immutable. */
struct rust_exports;

/* Looks up `count` names in a module; what is missing stays without a place. Free it with rust_exports_delete. */
struct rust_exports *rust_exports_new(const wasmtime_module_t *module, const cclb_bytes *names, size_t count);

/* Frees them; NULL is fine. */
void rust_exports_delete(struct rust_exports *exports);

/* The export at `place` among the names, of an instance of that module; false, and *item alone, if there is none. */
bool rust_exports_get(const struct rust_exports *exports, size_t place, wasmtime_context_t *context,
                      const wasmtime_instance_t *instance, wasmtime_extern_t *item);

/* Frees `error`, writes its text, cut to fit, into message[capacity], and says what kind it was. */
enum rust_fault rust_fault_take(wasmtime_error_t *error, char *message, size_t capacity);

#endif
