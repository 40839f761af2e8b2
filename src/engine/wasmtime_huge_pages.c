/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasmtime_huge_pages.c - the seam over Wasmtime: huge pages in the memories of the engine's own pool.
 *
 * The pool tells nobody where its memories are. But it keeps them where they are, so each is taken once by an instance of
 * a module that is nothing else, while the others are taken.
 */

#include "engine/wasmtime_parts.h"

#include <sys/mman.h>

/*
 * The first part of a memory has pages as ever: to clear a huge one takes 250 us, half of what `shape` with a body of 1 MiB
 * takes in all, which touches some 5 MiB. A call that comes further is large, and cheaper by huge pages.
 */
static const uint64_t huge_pages_from = UINT64_C(8) << 20;

/* A module that is one memory, exported as "m". */
static const uint8_t only_a_memory[] = {
    0, 'a', 's', 'm', 1, 0, 0, 0, /* version 1 */
    5, 3, 1, 0, 0,                /* memories: one, of no page at first */
    7, 5, 1, 1, 'm', 2, 0,        /* exports: one, memory 0 */
};

/* Takes a memory of the pool, and asks for huge pages in it, or there are pages as ever. NULL if it cannot be had. */
static wasmtime_store_t *take_memory(const struct engine *engine, const wasmtime_module_t *module,
                                     uint64_t memory_max_bytes)
{
    wasmtime_store_t *store = wasmtime_store_new(engine->engine, NULL, NULL);
    wasmtime_context_t *context = wasmtime_store_context(store);
    wasmtime_instance_t instance;
    wasm_trap_t *trap = NULL; /* no code runs */
    wasmtime_error_t *error = wasmtime_instance_new(context, module, NULL, 0, &instance, &trap);
    if (error) {
        wasmtime_error_delete(error); /* a call that needs it will tell */
        wasmtime_store_delete(store);
        return NULL;
    }
    wasmtime_extern_t memory;
    bool found = wasmtime_instance_export_get(context, &instance, "m", 1, &memory);
    assert(found);
    (void)found;
    uint8_t *base = wasmtime_memory_data(context, &memory.of.memory);
    (void)madvise(base + huge_pages_from, memory_max_bytes - huge_pages_from, MADV_HUGEPAGE);
    return store;
}

cclb_status want_huge_pages(const struct engine *engine, uint32_t memories, uint64_t memory_max_bytes,
                            struct engine_fault *fault)
{
    if (memory_max_bytes <= huge_pages_from) {
        return CCLB_OK;
    }
    wasmtime_store_t **stores = allocate(engine->allocator, memories * sizeof *stores);
    if (stores == NULL) {
        return fault_set(fault, CCLB_NO_MEMORY, CCLB_TRAP_NONE, "no memory for an engine");
    }
    wasmtime_module_t *module = NULL;
    wasmtime_error_t *error = wasmtime_module_new(engine->engine, only_a_memory, sizeof only_a_memory, &module);
    assert(error == NULL); /* it is valid under all settings */
    (void)error;
    uint32_t taken = 0;
    while (taken < memories && (stores[taken] = take_memory(engine, module, memory_max_bytes)) != NULL) {
        taken++;
    }
    for (uint32_t i = 0; i < taken; i++) {
        wasmtime_store_delete(stores[i]);
    }
    wasmtime_module_delete(module);
    release(engine->allocator, stores, memories * sizeof *stores);
    return CCLB_OK;
}
