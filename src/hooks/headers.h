/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers.h - lists of headers, on their way to a plugin and on their way back.
 */
#ifndef HOOKS_HEADERS_H
#define HOOKS_HEADERS_H

#include "base/arena.h"
#include "cclb/view.h"
#include "slots/key.h"

/* What is left out of a list, by its name in lower case. */
typedef bool header_dropped(cclb_bytes lower_name);

/*
 * A host's headers as a plugin gets them: each that is not dropped, its name in lower case, in the order of a map: equal
 * names side by side where the first stood (rules R74, R75). `what` is the list's name for messages. CCLB_BAD_INPUT with
 * `rule`: a name or value that cannot be. CCLB_NO_MEMORY.
 */
cclb_status headers_for_plugin(cclb_headers given, header_dropped *dropped, const char *what, uint32_t rule,
                               const struct key_seed *seed, struct arena *arena, cclb_headers *headers,
                               cclb_error *error);

/* Rule R74: what filter and shape are not sent; with_cookie: cookies neither. */
header_dropped header_is_secret;
header_dropped header_is_secret_or_cookie;

/* Rule R97: what a shape plugin may not set. */
header_dropped header_is_not_the_plugins;

/* What a plugin's headers are held to. */
struct header_bounds {
    cclb_hook hook;
    uint32_t rule;           /* that names and values are refused by */
    header_dropped *dropped; /* NULL: nothing */
    uint64_t value_max_bytes;
};

/*
 * A plugin's headers as a host sends them: checked, names in lower case, equal names side by side where the first stood
 * (rules R97, R98, R102). Takes time in proportion to the list. CCLB_REJECTED, CCLB_NO_MEMORY.
 */
cclb_status headers_of_plugin(cclb_array_view given, const struct header_bounds *bounds, const struct key_seed *seed,
                              struct arena *arena, cclb_headers *headers, cclb_error *error);

/* Puts equal names side by side where the first stood, in the list's own memory. CCLB_NO_MEMORY. */
cclb_status headers_group(cclb_header *items, size_t count, const struct key_seed *seed, struct arena *arena,
                          cclb_error *error);

#endif
