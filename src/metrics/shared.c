/* SPDX-License-Identifier: Apache-2.0 */
/* shared.c - what a host does with a mapping before and beside the runtimes that count in it. */

#include "base/error.h"
#include "metrics/metrics.h"
#include "metrics/region.h"

#include <inttypes.h>

static bool is_zero(const uint8_t *memory, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (memory[i] != 0) {
            return false;
        }
    }
    return true;
}

size_t metrics_shared_bytes(uint32_t plugins_max)
{
    plugins_max = plugins_max ? plugins_max : REGION_PLUGINS_DEFAULT;
    return plugins_max <= REGION_PLUGINS_LIMIT ? region_bytes(plugins_max) : 0;
}

cclb_status metrics_shared_init(void *memory, size_t bytes, uint32_t plugins_max, cclb_error *error)
{
    size_t needed = metrics_shared_bytes(plugins_max);
    if (needed == 0) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "plugins_max is %" PRIu32 "; it takes 1 to %d, or 0 for %d", plugins_max,
                         REGION_PLUGINS_LIMIT, REGION_PLUGINS_DEFAULT);
    }
    if (memory == NULL || (uintptr_t)memory % REGION_PAGE_BYTES != 0) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "the shared metrics mapping is not aligned to a page");
    }
    if (bytes < needed) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "the shared metrics mapping is too small: %zu bytes, of which it needs %zu", bytes, needed);
    }
    /* What comes before the labels, of which some is written in any mapping that is in use. */
    if (!is_zero(memory, sizeof(struct region))) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "the shared metrics mapping is in use, or was not zeroed");
    }
    region_make(memory, plugins_max ? plugins_max : REGION_PLUGINS_DEFAULT);
    return CCLB_OK;
}

cclb_status metrics_shared_view(struct metrics *metrics, const void *memory, size_t bytes, cclb_error *error)
{
    uint32_t plugins_max = 0;
    cclb_status status = region_check(memory, bytes, &plugins_max, error);
    if (status == CCLB_OK) {
        /* Whoever reads does not write. */
        *metrics = (struct metrics){.region = (struct region *)(uintptr_t)memory, .plugins_max = plugins_max};
    }
    return status;
}
