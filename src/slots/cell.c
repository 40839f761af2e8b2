/* SPDX-License-Identifier: Apache-2.0 */
/* cell.c - one piece of memory for a cell and the bytes of its key. */

#include "slots/cell.h"

#include "slots/key.h"

struct cell *cell_create(const cclb_allocator *allocator, cclb_slot_key key, cclb_slot_kind kind,
                         const uint8_t hash[CCLB_SLOT_HASH_SIZE])
{
    struct cell *cell = allocate(allocator, sizeof *cell + key_size(key));
    if (cell == NULL) {
        return NULL;
    }
    cell->key = key_copy(key, cell->text);
    cell->kind = kind;
    memcpy(cell->hash, hash, sizeof cell->hash);
    return cell;
}

void cell_destroy(const cclb_allocator *allocator, struct cell *cell)
{
    if (cell->payload.destroy) {
        cell->payload.destroy(cell->payload.object);
    }
    breaker_destroy(cell->breaker, allocator);
    release(allocator, cell, sizeof *cell + key_size(cell->key));
}

cclb_slot_info cell_info(const struct cell *cell)
{
    cclb_slot_info info = {
        .key = cell->key,
        .kind = cell->kind,
        .version = cell->version,
        .handles = cell->handles,
        .failure_policy = atomic_load_explicit(&cell->failure_policy, memory_order_relaxed),
    };
    memcpy(info.hash, cell->hash, sizeof info.hash);
    return info;
}
