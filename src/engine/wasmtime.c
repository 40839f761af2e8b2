/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasmtime.c - the seam over Wasmtime's C API; the only file that includes the engine's headers.
 *
 * One wasm_engine_t makes instances: over memories of ours (memory_pool.h) where bounds are checked in the code, else over
 * its own. A module keeps a pre-linked instance, so that a call only makes a store and instantiates. CPU is bounded by
 * epochs: each store asks its limits' `overdue` whenever the epoch moved.
 */

#include "engine/engine.h"

#include "base/allocate.h"
#include "engine/handover.h"
#include "engine/memory_pool.h"
#include "engine/rust_engine.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#define ENGINE_VERSION_TEXT "wasmtime " WASMTIME_VERSION

/* Guard pages far enough behind 4 GiB that no bounds check is needed in the code. */
static const uint64_t guarded_reservation = UINT64_C(4) << 30;
static const uint64_t guarded_guard = UINT64_C(32) << 20;

/* Tables are small; this much of each is rewritten in place instead of being given back. */
enum { TABLE_KEEP_BYTES = 16 << 10 };

struct engine {
    wasm_engine_t *engine;
    struct memory_pool *memories; /* NULL: the engine's own */
    wasmtime_linker_t *linker; /* empty: nothing is linked into a guest (rule R22) */
    const cclb_allocator *allocator;
    bool metering;
};

/* The exports that a call may use, as the module declares them. */
enum known_export { KNOWN_MEMORY, KNOWN_ALLOC, KNOWN_FREE, KNOWN_HOOKS, KNOWN_COUNT = KNOWN_HOOKS + CCLB_HOOK_COUNT };

static const char *const known_names[KNOWN_COUNT] = {
    [KNOWN_MEMORY] = "memory",
    [KNOWN_ALLOC] = "cc_lb_alloc",
    [KNOWN_FREE] = "cc_lb_free",
#define HOOK(NAME, name) [KNOWN_HOOKS + CCLB_HOOK_##NAME] = "cc_lb_" #name,
#include "cclb/hook.def"
#undef HOOK
};

struct engine_module {
    struct engine *engine;
    wasmtime_module_t *module;
    wasmtime_instance_pre_t *linked;
    struct rust_exports *known; /* by enum known_export */
    enum engine_export exports[KNOWN_COUNT];
    bool serves[CCLB_HOOK_COUNT];
};

/* The functions that a call uses: of the hooks one. */
enum used_function { USED_ALLOC, USED_FREE, USED_HOOK, USED_COUNT };

/* What an engine_instance's storage holds. */
struct instance {
    const struct engine_module *module;
    wasmtime_store_t *store;
    wasmtime_context_t *context;
    wasmtime_instance_t instance;
    wasmtime_memory_t memory; /* only if the module exports it */
    struct engine_limits limits;
    bool stopped; /* by its deadline */
    bool made;    /* `instance` is one */
    uint8_t known[USED_COUNT]; /* which export function[] is; 0: not looked up yet (that is the memory) */
    wasmtime_func_t function[USED_COUNT];
};

static_assert(sizeof(struct instance) <= ENGINE_INSTANCE_SIZE, "an instance must fit into its storage");

static struct instance *instance_of(struct engine_instance *storage)
{
    return (struct instance *)(void *)storage->storage;
}

const char *engine_version(void)
{
    return ENGINE_VERSION_TEXT;
}

bool engine_can_scan(void)
{
    return rust_pagemap_scan_available();
}

static cclb_status fault_set(struct engine_fault *fault, cclb_status status, cclb_trap trap, const char *text)
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

/* What this thread is making an instance for, while it does; the engine asks for a memory in between. */
static _Thread_local struct {
    uint64_t request_bytes;
    bool refused; /* there was no memory */
} making;

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

static bool kinds_are(const wasm_valtype_vec_t *types, const wasm_valkind_t *kinds, size_t count)
{
    if (types->size != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (wasm_valtype_kind(types->data[i]) != kinds[i]) {
            return false;
        }
    }
    return true;
}

