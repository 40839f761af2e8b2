/* SPDX-License-Identifier: Apache-2.0 */
/* hex.c - hexadecimal digits. */

#include "base/hex.h"

void hex_encode(cclb_bytes bytes, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 0xf];
    }
}

int hex_digit(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    if (character >= 'a' && character <= 'f') {
        return character - 'a' + 10;
    }
    if (character >= 'A' && character <= 'F') {
        return character - 'A' + 10;
    }
    return -1;
}

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
