/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_adapter.h - the library's codec behind the two functions that the slow one has, so that a test can hold one
 * against the other (slow_decoder.h, slow_encoder.h tell what arguments and results mean).
 *
 * This is the only file of the decoder's tests that knows src/wire. Where the library has several ways to one answer,
 * all of them are taken, and the running cmocka test fails if they differ among themselves.
 */
#ifndef TESTS_WIRE_ADAPTER_H
#define TESTS_WIRE_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool fast_decode(const char *type, const char *form, size_t misalign, const uint8_t *archive, size_t len,
                 uint8_t **value, size_t *value_len);

bool fast_encode(const char *type, const char *form, const uint8_t *value, size_t len, uint8_t **archive,
                 size_t *archive_len);

#endif
