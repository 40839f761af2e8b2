/* SPDX-License-Identifier: Apache-2.0 */
/* fake.c - the seam without an engine; see fake.h. */

#include "engine/fake.h"

#include "base/allocate.h"
#include "base/step.h"

#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

struct engine {
    const cclb_allocator *allocator;
    struct engine_options options;
    _Atomic uint64_t epoch;
    _Atomic uint64_t instances;
};

struct engine_module {
    struct engine *engine;
    size_t size;
};

struct instance {
    struct engine *engine;
    const struct engine_module *module;
    struct engine_limits limits;
    uint8_t *memory;
    uint32_t size;  /* that it begins with; twice as much lies behind `memory` */
    uint32_t grown; /* on top of it */
    uint32_t next;  /* where cc_lb_alloc goes on */
    uint64_t hooks; /* calls of its hook */
    uint64_t fuel;  /* of those, since it was refuelled */
    uint64_t answer; /* that was not freed yet, as the hook returned it */
};

/* Odd, so that an allocation lies where its alignment asks for and nowhere better. */
enum { FIRST_FREE = 17 };

static_assert(sizeof(struct instance) <= ENGINE_INSTANCE_SIZE, "an instance must fit into its storage");

static struct fake_script script;
static _Atomic uint64_t calls;
static _Atomic uint64_t frees;
static _Atomic uint64_t alive;

void fake_script_set(const struct fake_script *wanted)
{
    script = wanted ? *wanted : (struct fake_script){0};
    atomic_store(&calls, 0);
    atomic_store(&frees, 0);
}

uint64_t fake_calls(void)
{
    return atomic_load(&calls);
}

uint64_t fake_frees(void)
{
    return atomic_load(&frees);
}

uint64_t fake_alive(void)
{
    return atomic_load(&alive);
}

static struct instance *instance_of(struct engine_instance *storage)
{
    return (struct instance *)(void *)storage->storage;
}

static cclb_status fault_set(struct engine_fault *fault, cclb_status status, const char *text)
{
    *fault = (struct engine_fault){.status = status};
    snprintf(fault->text, sizeof fault->text, "%s", text);
    return status;
}

/* Whether this engine call is the one that the script wants to fail. */
static bool must_fail(void)
{
    return atomic_fetch_add(&calls, 1) + 1 == script.fail_at;
}

const char *engine_version(void)
{
    return "fake";
}

bool engine_can_scan(void)
{
    return true;
}

cclb_status engine_create(const struct engine_options *options, const cclb_allocator *allocator,
                          struct engine **engine, struct engine_fault *fault)
{
    if (must_fail()) {
        return fault_set(fault, CCLB_ENGINE, "scripted");
    }
    struct engine *made = allocate(allocator, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, CCLB_NO_MEMORY, "no memory for an engine");
    }
    made->allocator = allocator;
    made->options = *options;
    atomic_fetch_add(&alive, 1);
    *engine = made;
    return CCLB_OK;
}

void engine_destroy(struct engine *engine)
{
    if (engine) {
        atomic_fetch_sub(&alive, 1);
        release(engine->allocator, engine, sizeof *engine);
    }
}

void engine_interrupt(struct engine *engine)
{
    atomic_fetch_add(&engine->epoch, 1);
}

struct engine_address_space engine_address_space(const struct engine_options *options)
{
    if (options->isolation == CCLB_ISOLATION_ON_DEMAND) {
        return (struct engine_address_space){options->memory_reservation_bytes, options->memory_guard_bytes, 0};
    }
    uint64_t guard = options->isolation == CCLB_ISOLATION_GUARDED ? options->memory_guard_bytes : 0;
    uint64_t pool = options->budget.classes[0].memories * (options->memory_max_bytes + guard);
    return (struct engine_address_space){options->memory_max_bytes, guard, pool};
}

struct engine_pool_usage engine_pool_usage(const struct engine *engine)
{
    uint64_t used = engine->options.isolation == CCLB_ISOLATION_ON_DEMAND ? 0 : atomic_load(&engine->instances);
    return (struct engine_pool_usage){.instances = used, .memories = used};
}

cclb_status engine_compile(struct engine *engine, cclb_bytes wasm, struct engine_module **module,
                           struct engine_fault *fault)
{
    if (must_fail()) {
        return fault_set(fault, CCLB_COMPILE, "scripted");
    }
    if (script.in_compile) {
        script.in_compile(script.context);
    }
    if (script.compile_fault != CCLB_OK) {
        return fault_set(fault, script.compile_fault, "scripted");
    }
    struct engine_module *made = allocate(engine->allocator, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, CCLB_NO_MEMORY, "no memory for a module");
    }
    made->engine = engine;
    made->size = wasm.len;
    atomic_fetch_add(&alive, 1);
    *module = made;
    return CCLB_OK;
}

