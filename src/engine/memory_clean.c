/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_clean.c - asks the kernel which pages are there: with PAGEMAP_SCAN (Linux 6.7), or by reading the page map.
 *
 * The interface of the scan is stated here, because the headers of older systems lack it (linux/fs.h has it since 6.7).
 */

#include "engine/memory_clean.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, REGIONS = 16, ENTRIES = 512 };

/* From this length on a run is not asked about again: below it a second question costs more than it spares. */
enum { RUN_MIN_BYTES = 32 * PAGE_BYTES };

enum { LITTLE_KEPT_BYTES = 1 << 20 };

/* So many overflows in a row are borne before everything goes once more: for plugins that overflow in every call. */
enum { OVERFLOWS_BORNE = 16 };

/* struct page_region and struct pm_scan_arg of linux/fs.h. */
struct page_region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

struct scan_argument {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    uint64_t vec;
    uint64_t vec_len;
    uint64_t max_pages;
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_anyof_mask;
    uint64_t return_mask;
};

#define PAGEMAP_SCAN_REQUEST _IOWR('f', 16, struct scan_argument)

enum { PAGE_IS_PRESENT = 1 << 3, PAGE_IS_SWAPPED = 1 << 4, PAGE_IS_PFNZERO = 1 << 5 };

/* Of an entry in the page map. */
#define ENTRY_SWAPPED (UINT64_C(1) << 62)
#define ENTRY_PRESENT (UINT64_C(1) << 63)

