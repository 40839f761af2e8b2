/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.c - the engine's C API and nothing else, but for one thing: the engine with a runtime's settings is made by the
 * library's own constructor (engine/rust_engine.h), because pagemap_scan and the keep sizes of tables have no C API. So
 * both run the very same machine code. Of all files of bench/ only this one sees the engine's headers.
 */

#include "floor.h"

#include "engine/rust_engine.h"

#include "fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What cclb_runtime_describe() does not tell (engine/wasmtime_engine.c, admission/limits.c); what a plugin has at rest; a pool. */
enum { TABLE_KEEP = 16 << 10, TABLE_ELEMENTS_MAX = 20000, TABLES_MAX = 4, PAGE = 64 << 10, REST_PAGES = 18, POOLED = 64 };

struct floor {
    wasm_engine_t *engine;
    wasmtime_module_t *module;
    wasmtime_instance_pre_t *linked;
    char hook[40]; /* the export's name */
};

/* An instance and the exports that a call uses. */
struct guest {
    wasmtime_store_t *store;
    wasmtime_context_t *context;
    wasmtime_instance_t instance;
    wasmtime_memory_t memory;
    wasmtime_func_t alloc;
    wasmtime_func_t hook;
};

struct floor_kept {
    struct guest guest;
    wasmtime_func_t free;
};

static void expect(wasmtime_error_t *error, wasm_trap_t *trap, const char *what)
{
    if (error || trap) {
        wasm_byte_vec_t text;
        error ? wasmtime_error_message(error, &text) : wasm_trap_message(trap, &text);
        fail("the floor's %s: %.*s", what, (int)text.size, text.data);
    }
}

static struct floor *compile(wasm_engine_t *engine, cclb_bytes wasm, cclb_hook hook)
{
    struct floor *floor = take_memory(sizeof *floor);
    floor->engine = engine;
    snprintf(floor->hook, sizeof floor->hook, "cc_lb_%s", cclb_hook_name(hook));
    expect(wasmtime_module_new(engine, wasm.data, wasm.len, &floor->module), NULL, "module");
    wasmtime_linker_t *linker = wasmtime_linker_new(engine);
    expect(wasmtime_linker_instantiate_pre(linker, floor->module, &floor->linked), NULL, "linker");
    wasmtime_linker_delete(linker);
    return floor;
}

struct floor *floor_create(const cclb_runtime_info *like, uint64_t request_bytes, cclb_bytes wasm, cclb_hook hook)
{
    uint64_t keep = (REST_PAGES + 6 * request_bytes / PAGE + 1) * PAGE; /* counted from address 0 */
    const struct rust_engine_settings settings = {
        .memory_max_bytes = like->memory_max_bytes,
        .memory_reservation_bytes = like->memory_max_bytes,
        .memory_keep_bytes = keep < like->memory_max_bytes ? keep : like->memory_max_bytes,
        .table_keep_bytes = TABLE_KEEP,
        .stack_max_bytes = like->stack_max_bytes,
        .table_elements_max = TABLE_ELEMENTS_MAX,
        .tables_max = TABLES_MAX,
        .pool_instances = like->pool_instances,
        .pagemap_scan = like->reset == CCLB_RESET_SCAN,
        .fuel = like->metering,
    };
    char message[256];
    wasm_engine_t *engine = rust_engine_create(&settings, message, sizeof message);
    return engine ? compile(engine, wasm, hook) : (fail("the floor's engine: %s", message), NULL);
}

struct floor *floor_create_reference(cclb_bytes wasm, cclb_hook hook, enum floor_reference setting)
{
    wasm_config_t *config = wasm_config_new();
    wasmtime_config_wasm_tail_call_set(config, false);
    wasmtime_config_wasm_relaxed_simd_set(config, false);
    wasmtime_config_wasm_multi_memory_set(config, false);
    wasmtime_config_wasm_memory64_set(config, false);
    wasmtime_config_epoch_interruption_set(config, setting == FLOOR_EPOCHS);
    wasmtime_config_native_unwind_info_set(config, false);
    wasmtime_config_max_wasm_stack_set(config, 1 << 20);
    wasmtime_config_memory_reservation_set(config, UINT64_C(256) << 20);
    wasmtime_config_memory_guard_size_set(config, UINT64_C(64) << 20);
    if (setting == FLOOR_POOLED) {
        wasmtime_pooling_allocation_config_t *pool = wasmtime_pooling_allocation_config_new();
        wasmtime_pooling_allocation_config_total_memories_set(pool, POOLED);
        wasmtime_pooling_allocation_config_total_core_instances_set(pool, POOLED);
        wasmtime_pooling_allocation_config_max_memory_size_set(pool, 128 << 20);
        wasmtime_pooling_allocation_strategy_set(config, pool);
        wasmtime_pooling_allocation_config_delete(pool);
    }
    return compile(wasm_engine_new_with_config(config), wasm, hook);
}

