/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.h - cclb's own bounds on a module, before anything compiles it (spec/admission.md, "Limits of cclb").
 *
 * The published runtimes have none. These hold under every reference. They bound what a module may make the compiler
 * and the engine allocate; every published plugin stays far below them.
 */
#ifndef ADMISSION_LIMITS_H
#define ADMISSION_LIMITS_H

#include "admission/sections.h"
#include "cclb/runtime.h"

/* More tables than this no module may have: the pool has room for so many in each instance. */
enum { LIMITS_TABLES_MAX = 4 };

/* The same limits with the default in place of each zero. */
cclb_module_limits limits_or_default(cclb_module_limits limits);

/* The one bound that needs no look inside: before hashing or walking over the module. CCLB_LIMIT. */
cclb_status limits_check_size(cclb_bytes module, const cclb_module_limits *limits, cclb_error *error);

/*
 * All others, on a module that was walked over. CCLB_LIMIT: the message names the limit, its value, what the module
 * has, and the option that raises it; the offset is where the module has it. Reads every function body; allocates
 * nothing.
 */
cclb_status limits_check(const struct module_sections *sections, const cclb_module_limits *limits, cclb_error *error);

#endif
