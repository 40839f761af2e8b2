/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasmtime_parts.h - what the files of the seam over Wasmtime's C API share. They alone include it, and the
 * engine's headers.
 */
#ifndef ENGINE_WASMTIME_PARTS_H
#define ENGINE_WASMTIME_PARTS_H

#include "engine/engine.h"

#include "base/allocate.h"
#include "engine/memory_pool.h"
#include "engine/rust_engine.h"

#include <assert.h>

struct engine {
    wasm_engine_t *engine;
    struct memory_pool *memories; /* NULL: the engine's own */
    wasmtime_linker_t *linker; /* empty: nothing is linked into a guest (rule R22) */
    const cclb_allocator *allocator;
    bool metering;
};

/* The exports that a call may use, as the module declares them. */
enum known_export { KNOWN_MEMORY, KNOWN_ALLOC, KNOWN_FREE, KNOWN_HOOKS, KNOWN_COUNT = KNOWN_HOOKS + CCLB_HOOK_COUNT };

struct engine_module {
    struct engine *engine;
    wasmtime_module_t *module;
    wasmtime_instance_pre_t *linked;
    struct rust_exports *known; /* by enum known_export */
    enum engine_export exports[KNOWN_COUNT];
    bool serves[CCLB_HOOK_COUNT];
};

cclb_status fault_set(struct engine_fault *fault, cclb_status status, cclb_trap trap, const char *text);

/*
 * Has all `memories` of the engine's own pool get huge pages where only large calls come (docs/adr/0013-memories.md). None
 * may be in use. CCLB_NO_MEMORY. Compiles a module of nothing, which takes less than 64 KiB of stack.
 */
cclb_status want_huge_pages(const struct engine *engine, uint32_t memories, uint64_t memory_max_bytes,
                            struct engine_fault *fault);

/* This thread makes an instance for a request of so many bytes; in between the engine asks for a memory. */
void making_begins(uint64_t request_bytes);

/* Whether there was none; told once. */
bool making_was_refused(void);

#endif