static enum engine_export export_kind(const wasm_externtype_t *type)
{
    static const wasm_valkind_t three_i32[] = {WASM_I32, WASM_I32, WASM_I32};
    static const wasm_valkind_t one_i64[] = {WASM_I64};
    if (wasm_externtype_kind(type) == WASM_EXTERN_MEMORY) {
        return ENGINE_EXPORT_MEMORY;
    }
    const wasm_functype_t *function = wasm_externtype_as_functype_const(type);
    if (function == NULL) {
        return ENGINE_EXPORT_OTHER;
    }
    const wasm_valtype_vec_t *params = wasm_functype_params(function);
    const wasm_valtype_vec_t *results = wasm_functype_results(function);
    if (kinds_are(params, three_i32, 2) && kinds_are(results, three_i32, 1)) {
        return ENGINE_EXPORT_ALLOC;
    }
    if (kinds_are(params, three_i32, 3) && kinds_are(results, NULL, 0)) {
        return ENGINE_EXPORT_FREE;
    }
    if (kinds_are(params, three_i32, 2) && kinds_are(results, one_i64, 1)) {
        return ENGINE_EXPORT_HOOK;
    }
    return ENGINE_EXPORT_OTHER;
}

/* Index in known_names, or KNOWN_COUNT. */
static size_t known_index(cclb_bytes name)
{
    size_t i = 0;
    while (i < KNOWN_COUNT && !cclb_bytes_equal(name, cclb_text(known_names[i]))) {
        i++;
    }
    return i;
}

static void note_exports(struct engine_module *module)
{
    wasm_exporttype_vec_t exports;
    wasmtime_module_exports(module->module, &exports);
    for (size_t i = 0; i < exports.size; i++) {
        const wasm_name_t *name = wasm_exporttype_name(exports.data[i]);
        size_t known = known_index(cclb_bytes_of(name->data, name->size));
        if (known < KNOWN_COUNT) {
            module->exports[known] = export_kind(wasm_exporttype_type(exports.data[i]));
        }
    }
    wasm_exporttype_vec_delete(&exports);
    cclb_bytes names[KNOWN_COUNT];
    for (size_t known = 0; known < KNOWN_COUNT; known++) {
        names[known] = cclb_text(known_names[known]);
    }
    module->known = rust_exports_new(module->module, names, KNOWN_COUNT);
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        module->serves[hook] = module->exports[KNOWN_MEMORY] == ENGINE_EXPORT_MEMORY &&
                               module->exports[KNOWN_ALLOC] == ENGINE_EXPORT_ALLOC &&
                               module->exports[KNOWN_FREE] == ENGINE_EXPORT_FREE &&
                               module->exports[KNOWN_HOOKS + (size_t)hook] == ENGINE_EXPORT_HOOK;
    }
}

cclb_status engine_compile(struct engine *engine, cclb_bytes wasm, struct engine_module **module,
                           struct engine_fault *fault)
{
    struct engine_module *made = allocate(engine->allocator, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, CCLB_NO_MEMORY, CCLB_TRAP_NONE, "no memory for a module");
    }
    made->engine = engine;
    *fault = (struct engine_fault){.status = CCLB_COMPILE};
    wasmtime_error_t *error = wasmtime_module_new(engine->engine, wasm.data, wasm.len, &made->module);
    if (error == NULL) {
        error = wasmtime_linker_instantiate_pre(engine->linker, made->module, &made->linked);
        if (error) {
            fault->status = CCLB_INSTANTIATE; /* rule R22: a fault of linking */
            wasmtime_module_delete(made->module);
        }
    }
    if (error) {
        (void)rust_fault_take(error, fault->text, sizeof fault->text);
        release(engine->allocator, made, sizeof *made);
        return fault->status;
    }
    note_exports(made);
    *module = made;
    return CCLB_OK;
}

void engine_module_destroy(struct engine_module *module)
{
    if (module) {
        rust_exports_delete(module->known);
        wasmtime_instance_pre_delete(module->linked);
        wasmtime_module_delete(module->module);
        release(module->engine->allocator, module, sizeof *module);
    }
}

size_t engine_module_size(const struct engine_module *module)
{
    void *start;
    void *end;
    wasmtime_module_image_range(module->module, &start, &end);
    return (size_t)((char *)end - (char *)start);
}

enum engine_export engine_module_export(const struct engine_module *module, const char *name)
{
    size_t known = known_index(cclb_text(name));
    return known < KNOWN_COUNT ? module->exports[known] : ENGINE_EXPORT_NONE;
}

bool engine_module_serves(const struct engine_module *module, cclb_hook hook)
{
    return module->serves[hook];
}

