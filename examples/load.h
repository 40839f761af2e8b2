/* SPDX-License-Identifier: Apache-2.0 */
/* load.h - filter calls from several threads while the plugin behind their key is swapped. */
#ifndef EXAMPLES_LOAD_H
#define EXAMPLES_LOAD_H

#include "cclb/filter.h"

enum { LOAD_THREADS = 2 };

struct load_result {
    uint64_t calls;
    uint64_t failed;
    uint64_t swaps;
    uint64_t versions_seen; /* by the thread that saw most */
    cclb_error first_fault; /* of a failed call */
};

/*
 * Calls the filter slot of `key` from LOAD_THREADS threads; meanwhile registers modules[0], modules[1], modules[0] ...
 * under the key, `swaps` times, each time after at least one call has been answered by the one before. The slot must have
 * a cell. A call that its plugin failed counts as failed. Returns CCLB_OK also when calls failed; otherwise what the registration said.
 */
cclb_status swap_under_load(cclb_runtime *runtime, cclb_slot_key key, const cclb_request *request,
                            const cclb_bytes modules[2], uint64_t swaps, struct load_result *result, cclb_error *error);

#endif
