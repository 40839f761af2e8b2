/* SPDX-License-Identifier: Apache-2.0 */
/* uuid.h - UUIDs as plugins may write them (spec rule R87) and as hosts send them (R79). */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "cclb/bytes.h"

enum { UUID_SIZE = 16, UUID_TEXT_SIZE = 36 };

/*
 * Reads 32 hex digits, the hyphenated form, that in braces, or that after "urn:uuid:"; any case, nothing around it.
 * False, with out undefined, if text is none of these.
 */
bool uuid_parse(cclb_bytes text, uint8_t out[UUID_SIZE]);

/* Writes the hyphenated form in lower case, without NUL. */
void uuid_format(const uint8_t uuid[UUID_SIZE], char text[UUID_TEXT_SIZE]);

#endif
