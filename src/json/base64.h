/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.h - bytes as text (RFC 4648 section 4).
 *
 * Reading is strict: the standard alphabet, padded to whole groups of four, no white space, and no bits set that do
 * not belong to a byte; so every run of bytes has one spelling.
 */
#ifndef JSON_BASE64_H
#define JSON_BASE64_H

#include "cclb/bytes.h"

/* How many characters `len` bytes take; len is at most SIZE_MAX / 2. */
size_t base64_encoded_size(size_t len);

/* Writes base64_encoded_size(bytes.len) characters at text, without NUL. */
void base64_encode(cclb_bytes bytes, char *text);

/* The most bytes that a text of this length stands for. */
size_t base64_decoded_size_max(size_t len);

/*
 * Reads text into out, which has room for base64_decoded_size_max(text.len) bytes, and sets *len. False, with *fault at
 * the first character that cannot be (text.len if that is not whole groups), and out undefined.
 */
bool base64_decode(cclb_bytes text, uint8_t *out, size_t *len, size_t *fault);

#endif
