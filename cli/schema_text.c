/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema_text.c - one column a form, so that what differs between two of them can be seen.
 *
 * Forms have only ever added fields: the newest one that is looked at has them all.
 */

#include "schema_text.h"

#include "cclb/admission.h"

#include <string.h>

enum { NAME_WIDTH = 40, TYPE_WIDTH = 26, FORM_WIDTH = 6, OVERVIEW_NAME_WIDTH = 21, OVERVIEW_FORM_WIDTH = 10 };

/* Bytes of a fingerprint that tell it from the others. */
enum { FINGERPRINT_SHOWN = 4 };

static void put_hex(FILE *out, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%02x", bytes[i]);
    }
}

static void put_overview_row(FILE *out, const char *label, const char *(*value)(cclb_form form))
{
    fprintf(out, "%-*s", OVERVIEW_NAME_WIDTH, label);
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        const char *text = value(form);
        bool is_last = form + 1 == CCLB_FORM_COUNT;
        fprintf(out, "%-*s%s", is_last ? 0 : OVERVIEW_FORM_WIDTH, text ? text : "-", is_last ? "\n" : "");
    }
}

void schema_print_overview(FILE *out)
{
    put_overview_row(out, "form", cclb_form_name);
    put_overview_row(out, "wire", schema_crate);
    put_overview_row(out, "kit", cclb_form_kit);
    put_overview_row(out, "runtime", schema_runtime);
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        fprintf(out, "%-*s", OVERVIEW_NAME_WIDTH, cclb_hook_name(hook));
        for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
            cclb_schema_hook schema;
            bool is_last = form + 1 == CCLB_FORM_COUNT;
            if (cclb_schema_hook_find(hook, form, &schema)) {
                put_hex(out, schema.fingerprint, FINGERPRINT_SHOWN);
                fputs(is_last ? "\n" : "  ", out);
            } else {
                fprintf(out, "%-*s%s", is_last ? 0 : OVERVIEW_FORM_WIDTH, "-", is_last ? "\n" : "");
            }
        }
    }
    fprintf(out,
            "\nOf each fingerprint the first %d bytes. `cclb schema HOOK` has the whole ones, the descriptors and the "
            "layouts.\n",
            FINGERPRINT_SHOWN);
}

/* "W2, W3": the forms from this one on that have the hook with the same fingerprint; notes them in *told. */
static void put_alike(FILE *out, cclb_hook hook, cclb_form first, schema_forms forms, schema_forms *told)
{
    cclb_schema_hook wanted;
    cclb_schema_hook other;
    bool found = cclb_schema_hook_find(hook, first, &wanted);
    for (cclb_form form = first; found && form < CCLB_FORM_COUNT; form++) {
        if (schema_has_form(forms, form) && cclb_schema_hook_find(hook, form, &other) &&
            memcmp(other.fingerprint, wanted.fingerprint, CCLB_FINGERPRINT_SIZE) == 0) {
            fprintf(out, "%s%s", form == first ? "  " : ", ", cclb_form_name(form));
            *told |= UINT32_C(1) << form;
        }
    }
}

static void put_fingerprints(FILE *out, cclb_hook hook, schema_forms forms)
{
    schema_forms told = 0;
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        cclb_schema_hook schema;
        cclb_schema_type request;
        if (!schema_has_form(forms, form) || schema_has_form(told, form) ||
            !cclb_schema_hook_find(hook, form, &schema) ||
            !cclb_schema_type_find(cclb_text(schema.request), form, &request)) {
            continue;
        }
        put_alike(out, hook, form, forms, &told);
        fputs(": ", out);
        put_hex(out, schema.fingerprint, CCLB_FINGERPRINT_SIZE);
        fprintf(out, "\n    %s\n", request.descriptor);
    }
}

/* What a row of a table is about. */
struct table_row {
    const char *type;
    size_t variant;
    const char *field; /* of CELL_OFFSET */
};

enum cell { CELL_FORM, CELL_SIZE, CELL_ALIGN, CELL_OFFSET };

