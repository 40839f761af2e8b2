/* SPDX-License-Identifier: Apache-2.0 */
/* json_string.c - no escape says more bytes than it is long. */

#include "json_string.h"

#include <string.h>

size_t json_string_end(cclb_bytes json, size_t at)
{
    size_t end = at + 1;
    while (json.data[end] != '"') {
        end += json.data[end] == '\\' ? 2 : 1;
    }
    return end + 1;
}

/* The number behind "\u". */
static uint32_t unit_at(const uint8_t *digits)
{
    uint32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        uint32_t digit = digits[i];
        unit = unit << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return unit;
}

static size_t write_utf8(uint32_t character, uint8_t *out)
{
    if (character < 0x80) {
        out[0] = (uint8_t)character;
        return 1;
    }
    size_t len = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    out[0] = (uint8_t)((0xf00 >> len) | character); /* as many ones as there are bytes, then a zero */
    return len;
}

/* Reads the "\u" at `at`, and the next one if they are a pair. Returns how long it is. */
static size_t read_unit(cclb_bytes spelt, size_t at, uint32_t *character)
{
    *character = unit_at(spelt.data + at + 2);
    bool is_high = *character >= 0xd800 && *character < 0xdc00;
    if (!is_high || spelt.len - at < 13 || spelt.data[at + 6] != '\\' || spelt.data[at + 7] != 'u') {
        return 6;
    }
    uint32_t low = unit_at(spelt.data + at + 8);
    if (low < 0xdc00 || low > 0xdfff) {
        return 6;
    }
    *character = 0x10000 + ((*character - 0xd800) << 10) + (low - 0xdc00);
    return 12;
}

cclb_bytes json_string_read(cclb_bytes spelt, uint8_t *said)
{
    static const char letters[] = "bfnrt";
    static const char meant[] = "\b\f\n\r\t";
    size_t len = 0;
    for (size_t at = 1; at + 1 < spelt.len;) {
        if (spelt.data[at] != '\\') {
            said[len++] = spelt.data[at++];
        } else if (spelt.data[at + 1] == 'u') {
            uint32_t character;
            at += read_unit(spelt, at, &character);
            len += write_utf8(character, said + len);
        } else {
            uint8_t letter = spelt.data[at + 1];
            const char *found = memchr(letters, letter, sizeof letters - 1);
            said[len++] = found ? (uint8_t)meant[found - letters] : letter;
            at += 2;
        }
    }
    return cclb_bytes_of(said, len);
}
