/* SPDX-License-Identifier: Apache-2.0 */
/* slot.c - registering, looking up, evicting; handles. */

#include "cclb/slot.h"

#include "admission/report.h"
#include "admission/share.h"
#include "base/error.h"
#include "base/sized.h"
#include "runtime/runtime.h"

cclb_status check_reference(cclb_reference reference, cclb_error *error)
{
    if (reference >= CCLB_REFERENCE_COUNT) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "reference %d is none of enum cclb_reference",
                         (int)reference);
    }
    return CCLB_OK;
}

/* One registration on its way. */
struct registration {
    cclb_runtime *runtime;
    cclb_bytes wasm;
    uint8_t digest[BLAKE3_SIZE];
    cclb_hook slot;
    cclb_reference reference;
    cclb_report **report;
};

static void destroy_plugin(void *object)
{
    admitted_return(object);
}

static cclb_status admit_for_slot(void *context, struct cell_payload *payload, cclb_error *error)
{
    struct registration *registration = context;
    struct admission *admission = &registration->runtime->admission;
    struct admitted *plugin = NULL;
    if (registration->report == NULL) {
        cclb_status status = admit_shared(admission, registration->wasm, registration->digest, registration->slot,
                                          registration->reference, &plugin, error);
        if (status == CCLB_OK) {
            *payload = (struct cell_payload){.object = plugin, .destroy = destroy_plugin};
        }
        return status;
    }
    /* Who wants a report wants to know what trial calls cost, and so they are made. */
    const struct report_subject subject = {registration->wasm, registration->digest, registration->slot,
                                           registration->reference};
    cclb_error unreported;
    cclb_status status = admit(admission, registration->wasm, registration->digest, registration->slot,
                               registration->reference, &plugin, error);
    cclb_status reported =
        report_of_admission(admission, &subject, plugin, error, registration->report, &unreported);
    if (reported != CCLB_OK && status == CCLB_OK) {
        admitted_destroy(plugin);
        *error = unreported;
        return reported;
    }
    if (status == CCLB_OK) {
        *payload = (struct cell_payload){.object = plugin, .destroy = destroy_plugin};
    }
    return status;
}

/* R34, R35: what must be equal for two registrations to be the same. */
static void hash_content(const struct registration *registration, uint8_t hash[CCLB_SLOT_HASH_SIZE])
{
    const uint64_t reference = registration->reference;
    const cclb_bytes parts[] = {
        cclb_bytes_of(registration->runtime->settings, BLAKE3_SIZE),
        cclb_bytes_of(&reference, sizeof reference),
        cclb_bytes_of(registration->digest, BLAKE3_SIZE),
    };
    rust_blake3(parts, sizeof parts / sizeof parts[0], hash);
}

cclb_status cclb_slot_register(cclb_runtime *runtime, cclb_slot_key key, cclb_slot_kind kind, cclb_bytes wasm,
                               const cclb_slot_options *given, cclb_slot_registration *result, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_slot_options options = cclb_slot_options_init();
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    if (status == CCLB_OK && given) {
        status = sized_copy("cclb_slot_options", given, given->struct_size, &options, sizeof options, error);
    }
    cclb_reference reference = options.has_reference ? options.reference : runtime->resolved.options.reference;
    if (status == CCLB_OK) {
        status = check_reference(reference, error);
    }
    if (status == CCLB_OK && (kind == CCLB_SLOT_ANY || cclb_slot_kind_hook(kind) == CCLB_HOOK_NONE)) {
        status = error_set(error, CCLB_INVALID_ARGUMENT, 32, CCLB_PHASE_NONE,
                           "a slot has one kind, filter, shape or observe; %d is none of them", (int)kind);
    }
    cclb_failure_policy policy =
        options.failure_policy ? options.failure_policy : runtime->resolved.options.failure_policy;
    if (status == CCLB_OK && policy > CCLB_FAILURE_FAIL_CLOSED) {
        status = error_set(error, CCLB_INVALID_ARGUMENT, 66, CCLB_PHASE_NONE,
                           "failure policy %d is none of enum cclb_failure_policy", (int)policy);
    }
    if (status == CCLB_OK) {
        status = limits_check_size(wasm, &runtime->admission.limits, error);
    }
    if (status != CCLB_OK) {
        return status;
    }
    atomic_fetch_add(&runtime->admissions, 1); /* before the module is hashed: that takes its time */
    struct registration registration = {
        .runtime = runtime,
        .wasm = wasm,
        .slot = cclb_slot_kind_hook(kind),
        .reference = reference,
        .report = options.report,
    };
    module_digest(wasm, registration.digest);
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    hash_content(&registration, hash);
    struct slots_candidate candidate = {
        .kind = kind,
        .failure_policy = policy,
        .label = metrics_plugin(&runtime->metrics, key.plugin),
        .hash = hash,
        .admit = admit_for_slot,
        .context = &registration,
    };
    cclb_slot_registration registered;
    status = slots_register(&runtime->slots, key, &candidate, &registered, error);
    atomic_fetch_sub(&runtime->admissions, 1);
    if (status == CCLB_OK && result) {
        *result = registered;
    }
    return status;
}

