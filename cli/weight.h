/* SPDX-License-Identifier: Apache-2.0 */
/* weight.h - what a call takes that is the same each time: fuel and memory. */
#ifndef CLI_WEIGHT_H
#define CLI_WEIGHT_H

#include "plugin.h"

#include "cclb/json.h"

struct weight {
    uint64_t fuel;
    uint64_t memory_bytes;  /* size of the sandbox's memory after the call */
    uint64_t touched_bytes; /* page faults of the call, in a sandbox that had no pages, times the size of a page */
};

/*
 * Weighs a call of an admitted plugin, in a runtime of its own that counts fuel and maps each sandbox anew. On failure,
 * which is told in *error, *weight is untouched.
 */
cclb_status weight_take(const struct plugin *plugin, cclb_slot_kind kind, cclb_hook hook,
                        const cclb_host_document *document, struct weight *weight, cclb_error *error);

#endif
