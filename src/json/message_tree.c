/* SPDX-License-Identifier: Apache-2.0 */
/* message_tree.c - C structs as JSON. It goes as deep as the types are nested, which is four levels. */

#include "json/message.h"

static json_t *array_tree(const struct wire_type *type, cclb_form form, const struct wire_items *array)
{
    json_t *tree = json_array();
    bool whole = tree != NULL;
    for (size_t i = 0; i < array->count && whole; i++) {
        whole = tree_append(tree, message_tree(type, form, (const uint8_t *)array->items + i * type->c_size));
    }
    return tree_whole(tree, whole);
}

static json_t *value_tree(const struct wire_field *field, cclb_form form, const void *value)
{
    switch (field->kind) {
    case WIRE_U16:
        return json_integer(*(const uint16_t *)value);
    case WIRE_U32:
        return json_integer(*(const uint32_t *)value);
    case WIRE_U64:
        return tree_u64(*(const uint64_t *)value);
    case WIRE_F64:
        return tree_f64(*(const double *)value);
    case WIRE_TEXT:
    case WIRE_BYTES:
        return tree_bytes(*(const cclb_bytes *)value);
    case WIRE_SPANS:
        return tree_spans(*(const cclb_spans *)value);
    case WIRE_ARRAY:
        return array_tree(field->type, form, value);
    case WIRE_RECORD:
        return message_tree(field->type, form, value);
    }
    return NULL;
}

json_t *message_tree(const struct wire_type *type, cclb_form form, const void *message)
{
    json_t *tree = json_object();
    bool whole = tree != NULL;
    struct wire_fields fields = type->fields;
    if (type->variants) {
        const struct wire_variant *variant = &type->variants[*(const uint32_t *)message];
        whole = tree_put(tree, "kind", tree_name(variant->name));
        fields = variant->fields;
    }
    for (size_t i = 0; i < fields.count && whole; i++) {
        const struct wire_field *field = &fields.items[i];
        if (field->at[form] == WIRE_ABSENT) {
            continue;
        }
        const uint8_t *base = message;
        bool present = !field->optional || *(const bool *)(base + field->present_offset);
        whole =
            tree_put(tree, field->name, present ? value_tree(field, form, base + field->value_offset) : json_null());
    }
    return tree_whole(tree, whole);
}
