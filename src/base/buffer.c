/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.c - one allocation, one byte longer than it says. */

#include "base/buffer.h"

#include "base/allocate.h"
#include "base/error.h"

cclb_status buffer_init(cclb_buffer *buffer, size_t len, const cclb_allocator *allocator, cclb_error *error)
{
    cclb_allocator memory = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    uint8_t *data = len < SIZE_MAX ? memory.allocate(memory.context, len + 1) : NULL;
    if (data == NULL) {
        return error_no_memory(error, len);
    }
    data[len] = '\0';
    *buffer = (cclb_buffer){.data = data, .len = len, .allocator = memory};
    return CCLB_OK;
}

void cclb_buffer_deinit(cclb_buffer *buffer)
{
    if (buffer && buffer->data) {
        release(&buffer->allocator, buffer->data, buffer->len + 1);
        *buffer = (cclb_buffer){0};
    }
}
