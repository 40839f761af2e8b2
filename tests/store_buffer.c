/* SPDX-License-Identifier: Apache-2.0 */
/* store_buffer.c - an array that is moved down when its end is reached. */

#include "store_buffer.h"

#include <string.h>

const struct store *store_buffer_oldest(const struct store_buffer *buffer)
{
    return buffer->first < buffer->end ? &buffer->store[buffer->first] : NULL;
}

const struct store *store_buffer_find(const struct store_buffer *buffer, uintptr_t at, size_t size)
{
    for (size_t i = buffer->end; i > buffer->first; i--) {
        if (buffer->store[i - 1].at == at && buffer->store[i - 1].size == size) {
            return &buffer->store[i - 1];
        }
    }
    return NULL;
}

bool store_buffer_touches(const struct store_buffer *buffer, uintptr_t at, size_t size)
{
    for (size_t i = buffer->first; i < buffer->end; i++) {
        if (bytes_overlap(buffer->store[i].at, buffer->store[i].size, at, size)) {
            return true;
        }
    }
    return false;
}

bool store_buffer_add(struct store_buffer *buffer, struct store store)
{
    if (buffer->end == STORE_BUFFER_MAX) {
        memmove(buffer->store, buffer->store + buffer->first, (buffer->end - buffer->first) * sizeof *buffer->store);
        buffer->end -= buffer->first;
        buffer->first = 0;
    }
    if (buffer->end == STORE_BUFFER_MAX) {
        return false;
    }
    buffer->store[buffer->end++] = store;
    return true;
}
