/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transform_response_result.c - the message says what is present in members beside the values; the table wants each
 * optional in one, so a replacement is put into that shape first.
 */

#include "wire/transform_response_result.h"

#include "wire/records.h"

struct optional_u16 {
    bool present;
    uint16_t value;
};

struct optional_headers {
    bool present;
    cclb_headers value;
};

struct optional_spans {
    bool present;
    cclb_spans value;
};

struct replacement {
    uint32_t kind;
    struct optional_u16 status;
    struct optional_headers headers;
    struct optional_spans body;
};

WIRE_INLINE struct replacement replacement_of(const cclb_transform_response_result *message)
{
    return (struct replacement){
        .kind = message->kind,
        .status = {message->has_status, message->status},
        .headers = {message->has_headers, message->headers},
        .body = {message->has_body, message->body},
    };
}

SIZER_NUMBER(optional_u16, struct optional_u16)

WIRE_INLINE void writer_optional_u16(struct writer *writer, const struct optional_u16 *value, size_t place,
                                     cclb_form form)
{
    writer->out[place] = value->present;
    if (value->present) {
        writer_u16(writer, &value->value, place + 2, form);
    }
}

/* An optional box: the record was zeroed, so an absent one is written already. */
#define OPTIONAL_BOX(kind)                                                                                             \
    WIRE_INLINE bool sizer_optional_##kind(struct sizer *sizer, const struct optional_##kind *value, cclb_form form)   \
    {                                                                                                                  \
        return !value->present || sizer_##kind(sizer, &value->value, form);                                            \
    }                                                                                                                  \
    WIRE_INLINE void writer_optional_##kind(struct writer *writer, const struct optional_##kind *value, size_t place,  \
                                            cclb_form form)                                                            \
    {                                                                                                                  \
        writer->out[place] = value->present;                                                                           \
        if (value->present) {                                                                                          \
            writer_##kind(writer, &value->value, place + 4, form);                                                     \
        }                                                                                                              \
    }

OPTIONAL_BOX(headers)
OPTIONAL_BOX(spans)
READER_OPTIONAL(headers, 4)

WIRE_INLINE bool sizer_transform_response_result(struct sizer *sizer, const cclb_transform_response_result *message,
                                                 cclb_form form)
{
    struct replacement replacement = replacement_of(message);
    const struct replacement *record = &replacement;
    switch (record->kind) {
        WIRE_TRANSFORM_RESPONSE_RESULT(SIZER_VARIANT)
    }
    return wire_fault_set(sizer->fault, WIRE_FAULT_VARIANT, 0);
}

WIRE_INLINE void writer_transform_response_result(struct writer *writer, const cclb_transform_response_result *message,
                                                  size_t place, cclb_form form)
{
    struct replacement replacement = replacement_of(message);
    const struct replacement *record = &replacement;
    writer->out[place] = (uint8_t)record->kind;
    switch (record->kind) {
        WIRE_TRANSFORM_RESPONSE_RESULT(WRITER_VARIANT)
    }
}

WIRE_INLINE bool reader_transform_response_result(struct reader *reader, size_t place, cclb_form form)
{
    switch (reader->data[place]) {
        WIRE_TRANSFORM_RESPONSE_RESULT(READER_VARIANT)
    }
    return wire_fault_set(reader->fault, WIRE_FAULT_VARIANT, place);
}

WIRE_MESSAGE_PASSES(transform_response_result, cclb_transform_response_result, TransformResponseResult,
                    WIRE_TRANSFORM_RESPONSE_RESULT_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(transform_response_result, cclb_transform_response_result, CCLB_FORM_W9)