/* Called by guest code after the epoch moved. */
static wasmtime_error_t *on_epoch(wasmtime_context_t *context, void *data, uint64_t *delta,
                                  wasmtime_update_deadline_kind_t *kind)
{
    (void)context;
    struct instance *instance = data;
    if (instance->limits.overdue(instance->limits.context)) {
        instance->stopped = true;
        return wasmtime_error_new("deadline");
    }
    *delta = 1;
    *kind = WASMTIME_UPDATE_DEADLINE_CONTINUE;
    return NULL;
}

static void set_fuel(struct instance *instance)
{
    if (instance->module->engine->metering) {
        wasmtime_error_t *error = wasmtime_context_set_fuel(instance->context, instance->limits.fuel);
        assert(error == NULL); /* only without metering */
        (void)error;
    }
}

static cclb_trap trap_of(wasmtime_trap_code_t code)
{
    switch (code) {
    case WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED:
        return CCLB_TRAP_UNREACHABLE;
    case WASMTIME_TRAP_CODE_STACK_OVERFLOW:
        return CCLB_TRAP_STACK_OVERFLOW;
    case WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS:
        return CCLB_TRAP_MEMORY_OUT_OF_BOUNDS;
    case WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS:
        return CCLB_TRAP_TABLE_OUT_OF_BOUNDS;
    case WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL:
        return CCLB_TRAP_INDIRECT_CALL_TO_NULL;
    case WASMTIME_TRAP_CODE_BAD_SIGNATURE:
        return CCLB_TRAP_BAD_SIGNATURE;
    case WASMTIME_TRAP_CODE_INTEGER_OVERFLOW:
        return CCLB_TRAP_INTEGER_OVERFLOW;
    case WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO:
        return CCLB_TRAP_INTEGER_DIVISION_BY_ZERO;
    case WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER:
        return CCLB_TRAP_BAD_CONVERSION;
    default:
        return CCLB_TRAP_OTHER;
    }
}

static const char *trap_text(cclb_trap trap)
{
    static const char *const texts[] = {
#define TRAP(NAME, name, text) [CCLB_TRAP_##NAME] = text,
#include "cclb/trap.def"
#undef TRAP
    };
    return texts[trap];
}

/* Takes apart what a guest call ended with; exactly one of trap and error is not NULL. */
static cclb_status call_fault(const struct instance *instance, wasm_trap_t *trap, wasmtime_error_t *error,
                              cclb_status otherwise, struct engine_fault *fault)
{
    if (trap) {
        wasmtime_trap_code_t code;
        bool known = wasmtime_trap_code(trap, &code);
        wasm_trap_delete(trap);
        if (known && code == WASMTIME_TRAP_CODE_OUT_OF_FUEL) {
            return fault_set(fault, CCLB_FUEL, CCLB_TRAP_NONE, "all fuel used");
        }
        cclb_trap kind = known ? trap_of(code) : CCLB_TRAP_OTHER;
        return fault_set(fault, otherwise, kind, trap_text(kind));
    }
    *fault = (struct engine_fault){.status = otherwise};
    if (rust_fault_take(error, fault->text, sizeof fault->text) == RUST_FAULT_POOL_LIMIT || making.refused) {
        fault->status = CCLB_SATURATED;
        fault->resource = CCLB_RESOURCE_POOL;
    } else if (instance->stopped) {
        fault->status = CCLB_DEADLINE;
    }
    return fault->status;
}

/* An export that the module was seen to have. */
static wasmtime_extern_t known_export(struct instance *instance, size_t known)
{
    wasmtime_extern_t item;
    bool found = rust_exports_get(instance->module->known, known, instance->context, &instance->instance, &item);
    assert(found);
    (void)found;
    return item;
}

