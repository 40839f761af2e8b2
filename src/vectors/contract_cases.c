/* SPDX-License-Identifier: Apache-2.0 */
/* contract_cases.c - L, K and D: what the tables say, against what the reference's crates say. */

#include "base/error.h"
#include "base/rust_hash.h"
#include "vectors/case.h"

#include <stdarg.h>
#include <stdio.h>

/* The longest layout text, ObserveEvent's, has under 700 characters. */
enum { LAYOUT_TEXT_SIZE = 4096 };

struct layout_text {
    size_t len; /* at most LAYOUT_TEXT_SIZE - 1; text that does not fit is cut, and then differs */
    char text[LAYOUT_TEXT_SIZE];
};

__attribute__((format(printf, 2, 3))) static void append(struct layout_text *layout, const char *format, ...)
{
    size_t room = sizeof layout->text - layout->len;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(layout->text + layout->len, room, format, arguments);
    va_end(arguments);
    if (written > 0) {
        layout->len += (size_t)written < room ? (size_t)written : room - 1;
    }
}

static void append_fields(struct layout_text *layout, const struct wire_fields *fields, cclb_form form,
                          const char *variant)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *field = &fields->items[i];
        if (field->at[form] != WIRE_ABSENT) {
            append(layout, "%s%s%s%s:%d", layout->len > 0 ? "," : "", variant ? variant : "", variant ? "." : "",
                   field->name, field->at[form]);
        }
    }
}

cclb_status vector_layout(struct vector_case *line, cclb_error *error)
{
    const struct wire_type *type;
    cclb_form form;
    uint32_t size;
    uint32_t align;
    cclb_bytes expected;
    cclb_status status = case_type(line, &type, &form, error);
    if (status != CCLB_OK || (status = case_number(line, "size", UINT16_MAX, &size, error)) != CCLB_OK ||
        (status = case_number(line, "align", UINT8_MAX, &align, error)) != CCLB_OK ||
        (status = case_field(line, "fields", &expected, error)) != CCLB_OK ||
        (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }
    if (type->size[form] != size || type->align[form] != align) {
        return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "size %d, align %d; expected %u, %u",
                         type->size[form], type->align[form], size, align);
    }
    struct layout_text layout = {.len = 0};
    append_fields(&layout, &type->fields, form, NULL);
    for (size_t i = 0; i < type->variant_count; i++) {
        append(&layout, "%s#%zu=%s", i > 0 ? "," : "", i, type->variants[i].name);
        append_fields(&layout, &type->variants[i].fields, form, type->variants[i].name);
    }
    return case_same("the list of fields", cclb_bytes_of(layout.text, layout.len), expected, error);
}

cclb_status vector_hook(struct vector_case *line, cclb_error *error)
{
    cclb_bytes name;
    cclb_form form;
    cclb_bytes export_name;
    cclb_bytes section;
    cclb_bytes versions;
    cclb_bytes fingerprint;
    cclb_status status = case_tagged(line, &name, &form, error);
    if (status != CCLB_OK || (status = case_field(line, "export", &export_name, error)) != CCLB_OK ||
        (status = case_field(line, "section", &section, error)) != CCLB_OK ||
        (status = case_field(line, "versions", &versions, error)) != CCLB_OK ||
        (status = case_hex(line, "fingerprint", 0, &fingerprint, error)) != CCLB_OK ||
        (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }
    cclb_hook hook = cclb_hook_from_name(name);
    const uint8_t *known = wire_fingerprint(hook, form);
    if (known == NULL) {
        struct error_text text;
        return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "form %s has no hook %s", cclb_form_name(form),
                         error_text(&text, name));
    }
    char version[16];
    (void)snprintf(version, sizeof version, "%d", WIRE_VERSION);
    if ((status = case_same("the export", cclb_text(wire_export_name(hook)), export_name, error)) != CCLB_OK ||
        (status = case_same("the section", cclb_text(wire_section_name(hook)), section, error)) != CCLB_OK ||
        (status = case_same("the list of versions", cclb_text(version), versions, error)) != CCLB_OK) {
        return status;
    }
    return case_same("the fingerprint", cclb_bytes_of(known, WIRE_FINGERPRINT_SIZE), fingerprint, error);
}

cclb_status vector_descriptor(struct vector_case *line, cclb_error *error)
{
    cclb_bytes type;
    cclb_form form;
    cclb_bytes fingerprint;
    cclb_bytes text;
    cclb_status status = case_tagged(line, &type, &form, error);
    if (status != CCLB_OK || (status = case_hex(line, "fingerprint", 0, &fingerprint, error)) != CCLB_OK ||
        (status = case_remainder(line, "descriptor", &text, error)) != CCLB_OK) {
        return status;
    }
    const struct wire_descriptor *known = wire_descriptor(type, form);
    if (known == NULL) {
        struct error_text foreign;
        return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "form %s has no descriptor of %s",
                         cclb_form_name(form), error_text(&foreign, type));
    }
    cclb_bytes known_text = cclb_text(known->text);
    uint8_t hash[BLAKE3_SIZE];
    rust_blake3(&known_text, 1, hash);
    if ((status = case_same("the descriptor", known_text, text, error)) != CCLB_OK ||
        (status = case_same("the descriptor's hash", cclb_bytes_of(hash, sizeof hash), fingerprint, error)) !=
            CCLB_OK) {
        return status;
    }
    return case_same("the fingerprint", cclb_bytes_of(known->fingerprint, WIRE_FINGERPRINT_SIZE), fingerprint, error);
}
