/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - values out of a tree; texts are borrowed from it, decoded bytes lie in the arena. */

#include "json/read.h"

#include "base/error.h"
#include "base/utf8.h"
#include "json/base64.h"
#include "json/nearest.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { EXPECTED_SIZE = 96, NAMES_SIZE = 320 };

/* "$.candidates[2].name" into text[capacity]; what does not fit is left out. Returns what is used. */
static size_t describe(const struct place *place, char *text, size_t capacity)
{
    if (place->outer == NULL) {
        return (size_t)snprintf(text, capacity, "$");
    }
    size_t used = describe(place->outer, text, capacity);
    struct error_text member;
    int len = place->member
                  ? snprintf(text + used, capacity - used, ".%s", error_text(&member, cclb_text(place->member)))
                  : snprintf(text + used, capacity - used, "[%zu]", place->index);
    return used + (size_t)len < capacity ? used + (size_t)len : capacity - 1;
}

cclb_status read_refuse(const struct reading *reading, const struct place *place, const char *format, ...)
{
    char path[ERROR_TEXT_SIZE];
    char words[CCLB_MESSAGE_SIZE];
    describe(place, path, sizeof path);
    path[utf8_valid_prefix(cclb_text(path))] = '\0'; /* where it was cut, a character may have been */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return error_set(reading->error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "%s: %s", path, words);
}

cclb_status read_refuse_kind(const struct reading *reading, const struct place *place, const char *expected,
                             json_t *found)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object",
        [JSON_ARRAY] = "an array",
        [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number",
        [JSON_REAL] = "a number with a fraction or exponent",
        [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",
        [JSON_NULL] = "null",
    };
    return read_refuse(reading, place, "expected %s, found %s", expected, names[json_typeof(found)]);
}

/* " a, b, c"; what does not fit is left out. */
static const char *list_names(const char *const *names, size_t count, char text[NAMES_SIZE])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && strlen(names[i]) + 3 <= NAMES_SIZE - used; i++) {
        used += (size_t)snprintf(text + used, NAMES_SIZE - used, "%s %s", i == 0 ? "" : ",", names[i]);
    }
    return text;
}

cclb_status read_refuse_name(const struct reading *reading, const struct place *place, json_t *found,
                             const char *const *names, size_t count)
{
    if (found && !json_is_string(found)) {
        return read_refuse_kind(reading, place, "a string", found);
    }
    char list[NAMES_SIZE];
    return read_refuse(reading, place, "%s; there is%s", found ? "no such kind" : "missing",
                       list_names(names, count, list));
}

cclb_status read_refuse_unknown(const struct reading *reading, const struct place *place, const char *const *names,
                                size_t count)
{
    const char *nearest = nearest_name(place->member, names, count);
    if (nearest) {
        return read_refuse(reading, place, "no such member; did you mean `%s`?", nearest);
    }
    char list[NAMES_SIZE];
    return read_refuse(reading, place, "no such member; there is%s", list_names(names, count, list));
}

cclb_bytes read_string(json_t *string)
{
    return cclb_bytes_of(json_string_value(string), json_string_length(string));
}

cclb_status read_integer(const struct reading *reading, const struct place *place, json_t *tree, uint64_t min,
                         uint64_t max, uint64_t *number)
{
    char expected[EXPECTED_SIZE];
    bool text_allowed = max > TREE_INTEGER_MAX;
    snprintf(expected, sizeof expected, "a whole number from %" PRIu64 " to %" PRIu64 "%s", min, max,
             text_allowed ? ", or such a number as a string" : "");
    if (json_is_integer(tree)) {
        json_int_t value = json_integer_value(tree);
        if (value >= 0 && (uint64_t)value >= min && (uint64_t)value <= max) {
            *number = (uint64_t)value;
            return CCLB_OK;
        }
    } else if (json_is_string(tree) && text_allowed) {
        const char *digits = json_string_value(tree);
        size_t len = json_string_length(tree);
        uint64_t value = 0;
        bool fits = len > 0 && (digits[0] != '0' || len == 1);
        for (size_t i = 0; i < len && fits; i++) {
            fits = digits[i] >= '0' && digits[i] <= '9' && !__builtin_mul_overflow(value, 10, &value) &&
                   !__builtin_add_overflow(value, (uint64_t)(digits[i] - '0'), &value);
        }
        if (fits && value >= min && value <= max) {
            *number = value;
            return CCLB_OK;
        }
    } else {
        return read_refuse_kind(reading, place, expected, tree);
    }
    return read_refuse(reading, place, "not %s", expected);
}

cclb_status read_double(const struct reading *reading, const struct place *place, json_t *tree, double *number)
{
    static const struct {
        const char *name;
        double value;
    } specials[] = {{"NaN", (double)NAN}, {"Infinity", (double)INFINITY}, {"-Infinity", -(double)INFINITY}};
    if (json_is_number(tree)) {
        *number = json_number_value(tree);
        return CCLB_OK;
    }
    for (size_t i = 0; json_is_string(tree) && i < sizeof specials / sizeof specials[0]; i++) {
        if (strcmp(json_string_value(tree), specials[i].name) == 0) {
            *number = specials[i].value;
            return CCLB_OK;
        }
    }
    return read_refuse_kind(reading, place, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"", tree);
}

static cclb_status read_base64(const struct reading *reading, const struct place *place, json_t *tree,
                               cclb_bytes *bytes)
{
    json_t *coded = json_object_get(tree, "base64");
    if (!json_is_string(coded) || json_object_size(tree) != 1) {
        return read_refuse(reading, place, "expected a string or {\"base64\": \"...\"}, found another object");
    }
    struct place inner = {.outer = place, .member = "base64"};
    cclb_bytes text = read_string(coded);
    uint8_t *out = arena_alloc(reading->arena, base64_decoded_size_max(text.len));
    size_t len = 0;
    size_t fault = 0;
    if (out == NULL) {
        return error_no_memory(reading->error, base64_decoded_size_max(text.len));
    }
    if (!base64_decode(text, out, &len, &fault)) {
        return read_refuse(reading, &inner, "not base64 from character %zu on", fault);
    }
    *bytes = cclb_bytes_of(out, len);
    return CCLB_OK;
}

cclb_status read_bytes(const struct reading *reading, const struct place *place, json_t *tree, cclb_bytes *bytes)
{
    if (json_is_object(tree)) {
        return read_base64(reading, place, tree, bytes);
    }
    if (!json_is_string(tree)) {
        return read_refuse_kind(reading, place, "a string or {\"base64\": \"...\"}", tree);
    }
    *bytes = read_string(tree);
    return CCLB_OK;
}

cclb_status read_text(const struct reading *reading, const struct place *place, json_t *tree, cclb_bytes *text)
{
    if (!json_is_string(tree)) {
        return read_refuse_kind(reading, place, "a string", tree);
    }
    *text = read_string(tree);
    return CCLB_OK;
}
