/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cell.h - one admitted plugin under one key.
 *
 * What a call needs of it never changes, but for its failure policy. It is freed when it is in no slot, no lane guards it and nobody counts on it.
 */
#ifndef SLOTS_CELL_H
#define SLOTS_CELL_H

#include "base/allocate.h"
#include "slots/breaker.h"

#include <stdatomic.h>

/* What a cell is about; to the layer above. */
struct cell_payload {
    void *object;
    void (*destroy)(void *object); /* called once, on any thread, with no lock held */
};

struct cell {
    cclb_slot_key key; /* the bytes are the cell's own */
    cclb_slot_kind kind;
    uint64_t version;
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    struct cell_payload payload;
    struct breaker *breaker; /* the cell's own; NULL: none */
    uint32_t label; /* under which its calls are counted (metrics/metrics.h) */
    /* Not of the content (R35): registering the same content again changes it. Never CCLB_FAILURE_DEFAULT. */
    _Atomic(cclb_failure_policy) failure_policy;
    /* Under the mutex of the slots: */
    struct cell *next; /* in whatever list it is in */
    uint32_t handles;
    uint32_t visits;
    bool retired;
    uint8_t text[]; /* of the key */
};

/* A cell with a copy of the key and no payload yet; NULL if there is no memory. */
struct cell *cell_create(const cclb_allocator *allocator, cclb_slot_key key, cclb_slot_kind kind,
                         const uint8_t hash[CCLB_SLOT_HASH_SIZE]);

/* Destroys it with its payload. */
void cell_destroy(const cclb_allocator *allocator, struct cell *cell);

/* What it tells about itself; its counts are read, so the mutex is held. */
cclb_slot_info cell_info(const struct cell *cell);

#endif
