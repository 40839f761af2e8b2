/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_budget.h - how much of each pooled memory stays resident between calls.
 *
 * Pages that stay resident cause no page faults; they are also memory that the host does not have for itself. The host
 * says how much it can spare and how large the bodies are that should be fast; the rest follows.
 */
#ifndef ENGINE_MEMORY_BUDGET_H
#define ENGINE_MEMORY_BUDGET_H

#include "cclb/bytes.h"

struct memory_budget {
    uint64_t keep_bytes;      /* of each pooled memory; a multiple of WASM_PAGE_BYTES */
    uint64_t fast_body_bytes; /* the largest body that fits it */
};

enum { WASM_PAGE_BYTES = 64 << 10 };

/*
 * What a kit-built plugin touches for a body of this size, counted from address 0: its initial memory and about five
 * times the body (the request, an owned copy, a growing buffer for the answer, the answer).
 */
uint64_t memory_needed_bytes(uint64_t body_bytes);

/* Splits a budget over `instances` > 0 memories of at most `memory_max_bytes`. */
struct memory_budget memory_budget_plan(uint64_t resident_budget_bytes, uint64_t fast_body_bytes, uint32_t instances,
                                        uint64_t memory_max_bytes);

#endif
