/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_walk.h - a walk over JSON text that copies nothing: enough for the body of a request. What the published plugin
 * weighted_view takes for JSON, it takes too, and no more.
 */
#ifndef TWINS_JSON_WALK_H
#define TWINS_JSON_WALK_H

#include "cclb_plugin.h"

enum { JSON_DEPTH_MAX = 64 };

struct json {
    cclb_bytes text;
    size_t at;
};

static inline struct json json_of(cclb_bytes text)
{
    struct json json = {text, 0};
    return json;
}

static inline bool json_at_end(const struct json *json)
{
    return json->at >= json->text.len;
}

static inline bool json_is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next byte that is no white space; 0 behind the last. */
static inline uint8_t json_peek(struct json *json)
{
    const cclb_bytes text = json->text;
    size_t at = json->at;
    while (at < text.len && json_is_space(text.data[at])) {
        at++;
    }
    json->at = at;
    return at < text.len ? text.data[at] : 0;
}

static inline bool json_eat(struct json *json, uint8_t wanted)
{
    bool found = json_peek(json) == wanted;
    json->at += found;
    return found;
}

/* A string as it is written between its quotation marks. */
static inline bool json_string(struct json *json, cclb_bytes *string)
{
    if (!json_eat(json, '"')) {
        return false;
    }
    const size_t start = json->at;
    size_t end = cclb_find_either(json->text, '"', '\\', start);
    while (end < json->text.len && json->text.data[end] == '\\') {
        end = cclb_find_either(json->text, '"', '\\', end + 2);
    }
    json->at = end;
    if (end >= json->text.len) {
        return false;
    }
    *string = cclb_bytes_of(json->text.data + start, end - start);
    json->at++;
    return true;
}

static inline bool json_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool json_in_number(uint8_t c)
{
    return json_is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

/* The digits at the beginning of a number, the largest where they are more; the rest of it is passed over. */
static inline cclb_optional_u64 json_number(struct json *json)
{
    cclb_optional_u64 number = {false, 0};
    json_peek(json);
    while (!json_at_end(json) && json_is_digit(json->text.data[json->at])) {
        uint64_t digit = (uint64_t)(json->text.data[json->at++] - '0');
        bool fits = number.value <= UINT64_MAX / 10;
        uint64_t tenfold = fits ? number.value * 10 : UINT64_MAX;
        number.value = tenfold <= UINT64_MAX - digit ? tenfold + digit : UINT64_MAX;
        number.present = true;
    }
    while (!json_at_end(json) && json_in_number(json->text.data[json->at])) {
        json->at++;
    }
    return number;
}

static inline bool json_word(struct json *json)
{
    size_t start = json->at;
    while (!json_at_end(json) && (uint8_t)((json->text.data[json->at] | 0x20) - 'a') < 26) {
        json->at++;
    }
    return json->at > start;
}

static bool json_value(struct json *json, cclb_bytes key, uint64_t *text_len, int depth);

/* What stands in an object or, with the key of the array, in an array; its opening bracket was eaten. */
static inline bool json_members(struct json *json, bool object, cclb_bytes key, uint64_t *text_len, int depth)
{
    uint8_t close = object ? '}' : ']';
    if (json_eat(json, close)) {
        return true;
    }
    do {
        if (object && (!json_string(json, &key) || !json_eat(json, ':'))) {
            return false;
        }
        if (!json_value(json, key, text_len, depth + 1)) {
            return false;
        }
    } while (json_eat(json, ','));
    return json_eat(json, close);
}

/* Walks over one value; adds up the strings under a key "text" or "content". */
static bool json_value(struct json *json, cclb_bytes key, uint64_t *text_len, int depth)
{
    if (depth > JSON_DEPTH_MAX) {
        return false;
    }
    uint8_t c = json_peek(json);
    cclb_bytes string;
    switch (c) {
    case '{':
    case '[':
        json->at++;
        return json_members(json, c == '{', key, text_len, depth);
    case '"':
        if (!json_string(json, &string)) {
            return false;
        }
        if (cclb_bytes_equal(key, CCLB_TEXT("text")) || cclb_bytes_equal(key, CCLB_TEXT("content"))) {
            *text_len += string.len;
        }
        return true;
    case '-':
        json->at++;
        json_number(json);
        return true;
    case 0:
        return false;
    default:
        if (json_is_digit(c)) {
            json_number(json);
            return true;
        }
        return json_word(json);
    }
}

#endif
