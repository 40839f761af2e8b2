/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buffer.h - bytes that the caller owns.
 *
 * Functions that make bytes of a length that nobody knows before fill a buffer, which holds nothing then that its
 * caller would have to free first.
 */
#ifndef CCLB_BUFFER_H
#define CCLB_BUFFER_H

#include "cclb/allocator.h"
#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A run of bytes with its owner: give it back with cclb_buffer_deinit(). Thread class: HANDOFF. Zeroed: empty. */
typedef struct cclb_buffer {
    uint8_t *data; /* NUL-terminated behind len, for convenience */
    size_t len;
    cclb_allocator allocator; /* what it is given back to; it must outlive the buffer */
} cclb_buffer;

/* Frees a buffer and zeroes it; NULL or a zeroed one is fine. Any thread; neither blocks nor allocates; cannot fail. */
CCLB_API void cclb_buffer_deinit(cclb_buffer *buffer);

#ifdef __cplusplus
}
#endif

#endif
