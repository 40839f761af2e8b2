/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - the call of a capsule, made once more and compared. */

#include "cclb/replay.h"

#include "base/error.h"
#include "slots/run.h"
#include "wire/wire.h"

void cclb_capsule_options_set(const cclb_capsule *capsule, cclb_runtime_options *options)
{
    const cclb_capsule_info *info = cclb_capsule_describe(capsule);
    options->isolation = info->isolation;
    options->reference = info->reference;
    options->metering = info->metering;
    options->memory_max_bytes = info->memory_max_bytes;
    options->stack_max_bytes = info->stack_max_bytes;
    options->module_limits.table_elements = info->table_elements_max;
    options->fuel = info->fuel_max;
    options->deadline[info->hook] =
        (cclb_deadline){.base_ns = info->deadline_base_ns, .per_mib_ns = info->deadline_per_mib_ns};
}

static cclb_status check(const cclb_capsule_info *info, const struct admitted *plugin, cclb_error *error)
{
    if (!info->has_input) {
        return error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE,
                         "$.input: the request was left out of this capsule; there is nothing to call with");
    }
    if (plugin->form != info->form) {
        return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE,
                         "the plugin is called in form %s, and the capsule's request is in form %s",
                         cclb_form_name(plugin->form), cclb_form_name(info->form));
    }
    return CCLB_OK;
}

/* Of all that a host judges of an answer, whether it reads is the part that can be done without the host. */
static cclb_status judge(const cclb_capsule_info *info, const struct run *run, cclb_error *error)
{
    const struct wire_type *type = wire_answer_type(run->hook);
    if (info->fault.status != CCLB_DECODE || type == NULL) {
        return CCLB_OK;
    }
    cclb_status status = wire_check(type, CCLB_FORM_W9, run->output.bytes, 0, error); /* every answer has one layout */
    if (status != CCLB_OK) {
        error->hook = run->hook;
    }
    return status;
}

static bool is_same(const cclb_capsule_info *info, const cclb_replay *replay)
{
    const cclb_error *before = &info->fault;
    const cclb_error *now = &replay->found;
    if (before->phase == CCLB_PHASE_ANSWER) {
        return now->status == CCLB_OK && replay->answer_bytes == info->answer_bytes;
    }
    return now->status == before->status && now->rule == before->rule && now->phase == before->phase &&
           now->trap == before->trap;
}

cclb_status cclb_capsule_replay(const cclb_capsule *capsule, cclb_handle *handle, cclb_replay *replay,
                                cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    const cclb_capsule_info *info = cclb_capsule_describe(capsule);
    const struct admitted *plugin = cell_plugin(handle->cell);
    const cclb_target target = cclb_by_handle(handle);
    const struct call_spans spans = {&info->input, 1};
    const struct call_input input = call_input_of_spans(&spans);
    struct run run;
    cclb_status status = check(info, plugin, error);
    if (status != CCLB_OK) {
        return status;
    }
    status = run_enter(&run, handle->calls, &target, info->hook, error);
    if (status == CCLB_OK) {
        status = run_call(&run, &input, error);
    }
    if (status == CCLB_OK) {
        status = judge(info, &run, error);
    }
    bool counts = status == CCLB_OK || run_failed_by_plugin(&run, status, error);
    const cclb_replay made = {
        .other_module = memcmp(plugin->digest, info->digest, sizeof info->digest) != 0,
        .found = status == CCLB_OK ? (cclb_error){.hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET} : *error,
        .answer_bytes = run.output.bytes.len,
        .fuel = run.output.fuel,
        .memory_bytes = run.output.memory_bytes,
    };
    cclb_lease lease;
    if (run_end(&run, status, &lease, error) == CCLB_OK) { /* also one that passes through */
        cclb_lease_return(&lease);
    }
    if (!counts) {
        return status;
    }
    *replay = made;
    replay->same = is_same(info, replay);
    return CCLB_OK;
}
