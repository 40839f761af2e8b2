/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - reports, errors and bytes as JSON. Every key is always there; what does not apply is null (docs/json.md). */

#include "json/tree.h"

#include "base/error.h"

static json_t *error_tree(const cclb_error *error)
{
    json_t *object = json_object();
    bool whole =
        tree_put(object, "status", tree_name(cclb_status_name(error->status))) &&
        tree_put(object, "inner", tree_name(error->inner == CCLB_OK ? NULL : cclb_status_name(error->inner))) &&
        tree_put(object, "phase", tree_name(cclb_phase_name(error->phase))) &&
        tree_put(object, "hook", tree_name(cclb_hook_name(error->hook))) &&
        tree_put(object, "trap", tree_name(cclb_trap_name(error->trap))) &&
        tree_put(object, "resource", tree_name(cclb_resource_name(error->resource))) &&
        tree_put(object, "rule", error->rule == 0 ? json_null() : json_integer(error->rule)) &&
        tree_put(object, "offset", error->offset == CCLB_NO_OFFSET ? json_null() : tree_u64(error->offset)) &&
        tree_put(object, "message", tree_bytes(cclb_text(error->message)));
    return tree_whole(object, whole);
}

/* null for a verdict without an objection. */
static json_t *verdict_tree(const cclb_error *verdict)
{
    return verdict->status == CCLB_OK ? json_null() : error_tree(verdict);
}

static json_t *forms_tree(uint32_t forms)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (cclb_form form = 0; form < CCLB_FORM_COUNT && whole; form++) {
        if (forms >> form & 1) {
            whole = tree_append(array, tree_name(cclb_form_name(form)));
        }
    }
    return tree_whole(array, whole);
}

static json_t *probe_tree(const cclb_hook_report *hook)
{
    if (!hook->probed) {
        return json_null();
    }
    json_t *object = json_object();
    bool has_sessions = hook->hook == CCLB_HOOK_TRANSFORM_SSE_EVENT;
    bool whole = tree_put(object, "duration_ns", tree_u64(hook->probe_ns)) &&
                 tree_put(object, "fuel", tree_u64(hook->probe_fuel)) &&
                 tree_put(object, "memory_bytes", tree_u64(hook->probe_memory_bytes)) &&
                 tree_put(object, "frees_answers", has_sessions ? json_boolean(hook->frees_answers) : json_null());
    return tree_whole(object, whole);
}

static json_t *hook_tree(const cclb_hook_report *hook)
{
    json_t *object = json_object();
    cclb_bytes fingerprint = cclb_bytes_of(hook->fingerprint, sizeof hook->fingerprint);
    bool whole = tree_put(object, "hook", tree_name(cclb_hook_name(hook->hook))) &&
                 tree_put(object, "wire_version", json_integer(hook->wire_version)) &&
                 tree_put(object, "mode", tree_name(hook->noop ? "noop" : "active")) &&
                 tree_put(object, "mode_written", json_boolean(hook->mode_written)) &&
                 tree_put(object, "description", tree_bytes(hook->description)) &&
                 tree_put(object, "usage", tree_bytes(hook->usage)) &&
                 tree_put(object, "fingerprint", hook->has_fingerprint ? tree_hex(fingerprint) : json_null()) &&
                 tree_put(object, "forms", forms_tree(hook->forms)) && tree_put(object, "probe", probe_tree(hook));
    return tree_whole(object, whole);
}

static json_t *hooks_tree(const cclb_report *report)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < report->hook_count && whole; i++) {
        whole = tree_append(array, hook_tree(&report->hooks[i]));
    }
    return tree_whole(array, whole);
}

static json_t *metadata_tree(const cclb_report *report)
{
    if (!report->has_metadata) {
        return json_null();
    }
    json_t *object = json_object();
    bool whole = tree_put(object, "name", tree_bytes(report->name)) &&
                 tree_put(object, "version", tree_bytes(report->version)) &&
                 tree_put(object, "description", tree_bytes(report->description)) &&
                 tree_put(object, "usage", tree_bytes(report->usage));
    return tree_whole(object, whole);
}

static json_t *exports_tree(const cclb_report *report)
{
    json_t *object = json_object();
    bool whole = tree_put(object, "count", tree_u64(report->exports)) &&
                 tree_put(object, "memory", json_boolean(report->exports_memory)) &&
                 tree_put(object, "cc_lb_alloc", json_boolean(report->exports_alloc)) &&
                 tree_put(object, "cc_lb_free", json_boolean(report->exports_free));
    return tree_whole(object, whole);
}