static int open_pagemap(void)
{
    if (sysconf(_SC_PAGESIZE) != PAGE_BYTES) {
        errno = ENOTSUP; /* entries would be counted wrongly */
        return -1;
    }
    return open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

/* Regions of [start, end) that are not zero by themselves; returns how many, or -1. *walked is where the scan stopped. */
static int scan(int pagemap, const uint8_t *start, const uint8_t *end, struct page_region regions[REGIONS],
                const uint8_t **walked)
{
    struct scan_argument argument = {
        .size = sizeof argument,
        .start = (uintptr_t)start,
        .end = (uintptr_t)end,
        .vec = (uintptr_t)regions,
        .vec_len = REGIONS,
        .category_inverted = PAGE_IS_PFNZERO,
        .category_mask = PAGE_IS_PFNZERO,
        .category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
    };
    int count = ioctl(pagemap, PAGEMAP_SCAN_REQUEST, &argument);
    *walked = count < 0 ? start : start + (argument.walk_end - (uintptr_t)start);
    return count;
}

bool memory_can_scan(void)
{
    int pagemap = open_pagemap();
    if (pagemap < 0) {
        return false;
    }
    struct page_region regions[REGIONS] = {0};
    const uint8_t *walked;
    uint8_t *place = (uint8_t *)((uintptr_t)&pagemap & ~(uintptr_t)(PAGE_BYTES - 1));
    bool can = scan(pagemap, place, place + PAGE_BYTES, regions, &walked) == 1;
    close(pagemap);
    return can;
}

bool memory_can_read_pagemap(void)
{
    int pagemap = open_pagemap();
    if (pagemap < 0) {
        return false;
    }
    uint64_t entry = 0;
    off_t place = (off_t)((uintptr_t)&entry / PAGE_BYTES * sizeof entry);
    bool can = pread(pagemap, &entry, sizeof entry, place) == (ssize_t)sizeof entry && (entry & ENTRY_PRESENT) != 0;
    close(pagemap);
    return can;
}

bool memory_cleaner_init(struct memory_cleaner *cleaner, cclb_reset reset)
{
    *cleaner = (struct memory_cleaner){.reset = reset, .pagemap = -1};
    if (reset == CCLB_RESET_SCAN || reset == CCLB_RESET_PAGEMAP) {
        cleaner->pagemap = open_pagemap();
        return cleaner->pagemap >= 0;
    }
    return true;
}

void memory_cleaner_deinit(struct memory_cleaner *cleaner)
{
    if (cleaner->pagemap >= 0) {
        close(cleaner->pagemap);
        cleaner->pagemap = -1;
    }
}

/* Gives pages back; what the kernel does not take (locked pages) is cleared. */
static void give_back(uint8_t *start, uint64_t len)
{
    if (len > 0 && madvise(start, len, MADV_DONTNEED) != 0) {
        memset(start, 0, len);
    }
}

/* One memory on its way to being clean. */
struct cleaning {
    uint8_t *at;  /* everything below is clean */
    uint8_t *end; /* of what is to be cleaned next */
    uint8_t *top; /* of all */
    uint64_t keep; /* that may still stay */
    bool overflowed; /* there was more than that */
    uint8_t *run_start; /* of the pages in a row that were cleared last; they end at `run_end` */
    uint8_t *run_end;
    uint8_t *longest_start;
    uint8_t *longest_end;
};

static void clear(struct cleaning *cleaning, uint8_t *start, uint64_t len)
{
    memset(start, 0, len);
    cleaning->keep -= len;
    if (start != cleaning->run_end) {
        cleaning->run_start = start;
    }
    cleaning->run_end = start + len;
    if (cleaning->run_end - cleaning->run_start > cleaning->longest_end - cleaning->longest_start) {
        cleaning->longest_start = cleaning->run_start;
        cleaning->longest_end = cleaning->run_end;
    }
}

/* The pages from `start` on are to be cleared, those below it are clean. */
static void clean_region(struct cleaning *cleaning, uint8_t *start, uint8_t *end)
{
    uint64_t len = (uint64_t)(end - start);
    if (len > cleaning->keep) {
        clear(cleaning, start, cleaning->keep);
        give_back(cleaning->run_end, (uint64_t)(cleaning->top - cleaning->run_end)); /* the rest all at once */
        cleaning->overflowed = true;
        cleaning->at = cleaning->top;
        cleaning->end = cleaning->top;
        return;
    }
    clear(cleaning, start, len);
    cleaning->at = end;
}

/* Cleans as far as the kernel tells of pages; what it does not tell of is left. */
static void clean_by_scan(int pagemap, struct cleaning *cleaning)
{
    while (cleaning->at < cleaning->end) {
        struct page_region regions[REGIONS] = {0}; /* memcheck does not know that the kernel fills them */
        const uint8_t *walked;
        uint8_t *from = cleaning->at;
        int count = scan(pagemap, from, cleaning->end, regions, &walked);
        if (count < 0 || walked <= from) {
            return;
        }
        for (int i = 0; i < count && cleaning->at < cleaning->end; i++) {
            clean_region(cleaning, from + (regions[i].start - (uintptr_t)from), from + (regions[i].end - (uintptr_t)from));
        }
        if (cleaning->at < cleaning->end) {
            cleaning->at = from + (walked - from);
        }
    }
}

/* Whether the kernel told of each of `pages` pages from the cleaning's place on. */
static bool read_entries(int pagemap, const struct cleaning *cleaning, uint64_t entries[ENTRIES], size_t pages)
{
    off_t place = (off_t)((uintptr_t)cleaning->at / PAGE_BYTES * sizeof entries[0]);
    return pread(pagemap, entries, pages * sizeof entries[0], place) == (ssize_t)(pages * sizeof entries[0]);
}

/* The same. */
static void clean_by_pagemap(int pagemap, struct cleaning *cleaning)
{
    while (cleaning->at < cleaning->end) {
        uint64_t entries[ENTRIES];
        uint64_t left = (uint64_t)(cleaning->end - cleaning->at) / PAGE_BYTES;
        size_t pages = left < ENTRIES ? (size_t)left : ENTRIES;
        if (!read_entries(pagemap, cleaning, entries, pages)) {
            return;
        }
        uint8_t *from = cleaning->at;
        for (size_t page = 0; page < pages && cleaning->at < cleaning->end;) {
            size_t after = page;
            while (after < pages && (entries[after] & (ENTRY_PRESENT | ENTRY_SWAPPED)) != 0) {
                after++;
            }
            if (after > page) {
                clean_region(cleaning, from + page * PAGE_BYTES, from + after * PAGE_BYTES);
            }
            page = after + 1;
        }
        if (cleaning->at < cleaning->end) {
            cleaning->at = from + pages * PAGE_BYTES;
        }
    }
}

/* Up to `end`, as far as the kernel tells; false where it does not. */
static bool clean_up_to(const struct memory_cleaner *cleaner, struct cleaning *cleaning, uint8_t *end)
{
    if (cleaning->at >= end) {
        return true;
    }
    cleaning->end = end;
    if (cleaner->reset == CCLB_RESET_SCAN) {
        clean_by_scan(cleaner->pagemap, cleaning);
    } else {
        clean_by_pagemap(cleaner->pagemap, cleaning);
    }
    return cleaning->at >= end;
}

/* What the kernel says is there, and what was there the last time. */
static void clean_present(const struct memory_cleaner *cleaner, struct cleaning *cleaning, uint8_t *base,
                          const struct memory_kept *kept)
{
    uint64_t used = (uint64_t)(cleaning->top - base);
    uint64_t high = kept->high < used ? kept->high : used;
    if (kept->low < high && high - kept->low >= RUN_MIN_BYTES) {
        if (!clean_up_to(cleaner, cleaning, base + kept->low)) {
            return;
        }
        if (cleaning->at <= base + kept->low) {
            clean_region(cleaning, base + kept->low, base + high);
        }
    }
    (void)clean_up_to(cleaner, cleaning, cleaning->top);
}

/* What earlier calls left above what this one used: it counts, and goes if it is much. Returns what may stay below. */
static uint64_t clean_above(uint8_t *base, uint64_t used, uint64_t keep, struct memory_kept *kept)
{
    uint64_t above = kept->reach > used ? kept->reach - used : 0;
    if (above > keep / 2) {
        give_back(base + used, above);
        kept->reach = used;
        above = 0;
    }
    return keep - above;
}

/* How often everything is given back: rarely, where that is much. */
static bool is_time_to_forget(struct memory_kept *kept, uint64_t keep)
{
    return ++kept->cleanings % (keep <= LITTLE_KEPT_BYTES ? 256 : 1024) == 0;
}

/* Whether what was found is not to stay, and not to be believed. */
static bool is_to_go(const struct cleaning *cleaning, struct memory_kept *kept)
{
    if (cleaning->overflowed) {
        return kept->overflows++ % OVERFLOWS_BORNE == 0;
    }
    kept->overflows = 0;
    /* Whoever is called writes something: a page map that shows nothing is not that of this process. */
    return cleaning->longest_start == NULL;
}

void memory_clean(const struct memory_cleaner *cleaner, uint8_t *base, uint64_t used, uint64_t keep,
                  struct memory_kept *kept)
{
    struct cleaning cleaning = {.at = base, .end = base + used, .top = base + used};
    cleaning.keep = clean_above(base, used, keep, kept);
    switch (cleaner->reset) {
    case CCLB_RESET_SCAN:
    case CCLB_RESET_PAGEMAP:
        if (is_time_to_forget(kept, keep)) {
            break;
        }
        clean_present(cleaner, &cleaning, base, kept);
        if (is_to_go(&cleaning, kept)) {
            cleaning = (struct cleaning){.at = base, .top = base + used};
        }
        break;
    case CCLB_RESET_REWRITE:
        clean_region(&cleaning, base, base + used);
        break;
    case CCLB_RESET_AUTO:
    case CCLB_RESET_DECOMMIT:
        break;
    }
    give_back(cleaning.at, (uint64_t)(cleaning.top - cleaning.at));
    kept->low = 0;
    kept->high = 0;
    uint64_t below = 0;
    if (cleaning.longest_start) {
        kept->low = (uint64_t)(cleaning.longest_start - base);
        kept->high = (uint64_t)(cleaning.longest_end - base);
        below = (uint64_t)(cleaning.run_end - base);
    }
    if (kept->reach <= used) {
        kept->reach = below;
    }
}
