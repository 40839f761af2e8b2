/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transform_sse_event_result.h - TransformSseEventResult: leave the event alone, put others in its place, or drop it.
 */
#ifndef WIRE_TRANSFORM_SSE_EVENT_RESULT_H
#define WIRE_TRANSFORM_SSE_EVENT_RESULT_H

#include "wire/generate.h"

#define WIRE_SSE_EVENT_UNCHANGED(FIELD)
#define WIRE_SSE_EVENT_REPLACE(FIELD) FIELD(sse_events, events, WIRE_ALL(4))
#define WIRE_SSE_EVENT_DROP(FIELD)

#define WIRE_TRANSFORM_SSE_EVENT_RESULT(VARIANT)                                                                       \
    VARIANT(CCLB_TRANSFORM_SSE_EVENT_UNCHANGED, Unchanged, WIRE_SSE_EVENT_UNCHANGED)                                   \
    VARIANT(CCLB_TRANSFORM_SSE_EVENT_REPLACE, Replace, WIRE_SSE_EVENT_REPLACE)                                         \
    VARIANT(CCLB_TRANSFORM_SSE_EVENT_DROP, Drop, WIRE_SSE_EVENT_DROP)
#define WIRE_TRANSFORM_SSE_EVENT_RESULT_SIZE WIRE_FROM_W6(12)

WIRE_MESSAGE_API(transform_sse_event_result, cclb_transform_sse_event_result)

#endif
