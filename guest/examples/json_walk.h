/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_walk.h - a walk over JSON text that copies nothing and calls itself nowhere: enough for claims and for the body of
 * a request. It finds its way in any valid JSON. It does not judge what is none; a walk over that ends, and takes for a
 * value what looks like one.
 */
#ifndef EXAMPLES_JSON_WALK_H
#define EXAMPLES_JSON_WALK_H

#include "cclb_plugin.h"

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

/* The digits that `text` has from `at` on, and nothing behind them. */
static inline cclb_bytes json_digits(cclb_bytes text, size_t at)
{
    size_t end = at;
    while (end < text.len && json_is_digit(text.data[end])) {
        end++;
    }
    return cclb_bytes_of(text.data + at, end - at);
}

/* How far the point of a number is from where it is written: what stands behind its e, EXPONENT_MAX at most. */
static inline int json_exponent(cclb_bytes text)
{
    enum { EXPONENT_MAX = 400 }; /* more than any double has */
    if (text.len == 0 || (text.data[0] | 0x20) != 'e') {
        return 0;
    }
    const bool below = text.len > 1 && text.data[1] == '-';
    const bool above = text.len > 1 && text.data[1] == '+';
    const cclb_bytes digits = json_digits(text, 1 + (size_t)(below || above));
    int exponent = 0;
    for (size_t i = 0; i < digits.len && exponent < EXPONENT_MAX; i++) {
        exponent = exponent * 10 + (digits.data[i] - '0');
    }
    exponent = exponent < EXPONENT_MAX ? exponent : EXPONENT_MAX;
    return below ? -exponent : exponent;
}

/*
 * What a number at the beginning of a text is without its fraction: 3 of 3.9, 1200 of 1.2e3; the largest where it is
 * more. Absent where there is none, or one below 0.
 */
static inline cclb_optional_u64 json_whole_number(cclb_bytes text)
{
    const cclb_bytes whole = json_digits(text, 0);
    const bool has_point = whole.len < text.len && text.data[whole.len] == '.';
    const cclb_bytes fraction = json_digits(text, whole.len + has_point);
    const int exponent = json_exponent(cclb_bytes_from(text, whole.len + has_point + fraction.len));
    const int64_t places = (int64_t)whole.len + exponent; /* before the point */
    cclb_optional_u64 number = {whole.len > 0, 0};
    for (int64_t i = 0; i < places && number.value < UINT64_MAX; i++) {
        const size_t at = (size_t)i;
        const size_t behind = at - whole.len;
        const uint8_t digit = at < whole.len ? whole.data[at] : behind < fraction.len ? fraction.data[behind] : '0';
        const uint64_t unit = (uint64_t)digit - '0';
        number.value = number.value > (UINT64_MAX - unit) / 10 ? UINT64_MAX : number.value * 10 + unit;
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

/* Passes over one value, whatever is in it: brackets are counted, not matched. */
static inline bool json_skip(struct json *json)
{
    size_t open = 0;
    do {
        cclb_bytes string;
        uint8_t c = json_peek(json);
        if (c == '"') {
            if (!json_string(json, &string)) {
                return false;
            }
        } else if (json_in_number(c)) {
            json_number(json);
        } else if (!json_word(json)) {
            if (json_at_end(json) || (open == 0 && c != '{' && c != '[')) {
                return false;
            }
            open += c == '{' || c == '[';
            open -= c == '}' || c == ']';
            json->at++;
        }
    } while (open > 0);
    return true;
}

/*
 * The next member of an object: its name, as it is written. The walk then stands before its value, which the caller has
 * to read or to skip. `before` is '{' for the first one and ',' for the others.
 */
static inline bool json_member(struct json *json, uint8_t before, cclb_bytes *name)
{
    return json_eat(json, before) && json_string(json, name) && json_eat(json, ':');
}

/* Walks to the value of the member of that name in an object; false if there is none. */
static inline bool json_find(struct json *json, cclb_bytes wanted)
{
    cclb_bytes name;
    for (uint8_t before = '{'; json_member(json, before, &name); before = ',') {
        if (cclb_bytes_equal(name, wanted)) {
            return true;
        }
        if (!json_skip(json)) {
            return false;
        }
    }
    return false;
}

#endif
