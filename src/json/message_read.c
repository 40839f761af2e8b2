/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_read.c - JSON as C structs. The tree may be as deep as it likes: what is walked is the types, and what they
 * do not name is an error.
 */

#include "json/message.h"

#include "base/error.h"
#include "json/read.h"

enum { VARIANTS_MAX = 8 };

struct message_reading {
    struct reading values;
    cclb_form form;
};

static cclb_status read_spans(const struct reading *reading, const struct place *place, json_t *tree, cclb_spans *spans)
{
    cclb_bytes *span = arena_alloc(reading->arena, sizeof *span);
    if (span == NULL) {
        return error_no_memory(reading->error, sizeof *span);
    }
    *spans = (cclb_spans){.spans = span, .count = 1};
    return read_bytes(reading, place, tree, span);
}

static cclb_status read_record(const struct message_reading *reading, const struct place *place,
                               const struct wire_type *type, json_t *tree, void *record);

static cclb_status read_array(const struct message_reading *reading, const struct place *place,
                              const struct wire_type *type, json_t *tree, struct wire_items *array)
{
    if (!json_is_array(tree)) {
        return read_refuse_kind(&reading->values, place, "an array", tree);
    }
    size_t count = json_array_size(tree);
    uint8_t *items = arena_array(reading->values.arena, count, type->c_size);
    if (items == NULL) {
        return error_no_memory(reading->values.error, count * type->c_size);
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

static cclb_status read_value(const struct message_reading *reading, const struct place *place,
                              const struct wire_field *field, json_t *tree, void *value)
{
    uint64_t number = 0;
    cclb_status status = CCLB_OK;
    switch (field->kind) {
    case WIRE_U16:
        status = read_integer(&reading->values, place, tree, 0, UINT16_MAX, &number);
        *(uint16_t *)value = (uint16_t)number;
        return status;
    case WIRE_U32:
        status = read_integer(&reading->values, place, tree, 0, UINT32_MAX, &number);
        *(uint32_t *)value = (uint32_t)number;
        return status;
    case WIRE_U64:
        return read_integer(&reading->values, place, tree, 0, UINT64_MAX, value);
    case WIRE_F64:
        return read_double(&reading->values, place, tree, value);
    case WIRE_TEXT:
        return read_text(&reading->values, place, tree, value);
    case WIRE_BYTES:
        return read_bytes(&reading->values, place, tree, value);
    case WIRE_SPANS:
        return read_spans(&reading->values, place, tree, value);
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
static cclb_status refuse_unknown(const struct message_reading *reading, const struct place *place,
                                  const struct wire_type *type, struct wire_fields fields, json_t *tree)
{
    for (void *at = json_object_iter(tree); at; at = json_object_iter_next(tree, at)) {
        const char *name = json_object_iter_key(at);
        const struct wire_field *field = field_by_name(fields, name);
        if ((field && field->at[reading->form] != WIRE_ABSENT) || (type->variants && strcmp(name, "kind") == 0)) {
            continue;
        }
        struct place member = {.outer = place, .member = name};
        return read_refuse(&reading->values, &member, "%s has no such member%s%s", type->name, field ? " in form " : "",
                           field ? cclb_form_name(reading->form) : "");
    }
    return CCLB_OK;
}

/* Finds the variant that the member "kind" names. */
static cclb_status read_variant(const struct message_reading *reading, const struct place *place,
                                const struct wire_type *type, json_t *tree, uint32_t *variant)
{
    json_t *kind = json_object_get(tree, "kind");
    const char *names[VARIANTS_MAX];
    for (uint32_t i = 0; i < type->variant_count && i < VARIANTS_MAX; i++) {
        names[i] = type->variants[i].name;
        if (json_is_string(kind) && cclb_bytes_equal(read_string(kind), cclb_text(names[i]))) {
            *variant = i;
            return CCLB_OK;
        }
    }
    struct place member = {.outer = place, .member = "kind"};
    return read_refuse_name(&reading->values, &member, kind, names, type->variant_count);
}

static cclb_status read_record(const struct message_reading *reading, const struct place *place,
                               const struct wire_type *type, json_t *tree, void *record)
{
    if (!json_is_object(tree)) {
        return read_refuse_kind(&reading->values, place, "an object", tree);
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
            status = read_refuse(&reading->values, &member, "missing");
        }
    }
    return status;
}

cclb_status message_read(const struct wire_type *type, cclb_form form, json_t *tree, struct arena *arena, void *message,
                         cclb_error *error)
{
    struct message_reading reading = {.values = {.arena = arena, .error = error}, .form = form};
    struct place root = {.outer = NULL};
    return read_record(&reading, &root, type, tree, message);
}
