/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_read.c - JSON as C structs.
 *
 * A `place` on the stack for each level says where in the text we are; it becomes words only when something is wrong.
 * The tree may be as deep as it likes: what is walked is the types, and what they do not name is an error.
 */

#include "json/message.h"

#include "base/error.h"
#include "base/utf8.h"
#include "json/base64.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { WORDS_SIZE = 256, EXPECTED_SIZE = 96 };

struct reading {
    cclb_form form;
    struct arena *arena;
    cclb_error *error;
};

struct place {
    const struct place *outer; /* NULL: the root */
    const char *member;        /* NULL: an element */
    size_t index;
};

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

static cclb_status refuse(const struct reading *reading, const struct place *place, const char *words)
{
    char path[ERROR_TEXT_SIZE];
    describe(place, path, sizeof path);
    return error_set(reading->error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "%s: %s", path, words);
}

static cclb_status refuse_kind(const struct reading *reading, const struct place *place, const char *expected,
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
    char words[WORDS_SIZE];
    snprintf(words, sizeof words, "expected %s, found %s", expected, names[json_typeof(found)]);
    return refuse(reading, place, words);
}

/* A whole number from 0 to max; above the integers that JSON readers agree on also as a string of digits. */
static cclb_status read_integer(const struct reading *reading, const struct place *place, json_t *tree, uint64_t max,
                                uint64_t *number)
{
    char expected[EXPECTED_SIZE];
    bool text_allowed = max > TREE_INTEGER_MAX;
    snprintf(expected, sizeof expected, "a whole number from 0 to %" PRIu64 "%s", max,
             text_allowed ? ", or such a number as a string" : "");
    if (json_is_integer(tree)) {
        json_int_t value = json_integer_value(tree);
        if (value >= 0 && (uint64_t)value <= max) {
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
        if (fits) {
            *number = value;
            return CCLB_OK;
        }
    } else {
        return refuse_kind(reading, place, expected, tree);
    }
    char words[WORDS_SIZE];
    snprintf(words, sizeof words, "not %s", expected);
    return refuse(reading, place, words);
}

static cclb_status read_double(const struct reading *reading, const struct place *place, json_t *tree, double *number)
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
    return refuse_kind(reading, place, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"", tree);
}

static cclb_bytes string_bytes(json_t *string)
{
    return cclb_bytes_of(json_string_value(string), json_string_length(string));
}

static cclb_status read_base64(const struct reading *reading, const struct place *place, json_t *tree,
                               cclb_bytes *bytes)
{
    json_t *coded = json_object_get(tree, "base64");
    if (!json_is_string(coded) || json_object_size(tree) != 1) {
        return refuse(reading, place, "expected a string or {\"base64\": \"...\"}, found another object");
    }
    struct place inner = {.outer = place, .member = "base64"};
    cclb_bytes text = string_bytes(coded);
    uint8_t *out = arena_alloc(reading->arena, base64_decoded_size_max(text.len));
    size_t len = 0;
    size_t fault = 0;
    if (out == NULL) {
        return error_no_memory(reading->error, base64_decoded_size_max(text.len));
    }
    if (!base64_decode(text, out, &len, &fault)) {
        char words[WORDS_SIZE];
        snprintf(words, sizeof words, "not base64 from character %zu on", fault);
        return refuse(reading, &inner, words);
    }
    *bytes = cclb_bytes_of(out, len);
    return CCLB_OK;
}

static cclb_status read_bytes(const struct reading *reading, const struct place *place, json_t *tree, cclb_bytes *bytes)
{
    if (json_is_object(tree)) {
        return read_base64(reading, place, tree, bytes);
    }
    if (!json_is_string(tree)) {
        return refuse_kind(reading, place, "a string or {\"base64\": \"...\"}", tree);
    }
    *bytes = string_bytes(tree);
    return CCLB_OK;
}

static cclb_status read_text(const struct reading *reading, const struct place *place, json_t *tree, cclb_bytes *text)
{
    if (!json_is_string(tree)) {
        return refuse_kind(reading, place, "a string", tree);
    }
    *text = string_bytes(tree);
    return CCLB_OK;
}

static cclb_status read_spans(const struct reading *reading, const struct place *place, json_t *tree, cclb_spans *spans)
{
    cclb_bytes *span = arena_alloc(reading->arena, sizeof *span);
    if (span == NULL) {
        return error_no_memory(reading->error, sizeof *span);
    }
    *spans = (cclb_spans){.spans = span, .count = 1};
    return read_bytes(reading, place, tree, span);
}

static cclb_status read_record(const struct reading *reading, const struct place *place, const struct wire_type *type,
                               json_t *tree, void *record);

static cclb_status read_array(const struct reading *reading, const struct place *place, const struct wire_type *type,
                              json_t *tree, struct wire_items *array)
{
    if (!json_is_array(tree)) {
        return refuse_kind(reading, place, "an array", tree);
    }
    size_t count = json_array_size(tree);
    uint8_t *items = arena_array(reading->arena, count, type->c_size);
    if (items == NULL) {
        return error_no_memory(reading->error, count * type->c_size);
    }
    *array = (struct wire_items){.items = items, .count = count};
    for (size_t i = 0; i < count; i++) {
        struct place element = {.outer = place, .index = i};
        cclb_status status = read_record(reading, &element, type, json_array_get(tree, i), items + i * type->c_size);
        if (status != CCLB_OK) {
            return status;
        }
    }
    return CCLB_OK;
}

