/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h - whole messages out of archives, into the C structs, for tools and tests; hosts read answers in place.
 */
#ifndef WIRE_DECODE_H
#define WIRE_DECODE_H

#include "base/arena.h"
#include "cclb/error.h"
#include "wire/layout.h"

/*
 * Checks `archive` as wire_check() does at misalign 0 and fills *message, a C struct of `type`, whole. Text and bytes
 * are borrowed from the archive; arrays and spans are in the arena. CCLB_NO_MEMORY, which leaves *message undefined, or
 * what wire_check() returns, which leaves it alone.
 */
CCLB_MUST_CHECK cclb_status wire_decode(const struct wire_type *type, cclb_form form, cclb_bytes archive,
                                        struct arena *arena, void *message, cclb_error *error);

/* The same for an archive that wire_check() accepted, at whatever misalign; false if there is no memory. */
CCLB_MUST_CHECK bool wire_decode_checked(const struct wire_type *type, cclb_form form, cclb_bytes archive,
                                         struct arena *arena, void *message);

#endif
