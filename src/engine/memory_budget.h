/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_budget.h - how much pooled memory stays resident between calls, and for whom.
 *
 * Pages that stay resident cause no page faults; they are also memory that the host does not have for itself. The host
 * says how much it can spare and how large the bodies are that should be fast; the rest follows.
 */
#ifndef ENGINE_MEMORY_BUDGET_H
#define ENGINE_MEMORY_BUDGET_H

#include "cclb/bytes.h"

enum { WASM_PAGE_BYTES = 64 << 10, MEMORY_CLASSES_MAX = 7 };

/* Memories for requests up to a size. */
struct memory_class {
    uint64_t body_bytes;
    uint64_t keep_bytes; /* of each of them, between calls */
    uint32_t memories;
    bool huge; /* in pages of 2 MiB, where the kernel has them to give: for what is touched anew in each call */
};

/*
 * Classes from small to large; the first has a memory for every instance. The last may be one that keeps nothing, for
 * requests beyond the budget.
 */
struct memory_budget {
    uint32_t class_count;
    struct memory_class classes[MEMORY_CLASSES_MAX];
};

/* What is kept of a memory. */
enum memory_keep {
    MEMORY_KEEP_TOUCHED, /* pages that a call touched, wherever they lie */
    MEMORY_KEEP_BOTTOM   /* everything from address 0 on */
};

/*
 * What has to be kept so that a kit-built plugin finds all pages there for a body of this size: about five times the
 * body (the request, an owned copy, a growing buffer for the answer, the answer) and what it touches at rest.
 */
uint64_t memory_needed_bytes(uint64_t body_bytes, enum memory_keep keep);

/*
 * Splits a budget over `instances` > 0 memories of at most `memory_max_bytes` and, with MEMORY_KEEP_TOUCHED, over as many
 * larger classes as it has room for, up to bodies of fast_body_bytes; and for those beyond it one more.
 */
struct memory_budget memory_budget_plan(uint64_t resident_bytes, uint64_t fast_body_bytes, uint32_t instances,
                                        uint64_t memory_max_bytes, enum memory_keep keep);

/* The most that stays resident. */
uint64_t memory_budget_resident_bytes(const struct memory_budget *budget);

/* How many memories there are. */
uint32_t memory_budget_memories(const struct memory_budget *budget);

/* The largest body that finds all its pages; 0 if the budget is too small for any. */
uint64_t memory_budget_fast_body_bytes(const struct memory_budget *budget);

#endif
