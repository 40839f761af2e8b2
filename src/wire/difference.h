/* SPDX-License-Identifier: Apache-2.0 */
/* difference.h - what sets two forms of one message apart, field by field, in words. */
#ifndef WIRE_DIFFERENCE_H
#define WIRE_DIFFERENCE_H

#include "wire/layout.h"

/*
 * Writes into text[capacity], NUL-terminated, which fields of a hook's request each of two forms has and the other lacks:
 * "FilterRequest of W9 adds thread_id, service_tier; UpstreamCandidate of W9 adds seat_tier". Empty if there is no such
 * field, or if a form lacks the hook. What does not fit is left out, with "..." at the end. Returns text.
 */
const char *wire_difference(cclb_hook hook, cclb_form from, cclb_form to, char *text, size_t capacity);

#endif
