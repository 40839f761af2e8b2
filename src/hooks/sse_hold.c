/* SPDX-License-Identifier: Apache-2.0 */
/* sse_hold.c - one block that doubles. */

#include "hooks/sse_hold.h"

#include "base/allocate.h"
#include "base/error.h"

enum { LEAST = 1024, KEPT_MAX = 64 * 1024 };

cclb_status sse_hold_reserve(struct sse_hold *hold, size_t more, cclb_error *error)
{
    if (more <= hold->capacity - hold->len) {
        return CCLB_OK;
    }
    if (more > SIZE_MAX / 4 - hold->len) {
        return error_no_memory(error, more);
    }
    size_t capacity = hold->capacity * 2 > LEAST ? hold->capacity * 2 : LEAST;
    if (capacity < hold->len + more) {
        capacity = hold->len + more;
    }
    /* Not allocate(), which would zero what is about to be written. */
    uint8_t *data = hold->allocator->allocate(hold->allocator->context, capacity);
    if (data == NULL) {
        return error_no_memory(error, capacity);
    }
    if (hold->len > 0) {
        memcpy(data, hold->data, hold->len);
    }
    release(hold->allocator, hold->data, hold->capacity);
    hold->data = data;
    hold->capacity = capacity;
    return CCLB_OK;
}

cclb_status sse_hold_append(struct sse_hold *hold, cclb_bytes bytes, cclb_error *error)
{
    cclb_status status = sse_hold_reserve(hold, bytes.len, error);
    if (status == CCLB_OK && bytes.len > 0) {
        memcpy(hold->data + hold->len, bytes.data, bytes.len);
        hold->len += bytes.len;
    }
    return status;
}

void sse_hold_clear(struct sse_hold *hold)
{
    hold->len = 0;
    if (hold->capacity > KEPT_MAX) {
        sse_hold_deinit(hold);
    }
}

void sse_hold_deinit(struct sse_hold *hold)
{
    release(hold->allocator, hold->data, hold->capacity);
    *hold = (struct sse_hold){.allocator = hold->allocator};
}
