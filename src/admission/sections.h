/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sections.h - one walk over the sections of a module, before anything is compiled (rules R1 to R5).
 *
 * It finds what admission asks about: the metadata, the schema sections, the exports that matter, and the figures that
 * limits.h looks at. Faults are those, and only those, that the published runtimes' parser meets when it walks over a
 * module; what it leaves to the validator is left to the compiler here too. The cost is linear in the module and no
 * memory is allocated, however many sections or exports there are.
 */
#ifndef ADMISSION_SECTIONS_H
#define ADMISSION_SECTIONS_H

#include "cclb/error.h"
#include "cclb/hook.h"
#include "wire/fingerprint.h"

#define METADATA_SECTION "cc_lb.plugin.v1"
#define SCHEMA_SECTION_PREFIX "cc_lb.schema."

/* Wire versions for which a schema section is remembered: 1, and 2, which only the withdrawn form W7 had. */
enum { SCHEMA_VERSIONS = 2 };

/* What was found. All runs of bytes are views into `module` and live as long as it does. */
struct module_sections {
    cclb_bytes module;
    cclb_bytes metadata;                                   /* of the last such section */
    cclb_bytes schemas[CCLB_HOOK_COUNT][SCHEMA_VERSIONS];  /* [hook][wire version - 1], of the last; no data: none */
    bool exports_memory;                                   /* a memory named "memory" */
    bool exports_alloc;                                    /* functions of these names */
    bool exports_free;
    bool exports_hook[CCLB_HOOK_COUNT];
    uint32_t export_count;
    uint64_t export_offset;        /* where they are declared */
    uint32_t function_count;
    uint64_t function_offset;
    uint64_t type_bytes;           /* of the whole section, like the other two */
    uint64_t type_offset;
    uint64_t element_bytes;
    uint64_t element_offset;
    uint32_t global_count;
    uint64_t global_offset;
    uint32_t data_count;
    uint64_t data_offset;
    uint64_t memory_min_pages;     /* of the largest declared memory */
    uint64_t memory_offset;        /* where that memory is declared */
    uint32_t table_count;          /* declared */
    uint64_t table_section_offset; /* where they are declared */
    uint64_t table_min_elements;   /* of the largest declared table */
    uint64_t table_offset;
};

/*
 * Walks over a module. CCLB_REJECTED with the rule (1, 2, 3 or 5), phase inspect and the offset of the fault; R5, a
 * module without metadata, has no offset. Malformed table and memory declarations are no faults here: their figures
 * then cover the entries before the malformed one.
 */
cclb_status sections_walk(cclb_bytes module, struct module_sections *sections, cclb_error *error);

/* Where a view into the module starts, counted from the start of the module. */
uint64_t sections_offset(const struct module_sections *sections, cclb_bytes view);

#endif
