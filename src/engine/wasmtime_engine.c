/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasmtime_engine.c - the seam over Wasmtime: engines.
 *
 * One wasm_engine_t makes instances: over memories of ours (memory_pool.h) where bounds are checked in the code, else over
 * its own.
 */

#include "engine/wasmtime_parts.h"

#include <errno.h>
#include <stdio.h>

#define ENGINE_VERSION_TEXT "wasmtime " WASMTIME_VERSION

/* Guard pages far enough behind 4 GiB that no bounds check is needed in the code. */
static const uint64_t guarded_reservation = UINT64_C(4) << 30;
static const uint64_t guarded_guard = UINT64_C(32) << 20;

/* Tables are small; this much of each is rewritten in place instead of being given back. */
enum { TABLE_KEEP_BYTES = 16 << 10 };

const char *engine_version(void)
{
    return ENGINE_VERSION_TEXT;
}

bool engine_can_scan(void)
{
    return rust_pagemap_scan_available();
}

cclb_status fault_set(struct engine_fault *fault, cclb_status status, cclb_trap trap, const char *text)
{
    *fault = (struct engine_fault){.status = status, .trap = trap};
    snprintf(fault->text, sizeof fault->text, "%s", text);
    return status;
}

static struct rust_engine_settings settings_of(const struct engine_options *options)
{
    struct rust_engine_settings settings = {
        .memory_max_bytes = options->memory_max_bytes,
        .table_keep_bytes = TABLE_KEEP_BYTES,
        .stack_max_bytes = options->stack_max_bytes,
        .table_elements_max = options->table_elements_max,
        .tables_max = options->tables_max,
        .fuel = options->metering,
    };
    switch (options->isolation) {
    case CCLB_ISOLATION_CHECKED:
        settings.memory_reservation_bytes = options->memory_max_bytes;
        return settings;
    case CCLB_ISOLATION_GUARDED:
        settings.signals = true;
        settings.memory_reservation_bytes = guarded_reservation;
        settings.memory_guard_bytes = guarded_guard;
        settings.pool_instances = options->budget.classes[0].memories;
        break;
    case CCLB_ISOLATION_ON_DEMAND:
        settings.signals = true;
        settings.memory_reservation_bytes = options->memory_reservation_bytes;
        settings.memory_guard_bytes = options->memory_guard_bytes;
        break;
    }
    switch (options->reset) {
    case CCLB_RESET_SCAN:
        settings.pagemap_scan = true;
        settings.memory_keep_bytes = options->budget.classes[0].keep_bytes;
        break;
    case CCLB_RESET_REWRITE:
        settings.memory_keep_bytes = options->budget.classes[0].keep_bytes;
        break;
    case CCLB_RESET_AUTO:
    case CCLB_RESET_PAGEMAP:
    case CCLB_RESET_DECOMMIT:
        settings.table_keep_bytes = 0;
        break;
    }
    return settings;
}

static _Thread_local struct {
    uint64_t request_bytes;
    bool refused; /* there was no memory */
} making;

void making_begins(uint64_t request_bytes)
{
    making.request_bytes = request_bytes;
    making.refused = false;
}

bool making_was_refused(void)
{
    bool refused = making.refused;
    making.refused = false;
    return refused;
}

static void *memory_take(void *context, uint64_t bytes, uint8_t **base)
{
    struct pooled_memory *memory = memory_pool_take(context, bytes, making.request_bytes);
    if (memory == NULL) {
        making.refused = true;
        return NULL;
    }
    *base = pooled_memory_base(memory);
    return memory;
}

static bool memory_grow(void *memory, uint64_t bytes)
{
    return pooled_memory_grow(memory, bytes);
}

static void memory_give(void *memory)
{
    pooled_memory_give(memory);
}

/* The engine over memories of ours. */
static wasm_engine_t *create_over_pool(struct engine *engine, const struct engine_options *options,
                                       struct rust_engine_settings *settings, struct engine_fault *fault)
{
    engine->memories =
        memory_pool_create(&options->budget, options->memory_max_bytes, options->reset, engine->allocator);
    if (engine->memories == NULL) {
        snprintf(fault->text, sizeof fault->text, "memories for the pool cannot be had: %s", strerror(errno));
        return NULL;
    }
    const struct rust_memory_source source = {
        .context = engine->memories,
        .capacity = options->memory_max_bytes,
        .take = memory_take,
        .grow = memory_grow,
        .give = memory_give,
    };
    settings->memories = &source;
    wasm_engine_t *made = rust_engine_create(settings, fault->text, sizeof fault->text);
    if (made == NULL) {
        memory_pool_destroy(engine->memories);
    }
    return made;
}

cclb_status engine_create(const struct engine_options *options, const cclb_allocator *allocator,
                          struct engine **engine, struct engine_fault *fault)
{
    struct engine *made = allocate(allocator, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, CCLB_NO_MEMORY, CCLB_TRAP_NONE, "no memory for an engine");
    }
    made->allocator = allocator;
    made->metering = options->metering;
    struct rust_engine_settings settings = settings_of(options);
    *fault = (struct engine_fault){.status = CCLB_ENGINE};
    made->engine = options->isolation == CCLB_ISOLATION_CHECKED
                       ? create_over_pool(made, options, &settings, fault)
                       : rust_engine_create(&settings, fault->text, sizeof fault->text);
    if (made->engine == NULL) {
        release(allocator, made, sizeof *made);
        return CCLB_ENGINE;
    }
    made->linker = wasmtime_linker_new(made->engine);
    if (options->isolation == CCLB_ISOLATION_GUARDED) {
        cclb_status status = want_huge_pages(made, settings.pool_instances, options->memory_max_bytes, fault);
        if (status != CCLB_OK) {
            engine_destroy(made);
            return status;
        }
    }
    *engine = made;
    return CCLB_OK;
}

void engine_destroy(struct engine *engine)
{
    if (engine) {
        wasmtime_linker_delete(engine->linker);
        wasm_engine_delete(engine->engine);
        memory_pool_destroy(engine->memories);
        release(engine->allocator, engine, sizeof *engine);
    }
}

void engine_interrupt(struct engine *engine)
{
    wasmtime_engine_increment_epoch(engine->engine);
}

struct engine_address_space engine_address_space(const struct engine_options *options)
{
    struct rust_engine_settings settings = settings_of(options);
    return (struct engine_address_space){
        .memory = settings.memory_reservation_bytes,
        .guard = settings.memory_guard_bytes,
        .pool = options->isolation == CCLB_ISOLATION_CHECKED
                    ? memory_pool_address_space(&options->budget, options->memory_max_bytes)
                    : settings.pool_instances * (settings.memory_reservation_bytes + settings.memory_guard_bytes),
    };
}

struct engine_pool_usage engine_pool_usage(const struct engine *engine)
{
    if (engine->memories) {
        uint32_t taken = memory_pool_taken(engine->memories);
        return (struct engine_pool_usage){.instances = taken, .memories = taken};
    }
    struct rust_pool_usage usage = {0};
    if (!rust_engine_pool_usage(engine->engine, &usage)) {
        return (struct engine_pool_usage){0};
    }
    return (struct engine_pool_usage){.instances = usage.instances, .memories = usage.memories};
}
