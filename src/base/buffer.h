/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.h - filling a caller's cclb_buffer. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "cclb/buffer.h"
#include "cclb/error.h"

/*
 * Makes an uninitialised buffer of `len` bytes with a NUL behind them; `allocator` may be NULL (malloc). CCLB_NO_MEMORY,
 * and *buffer is untouched.
 */
cclb_status buffer_init(cclb_buffer *buffer, size_t len, const cclb_allocator *allocator, cclb_error *error);

#endif
