/* SPDX-License-Identifier: Apache-2.0 */
/* admit.c - one module through the gate; the trial calls are in probe.c. */

#include "admission/admit.h"

#include "admission/probe.h"
#include "base/error.h"

void admission_init(struct admission *admission, struct dispatch *dispatch, const cclb_module_limits *limits,
                    const cclb_allocator *allocator)
{
    *admission = (struct admission){.dispatch = dispatch, .allocator = allocator, .limits = *limits};
    code_cache_init(&admission->cache, dispatch->engine, dispatch->options.metrics, allocator);
    pthread_mutex_init(&admission->mutex, NULL);
    pthread_cond_init(&admission->lane_free, NULL);
}

void admission_deinit(struct admission *admission)
{
    pthread_cond_destroy(&admission->lane_free);
    pthread_mutex_destroy(&admission->mutex);
    code_cache_deinit(&admission->cache);
}

void admitted_destroy(struct admitted *admitted)
{
    if (admitted) {
        struct admission *admission = admitted->admission;
        code_return(&admission->cache, admitted->code);
        arena_deinit(&admitted->arena);
        release(admission->allocator, admitted, sizeof *admitted);
    }
}

/*
 * Whether a trial call that failed like this may succeed by the rules of another runtime. A full pool or a lack of memory
 * says nothing about the plugin and must not make it one of an older form.
 */
static bool depends_on_reference(const cclb_error *error)
{
    return error->status == CCLB_PROBE &&
           (error->inner == CCLB_REJECTED || error->inner == CCLB_TRAP || error->inner == CCLB_DECODE);
}

/* Tries the candidates in their order; the fault of the first, which is the newest, is the one that is told. */
static cclb_status choose(struct admitted *admitted, const struct static_candidates *candidates, cclb_error *error)
{
    cclb_error told = {0};
    for (size_t i = 0; i < candidates->count; i++) {
        admitted->facts = candidates->facts[i];
        admitted->form = cclb_reference_form(admitted->facts.reference);
        admitted->callee = (struct callee){code_module(admitted->code), admitted->facts.reference};
        memset(admitted->probes, 0, sizeof admitted->probes);
        cclb_error fault;
        cclb_status status = probe_hooks(admitted, &fault);
        if (status == CCLB_OK) {
            memset(admitted->facts.fingerprints, 0, sizeof admitted->facts.fingerprints);
            return CCLB_OK;
        }
        if (i == 0 || !depends_on_reference(&fault)) {
            told = fault;
        }
        if (!depends_on_reference(&fault)) {
            break;
        }
    }
    *error = told;
    return told.status;
}

cclb_status admit(struct admission *admission, cclb_bytes wasm, const uint8_t digest[BLAKE3_SIZE], cclb_hook slot,
                  cclb_reference reference, struct admitted **admitted, cclb_error *error)
{
    struct admitted *made = allocate(admission->allocator, sizeof *made);
    if (made == NULL) {
        return error_no_memory(error, sizeof *made);
    }
    made->admission = admission;
    memcpy(made->digest, digest, sizeof made->digest);
    arena_init(&made->arena, admission->allocator);

    struct module_sections sections;
    struct static_candidates candidates;
    /* The compiler runs on this stack too, and before any trial call. */
    cclb_status status = dispatch_check_thread(admission->dispatch, error);
    if (status == CCLB_OK) {
        status = limits_check_size(wasm, &admission->limits, error);
    }
    if (status == CCLB_OK) {
        status = sections_walk(wasm, &sections, error);
    }
    if (status == CCLB_OK) {
        status = limits_check_metadata(&sections, &admission->limits, error);
    }
    if (status == CCLB_OK) {
        status = static_candidates(&sections, reference, slot, &made->arena, &candidates, error);
    }
    if (status == CCLB_OK) {
        status = limits_check(&sections, &admission->limits, error);
    }
    if (status == CCLB_OK) {
        status = code_lease(&admission->cache, wasm, digest, &admission->dispatch->options.clock, &made->code,
                            &made->compile_ns, error);
    }
    if (status == CCLB_OK) {
        status = choose(made, &candidates, error);
    }
    if (status != CCLB_OK) {
        admitted_destroy(made);
        return status;
    }
    *admitted = made;
    return CCLB_OK;
}

static bool is_noop(const struct plugin_metadata *metadata, cclb_hook hook)
{
    for (size_t i = 0; i < metadata->hook_count; i++) {
        if (metadata->hooks[i].hook == hook) {
            return metadata->hooks[i].mode == MODE_NOOP;
        }
    }
    return false;
}

bool admitted_calls(const struct admitted *admitted, cclb_hook hook)
{
    return admitted->facts.declares[hook] && !is_noop(&admitted->facts.metadata, hook);
}
