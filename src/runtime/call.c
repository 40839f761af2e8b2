/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - from a target to an answer on loan. */

#include "cclb/call.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/step.h"
#include "runtime/runtime.h"
#include "wire/wire.h"

/* What a call holds between entering and lending. */
struct entry {
    cclb_runtime *runtime;
    struct lane *lane;
    const struct cell *cell;
};

static cclb_status reject(cclb_error *error, uint32_t rule, cclb_hook hook, const char *held, const char *why)
{
    error_set(error, CCLB_REJECTED, rule, CCLB_PHASE_NONE,
              "module rejected at load time: a `%s` slot is not callable as `%s`%s", held, cclb_hook_name(hook), why);
    error->hook = hook;
    return CCLB_REJECTED;
}

/* R41, R42: by key a slot is callable for the hook of its kind alone. */
static cclb_status check_kind(const struct cell *cell, cclb_hook hook, cclb_error *error)
{
    if (cclb_slot_kind_hook(cell->kind) == hook) {
        return CCLB_OK;
    }
    const char *held = cclb_slot_kind_name(cell->kind);
    if (hook == CCLB_HOOK_TRANSFORM_RESPONSE || hook == CCLB_HOOK_TRANSFORM_SSE_EVENT) {
        return reject(error, 42, hook, held, " by key; transform hooks are called by handle");
    }
    return reject(error, 41, hook, held, "");
}

/* Every permit is taken; but an unknown key is told first. */
static cclb_status no_lane(cclb_runtime *runtime, const cclb_target *target, cclb_hook hook, cclb_error *error)
{
    cclb_slot_info info;
    if (target->handle == NULL && !slots_lookup(&runtime->slots, target->key, &info)) {
        return slots_reject_unknown(target->key, error);
    }
    error_set(error, CCLB_SATURATED, 44, CCLB_PHASE_NONE,
              "plugin runtime saturated: stores limit reached (%u calls and leases are open)",
              runtime->dispatch.lanes.permits);
    error->resource = CCLB_RESOURCE_STORES;
    error->hook = hook;
    return CCLB_SATURATED;
}

/* Takes a permit and guards the cell that is called. */
static cclb_status enter(cclb_runtime *runtime, const cclb_target *target, cclb_hook hook, struct entry *entry,
                         cclb_error *error)
{
    cclb_status status = dispatch_check_thread(&runtime->dispatch, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (hook >= CCLB_HOOK_COUNT) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "hook %d is none of enum cclb_hook",
                         (int)hook);
    }
    if (target->handle && target->handle->runtime != runtime) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "the handle belongs to another runtime");
    }
    *entry = (struct entry){.runtime = runtime, .lane = lane_claim(&runtime->dispatch.lanes)};
    if (entry->lane == NULL) {
        return no_lane(runtime, target, hook, error);
    }
    if (target->handle) {
        entry->cell = target->handle->cell;
        slots_guard_cell(entry->lane, entry->cell);
        return CCLB_OK;
    }
    entry->cell = slots_guard(&runtime->slots, entry->lane, target->key);
    status = entry->cell ? check_kind(entry->cell, hook, error) : slots_reject_unknown(target->key, error);
    if (status != CCLB_OK) {
        slots_release(&runtime->slots, entry->lane);
    }
    return status;
}

/* Runs the call on what was entered; a failure gives everything back. */
static cclb_status run(const struct entry *entry, cclb_hook hook, const struct call_input *input, cclb_lease *lease,
                       cclb_error *error)
{
    cclb_runtime *runtime = entry->runtime;
    step_touch(entry->cell);
    const struct admitted *plugin = cell_plugin(entry->cell);
    step_touch(plugin);
    struct call_output output;
    cclb_status status = call_run(&runtime->dispatch, entry->lane, &plugin->callee, hook, input, &output, error);
    if (status != CCLB_OK) {
        slots_release(&runtime->slots, entry->lane);
        return status;
    }
    step_touch(entry->cell); /* its version is read below */
    uint64_t now_ns = clock_now_ns(&runtime->dispatch.options.clock);
    atomic_store_explicit(&entry->lane->lease_since_ns, now_ns > 0 ? now_ns : 1, memory_order_relaxed);
    *lease = (cclb_lease){
        .output = output.bytes,
        .form = plugin->form,
        .reference = plugin->callee.reference,
        .version = entry->cell->version,
        .duration_ns = clock_since(output.started_ns, now_ns),
        .memory_bytes = output.memory_bytes,
        .fuel = output.fuel,
        .runtime = runtime,
        .lane = entry->lane,
    };
    return CCLB_OK;
}

