/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - from keys to slots: an open-addressed hash table that is read without a lock.
 *
 * One writer at a time; readers at any time, as long as the table they read is kept alive for them. Slots are added in
 * place and never removed: the slot of an evicted key stays, empty, and serves the key again if it comes back. When the
 * room is used up, the writer makes a new table without the empty slots. These are freed together with the table that
 * they were dropped from, and tables are freed oldest first, because an older table may hold the same empty slot.
 */
#ifndef SLOTS_TABLE_H
#define SLOTS_TABLE_H

#include "slots/cell.h"
#include "slots/key.h"

#include <stdatomic.h>

/* Where the present cell of a key is found. */
struct slot {
    _Atomic(struct cell *) cell; /* NULL: evicted */
    uint64_t hash;
    cclb_slot_key key; /* the bytes are the slot's own */
    /* For the writer: */
    struct slot *next_dropped;
    uint64_t marked; /* by which retain */
    uint8_t text[];  /* of the key */
};

struct table {
    size_t capacity; /* a power of two */
    /* For the writer: */
    size_t used;          /* entries, those of empty slots included */
    struct slot *dropped; /* slots that the next table does not have */
    struct table *next;   /* retired after this one */
    _Atomic(struct slot *) entry[];
};

/* An empty table with room for `count` slots and at least as many to come; NULL if there is no memory. */
struct table *table_create(const cclb_allocator *allocator, size_t count);

/* Frees it and the slots dropped from it, but not those it shares with the next table. */
void table_destroy(const cclb_allocator *allocator, struct table *table);

/* Frees it with all its slots, which must be empty. */
void table_destroy_last(const cclb_allocator *allocator, struct table *table);

/* The slot of a key, empty or not, or NULL. Readers and the writer. */
struct slot *table_find(const struct table *table, uint64_t hash, cclb_slot_key key);

/* A slot holding `cell`, for table_add(); NULL if there is no memory. */
struct slot *slot_create(const cclb_allocator *allocator, uint64_t hash, struct cell *cell);

/* Frees a slot that is in no table. */
void slot_destroy(const cclb_allocator *allocator, struct slot *slot);

/* Whether there is room for one slot more. */
bool table_has_room(const struct table *table);

/* Adds a slot whose key is not in the table, which has room; readers find it at once. */
void table_add(struct table *table, struct slot *slot);

/* Adds all slots that have a cell to `next`, which has room for them, and notes the others as dropped. */
void table_move(struct table *table, struct table *next);

#endif
