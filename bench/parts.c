/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c - see parts.h. */

#include "parts.h"

#include "dispatch/call.h"
#include "metrics/metrics.h"
#include "slots/slots.h"

#include "fail.h"

#include <stdio.h>
#include <stdlib.h>

enum { PERMITS = 64, RESERVED = 4, NAME_SIZE = 32 };

struct parts {
    cclb_allocator allocator;
    struct lanes lanes;
    struct slots slots;
    struct metrics metrics;
    uint32_t label;
    uint64_t contents; /* cells made so far: the content of the next one */
    size_t count;
    cclb_slot_key *keys;
    char (*names)[NAME_SIZE];
};

static void leave_alone(void *object)
{
    (void)object;
}

/* The plugin of every cell. */
static cclb_status admit_nothing(void *context, struct cell_payload *payload, cclb_error *error)
{
    (void)error;
    *payload = (struct cell_payload){.object = context, .destroy = leave_alone};
    return CCLB_OK;
}

void parts_swap(struct parts *parts, size_t slot)
{
    cclb_error error;
    cclb_slot_registration registration;
    uint8_t hash[CCLB_SLOT_HASH_SIZE] = {0};
    parts->contents++;
    memcpy(hash, &parts->contents, sizeof parts->contents);
    const struct slots_candidate candidate = {
        .kind = CCLB_SLOT_FILTER,
        .failure_policy = CCLB_FAILURE_PASS_THROUGH,
        .hash = hash,
        .admit = admit_nothing,
        .context = parts,
    };
    if (slots_register(&parts->slots, parts->keys[slot], &candidate, &registration, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
}

struct parts *parts_create(size_t slots)
{
    const struct key_seed seed = {{0x5851f42d4c957f2d, 0x14057b7ef767814f}};
    const cclb_metrics_options metrics = {.plugins_max = 64};
    cclb_error error;
    struct parts *parts = take_memory(sizeof *parts);
    parts->allocator = allocator_or_default((cclb_allocator){0});
    parts->count = slots;
    parts->keys = take_memory(slots * sizeof *parts->keys);
    parts->names = take_memory(slots * sizeof *parts->names);
    if (lanes_init(&parts->lanes, PERMITS, RESERVED, &parts->allocator, &error) != CCLB_OK ||
        slots_init(&parts->slots, &parts->lanes, seed, &parts->allocator, &error) != CCLB_OK ||
        metrics_init(&parts->metrics, &metrics, &parts->allocator, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    parts->label = metrics_plugin(&parts->metrics, cclb_text("bench"));
    for (size_t i = 0; i < slots; i++) {
        snprintf(parts->names[i], NAME_SIZE, "principal-%zu", i);
        parts->keys[i] = (cclb_slot_key){cclb_text(parts->names[i]), cclb_text("chooser")};
        parts_swap(parts, i);
    }
    return parts;
}

void parts_destroy(struct parts *parts)
{
    cclb_error error;
    if (slots_deinit(&parts->slots, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    lanes_deinit(&parts->lanes);
    metrics_deinit(&parts->metrics);
    free(parts->names);
    free(parts->keys);
    free(parts);
}

void parts_lookup(struct parts *parts, size_t slot)
{
    struct lane *lane = lane_claim(&parts->lanes);
    if (lane == NULL || slots_guard(&parts->slots, lane, parts->keys[slot]) == NULL) {
        fail("slot %zu of %zu is not there", slot, parts->count);
    }
    slots_release(&parts->slots, lane);
}

void parts_count(struct parts *parts)
{
    static const struct call_output output = {.entered_ns = 1000, .ended_ns = 9000, .bytes = {NULL, 1000}};
    const struct call_account account = {
        .label = parts->label,
        .hook = CCLB_HOOK_FILTER,
        .principal_kind = METRICS_PRINCIPAL_API_KEY,
        .policy = METRICS_POLICY_NONE,
        .total_ns = 10000,
        .bytes_in = 2400,
    };
    call_count(&parts->metrics, NULL, &account, &output, CCLB_OK, NULL);
}
