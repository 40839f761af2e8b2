/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_memory.h - the one door into a guest's memory.
 *
 * An offset and a length go in; a view that lies wholly inside, or nothing, comes out. The comparison subtracts
 * unsigned numbers and cannot wrap. A view dies at the next entry into the guest.
 */
#ifndef ENGINE_GUEST_MEMORY_H
#define ENGINE_GUEST_MEMORY_H

#include "engine/engine.h"

/* The bytes [offset, offset + len) of the memory; NULL if any of them lies outside. len may be 0. */
static inline uint8_t *guest_memory_view(struct engine_memory memory, uint64_t offset, uint64_t len)
{
    if (offset > memory.size || len > memory.size - offset) {
        return NULL;
    }
    return memory.base + offset;
}

#endif
