/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_pool.c - one array of memories, the classes one behind the other.
 *
 * Who takes a memory takes one of the smallest class first, as the right to have any; if the request is larger, that one
 * rests while a larger one is in use. So there are never more instances than the smallest class has memories, and a
 * larger class that has none left delays nobody.
 */

#include "engine/memory_pool.h"

#include "base/allocate.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <sys/mman.h>

struct pooled_memory {
    alignas(64) _Atomic bool taken;
    struct memory_pool *pool;
    const struct memory_class *class;
    uint8_t *base;
    uint64_t mapped; /* of it: what was ever in use; the rest cannot be touched */
    struct memory_kept kept;
    /* While it is taken: */
    uint64_t used;
    struct pooled_memory *right; /* of the smallest class, taken with it; itself if it is of that */
};

struct memory_pool {
    struct memory_budget budget;
    uint64_t memory_max_bytes;
    struct memory_cleaner cleaner;
    const cclb_allocator *allocator;
    void *mapping;                                   /* that the memories lie in */
    uint8_t *space;                                  /* where they begin: at a huge page */
    struct pooled_memory *first[MEMORY_CLASSES_MAX]; /* of each class */
    struct pooled_memory *memories;
    void *allocated; /* that the array lies in, aligned */
    size_t allocated_size;
};

/* Where this thread looks first, in every pool: only a hint, so that it comes back to pages that its processor knows. */
static _Thread_local uint32_t last_taken;

enum { HUGE_PAGE_BYTES = 2 << 20 };

/* So much of a memory, and what is kept, may stay mapped after a call: more than one usually needs. */
static const uint64_t stays_mapped = 16 << 20;

uint64_t memory_pool_address_space(const struct memory_budget *budget, uint64_t memory_max_bytes)
{
    return memory_budget_memories(budget) * memory_max_bytes + HUGE_PAGE_BYTES;
}

/* Sets the address space aside; nothing of it can be touched yet. */
static bool make_space(struct memory_pool *pool)
{
    uint64_t len = memory_pool_address_space(&pool->budget, pool->memory_max_bytes);
    void *mapping = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED) {
        return false;
    }
    /*
     * Unless it is asked for, no huge pages: two megabytes would stay resident, and be cleared, for a few kilobytes. A
     * kernel without them refuses, and has none.
     */
    (void)madvise(mapping, len, MADV_NOHUGEPAGE);
    pool->mapping = mapping;
    pool->space = (uint8_t *)mapping + (HUGE_PAGE_BYTES - (uintptr_t)mapping % HUGE_PAGE_BYTES) % HUGE_PAGE_BYTES;
    return true;
}

static bool make_memories(struct memory_pool *pool)
{
    size_t count = memory_budget_memories(&pool->budget);
    pool->allocated_size = count * sizeof(struct pooled_memory) + alignof(struct pooled_memory);
    uint8_t *allocated = allocate(pool->allocator, pool->allocated_size);
    if (allocated == NULL) {
        errno = ENOMEM;
        return false;
    }
    pool->allocated = allocated;
    size_t align = alignof(struct pooled_memory);
    pool->memories = (struct pooled_memory *)(void *)(allocated + (align - (uintptr_t)allocated % align));
    struct pooled_memory *memory = pool->memories;
    for (uint32_t i = 0; i < pool->budget.class_count; i++) {
        pool->first[i] = memory;
        for (uint32_t n = 0; n < pool->budget.classes[i].memories; n++, memory++) {
            memory->pool = pool;
            memory->class = &pool->budget.classes[i];
            memory->base = pool->space + (uint64_t)(memory - pool->memories) * pool->memory_max_bytes;
            if (memory->class->huge) {
                (void)madvise(memory->base, pool->memory_max_bytes, MADV_HUGEPAGE); /* or pages as ever */
            }
        }
    }
    return true;
}

