/* SPDX-License-Identifier: Apache-2.0 */
/* memory_budget.c - the arithmetic of memory_budget.h. */

#include "engine/memory_budget.h"

/* A Rust-built plugin starts with 17 pages: a stack of 1 MiB, then its data; its heap lies behind. One more for small
 * allocations. */
enum { PAGES_AT_REST = 18, COPIES_OF_BODY = 5 };

uint64_t memory_needed_bytes(uint64_t body_bytes)
{
    uint64_t copies;
    if (__builtin_mul_overflow(body_bytes, COPIES_OF_BODY, &copies) || copies > UINT64_MAX / 2) {
        return UINT64_MAX / 2;
    }
    uint64_t pages = PAGES_AT_REST + (copies + WASM_PAGE_BYTES - 1) / WASM_PAGE_BYTES;
    return pages * WASM_PAGE_BYTES;
}

struct memory_budget memory_budget_plan(uint64_t resident_budget_bytes, uint64_t fast_body_bytes, uint32_t instances,
                                        uint64_t memory_max_bytes)
{
    uint64_t keep = memory_needed_bytes(fast_body_bytes);
    uint64_t share = resident_budget_bytes / instances;
    if (keep > share) {
        keep = share;
    }
    if (keep > memory_max_bytes) {
        keep = memory_max_bytes;
    }
    keep -= keep % WASM_PAGE_BYTES;
    uint64_t at_rest = (uint64_t)PAGES_AT_REST * WASM_PAGE_BYTES;
    uint64_t fits = keep > at_rest ? (keep - at_rest) / COPIES_OF_BODY : 0;
    return (struct memory_budget){
        .keep_bytes = keep,
        .fast_body_bytes = fits < fast_body_bytes ? fits : fast_body_bytes,
    };
}
