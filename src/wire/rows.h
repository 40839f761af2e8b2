/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - how the tables of messages and records are written.
 *
 * Each struct has one table, a macro that lists its fields in the order of declaration:
 *
 *     #define WIRE_HEADER(FIELD)
 *         FIELD(text, name, WIRE_ALL(0))
 *         FIELD(bytes, value, WIRE_ALL(8))
 *
 * A row is the field's kind, its name (in C and on the wire), and its offset in each of the seven forms, written with
 * a macro of that struct's layout columns. An enum's table lists VARIANT(enumerator, name, table of its fields).
 * The kinds are functions: sizer_KIND measures, writer_KIND writes, reader_KIND checks. A table expanded with
 * SIZER_ROW is the body of a measuring function, and so on; layout.c expands it once more, into data for reflection.
 *
 * `form` is a constant wherever speed counts, so the choice of a column and the test for absence cost nothing.
 */
#ifndef WIRE_ROWS_H
#define WIRE_ROWS_H

#include "cclb/hook.h"

/* The offset of a field that a form lacks. */
#define WIRE_ABSENT (-1)

/* One layout column for every form. */
#define WIRE_ALL(at) at, at, at, at, at, at, at

/* The size, in each form, of a type that only some forms have: 0 in the others. */
#define WIRE_FROM_W5(size) 0, 0, 0, size, size, size, size
#define WIRE_FROM_W6(size) 0, 0, 0, 0, size, size, size
#define WIRE_TO_W8(size) size, size, size, size, size, size, 0

/* The entry of a form in a row of seven. */
#define WIRE_PICK(form, w2, w3, w4, w5, w6, w8, w9)                                                                    \
    ((form) == CCLB_FORM_W2   ? (w2)                                                                                   \
     : (form) == CCLB_FORM_W3 ? (w3)                                                                                   \
     : (form) == CCLB_FORM_W4 ? (w4)                                                                                   \
     : (form) == CCLB_FORM_W5 ? (w5)                                                                                   \
     : (form) == CCLB_FORM_W6 ? (w6)                                                                                   \
     : (form) == CCLB_FORM_W8 ? (w8)                                                                                   \
                              : (w9))

/* The same for a row that is itself a macro. */
#define WIRE_AT(form, ...) WIRE_PICK(form, __VA_ARGS__)

_Static_assert(CCLB_FORM_COUNT == 7, "a row has one offset per form");

#endif
