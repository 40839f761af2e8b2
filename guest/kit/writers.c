/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writers.c - from the structs of answers to their archives: a pass that measures and one that writes, in the order of
 * spec/wire.md section 5. Answers have one layout in all forms that have them; check_type holds them to that.
 */

#include "kit.h"

static const cclb_form form = CCLB_FORM_W9;

static bool is_boxed(const struct wire_field *field)
{
    return field->kind == WIRE_TEXT || field->kind == WIRE_BYTES || field->kind == WIRE_SPANS ||
           field->kind == WIRE_ARRAY;
}

/* Whether print_record_writing and what it calls know how a field is written. */
static bool is_known(const struct wire_field *field, bool in_array)
{
    bool flat = field->kind == WIRE_TEXT || field->kind == WIRE_BYTES;
    if (field->optional) {
        return !in_array && (field->kind == WIRE_U16 || (is_boxed(field) && !flat));
    }
    return in_array ? flat : is_boxed(field);
}

static void check_type(const struct wire_type *type)
{
    for (size_t group = 0; group < kit_groups(type); group++) {
        struct wire_fields fields = kit_fields(type, group);
        for (size_t i = 0; i < fields.count; i++) {
            struct kit_column places = kit_places(&fields.items[i]);
            if (places.at[0] != places.at[KIT_FORMS - 1] || !is_known(&fields.items[i], type->codec == NULL)) {
                kit_fail("guest/kit/writers.c cannot write a field of answers yet", fields.items[i].name);
            }
        }
    }
}

/* The list that a field is: of pieces of a body, or of records. */
static const char *list_name(const struct wire_field *field)
{
    return field->kind == WIRE_SPANS ? "bytes" : kit_name(field->type);
}

static void print_list_measuring(FILE *out, const struct wire_type *type)
{
    const char *name = kit_name(type);
    fprintf(out, "static inline size_t cclb_measure_%s_list_(size_t end, const cclb_%s_list *list)\n{\n", name, name);
    fputs("    for (size_t i = 0; i < list->count; i++) {\n", out);
    for (size_t i = 0; i < type->fields.count; i++) {
        fprintf(out, "        end = cclb_measure_bytes_(end, list->items[i].%s);\n", type->fields.items[i].name);
    }
    fprintf(out, "    }\n    return cclb_measure_records_(end, list->count, %u, %u);\n}\n\n", type->size[form],
            type->align[form]);
}

static void print_list_writing(FILE *out, const struct wire_type *type)
{
    const char *name = kit_name(type);
    fprintf(out, "static inline cclb_box_ cclb_write_%s_list_(cclb_writer_ *writer, const cclb_%s_list *list)\n{\n",
            name, name);
    fputs("    const uint8_t *target = writer->end;\n    for (size_t i = 0; i < list->count; i++) {\n", out);
    for (size_t i = 0; i < type->fields.count; i++) {
        fprintf(out, "        cclb_write_bytes_(writer, list->items[i].%s);\n", type->fields.items[i].name);
    }
    fprintf(out, "    }\n    uint8_t *records = cclb_write_records_(writer, list->count, %u, %u);\n", type->size[form],
            type->align[form]);
    fprintf(out, "    for (size_t i = 0; i < list->count; i++) {\n        uint8_t *record = records + i * %u;\n",
            type->size[form]);
    for (size_t i = 0; i < type->fields.count; i++) {
        const struct wire_field *field = &type->fields.items[i];
        fprintf(out, "        target = cclb_store_target_(record + %d, target, list->items[i].%s.len);\n",
                field->at[form], field->name);
    }
    fputs("    }\n    return cclb_box_of_(records, list->count);\n}\n\n", out);
}

/* "    if (answer->has_body) {" where a field is optional; what its indent is then. */
static const char *open_optional(FILE *out, const struct wire_field *field, const char *indent)
{
    if (field->optional) {
        fprintf(out, "%sif (answer->has_%s) {\n", indent, field->name);
    }
    return field->optional ? "    " : "";
}

static void close_optional(FILE *out, const struct wire_field *field, const char *indent)
{
    if (field->optional) {
        fprintf(out, "%s}\n", indent);
    }
}

static void print_data_measuring(FILE *out, const struct wire_field *field, const char *indent)
{
    if (!is_boxed(field)) {
        return;
    }
    const char *more = open_optional(out, field, indent);
    if (field->kind == WIRE_TEXT || field->kind == WIRE_BYTES) {
        fprintf(out, "%s%send = cclb_measure_bytes_(end, answer->%s);\n", indent, more, field->name);
    } else {
        fprintf(out, "%s%send = cclb_measure_%s_list_(end, &answer->%s);\n", indent, more, list_name(field),
                field->name);
    }
    close_optional(out, field, indent);
}