static void put_cell(FILE *out, enum cell cell, const struct table_row *row, cclb_form form)
{
    cclb_schema_type type;
    cclb_schema_field field;
    if (cell == CELL_FORM) {
        fprintf(out, "%*s", FORM_WIDTH, cclb_form_name(form));
    } else if (!cclb_schema_type_find(cclb_text(row->type), form, &type) ||
               (cell == CELL_OFFSET && !schema_field_named(row->type, row->variant, row->field, form, &field))) {
        fprintf(out, "%*s", FORM_WIDTH, "-");
    } else {
        fprintf(out, "%*u", FORM_WIDTH, cell == CELL_SIZE ? type.size : cell == CELL_ALIGN ? type.align : field.offset);
    }
}

static void put_row(FILE *out, const char *label, const char *what, enum cell cell, const struct table_row *row,
                    schema_forms forms)
{
    fprintf(out, "%-*s%-*s", NAME_WIDTH, label, TYPE_WIDTH, what);
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        if (schema_has_form(forms, form)) {
            put_cell(out, cell, row, form);
        }
    }
    fputc('\n', out);
}

static void put_fields(FILE *out, const cclb_schema_type *type, size_t variant, schema_forms forms)
{
    cclb_schema_field field;
    for (size_t i = 0; cclb_schema_field_at(type, variant, i, &field); i++) {
        char label[NAME_WIDTH];
        char what[TYPE_WIDTH + 16];
        const struct table_row row = {.type = type->name, .variant = variant, .field = field.name};
        snprintf(label, sizeof label, "  %s%s", type->variant_count > 0 ? "  " : "", field.name);
        snprintf(what, sizeof what, "%s%s%s", field.is_optional ? "optional " : "", field.type,
                 field.is_array ? "[]" : "");
        put_row(out, label, what, CELL_OFFSET, &row, forms);
    }
}

/* The newest form that is looked at and has the type; false if none has. */
static bool find_newest(const char *name, schema_forms forms, cclb_schema_type *type)
{
    bool found = false;
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        found |= schema_has_form(forms, form) && cclb_schema_type_find(cclb_text(name), form, type);
    }
    return found;
}

static void put_type(FILE *out, const char *name, schema_forms forms)
{
    cclb_schema_type type;
    if (!find_newest(name, forms, &type)) {
        return;
    }
    const struct table_row row = {.type = name};
    fputc('\n', out);
    put_row(out, name, type.variant_count > 0 ? "enum, its tag at 0" : "", CELL_FORM, &row, forms);
    put_row(out, "  size", "", CELL_SIZE, &row, forms);
    put_row(out, "  alignment", "", CELL_ALIGN, &row, forms);
    if (type.variant_count == 0) {
        put_fields(out, &type, 0, forms);
    }
    for (size_t variant = 0; variant < type.variant_count; variant++) {
        fprintf(out, "  %zu %s\n", variant, cclb_schema_variant_name(&type, variant));
        put_fields(out, &type, variant, forms);
    }
}

void schema_print_hook(FILE *out, cclb_hook hook, schema_forms forms)
{
    cclb_schema_hook schema = {0};
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        if (schema_has_form(forms, form) && cclb_schema_hook_find(hook, form, &schema)) {
            break;
        }
    }
    fprintf(out, "%s: %s, which is asked with %s and answers %s\n", cclb_hook_name(hook), schema.export_name,
            schema.request, schema.answer ? schema.answer : "with its record, any bytes, which the host gets");
    fprintf(out, "\nfingerprints in section %s, of these descriptors; wire version %u\n", schema.section,
            schema.wire_version);
    put_fingerprints(out, hook, forms);
    fputs("\nlayouts: where each field stands in the record, of an optional its tag; - where a form lacks it\n", out);
    struct schema_types types;
    schema_types_gather(hook, forms, &types);
    for (size_t i = 0; i < types.count; i++) {
        put_type(out, types.names[i], forms);
    }
}
