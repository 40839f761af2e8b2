/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake.h - scripts for the engine of fake.c.
 *
 * The fake runs no code. A module is whatever bytes it is given; an instance has a small memory; cc_lb_alloc hands it
 * out from the bottom up, aligned as it is asked to and no more; a hook answers with the smallest valid archive, or what
 * the script says, and frees its request, as those of the kits do. One script is in force for the whole program, so that
 * tests reach through every layer above without a door of their own.
 *
 * Where a real engine would look at a module or run its code, the fake touches it (base/step.h). So the model test
 * finds a module or an instance that is gone while a guest uses it.
 */
#ifndef ENGINE_FAKE_H
#define ENGINE_FAKE_H

#include "engine/engine.h"

#ifndef CCLB_MODEL
enum { FAKE_MEMORY_BYTES = 64 << 10, FAKE_ANSWER_AT = 32 << 10 };
#else
/* In the model nothing is given out twice, and every run zeroes it. */
enum { FAKE_MEMORY_BYTES = 128, FAKE_ANSWER_AT = 64 };
#endif

struct fake_script {
    /* The engine call, counted from 1 over all that can fail, that fails with its natural fault; 0: none. */
    uint64_t fail_at;
    /* What a hook answers; an unset one (data NULL) answers with its smallest valid archive. */
    cclb_bytes answer[CCLB_HOOK_COUNT];
    /* Instead of `answer`: how many bytes the module was made of, in eight bytes, so that it is seen who answered. */
    bool answer_size;
    /* How far behind the place that answers have it lies, and how many zero bytes count as its beginning. */
    uint32_t answer_shift;
    uint32_t answer_prefix;
    /* Instead of `answer`: the packed result as the guest returns it, when use_result is set. */
    bool use_result;
    uint64_t result;
    /* What cc_lb_alloc returns, when use_address is set. */
    bool use_address;
    uint32_t address;
    /* The guest never returns: it stops when its deadline has passed. In this step: */
    enum { FAKE_LOOP_NEVER, FAKE_LOOP_START, FAKE_LOOP_ALLOC, FAKE_LOOP_HOOK } loop;
    /* What a hook fails with, if it is set: CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL; likewise the start function and cc_lb_free. */
    cclb_status hook_fault;
    cclb_status start_fault;
    cclb_status free_fault;
    /* From this call of a hook on, counted from 1 for each instance, it fails with CCLB_TRAP; 0: never. */
    uint64_t traps_from;
    /* A hook leaves its request where it is. */
    bool leaks;
    /* By how much a call of a hook makes its memory larger, up to twice the size that it begins with. */
    uint32_t grows_by;
    /* The size of an instance's memory, whose upper half is for answers; 0: FAKE_MEMORY_BYTES. */
    uint32_t memory_bytes;
    /* What a module exports under each name that starts with this is something else (ENGINE_EXPORT_NONE or _OTHER). */
    const char *odd_export;
    enum engine_export odd_kind;
    /* What compiling fails with, if it is set: CCLB_COMPILE, or CCLB_INSTANTIATE for linking. */
    cclb_status compile_fault;
    /* Runs inside each compilation, on the calling thread. */
    void (*in_compile)(void *context);
    /* Runs inside each hook, on the calling thread; for delays and for looking around. `input` lies in the guest. */
    void (*in_hook)(void *context, cclb_hook hook, cclb_bytes input);
    void *context;
};

/* Puts a copy of the script in force and counts engine calls anew; NULL: the default. No call may be running. */
void fake_script_set(const struct fake_script *script);

/* Calls of cc_lb_free, since the script was set. */
uint64_t fake_frees(void);

/* Engine calls that could fail, since the script was set. */
uint64_t fake_calls(void);

/* Objects that are alive: engines, modules, instances together. */
uint64_t fake_alive(void);

#endif
