/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_hold.h - bytes that are kept until the rest of their event comes.
 *
 * Appending takes linear time in all. What one large event needed is given back after it, so that a stream which had one
 * does not hold its memory until it ends. Thread class: HANDOFF.
 */
#ifndef HOOKS_SSE_HOLD_H
#define HOOKS_SSE_HOLD_H

#include "cclb/allocator.h"
#include "cclb/error.h"

/* Zeroed, but for the allocator, which must outlive it: empty. */
struct sse_hold {
    const cclb_allocator *allocator;
    uint8_t *data;
    size_t len;
    size_t capacity; /* at most twice the most that was ever asked for, and the least block */
};

/* Makes room for `more` bytes behind len. CCLB_NO_MEMORY, and nothing is changed. */
cclb_status sse_hold_reserve(struct sse_hold *hold, size_t more, cclb_error *error);

/* Appends bytes that lie elsewhere. CCLB_NO_MEMORY, and nothing is changed. */
cclb_status sse_hold_append(struct sse_hold *hold, cclb_bytes bytes, cclb_error *error);

/* Forgets the bytes; keeps memory only as far as the next event is likely to need it. */
void sse_hold_clear(struct sse_hold *hold);

/* Gives its memory back; it is empty afterwards and can be used again. */
void sse_hold_deinit(struct sse_hold *hold);

#endif
