/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.c - the beginning and the end of the slots, and of each call on them.
 *
 * A call guards twice. The table's guard keeps the table and every slot in it; it is needed only while searching. The
 * cell's guard keeps the cell. Each is set, and then it is checked that what it guards can still be found, for if it
 * was replaced in between, the writer may not have seen the guard.
 */

#include "slots/slots.h"

#include "base/error.h"
#include "slots/retire.h"

cclb_status slots_init(struct slots *slots, struct lanes *lanes, struct key_seed seed, const cclb_allocator *allocator,
                       cclb_error *error)
{
    struct table *table = table_create(allocator, 0);
    if (table == NULL) {
        return error_no_memory(error, sizeof *table);
    }
    memset(slots, 0, sizeof *slots);
    slots->allocator = allocator;
    slots->lanes = lanes;
    slots->seed = seed;
    slots->retired_tables_end = &slots->retired_tables;
    atomic_init(&slots->table, table);
    step_mutex_init(&slots->mutex);
    return CCLB_OK;
}

/* Whether anybody is in here, or may come back with something that is ours. */
static cclb_status check_idle(struct slots *slots, cclb_error *error)
{
    uint32_t calls = lanes_claimed(slots->lanes);
    if (calls == 0 && slots->handles == 0 && slots->working == 0) {
        return CCLB_OK;
    }
    return error_set(error, CCLB_BUSY, 0, CCLB_PHASE_NONE,
                     "still open: calls and leases %u, handles %u, registrations and visits %u", calls, slots->handles,
                     slots->working);
}

cclb_status slots_deinit(struct slots *slots, cclb_error *error)
{
    if (slots->allocator == NULL) {
        return CCLB_OK;
    }
    step_lock(&slots->mutex);
    cclb_status status = check_idle(slots, error);
    if (status != CCLB_OK) {
        step_unlock(&slots->mutex);
        return status;
    }
    struct table *table = step_load(&slots->table, memory_order_relaxed);
    for (size_t i = 0; i < table->capacity; i++) {
        struct slot *slot = step_load(&table->entry[i], memory_order_relaxed);
        struct cell *cell = slot ? step_load(&slot->cell, memory_order_relaxed) : NULL;
        if (cell) {
            retire_cell(slots, cell);
        }
    }
    free_retired(slots, NULL);
    table_destroy_last(slots->allocator, table);
    step_unlock(&slots->mutex);
    step_mutex_deinit(&slots->mutex);
    memset(slots, 0, sizeof *slots);
    return CCLB_OK;
}

static struct table *guard_table(struct slots *slots, struct lane *lane, bool *moved)
{
    /* Relaxed: not believed before the second look, which is sequentially consistent as lane_guard() asks. */
    struct table *table = step_load(&slots->table, memory_order_relaxed);
    for (;;) {
        lane_guard(lane, LANE_GUARD_TABLE, table);
        struct table *again = step_load(&slots->table, memory_order_seq_cst);
        if (again == table) {
            return table;
        }
        table = again;
        *moved = true;
    }
}

static struct cell *guard_cell(struct slot *slot, struct lane *lane, bool *moved)
{
    struct cell *cell = step_load(&slot->cell, memory_order_relaxed);
    while (cell) {
        lane_guard(lane, LANE_GUARD_CELL, cell);
        struct cell *again = step_load(&slot->cell, memory_order_seq_cst);
        if (again == cell) {
            return cell;
        }
        cell = again;
        *moved = true;
    }
    lane_unguard(lane, LANE_GUARD_CELL);
    return NULL;
}

/* After guards were cleared or moved: frees what a writer could not free because of them. */
static void free_if_noted(struct slots *slots, struct lane *lane)
{
    if (lane_take_note(lane)) {
        step_lock(&slots->mutex);
        free_retired(slots, NULL);
        step_unlock(&slots->mutex);
    }
}

const struct cell *slots_guard(struct slots *slots, struct lane *lane, cclb_slot_key key)
{
    uint64_t hash = key_hash(&slots->seed, key);
    bool moved = false;
    struct table *table = guard_table(slots, lane, &moved);
    struct slot *slot = table_find(table, hash, key);
    struct cell *cell = slot ? guard_cell(slot, lane, &moved) : NULL;
    /* If a writer waits for the table it is freed at the end of this call: not worth an exchange on every call. */
    lane_unguard(lane, LANE_GUARD_TABLE);
    if (moved) {
        /* The lane guarded for a moment what the call does not use, which may be long: somebody may wait for that. */
        free_if_noted(slots, lane);
    }
    return cell;
}

void slots_guard_cell(struct lane *lane, const struct cell *cell)
{
    lane_guard_held(lane, LANE_GUARD_CELL, cell);
}

void slots_unguard(struct slots *slots, struct lane *lane)
{
    lane_unguard(lane, LANE_GUARD_CELL);
    free_if_noted(slots, lane);
}

void slots_release(struct slots *slots, struct lane *lane)
{
    slots_unguard(slots, lane);
    /* Last of all: a claimed lane is what keeps slots_deinit() away. */
    lane_release(lane);
}

cclb_status slots_reject_unknown(cclb_slot_key key, cclb_error *error)
{
    struct error_text principal;
    struct error_text plugin;
    return error_set(error, CCLB_REJECTED, 41, CCLB_PHASE_NONE, "no slot registered for principal `%s`, plugin `%s`",
                     error_text(&principal, key.principal), error_text(&plugin, key.plugin));
}