cclb_status engine_instantiate(const struct engine_module *module, const struct engine_limits *limits,
                               struct engine_instance *storage, struct engine_fault *fault)
{
    struct instance *instance = instance_of(storage);
    *instance = (struct instance){
        .module = module,
        .limits = *limits,
        .store = wasmtime_store_new(module->engine->engine, NULL, NULL),
    };
    instance->context = wasmtime_store_context(instance->store);
    wasmtime_store_limiter(instance->store, (int64_t)limits->memory_max_bytes, limits->table_elements_max, -1, -1, -1);
    wasmtime_store_epoch_deadline_callback(instance->store, on_epoch, instance, NULL);
    wasmtime_context_set_epoch_deadline(instance->context, 1);
    set_fuel(instance);
    making.request_bytes = limits->request_bytes;
    making.refused = false;
    wasm_trap_t *trap = NULL;
    wasmtime_error_t *error =
        wasmtime_instance_pre_instantiate(module->linked, instance->context, &instance->instance, &trap);
    if (error || trap) {
        cclb_status status = call_fault(instance, trap, error, CCLB_INSTANTIATE, fault);
        making.refused = false;
        engine_instance_drop(storage);
        return status;
    }
    instance->made = true;
    if (module->exports[KNOWN_MEMORY] == ENGINE_EXPORT_MEMORY) {
        instance->memory = known_export(instance, KNOWN_MEMORY).of.memory;
        if (HANDOVER_WATCHED) {
            handover_take(engine_instance_memory(storage).base);
        }
    }
    return CCLB_OK;
}

void engine_instance_drop(struct engine_instance *storage)
{
    struct instance *instance = instance_of(storage);
    if (instance->store) {
        if (HANDOVER_WATCHED && instance->made && instance->module->exports[KNOWN_MEMORY] == ENGINE_EXPORT_MEMORY) {
            handover_give(engine_instance_memory(storage).base);
        }
        wasmtime_store_delete(instance->store);
        instance->store = NULL;
    }
}

/* Each function is looked up once in an instance. */
static cclb_status call(struct instance *instance, enum used_function used, size_t known, wasmtime_val_raw_t *values,
                        size_t count, struct engine_fault *fault)
{
    static_assert(KNOWN_MEMORY == 0, "an instance that is all zero has looked up no function");
    if (instance->known[used] != known) {
        instance->known[used] = (uint8_t)known;
        instance->function[used] = known_export(instance, known).of.func;
    }
    wasm_trap_t *trap = NULL;
    wasmtime_error_t *error =
        wasmtime_func_call_unchecked(instance->context, &instance->function[used], values, count, &trap);
    if (error || trap) {
        return call_fault(instance, trap, error, CCLB_TRAP, fault);
    }
    return CCLB_OK;
}

cclb_status engine_call_alloc(struct engine_instance *storage, uint32_t len, uint32_t align, uint32_t *address,
                              struct engine_fault *fault)
{
    wasmtime_val_raw_t values[2] = {{.i32 = (int32_t)len}, {.i32 = (int32_t)align}};
    cclb_status status = call(instance_of(storage), USED_ALLOC, KNOWN_ALLOC, values, 2, fault);
    if (status == CCLB_OK) {
        *address = (uint32_t)values[0].i32;
    }
    return status;
}

cclb_status engine_call_free(struct engine_instance *storage, uint32_t address, uint32_t len, uint32_t align,
                             struct engine_fault *fault)
{
    wasmtime_val_raw_t values[3] = {{.i32 = (int32_t)address}, {.i32 = (int32_t)len}, {.i32 = (int32_t)align}};
    return call(instance_of(storage), USED_FREE, KNOWN_FREE, values, 3, fault);
}

cclb_status engine_call_hook(struct engine_instance *storage, cclb_hook hook, uint32_t address, uint32_t len,
                             uint64_t *result, struct engine_fault *fault)
{
    wasmtime_val_raw_t values[2] = {{.i32 = (int32_t)address}, {.i32 = (int32_t)len}};
    cclb_status status = call(instance_of(storage), USED_HOOK, KNOWN_HOOKS + (size_t)hook, values, 2, fault);
    if (status == CCLB_OK) {
        *result = (uint64_t)values[0].i64;
    }
    return status;
}

struct engine_memory engine_instance_memory(struct engine_instance *storage)
{
    struct instance *instance = instance_of(storage);
    return (struct engine_memory){
        .base = wasmtime_memory_data(instance->context, &instance->memory),
        .size = wasmtime_memory_data_size(instance->context, &instance->memory),
    };
}

void engine_refuel(struct engine_instance *storage)
{
    set_fuel(instance_of(storage));
}

uint64_t engine_fuel_used(struct engine_instance *storage)
{
    struct instance *instance = instance_of(storage);
    uint64_t left = 0;
    if (instance->store == NULL || !instance->module->engine->metering) {
        return 0;
    }
    wasmtime_error_t *error = wasmtime_context_get_fuel(instance->context, &left);
    assert(error == NULL);
    (void)error;
    return instance->limits.fuel - left;
}
