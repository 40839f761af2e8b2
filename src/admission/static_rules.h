/* SPDX-License-Identifier: Apache-2.0 */
/*
 * static_rules.h - what a published runtime says to a module before it compiles it (rules R6 to R18).
 *
 * Runtimes differ, so every question names one. A slot is named by the hook it is called for: CCLB_HOOK_FILTER,
 * CCLB_HOOK_SHAPE or CCLB_HOOK_OBSERVE; CCLB_HOOK_NONE asks whether the module fits any slot, by rule R14 from runtime
 * 0.1.4 on, and before that by whether one of the three kinds takes it. Nothing here runs guest code.
 */
#ifndef ADMISSION_STATIC_RULES_H
#define ADMISSION_STATIC_RULES_H

#include "admission/metadata.h"
#include "admission/sections.h"

/* How many runtimes there are to ask. */
enum { STATIC_REFERENCES = CCLB_REFERENCE_COUNT - 1 };

/* What a runtime that has nothing against the module knows of it (R18). */
struct static_facts {
    cclb_reference reference;
    struct plugin_metadata metadata;          /* texts in the arena */
    bool declares[CCLB_HOOK_COUNT];
    cclb_bytes fingerprints[CCLB_HOOK_COUNT]; /* 32 bytes in the module; no data if not declared */
    cclb_hook primary;                        /* whose fingerprint stands for the module; none from 0.2.0 on */
    bool fits[CCLB_HOOK_COUNT];               /* slots that take it: of filter, shape, observe */
};

/*
 * Judges a module by the rules of one runtime, in that runtime's order. CCLB_REJECTED with the rule, the hook if one is
 * concerned, phase inspect, the offset in the module if there is a place, and the runtime's text. CCLB_NO_MEMORY.
 */
cclb_status static_inspect(const struct module_sections *sections, cclb_reference reference, cclb_hook slot,
                           struct arena *arena, struct static_facts *facts, cclb_error *error);

/* The runtimes that have nothing against a module, newest first. */
struct static_candidates {
    size_t count; /* at least 1 */
    struct static_facts facts[STATIC_REFERENCES];
};

/*
 * Asks one runtime, or, for CCLB_REFERENCE_ANY, all of them. If each has something against the module, the error is
 * that of the one that the module was made for: the one with the most fingerprints in common, of several the one that
 * got furthest through its rules, of several the newest.
 */
cclb_status static_candidates(const struct module_sections *sections, cclb_reference reference, cclb_hook slot,
                              struct arena *arena, struct static_candidates *candidates, cclb_error *error);

#endif
