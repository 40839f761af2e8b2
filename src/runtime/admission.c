/* SPDX-License-Identifier: Apache-2.0 */
/* admission.c - reports, with and without a runtime. */

#include "cclb/admission.h"

#include "admission/report.h"
#include "base/error.h"
#include "runtime/runtime.h"

static cclb_status check_kind(cclb_slot_kind kind, cclb_error *error)
{
    if (kind != CCLB_SLOT_ANY && cclb_slot_kind_hook(kind) == CCLB_HOOK_NONE) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "slot kind %d is none of enum cclb_slot_kind", (int)kind);
    }
    return CCLB_OK;
}

cclb_status cclb_inspect(cclb_bytes wasm, cclb_slot_kind kind, cclb_reference reference,
                         const cclb_module_limits *limits, const cclb_allocator *allocator, cclb_report **report,
                         cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_status status = check_reference(reference, error);
    if (status == CCLB_OK) {
        status = check_kind(kind, error);
    }
    if (status != CCLB_OK) {
        return status;
    }
    const cclb_module_limits filled = limits_or_default(limits ? *limits : (cclb_module_limits){0});
    if (allocator) {
        status = check_allocator(allocator, error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    const cclb_allocator memory = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    uint8_t digest[BLAKE3_SIZE];
    module_digest(wasm, digest);
    struct report_subject subject = {wasm, digest, cclb_slot_kind_hook(kind), reference};
    return report_static(&subject, &filled, &memory, report, error);
}

cclb_status cclb_admit(cclb_runtime *runtime, cclb_bytes wasm, cclb_slot_kind kind, cclb_reference reference,
                       cclb_report **report, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    if (status == CCLB_OK) {
        status = check_reference(reference, error);
    }
    if (status == CCLB_OK) {
        status = check_kind(kind, error);
    }
    if (status != CCLB_OK) {
        return status;
    }
    if (reference == CCLB_REFERENCE_ANY) {
        reference = runtime->resolved.options.reference;
    }
    atomic_fetch_add(&runtime->admissions, 1);
    uint8_t digest[BLAKE3_SIZE];
    module_digest(wasm, digest);
    struct report_subject subject = {wasm, digest, cclb_slot_kind_hook(kind), reference};
    cclb_report *made = NULL;
    status = report_full(&runtime->admission, &subject, &made, error);
    if (status == CCLB_OK) {
        cclb_runtime_info sandbox = cclb_runtime_info_init();
        if (cclb_runtime_describe(runtime, &sandbox, NULL) == CCLB_OK) {
            report_set_sandbox(made, &sandbox);
        }
        *report = made;
    }
    atomic_fetch_sub(&runtime->admissions, 1);
    return status;
}
