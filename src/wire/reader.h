/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h - which bytes are an archive: exactly those that the reference's reader accepts (spec/wire.md section 6).
 *
 * `low` and `high` bound the bytes still free for data: a target lies before the record that points to it, behind the
 * targets of all fields before, and inside the range. Positions are 64 bits wide on every machine, so that neither an
 * offset plus a place nor a count times a size can overflow.
 */
#ifndef WIRE_READER_H
#define WIRE_READER_H

#include "base/utf8.h"
#include "cclb/message.h"
#include "wire/fault.h"
#include "wire/raw.h"
#include "wire/rows.h"

struct reader {
    const uint8_t *data;
    int64_t low;
    int64_t high;
    size_t misalign; /* the archive is judged as if it lay this far behind a 16-aligned address */
    struct wire_fault *fault;
};

/* Where the target of a box begins and what it takes; false if it may not lie there. */
WIRE_INLINE bool reader_enter(struct reader *reader, size_t place, int64_t size, size_t align, int64_t *target)
{
    int64_t at = (int64_t)place + raw_box_offset(reader->data + place);
    if (at < reader->low || size > reader->high - at) {
        return wire_fault_set(reader->fault, WIRE_FAULT_RANGE, place);
    }
    if (align > 1 && ((reader->misalign + (size_t)at) & (align - 1)) != 0) {
        return wire_fault_set(reader->fault, WIRE_FAULT_ALIGNMENT, place);
    }
    *target = at;
    return true;
}

#define READER_NUMBER(kind)                                                                                            \
    WIRE_INLINE bool reader_##kind(struct reader *reader, size_t place, cclb_form form)                                \
    {                                                                                                                  \
        (void)reader;                                                                                                  \
        (void)place;                                                                                                   \
        (void)form;                                                                                                    \
        return true;                                                                                                   \
    }

READER_NUMBER(u16)
READER_NUMBER(u32)
READER_NUMBER(u64)
READER_NUMBER(f64)

WIRE_INLINE bool reader_bytes(struct reader *reader, size_t place, cclb_form form)
{
    (void)form;
    int64_t size = raw_box_len(reader->data + place);
    int64_t target;
    if (!reader_enter(reader, place, size, 1, &target)) {
        return false;
    }
    reader->low = target + size;
    return true;
}

WIRE_INLINE bool reader_spans(struct reader *reader, size_t place, cclb_form form)
{
    return reader_bytes(reader, place, form);
}

WIRE_INLINE bool reader_text(struct reader *reader, size_t place, cclb_form form)
{
    if (!reader_bytes(reader, place, form)) {
        return false;
    }
    cclb_bytes text = raw_box(reader->data + place);
    if (!utf8_valid(text)) {
        size_t start = (size_t)reader->low - text.len;
        return wire_fault_set(reader->fault, WIRE_FAULT_TEXT, start + utf8_valid_prefix(text));
    }
    return true;
}

/* Sets *present from the tag of an optional. */
WIRE_INLINE bool reader_tag(struct reader *reader, size_t place, bool *present)
{
    uint8_t tag = reader->data[place];
    if (tag > 1) {
        return wire_fault_set(reader->fault, WIRE_FAULT_VARIANT, place);
    }
    *present = tag == 1;
    return true;
}

#define READER_OPTIONAL(kind, align)                                                                                   \
    WIRE_INLINE bool reader_optional_##kind(struct reader *reader, size_t place, cclb_form form)                       \
    {                                                                                                                  \
        bool present;                                                                                                  \
        return reader_tag(reader, place, &present) && (!present || reader_##kind(reader, place + (align), form));      \
    }

READER_OPTIONAL(u16, 2)
READER_OPTIONAL(u64, 8)
READER_OPTIONAL(text, 4)
READER_OPTIONAL(spans, 4)

/* One row of a table, in a function that has `reader`, `place` and `form`. */
#define READER_ROW(kind, member, ...)                                                                                  \
    if (WIRE_AT(form, __VA_ARGS__) != WIRE_ABSENT &&                                                                   \
        !reader_##kind(reader, place + (size_t)WIRE_AT(form, __VA_ARGS__), form)) {                                    \
        return wire_fault_in(reader->fault, #member);                                                                  \
    }

#define READER_VARIANT(enumerator, name, FIELDS)                                                                       \
    case enumerator:                                                                                                   \
        FIELDS(READER_ROW)                                                                                             \
        return true;

/* The root stands at the very end; sets *place to it and leaves what is before it free for data. */
WIRE_INLINE bool reader_root(struct reader *reader, size_t len, size_t size, size_t align, size_t *place)
{
    if (len < size) {
        return wire_fault_set(reader->fault, WIRE_FAULT_TOO_SHORT, 0);
    }
    *place = len - size;
    if (((reader->misalign + *place) & (align - 1)) != 0) {
        return wire_fault_set(reader->fault, WIRE_FAULT_ALIGNMENT, *place);
    }
    reader->low = 0;
    reader->high = (int64_t)*place;
    return true;
}

#endif
