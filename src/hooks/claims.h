/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claims.h - the claims of a principal, from the text that the host has to what a plugin gets (spec rule R78).
 *
 * A claim's value is the member's text, not a value made from it and written again: of a number its digits, of a string
 * its quotes and escapes. So a plugin sees what the issuer wrote, whatever a reader of JSON would make of it.
 */
#ifndef HOOKS_CLAIMS_H
#define HOOKS_CLAIMS_H

#include "base/arena.h"
#include "cclb/error.h"
#include "cclb/message.h"

/*
 * Fills *claims from the text of a JSON object: one claim a member, bytewise by their decoded names, of one name the
 * last; values without white space outside of strings. A text that is empty or all white space has no claims. Names and
 * values lie in the arena or in `json` itself. CCLB_BAD_INPUT with rule 78, the offset and the member, if `json` is no
 * object or not what serde_json reads: RFC 8259, UTF-8, surrogates in pairs, finite numbers, at most 127 levels.
 * CCLB_NO_MEMORY. On failure *claims is untouched. Time is n log n in the members, n in the text.
 */
cclb_status claims_read(cclb_bytes json, struct arena *arena, cclb_claims *claims, cclb_error *error);

#endif
