/* SPDX-License-Identifier: Apache-2.0 */
/* property.h - what fuzz targets need to say what must hold, and to take an input apart. */
#ifndef FUZZ_PROPERTY_H
#define FUZZ_PROPERTY_H

#include "cclb/buffer.h"
#include "cclb/error.h"
#include "wire/layout.h"

/* Ends the program with a message and a core, where a condition does not hold. */
#define HOLDS(condition) property_holds((condition), #condition, __FILE__, __LINE__)
void property_holds(bool holds, const char *what, const char *file, int line);

/* The next byte of the input, which it takes away; 0 where none is left. */
uint8_t input_byte(cclb_bytes *input);

/* The next eight as a number, the same way. */
uint64_t input_u64(cclb_bytes *input);

/*
 * A message type and a form that has it, by two bytes of the input; false: that form does not have it. Every pair can be
 * had.
 */
bool input_message(cclb_bytes *input, const struct wire_type **type, cclb_form *form);

/* The version of the wire crate that has a form, which is how tests/slow_schema.h names it. */
const char *form_crate(cclb_form form);

/* Bytes in memory of exactly their size, so that a sanitizer sees a read beside them; free(data). */
cclb_bytes exact_copy(cclb_bytes bytes);
void exact_free(cclb_bytes copy);

/* What has been written into a buffer. */
cclb_bytes bytes_in(const cclb_buffer *buffer);

/* Reads each of the bytes, wherever they lie. */
void touch(cclb_bytes bytes);

/* Whether a part, empty or not, lies inside the whole. */
bool lies_in(cclb_bytes part, cclb_bytes whole);

/* UTF-8 without a character that may not reach a terminal; `lines`: but for line feeds. */
bool is_printable(cclb_bytes text, bool lines);

/* What holds for each error that was filled for `status`, about an input of `len` bytes. */
void error_holds(const cclb_error *error, cclb_status status, size_t len);

/* Whether two errors say the same. */
bool error_equal(const cclb_error *a, const cclb_error *b);

#endif
