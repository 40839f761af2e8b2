/* SPDX-License-Identifier: Apache-2.0 */
/* schema_json.c - form by form, each complete in itself: what reads it need not know how forms came about. */

#include "schema_text.h"

#include "cclb/admission.h"

static void emit_fingerprint(struct emitter *emitter, const uint8_t *fingerprint)
{
    char digits[2 * CCLB_FINGERPRINT_SIZE + 1] = "";
    for (size_t i = 0; fingerprint && i < CCLB_FINGERPRINT_SIZE; i++) {
        snprintf(digits + 2 * i, 3, "%02x", fingerprint[i]);
    }
    emit_name(emitter, "fingerprint", digits);
}

static void emit_fields(struct emitter *emitter, const cclb_schema_type *type, size_t variant)
{
    cclb_schema_field field;
    emit_open(emitter, "fields", '[');
    for (size_t i = 0; cclb_schema_field_at(type, variant, i, &field); i++) {
        emit_open(emitter, NULL, '{');
        emit_name(emitter, "name", field.name);
        emit_name(emitter, "type", field.type);
        emit_bool(emitter, "array", field.is_array);
        emit_bool(emitter, "optional", field.is_optional);
        emit_u64(emitter, "offset", field.offset);
        emit_u64(emitter, "size", field.size);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
}

static void emit_type(struct emitter *emitter, const cclb_schema_type *type)
{
    emit_open(emitter, NULL, '{');
    emit_name(emitter, "name", type->name);
    emit_u64(emitter, "size", type->size);
    emit_u64(emitter, "align", type->align);
    emit_name(emitter, "descriptor", type->descriptor);
    emit_fingerprint(emitter, type->fingerprint);
    if (type->variant_count == 0) {
        emit_fields(emitter, type, 0);
        emit_null(emitter, "variants");
    } else {
        emit_null(emitter, "fields");
        emit_open(emitter, "variants", '[');
        for (size_t variant = 0; variant < type->variant_count; variant++) {
            emit_open(emitter, NULL, '{');
            emit_name(emitter, "name", cclb_schema_variant_name(type, variant));
            emit_fields(emitter, type, variant);
            emit_close(emitter, '}');
        }
        emit_close(emitter, ']');
    }
    emit_close(emitter, '}');
}

static void emit_types(struct emitter *emitter, cclb_hook hook, cclb_form form)
{
    struct schema_types types;
    schema_types_gather(hook, UINT32_C(1) << form, &types);
    emit_open(emitter, "types", '[');
    for (size_t i = 0; i < types.count; i++) {
        cclb_schema_type type;
        if (cclb_schema_type_find(cclb_text(types.names[i]), form, &type)) {
            emit_type(emitter, &type);
        }
    }
    emit_close(emitter, ']');
}

void schema_emit_hook(struct emitter *emitter, cclb_hook hook, schema_forms forms, bool with_types)
{
    emit_open(emitter, NULL, '{');
    emit_name(emitter, "hook", cclb_hook_name(hook));
    emit_open(emitter, "forms", '[');
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        cclb_schema_hook schema;
        if (!schema_has_form(forms, form) || !cclb_schema_hook_find(hook, form, &schema)) {
            continue;
        }
        emit_open(emitter, NULL, '{');
        emit_name(emitter, "form", cclb_form_name(form));
        emit_name(emitter, "wire", schema_crate(form));
        emit_name(emitter, "kit", cclb_form_kit(form));
        emit_name(emitter, "runtime", schema_runtime(form));
        emit_name(emitter, "export", schema.export_name);
        emit_name(emitter, "section", schema.section);
        emit_u64(emitter, "wire_version", schema.wire_version);
        emit_fingerprint(emitter, schema.fingerprint);
        emit_name(emitter, "request", schema.request);
        emit_name(emitter, "answer", schema.answer);
        if (with_types) {
            emit_types(emitter, hook, form);
        } else {
            emit_null(emitter, "types");
        }
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
    emit_close(emitter, '}');
}
