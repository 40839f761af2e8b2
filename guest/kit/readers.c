/* SPDX-License-Identifier: Apache-2.0 */
/* readers.c - from the bytes of a request to the structs of types.c, and from an array to its elements. */

#include "kit.h"

/* "bytes", "optional_u64" and the like: the end of the name of the function that reads a field. */
static void print_reader_name(FILE *out, const struct wire_field *field)
{
    const char *optional = field->optional ? "optional_" : "";
    switch (field->kind) {
    case WIRE_U16:
        fprintf(out, "%su16", optional);
        return;
    case WIRE_U32:
        fprintf(out, "%su32", optional);
        return;
    case WIRE_U64:
        fprintf(out, "%su64", optional);
        return;
    case WIRE_F64:
        fprintf(out, "%sf64", optional);
        return;
    case WIRE_TEXT:
    case WIRE_BYTES:
    case WIRE_SPANS:
        fprintf(out, "%sbytes", optional);
        return;
    case WIRE_ARRAY:
        fprintf(out, "%ss", kit_name(field->type));
        return;
    case WIRE_RECORD:
        fputs(kit_name(field->type), out);
        return;
    }
}

static void print_field_reading(FILE *out, const struct wire_field *field, const char *member, const char *indent)
{
    struct kit_column places = kit_places(field);
    fprintf(out, "%svalue.%s%s = cclb_read_", indent, member, field->name);
    print_reader_name(out, field);
    fputs("_(record, ", out);
    kit_print_column(out, &places);
    fputs(");\n", out);
}

static void print_variants_reading(FILE *out, const struct wire_type *type)
{
    fputs("    value.kind = record[0];\n    switch (value.kind) {\n", out);
    for (size_t i = 0; i < type->variant_count; i++) {
        struct wire_fields fields = kit_fields(type, i);
        char member[80] = "";
        if (kit_has_union(type)) {
            snprintf(member, sizeof member, "as.%s.", kit_snake(type->variants[i].name, false));
        }
        fprintf(out, "    case CCLB_%s_%s:\n", kit_prefix(type), kit_snake(type->variants[i].name, true));
        for (size_t j = 0; j < fields.count; j++) {
            print_field_reading(out, &fields.items[j], member, "        ");
        }
        fputs("        break;\n", out);
    }
    fputs("    default:\n        cclb_plugin_fail();\n    }\n", out);
}

/* Whether a form of the kit lacks a field of this type. */
static bool may_be_absent(const struct wire_type *wanted)
{
    const struct wire_type *type;
    for (size_t index = 0; (type = wire_type_at(index)) != NULL; index++) {
        for (size_t i = 0; i < type->fields.count; i++) {
            const struct wire_field *field = &type->fields.items[i];
            if (field->kind == WIRE_RECORD && field->type == wanted && kit_places(field).at[0] == WIRE_ABSENT) {
                return true;
            }
        }
    }
    return false;
}

/* cclb_read_NAME_(record, at): the value that stands `at` bytes behind `record`. */
static void print_reader(FILE *out, const struct wire_type *type)
{
    const char *name = kit_name(type);
    fprintf(out, "static inline cclb_%s cclb_read_%s_(const uint8_t *record, int at)\n{\n", name, name);
    fprintf(out, "    cclb_%s value = CCLB_ZERO_;\n", name);
    if (may_be_absent(type)) {
        fputs("    if (at < 0) {\n        return value;\n    }\n", out);
    }
    fputs("    record += at;\n", out);
    if (type->variants) {
        print_variants_reading(out, type);
    }
    for (size_t i = 0; i < type->fields.count; i++) {
        print_field_reading(out, &type->fields.items[i], "", "    ");
    }
    fputs("    return value;\n}\n\n", out);
}

/* cclb_NAME_at for those who read, cclb_read_NAMEs_ for the readers of what holds such an array. */
static void print_array_reader(FILE *out, const struct wire_type *type)
{
    const char *name = kit_name(type);
    struct kit_column sizes = kit_sizes(type);
    fprintf(out, "/* Element `index` of an array, which has to be below its count. */\n");
    fprintf(out, "static inline cclb_%s cclb_%s_at(cclb_%ss array, size_t index)\n{\n", name, name, name);
    fputs("    if (index >= array.count) {\n        cclb_plugin_fail();\n    }\n", out);
    fprintf(out, "    return cclb_read_%s_(array.records + index * ", name);
    kit_print_column(out, &sizes);
    fputs(", 0);\n}\n\n", out);
    fprintf(out, "static inline cclb_%ss cclb_read_%ss_(const uint8_t *record, int at)\n{\n", name, name);
    fprintf(out, "    cclb_%ss array;\n    array.records = cclb_read_array_(record + at, ", name);
    kit_print_column(out, &sizes);
    fputs(", &array.count);\n    return array;\n}\n\n", out);
}

void kit_print_readers(FILE *out)
{
    const struct wire_type *type;
    for (size_t index = 0; (type = wire_type_at(index)) != NULL; index++) {
        if (kit_is_read(type)) {
            print_reader(out, type);
        }
        if (kit_in_arrays(type, false)) {
            print_array_reader(out, type);
        }
    }
}
