/* SPDX-License-Identifier: Apache-2.0 */
/* escape.h - which characters may not reach a terminal or a log as they are. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "cclb/escape.h"

/* Controls, DEL, C1 controls, line ends, bidirectional marks, the byte order mark: all of them below U+10000. */
static inline bool escape_needed(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

#endif
