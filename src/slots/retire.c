/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retire.c - the writer's half of the protocol of guards.
 *
 * A retired thing is looked up in every lane. That is done for each registration and eviction, and whenever a lane is
 * released in which a writer left a note; never for an ordinary call.
 */

#include "slots/retire.h"

void retire_cell(struct slots *slots, struct cell *cell)
{
    cell->retired = true;
    cell->next = slots->retired_cells;
    slots->retired_cells = cell;
}

void retire_table(struct slots *slots, struct table *table)
{
    *slots->retired_tables_end = table;
    slots->retired_tables_end = &table->next;
}

bool cell_is_used(const struct slots *slots, const struct cell *cell)
{
    return cell->handles > 0 || cell->visits > 0 || lanes_guarded(slots->lanes, LANE_GUARD_CELL, cell);
}

static struct cell *take_unused_cells(struct slots *slots, struct cell *unused)
{
    struct cell **link = &slots->retired_cells;
    while (*link) {
        struct cell *cell = *link;
        if (cell_is_used(slots, cell)) {
            link = &cell->next;
        } else {
            *link = cell->next;
            cell->next = unused;
            unused = cell;
        }
    }
    return unused;
}

/* Oldest first, up to the first that is used: see table.h. */
static void free_unused_tables(struct slots *slots)
{
    while (slots->retired_tables && !lanes_guarded(slots->lanes, LANE_GUARD_TABLE, slots->retired_tables)) {
        struct table *table = slots->retired_tables;
        slots->retired_tables = table->next;
        if (slots->retired_tables == NULL) {
            slots->retired_tables_end = &slots->retired_tables;
        }
        table_destroy(slots->allocator, table);
    }
}

void free_retired(struct slots *slots, struct cell *unused)
{
    free_unused_tables(slots);
    struct cell *cell = take_unused_cells(slots, unused);
    if (cell == NULL) {
        return;
    }
    slots->working++;
    step_unlock(&slots->mutex);
    while (cell) {
        struct cell *next = cell->next;
        cell_destroy(slots->allocator, cell);
        cell = next;
    }
    step_lock(&slots->mutex);
    slots->working--;
}
