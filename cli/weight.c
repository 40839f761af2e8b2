/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weight.c - a fresh mapping has no pages: the kernel gives one at the first touch, and counts it.
 *
 * What the engine itself keeps for an instance comes from the heap, which has its pages after the first calls. Huge pages
 * are turned off meanwhile: one of them would stand for 512.
 */

#include "weight.h"

#include "host_call.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The first of them also touch what is new to the thread or the heap; the least is what a call takes itself. */
enum { CALLS = 8 };

static uint64_t faults_of_thread(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return (uint64_t)usage.ru_minflt;
}

static cclb_status weigh(cclb_runtime *runtime, cclb_handle *handle, cclb_hook hook, const cclb_host_document *document,
                         struct weight *weight, cclb_error *error)
{
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < CALLS; i++) {
        struct hook_result result = {.hook = hook};
        uint64_t before = faults_of_thread();
        cclb_status status = host_call_once(runtime, handle, document, &result, error);
        uint64_t faults = faults_of_thread() - before;
        if (status != CCLB_OK) {
            return status;
        }
        least = faults < least ? faults : least;
        const cclb_lease *lease = hook_result_lease(&result);
        weight->fuel = lease->fuel;
        weight->memory_bytes = lease->memory_bytes;
        hook_result_return(&result);
    }
    uint64_t touched = least * (uint64_t)sysconf(_SC_PAGESIZE); /* pages of the host too, where it makes much of an answer */
    weight->touched_bytes = touched < weight->memory_bytes ? touched : weight->memory_bytes;
    return CCLB_OK;
}

/* In a runtime that is there: admits the plugin by the same rules, and weighs it. */
static cclb_status admit_and_weigh(cclb_runtime *runtime, const struct plugin *plugin, cclb_slot_kind kind,
                                   cclb_hook hook, const cclb_host_document *document, struct weight *weight,
                                   cclb_error *error)
{
    cclb_handle *handle = NULL;
    cclb_slot_key key = cclb_global_key("plugin");
    cclb_slot_options options = cclb_slot_options_init();
    options.has_reference = true;
    options.reference = plugin->report->reference;
    cclb_bytes wasm = cclb_bytes_of(plugin->module.data, plugin->module.len);
    cclb_status status = cclb_slot_register(runtime, key, kind, wasm, &options, NULL, error);
    if (status == CCLB_OK) {
        status = cclb_handle_create(runtime, key, &handle, error);
    }
    struct weight found = {0};
    if (status == CCLB_OK) {
        int disabled = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
        (void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
        status = weigh(runtime, handle, hook, document, &found, error);
        (void)prctl(PR_SET_THP_DISABLE, disabled == 1, 0, 0, 0);
        cclb_handle_destroy(handle);
    }
    if (status == CCLB_OK) {
        *weight = found;
    }
    return status;
}

cclb_status weight_take(const struct plugin *plugin, cclb_slot_kind kind, cclb_hook hook,
                        const cclb_host_document *document, struct weight *weight, cclb_error *error)
{
    cclb_runtime *runtime = NULL;
    cclb_runtime_options options = plugin->options;
    options.stores_max = 1;
    options.metering = true;
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    options.reset = CCLB_RESET_AUTO;
    cclb_status status = cclb_runtime_create(&options, &runtime, error);
    if (status == CCLB_OK) {
        status = admit_and_weigh(runtime, plugin, kind, hook, document, weight, error);
        cclb_error unclosed;
        cclb_status closed = cclb_runtime_destroy(runtime, &unclosed);
        if (status == CCLB_OK && closed != CCLB_OK) {
            *error = unclosed;
            status = closed;
        }
    }
    return status;
}
