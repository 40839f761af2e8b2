/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_bytes.h - what the slow decoder and the slow encoder both need of bytes: a buffer, little-endian numbers, UTF-8.
 */
#ifndef TESTS_SLOW_BYTES_H
#define TESTS_SLOW_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that only ever grow at the end; a zeroed one is empty. data is from malloc. */
struct slow_buffer {
    uint8_t *data;
    size_t len;
    size_t capacity;
};

/* Appends len bytes, zeros if data is NULL. Afterwards buffer->data is not NULL, also if len is 0. */
void slow_append(struct slow_buffer *buffer, const void *data, size_t len);

/* The memory, or abort: tests do not go on without it. */
void *slow_must_have(void *memory);

uint32_t slow_get_u32(const uint8_t *at);
int64_t slow_get_i32(const uint8_t *at);
void slow_put_u32(uint8_t *at, uint32_t number);

/* Section 6: no surrogates, no overlong forms, nothing above U+10FFFF; NUL is fine. */
bool slow_is_utf8(const uint8_t *text, size_t len);

#endif
