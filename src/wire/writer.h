/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.h - the second pass of writing: every byte to its final place (spec/wire.md section 5).
 *
 * The format puts data before the record that points to it. The root's place is known from the first pass, and the
 * place of an array's records from the lengths of its elements' data; so records and data are written in one walk, with
 * a position each. `place` is a field's offset in the archive; `end` is where the next data go.
 *
 * Nothing is checked here: the first pass did, on the same message.
 */
#ifndef WIRE_WRITER_H
#define WIRE_WRITER_H

#include "cclb/message.h"
#include "wire/raw.h"
#include "wire/rows.h"

struct writer {
    uint8_t *out; /* byte 0 of the archive */
    size_t end;
};

WIRE_INLINE void writer_pad(struct writer *writer, size_t align)
{
    size_t padding = raw_padding(writer->end, align);
    for (size_t i = 0; i < padding; i++) {
        writer->out[writer->end + i] = 0;
    }
    writer->end += padding;
}

/* A box at `place` for what begins at `target`. */
WIRE_INLINE void writer_box(struct writer *writer, size_t place, size_t target, size_t len)
{
    uint32_t offset = (uint32_t)target - (uint32_t)place;
    uint64_t box = (uint64_t)len << 32 | offset;
    memcpy(writer->out + place, &box, sizeof box);
}

#define WRITER_NUMBER(kind, c_type)                                                                                    \
    WIRE_INLINE void writer_##kind(struct writer *writer, const c_type *value, size_t place, cclb_form form)           \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        memcpy(writer->out + place, value, sizeof *value);                                                             \
    }

WRITER_NUMBER(u16, uint16_t)
WRITER_NUMBER(u32, uint32_t)
WRITER_NUMBER(u64, uint64_t)
WRITER_NUMBER(f64, double)

WIRE_INLINE void writer_optional_u64(struct writer *writer, const cclb_optional_u64 *value, size_t place,
                                     cclb_form form)
{
    uint64_t tag = value->present;
    uint64_t number = value->present ? value->value : 0;
    writer_u64(writer, &tag, place, form);
    writer_u64(writer, &number, place + 8, form);
}

WIRE_INLINE void writer_bytes(struct writer *writer, const cclb_bytes *value, size_t place, cclb_form form)
{
    (void)form;
    size_t len = value->len;
    writer_box(writer, place, writer->end, len);
    raw_copy(writer->out + writer->end, value->data, len);
    writer->end += len;
}

WIRE_INLINE void writer_text(struct writer *writer, const cclb_bytes *value, size_t place, cclb_form form)
{
    writer_bytes(writer, value, place, form);
}

WIRE_INLINE void writer_optional_text(struct writer *writer, const cclb_optional_bytes *value, size_t place,
                                      cclb_form form)
{
    uint32_t tag = value->present;
    writer_u32(writer, &tag, place, form);
    if (value->present) {
        writer_text(writer, &value->value, place + 4, form);
    } else {
        memset(writer->out + place + 4, 0, WIRE_BOX_SIZE);
    }
}

WIRE_INLINE void writer_spans(struct writer *writer, const cclb_spans *value, size_t place, cclb_form form)
{
    (void)form;
    size_t start = writer->end;
    for (size_t i = 0; i < value->count; i++) {
        size_t len = value->spans[i].len;
        if (len > 0) {
            memcpy(writer->out + writer->end, value->spans[i].data, len);
        }
        writer->end += len;
    }
    writer_box(writer, place, start, writer->end - start);
}

/* One row of a table, in a function that has `writer`, `record`, `place` and `form`. */
#define WRITER_ROW(kind, member, ...)                                                                                  \
    if (WIRE_AT(form, __VA_ARGS__) != WIRE_ABSENT) {                                                                   \
        writer_##kind(writer, &record->member, place + (size_t)WIRE_AT(form, __VA_ARGS__), form);                      \
    }

/* One variant of an enum whose fields stand in the enum's own struct. */
#define WRITER_VARIANT(enumerator, name, FIELDS)                                                                       \
    case enumerator:                                                                                                   \
        FIELDS(WRITER_ROW)                                                                                             \
        break;

/*
 * For the elements of arrays, which hold no arrays themselves: how many bytes of data a field has (EXTENT_ROW), and
 * how many bytes of the record it fills (FILL_ROW); a record that its fields do not fill has gaps to zero.
 */
WIRE_INLINE size_t extent_bytes(const cclb_bytes *value)
{
    return value->len;
}

#define extent_text(value) extent_bytes(value)
#define extent_u32(value) ((size_t)0)
#define extent_u64(value) ((size_t)0)
#define extent_f64(value) ((size_t)0)

#define EXTENT_ROW(kind, member, ...)                                                                                  \
    +(WIRE_AT(form, __VA_ARGS__) != WIRE_ABSENT ? extent_##kind(&record->member) : 0)

enum { fill_text = WIRE_BOX_SIZE, fill_bytes = WIRE_BOX_SIZE, fill_u32 = 4, fill_u64 = 8, fill_f64 = 8 };

#define FILL_ROW(kind, member, ...) +(WIRE_AT(form, __VA_ARGS__) != WIRE_ABSENT ? fill_##kind : 0)

#endif
