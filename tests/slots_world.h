/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots_world.h - what the cases of slots_model_test.c happen in: slots over a few lanes, with fake plugins.
 *
 * A plugin is a piece of memory that is used while a call runs and freed when its cell is destroyed. Whatever cannot
 * fail in a right implementation ends the exploration if it does.
 */
#ifndef TESTS_SLOTS_WORLD_H
#define TESTS_SLOTS_WORLD_H

#include "model.h"

#include "slots/slots.h"

enum { SAW_MAX = 3 };

struct world {
    cclb_allocator allocator;
    struct lanes lanes;
    struct slots *slots; /* in modelled memory, so that its end is noticed */
    struct cell *handle;
    struct lane *lane;     /* claimed in setup, or by a call that stays open */
    _Atomic uint32_t flag; /* for threads to tell each other something */
    uint32_t saw[SAW_MAX]; /* plugins that calls saw, as each case says; 0: none */
    cclb_status status[MODEL_THREADS];
    cclb_slot_registration made[MODEL_THREADS];
    uint32_t removed;
    bool ended; /* the slots are gone */
};

/* There is one; begin() makes it anew for every run. */
extern struct world world;

/* Key number 0 to 5. */
cclb_slot_key key(size_t index);

/* Makes a world with so many lanes and no slots. */
void begin(uint32_t permits);

/* Takes everything down; false if it is busy. */
bool end(void);

/* Registers a plugin; its number stands for its content. */
cclb_status register_as(size_t index, cclb_slot_kind kind, uint32_t number, cclb_slot_registration *made);

/* Registers a filter where that cannot fail. */
cclb_slot_registration put(size_t index, uint32_t number);

/* A lane where there must be one. */
struct lane *claim(void);

/* The stand-in for a guest that runs for a while; the plugin's number. */
uint32_t use(const struct cell *cell);

/* A whole call by key on a claimed lane; the plugin's number, or 0 if there was none. */
uint32_t call_on(struct lane *lane, size_t index);

/* The same on a lane of its own. */
uint32_t call(size_t index);

/* Fails with "wrong outcome" and these words if it does not hold. */
void check_that(bool holds, const char *what);

/* After every run: nothing retired is left, and the rest can be taken down and leaves no memory behind. */
void check_quiet(void *context);

#endif
