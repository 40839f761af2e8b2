/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.h - bytes that the caller owns. */
#ifndef CCLB_BUFFER_H
#define CCLB_BUFFER_H

#include "cclb/allocator.h"
#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Thread class: HANDOFF. Zeroed: empty. */
typedef struct cclb_buffer {
    uint8_t *data; /* NUL-terminated behind len, for convenience */
    size_t len;
    cclb_allocator allocator; /* that it is given back to */
} cclb_buffer;

/* Frees it and zeroes it; NULL or a zeroed one is fine. */
CCLB_API void cclb_buffer_deinit(cclb_buffer *buffer);

#ifdef __cplusplus
}
#endif

#endif