static void print_data_writing(FILE *out, const struct wire_field *field, const char *indent)
{
    if (!is_boxed(field)) {
        return;
    }
    const char *more = open_optional(out, field, indent);
    if (field->kind == WIRE_TEXT || field->kind == WIRE_BYTES) {
        fprintf(out, "%s%s%s = cclb_write_bytes_(&writer, answer->%s);\n", indent, more, field->name, field->name);
    } else {
        fprintf(out, "%s%s%s = cclb_write_%s_list_(&writer, &answer->%s);\n", indent, more, field->name,
                list_name(field), field->name);
    }
    close_optional(out, field, indent);
}

/* The record's own bytes; of an optional its tag too, and the value behind it at its own alignment. */
static void print_record_writing(FILE *out, const struct wire_field *field, const char *indent)
{
    int at = field->at[form];
    int align = field->kind == WIRE_U16 ? 2 : 4;
    int value_at = field->optional ? at + align : at;
    const char *more = open_optional(out, field, indent);
    if (field->optional) {
        fprintf(out, "%s    root[%d] = 1;\n", indent, at);
    }
    if (field->kind == WIRE_U16) {
        fprintf(out, "%s%scclb_store_u16_(root + %d, answer->%s);\n", indent, more, value_at, field->name);
    } else {
        fprintf(out, "%s%scclb_store_box_(root + %d, %s);\n", indent, more, value_at, field->name);
    }
    close_optional(out, field, indent);
}

typedef void print_part(FILE *out, const struct wire_field *field, const char *indent);

/* One part of each field, in its variant where the type has several. */
static void print_parts(FILE *out, const struct wire_type *type, print_part *part)
{
    for (size_t group = 0; group < kit_groups(type); group++) {
        struct wire_fields fields = kit_fields(type, group);
        if (type->variants && fields.count > 0) {
            fprintf(out, "    if (answer->kind == CCLB_%s_%s) {\n", kit_prefix(type),
                    kit_snake(type->variants[group].name, true));
        }
        for (size_t i = 0; i < fields.count; i++) {
            part(out, &fields.items[i], type->variants ? "        " : "    ");
        }
        if (type->variants && fields.count > 0) {
            fputs("    }\n", out);
        }
    }
}

static void print_boxes(FILE *out, const struct wire_type *type)
{
    for (size_t group = 0; group < kit_groups(type); group++) {
        struct wire_fields fields = kit_fields(type, group);
        for (size_t i = 0; i < fields.count; i++) {
            if (is_boxed(&fields.items[i])) {
                fprintf(out, "    cclb_box_ %s = CCLB_ZERO_;\n", fields.items[i].name);
            }
        }
    }
}

/* What is none of the variants has no byte to be written as. */
static void print_kind_check(FILE *out, const struct wire_type *type)
{
    if (type->variants) {
        const char *last = kit_snake(type->variants[type->variant_count - 1].name, true);
        fprintf(out, "    if (answer->kind > CCLB_%s_%s) {\n        cclb_plugin_fail();\n    }\n", kit_prefix(type),
                last);
    }
}

static void print_message_writer(FILE *out, const struct wire_type *type)
{
    const char *name = kit_name(type);
    fprintf(out, "static inline size_t cclb_measure_%s_(const cclb_%s *answer)\n{\n    size_t end = 0;\n", name, name);
    print_kind_check(out, type);
    print_parts(out, type, print_data_measuring);
    fprintf(out, "    return cclb_measure_records_(end, 1, %u, %u);\n}\n\n", type->size[form], type->align[form]);

    fprintf(out, "static inline void cclb_write_%s_(const cclb_%s *answer, uint8_t *out)\n{\n", name, name);
    fputs("    cclb_writer_ writer = {out};\n", out);
    print_boxes(out, type);
    print_parts(out, type, print_data_writing);
    fprintf(out, "    uint8_t *root = cclb_write_records_(&writer, 1, %u, %u);\n", type->size[form], type->align[form]);
    if (type->variants) {
        fputs("    root[0] = (uint8_t)answer->kind;\n", out);
    }
    print_parts(out, type, print_record_writing);
    fputs("}\n\n", out);
}

void kit_print_writers(FILE *out)
{
    const struct wire_type *type;
    for (size_t index = 0; (type = wire_type_at(index)) != NULL; index++) {
        if (!kit_is_written(type)) {
            continue;
        }
        check_type(type);
        if (type->codec) {
            print_message_writer(out, type);
        } else {
            print_list_measuring(out, type);
            print_list_writing(out, type);
        }
    }
}

/* cclb_NAME_list_add, for authors. */
void kit_print_lists(FILE *out)
{
    const struct wire_type *type;
    for (size_t index = 0; (type = wire_type_at(index)) != NULL; index++) {
        if (kit_in_arrays(type, true)) {
            const char *name = kit_name(type);
            fprintf(out, "static inline void cclb_%s_list_add(cclb_%s_list *list, cclb_%s item)\n{\n", name, name,
                    name);
            fputs("    if (list->count == list->capacity) {\n", out);
            fprintf(out, "        list->items = (cclb_%s *)cclb_longer_(list->items, &list->capacity, sizeof item);\n",
                    name);
            fputs("    }\n    list->items[list->count++] = item;\n}\n\n", out);
        }
    }
}
