/* SPDX-License-Identifier: Apache-2.0 */
/* reset_policy.c - reads what the kernel says about swap; unsure means reachable. */

#include "engine/reset_policy.h"

#include "base/error.h"
#include "engine/engine.h"

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
    .can_scan = engine_can_scan,
    .swap_is_reachable = kernel_can_swap,
};

cclb_status reset_decide(cclb_reset wanted, bool pooled, const struct reset_questions *questions, cclb_reset *decided,
                         const char **reason, cclb_error *error)
{
    if (!pooled) {
        *decided = CCLB_RESET_DECOMMIT;
        *reason = "each call has a mapping of its own";
        return CCLB_OK;
    }
    switch (wanted) {
    case CCLB_RESET_AUTO:
        if (questions->swap_is_reachable()) {
            *decided = CCLB_RESET_REWRITE;
            *reason = "memory can be swapped out, which a scan would miss";
        } else if (!questions->can_scan()) {
            *decided = CCLB_RESET_REWRITE;
            *reason = "the kernel has no PAGEMAP_SCAN (Linux 6.7 and later have it)";
        } else {
            *decided = CCLB_RESET_SCAN;
            *reason = "the kernel has PAGEMAP_SCAN and no swap is reachable";
        }
        return CCLB_OK;
    case CCLB_RESET_SCAN:
        if (!questions->can_scan()) {
            return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                             "reset policy scan needs PAGEMAP_SCAN, which this kernel lacks (Linux 6.7 and later have "
                             "it); use auto");
        }
        if (questions->swap_is_reachable()) {
            return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                             "reset policy scan is not safe here: memory can be swapped out, which a scan would miss; "
                             "use auto, or set the cgroup's memory.swap.max to 0");
        }
        break;
    case CCLB_RESET_REWRITE:
    case CCLB_RESET_DECOMMIT:
        break;
    }
    *decided = wanted;
    *reason = "asked for";
    return CCLB_OK;
}
