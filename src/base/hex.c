/* SPDX-License-Identifier: Apache-2.0 */
/* hex.c - hexadecimal digits, four bytes of them at a time; identifiers of every call go through here. */

#include "base/hex.h"

void hex_encode(cclb_bytes bytes, char *text)
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (; bytes.len - at >= 4; at += 4) {
        hex_four(bytes.data + at, text + 2 * at);
    }
    for (; at < bytes.len; at++) {
        text[2 * at] = digits[bytes.data[at] >> 4];
        text[2 * at + 1] = digits[bytes.data[at] & 0xf];
    }
}

const uint8_t hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};


bool hex_decode(cclb_bytes text, uint8_t *out)
{
    if (text.len % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.data[i]);
        if (digit < 0 || (text.data[i] >= 'A' && text.data[i] <= 'F')) {
            return false;
        }
        uint8_t half = (uint8_t)digit;
        out[i / 2] = (uint8_t)(i % 2 == 0 ? half << 4 : out[i / 2] | half);
    }
    return true;
}
