/* SPDX-License-Identifier: Apache-2.0 */
/* message.c - the library has a function for each hook; the views that they open are not looked at. */

#include "message.h"

cclb_status message_call(cclb_runtime *runtime, cclb_handle *handle, const struct message *message, cclb_lease *lease,
                         cclb_error *error)
{
    const cclb_target target = cclb_by_handle(handle);
    union {
        cclb_filter_response_view filter;
        cclb_shape_response_view shape;
        cclb_transform_response_view response;
        cclb_transform_sse_event_view event;
    } view;
    switch (message->hook) {
    case CCLB_HOOK_FILTER:
        return cclb_call_filter(runtime, &target, &message->as.filter, lease, &view.filter, error);
    case CCLB_HOOK_SHAPE:
        return cclb_call_shape(runtime, &target, &message->as.shape, lease, &view.shape, error);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return cclb_call_transform_response(runtime, &target, &message->as.response, lease, &view.response, error);
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return cclb_call_transform_sse_event(runtime, &target, &message->as.sse_event, lease, &view.event, error);
    default:
        return cclb_call_observe(runtime, &target, &message->as.event, lease, error);
    }
}
