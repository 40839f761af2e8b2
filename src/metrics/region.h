/* SPDX-License-Identifier: Apache-2.0 */
/*
 * region.h - the memory that counters lie in: one layout for a runtime of its own and for processes that share one.
 *
 *     struct region      what it is, and what is counted without a plugin
 *     struct label       of each plugin, and at the end that of `other`
 *     struct counters    [label][hook][stripe], from the next page on
 *
 * There is no pointer in it. It starts as zeros, and a page that nothing was counted in is never written, so that it
 * takes no memory. A label has 200 KiB of address space, 40 KiB for each hook: a hook that is called from one stripe
 * makes one page of it resident, one that is called from all stripes ten, one that is never called none. Readers leave
 * alone what `used` does not name, because even a read makes a page of a shared mapping resident.
 */
#ifndef METRICS_REGION_H
#define METRICS_REGION_H

#include "metrics/counters.h"

enum {
    REGION_PLUGINS_DEFAULT = 64,
    REGION_PLUGINS_LIMIT = 1024, /* a series for each, many times over: more is no use to anybody who looks at it */
    /*
     * As many as there are lanes by default, so that then no two threads share one: counting takes some 20 ns alone and
     * 160 ns where another thread counts in the same stripe. And no more than `used` has bits.
     */
    REGION_STRIPES = 64,
    REGION_PAGE_BYTES = 4096,
    LABEL_TEXT_MAX = 263, /* the longest name (rule R31) is not cut for being long, but for what has to be escaped */
    LABEL_WORDS = (LABEL_TEXT_MAX + 1) / 8
};

/* The name of a plugin, escaped; label.h has how one is taken. */
struct label {
    alignas(CACHE_BYTES) _Atomic uint64_t key; /* hash of the text; 0: the label is free */
    _Atomic uint32_t written;                  /* length of the text and 1; 0: it is not there yet */
    _Atomic uint64_t used[CCLB_HOOKS_MAX];     /* by hook: a bit for each stripe that something was counted in */
    _Atomic uint64_t text[LABEL_WORDS];        /* bytes in their order, then zeros */
};

struct region {
    alignas(CACHE_BYTES) _Atomic uint64_t magic; /* written last */
    uint32_t version;
    uint32_t plugins_max;
    uint64_t bytes;  /* of all of it */
    uint64_t tables; /* hash of the tables that give counters their meaning */
    alignas(CACHE_BYTES) _Atomic uint32_t attached; /* times that it was attached to */
    struct common_counters common[REGION_STRIPES];
    struct label label[]; /* plugins_max and 1 */
};

/* How large one for 1 to REGION_PLUGINS_LIMIT labels is. */
size_t region_bytes(uint32_t plugins_max);

/* Makes one of zeroed memory of region_bytes(plugins_max). */
void region_make(struct region *region, uint32_t plugins_max);

/*
 * Whether memory is one that this library can count in; *plugins_max is then what it was when it was looked at. Others
 * may write there at any time, so go by that number and not by the region's. CCLB_INVALID_ARGUMENT says why not:
 * alignment, no region, another layout, other tables, too small, damaged.
 */
cclb_status region_check(const void *memory, size_t bytes, uint32_t *plugins_max, cclb_error *error);

/* Where the counters of a label (0 to plugins_max) lie in a region of plugins_max labels, in bytes from its start. */
static inline size_t region_counters_at(uint32_t plugins_max, uint32_t label, cclb_hook hook, uint32_t stripe)
{
    size_t first = sizeof(struct region) + ((size_t)plugins_max + 1) * sizeof(struct label);
    size_t index = ((size_t)label * CCLB_HOOK_COUNT + hook) * REGION_STRIPES + stripe;
    first = (first + REGION_PAGE_BYTES - 1) / REGION_PAGE_BYTES * REGION_PAGE_BYTES;
    return first + index * sizeof(struct counters);
}

#endif
