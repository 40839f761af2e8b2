/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_clean.h - makes memory that a call has used all zero again.
 *
 * The mapping is private and anonymous, so a page that is neither present nor swapped out is zero, and so is the kernel's
 * zero page. All others are cleared where they are, up to what is to be kept, or given back to the kernel.
 */
#ifndef ENGINE_MEMORY_CLEAN_H
#define ENGINE_MEMORY_CLEAN_H

#include "cclb/isolation.h"

/* How it is done; immutable, SHARED. */
struct memory_cleaner {
    cclb_reset reset; /* not CCLB_RESET_AUTO */
    int pagemap;      /* /proc/self/pagemap, or -1 where it is not asked */
};

/*
 * Whether this kernel has PAGEMAP_SCAN, and whether it lets this process read its page map. Each opens and closes it; false
 * with errno EMFILE or ENFILE if only a descriptor was wanting.
 */
bool memory_can_scan(void);
bool memory_can_read_pagemap(void);

/* Opens what the way of resetting needs. False, with errno set, if it cannot be had; then there is nothing to deinit. */
bool memory_cleaner_init(struct memory_cleaner *cleaner, cclb_reset reset);

void memory_cleaner_deinit(struct memory_cleaner *cleaner);

/*
 * What is known of one memory between two cleanings; zeroed before the first.
 *
 * The longest run of pages that was cleared in place is most likely there the next time. To ask the kernel of a page that
 * is there costs a quarter of what it costs to clear it, so a long run is not asked about again.
 */
struct memory_kept {
    uint64_t low; /* the longest run, as offsets */
    uint64_t high;
    uint64_t reach; /* no page from here on is there */
    uint32_t cleanings;
    uint32_t overflows; /* in a row: times that more was touched than may be kept */
};

/*
 * Makes `used` bytes at `base`, both multiples of a page, zero; of the whole memory, also of what earlier calls used and
 * this one did not, at most `keep` bytes stay resident. For CCLB_RESET_REWRITE those at the bottom, else the first of
 * those that were touched. Where the kernel refuses an answer everything is cleared or given back.
 *
 * Pages that stay are cleared again and again, whoever touched them; so that nobody pays for long for what another did,
 * all of them are given back now and then, and when a call has overflowed what may be kept.
 */
void memory_clean(const struct memory_cleaner *cleaner, uint8_t *base, uint64_t used, uint64_t keep,
                  struct memory_kept *kept);

#endif
