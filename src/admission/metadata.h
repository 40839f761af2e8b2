/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metadata.h - the JSON of the section cc_lb.plugin.v1, read by the rules of one form (spec/abi.md section 8).
 *
 * Its rules are its own (known keys may not repeat, unknown ones are only scanned, "mode" differs by form), so this is
 * a scanner of its own and no general JSON reader. Bounded: no recursion, no allocation but what the arena gives.
 */
#ifndef ADMISSION_METADATA_H
#define ADMISSION_METADATA_H

#include "base/arena.h"
#include "cclb/error.h"
#include "cclb/hook.h"

enum plugin_mode { MODE_ACTIVE = 0, MODE_NOOP = 1, MODE_NOT_IN_FORM = 255 };

struct hook_metadata {
    cclb_hook hook;
    uint8_t wire_version;
    enum plugin_mode mode; /* MODE_NOT_IN_FORM before W6; MODE_ACTIVE where a form lets it be missing and it is */
    bool mode_written;     /* the key "mode" stands in an object of the text, whatever the form (rule R11) */
    cclb_bytes description;
    cclb_bytes usage;
};

struct plugin_metadata {
    cclb_bytes name;
    cclb_bytes version;
    cclb_bytes description;
    cclb_bytes usage;
    size_t hook_count;
    struct hook_metadata hooks[CCLB_HOOK_COUNT]; /* bytewise by name, as rule R16 goes through them */
};

/* What was wrong, in the words of the reference. */
enum metadata_fault {
    METADATA_FAULT_NONE,
    METADATA_FAULT_JSON,
    METADATA_FAULT_NAME,
    METADATA_FAULT_VERSION,
    METADATA_FAULT_DESCRIPTION,
    METADATA_FAULT_USAGE,
    METADATA_FAULT_NO_HOOKS,
    METADATA_FAULT_UNKNOWN_HOOK,
    METADATA_FAULT_HOOK_DESCRIPTION,
    METADATA_FAULT_HOOK_USAGE
};

/*
 * Parses and checks `json` by the rules of `form` (R7). Strings are copied, decoded, into the arena. CCLB_REJECTED with
 * rule 7, the offset in `json`, and one of the reference's texts: invalid JSON, missing plugin name / version /
 * description / usage, no hooks, unknown hook name, hook missing description / usage; *fault says which, and is
 * METADATA_FAULT_NONE after anything else. CCLB_NO_MEMORY.
 */
cclb_status metadata_parse(cclb_bytes json, cclb_form form, struct arena *arena, struct plugin_metadata *metadata,
                           enum metadata_fault *fault, cclb_error *error);

/*
 * The generic parse that runtimes 0.1.2 to 0.1.4 put before it (R6): CCLB_OK, or CCLB_REJECTED with rule 6 and the
 * offset in `json`. Allocates nothing.
 */
cclb_status metadata_generic_check(cclb_bytes json, cclb_error *error);

#endif
