/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots_world.h - what the cases of slots_model_test.c happen in: a runtime with a few lanes over the fake engine.
 *
 * Calls and leases are the runtime's own (runtime/call.c), down to the fake's instances; slots, lanes and their end are
 * the real ones too. Of admission only what calls can notice is left: a module is compiled and called once on a
 * reserved lane. It goes with its plugin, where the cache of compiled code would keep it for a while. Time stands
 * still, nobody ticks, and the process never forks. Whatever cannot fail in a right implementation ends the exploration
 * if it does.
 */
#ifndef TESTS_SLOTS_WORLD_H
#define TESTS_SLOTS_WORLD_H

#include "model.h"

#include "cclb/call.h"
#include "engine/fake.h"
#include "runtime/runtime.h"
#include "slots/session.h"

enum { SAW_MAX = 3, STREAMS_MAX = 2 };

/* What a stream of events is to the slots: a handle, and a session of its own. */
struct stream {
    cclb_handle handle;
    struct session session;
};

struct world {
    cclb_allocator allocator;
    cclb_runtime *runtime; /* in modelled memory, so that its end is noticed */
    struct slots *slots;   /* its slots and lanes */
    struct lanes *lanes;
    cclb_handle handle;
    cclb_lease lease;      /* from setup, or of a call that stays open */
    struct stream stream[STREAMS_MAX];
    _Atomic uint32_t flag; /* for threads to tell each other something */
    uint32_t saw[SAW_MAX]; /* plugins that calls saw, as each case says; 0: none */
    cclb_status status[MODEL_THREADS];
    cclb_slot_registration made[MODEL_THREADS];
    uint32_t removed;
    bool ended; /* the runtime is gone */
};

/* There is one; begin() makes it anew for every run. */
extern struct world world;

/* Key number 0 to 5. */
cclb_slot_key key(size_t index);

/*
 * Makes a world with so many permits, memory for as many calls, and no slots. All threads look for a free lane at the
 * same place first.
 */
void begin(uint32_t permits);

/* The same with memory for less. */
void begin_with_memory_for(uint32_t calls, uint32_t permits);

/* Takes everything down as cclb_runtime_destroy() does; false if it is busy. */
bool end(void);

/* Registers a plugin; its number stands for its content. */
cclb_status register_as(size_t index, cclb_slot_kind kind, uint32_t number, cclb_slot_registration *made);

/* Registers a filter where that cannot fail. */
cclb_slot_registration put(size_t index, uint32_t number);

/* A handle where there must be a slot. */
cclb_handle take_handle(size_t index);
void drop_handle(cclb_handle *handle);

/* A lane where there must be one. */
struct lane *claim(void);

/* Calls by key; whether there was a slot. Fails if the call does for another reason. */
bool lend(size_t index, cclb_lease *lease);

/* The same by handle, which cannot miss. */
void lend_by_handle(cclb_handle *handle, cclb_lease *lease);

/* Reads an answer on loan, slowly; the plugin's number. */
uint32_t read_answer(const cclb_lease *lease);

/* A whole call by key; the plugin's number, or 0 if there was none. */
uint32_t call(size_t index);

/* The same where it may fail; *saw is the plugin's number if it does not. */
cclb_status try_call(size_t index, uint32_t *saw);

/* Begins a stream on the plugin of a slot, and ends it. */
void open_stream(struct stream *stream, size_t index);
void close_stream(struct stream *stream);

/* One event, with a session; *saw is the plugin's number if it succeeds. */
cclb_status try_event(struct stream *stream, uint32_t *saw);

/* Fails with "wrong outcome" and these words if it does not hold. */
void check_that(bool holds, const char *what);

/* After every run: nothing retired is left, and the rest can be taken down and leaves no memory behind. */
void check_quiet(void *context);

#endif
