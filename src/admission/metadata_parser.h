/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metadata_parser.h - from the text of the metadata to its fields; what they must contain is metadata.c's.
 *
 * The published runtimes derive their parser from two structs, and so accept more than objects: each may also be an
 * array of its fields in order, and a mode may be {"active":null}. Both are read here as they read them.
 */
#ifndef ADMISSION_METADATA_PARSER_H
#define ADMISSION_METADATA_PARSER_H

#include "admission/metadata.h"
#include "base/json_scan.h"

/* The fields of the plugin in declared order; those before the hooks are strings. */
enum { PLUGIN_NAME, PLUGIN_VERSION, PLUGIN_DESCRIPTION, PLUGIN_USAGE, PLUGIN_HOOKS, PLUGIN_FIELDS };

/* A hook as the text has it, and where its strings start, for faults. */
struct parsed_hook {
    bool present;
    struct hook_metadata values;
    const uint8_t *description_at;
    const uint8_t *usage_at;
};

/*
 * A hook of an unknown name is a fault only once the hooks before it, by name, have been checked. Of all unknown names
 * it is therefore enough to remember the first.
 */
struct metadata_parser {
    struct scan scan;
    cclb_form form;
    bool positional; /* the plugin is an array, where nothing counts as a written key (R11) */
    struct plugin_metadata values; /* without its hooks */
    const uint8_t *at[PLUGIN_HOOKS];
    struct parsed_hook hooks[CCLB_HOOK_COUNT];
    bool has_unknown;
    cclb_bytes unknown; /* the first unknown hook name, bytewise */
    const uint8_t *unknown_at;
};

/* Parses all of `json` into a zeroed parser. Texts go into the arena. false: the scan has the fault. */
bool parser_run(struct metadata_parser *parser, cclb_bytes json, cclb_form form, struct arena *arena);

/* Bytewise order of names: below 0, 0 or above 0. */
int parser_compare(cclb_bytes a, cclb_bytes b);

#endif
