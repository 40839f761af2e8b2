/* SPDX-License-Identifier: Apache-2.0 */
/*
 * isolation.h - how the sandbox of a call is made and how its memory is reset.
 *
 * What a plugin can observe is the same under every setting; only cost differs.
 *
 * Every function here may be called from any thread, and neither blocks nor allocates. What is returned is static.
 */
#ifndef CCLB_ISOLATION_H
#define CCLB_ISOLATION_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the sandbox of a call is made. */
typedef enum cclb_isolation {
    /* Pooled memories, bounds checks in the code, no signal handlers in the host's process. */
    CCLB_ISOLATION_CHECKED,
    /*
     * Pooled instances, guard pages and the engine's signal handlers; for heavy guests that do not grow memory. Also where
     * plugins of different tenants must not read each other by speculation: here an address that was mispredicted to be in
     * bounds stays within the guest's own space, with CHECKED it may reach a neighbour's.
     */
    CCLB_ISOLATION_GUARDED,
    /* A mapping for each call, as the published runtimes do by default: to compare with. */
    CCLB_ISOLATION_ON_DEMAND
} cclb_isolation;

/* How the memory of a pooled sandbox becomes what it was before the call. */
typedef enum cclb_reset {
    /* What is cheapest and safe here: CHECKED takes SCAN, else PAGEMAP, else DECOMMIT; GUARDED takes SCAN, else REWRITE. */
    CCLB_RESET_AUTO,
    /* The kernel says which pages are there (PAGEMAP_SCAN, Linux 6.7); only these are cleared. GUARDED: not with swap. */
    CCLB_RESET_SCAN,
    /* The same from /proc/self/pagemap, which every kernel has. CHECKED only. */
    CCLB_RESET_PAGEMAP,
    /* Everything up to the resident size is rewritten, what lies above is given back. */
    CCLB_RESET_REWRITE,
    /* Every page is given back to the kernel. */
    CCLB_RESET_DECOMMIT
} cclb_reset;

/* The name of an isolation: "checked", "guarded", "on_demand"; "" for what is none; never NULL. */
CCLB_API const char *cclb_isolation_name(cclb_isolation isolation);

/* The isolation of that name; false, and *isolation alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_isolation_from_name(cclb_bytes name, cclb_isolation *isolation);

/* The name of a reset policy: "auto", "scan", "pagemap", "rewrite", "decommit"; "" for what is none; never NULL. */
CCLB_API const char *cclb_reset_name(cclb_reset reset);

/* The reset policy of that name; false, and *reset alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_reset_from_name(cclb_bytes name, cclb_reset *reset);

#ifdef __cplusplus
}
#endif

#endif
