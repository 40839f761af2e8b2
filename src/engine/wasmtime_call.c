/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasmtime_call.c - the seam over Wasmtime: instances and calls.
 *
 * CPU is bounded by epochs: each store asks its limits' `overdue` whenever the epoch moved.
 */

#include "engine/wasmtime_parts.h"

#include "engine/handover.h"

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
    if (rust_fault_take(error, fault->text, sizeof fault->text) == RUST_FAULT_POOL_LIMIT ||
        making_was_refused()) {
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
    making_begins(limits->request_bytes);
    wasm_trap_t *trap = NULL;
    wasmtime_error_t *error =
        wasmtime_instance_pre_instantiate(module->linked, instance->context, &instance->instance, &trap);
    if (error || trap) {
        cclb_status status = call_fault(instance, trap, error, CCLB_INSTANTIATE, fault);
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
