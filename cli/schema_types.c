/* SPDX-License-Identifier: Apache-2.0 */
/* schema_types.c - a walk from the messages of a hook to the types of their fields, form by form. */

#include "schema_types.h"

#include <string.h>

const char *schema_crate(cclb_form form)
{
    static const char *const crates[CCLB_FORM_COUNT] = {
#define FORM(number, crate, kit) [CCLB_FORM_W##number] = crate,
#include "cclb/form.def"
#undef FORM
    };
    return crates[form];
}

const char *schema_runtime(cclb_form form)
{
    for (cclb_reference i = CCLB_REFERENCE_ANY; i < CCLB_REFERENCE_COUNT; i++) {
        if (cclb_reference_form(i) == form) {
            return cclb_reference_name(i);
        }
    }
    return NULL;
}

static void add(struct schema_types *types, const char *name)
{
    for (size_t i = 0; i < types->count; i++) {
        if (strcmp(types->names[i], name) == 0) {
            return;
        }
    }
    if (types->count < SCHEMA_TYPES_MAX) {
        types->names[types->count++] = name;
    }
}

/* The types of a type's fields in one form. */
static void add_held(struct schema_types *types, const char *name, cclb_form form)
{
    cclb_schema_type type;
    cclb_schema_field field;
    if (!cclb_schema_type_find(cclb_text(name), form, &type)) {
        return;
    }
    for (size_t variant = 0; variant == 0 || variant < type.variant_count; variant++) {
        for (size_t i = 0; cclb_schema_field_at(&type, variant, i, &field); i++) {
            if (field.is_type) {
                add(types, field.type);
            }
        }
    }
}

void schema_types_gather(cclb_hook hook, schema_forms forms, struct schema_types *types)
{
    cclb_schema_hook schema;
    *types = (struct schema_types){0};
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        if (schema_has_form(forms, form) && cclb_schema_hook_find(hook, form, &schema)) {
            add(types, schema.request);
            if (schema.answer) {
                add(types, schema.answer);
            }
        }
    }
    for (size_t i = 0; i < types->count; i++) { /* grows as it is walked */
        for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
            if (schema_has_form(forms, form)) {
                add_held(types, types->names[i], form);
            }
        }
    }
}

bool schema_field_named(const char *type, size_t variant, const char *name, cclb_form form, cclb_schema_field *field)
{
    cclb_schema_type found;
    if (!cclb_schema_type_find(cclb_text(type), form, &found)) {
        return false;
    }
    for (size_t i = 0; cclb_schema_field_at(&found, variant, i, field); i++) {
        if (strcmp(field->name, name) == 0) {
            return true;
        }
    }
    return false;
}