struct memory_pool *memory_pool_create(const struct memory_budget *budget, uint64_t memory_max_bytes, cclb_reset reset,
                                       const cclb_allocator *allocator)
{
    struct memory_pool *pool = allocate(allocator, sizeof *pool);
    if (pool == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    pool->budget = *budget;
    pool->memory_max_bytes = memory_max_bytes;
    pool->allocator = allocator;
    pool->cleaner.pagemap = -1;
    if (make_space(pool) && make_memories(pool) && memory_cleaner_init(&pool->cleaner, reset)) {
        return pool;
    }
    int reason = errno;
    memory_pool_destroy(pool);
    errno = reason;
    return NULL;
}

void memory_pool_destroy(struct memory_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    memory_cleaner_deinit(&pool->cleaner);
    if (pool->mapping) {
        munmap(pool->mapping, memory_pool_address_space(&pool->budget, pool->memory_max_bytes));
    }
    release(pool->allocator, pool->allocated, pool->allocated_size);
    release(pool->allocator, pool, sizeof *pool);
}

/* One of a class, if there is one; looks at `start` first. */
static struct pooled_memory *take_of(struct pooled_memory *first, uint32_t count, uint32_t start)
{
    for (uint32_t i = 0, at = start % count; i < count; i++) {
        /* Relaxed, to spare the line a write where it would be in vain. */
        if (!atomic_load_explicit(&first[at].taken, memory_order_relaxed) &&
            /* Acquire: comes after all that the last one did to the memory. */
            !atomic_exchange_explicit(&first[at].taken, true, memory_order_acquire)) {
            return &first[at];
        }
        at = at + 1 < count ? at + 1 : 0;
    }
    return NULL;
}

static void give(struct pooled_memory *memory)
{
    /* Release: the next one comes after all that was done to it. */
    atomic_store_explicit(&memory->taken, false, memory_order_release);
}

/* What else there is in a request with a body: headers, candidates, and what the form adds. */
static uint64_t with_the_rest(uint64_t body_bytes)
{
    return body_bytes + body_bytes / 8 + 4096;
}

/* The smallest class that is for such a request, or the largest there is. */
static uint32_t class_for(const struct memory_budget *budget, uint64_t request_bytes)
{
    uint32_t class = 0;
    while (class + 1 < budget->class_count && with_the_rest(budget->classes[class].body_bytes) < request_bytes) {
        class++;
    }
    return class;
}

/* One of a class above the smallest: of the wanted one, else of a larger, else of a smaller; `right` if there is none. */
static struct pooled_memory *take_larger(struct memory_pool *pool, uint32_t wanted, struct pooled_memory *right)
{
    const struct memory_budget *budget = &pool->budget;
    uint32_t start = (uint32_t)(right - pool->memories);
    struct pooled_memory *memory = NULL;
    for (uint32_t class = wanted; class < budget->class_count && memory == NULL; class++) {
        memory = take_of(pool->first[class], budget->classes[class].memories, start);
    }
    for (uint32_t class = wanted; class > 1 && memory == NULL; class--) {
        memory = take_of(pool->first[class - 1], budget->classes[class - 1].memories, start);
    }
    return memory ? memory : right;
}

/* How much of a memory may stay mapped after a call, in whole huge pages. */
static uint64_t mapped_to_stay(const struct memory_class *class)
{
    uint64_t stays = stays_mapped + class->keep_bytes;
    return stays - stays % HUGE_PAGE_BYTES;
}

/* Behind what is kept, from the next huge page on. */
static uint64_t behind_kept(const struct memory_class *class)
{
    return (class->keep_bytes + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
}

/*
 * A call that maps more than may stay asks for huge pages behind what is kept: no guest is stopped within one memory.fill,
 * and the first touch of 128 MiB takes 100 ms by pages of 4 KiB, and 15 by those. Nothing of them is left after the call:
 * what is behind the kept part is given back, and unmap_top() ends the wish.
 */
static void want_huge_pages(const struct pooled_memory *memory, uint64_t bytes)
{
    uint64_t start = behind_kept(memory->class);
    if (!memory->class->huge && bytes > mapped_to_stay(memory->class)) {
        (void)madvise(memory->base + start, bytes - start, MADV_HUGEPAGE); /* or pages as ever */
    }
}

/* Makes the first `bytes` usable. They are zero: nobody could touch what is beyond, and what was used was cleaned. */
static bool map(struct pooled_memory *memory, uint64_t bytes)
{
    uint64_t most = memory->pool->memory_max_bytes;
    if (bytes <= memory->mapped) {
        return true;
    }
    if (bytes > most) {
        return false;
    }
    if (memory->class->huge) {
        /* A huge page has to be mapped as a whole. */
        uint64_t whole = (bytes + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
        bytes = whole < most ? whole : most;
    }
    if (mprotect(memory->base + memory->mapped, bytes - memory->mapped, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    want_huge_pages(memory, bytes);
    memory->mapped = bytes;
    return true;
}

/*
 * What a call mapped far beyond others is no longer charged to the process; its pages go with it. False if the kernel
 * refuses: it may have unmapped the place all the same, and nobody may use the memory again.
 */
static bool unmap_top(struct pooled_memory *memory)
{
    uint64_t stays = mapped_to_stay(memory->class);
    uint64_t len = memory->mapped - stays;
    if (mmap(memory->base + stays, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) ==
        MAP_FAILED) {
        return false;
    }
    if (memory->class->huge) {
        (void)madvise(memory->base + stays, len, MADV_HUGEPAGE);
    } else {
        uint64_t start = behind_kept(memory->class);
        (void)madvise(memory->base + start, memory->mapped - start, MADV_NOHUGEPAGE);
    }
    memory->mapped = stays;
    memory->kept.reach = memory->kept.reach < stays ? memory->kept.reach : stays;
    return true;
}

struct pooled_memory *memory_pool_take(struct memory_pool *pool, uint64_t bytes, uint64_t request_bytes)
{
    struct pooled_memory *right = take_of(pool->memories, pool->budget.classes[0].memories, last_taken);
    if (right == NULL) {
        return NULL;
    }
    last_taken = (uint32_t)(right - pool->memories);
    uint32_t class = class_for(&pool->budget, request_bytes);
    struct pooled_memory *memory = class > 0 ? take_larger(pool, class, right) : right;
    memory->right = right;
    memory->used = bytes;
    if (!map(memory, bytes)) {
        memory->used = 0;
        pooled_memory_give(memory);
        return NULL;
    }
    return memory;
}

uint8_t *pooled_memory_base(const struct pooled_memory *memory)
{
    return memory->base;
}

const struct memory_class *pooled_memory_class(const struct pooled_memory *memory)
{
    return memory->class;
}

bool pooled_memory_grow(struct pooled_memory *memory, uint64_t bytes)
{
    if (!map(memory, bytes)) {
        return false;
    }
    memory->used = bytes;
    return true;
}

void pooled_memory_give(struct pooled_memory *memory)
{
    struct pooled_memory *right = memory->right;
    /* Of a huge page nothing is given back unless all of it is. */
    uint64_t used = memory->class->huge ? memory->mapped : memory->used;
    memory_clean(&memory->pool->cleaner, memory->base, used, memory->class->keep_bytes, &memory->kept);
    bool usable = memory->mapped <= stays_mapped + memory->class->keep_bytes || unmap_top(memory);
    last_taken = (uint32_t)(right - memory->pool->memories);
    if (usable) {
        give(memory);
    }
    if (right != memory) {
        give(right);
    }
}

uint32_t memory_pool_taken(const struct memory_pool *pool)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < pool->budget.classes[0].memories; i++) {
        taken += atomic_load_explicit(&pool->memories[i].taken, memory_order_relaxed);
    }
    return taken;
}
