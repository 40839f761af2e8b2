/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - linear probing; at most three quarters of the entries are used, so that every search ends. */

#include "slots/table.h"

#include "base/step.h"

enum { FIRST_CAPACITY = 4 };

static size_t table_size(size_t capacity)
{
    return sizeof(struct table) + capacity * sizeof(_Atomic(struct slot *));
}

struct table *table_create(const cclb_allocator *allocator, size_t count)
{
    size_t capacity = FIRST_CAPACITY;
    while (capacity / 2 < count) {
        capacity *= 2;
    }
    struct table *table = allocate(allocator, table_size(capacity));
    if (table) {
        table->capacity = capacity;
    }
    return table;
}

void table_destroy(const cclb_allocator *allocator, struct table *table)
{
    struct slot *slot = table->dropped;
    while (slot) {
        struct slot *next = slot->next_dropped;
        slot_destroy(allocator, slot);
        slot = next;
    }
    release(allocator, table, table_size(table->capacity));
}

void table_destroy_last(const cclb_allocator *allocator, struct table *table)
{
    for (size_t i = 0; i < table->capacity; i++) {
        slot_destroy(allocator, step_load(&table->entry[i], memory_order_relaxed));
    }
    release(allocator, table, table_size(table->capacity));
}

struct slot *table_find(const struct table *table, uint64_t hash, cclb_slot_key key)
{
    size_t mask = table->capacity - 1;
    for (size_t at = (size_t)hash & mask;; at = (at + 1) & mask) {
        /* Acquire: against table_add(), to see what the slot was filled with. */
        struct slot *slot = step_load(&table->entry[at], memory_order_acquire);
        if (slot == NULL) {
            return NULL;
        }
        step_touch(slot);
        if (slot->hash == hash && key_equal(slot->key, key)) {
            return slot;
        }
    }
}

struct slot *slot_create(const cclb_allocator *allocator, uint64_t hash, struct cell *cell)
{
    struct slot *slot = allocate(allocator, sizeof *slot + key_size(cell->key));
    if (slot) {
        slot->hash = hash;
        slot->key = key_copy(cell->key, slot->text);
        atomic_init(&slot->cell, cell);
    }
    return slot;
}

void slot_destroy(const cclb_allocator *allocator, struct slot *slot)
{
    if (slot) {
        release(allocator, slot, sizeof *slot + key_size(slot->key));
    }
}

bool table_has_room(const struct table *table)
{
    return table->used < table->capacity / 4 * 3;
}

void table_add(struct table *table, struct slot *slot)
{
    size_t mask = table->capacity - 1;
    size_t at = (size_t)slot->hash & mask;
    /* Relaxed: the entries are the writer's own doing. */
    while (step_load(&table->entry[at], memory_order_relaxed)) {
        at = (at + 1) & mask;
    }
    /* Release: who finds the slot sees it filled. */
    step_store(&table->entry[at], slot, memory_order_release);
    table->used++;
}

void table_move(struct table *table, struct table *next)
{
    for (size_t i = 0; i < table->capacity; i++) {
        struct slot *slot = step_load(&table->entry[i], memory_order_relaxed);
        if (slot == NULL) {
            continue;
        }
        if (step_load(&slot->cell, memory_order_relaxed)) {
            table_add(next, slot);
        } else {
            slot->next_dropped = table->dropped;
            table->dropped = slot;
        }
    }
}
