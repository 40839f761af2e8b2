/* SPDX-License-Identifier: Apache-2.0 */
/* transform_sse_event_result.c - TransformSseEventResult, from its table. */

#include "wire/transform_sse_event_result.h"

#include "wire/records.h"

WIRE_ARRAY_KIND(sse_events, cclb_sse_events, sse_event, WIRE_SSE_EVENT, WIRE_SSE_EVENT_SIZE, 4)

WIRE_INLINE bool sizer_transform_sse_event_result(struct sizer *sizer, const cclb_transform_sse_event_result *record,
                                                  cclb_form form)
{
    switch (record->kind) {
        WIRE_TRANSFORM_SSE_EVENT_RESULT(SIZER_VARIANT)
    }
    return wire_fault_set(sizer->fault, WIRE_FAULT_VARIANT, 0);
}

WIRE_INLINE void writer_transform_sse_event_result(struct writer *writer, const cclb_transform_sse_event_result *record,
                                                   size_t place, cclb_form form)
{
    writer->out[place] = (uint8_t)record->kind;
    switch (record->kind) {
        WIRE_TRANSFORM_SSE_EVENT_RESULT(WRITER_VARIANT)
    }
}

WIRE_INLINE bool reader_transform_sse_event_result(struct reader *reader, size_t place, cclb_form form)
{
    switch (reader->data[place]) {
        WIRE_TRANSFORM_SSE_EVENT_RESULT(READER_VARIANT)
    }
    return wire_fault_set(reader->fault, WIRE_FAULT_VARIANT, place);
}

WIRE_MESSAGE_PASSES(transform_sse_event_result, cclb_transform_sse_event_result, TransformSseEventResult,
                    WIRE_TRANSFORM_SSE_EVENT_RESULT_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(transform_sse_event_result, cclb_transform_sse_event_result, CCLB_FORM_W9)
