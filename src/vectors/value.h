/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.h - the value form of messages (spec/wire.md section 11): their fields in order, packed, with counts before
 * texts and arrays. It says what an archive means without saying how it is laid out.
 */
#ifndef VECTORS_VALUE_H
#define VECTORS_VALUE_H

#include "base/arena.h"
#include "cclb/error.h"
#include "wire/layout.h"

/*
 * Reads a value of `type` in `form` into *message, a C struct of the type. Text is borrowed from `value`, the rest is
 * in the arena. A body is given as `spans` pieces, some of them empty, that make it up; spans > 0. CCLB_BAD_INPUT with
 * the offset in `value`; CCLB_NO_MEMORY.
 */
CCLB_MUST_CHECK cclb_status value_read(const struct wire_type *type, cclb_form form, cclb_bytes value, size_t spans,
                                       struct arena *arena, void *message, cclb_error *error);

/* Writes a message in its value form, into the arena. CCLB_NO_MEMORY. */
CCLB_MUST_CHECK cclb_status value_write(const struct wire_type *type, cclb_form form, const void *message,
                                        struct arena *arena, cclb_bytes *value, cclb_error *error);

#endif