cclb_status cclb_slot_evict(cclb_runtime *runtime, cclb_slot_key key, bool *existed, cclb_error *error)
{
    cclb_error scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error ? error : &scratch);
    if (status == CCLB_OK) {
        bool was_there = slots_evict(&runtime->slots, key);
        if (existed) {
            *existed = was_there;
        }
    }
    return status;
}

cclb_status cclb_slot_retain(cclb_runtime *runtime, const cclb_slot_key *keep, size_t count,
                             void (*removed)(void *context, cclb_slot_key key), void *context, cclb_error *error)
{
    cclb_error scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error ? error : &scratch);
    if (status == CCLB_OK) {
        slots_retain(&runtime->slots, keep, count, removed, context);
    }
    return status;
}

cclb_status cclb_slot_lookup(cclb_runtime *runtime, cclb_slot_key key, cclb_slot_info *info, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    if (status == CCLB_OK && !slots_lookup(&runtime->slots, key, info)) {
        status = slots_reject_unknown(key, error);
    }
    return status;
}

cclb_status cclb_slot_visit(cclb_runtime *runtime, void (*visit)(void *context, const cclb_slot_info *info),
                            void *context, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    return status == CCLB_OK ? slots_visit(&runtime->slots, visit, context, error) : status;
}

cclb_status cclb_handle_create(cclb_runtime *runtime, cclb_slot_key key, cclb_handle **handle, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    if (status != CCLB_OK) {
        return status;
    }
    cclb_handle *made = allocate(runtime_allocator(runtime), sizeof *made);
    if (made == NULL) {
        return error_no_memory(error, sizeof *made);
    }
    made->calls = &runtime->calls;
    status = slots_handle(&runtime->slots, key, &made->cell, error);
    if (status != CCLB_OK) {
        release(runtime_allocator(runtime), made, sizeof *made);
        return status;
    }
    *handle = made;
    return CCLB_OK;
}

void cclb_handle_destroy(cclb_handle *handle)
{
    cclb_error scratch;
    if (handle == NULL || dispatch_check_process(handle->calls->dispatch, &scratch) != CCLB_OK) {
        return;
    }
    /* The runtime may be destroyed as soon as its last handle is dropped. */
    cclb_allocator allocator = *handle->calls->allocator;
    slots_handle_drop(handle->calls->slots, handle->cell);
    release(&allocator, handle, sizeof *handle);
}

cclb_status cclb_handle_describe(const cclb_handle *handle, cclb_slot_info *info, cclb_error *error)
{
    cclb_error scratch;
    cclb_status status = dispatch_check_process(handle->calls->dispatch, error ? error : &scratch);
    if (status == CCLB_OK) {
        *info = slots_cell_info(handle->calls->slots, handle->cell);
    }
    return status;
}
