/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.c - walks over the tokens up to the one at which jansson gave up.
 *
 * Whether a text is JSON is jansson's to say; here is only where tokens begin and end. All but the last are sound, so a
 * walk that takes more for a number than jansson does can only do so in the token that is wrong.
 */

#include "json/fault.h"

#include "base/hex.h"

#include <string.h>

static bool is_space(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(int byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_inside_character(int byte)
{
    return byte >= 0x80 && byte < 0xc0;
}

/* The byte at a place, or -1 behind the last. */
static int byte_at(cclb_bytes text, size_t at)
{
    return at < text.len ? text.data[at] : -1;
}

static size_t skip(cclb_bytes text, size_t at, bool (*wanted)(int byte))
{
    while (wanted(byte_at(text, at))) {
        at++;
    }
    return at;
}

static size_t skip_number(cclb_bytes text, size_t at)
{
    at = skip(text, at + (byte_at(text, at) == '-'), is_digit);
    if (byte_at(text, at) == '.') {
        at = skip(text, at + 1, is_digit);
    }
    if (byte_at(text, at) == 'e' || byte_at(text, at) == 'E') {
        at++;
        at = skip(text, at + (byte_at(text, at) == '+' || byte_at(text, at) == '-'), is_digit);
    }
    return at;
}

/* The unit of UTF-16 that an escape at a place stands for, or -1. */
static int unit_at(cclb_bytes text, size_t at)
{
    int unit = 0;
    if (byte_at(text, at) != '\\' || byte_at(text, at + 1) != 'u') {
        return -1;
    }
    for (size_t i = 2; i < 6 && unit >= 0; i++) {
        int digit = at + i < text.len ? hex_digit(text.data[at + i]) : -1;
        unit = digit < 0 ? -1 : unit << 4 | digit;
    }
    return unit;
}

/* How long the escape at a place is; 0 if it is none. */
static size_t escape_size(cclb_bytes text, size_t at)
{
    int kind = byte_at(text, at + 1);
    if (kind == 'u') {
        return unit_at(text, at) < 0 ? 0 : 6;
    }
    return kind > 0 && strchr("\"\\/bfnrt", kind) ? 2 : 0;
}

/* Behind the string that begins at a place; *whole is false, and it is at what is wrong, if it does not end well. */
static size_t skip_string(cclb_bytes text, size_t at, bool *whole)
{
    at++;
    while (byte_at(text, at) >= ' ' && text.data[at] != '"') {
        size_t size = text.data[at] == '\\' ? escape_size(text, at) : 1;
        if (size == 0) {
            break;
        }
        at += size;
    }
    *whole = byte_at(text, at) == '"';
    return at + *whole;
}

/* The first half of a surrogate pair without its other half, in a string that is well otherwise; or its start. */
static size_t find_lone_surrogate(cclb_bytes text, size_t start, size_t end)
{
    for (size_t at = start + 1; at < end;) {
        int kind = unit_at(text, at) >> 10; /* the upper six bits tell surrogates */
        bool pair = kind == 0xd800 >> 10 && unit_at(text, at + 6) >> 10 == 0xdc00 >> 10;
        if (!pair && (kind == 0xd800 >> 10 || kind == 0xdc00 >> 10)) {
            return at;
        }
        at += pair ? 12 : text.data[at] == '\\' ? escape_size(text, at) : 1;
    }
    return start;
}

/* The token that `read` bytes end in, or what is wrong inside it. */
static size_t find_token(cclb_bytes text, size_t read)
{
    size_t start = 0;
    size_t end = 0;
    bool whole = true;
    while (whole && end < read) {
        start = skip(text, end, is_space);
        int first = byte_at(text, start);
        if (first == '"') {
            end = skip_string(text, start, &whole);
        } else if (first == '-' || is_digit(first)) {
            end = skip_number(text, start);
        } else if (is_letter(first)) {
            end = skip(text, start, is_letter);
        } else {
            end = skip(text, start + 1, is_inside_character);
        }
    }
    if (whole && byte_at(text, start) == '"') {
        return find_lone_surrogate(text, start, end);
    }
    return whole ? start : end;
}

static size_t find(cclb_bytes text, const json_error_t *fault)
{
    size_t read = (size_t)fault->position;
    enum json_error_code code = json_error_code(fault);
    if (code == json_error_invalid_utf8) {
        return read; /* that byte does not count as read */
    }
    /* A NUL outside a string is taken for the end; it is a token that nobody expects. */
    bool ended = code == json_error_premature_end_of_input && (read == 0 || text.data[read - 1] != '\0');
    return ended ? text.len : find_token(text, read);
}

struct json_place json_fault_place(cclb_bytes text, const json_error_t *fault)
{
    struct json_place place = {.offset = find(text, fault), .line = 1, .column = 1};
    for (size_t i = 0; i < place.offset; i++) {
        if (text.data[i] == '\n') {
            place.line++;
            place.column = 1;
        } else {
            place.column += !is_inside_character(text.data[i]);
        }
    }
    return place;
}

const char *json_fault_words(cclb_bytes text, size_t offset, const char *words)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    bool is_mark = offset == 0 && text.len >= sizeof mark && memcmp(text.data, mark, sizeof mark) == 0;
    return is_mark ? "a byte order mark, which JSON does not have: store the text as UTF-8 without it" : words;
}
