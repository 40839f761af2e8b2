/* SPDX-License-Identifier: Apache-2.0 */
/* value_read.c - from the value form into C structs, along the reflection tables. */

#include "base/error.h"
#include "vectors/value.h"

struct reading {
    cclb_form form;
    cclb_bytes value;
    size_t at;
    size_t spans;
    struct arena *arena;
    cclb_error *error;
};

static cclb_status read_type(struct reading *reading, const struct wire_type *type, uint8_t *out);

static cclb_status refuse(struct reading *reading, const char *words)
{
    error_set(reading->error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "value form: %s at byte %zu", words, reading->at);
    reading->error->offset = reading->at;
    return CCLB_BAD_INPUT;
}

static cclb_status read_raw(struct reading *reading, size_t size, void *out)
{
    if (size > reading->value.len - reading->at) {
        return refuse(reading, "ends early");
    }
    memcpy(out, reading->value.data + reading->at, size);
    reading->at += size;
    return CCLB_OK;
}

/* A count of things that take at least `least` bytes each. */
static cclb_status read_count(struct reading *reading, size_t least, size_t *count)
{
    uint32_t number;
    cclb_status status = read_raw(reading, sizeof number, &number);
    if (status != CCLB_OK) {
        return status;
    }
    if (number > (reading->value.len - reading->at) / least) {
        return refuse(reading, "count beyond the end");
    }
    *count = number;
    return CCLB_OK;
}

static cclb_status read_bytes(struct reading *reading, cclb_bytes *bytes)
{
    size_t len;
    cclb_status status = read_count(reading, 1, &len);
    if (status == CCLB_OK) {
        *bytes = cclb_bytes_of(reading->value.data + reading->at, len);
        reading->at += len;
    }
    return status;
}

/* Every second piece is empty; the last one takes what is left. */
static cclb_status read_spans(struct reading *reading, uint8_t *out)
{
    cclb_bytes whole;
    cclb_status status = read_bytes(reading, &whole);
    if (status != CCLB_OK) {
        return status;
    }
    cclb_bytes *pieces = arena_array(reading->arena, reading->spans, sizeof *pieces);
    if (pieces == NULL) {
        return error_no_memory(reading->error, reading->spans * sizeof *pieces);
    }
    size_t used = 0;
    for (size_t i = 0; i < reading->spans; i++) {
        size_t len = i % 2 == 1 ? 0 : whole.len / reading->spans;
        if (i + 1 == reading->spans) {
            len = whole.len - used;
        }
        pieces[i] = cclb_bytes_of(whole.data + used, len);
        used += len;
    }
    cclb_spans spans = {.spans = pieces, .count = reading->spans};
    memcpy(out, &spans, sizeof spans);
    return CCLB_OK;
}

static cclb_status read_array(struct reading *reading, const struct wire_type *type, uint8_t *out)
{
    size_t count;
    cclb_status status = read_count(reading, type->fields.count, &count);
    if (status != CCLB_OK) {
        return status;
    }
    uint8_t *items = arena_array(reading->arena, count, type->c_size);
    if (items == NULL) {
        return error_no_memory(reading->error, count * type->c_size);
    }
    for (size_t i = 0; i < count; i++) {
        status = read_type(reading, type, items + i * type->c_size);
        if (status != CCLB_OK) {
            return status;
        }
    }
    struct wire_items array = {.items = items, .count = count};
    memcpy(out, &array, sizeof array);
    return CCLB_OK;
}

static cclb_status read_value(struct reading *reading, const struct wire_field *field, uint8_t *out)
{
    cclb_bytes bytes;
    cclb_status status;
    switch (field->kind) {
    case WIRE_U16:
        return read_raw(reading, sizeof(uint16_t), out);
    case WIRE_U32:
        return read_raw(reading, sizeof(uint32_t), out);
    case WIRE_U64:
        return read_raw(reading, sizeof(uint64_t), out);
    case WIRE_F64:
        return read_raw(reading, sizeof(double), out);
    case WIRE_TEXT:
    case WIRE_BYTES:
        status = read_bytes(reading, &bytes);
        if (status == CCLB_OK) {
            memcpy(out, &bytes, sizeof bytes);
        }
        return status;
    case WIRE_SPANS:
        return read_spans(reading, out);
    case WIRE_ARRAY:
        return read_array(reading, field->type, out);
    case WIRE_RECORD:
        return read_type(reading, field->type, out);
    }
    return CCLB_INTERNAL;
}

static cclb_status read_fields(struct reading *reading, const struct wire_fields *fields, uint8_t *out)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *field = &fields->items[i];
        if (field->at[reading->form] == WIRE_ABSENT) {
            continue;
        }
        if (field->optional) {
            uint8_t tag;
            cclb_status status = read_raw(reading, sizeof tag, &tag);
            if (status != CCLB_OK) {
                return status;
            }
            if (tag > 1) {
                return refuse(reading, "optional that is neither 0 nor 1");
            }
            bool present = tag == 1;
            memcpy(out + field->present_offset, &present, sizeof present);
            if (!present) {
                continue;
            }
        }
        cclb_status status = read_value(reading, field, out + field->value_offset);
        if (status != CCLB_OK) {
            return status;
        }
    }
    return CCLB_OK;
}

static cclb_status read_type(struct reading *reading, const struct wire_type *type, uint8_t *out)
{
    memset(out, 0, type->c_size);
    if (type->variants == NULL) {
        return read_fields(reading, &type->fields, out);
    }
    uint8_t tag;
    cclb_status status = read_raw(reading, sizeof tag, &tag);
    if (status != CCLB_OK) {
        return status;
    }
    if (tag >= type->variant_count) {
        return refuse(reading, "no such variant");
    }
    uint32_t kind = tag;
    memcpy(out, &kind, sizeof kind);
    return read_fields(reading, &type->variants[tag].fields, out);
}

cclb_status value_read(const struct wire_type *type, cclb_form form, cclb_bytes value, size_t spans,
                       struct arena *arena, void *message, cclb_error *error)
{
    struct reading reading = {.form = form, .value = value, .spans = spans, .arena = arena, .error = error};
    cclb_status status = read_type(&reading, type, message);
    if (status == CCLB_OK && reading.at != value.len) {
        status = refuse(&reading, "goes on");
    }
    return status;
}
