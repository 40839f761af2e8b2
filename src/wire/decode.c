/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.c - walks the reflection tables over checked bytes. The depth of recursion is that of the types: at most 4.
 */

#include "wire/decode.h"

#include "base/error.h"
#include "wire/raw.h"
#include "wire/wire.h"

struct decoding {
    cclb_form form;
    struct arena *arena;
};

static bool decode_type(const struct decoding *decoding, const struct wire_type *type, const uint8_t *record,
                        uint8_t *out);

static bool decode_array(const struct decoding *decoding, const struct wire_type *type, cclb_bytes box, uint8_t *out)
{
    size_t count = box.len; /* a box counts elements */
    uint8_t *items = arena_array(decoding->arena, count, type->c_size);
    if (items == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!decode_type(decoding, type, box.data + i * type->size[decoding->form], items + i * type->c_size)) {
            return false;
        }
    }
    struct wire_items array = {.items = items, .count = count};
    memcpy(out, &array, sizeof array);
    return true;
}

static bool decode_spans(const struct decoding *decoding, cclb_bytes box, uint8_t *out)
{
    cclb_bytes *span = arena_alloc(decoding->arena, sizeof *span);
    if (span == NULL) {
        return false;
    }
    *span = box;
    cclb_spans spans = {.spans = span, .count = 1};
    memcpy(out, &spans, sizeof spans);
    return true;
}

/* The archived value at `at`, into the member at `out`. */
static bool decode_value(const struct decoding *decoding, const struct wire_field *field, const uint8_t *at,
                         uint8_t *out)
{
    cclb_bytes box;
    switch (field->kind) {
    case WIRE_U16:
    case WIRE_U32:
    case WIRE_U64:
    case WIRE_F64:
        memcpy(out, at, wire_number_size(field->kind));
        return true;
    case WIRE_TEXT:
    case WIRE_BYTES:
        box = raw_box(at);
        memcpy(out, &box, sizeof box);
        return true;
    case WIRE_SPANS:
        return decode_spans(decoding, raw_box(at), out);
    case WIRE_ARRAY:
        return decode_array(decoding, field->type, raw_box(at), out);
    case WIRE_RECORD:
        return decode_type(decoding, field->type, at, out);
    }
    return false;
}

static bool decode_fields(const struct decoding *decoding, const struct wire_fields *fields, const uint8_t *record,
                          uint8_t *out)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *field = &fields->items[i];
        if (field->at[decoding->form] == WIRE_ABSENT) {
            continue;
        }
        const uint8_t *at = record + field->at[decoding->form];
        if (field->optional) {
            bool present = *at == 1;
            memcpy(out + field->present_offset, &present, sizeof present);
            if (!present) {
                continue;
            }
            at += wire_payload_offset(field->kind);
        }
        if (!decode_value(decoding, field, at, out + field->value_offset)) {
            return false;
        }
    }
    return true;
}

static bool decode_type(const struct decoding *decoding, const struct wire_type *type, const uint8_t *record,
                        uint8_t *out)
{
    memset(out, 0, type->c_size);
    if (type->variants == NULL) {
        return decode_fields(decoding, &type->fields, record, out);
    }
    uint32_t variant = record[0];
    memcpy(out, &variant, sizeof variant);
    return decode_fields(decoding, &type->variants[variant].fields, record, out);
}

bool wire_decode_checked(const struct wire_type *type, cclb_form form, cclb_bytes archive, struct arena *arena,
                         void *message)
{
    struct decoding decoding = {.form = form, .arena = arena};
    return decode_type(&decoding, type, archive.data + (archive.len - type->size[form]), message);
}

cclb_status wire_decode(const struct wire_type *type, cclb_form form, cclb_bytes archive, struct arena *arena,
                        void *message, cclb_error *error)
{
    cclb_status status = wire_check(type, form, archive, 0, error);
    if (status == CCLB_OK && !wire_decode_checked(type, form, archive, arena, message)) {
        status = error_no_memory(error, archive.len);
    }
    return status;
}
