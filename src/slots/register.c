/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.c - what changes the slots: registering, evicting, retaining.
 *
 * A change is one store that is sequentially consistent (lane.h says why): of a slot's cell, or of the table. All that
 * can fail comes before it.
 */

#include "base/error.h"
#include "metrics/probes.h"
#include "slots/retire.h"

/* The rest of the file runs with the mutex held, except where it says otherwise. Relaxed: writers read their own. */

static struct slot *find(struct slots *slots, uint64_t hash, cclb_slot_key key)
{
    return table_find(step_load(&slots->table, memory_order_relaxed), hash, key);
}

static struct cell *cell_of(struct slot *slot)
{
    return slot ? step_load(&slot->cell, memory_order_relaxed) : NULL;
}

static bool is_same(const struct cell *cell, const struct slots_candidate *candidate)
{
    return cell->kind == candidate->kind && memcmp(cell->hash, candidate->hash, sizeof cell->hash) == 0;
}

static cclb_status reject_kind(const struct cell *cell, cclb_error *error)
{
    struct error_text principal;
    struct error_text plugin;
    return error_set(error, CCLB_REJECTED, 38, CCLB_PHASE_NONE,
                     "the slot of principal `%s`, plugin `%s` is already registered as `%s`",
                     error_text(&principal, cell->key.principal), error_text(&plugin, cell->key.plugin),
                     cclb_slot_kind_name(cell->kind));
}

/* Puts a cell into a slot of its own, in a larger table if need be. CCLB_NO_MEMORY, and nothing has changed. */
static cclb_status add_slot(struct slots *slots, uint64_t hash, struct cell *cell, cclb_error *error)
{
    struct table *table = step_load(&slots->table, memory_order_relaxed);
    struct slot *slot = slot_create(slots->allocator, hash, cell);
    if (slot == NULL) {
        return error_no_memory(error, sizeof *slot + key_size(cell->key));
    }
    if (table_has_room(table)) {
        table_add(table, slot);
        return CCLB_OK;
    }
    struct table *next = table_create(slots->allocator, slots->count + 1);
    if (next == NULL) {
        slot_destroy(slots->allocator, slot);
        return error_no_memory(error, sizeof *next);
    }
    table_move(table, next);
    table_add(next, slot);
    step_store(&slots->table, next, memory_order_seq_cst);
    retire_table(slots, table);
    return CCLB_OK;
}

/* Calls read it at any time; each has the one or the other. */
static void set_policy(struct cell *cell, const struct slots_candidate *candidate)
{
    atomic_store_explicit(&cell->failure_policy, candidate->failure_policy, memory_order_relaxed);
}

/* The content is there already. */
static cclb_slot_registration keep(struct cell *present, const struct slots_candidate *candidate)
{
    set_policy(present, candidate);
    return (cclb_slot_registration){CCLB_SLOT_UNCHANGED, present->version, false};
}

