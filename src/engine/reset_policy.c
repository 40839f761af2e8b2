/* SPDX-License-Identifier: Apache-2.0 */
/* reset_policy.c - reads what the kernel says about swap; unsure means reachable. */

#include "engine/reset_policy.h"

#include "base/error.h"
#include "engine/engine.h"
#include "engine/memory_clean.h"

#include <errno.h>
#include <stdio.h>

const struct swap_sources swap_sources_of_kernel = {
    .swaps = "/proc/swaps",
    .own_cgroup = "/proc/self/cgroup",
    .cgroup_root = "/sys/fs/cgroup",
};

/* Whether the file can be read and has a line after its heading. */
static bool has_swap_area(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return true;
    }
    char line[512];
    size_t lines = 0;
    while (lines < 2 && fgets(line, sizeof line, file)) {
        lines++;
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    return failed || lines != 1;
}

/* Whether the cgroup in this folder forbids swap. */
static bool forbids_swap(const char *folder)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/memory.swap.max", folder);
    if (len < 0 || (size_t)len >= sizeof path) {
        return false;
    }
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    char text[32] = "";
    bool zero = fgets(text, sizeof text, file) && (strcmp(text, "0\n") == 0 || strcmp(text, "0") == 0);
    fclose(file);
    return zero;
}

/* Whether this process's cgroup, or one above it, forbids swap. */
static bool cgroup_forbids_swap(const struct swap_sources *sources)
{
    FILE *file = fopen(sources->own_cgroup, "re");
    if (file == NULL) {
        return false;
    }
    char line[2048];
    char folder[4096] = "";
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "0::/", 4) == 0) {
            snprintf(folder, sizeof folder, "%s%s", sources->cgroup_root, line + 3);
            break;
        }
    }
    fclose(file);
    size_t root_len = strlen(sources->cgroup_root);
    while (strlen(folder) > root_len) {
        if (forbids_swap(folder)) {
            return true;
        }
        *strrchr(folder, '/') = '\0';
    }
    return false;
}

bool swap_is_reachable(const struct swap_sources *sources)
{
    return has_swap_area(sources->swaps) && !cgroup_forbids_swap(sources);
}

static bool kernel_can_swap(void)
{
    return swap_is_reachable(&swap_sources_of_kernel);
}

const struct reset_questions reset_questions_of_machine = {
    .can_scan = memory_can_scan,
    .can_read_pagemap = memory_can_read_pagemap,
    .engine_can_scan = engine_can_scan,
    .swap_is_reachable = kernel_can_swap,
};

static const char no_scan[] = "reset policy scan needs PAGEMAP_SCAN, which this kernel lacks (Linux 6.7 and later have it); "
                              "use auto";

static cclb_status refuse(cclb_error *error, const char *why)
{
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "%s", why);
}

/*
 * Whether what was just found wanting was a descriptor to ask with: a moment's want must not decide for the life of a
 * runtime. errno was 0 before.
 */
static bool had_no_descriptor(void)
{
    return errno == EMFILE || errno == ENFILE;
}

static cclb_status refuse_now(cclb_error *error)
{
    return error_set(error, CCLB_ENGINE, 0, CCLB_PHASE_NONE,
                     "no descriptor is free to open /proc/self/pagemap or /proc/swaps: %s", strerror(errno));
}

/* Our own memories. */
static cclb_status decide_checked(cclb_reset wanted, const struct reset_questions *questions, cclb_reset *decided,
                                  const char **reason, cclb_error *error)
{
    errno = 0;
    bool can_scan = (wanted == CCLB_RESET_AUTO || wanted == CCLB_RESET_SCAN) && questions->can_scan();
    bool asks_map = wanted == CCLB_RESET_PAGEMAP || (wanted == CCLB_RESET_AUTO && !can_scan);
    bool can_read = asks_map && questions->can_read_pagemap();
    if (!can_scan && !can_read && had_no_descriptor()) {
        return refuse_now(error);
    }
    if (wanted == CCLB_RESET_SCAN && !can_scan) {
        return refuse(error, no_scan);
    }
    if (wanted == CCLB_RESET_PAGEMAP && !can_read) {
        return refuse(error, "reset policy pagemap needs /proc/self/pagemap, which cannot be read here; use auto");
    }
    *decided = wanted;
    *reason = "asked for";
    if (wanted != CCLB_RESET_AUTO) {
        return CCLB_OK;
    }
    if (can_scan) {
        *decided = CCLB_RESET_SCAN;
        *reason = "the kernel has PAGEMAP_SCAN";
    } else if (can_read) {
        *decided = CCLB_RESET_PAGEMAP;
        *reason = "the kernel has no PAGEMAP_SCAN (Linux 6.7 and later have it)";
    } else {
        *decided = CCLB_RESET_DECOMMIT;
        *reason = "/proc/self/pagemap cannot be read";
    }
    return CCLB_OK;
}

/* The engine's. */
static cclb_status decide_guarded(cclb_reset wanted, const struct reset_questions *questions, cclb_reset *decided,
                                  const char **reason, cclb_error *error)
{
    if (wanted == CCLB_RESET_PAGEMAP) {
        return refuse(error, "reset policy pagemap is one of isolation checked; use auto");
    }
    /* The engine asks once in the life of a process, so it is asked when there is a descriptor. */
    errno = 0;
    bool asks = wanted == CCLB_RESET_AUTO || wanted == CCLB_RESET_SCAN;
    bool swaps = asks && questions->swap_is_reachable();
    bool asks_scan = wanted == CCLB_RESET_SCAN || (asks && !swaps);
    bool can_scan = asks_scan && questions->can_scan();
    if (asks && (swaps || !can_scan) && had_no_descriptor()) {
        return refuse_now(error);
    }
    can_scan = can_scan && questions->engine_can_scan();
    if (wanted == CCLB_RESET_SCAN && !can_scan) {
        return refuse(error, no_scan);
    }
    if (wanted == CCLB_RESET_SCAN && swaps) {
        return refuse(error, "reset policy scan is not safe here: memory can be swapped out, which the engine's scan would "
                             "miss; use auto, isolation checked, or set the cgroup's memory.swap.max to 0");
    }
    *decided = wanted;
    *reason = "asked for";
    if (wanted != CCLB_RESET_AUTO) {
        return CCLB_OK;
    }
    if (swaps) {
        *decided = CCLB_RESET_REWRITE;
        *reason = "memory can be swapped out, which the engine's scan would miss";
    } else if (!can_scan) {
        *decided = CCLB_RESET_REWRITE;
        *reason = "the kernel has no PAGEMAP_SCAN (Linux 6.7 and later have it)";
    } else {
        *decided = CCLB_RESET_SCAN;
        *reason = "the kernel has PAGEMAP_SCAN and no swap is reachable";
    }
    return CCLB_OK;
}

cclb_status reset_decide(cclb_reset wanted, cclb_isolation isolation, const struct reset_questions *questions,
                         cclb_reset *decided, const char **reason, cclb_error *error)
{
    switch (isolation) {
    case CCLB_ISOLATION_CHECKED:
        return decide_checked(wanted, questions, decided, reason, error);
    case CCLB_ISOLATION_GUARDED:
        return decide_guarded(wanted, questions, decided, reason, error);
    case CCLB_ISOLATION_ON_DEMAND:
        break;
    }
    *decided = CCLB_RESET_DECOMMIT;
    *reason = "each call has a mapping of its own";
    return CCLB_OK;
}
