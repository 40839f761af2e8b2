/* SPDX-License-Identifier: Apache-2.0 */
/* observe_event.c - ObserveEvent, from its tables. */

#include "wire/observe_event.h"

#include "wire/records.h"

#define SIZER_ARM(enumerator, name, arm, FIELDS)                                                                       \
    case enumerator: {                                                                                                 \
        const __typeof__(message->as.arm) *record = &message->as.arm;                                                  \
        FIELDS(SIZER_ROW)                                                                                              \
        return true;                                                                                                   \
    }

#define WRITER_ARM(enumerator, name, arm, FIELDS)                                                                      \
    case enumerator: {                                                                                                 \
        const __typeof__(message->as.arm) *record = &message->as.arm;                                                  \
        FIELDS(WRITER_ROW)                                                                                             \
        break;                                                                                                         \
    }

#define READER_ARM(enumerator, name, arm, FIELDS) READER_VARIANT(enumerator, name, FIELDS)

WIRE_INLINE bool sizer_observe_event(struct sizer *sizer, const cclb_observe_event *message, cclb_form form)
{
    switch (message->kind) {
        WIRE_OBSERVE_EVENT(SIZER_ARM)
    }
    return wire_fault_set(sizer->fault, WIRE_FAULT_VARIANT, 0);
}

WIRE_INLINE void writer_observe_event(struct writer *writer, const cclb_observe_event *message, size_t place,
                                      cclb_form form)
{
    writer->out[place] = (uint8_t)message->kind;
    switch (message->kind) {
        WIRE_OBSERVE_EVENT(WRITER_ARM)
    }
}

WIRE_INLINE bool reader_observe_event(struct reader *reader, size_t place, cclb_form form)
{
    switch (reader->data[place]) {
        WIRE_OBSERVE_EVENT(READER_ARM)
    }
    return wire_fault_set(reader->fault, WIRE_FAULT_VARIANT, place);
}

WIRE_MESSAGE_PASSES(observe_event, cclb_observe_event, ObserveEvent, WIRE_OBSERVE_EVENT_SIZE, WIRE_ALL(8))
WIRE_MESSAGE_IN_ONE_LAYOUT(observe_event, cclb_observe_event, CCLB_FORM_W8)