static json_t *compiled_tree(const cclb_report *report)
{
    if (!report->compiled) {
        return json_null();
    }
    json_t *object = json_object();
    bool whole = tree_put(object, "duration_ns", tree_u64(report->compile_ns)) &&
                 tree_put(object, "code_bytes", tree_u64(report->code_bytes));
    return tree_whole(object, whole);
}

static json_t *sandbox_tree(const cclb_report *report)
{
    if (report->sandbox == NULL) {
        return json_null();
    }
    const cclb_runtime_info *info = report->sandbox;
    json_t *object = json_object();
    bool whole = tree_put(object, "engine", tree_name(info->engine)) &&
                 tree_put(object, "isolation", tree_name(cclb_isolation_name(info->isolation))) &&
                 tree_put(object, "reset", tree_name(cclb_reset_name(info->reset))) &&
                 tree_put(object, "reset_reason", tree_name(info->reset_reason)) &&
                 tree_put(object, "metering", json_boolean(info->metering)) &&
                 tree_put(object, "stores_max", json_integer(info->stores_max)) &&
                 tree_put(object, "pool_instances", json_integer(info->pool_instances)) &&
                 tree_put(object, "memory_max_bytes", tree_u64(info->memory_max_bytes)) &&
                 tree_put(object, "memory_keep_bytes", tree_u64(info->memory_keep_bytes)) &&
                 tree_put(object, "resident_max_bytes", tree_u64(info->resident_max_bytes)) &&
                 tree_put(object, "fast_body_bytes", tree_u64(info->fast_body_bytes)) &&
                 tree_put(object, "virtual_reservation_bytes", tree_u64(info->virtual_reservation_bytes)) &&
                 tree_put(object, "stack_max_bytes", tree_u64(info->stack_max_bytes));
    return tree_whole(object, whole);
}

static json_t *runtimes_tree(const cclb_report *report)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < report->verdict_count && whole; i++) {
        const cclb_verdict *verdict = &report->verdicts[i];
        json_t *object = json_object();
        bool row = tree_put(object, "runtime", tree_name(verdict->runtime)) &&
                   tree_put(object, "kit", tree_name(verdict->kit)) &&
                   tree_put(object, "admits", json_boolean(verdict->admits)) &&
                   tree_put(object, "error", verdict->admits ? json_null() : error_tree(&verdict->error));
        whole = tree_append(array, tree_whole(object, row));
    }
    return tree_whole(array, whole);
}

static json_t *report_tree(const cclb_report *report)
{
    json_t *object = json_object();
    bool known = report->reference != CCLB_REFERENCE_ANY;
    bool whole = tree_put(object, "ok", json_boolean(report->verdict.status == CCLB_OK)) &&
                 tree_put(object, "verdict", verdict_tree(&report->verdict)) &&
                 tree_put(object, "differences", tree_name(report->differences)) &&
                 tree_put(object, "explanation", tree_name(report->explanation)) &&
                 tree_put(object, "reference", tree_name(known ? cclb_reference_name(report->reference) : NULL)) &&
                 tree_put(object, "form", tree_name(cclb_form_name(report->form))) &&
                 tree_put(object, "digest", tree_hex(cclb_bytes_of(report->digest, sizeof report->digest))) &&
                 tree_put(object, "module_bytes", tree_u64(report->module_bytes)) &&
                 tree_put(object, "metadata", metadata_tree(report)) && tree_put(object, "hooks", hooks_tree(report)) &&
                 tree_put(object, "functions", tree_u64(report->functions)) &&
                 tree_put(object, "exports", exports_tree(report)) &&
                 tree_put(object, "memory_initial_bytes", tree_u64(report->memory_initial_bytes)) &&
                 tree_put(object, "table_initial_elements", tree_u64(report->table_initial_elements)) &&
                 tree_put(object, "compiled", compiled_tree(report)) &&
                 tree_put(object, "sandbox", sandbox_tree(report)) &&
                 tree_put(object, "runtimes", runtimes_tree(report));
    return tree_whole(object, whole);
}

cclb_status cclb_report_to_json(const cclb_report *report, const cclb_allocator *allocator, cclb_buffer *json,
                                cclb_error *error)
{
    cclb_error local;
    return tree_write(report_tree(report), allocator, json, error ? error : &local);
}

cclb_status cclb_error_to_json(const cclb_error *fault, const cclb_allocator *allocator, cclb_buffer *json,
                               cclb_error *error)
{
    cclb_error local;
    return tree_write(error_tree(fault), allocator, json, error ? error : &local);
}

cclb_status cclb_bytes_to_json(cclb_bytes bytes, const cclb_allocator *allocator, cclb_buffer *json, cclb_error *error)
{
    cclb_error local;
    return tree_write(tree_bytes(bytes), allocator, json, error ? error : &local);
}
