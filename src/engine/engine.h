/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - the seam behind which the WebAssembly engine stands.
 *
 * Everything above talks to a guest through these functions. wasmtime_engine.c, wasmtime_module.c and wasmtime_call.c
 * implement them with the real engine and alone include its headers; fake.c implements them with scripted answers,
 * faults and delays, so that sweeps, the thread sanitizer and valgrind can go everywhere. A program links one of the two.
 *
 * Faults are reported in a struct engine_fault: what happened, without the place and the rule, which the caller knows.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "cclb/allocator.h"
#include "cclb/error.h"
#include "cclb/isolation.h"
#include "engine/memory_budget.h"

#include <stdalign.h>

struct engine;        /* one configured engine and its pool; SHARED */
struct engine_module; /* one compiled module; immutable, SHARED */

enum { ENGINE_INSTANCE_SIZE = 192, ENGINE_TEXT_SIZE = 384 };

/* One instance, in the caller's storage; HANDOFF. Zeroed: no instance. */
struct engine_instance {
    alignas(16) unsigned char storage[ENGINE_INSTANCE_SIZE];
};

struct engine_options {
    cclb_isolation isolation;
    cclb_reset reset; /* already decided: not CCLB_RESET_AUTO */
    bool metering;    /* count fuel */
    uint32_t table_elements_max; /* of one table */
    uint32_t tables_max;         /* of one module */
    uint64_t memory_max_bytes;   /* of one instance */
    struct memory_budget budget; /* of pooled memories; CCLB_ISOLATION_GUARDED has the first class alone */
    uint64_t memory_reservation_bytes; /* for CCLB_ISOLATION_ON_DEMAND */
    uint64_t memory_guard_bytes;       /* for CCLB_ISOLATION_ON_DEMAND */
    uint64_t stack_max_bytes;          /* for guest code, on the caller's stack */
};

struct engine_limits {
    uint64_t memory_max_bytes;
    uint32_t table_elements_max;
    uint64_t fuel; /* without metering: not looked at */
    uint64_t request_bytes; /* what is going to be passed, for a memory of that size */
    /* Asked by running guest code after each engine_interrupt(); true stops it with CCLB_DEADLINE. */
    bool (*overdue)(void *context);
    void *context;
};

struct engine_fault {
    cclb_status status;
    cclb_trap trap;
    cclb_resource resource;
    char text[ENGINE_TEXT_SIZE]; /* the engine's words; NUL-terminated UTF-8, not escaped */
};

/* What a module exports under a name. */
enum engine_export {
    ENGINE_EXPORT_NONE,
    ENGINE_EXPORT_MEMORY,
    ENGINE_EXPORT_ALLOC, /* (i32 i32) -> i32 */
    ENGINE_EXPORT_FREE,  /* (i32 i32 i32) -> () */
    ENGINE_EXPORT_HOOK,  /* (i32 i32) -> i64 */
    ENGINE_EXPORT_OTHER
};

struct engine_pool_usage {
    uint64_t instances;
    uint64_t memories;
};

/* In bytes. */
struct engine_address_space {
    uint64_t memory; /* for each memory, without its guard */
    uint64_t guard;  /* behind each memory */
    uint64_t pool;   /* for all of the pool; 0 without one */
};

/* A guest's linear memory at this moment; dies at the next entry into the guest. */
struct engine_memory {
    uint8_t *base;
    uint64_t size;
};

/* The engine's name and version, for hashes and people. */
const char *engine_version(void);

/* Whether the kernel lets the engine's own pool find dirty pages (CCLB_RESET_SCAN with CCLB_ISOLATION_GUARDED). */
bool engine_can_scan(void);

/* Makes an engine. CCLB_ENGINE or CCLB_NO_MEMORY, and *engine is untouched. */
cclb_status engine_create(const struct engine_options *options, const cclb_allocator *allocator,
                          struct engine **engine, struct engine_fault *fault);

/* Frees it; every module and instance of it must be gone. NULL is fine. */
void engine_destroy(struct engine *engine);

/* Makes every running guest call of this engine ask `overdue` soon. Never blocks; any thread. */
void engine_interrupt(struct engine *engine);

/* Address space that an engine with these options sets aside (rule R63). */
struct engine_address_space engine_address_space(const struct engine_options *options);

/* How much of the pool is in use; all zero without a pool. */
struct engine_pool_usage engine_pool_usage(const struct engine *engine);

/* Compiles a module; blocks for as long as that takes. CCLB_COMPILE, CCLB_NO_MEMORY. */
cclb_status engine_compile(struct engine *engine, cclb_bytes wasm, struct engine_module **module,
                           struct engine_fault *fault);

/* Frees it; every instance of it must be gone. NULL is fine. */
void engine_module_destroy(struct engine_module *module);

/* Bytes of machine code and data that it keeps. */
size_t engine_module_size(const struct engine_module *module);

/* What it exports under `name`. Allocates in the engine; for admission, not for calls. */
enum engine_export engine_module_export(const struct engine_module *module, const char *name);

/* Whether memory, cc_lb_alloc, cc_lb_free and the export of a hook are all there and of their types. For every call. */
bool engine_module_serves(const struct engine_module *module, cclb_hook hook);

/*
 * Makes a fresh instance and runs its start function. CCLB_SATURATED (pool), CCLB_INSTANTIATE, CCLB_DEADLINE,
 * CCLB_FUEL; then there is nothing to drop. `limits` is copied; what its context points to must outlive the instance.
 */
cclb_status engine_instantiate(const struct engine_module *module, const struct engine_limits *limits,
                               struct engine_instance *instance, struct engine_fault *fault);

/* Ends an instance and resets its memory; a zeroed one is fine. */
void engine_instance_drop(struct engine_instance *instance);

/* Calls cc_lb_alloc(len, align); its export was seen to be ENGINE_EXPORT_ALLOC. CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL. */
cclb_status engine_call_alloc(struct engine_instance *instance, uint32_t len, uint32_t align, uint32_t *address,
                              struct engine_fault *fault);

/* Calls cc_lb_free(address, len, align), which was seen to be ENGINE_EXPORT_FREE. CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL. */
cclb_status engine_call_free(struct engine_instance *instance, uint32_t address, uint32_t len, uint32_t align,
                             struct engine_fault *fault);

/* Calls a hook; its export was seen to be ENGINE_EXPORT_HOOK. CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL. */
cclb_status engine_call_hook(struct engine_instance *instance, cclb_hook hook, uint32_t address, uint32_t len,
                             uint64_t *result, struct engine_fault *fault);

/* The exported memory named `memory`; that export was seen to be ENGINE_EXPORT_MEMORY. */
struct engine_memory engine_instance_memory(struct engine_instance *instance);

/* Gives an instance all of the fuel of its limits again; without metering it does nothing. */
void engine_refuel(struct engine_instance *instance);

/* Fuel used by this instance, since it was last refuelled if it was; 0 without metering. */
uint64_t engine_fuel_used(struct engine_instance *instance);

#endif
