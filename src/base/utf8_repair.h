/* SPDX-License-Identifier: Apache-2.0 */
/* utf8_repair.h - any bytes as text, the way the Encoding standard decodes them. */
#ifndef BASE_UTF8_REPAIR_H
#define BASE_UTF8_REPAIR_H

#include "cclb/bytes.h"

/* How much longer text can get: a byte that is no character becomes the three bytes of U+FFFD. */
enum { UTF8_REPAIR_GROWTH = 3 };

/*
 * Writes text to out, with U+FFFD for each piece that is no character, and returns its length, at most text.len times
 * UTF8_REPAIR_GROWTH. A piece is as long as it could still have become a character, else one byte: what browsers do.
 */
size_t utf8_repair(cclb_bytes text, uint8_t *out);

#endif