void engine_module_destroy(struct engine_module *module)
{
    if (module) {
        atomic_fetch_sub(&alive, 1);
        release(module->engine->allocator, module, sizeof *module);
    }
}

size_t engine_module_size(const struct engine_module *module)
{
    return module->size;
}

enum engine_export engine_module_export(const struct engine_module *module, const char *name)
{
    (void)module;
    if (script.odd_export && strncmp(name, script.odd_export, strlen(script.odd_export)) == 0) {
        return script.odd_kind;
    }
    if (strcmp(name, "memory") == 0) {
        return ENGINE_EXPORT_MEMORY;
    }
    if (strcmp(name, "cc_lb_alloc") == 0) {
        return ENGINE_EXPORT_ALLOC;
    }
    return strcmp(name, "cc_lb_free") == 0 ? ENGINE_EXPORT_FREE : ENGINE_EXPORT_HOOK;
}

bool engine_module_serves(const struct engine_module *module, cclb_hook hook)
{
    (void)module;
    (void)hook;
    return script.odd_export == NULL;
}

/* The guest runs: its code and its memory are in use. */
static void run_guest(const struct instance *instance)
{
    step_touch(instance->module);
    step_touch(instance->memory);
}

/* Runs as a guest that never returns would: until it is interrupted and overdue. */
static cclb_status loop(struct instance *instance, struct engine_fault *fault)
{
    uint64_t seen = atomic_load(&instance->engine->epoch);
    for (;;) {
        if (atomic_load(&instance->engine->epoch) != seen) {
            seen = atomic_load(&instance->engine->epoch);
            if (instance->limits.overdue(instance->limits.context)) {
                return fault_set(fault, CCLB_DEADLINE, "deadline");
            }
        }
        sched_yield();
    }
}

cclb_status engine_instantiate(const struct engine_module *module, const struct engine_limits *limits,
                               struct engine_instance *storage, struct engine_fault *fault)
{
    step_touch(module);
    struct engine *engine = module->engine;
    struct instance *instance = instance_of(storage);
    if (must_fail()) {
        return fault_set(fault, CCLB_INSTANTIATE, "scripted");
    }
    if (engine->options.isolation != CCLB_ISOLATION_ON_DEMAND &&
        atomic_load(&engine->instances) >= engine->options.budget.classes[0].memories) {
        fault_set(fault, CCLB_SATURATED, "maximum concurrent limit reached");
        fault->resource = CCLB_RESOURCE_POOL;
        return CCLB_SATURATED;
    }
    *instance = (struct instance){.engine = engine, .module = module, .limits = *limits, .next = FIRST_FREE};
    if (script.start_fault != CCLB_OK) {
        *instance = (struct instance){0};
        return fault_set(fault, script.start_fault, "scripted");
    }
    if (script.loop == FAKE_LOOP_START) {
        cclb_status status = loop(instance, fault);
        *instance = (struct instance){0};
        return status;
    }
    instance->size = script.memory_bytes ? script.memory_bytes : FAKE_MEMORY_BYTES;
    instance->memory = allocate(engine->allocator, 2 * (size_t)instance->size);
    if (instance->memory == NULL) {
        *instance = (struct instance){0};
        return fault_set(fault, CCLB_INSTANTIATE, "no memory for an instance");
    }
    atomic_fetch_add(&engine->instances, 1);
    atomic_fetch_add(&alive, 1);
    return CCLB_OK;
}

void engine_instance_drop(struct engine_instance *storage)
{
    struct instance *instance = instance_of(storage);
    step_touch(instance);
    if (instance->memory) {
        step_touch(instance->module);
        release(instance->engine->allocator, instance->memory, 2 * (size_t)instance->size);
        atomic_fetch_sub(&instance->engine->instances, 1);
        atomic_fetch_sub(&alive, 1);
        *instance = (struct instance){0};
    }
}

cclb_status engine_call_alloc(struct engine_instance *storage, uint32_t len, uint32_t align, uint32_t *address,
                              struct engine_fault *fault)
{
    struct instance *instance = instance_of(storage);
    if (must_fail()) {
        fault_set(fault, CCLB_TRAP, "scripted");
        fault->trap = CCLB_TRAP_UNREACHABLE;
        return CCLB_TRAP;
    }
    if (script.loop == FAKE_LOOP_ALLOC) {
        return loop(instance, fault);
    }
    if (script.use_address) {
        *address = script.address;
        return CCLB_OK;
    }
    run_guest(instance);
    uint32_t start = (instance->next + align - 1) / align * align;
    if (start > instance->size / 2 || len > instance->size / 2 - start) {
        *address = 0;
        return CCLB_OK;
    }
    instance->next = start + len;
    *address = start;
    return CCLB_OK;
}

