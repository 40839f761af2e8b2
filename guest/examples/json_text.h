/* SPDX-License-Identifier: Apache-2.0 */
/* json_text.h - text into strings of JSON and out of them. */
#ifndef EXAMPLES_JSON_TEXT_H
#define EXAMPLES_JSON_TEXT_H

#include "cclb_plugin.h"

/* The letter that stands for a character in an escape, and back; 0 if there is none. */
static inline uint8_t json_short_escape(uint8_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static inline uint8_t json_escaped(uint8_t letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

/* How long a text is as it is written between quotation marks. */
static inline size_t json_escaped_len(cclb_bytes text)
{
    enum { LONGEST = 6 };
    size_t len = 0;
    if (text.len > SIZE_MAX / LONGEST) {
        cclb_plugin_fail();
    }
    for (size_t i = 0; i < text.len; i++) {
        len += json_short_escape(text.data[i]) != 0 ? 2 : text.data[i] < 0x20 ? LONGEST : 1;
    }
    return len;
}

/* The text as it is written between quotation marks, in memory of cclb_alloc. */
static inline cclb_bytes json_escape(cclb_bytes text)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t *out = (uint8_t *)cclb_alloc(json_escaped_len(text), 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.data[i];
        const uint8_t letter = json_short_escape(c);
        if (letter != 0) {
            out[len++] = '\\';
            out[len++] = letter;
        } else if (c < 0x20) {
            const uint8_t escape[] = {'\\', 'u', '0', '0', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};
            cclb_copy(out + len, escape, sizeof escape);
            len += sizeof escape;
        } else {
            out[len++] = c;
        }
    }
    return cclb_bytes_of(out, len);
}

/* The number that the four hex digits at `at` are; 0x10000 if they are none. */
static inline uint32_t json_hex4(cclb_bytes text, size_t at)
{
    const uint32_t none = 0x10000;
    uint32_t number = 0;
    if (text.len < 4 || at > text.len - 4) {
        return none;
    }
    for (size_t i = at; i < at + 4; i++) {
        const uint8_t c = text.data[i];
        const uint8_t lower = c | 0x20;
        if (c >= '0' && c <= '9') {
            number = number << 4 | (uint32_t)(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            number = number << 4 | (uint32_t)(lower - 'a' + 10);
        } else {
            return none;
        }
    }
    return number;
}

/* Writes a code point from U+0000 to U+10FFFF in UTF-8; how many bytes that takes. */
static inline size_t json_utf8(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    const size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
    out[0] = (uint8_t)(first[more] | code >> (6 * more));
    for (size_t i = 1; i <= more; i++) {
        out[i] = (uint8_t)(0x80 | (code >> (6 * (more - i)) & 0x3f));
    }
    return more + 1;
}

/* The code point of the \u at `at`, and how long its escape is, or both of a pair; 0 if it is none. */
static inline size_t json_code_point(cclb_bytes raw, size_t at, uint32_t *code)
{
    *code = json_hex4(raw, at + 2);
    if (*code < 0xd800 || (*code > 0xdfff && *code < 0x10000)) {
        return 6;
    }
    const bool pair = *code < 0xdc00 && cclb_starts_with(cclb_bytes_from(raw, at + 6), CCLB_TEXT("\\u"));
    const uint32_t low = pair ? json_hex4(raw, at + 8) : 0;
    if (low < 0xdc00 || low > 0xdfff) {
        return 0;
    }
    *code = 0x10000 + ((*code - 0xd800) << 10 | (low - 0xdc00));
    return 12;
}

/* The text of a string as it is written; false, and nothing said, if an escape in it is none. */
static inline bool json_unescape(cclb_bytes raw, cclb_bytes *text)
{
    if (cclb_find_either(raw, '\\', '\\', 0) == raw.len) {
        *text = raw;
        return true;
    }
    uint8_t *out = (uint8_t *)cclb_alloc(raw.len, 1);
    size_t len = 0;
    for (size_t at = 0; at < raw.len;) {
        if (raw.data[at] != '\\') {
            out[len++] = raw.data[at++];
            continue;
        }
        const uint8_t letter = at + 1 < raw.len ? raw.data[at + 1] : 0;
        uint32_t code = json_escaped(letter);
        const size_t escape_len = letter == 'u' ? json_code_point(raw, at, &code) : code != 0 ? 2 : 0;
        if (escape_len == 0) {
            return false;
        }
        len += json_utf8(code, out + len);
        at += escape_len;
    }
    *text = cclb_bytes_of(out, len);
    return true;
}

#endif
