/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots_fixture.h - slots with fake plugins, over an allocator that counts. Each test program has its own.
 *
 * A fake plugin is a number, which stands for its content, and a mark that goes away when it is destroyed.
 */
#ifndef TESTS_SLOTS_FIXTURE_H
#define TESTS_SLOTS_FIXTURE_H

#include "counting_allocator.h"
#include "slots/slots.h"

#include <stdio.h>

enum { ALIVE = 0x600d, LANES = 6 };

struct name {
    char text[16];
};

struct plugin {
    uint32_t state; /* ALIVE until it is destroyed */
    uint32_t number;
};

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct lanes lanes;
static struct slots slots;
static cclb_error error;
static _Atomic uint32_t admitted; /* how often a plugin was made */
static _Atomic uint32_t alive;    /* how many there are */

static inline void destroy_plugin(void *object)
{
    struct plugin *plugin = object;
    plugin->state = 0;
    atomic_fetch_sub(&alive, 1);
    release(&allocator, plugin, sizeof *plugin);
}

static inline cclb_status admit_plugin(void *context, struct cell_payload *payload, cclb_error *problem)
{
    struct plugin *plugin = allocate(&allocator, sizeof *plugin);
    if (plugin == NULL) {
        problem->status = CCLB_NO_MEMORY;
        return CCLB_NO_MEMORY;
    }
    *plugin = (struct plugin){.state = ALIVE, .number = *(const uint32_t *)context};
    atomic_fetch_add(&admitted, 1);
    atomic_fetch_add(&alive, 1);
    *payload = (struct cell_payload){.object = plugin, .destroy = destroy_plugin};
    return CCLB_OK;
}

/* The content hash of plugin `number`. */
static inline const uint8_t *hash_of(uint32_t number, uint8_t hash[CCLB_SLOT_HASH_SIZE])
{
    memset(hash, 0, CCLB_SLOT_HASH_SIZE);
    memcpy(hash, &number, sizeof number);
    return hash;
}

static inline cclb_status try_register(cclb_slot_key key, cclb_slot_kind kind, uint32_t number,
                                cclb_slot_registration *registration)
{
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    struct slots_candidate candidate = {
        .kind = kind, .hash = hash_of(number, hash), .admit = admit_plugin, .context = &number};
    cclb_error local;
    return slots_register(&slots, key, &candidate, registration, &local);
}

static inline uint32_t number_of(const struct cell *cell)
{
    const struct plugin *plugin = cell->payload.object;
    return plugin->state == ALIVE ? plugin->number : 0;
}

static inline int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    atomic_store(&admitted, 0);
    atomic_store(&alive, 0);
    struct key_seed seed = {{5, 6}};
    if (lanes_init(&lanes, LANES, 1, &allocator, &error) != CCLB_OK) {
        return -1;
    }
    return slots_init(&slots, &lanes, seed, &allocator, &error);
}

static inline int tear_down(void **state)
{
    (void)state;
    if (slots_deinit(&slots, &error) != CCLB_OK) {
        return -1;
    }
    lanes_deinit(&lanes);
    return counts.live == 0 && atomic_load(&alive) == 0 ? 0 : -1;
}

#endif
