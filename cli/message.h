/* SPDX-License-Identifier: Apache-2.0 */
/* message.h - a request of any hook in the terms of the wire, and a call with it. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include "cclb/call.h"

/* Everything that it points to is borrowed. */
struct message {
    cclb_hook hook;
    union {
        cclb_filter_request filter;
        cclb_shape_request shape;
        cclb_observe_event event;
        cclb_transform_response_request response;
        cclb_transform_sse_event_request sse_event;
    } as;
};

/*
 * Calls the hook with the message, in the plugin's own form. CCLB_OK: the call succeeded, the answer reads, and *lease
 * is to be returned. CCLB_DECODE: the call succeeded and its answer does not read.
 */
CCLB_MUST_CHECK cclb_status message_call(cclb_runtime *runtime, cclb_handle *handle, const struct message *message,
                                         cclb_lease *lease, cclb_error *error);

#endif
