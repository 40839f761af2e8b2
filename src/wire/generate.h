/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate.h - whole kinds from tables: records, arrays of them, and messages that are structs.
 *
 * What comes out is straight-line code, inlined into one function per message and layout, in which every offset is a
 * constant. Enums are written out by hand in their own files: there are four, and no two are alike.
 */
#ifndef WIRE_GENERATE_H
#define WIRE_GENERATE_H

#include "wire/reader.h"
#include "wire/sizer.h"
#include "wire/writer.h"

/* The kind `name` of a struct `c_type` with the table FIELDS. */
#define WIRE_RECORD_KIND(name, c_type, FIELDS)                                                                         \
    WIRE_INLINE bool sizer_##name(struct sizer *sizer, const c_type *record, cclb_form form)                           \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        FIELDS(SIZER_ROW)                                                                                              \
        return true;                                                                                                   \
    }                                                                                                                  \
    WIRE_INLINE void writer_##name(struct writer *writer, const c_type *record, size_t place, cclb_form form)          \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        FIELDS(WRITER_ROW)                                                                                             \
    }                                                                                                                  \
    WIRE_INLINE bool reader_##name(struct reader *reader, size_t place, cclb_form form)                                \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        FIELDS(READER_ROW)                                                                                             \
        return true;                                                                                                   \
    }

/* The kind `name` of an array `c_type` whose elements are of the kind `element`, with that one's table, size, align. */
#define WIRE_ARRAY_KIND(name, c_type, element, FIELDS, SIZES, align)                                                   \
    WIRE_INLINE bool sizer_##name(struct sizer *sizer, const c_type *array, cclb_form form)                            \
    {                                                                                                                  \
        size_t size = WIRE_AT(form, SIZES);                                                                            \
        if (!sizer_count(sizer, array->count, size)) {                                                                 \
            return false;                                                                                              \
        }                                                                                                              \
        for (size_t i = 0; i < array->count; i++) {                                                                    \
            if (!sizer_##element(sizer, &array->items[i], form)) {                                                     \
                return wire_fault_at(sizer->fault, i);                                                                 \
            }                                                                                                          \
        }                                                                                                              \
        return sizer_records(sizer, array->count, size, align);                                                        \
    }                                                                                                                  \
    WIRE_INLINE void writer_##name(struct writer *writer, const c_type *array, size_t place, cclb_form form)           \
    {                                                                                                                  \
        size_t size = WIRE_AT(form, SIZES);                                                                            \
        size_t count = array->count;                                                                                   \
        size_t records = writer->end;                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                                           \
            const __typeof__(array->items[0]) *record = &array->items[i];                                              \
            records += 0 FIELDS(EXTENT_ROW);                                                                           \
        }                                                                                                              \
        records += raw_padding(records, align);                                                                        \
        writer_box(writer, place, records, count);                                                                     \
        for (size_t i = 0; i < count; i++) {                                                                           \
            if ((size_t)(0 FIELDS(FILL_ROW)) != size) {                                                                \
                memset(writer->out + records + i * size, 0, size);                                                     \
            }                                                                                                          \
            writer_##element(writer, &array->items[i], records + i * size, form);                                      \
        }                                                                                                              \
        writer_pad(writer, align);                                                                                     \
        writer->end += count * size;                                                                                   \
    }                                                                                                                  \
    WIRE_INLINE bool reader_##name(struct reader *reader, size_t place, cclb_form form)                                \
    {                                                                                                                  \
        size_t size = WIRE_AT(form, SIZES);                                                                            \
        uint32_t count = raw_box_len(reader->data + place);                                                            \
        int64_t total = (int64_t)count * (int64_t)size;                                                                \
        int64_t target;                                                                                                \
        if (!reader_enter(reader, place, total, align, &target)) {                                                     \
            return false;                                                                                              \
        }                                                                                                              \
        int64_t high = reader->high;                                                                                   \
        reader->high = target;                                                                                         \
        for (uint32_t i = 0; i < count; i++) {                                                                         \
            if (!reader_##element(reader, (size_t)target + i * size, form)) {                                          \
                return wire_fault_at(reader->fault, i);                                                                \
            }                                                                                                          \
        }                                                                                                              \
        reader->low = target + total;                                                                                  \
        reader->high = high;                                                                                           \
        return true;                                                                                                   \
    }

