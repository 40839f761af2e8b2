/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sizer.h - the first pass of writing: how long the archive is, and whether it may be written at all.
 *
 * It walks a message in the order in which writer.h will write it and keeps only the position. The sum is compared
 * before it is made, so it never passes WIRE_SIZE_MAX and lengths that cannot be true are refused before anything is
 * read through them. Text is looked at here, because a reader would refuse what is not UTF-8.
 */
#ifndef WIRE_SIZER_H
#define WIRE_SIZER_H

#include "base/utf8.h"
#include "cclb/message.h"
#include "wire/fault.h"
#include "wire/raw.h"
#include "wire/rows.h"

struct sizer {
    size_t end; /* where the next byte goes; at most WIRE_SIZE_MAX */
    struct wire_fault *fault;
};

WIRE_INLINE bool sizer_take(struct sizer *sizer, size_t len)
{
    if (len > WIRE_SIZE_MAX - sizer->end) {
        return wire_fault_set(sizer->fault, WIRE_FAULT_TOO_LARGE, sizer->end);
    }
    sizer->end += len;
    return true;
}

/* The records of an array, or the root, behind their data. */
WIRE_INLINE bool sizer_records(struct sizer *sizer, size_t count, size_t size, size_t align)
{
    return sizer_take(sizer, raw_padding(sizer->end, align)) && sizer_take(sizer, count * size);
}

/* Whether `count` records can be walked at all. */
WIRE_INLINE bool sizer_count(struct sizer *sizer, size_t count, size_t size)
{
    if (count > WIRE_SIZE_MAX / size) {
        return wire_fault_set(sizer->fault, WIRE_FAULT_TOO_LARGE, sizer->end);
    }
    return true;
}

#define SIZER_NUMBER(kind, c_type)                                                                                     \
    WIRE_INLINE bool sizer_##kind(struct sizer *sizer, const c_type *value, cclb_form form)                            \
    {                                                                                                                  \
        (void)sizer;                                                                                                   \
        (void)value;                                                                                                   \
        (void)form;                                                                                                    \
        return true;                                                                                                   \
    }

SIZER_NUMBER(u16, uint16_t)
SIZER_NUMBER(u32, uint32_t)
SIZER_NUMBER(u64, uint64_t)
SIZER_NUMBER(f64, double)
SIZER_NUMBER(optional_u64, cclb_optional_u64)

WIRE_INLINE bool sizer_bytes(struct sizer *sizer, const cclb_bytes *value, cclb_form form)
{
    (void)form;
    return sizer_take(sizer, value->len);
}

WIRE_INLINE bool sizer_text(struct sizer *sizer, const cclb_bytes *value, cclb_form form)
{
    size_t start = sizer->end;
    if (!sizer_bytes(sizer, value, form)) {
        return false;
    }
    if (!utf8_valid(*value)) {
        return wire_fault_set(sizer->fault, WIRE_FAULT_TEXT, start + utf8_valid_prefix(*value));
    }
    return true;
}

WIRE_INLINE bool sizer_optional_text(struct sizer *sizer, const cclb_optional_bytes *value, cclb_form form)
{
    return !value->present || sizer_text(sizer, &value->value, form);
}

WIRE_INLINE bool sizer_spans(struct sizer *sizer, const cclb_spans *value, cclb_form form)
{
    (void)form;
    for (size_t i = 0; i < value->count; i++) {
        if (!sizer_take(sizer, value->spans[i].len)) {
            return false;
        }
    }
    return true;
}

/* One row of a table, in a function that has `sizer`, `record` and `form`. */
#define SIZER_ROW(kind, member, ...)                                                                                   \
    if (WIRE_AT(form, __VA_ARGS__) != WIRE_ABSENT && !sizer_##kind(sizer, &record->member, form)) {                    \
        return wire_fault_in(sizer->fault, #member);                                                                   \
    }

/* One variant of an enum whose fields stand in the enum's own struct. */
#define SIZER_VARIANT(enumerator, name, FIELDS)                                                                        \
    case enumerator:                                                                                                   \
        FIELDS(SIZER_ROW)                                                                                              \
        return true;

#endif
