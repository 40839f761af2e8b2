/* SPDX-License-Identifier: Apache-2.0 */
/* handle.c - what keeps a cell by counting, and what looks at the slots. All under the mutex: none of it is a call. */

#include "base/error.h"
#include "slots/retire.h"

/* With the mutex held, as the next one. */
static struct cell *present_cell(struct slots *slots, cclb_slot_key key)
{
    struct table *table = step_load(&slots->table, memory_order_relaxed);
    struct slot *slot = table_find(table, key_hash(&slots->seed, key), key);
    return slot ? step_load(&slot->cell, memory_order_relaxed) : NULL;
}

/* After a count went down. */
static void free_if_unused(struct slots *slots, const struct cell *cell)
{
    if (cell->retired && cell->handles == 0 && cell->visits == 0) {
        free_retired(slots, NULL);
    }
}

cclb_status slots_handle(struct slots *slots, cclb_slot_key key, struct cell **cell, cclb_error *error)
{
    step_lock(&slots->mutex);
    struct cell *present = present_cell(slots, key);
    if (present) {
        present->handles++;
        slots->handles++;
        *cell = present;
    }
    step_unlock(&slots->mutex);
    return present ? CCLB_OK : slots_reject_unknown(key, error);
}

void slots_handle_again(struct slots *slots, struct cell *cell)
{
    step_lock(&slots->mutex);
    cell->handles++;
    slots->handles++;
    step_unlock(&slots->mutex);
}

void slots_handle_drop(struct slots *slots, struct cell *cell)
{
    if (cell == NULL) {
        return;
    }
    step_lock(&slots->mutex);
    cell->handles--;
    slots->handles--;
    free_if_unused(slots, cell);
    step_unlock(&slots->mutex);
}

bool slots_lookup(struct slots *slots, cclb_slot_key key, cclb_slot_info *info)
{
    step_lock(&slots->mutex);
    struct cell *present = present_cell(slots, key);
    if (present) {
        *info = cell_info(present);
        info->key = key;
    }
    step_unlock(&slots->mutex);
    return present != NULL;
}

bool slots_account(struct slots *slots, cclb_slot_key key, struct cell_account *account)
{
    step_lock(&slots->mutex);
    struct cell *present = present_cell(slots, key);
    if (present) {
        *account = (struct cell_account){
            .kind = present->kind,
            .failure_policy = atomic_load_explicit(&present->failure_policy, memory_order_relaxed),
            .label = present->label,
        };
    }
    step_unlock(&slots->mutex);
    return present != NULL;
}

cclb_slot_info slots_cell_info(struct slots *slots, const struct cell *cell)
{
    step_lock(&slots->mutex);
    cclb_slot_info info = cell_info(cell);
    step_unlock(&slots->mutex);
    return info;
}

size_t slots_count(struct slots *slots)
{
    step_lock(&slots->mutex);
    size_t count = slots->count;
    step_unlock(&slots->mutex);
    return count;
}

/* One slot as it was when the visit began. */
struct sight {
    struct cell *cell;
    cclb_slot_info info;
};

/* With the mutex held, as the next one: counts on every present cell. */
static void see_all(struct slots *slots, struct sight *sights)
{
    struct table *table = step_load(&slots->table, memory_order_relaxed);
    for (size_t i = 0; i < table->capacity; i++) {
        struct slot *slot = step_load(&table->entry[i], memory_order_relaxed);
        struct cell *cell = slot ? step_load(&slot->cell, memory_order_relaxed) : NULL;
        if (cell) {
            cell->visits++;
            *sights++ = (struct sight){.cell = cell, .info = cell_info(cell)};
        }
    }
}

static void forget_all(struct slots *slots, const struct sight *sights, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sights[i].cell->visits--;
    }
    free_retired(slots, NULL);
}

cclb_status slots_visit(struct slots *slots, void (*visit)(void *context, const cclb_slot_info *info), void *context,
                        cclb_error *error)
{
    step_lock(&slots->mutex);
    size_t count = slots->count;
    struct sight *sights = count > 0 ? allocate(slots->allocator, count * sizeof *sights) : NULL;
    if (sights == NULL) {
        step_unlock(&slots->mutex);
        return count > 0 ? error_no_memory(error, count * sizeof *sights) : CCLB_OK;
    }
    see_all(slots, sights);
    slots->working++;
    step_unlock(&slots->mutex);

    for (size_t i = 0; i < count; i++) {
        visit(context, &sights[i].info);
    }

    step_lock(&slots->mutex);
    forget_all(slots, sights, count);
    slots->working--;
    release(slots->allocator, sights, count * sizeof *sights);
    step_unlock(&slots->mutex);
    return CCLB_OK;
}
