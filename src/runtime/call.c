/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - raw and typed calls. */

#include "cclb/call.h"

#include "base/buffer.h"
#include "base/error.h"
#include "runtime/runtime.h"

cclb_status cclb_call_raw(cclb_runtime *runtime, const cclb_target *target, cclb_hook hook, const cclb_bytes *pieces,
                          size_t count, cclb_lease *lease, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct run run;
    struct call_spans spans = {pieces, count};
    cclb_status status = run_enter(&run, &runtime->calls, target, hook, error);
    if (status == CCLB_OK) {
        struct call_input input = call_input_of_spans(&spans);
        status = run_call(&run, &input, error);
    }
    return run_end(&run, status, lease, error);
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

/* A typed call whose answer is read by `read`; one that does not read is not lent. */
#define TYPED_CALL(name, HOOK, request_type, view_type, read)                                                          \
    cclb_status cclb_call_##name(cclb_runtime *runtime, const cclb_target *target, const request_type *request,        \
                                 cclb_lease *lease, view_type *answer, cclb_error *error)                              \
    {                                                                                                                  \
        cclb_error scratch;                                                                                            \
        error = error ? error : &scratch;                                                                              \
        struct run run;                                                                                                \
        cclb_status status = run_enter(&run, &runtime->calls, target, CCLB_HOOK_##HOOK, error);                        \
        if (status == CCLB_OK) {                                                                                       \
            status = run_message(&run, request, error);                                                                \
        }                                                                                                              \
        if (status == CCLB_OK && (status = read(run.output.bytes, answer, error)) != CCLB_OK) {                        \
            error->hook = CCLB_HOOK_##HOOK;                                                                            \
        }                                                                                                              \
        return run_end(&run, status, lease, error);                                                                    \
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
    error = error ? error : &scratch;
    struct run run;
    cclb_status status = run_enter(&run, &runtime->calls, target, CCLB_HOOK_OBSERVE, error);
    if (status == CCLB_OK) {
        status = run_message(&run, event, error);
    }
    return run_end(&run, status, lease, error);
}
