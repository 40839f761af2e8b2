/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.c - eight ASCII bytes at a time, everything else one character at a time. */

#include "base/utf8.h"

size_t utf8_decode(const uint8_t *data, size_t len, uint32_t *code)
{
    if (len == 0) {
        return 0;
    }
    uint8_t lead = data[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    size_t size;
    uint32_t least; /* the smallest character that needs this size */
    uint32_t bits;
    if (lead >= 0xc2 && lead <= 0xdf) {
        size = 2;
        least = 0x80;
        bits = lead & 0x1fu;
    } else if ((lead & 0xf0) == 0xe0) {
        size = 3;
        least = 0x800;
        bits = lead & 0x0fu;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        size = 4;
        least = 0x10000;
        bits = lead & 0x07u;
    } else {
        return 0;
    }
    if (len < size) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if ((data[i] & 0xc0) != 0x80) {
            return 0;
        }
        bits = bits << 6 | (data[i] & 0x3fu);
    }
    if (bits < least || bits > 0x10ffff || (bits >= 0xd800 && bits <= 0xdfff)) {
        return 0;
    }
    *code = bits;
    return size;
}

size_t utf8_valid_prefix(cclb_bytes text)
{
    size_t at = 0;
    while (at < text.len) {
        if (text.len - at >= 8) {
            uint64_t word;
            memcpy(&word, text.data + at, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                at += 8;
                continue;
            }
        }
        uint32_t code;
        size_t size = utf8_decode(text.data + at, text.len - at, &code);
        if (size == 0) {
            return at;
        }
        at += size;
    }
    return at;
}
