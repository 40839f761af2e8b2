/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_decoder.h - a reader of archives that is as close to the text of the specification as C gets.
 *
 * Section 6 of spec/wire.md is pseudo-code; this is that pseudo-code over slow_schema.h. It allocates, it copies, it
 * works out every offset anew: its only merit is that one can hold it against the specification line by line. It
 * aborts if there is no memory.
 */
#ifndef TESTS_SLOW_DECODER_H
#define TESTS_SLOW_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the archive as the struct or enum `type` ("FilterRequest") of the form `form` ("0.9.0"), as if its first byte
 * stood at an address that is `misalign` above a multiple of 16. True: accepted, and *value, in the value form of
 * section 11, is the caller's to free. False: the specification rejects it, or there is no such type in that form;
 * *value and *value_len are untouched.
 */
bool slow_decode(const char *type, const char *form, size_t misalign, const uint8_t *archive, size_t len,
                 uint8_t **value, size_t *value_len);

#endif
