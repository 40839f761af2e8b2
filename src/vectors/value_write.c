/* SPDX-License-Identifier: Apache-2.0 */
/* value_write.c - from C structs to the value form: once to count, once to write. */

#include "base/error.h"
#include "vectors/value.h"

struct writing {
    cclb_form form;
    uint8_t *out; /* NULL: only count */
    size_t len;
};

static void write_type(struct writing *writing, const struct wire_type *type, const uint8_t *message);

static void write_raw(struct writing *writing, const void *data, size_t size)
{
    if (writing->out && size > 0) {
        memcpy(writing->out + writing->len, data, size);
    }
    writing->len += size;
}

static void write_tag(struct writing *writing, uint8_t tag)
{
    write_raw(writing, &tag, sizeof tag);
}

static void write_count(struct writing *writing, size_t count)
{
    uint32_t number = (uint32_t)count;
    write_raw(writing, &number, sizeof number);
}

static void write_spans(struct writing *writing, const cclb_spans *spans)
{
    size_t len = 0;
    for (size_t i = 0; i < spans->count; i++) {
        len += spans->spans[i].len;
    }
    write_count(writing, len);
    for (size_t i = 0; i < spans->count; i++) {
        write_raw(writing, spans->spans[i].data, spans->spans[i].len);
    }
}

static void write_value(struct writing *writing, const struct wire_field *field, const uint8_t *member)
{
    cclb_bytes bytes;
    cclb_spans spans;
    struct wire_items array;
    switch (field->kind) {
    case WIRE_U16:
        write_raw(writing, member, sizeof(uint16_t));
        break;
    case WIRE_U32:
        write_raw(writing, member, sizeof(uint32_t));
        break;
    case WIRE_U64:
        write_raw(writing, member, sizeof(uint64_t));
        break;
    case WIRE_F64:
        write_raw(writing, member, sizeof(double));
        break;
    case WIRE_TEXT:
    case WIRE_BYTES:
        memcpy(&bytes, member, sizeof bytes);
        write_count(writing, bytes.len);
        write_raw(writing, bytes.data, bytes.len);
        break;
    case WIRE_SPANS:
        memcpy(&spans, member, sizeof spans);
        write_spans(writing, &spans);
        break;
    case WIRE_ARRAY:
        memcpy(&array, member, sizeof array);
        write_count(writing, array.count);
        for (size_t i = 0; i < array.count; i++) {
            write_type(writing, field->type, (const uint8_t *)array.items + i * field->type->c_size);
        }
        break;
    case WIRE_RECORD:
        write_type(writing, field->type, member);
        break;
    }
}

static void write_fields(struct writing *writing, const struct wire_fields *fields, const uint8_t *message)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *field = &fields->items[i];
        if (field->at[writing->form] == WIRE_ABSENT) {
            continue;
        }
        if (field->optional) {
            bool present;
            memcpy(&present, message + field->present_offset, sizeof present);
            write_tag(writing, present);
            if (!present) {
                continue;
            }
        }
        write_value(writing, field, message + field->value_offset);
    }
}

static void write_type(struct writing *writing, const struct wire_type *type, const uint8_t *message)
{
    if (type->variants == NULL) {
        write_fields(writing, &type->fields, message);
        return;
    }
    uint32_t kind;
    memcpy(&kind, message, sizeof kind);
    write_tag(writing, (uint8_t)kind);
    write_fields(writing, &type->variants[kind].fields, message);
}

cclb_status value_write(const struct wire_type *type, cclb_form form, const void *message, struct arena *arena,
                        cclb_bytes *value, cclb_error *error)
{
    struct writing counting = {.form = form};
    write_type(&counting, type, message);
    struct writing writing = {.form = form, .out = arena_alloc(arena, counting.len)};
    if (writing.out == NULL) {
        return error_no_memory(error, counting.len);
    }
    write_type(&writing, type, message);
    *value = cclb_bytes_of(writing.out, writing.len);
    return CCLB_OK;
}
