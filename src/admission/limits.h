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

/* These two limits go no higher: each instance of the pool has room for so many tables, and for so much in each. */
enum { LIMITS_TABLES_MAX = 4, LIMITS_TABLE_ELEMENTS_MAX = 10000000 };

/* What a module has of something, against the limit on it. */
struct limit_figure {
    uint64_t value;
    uint64_t limit;
    const char *name; /* member of cclb_module_limits; static */
    const char *what; /* finishes "module has N ..."; static */
    uint64_t offset;  /* where the module has it */
    uint64_t most;    /* that the limit can be raised to */
};

/* The same limits with the default in place of each zero. */
cclb_module_limits limits_or_default(cclb_module_limits limits);

/* The one bound that needs no look inside: before hashing or walking over the module. CCLB_LIMIT. */
cclb_status limits_check_size(cclb_bytes module, const cclb_module_limits *limits, cclb_error *error);

/* The bound on metadata of a module that was walked over: before anything parses them. CCLB_LIMIT. */
cclb_status limits_check_metadata(const struct module_sections *sections, const cclb_module_limits *limits,
                                  cclb_error *error);

/*
 * All others, on a module that was walked over. CCLB_LIMIT: the message names the limit, its value and what the module
 * has; the offset is where the module has it. Reads every function body; allocates nothing.
 */
cclb_status limits_check(const struct module_sections *sections, const cclb_module_limits *limits, cclb_error *error);

/*
 * The figure for which one of these three refuses a module; false if none does. `sections` is NULL
 * if the module was not walked over.
 */
bool limits_exceeded(cclb_bytes module, const struct module_sections *sections, const cclb_module_limits *limits,
                     struct limit_figure *figure);

#endif
