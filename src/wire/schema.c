/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - the public face of layout.h and fingerprint.h. */

#include "cclb/schema.h"

#include "wire/layout.h"
#include "wire/raw.h"

/* How a kind is called, and what one of them takes in an archive. A record is as large and aligned as its type says. */
struct kind {
    const char *name;
    unsigned size;
    unsigned align;
};

static const struct kind kinds[] = {
    [WIRE_U16] = {"u16", 2, 2},
    [WIRE_U32] = {"u32", 4, 4},
    [WIRE_U64] = {"u64", 8, 8},
    [WIRE_F64] = {"f64", 8, 8},
    [WIRE_TEXT] = {"text", WIRE_BOX_SIZE, 4},
    [WIRE_BYTES] = {"bytes", WIRE_BOX_SIZE, 4},
    [WIRE_SPANS] = {"bytes", WIRE_BOX_SIZE, 4},
    [WIRE_ARRAY] = {NULL, WIRE_BOX_SIZE, 4},
    [WIRE_RECORD] = {NULL, 0, 0},
};

/* The value of an optional stands behind a tag of one byte, at its own alignment (spec/wire.md section 3). */
static unsigned size_of(const struct wire_field *field, cclb_form form)
{
    bool is_record = field->kind == WIRE_RECORD;
    unsigned size = is_record ? field->type->size[form] : kinds[field->kind].size;
    unsigned align = is_record ? field->type->align[form] : kinds[field->kind].align;
    return field->optional ? align + size : size;
}

bool cclb_schema_hook_find(cclb_hook hook, cclb_form form, cclb_schema_hook *schema)
{
    if (!cclb_form_has_hook(form, hook)) {
        return false;
    }
    const struct wire_type *answer = wire_answer_type(hook);
    *schema = (cclb_schema_hook){
        .export_name = wire_export_name(hook),
        .section = wire_section_name(hook),
        .wire_version = WIRE_VERSION,
        .fingerprint = wire_fingerprint(hook, form),
        .request = wire_request_type(hook)->name,
        .answer = answer ? answer->name : NULL,
    };
    return true;
}

bool cclb_schema_type_find(cclb_bytes name, cclb_form form, cclb_schema_type *type)
{
    const struct wire_type *known = wire_type_by_name(name);
    if (known == NULL || !wire_type_in_form(known, form)) {
        return false;
    }
    const struct wire_descriptor *descriptor = wire_descriptor(name, form);
    *type = (cclb_schema_type){
        .name = known->name,
        .form = form,
        .size = known->size[form],
        .align = known->align[form],
        .variant_count = known->variant_count,
        .descriptor = descriptor ? descriptor->text : NULL,
        .fingerprint = descriptor ? descriptor->fingerprint : NULL,
    };
    return true;
}

const char *cclb_schema_variant_name(const cclb_schema_type *type, size_t variant)
{
    return variant < type->variant_count ? wire_type_by_name(cclb_text(type->name))->variants[variant].name : NULL;
}

bool cclb_schema_field_at(const cclb_schema_type *type, size_t variant, size_t index, cclb_schema_field *field)
{
    const struct wire_type *known = wire_type_by_name(cclb_text(type->name));
    if (variant >= (known->variants ? known->variant_count : 1)) {
        return false;
    }
    const struct wire_fields *fields = known->variants ? &known->variants[variant].fields : &known->fields;
    size_t seen = 0;
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *found = &fields->items[i];
        if (found->at[type->form] == WIRE_ABSENT || seen++ < index) {
            continue;
        }
        *field = (cclb_schema_field){
            .name = found->name,
            .type = found->type ? found->type->name : kinds[found->kind].name,
            .is_type = found->type != NULL,
            .is_array = found->kind == WIRE_ARRAY,
            .is_optional = found->optional,
            .offset = (unsigned)found->at[type->form],
            .size = size_of(found, type->form),
        };
        return true;
    }
    return false;
}
