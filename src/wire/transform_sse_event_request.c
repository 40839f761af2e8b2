/* SPDX-License-Identifier: Apache-2.0 */
/* transform_sse_event_request.c - TransformSseEventRequest, from its table. */

#include "wire/transform_sse_event_request.h"

#include "wire/records.h"

WIRE_RECORD_KIND(transform_sse_event_request, cclb_transform_sse_event_request, WIRE_TRANSFORM_SSE_EVENT_REQUEST)
WIRE_MESSAGE_PASSES(transform_sse_event_request, cclb_transform_sse_event_request, TransformSseEventRequest,
                    WIRE_TRANSFORM_SSE_EVENT_REQUEST_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(transform_sse_event_request, cclb_transform_sse_event_request, CCLB_FORM_W9)
