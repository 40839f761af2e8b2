/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error.h - filling the caller's cclb_error.
 *
 * Below the public entry points an error pointer is never NULL: an entry point lends a local one where the caller
 * gave none. Text that a plugin or a file supplied goes through error_text() first.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "cclb/error.h"

/*
 * Fills *error whole (no hook, no offset, no trap, no resource, inner CCLB_OK) with a formatted message, cut at a
 * character boundary to fit; returns status, so that a caller can write `return error_set(...)`. Set further fields
 * on *error after it.
 */
__attribute__((format(printf, 5, 6))) cclb_status error_set(cclb_error *error, cclb_status status, uint32_t rule,
                                                            cclb_phase phase, const char *format, ...);

/* The same for the commonest fault. */
cclb_status error_no_memory(cclb_error *error, size_t bytes);

enum { ERROR_TEXT_SIZE = 400 };

/* Room for one escaped piece of foreign text. */
struct error_text {
    char text[ERROR_TEXT_SIZE];
};

/*
 * Foreign text made safe for one line: controls, DEL, C1 controls, backslash, the Unicode line ends and bidirectional
 * marks and invalid UTF-8 become \xNN or \u{N} escapes; what does not fit ends in "...". Returns buffer->text.
 */
const char *error_text(struct error_text *buffer, cclb_bytes foreign);

#endif
