/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_decoder.c - section 6 of spec/wire.md.
 *
 * Reading appends to the value form while it checks, since both go in field order; what was appended before a
 * rejection is thrown away.
 */

#include "slow_decoder.h"

#include "slow_bytes.h"
#include "slow_schema.h"

#include <stdlib.h>

struct reader {
    int form;
    int64_t base;
    const uint8_t *archive;
    int64_t lo, hi; /* the range still free for data */
    struct slow_buffer value;
};

/* The two halves of `enter`: what stands before body() and what stands after it. */
static bool enter(struct reader *reader, int64_t t, int64_t size, int64_t align, int64_t *saved)
{
    if (t < reader->lo || t + size > reader->hi) {
        return false;
    }
    if ((reader->base + t) % align != 0) {
        return false;
    }
    *saved = reader->hi;
    reader->hi = t;
    return true;
}

static void leave(struct reader *reader, int64_t t, int64_t size, int64_t saved)
{
    reader->lo = t + size;
    reader->hi = saved;
}

static bool check(struct reader *reader, const struct slow_type *type, int64_t p);

static bool check_fields(struct reader *reader, const struct slow_record *record, int64_t p)
{
    for (size_t i = 0; i < record->count; i++) {
        if (!check(reader, record->places[i].type, p + (int64_t)record->places[i].offset)) {
            return false;
        }
    }
    return true;
}

static bool check_box(struct reader *reader, const struct slow_type *type, int64_t p)
{
    const uint8_t *box = reader->archive + p;
    int64_t t = p + slow_get_i32(box);
    int64_t len = slow_get_u32(box + 4);
    int64_t element_size = type->kind == SLOW_ARRAY ? (int64_t)slow_size(type->of, reader->form) : 1;
    int64_t element_align = type->kind == SLOW_ARRAY ? (int64_t)slow_align(type->of, reader->form) : 1;
    int64_t saved;
    if (!enter(reader, t, len * element_size, element_align, &saved)) {
        return false;
    }
    slow_append(&reader->value, box + 4, 4);
    if (type->kind == SLOW_ARRAY) {
        for (int64_t i = 0; i < len; i++) {
            if (!check(reader, type->of, t + i * element_size)) {
                return false;
            }
        }
    } else {
        if (type->kind == SLOW_TEXT && !slow_is_utf8(reader->archive + t, (size_t)len)) {
            return false;
        }
        slow_append(&reader->value, reader->archive + t, (size_t)len);
    }
    leave(reader, t, len * element_size, saved);
    return true;
}

static bool check(struct reader *reader, const struct slow_type *type, int64_t p)
{
    const uint8_t *tag = reader->archive + p;
    struct slow_record record;
    switch (type->kind) {
    case SLOW_U16:
    case SLOW_U32:
    case SLOW_U64:
    case SLOW_F64:
        slow_append(&reader->value, reader->archive + p, slow_size(type, reader->form));
        return true;
    case SLOW_TEXT:
    case SLOW_BYTES:
    case SLOW_ARRAY:
        return check_box(reader, type, p);
    case SLOW_OPTIONAL:
        slow_append(&reader->value, tag, 1);
        if (*tag == 0) {
            return true;
        }
        return *tag == 1 && check(reader, type->of, p + (int64_t)slow_align(type->of, reader->form));
    case SLOW_ENUM:
        slow_append(&reader->value, tag, 1);
        if (*tag >= slow_variant_count(type)) {
            return false;
        }
        record = slow_variant_record(type, *tag, reader->form);
        return check_fields(reader, &record, p);
    case SLOW_STRUCT:
        record = slow_struct_record(type, reader->form);
        return check_fields(reader, &record, p);
    }
    abort();
}

bool slow_decode(const char *type, const char *form, size_t misalign, const uint8_t *archive, size_t len,
                 uint8_t **value, size_t *value_len)
{
    int number = slow_form_number(form);
    const struct slow_type *root = slow_type_named(type, number);
    if (!root) {
        return false;
    }
    struct reader reader = {
        .form = number, .base = (int64_t)misalign, .archive = archive, .lo = 0, .hi = (int64_t)len};
    int64_t n = (int64_t)len;
    int64_t size = (int64_t)slow_size(root, number);
    int64_t p = n < size ? 0 : n - size;
    int64_t saved;
    if (!enter(&reader, p, size, (int64_t)slow_align(root, number), &saved) || !check(&reader, root, p)) {
        free(reader.value.data);
        return false;
    }
    leave(&reader, p, size, saved);
    *value = reader.value.data;
    *value_len = reader.value.len;
    return true;
}
