/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retire.h - what is no longer found, until it is freed. For the sources of slots alone; the mutex is held throughout.
 *
 * Everything retired is on a list that runs through the retired things themselves, so that retiring cannot fail.
 */
#ifndef SLOTS_RETIRE_H
#define SLOTS_RETIRE_H

#include "slots/slots.h"

/* The cell is in no slot any more. */
void retire_cell(struct slots *slots, struct cell *cell);

/* The table is no longer the present one. */
void retire_table(struct slots *slots, struct table *table);

/* Whether somebody still uses a retired cell; who ends that use will then come to free it. */
bool cell_is_used(const struct slots *slots, const struct cell *cell);

/*
 * Frees every retired thing that nobody uses, and `unused`, a cell that never was in a slot, if not NULL. Gives the
 * mutex up while it destroys cells, so what was read before must be read again.
 */
void free_retired(struct slots *slots, struct cell *unused);

#endif
