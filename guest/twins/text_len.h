/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_len.h - how much text is in JSON. What the published plugin weighted_view takes for JSON, it takes too, and no
 * more.
 */
#ifndef TWINS_TEXT_LEN_H
#define TWINS_TEXT_LEN_H

#include "json_walk.h"

enum { JSON_DEPTH_MAX = 64 };

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
