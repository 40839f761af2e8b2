/* SPDX-License-Identifier: Apache-2.0 */
/* memory_budget.c - the arithmetic of memory_budget.h. */

#include "engine/memory_budget.h"

/*
 * At rest a Rust-built plugin starts with 17 pages: a stack of 1 MiB, then its data; its heap lies behind. It touches a
 * few kilobytes of each, and one page more for small allocations.
 */
enum { PAGES_AT_REST = 18, TOUCHED_AT_REST = 128 << 10, COPIES_OF_BODY = 5 };

enum { SMALLEST_BODY = 16 << 10, CLASS_STEP = 8 };

uint64_t memory_needed_bytes(uint64_t body_bytes, enum memory_keep keep)
{
    uint64_t copies;
    if (__builtin_mul_overflow(body_bytes, COPIES_OF_BODY, &copies) || copies > UINT64_MAX / 2) {
        return UINT64_MAX / 2;
    }
    uint64_t at_rest = keep == MEMORY_KEEP_BOTTOM ? (uint64_t)PAGES_AT_REST * WASM_PAGE_BYTES : TOUCHED_AT_REST;
    uint64_t pages = (copies + WASM_PAGE_BYTES - 1) / WASM_PAGE_BYTES;
    return at_rest + pages * WASM_PAGE_BYTES;
}

static uint64_t at_most(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

/* The largest body for which `kept` is enough. */
static uint64_t body_that_fits(uint64_t kept, enum memory_keep keep)
{
    uint64_t at_rest = memory_needed_bytes(0, keep);
    return kept > at_rest ? (kept - at_rest) / COPIES_OF_BODY : 0;
}

static struct memory_class plan_class(uint64_t body_bytes, uint32_t memories, uint64_t keep_max, enum memory_keep keep)
{
    uint64_t kept = at_most(memory_needed_bytes(body_bytes, keep), keep_max);
    kept -= kept % WASM_PAGE_BYTES;
    return (struct memory_class){
        .body_bytes = at_most(body_bytes, body_that_fits(kept, keep)), .keep_bytes = kept, .memories = memories};
}

/* How many calls with huge bodies need not wait for the kernel to give them memory page by page. */
enum { HUGE_MEMORIES = 8 };

/* Adds the class for what is beyond the budget. */
static void add_huge(struct memory_budget *budget, uint64_t memory_max_bytes)
{
    uint32_t instances = budget->classes[0].memories;
    budget->classes[budget->class_count++] = (struct memory_class){
        .body_bytes = memory_max_bytes,
        .memories = instances < HUGE_MEMORIES ? instances : HUGE_MEMORIES,
        .huge = true,
    };
}

/* Adds what the budget has room for above the smallest class, whose bodies are `body`. */
static void add_larger(struct memory_budget *budget, uint64_t left, uint64_t body, uint64_t fast_body_bytes,
                       uint64_t memory_max_bytes)
{
    uint32_t classes = 1;
    for (uint64_t last = body; last < fast_body_bytes && classes + 1 < MEMORY_CLASSES_MAX; classes++) {
        last = last > fast_body_bytes / CLASS_STEP ? fast_body_bytes : last * CLASS_STEP;
    }
    while (body < fast_body_bytes && budget->class_count < classes) {
        bool is_last = budget->class_count + 1 == classes || body > fast_body_bytes / CLASS_STEP;
        body = is_last ? fast_body_bytes : body * CLASS_STEP;
        struct memory_class class = plan_class(body, 1, memory_max_bytes, MEMORY_KEEP_TOUCHED);
        if (class.body_bytes < body || class.keep_bytes > left) {
            return;
        }
        uint64_t share = left / (classes - budget->class_count);
        uint64_t half = budget->classes[0].memories / 2; /* not all calls are large at once; what is beyond finds others */
        uint64_t memories = at_most(share / class.keep_bytes, half);
        class.memories = memories > 0 ? (uint32_t)memories : 1;
        left -= class.memories * class.keep_bytes;
        budget->classes[budget->class_count++] = class;
    }
}

struct memory_budget memory_budget_plan(uint64_t resident_bytes, uint64_t fast_body_bytes, uint32_t instances,
                                        uint64_t memory_max_bytes, enum memory_keep keep)
{
    struct memory_budget budget = {.class_count = 1};
    uint64_t body = keep == MEMORY_KEEP_TOUCHED ? at_most(fast_body_bytes, SMALLEST_BODY) : fast_body_bytes;
    budget.classes[0] = plan_class(body, instances, at_most(resident_bytes / instances, memory_max_bytes), keep);
    if (keep == MEMORY_KEEP_TOUCHED) {
        if (budget.classes[0].body_bytes == body) { /* else there is not enough even for these */
            uint64_t left = resident_bytes - budget.classes[0].keep_bytes * instances;
            add_larger(&budget, left, body, fast_body_bytes, memory_max_bytes);
        }
        add_huge(&budget, memory_max_bytes);
    }
    return budget;
}

uint64_t memory_budget_resident_bytes(const struct memory_budget *budget)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < budget->class_count; i++) {
        bytes += budget->classes[i].memories * budget->classes[i].keep_bytes;
    }
    return bytes;
}

uint32_t memory_budget_memories(const struct memory_budget *budget)
{
    uint32_t memories = 0;
    for (uint32_t i = 0; i < budget->class_count; i++) {
        memories += budget->classes[i].memories;
    }
    return memories;
}

uint64_t memory_budget_fast_body_bytes(const struct memory_budget *budget)
{
    uint64_t body = 0;
    for (uint32_t i = 0; i < budget->class_count && !budget->classes[i].huge; i++) {
        body = budget->classes[i].body_bytes;
    }
    return body;
}
