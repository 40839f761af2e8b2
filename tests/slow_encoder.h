/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_encoder.h - the writer to slow_decoder.h's reader: section 5 of spec/wire.md over slow_schema.h.
 *
 * It aborts if there is no memory.
 */
#ifndef TESTS_SLOW_ENCODER_H
#define TESTS_SLOW_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes a value, given in the value form of section 11. True: *archive is the caller's to free. False: the bytes are
 * no value of that type, or there is no such type in that form, or the archive would be longer than 2^31 - 1; the
 * outputs are untouched.
 */
bool slow_encode(const char *type, const char *form, const uint8_t *value, size_t len, uint8_t **archive,
                 size_t *archive_len);

#endif
