/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reset_policy.h - which way of resetting memory between calls is safe on this machine, and the cheapest.
 *
 * Our own memories (CCLB_ISOLATION_CHECKED) are safe with every way. The engine's own scan (CCLB_ISOLATION_GUARDED)
 * leaves out pages that were swapped out, so where swap is reachable it could show one request's memory to the next.
 * There it is not used, and not allowed.
 */
#ifndef ENGINE_RESET_POLICY_H
#define ENGINE_RESET_POLICY_H

#include "cclb/error.h"
#include "cclb/isolation.h"

/* Where the kernel tells about swap; tests give folders of their own. */
struct swap_sources {
    const char *swaps;       /* /proc/swaps */
    const char *own_cgroup;  /* /proc/self/cgroup */
    const char *cgroup_root; /* /sys/fs/cgroup */
};

/*
 * Whether memory of this process could be swapped out: true unless it is certain that there is no swap, or that this
 * process's cgroup (version 2) may use none. Reads files.
 */
bool swap_is_reachable(const struct swap_sources *sources);

/* The kernel's own files. */
extern const struct swap_sources swap_sources_of_kernel;

/*
 * What the decision may ask of the machine. Each is asked only if the answer matters: asking the engine whether it can
 * scan makes it open /proc/self/pagemap for good.
 */
struct reset_questions {
    bool (*can_scan)(void);         /* we */
    bool (*can_read_pagemap)(void); /* we */
    bool (*engine_can_scan)(void);
    bool (*swap_is_reachable)(void);
};

/* The machine's own answers. */
extern const struct reset_questions reset_questions_of_machine;

/*
 * Decides: *decided is never CCLB_RESET_AUTO; *reason is static text for people. CCLB_INVALID_ARGUMENT if a scan was
 * asked for and cannot be had or is not safe; CCLB_ENGINE if no descriptor was free to find out. On demand there is
 * nothing to reset: CCLB_RESET_DECOMMIT.
 */
cclb_status reset_decide(cclb_reset wanted, cclb_isolation isolation, const struct reset_questions *questions,
                         cclb_reset *decided, const char **reason, cclb_error *error);

#endif