void floor_destroy(struct floor *floor)
{
    if (floor) {
        wasmtime_instance_pre_delete(floor->linked);
        wasmtime_module_delete(floor->module);
        wasm_engine_delete(floor->engine);
        free(floor);
    }
}

static wasmtime_extern_t find_export(struct guest *guest, const char *name)
{
    wasmtime_extern_t item;
    if (!wasmtime_instance_export_get(guest->context, &guest->instance, name, strlen(name), &item)) {
        fail("the floor's plugin has no export %s", name);
    }
    return item;
}

static void enter(const struct floor *floor, struct guest *guest)
{
    wasm_trap_t *trap = NULL;
    guest->store = wasmtime_store_new(floor->engine, NULL, NULL);
    guest->context = wasmtime_store_context(guest->store);
    wasmtime_context_set_epoch_deadline(guest->context, UINT64_MAX / 2); /* the code asks; the answer is always no */
    wasmtime_error_t *error = wasmtime_instance_pre_instantiate(floor->linked, guest->context, &guest->instance, &trap);
    expect(error, trap, "instance");
    guest->memory = find_export(guest, "memory").of.memory;
    guest->alloc = find_export(guest, "cc_lb_alloc").of.func;
    guest->hook = find_export(guest, floor->hook).of.func;
}

static uint64_t call(struct guest *guest, const wasmtime_func_t *function, wasmtime_val_raw_t *values, size_t count)
{
    wasm_trap_t *trap = NULL;
    wasmtime_error_t *error = wasmtime_func_call_unchecked(guest->context, function, values, count, &trap);
    expect(error, trap, "call");
    return (uint64_t)values[0].i64;
}

/* The request in, the hook, and where the answer lies. */
static uint64_t run(struct guest *guest, cclb_bytes request, floor_take *take, void *context)
{
    wasmtime_val_raw_t room[2] = {{.i32 = (int32_t)request.len}, {.i32 = 16}};
    uint32_t address = (uint32_t)call(guest, &guest->alloc, room, 2);
    memcpy(wasmtime_memory_data(guest->context, &guest->memory) + address, request.data, request.len);
    wasmtime_val_raw_t values[2] = {{.i32 = (int32_t)address}, {.i32 = (int32_t)request.len}};
    uint64_t packed = call(guest, &guest->hook, values, 2);
    if (take) {
        uint8_t *memory = wasmtime_memory_data(guest->context, &guest->memory);
        take(context, cclb_bytes_of(memory + (packed >> 32), (uint32_t)packed));
    }
    return packed;
}

void floor_call(struct floor *floor, cclb_bytes request, floor_take *take, void *context)
{
    struct guest guest;
    enter(floor, &guest);
    run(&guest, request, take, context);
    wasmtime_store_delete(guest.store);
}

void floor_instance(struct floor *floor)
{
    struct guest guest;
    enter(floor, &guest);
    wasmtime_store_delete(guest.store);
}

struct floor_kept *floor_keep(struct floor *floor)
{
    struct floor_kept *kept = take_memory(sizeof *kept);
    enter(floor, &kept->guest);
    kept->free = find_export(&kept->guest, "cc_lb_free").of.func;
    return kept;
}

void floor_kept_call(struct floor_kept *kept, cclb_bytes request, floor_take *take, void *context)
{
    uint64_t packed = run(&kept->guest, request, take, context);
    if ((uint32_t)packed != 0) { /* the request was freed by the guest itself (spec/abi.md section 9) */
        wasmtime_val_raw_t values[3] = {{.i32 = (int32_t)(packed >> 32)}, {.i32 = (int32_t)packed}, {.i32 = 16}};
        call(&kept->guest, &kept->free, values, 3);
    }
}

void floor_kept_destroy(struct floor_kept *kept)
{
    wasmtime_store_delete(kept->guest.store);
    free(kept);
}
