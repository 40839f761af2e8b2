/* SPDX-License-Identifier: Apache-2.0 */
/* escape.c - one character at a time; an escape is written whole or not at all. */

#include "base/escape.h"

#include "base/hex.h"
#include "base/utf8.h"

/* \xNN for a byte. Returns its length. */
static size_t escape_byte(uint8_t byte, char *out)
{
    out[0] = '\\';
    out[1] = 'x';
    hex_encode(cclb_bytes_of(&byte, 1), out + 2);
    return 4;
}

/* \u{N} for a character of at most 16 bits, in as few digits as it needs. Returns its length. */
static size_t escape_character(uint32_t code, char *out)
{
    uint8_t bytes[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    char digits[4];
    hex_encode(cclb_bytes_of(bytes, sizeof bytes), digits);
    size_t skip = 0;
    while (digits[skip] == '0') {
        skip++;
    }
    size_t count = sizeof digits - skip;
    memcpy(out, "\\u{", 3);
    memcpy(out + 3, digits + skip, count);
    out[3 + count] = '}';
    return count + 4;
}

size_t cclb_escape(cclb_bytes text, char *out, size_t size)
{
    static const char ellipsis[] = "...";
    size_t room = size - sizeof ellipsis; /* always leaves space for the ellipsis and NUL */
    size_t used = 0;
    for (size_t at = 0; at < text.len;) {
        char piece[8];
        uint32_t code = 0;
        size_t taken = utf8_decode(text.data + at, text.len - at, &code);
        size_t len;
        if (taken == 0) {
            len = escape_byte(text.data[at], piece);
            taken = 1;
        } else if (escape_needed(code) || code == '\\') {
            len = code < 0x80 ? escape_byte((uint8_t)code, piece) : escape_character(code, piece);
        } else {
            memcpy(piece, text.data + at, taken);
            len = taken;
        }
        if (len > room - used) {
            memcpy(out + used, ellipsis, sizeof ellipsis);
            return used + sizeof ellipsis - 1;
        }
        memcpy(out + used, piece, len);
        used += len;
        at += taken;
    }
    out[used] = '\0';
    return used;
}
