/* SPDX-License-Identifier: Apache-2.0 */
/* options.h - the caller's sized options, checked and with every default filled in. */
#ifndef RUNTIME_OPTIONS_H
#define RUNTIME_OPTIONS_H

#include "cclb/runtime.h"
#include "dispatch/call.h"
#include "engine/engine.h"
#include "engine/memory_budget.h"

/* Lanes for trial calls: as many registrations can probe at the same time. */
enum { ADMISSION_LANES = 4 };

struct resolved_options {
    cclb_runtime_options options; /* no zero left where zero means a default; reset decided */
    const char *reset_reason;
    struct memory_budget budget;
};

/* Checks and fills in; `options` may be NULL. CCLB_INVALID_ARGUMENT names the field and what it takes. */
cclb_status options_resolve(const cclb_runtime_options *options, struct resolved_options *resolved, cclb_error *error);

/* Whether an allocator has both of its functions or none. CCLB_INVALID_ARGUMENT. */
cclb_status check_allocator(const cclb_allocator *allocator, cclb_error *error);

/* What is the same in every capsule of the runtime. */
cclb_capsule_info options_for_capsules(const struct resolved_options *resolved);

/* The parts of it that the engine and dispatch take. */
struct engine_options options_for_engine(const struct resolved_options *resolved);
struct dispatch_options options_for_dispatch(const struct resolved_options *resolved);

#endif
