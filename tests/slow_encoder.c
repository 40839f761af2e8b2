/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_encoder.c - section 5 of spec/wire.md.
 *
 * The value form is first parsed into a tree, because section 5 visits each value twice: out() for what it points to,
 * inline() for itself.
 */

#include "slow_encoder.h"

#include "slow_bytes.h"
#include "slow_schema.h"

#include <stdlib.h>
#include <string.h>

/* One value of the tree. */
struct value {
    const struct slow_type *type;
    const uint8_t *data; /* of a number, text or bytes */
    size_t count;        /* of bytes at data, or of parts */
    struct value *parts; /* elements, fields, or the payload of an optional that is present */
    uint8_t tag;         /* of an optional or enum */
    size_t target;       /* where out() put what the box points to */
};

/* What is left of the value form. */
struct source {
    int form;
    const uint8_t *data;
    size_t len;
};

static bool take(struct source *source, size_t len, const uint8_t **data)
{
    if (len > source->len) {
        return false;
    }
    *data = source->data;
    source->data += len;
    source->len -= len;
    return true;
}

static bool parse(struct source *source, const struct slow_type *type, struct value *value);

/* A value owns its parts from here on, also if this fails. */
static void make_parts(struct value *value, size_t count)
{
    value->parts = slow_must_have(calloc(count + 1, sizeof *value->parts));
    value->count = count;
}

static void free_parts(struct value *value)
{
    if (value->parts) {
        for (size_t i = 0; i < value->count; i++) {
            free_parts(&value->parts[i]);
        }
        free(value->parts);
    }
}

static bool parse_fields(struct source *source, const struct slow_record *record, struct value *value)
{
    make_parts(value, record->count);
    for (size_t i = 0; i < record->count; i++) {
        if (!parse(source, record->places[i].type, &value->parts[i])) {
            return false;
        }
    }
    return true;
}

static bool parse_sequence(struct source *source, const struct slow_type *type, struct value *value)
{
    const uint8_t *count;
    if (!take(source, 4, &count)) {
        return false;
    }
    if (type->kind != SLOW_ARRAY) {
        value->count = slow_get_u32(count);
        return take(source, value->count, &value->data) &&
               (type->kind != SLOW_TEXT || slow_is_utf8(value->data, value->count));
    }
    if (slow_get_u32(count) > source->len) {
        return false; /* no element is empty in value form, so there cannot be so many */
    }
    make_parts(value, slow_get_u32(count));
    for (size_t i = 0; i < value->count; i++) {
        if (!parse(source, type->of, &value->parts[i])) {
            return false;
        }
    }
    return true;
}

static bool parse(struct source *source, const struct slow_type *type, struct value *value)
{
    const uint8_t *tag;
    struct slow_record record;
    value->type = type;
    switch (type->kind) {
    case SLOW_U16:
    case SLOW_U32:
    case SLOW_U64:
    case SLOW_F64:
        value->count = slow_size(type, source->form);
        return take(source, value->count, &value->data);
    case SLOW_TEXT:
    case SLOW_BYTES:
    case SLOW_ARRAY:
        return parse_sequence(source, type, value);
    case SLOW_OPTIONAL:
        if (!take(source, 1, &tag) || *tag > 1) {
            return false;
        }
        value->tag = *tag;
        make_parts(value, *tag);
        return *tag == 0 || parse(source, type->of, &value->parts[0]);
    case SLOW_ENUM:
        if (!take(source, 1, &tag) || *tag >= slow_variant_count(type)) {
            return false;
        }
        value->tag = *tag;
        record = slow_variant_record(type, *tag, source->form);
        return parse_fields(source, &record, value);
    case SLOW_STRUCT:
        record = slow_struct_record(type, source->form);
        return parse_fields(source, &record, value);
    }
    abort();
}

struct writer {
    int form;
    struct slow_buffer archive; /* pos is archive.len */
};

static void pad(struct writer *writer, size_t align)
{
    while (writer->archive.len % align != 0) {
        slow_append(&writer->archive, NULL, 1);
    }
}

static void fill(struct writer *writer, const struct value *v, size_t at);

static void fill_fields(struct writer *writer, const struct slow_record *record, const struct value *v, size_t at)
{
    for (size_t i = 0; i < record->count; i++) {
        fill(writer, &v->parts[i], at + record->places[i].offset);
    }
}

/* What inline() does after its zero bytes: writes v over those that stand at `at`. */
static void fill(struct writer *writer, const struct value *v, size_t at)
{
    uint8_t *bytes = writer->archive.data + at;
    struct slow_record record;
    switch (v->type->kind) {
    case SLOW_U16:
    case SLOW_U32:
    case SLOW_U64:
    case SLOW_F64:
        memcpy(bytes, v->data, v->count);
        return;
    case SLOW_TEXT:
    case SLOW_BYTES:
    case SLOW_ARRAY:
        slow_put_u32(bytes, (uint32_t)(v->target - at));
        slow_put_u32(bytes + 4, (uint32_t)v->count);
        return;
    case SLOW_OPTIONAL:
        bytes[0] = v->tag;
        if (v->tag == 1) {
            fill(writer, &v->parts[0], at + slow_align(v->type->of, writer->form));
        }
        return;
    case SLOW_ENUM:
        bytes[0] = v->tag;
        record = slow_variant_record(v->type, v->tag, writer->form);
        fill_fields(writer, &record, v, at);
        return;
    case SLOW_STRUCT:
        record = slow_struct_record(v->type, writer->form);
        fill_fields(writer, &record, v, at);
        return;
    }
}

static void append_inline(struct writer *writer, const struct value *v)
{
    size_t at = writer->archive.len;
    slow_append(&writer->archive, NULL, slow_size(v->type, writer->form));
    fill(writer, v, at);
}

static void out(struct writer *writer, struct value *v)
{
    switch (v->type->kind) {
    case SLOW_U16:
    case SLOW_U32:
    case SLOW_U64:
    case SLOW_F64:
        return;
    case SLOW_TEXT:
    case SLOW_BYTES:
        v->target = writer->archive.len;
        slow_append(&writer->archive, v->data, v->count);
        return;
    case SLOW_ARRAY:
        for (size_t i = 0; i < v->count; i++) {
            out(writer, &v->parts[i]);
        }
        pad(writer, slow_align(v->type->of, writer->form));
        v->target = writer->archive.len;
        for (size_t i = 0; i < v->count; i++) {
            append_inline(writer, &v->parts[i]);
        }
        return;
    case SLOW_OPTIONAL:
    case SLOW_ENUM:
    case SLOW_STRUCT:
        for (size_t i = 0; i < v->count; i++) {
            out(writer, &v->parts[i]);
        }
        return;
    }
}

bool slow_encode(const char *type, const char *form, const uint8_t *value, size_t len, uint8_t **archive,
                 size_t *archive_len)
{
    int number = slow_form_number(form);
    const struct slow_type *root_type = slow_type_named(type, number);
    if (!root_type) {
        return false;
    }
    struct source source = {.form = number, .data = value, .len = len};
    struct value root = {0};
    bool parsed = parse(&source, root_type, &root) && source.len == 0;
    struct writer writer = {.form = number};
    if (parsed) {
        out(&writer, &root);
        pad(&writer, slow_align(root_type, number));
        append_inline(&writer, &root);
    }
    free_parts(&root);
    if (!parsed || writer.archive.len > INT32_MAX) {
        free(writer.archive.data);
        return false;
    }
    *archive = writer.archive.data;
    *archive_len = writer.archive.len;
    return true;
}