void cclb_lease_return(cclb_lease *lease)
{
    cclb_error scratch;
    if (lease == NULL) {
        return;
    }
    if (lease->lane && dispatch_check_process(&lease->runtime->dispatch, &scratch) == CCLB_OK) {
        struct lane *lane = lease->lane;
        atomic_store_explicit(&lane->lease_since_ns, 0, memory_order_relaxed);
        call_end(&lease->runtime->dispatch, lane);
        slots_release(&lease->runtime->slots, lane);
    }
    memset(lease, 0, sizeof *lease);
}

cclb_status cclb_call_raw(cclb_runtime *runtime, const cclb_target *target, cclb_hook hook, const cclb_bytes *pieces,
                          size_t count, cclb_lease *lease, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct entry entry = {0};
    cclb_status status = enter(runtime, target, hook, &entry, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct call_spans spans = {pieces, count};
    struct call_input input = call_input_of_spans(&spans);
    return run(&entry, hook, &input, lease, error);
}

cclb_status cclb_lease_copy(const cclb_lease *lease, const cclb_allocator *allocator, cclb_buffer *copy,
                            cclb_error *error)
{
    cclb_error scratch;
    cclb_status status = buffer_init(copy, lease->output.len, allocator, error ? error : &scratch);
    if (status == CCLB_OK && lease->output.len > 0) {
        memcpy(copy->data, lease->output.data, lease->output.len);
    }
    return status;
}

/* A request that is encoded where the guest wants it. */
struct encoding {
    const struct wire_type *type;
    cclb_form form;
    const void *message;
    size_t size;
};

static void write_encoding(const void *context, uint8_t *out)
{
    const struct encoding *encoding = context;
    wire_write(encoding->type, encoding->form, encoding->message, out, encoding->size);
}

/* The typed calls up to the answer's bytes. */
static cclb_status call_message(cclb_runtime *runtime, const cclb_target *target, cclb_hook hook, const void *message,
                                cclb_lease *lease, cclb_error *error)
{
    struct entry entry = {0};
    cclb_status status = enter(runtime, target, hook, &entry, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct encoding encoding = {
        .type = wire_request_type(hook),
        .form = cell_plugin(entry.cell)->form,
        .message = message,
    };
    if (!cclb_form_has_hook(encoding.form, hook)) {
        error_set(error, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS,
                  "module rejected at load time: form %s, which this plugin is called in, has no `%s` hook",
                  cclb_form_name(encoding.form), cclb_hook_name(hook));
        error->hook = hook;
        status = CCLB_REJECTED;
    } else {
        status = wire_measure(encoding.type, encoding.form, message, &encoding.size, error);
    }
    if (status != CCLB_OK) {
        slots_release(&runtime->slots, entry.lane);
        return status;
    }
    struct call_input input = {.len = encoding.size, .write = write_encoding, .context = &encoding};
    return run(&entry, hook, &input, lease, error);
}

/* An answer that does not read is not lent. */
static cclb_status keep_if_read(cclb_status status, cclb_hook hook, cclb_lease *held, cclb_lease *lease,
                                cclb_error *error)
{
    if (status == CCLB_OK) {
        *lease = *held;
    } else {
        error->hook = hook;
        cclb_lease_return(held);
    }
    return status;
}

/* A typed call whose answer is read by `read`. */
#define TYPED_CALL(name, HOOK, request_type, view_type, read)                                                          \
    cclb_status cclb_call_##name(cclb_runtime *runtime, const cclb_target *target, const request_type *request,        \
                                 cclb_lease *lease, view_type *answer, cclb_error *error)                              \
    {                                                                                                                  \
        cclb_error scratch;                                                                                            \
        error = error ? error : &scratch;                                                                              \
        cclb_lease held;                                                                                               \
        cclb_status status = call_message(runtime, target, CCLB_HOOK_##HOOK, request, &held, error);                   \
        if (status != CCLB_OK) {                                                                                       \
            return status;                                                                                             \
        }                                                                                                              \
        return keep_if_read(read(held.output, answer, error), CCLB_HOOK_##HOOK, &held, lease, error);                  \
    }

TYPED_CALL(filter, FILTER, cclb_filter_request, cclb_filter_response_view, cclb_filter_response_read)
TYPED_CALL(shape, SHAPE, cclb_shape_request, cclb_shape_response_view, cclb_shape_response_read)
TYPED_CALL(transform_response, TRANSFORM_RESPONSE, cclb_transform_response_request, cclb_transform_response_view,
           cclb_transform_response_read)
TYPED_CALL(transform_sse_event, TRANSFORM_SSE_EVENT, cclb_transform_sse_event_request, cclb_transform_sse_event_view,
           cclb_transform_sse_event_read)

cclb_status cclb_call_observe(cclb_runtime *runtime, const cclb_target *target, const cclb_observe_event *event,
                              cclb_lease *lease, cclb_error *error)
{
    cclb_error scratch;
    return call_message(runtime, target, CCLB_HOOK_OBSERVE, event, lease, error ? error : &scratch);
}
