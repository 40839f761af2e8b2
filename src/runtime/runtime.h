/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime.h - what a cclb_runtime is made of.
 *
 * The sources of this folder put the layers together behind include/cclb and hold no logic of their own.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "admission/admit.h"
#include "runtime/options.h"
#include "slots/slots.h"

struct cclb_runtime {
    struct resolved_options resolved; /* its allocator and clock are the ones that all layers point to */
    struct metrics metrics;
    struct engine *engine;
    struct dispatch dispatch;
    struct admission admission;
    struct slots slots;
    uint8_t settings[BLAKE3_SIZE];  /* hash of all that a content hash covers besides the module (R35) */
    _Atomic uint32_t admissions;    /* cclb_slot_register and cclb_admit calls on their way */
};

struct cclb_handle {
    cclb_runtime *runtime;
    struct cell *cell;
};

static inline const cclb_allocator *runtime_allocator(const cclb_runtime *runtime)
{
    return &runtime->resolved.options.allocator;
}

/* The plugin in a cell of this runtime. */
static inline const struct admitted *cell_plugin(const struct cell *cell)
{
    return cell->payload.object;
}

/* BLAKE3 of a module. */
static inline void module_digest(cclb_bytes wasm, uint8_t digest[BLAKE3_SIZE])
{
    rust_blake3(&wasm, 1, digest);
}

/* Whether a registration may say `reference`; CCLB_INVALID_ARGUMENT. */
cclb_status check_reference(cclb_reference reference, cclb_error *error);

#endif