static cclb_status read_value(const struct reading *reading, const struct place *place, const struct wire_field *field,
                              json_t *tree, void *value)
{
    uint64_t number = 0;
    cclb_status status = CCLB_OK;
    switch (field->kind) {
    case WIRE_U16:
        status = read_integer(reading, place, tree, UINT16_MAX, &number);
        *(uint16_t *)value = (uint16_t)number;
        return status;
    case WIRE_U32:
        status = read_integer(reading, place, tree, UINT32_MAX, &number);
        *(uint32_t *)value = (uint32_t)number;
        return status;
    case WIRE_U64:
        return read_integer(reading, place, tree, UINT64_MAX, value);
    case WIRE_F64:
        return read_double(reading, place, tree, value);
    case WIRE_TEXT:
        return read_text(reading, place, tree, value);
    case WIRE_BYTES:
        return read_bytes(reading, place, tree, value);
    case WIRE_SPANS:
        return read_spans(reading, place, tree, value);
    case WIRE_ARRAY:
        return read_array(reading, place, field->type, tree, value);
    case WIRE_RECORD:
        return read_record(reading, place, field->type, tree, value);
    }
    return status;
}

static const struct wire_field *field_by_name(struct wire_fields fields, const char *name)
{
    for (size_t i = 0; i < fields.count; i++) {
        if (strcmp(fields.items[i].name, name) == 0) {
            return &fields.items[i];
        }
    }
    return NULL;
}

/* Refuses a member that the type or the form does not have; a misspelt one would otherwise be lost silently. */
static cclb_status refuse_unknown(const struct reading *reading, const struct place *place,
                                  const struct wire_type *type, struct wire_fields fields, json_t *tree)
{
    for (void *at = json_object_iter(tree); at; at = json_object_iter_next(tree, at)) {
        const char *name = json_object_iter_key(at);
        const struct wire_field *field = field_by_name(fields, name);
        if ((field && field->at[reading->form] != WIRE_ABSENT) || (type->variants && strcmp(name, "kind") == 0)) {
            continue;
        }
        struct place member = {.outer = place, .member = name};
        char words[WORDS_SIZE];
        snprintf(words, sizeof words, "%s has no such member%s%s", type->name, field ? " in form " : "",
                 field ? cclb_form_name(reading->form) : "");
        return refuse(reading, &member, words);
    }
    return CCLB_OK;
}

static cclb_status refuse_variant(const struct reading *reading, const struct place *place,
                                  const struct wire_type *type, json_t *kind)
{
    if (kind && !json_is_string(kind)) {
        return refuse_kind(reading, place, "a string", kind);
    }
    char words[WORDS_SIZE];
    size_t used = (size_t)snprintf(words, sizeof words, "%s", kind ? "no such kind; there is" : "missing; there is");
    for (size_t i = 0; i < type->variant_count; i++) {
        const char *name = type->variants[i].name;
        if (strlen(name) + 3 <= sizeof words - used) {
            used += (size_t)snprintf(words + used, sizeof words - used, "%s %s", i == 0 ? "" : ",", name);
        }
    }
    return refuse(reading, place, words);
}

/* Finds the variant that the member "kind" names. */
static cclb_status read_variant(const struct reading *reading, const struct place *place, const struct wire_type *type,
                                json_t *tree, uint32_t *variant)
{
    json_t *kind = json_object_get(tree, "kind");
    for (uint32_t i = 0; i < type->variant_count; i++) {
        if (json_is_string(kind) && cclb_bytes_equal(string_bytes(kind), cclb_text(type->variants[i].name))) {
            *variant = i;
            return CCLB_OK;
        }
    }
    struct place member = {.outer = place, .member = "kind"};
    return refuse_variant(reading, &member, type, kind);
}

static cclb_status read_record(const struct reading *reading, const struct place *place, const struct wire_type *type,
                               json_t *tree, void *record)
{
    if (!json_is_object(tree)) {
        return refuse_kind(reading, place, "an object", tree);
    }
    struct wire_fields fields = type->fields;
    cclb_status status = CCLB_OK;
    if (type->variants) {
        uint32_t variant = 0;
        status = read_variant(reading, place, type, tree, &variant);
        memcpy(record, &variant, sizeof variant);
        fields = type->variants[variant].fields;
    }
    if (status == CCLB_OK) {
        status = refuse_unknown(reading, place, type, fields, tree);
    }
    for (size_t i = 0; i < fields.count && status == CCLB_OK; i++) {
        const struct wire_field *field = &fields.items[i];
        if (field->at[reading->form] == WIRE_ABSENT) {
            continue;
        }
        struct place member = {.outer = place, .member = field->name};
        json_t *value = json_object_get(tree, field->name);
        uint8_t *base = record;
        if (value && !(field->optional && json_is_null(value))) {
            status = read_value(reading, &member, field, value, base + field->value_offset);
            if (field->optional) {
                *(bool *)(base + field->present_offset) = true;
            }
        } else if (!field->optional) {
            status = refuse(reading, &member, "missing");
        }
    }
    return status;
}

cclb_status message_read(const struct wire_type *type, cclb_form form, json_t *tree, struct arena *arena, void *message,
                         cclb_error *error)
{
    struct reading reading = {.form = form, .arena = arena, .error = error};
    struct place root = {.outer = NULL};
    return read_record(&reading, &root, type, tree, message);
}