/*
 * The three passes over a whole message whose kind is `name`, for one form: measure_NAME, write_NAME, check_NAME. The
 * root is zeroed first, so that its gaps, absent payloads and unused variants are.
 */
#define WIRE_MESSAGE_PASSES(name, c_type, Name, SIZES, ALIGNS)                                                         \
    WIRE_INLINE bool measure_##name(const c_type *message, cclb_form form, size_t *size, struct wire_fault *fault)     \
    {                                                                                                                  \
        struct sizer sizer = {.end = 0, .fault = fault};                                                               \
        if (!sizer_##name(&sizer, message, form) ||                                                                    \
            !sizer_records(&sizer, 1, WIRE_AT(form, SIZES), WIRE_AT(form, ALIGNS))) {                                  \
            return wire_fault_in(fault, #Name);                                                                        \
        }                                                                                                              \
        *size = sizer.end;                                                                                             \
        return true;                                                                                                   \
    }                                                                                                                  \
    WIRE_INLINE void write_##name(const c_type *message, cclb_form form, uint8_t *out, size_t size)                    \
    {                                                                                                                  \
        struct writer writer = {.out = out, .end = 0};                                                                 \
        size_t root = size - WIRE_AT(form, SIZES);                                                                     \
        memset(out + root, 0, WIRE_AT(form, SIZES));                                                                   \
        writer_##name(&writer, message, root, form);                                                                   \
        writer_pad(&writer, WIRE_AT(form, ALIGNS));                                                                    \
    }                                                                                                                  \
    WIRE_INLINE bool check_##name(cclb_bytes archive, cclb_form form, size_t misalign, struct wire_fault *fault)       \
    {                                                                                                                  \
        struct reader reader = {.data = archive.data, .misalign = misalign, .fault = fault};                           \
        size_t root;                                                                                                   \
        if (!reader_root(&reader, archive.len, WIRE_AT(form, SIZES), WIRE_AT(form, ALIGNS), &root) ||                  \
            !reader_##name(&reader, root, form)) {                                                                     \
            return wire_fault_in(fault, #Name);                                                                        \
        }                                                                                                              \
        return true;                                                                                                   \
    }

/*
 * What every message's header declares, for plugins as for hosts. All are pure and thread-safe.
 *
 * wire_measure_NAME: true and the size of the archive of `message` in `form`; false and *fault if it cannot be sent.
 * wire_write_NAME: writes all `size` bytes of the archive at out, which counts as 16-aligned; the message must be the
 *     one that was measured, unchanged.
 * wire_check_NAME: whether `archive` is one, lying `misalign` bytes behind a 16-aligned address; false and *fault if
 *     not.
 */
#define WIRE_MESSAGE_API(name, c_type)                                                                                 \
    bool wire_measure_##name(const c_type *message, cclb_form form, size_t *size, struct wire_fault *fault);           \
    void wire_write_##name(const c_type *message, cclb_form form, uint8_t *out, size_t size);                          \
    bool wire_check_##name(cclb_bytes archive, cclb_form form, size_t misalign, struct wire_fault *fault);

/* That, for a message with one layout in every form that has it; some_form is one of these. */
#define WIRE_MESSAGE_IN_ONE_LAYOUT(name, c_type, some_form)                                                            \
    bool wire_measure_##name(const c_type *message, cclb_form form, size_t *size, struct wire_fault *fault)            \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        return measure_##name(message, some_form, size, fault);                                                        \
    }                                                                                                                  \
    void wire_write_##name(const c_type *message, cclb_form form, uint8_t *out, size_t size)                           \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        write_##name(message, some_form, out, size);                                                                   \
    }                                                                                                                  \
    bool wire_check_##name(cclb_bytes archive, cclb_form form, size_t misalign, struct wire_fault *fault)              \
    {                                                                                                                  \
        (void)form;                                                                                                    \
        return check_##name(archive, some_form, misalign, fault);                                                      \
    }

#endif