cclb_status engine_call_free(struct engine_instance *storage, uint32_t address, uint32_t len, uint32_t align,
                             struct engine_fault *fault)
{
    struct instance *instance = instance_of(storage);
    bool is_answer = instance->answer == ((uint64_t)address << 32 | len) && len > 0 && align == 16;
    instance->answer = 0;
    if (!is_answer || must_fail()) {
        fault_set(fault, CCLB_TRAP, "scripted, or what is freed is not the last answer");
        fault->trap = CCLB_TRAP_UNREACHABLE;
        return CCLB_TRAP;
    }
    run_guest(instance);
    atomic_fetch_add(&frees, 1);
    return script.free_fault == CCLB_OK ? CCLB_OK : fault_set(fault, script.free_fault, "scripted");
}

/* The smallest archive that reads as the answer of a hook (spec/wire.md section 6). */
static cclb_bytes smallest_answer(cclb_hook hook)
{
    static const uint8_t zeros[32] = {0};
    static const uint8_t empty_shape[32] = {0,    0,    0,    0,    0, 0, 0, 0, 0xf8, 0xff, 0xff, 0xff, 0, 0, 0, 0,
                                            0xf0, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xe8, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return cclb_bytes_of(zeros, 8);
    case CCLB_HOOK_SHAPE:
        return cclb_bytes_of(empty_shape, sizeof empty_shape);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return cclb_bytes_of(zeros, 32);
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return cclb_bytes_of(zeros, 12);
    case CCLB_HOOK_OBSERVE:
    case CCLB_HOOK_COUNT:
    case CCLB_HOOK_NONE:
        break;
    }
    return (cclb_bytes){0};
}

cclb_status engine_call_hook(struct engine_instance *storage, cclb_hook hook, uint32_t address, uint32_t len,
                             uint64_t *result, struct engine_fault *fault)
{
    struct instance *instance = instance_of(storage);
    if (must_fail()) {
        fault_set(fault, CCLB_TRAP, "scripted");
        fault->trap = CCLB_TRAP_UNREACHABLE;
        return CCLB_TRAP;
    }
    if (script.in_hook) {
        script.in_hook(script.context, hook, cclb_bytes_of(instance->memory + address, len));
    }
    instance->hooks++;
    instance->fuel++;
    if (script.loop == FAKE_LOOP_HOOK) {
        return loop(instance, fault);
    }
    cclb_status scripted =
        script.traps_from > 0 && instance->hooks >= script.traps_from ? CCLB_TRAP : script.hook_fault;
    if (scripted != CCLB_OK) {
        fault_set(fault, scripted, "scripted");
        fault->trap = scripted == CCLB_TRAP ? CCLB_TRAP_UNREACHABLE : CCLB_TRAP_NONE;
        return scripted;
    }
    if (!script.leaks && instance->next == address + len) {
        instance->next = address;
    }
    if (script.grows_by <= instance->size - instance->grown) {
        instance->grown += script.grows_by;
    }
    if (script.use_result) {
        *result = script.result;
        return CCLB_OK;
    }
    run_guest(instance);
    uint64_t size = instance->module->size;
    cclb_bytes answer = script.answer[hook].data ? script.answer[hook] : smallest_answer(hook);
    if (script.answer_size) {
        answer = cclb_bytes_of(&size, sizeof size);
    }
    if (answer.len == 0) {
        *result = 0;
        return CCLB_OK;
    }
    uint32_t at = instance->size / 2 + script.answer_shift;
    uint64_t whole = script.answer_prefix + answer.len;
    assert(at <= instance->size && whole <= instance->size - at);
    memcpy(instance->memory + at + script.answer_prefix, answer.data, answer.len);
    *result = instance->answer = (uint64_t)at << 32 | whole;
    return CCLB_OK;
}

struct engine_memory engine_instance_memory(struct engine_instance *storage)
{
    const struct instance *instance = instance_of(storage);
    return (struct engine_memory){.base = instance->memory, .size = instance->size + instance->grown};
}

void engine_refuel(struct engine_instance *storage)
{
    instance_of(storage)->fuel = 0;
}

uint64_t engine_fuel_used(struct engine_instance *storage)
{
    const struct instance *instance = instance_of(storage);
    return instance->engine && instance->engine->options.metering ? instance->fuel : 0;
}
