/* SPDX-License-Identifier: Apache-2.0 */
/* hex.h - bytes as pairs of lower-case hexadecimal digits; upper case is not read, because nothing here writes it. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "cclb/bytes.h"

/* Writes two digits per byte, without NUL: `bytes.len * 2` characters at text. */
void hex_encode(cclb_bytes bytes, char *text);

/* Reads digits into `text.len / 2` bytes at out; false, with out undefined, unless text is all pairs of digits. */
bool hex_decode(cclb_bytes text, uint8_t *out);

/* The value of one digit of either case, or -1. */
int hex_digit(uint8_t character);

#endif
