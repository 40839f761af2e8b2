/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime.h - what a cclb_runtime is made of.
 *
 * The sources of this folder put the layers together behind include/cclb and hold no logic of their own.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "admission/admit.h"
#include "base/sized.h"
#include "capsule/capsules.h"
#include "hooks/hooks.h"
#include "runtime/options.h"
#include "slots/run.h"

struct cclb_runtime {
    struct resolved_options resolved; /* its allocator and clock are the ones that all layers point to */
    struct metrics metrics;
    struct engine *engine;
    struct dispatch dispatch;
    struct admission admission;
    struct breakers breakers;
    struct slots slots;
    struct capsules capsules;
    struct calls calls; /* all of the above, as calls use it */
    struct hooks hooks;
    uint8_t settings[BLAKE3_SIZE];  /* hash of all that a content hash covers besides the module (R35) */
    _Atomic uint32_t admissions;    /* cclb_slot_register and cclb_admit calls on their way */
};

static inline const cclb_allocator *runtime_allocator(const cclb_runtime *runtime)
{
    return &runtime->resolved.options.allocator;
}

/* The caller's sized struct, or a copy of an older one; NULL and *error if it is none. */
#define FULL(type, given, storage)                                                                                     \
    ((const type *)sized_view(#type, (given), (given)->struct_size, (storage), sizeof *(storage), error))

/* BLAKE3 of a module. */
static inline void module_digest(cclb_bytes wasm, uint8_t digest[BLAKE3_SIZE])
{
    rust_blake3(&wasm, 1, digest);
}

/* Whether a registration may say `reference`; CCLB_INVALID_ARGUMENT. */
cclb_status check_reference(cclb_reference reference, cclb_error *error);

#endif
