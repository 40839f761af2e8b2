/* SPDX-License-Identifier: Apache-2.0 */
/* append.h - texts one behind the other, where there is room for them. */
#ifndef BASE_APPEND_H
#define BASE_APPEND_H

#include "cclb/bytes.h"

/* Copies `text` to `to` and returns where it ends. */
static inline uint8_t *append(uint8_t *to, cclb_bytes text)
{
    return text.len > 0 ? (uint8_t *)memcpy(to, text.data, text.len) + text.len : to;
}

#endif