/* Makes an admitted cell the present one. On any outcome but created and replaced the cell is still the caller's. */
static cclb_status publish(struct slots *slots, uint64_t hash, struct cell *cell,
                           const struct slots_candidate *candidate, cclb_slot_registration *registration,
                           cclb_error *error)
{
    struct slot *slot = find(slots, hash, cell->key);
    struct cell *present = cell_of(slot);
    if (present && is_same(present, candidate)) {
        *registration = keep(present, candidate);
        return CCLB_OK;
    }
    if (present && present->kind != cell->kind) {
        return reject_kind(present, error);
    }
    cell->version = present ? present->version + 1 : 1;
    if (slot) {
        step_store(&slot->cell, cell, memory_order_seq_cst);
    } else {
        cclb_status status = add_slot(slots, hash, cell, error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    if (present == NULL) {
        slots->count++;
        *registration = (cclb_slot_registration){CCLB_SLOT_CREATED, cell->version, false};
    } else {
        retire_cell(slots, present);
        *registration =
            (cclb_slot_registration){CCLB_SLOT_REPLACED, cell->version, cell_is_used(slots, present)};
    }
    probe_swap(cell->key.plugin.data, cell->key.plugin.len, cell->version, (int)registration->outcome);
    return CCLB_OK;
}

/* Without the mutex: an admitted cell, in no slot yet. */
static cclb_status admit(const struct slots *slots, cclb_slot_key key, const struct slots_candidate *candidate,
                         struct cell **admitted, cclb_error *error)
{
    struct cell *cell = cell_create(slots->allocator, key, candidate->kind, candidate->hash);
    if (cell == NULL) {
        return error_no_memory(error, sizeof *cell + key_size(key));
    }
    cell->label = candidate->label;
    set_policy(cell, candidate);
    cclb_status status =
        slots->breakers ? breaker_create(slots->breakers, cell->label, slots->allocator, &cell->breaker, error) : CCLB_OK;
    if (status == CCLB_OK) {
        status = candidate->admit(candidate->context, &cell->payload, error);
    }
    if (status != CCLB_OK) {
        cell_destroy(slots->allocator, cell);
        return status;
    }
    *admitted = cell;
    return CCLB_OK;
}

/* Entered without the mutex. */
cclb_status slots_register(struct slots *slots, cclb_slot_key key, const struct slots_candidate *candidate,
                           cclb_slot_registration *registration, cclb_error *error)
{
    cclb_status status = key_check(key, error);
    if (status != CCLB_OK) {
        return status;
    }
    uint64_t hash = key_hash(&slots->seed, key);
    step_lock(&slots->mutex);
    struct cell *present = cell_of(find(slots, hash, key));
    if (present && is_same(present, candidate)) {
        *registration = keep(present, candidate);
        step_unlock(&slots->mutex);
        return CCLB_OK;
    }
    slots->working++;
    step_unlock(&slots->mutex);

    struct cell *cell = NULL;
    status = admit(slots, key, candidate, &cell, error);

    step_lock(&slots->mutex);
    if (status == CCLB_OK) {
        cclb_slot_registration made;
        status = publish(slots, hash, cell, candidate, &made, error);
        bool published = status == CCLB_OK && made.outcome != CCLB_SLOT_UNCHANGED;
        if (status == CCLB_OK) {
            *registration = made;
        }
        free_retired(slots, published ? NULL : cell);
    }
    slots->working--;
    step_unlock(&slots->mutex);
    return status;
}

/* Empties a slot that has a cell, and returns the cell, which is then in no list. */
static struct cell *empty(struct slots *slots, struct slot *slot)
{
    struct cell *cell = cell_of(slot);
    step_store(&slot->cell, NULL, memory_order_seq_cst);
    slots->count--;
    return cell;
}

/* Entered without the mutex. */
bool slots_evict(struct slots *slots, cclb_slot_key key)
{
    step_lock(&slots->mutex);
    struct slot *slot = find(slots, key_hash(&slots->seed, key), key);
    bool existed = cell_of(slot) != NULL;
    if (existed) {
        retire_cell(slots, empty(slots, slot));
        free_retired(slots, NULL);
    }
    step_unlock(&slots->mutex);
    return existed;
}

/* Empties all slots that this retain did not mark; returns their cells. */
static struct cell *empty_unmarked(struct slots *slots)
{
    struct table *table = step_load(&slots->table, memory_order_relaxed);
    struct cell *cells = NULL;
    for (size_t i = 0; i < table->capacity; i++) {
        struct slot *slot = step_load(&table->entry[i], memory_order_relaxed);
        if (cell_of(slot) && slot->marked != slots->retains) {
            struct cell *cell = empty(slots, slot);
            cell->next = cells;
            cells = cell;
        }
    }
    return cells;
}

/* Entered without the mutex. */
void slots_retain(struct slots *slots, const cclb_slot_key *keep, size_t count,
                  void (*removed)(void *context, cclb_slot_key key), void *context)
{
    step_lock(&slots->mutex);
    slots->retains++;
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = find(slots, key_hash(&slots->seed, keep[i]), keep[i]);
        if (slot) {
            slot->marked = slots->retains;
        }
    }
    struct cell *cells = empty_unmarked(slots);
    if (removed && cells) {
        /* Nobody else can free them: they are in no slot and not yet retired. */
        slots->working++;
        step_unlock(&slots->mutex);
        for (struct cell *cell = cells; cell; cell = cell->next) {
            removed(context, cell->key);
        }
        step_lock(&slots->mutex);
        slots->working--;
    }
    while (cells) {
        struct cell *next = cells->next;
        retire_cell(slots, cells);
        cells = next;
    }
    free_retired(slots, NULL);
    step_unlock(&slots->mutex);
}
