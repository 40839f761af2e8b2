/* SPDX-License-Identifier: Apache-2.0 */
/*
 * escape.h - text of plugins and files, made safe to show.
 *
 * Reports and answers carry the texts of plugins as they are. Whoever prints one to a terminal, a log or a label puts
 * it through here first; the messages of cclb_error have been through it already.
 */
#ifndef CCLB_ESCAPE_H
#define CCLB_ESCAPE_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes `text` into out[size] as one line, NUL-terminated: controls, DEL, C1 controls, backslash, the Unicode line ends,
 * bidirectional marks and the byte order mark, and what is not UTF-8, become \xNN or \u{N}. What does not fit whole is
 * left out from there on and "..." stands in its place. `size` is at least 4; 4 * text.len + 4 always holds all of it.
 * Returns how many bytes it wrote, without the NUL. Any thread; neither blocks nor allocates; cannot fail.
 */
CCLB_API size_t cclb_escape(cclb_bytes text, char *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
