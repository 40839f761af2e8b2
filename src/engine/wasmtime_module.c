/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasmtime_module.c - the seam over Wasmtime: modules, compiled and looked into.
 *
 * A module keeps a pre-linked instance, so that a call only makes a store and instantiates.
 */

#include "engine/wasmtime_parts.h"

static const char *const known_names[KNOWN_COUNT] = {
    [KNOWN_MEMORY] = "memory",
    [KNOWN_ALLOC] = "cc_lb_alloc",
    [KNOWN_FREE] = "cc_lb_free",
#define HOOK(NAME, name) [KNOWN_HOOKS + CCLB_HOOK_##NAME] = "cc_lb_" #name,
#include "cclb/hook.def"
#undef HOOK
};

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
    cclb_bytes names[KNOWN_COUNT];
    for (size_t known = 0; known < KNOWN_COUNT; known++) {
        names[known] = cclb_text(known_names[known]);
        module->exports[known] = rust_export_kind(module->module, names[known]);
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
