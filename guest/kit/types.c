/* SPDX-License-Identifier: Apache-2.0 */
/* types.c - the structs that authors see. */

#include "kit.h"

#include <stdarg.h>
#include <stdlib.h>

enum { WIDTH = 120, MEMBERS_MAX = 32 };

/* A comment of one line, or of several that end before column WIDTH. */
static void print_comment(FILE *out, const char *words)
{
    if (strlen(words) + strlen("/*  */") <= WIDTH) {
        fprintf(out, "/* %s */\n", words);
        return;
    }
    fputs("/*\n *", out);
    size_t column = 2;
    for (const char *word = words; *word != '\0';) {
        size_t len = strcspn(word, " ");
        if (column + 1 + len > WIDTH) {
            fputs("\n *", out);
            column = 2;
        }
        fprintf(out, " %.*s", (int)len, word);
        column += 1 + len;
        word += len + strspn(word + len, " ");
    }
    fputs("\n */\n", out);
}

/* What a field holds, in C. */
static void print_field_type(FILE *out, const struct wire_field *field, bool written)
{
    const char *optional = field->optional ? "cclb_optional_" : "";
    switch (field->kind) {
    case WIRE_U16:
        fputs("uint16_t", out);
        return;
    case WIRE_U32:
        fputs("uint32_t", out);
        return;
    case WIRE_U64:
        fputs(field->optional ? "cclb_optional_u64" : "uint64_t", out);
        return;
    case WIRE_F64:
        fputs("double", out);
        return;
    case WIRE_TEXT:
    case WIRE_BYTES:
        fprintf(out, "%sbytes", field->optional ? optional : "cclb_");
        return;
    case WIRE_SPANS:
        fputs(written ? "cclb_bytes_list" : "cclb_bytes", out);
        return;
    case WIRE_ARRAY:
        fprintf(out, written ? "cclb_%s_list" : "cclb_%ss", kit_name(field->type));
        return;
    case WIRE_RECORD:
        fprintf(out, "cclb_%s", kit_name(field->type));
        return;
    }
}

/* Appends to a list of remarks that commas part. */
__attribute__((format(printf, 2, 3))) static void remark(FILE *out, const char *format, ...)
{
    fputs(ftell(out) > 0 ? ", " : "", out);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(out, format, arguments);
    va_end(arguments);
}

/* What the comment of a field says, by its tables and by words.def; free(). */
static char *field_remarks(const struct wire_type *type, const struct wire_field *field)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        kit_fail("no memory for a comment", field->name);
    }
    if (field->kind == WIRE_TEXT) {
        remark(out, "text");
    } else if (field->kind == WIRE_BYTES || field->kind == WIRE_SPANS) {
        remark(out, "bytes");
    }
    const char *words = kit_field_words(type, field->name);
    if (words) {
        remark(out, "%s", words);
    }
    struct kit_column places = kit_places(field);
    for (size_t i = 1; i < KIT_FORMS; i++) {
        if (places.at[i - 1] == WIRE_ABSENT && places.at[i] != WIRE_ABSENT) {
            remark(out, "from %s on", cclb_form_name(kit_forms[i]));
        }
    }
    fclose(out);
    return text;
}

/* One member a line, and the remarks of all under each other. The strings are owned. */
struct member {
    bool flagged; /* whether it is there is said in a member before it */
    const char *name;
    char *declaration;
    char *remarks;
};

static struct member member_of(const struct wire_type *type, const struct wire_field *field)
{
    /* Other optionals have a type that says it. */
    bool flagged = field->kind == WIRE_U16 || field->kind == WIRE_ARRAY || field->kind == WIRE_SPANS;
    struct member member = {.flagged = field->optional && flagged, .name = field->name};
    size_t size = 0;
    FILE *out = open_memstream(&member.declaration, &size);
    if (out == NULL) {
        kit_fail("no memory for a member", field->name);
    }
    print_field_type(out, field, kit_is_written(type));
    fprintf(out, " %s;", field->name);
    fclose(out);
    member.remarks = field_remarks(type, field);
    return member;
}

static struct member kind_of(const struct wire_type *type)
{
    struct member member = {.name = "kind", .declaration = strdup("uint32_t kind;")};
    if (member.declaration == NULL || asprintf(&member.remarks, "cclb_%s_kind", kit_name(type)) < 0) {
        kit_fail("no memory for a member", type->name);
    }
    return member;
}

/* Prints members and lets go of them. */
static void print_members(FILE *out, struct member *members, size_t count, const char *indent)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(members[i].declaration);
        width = *members[i].remarks && len > width ? len : width;
    }
    for (size_t i = 0; i < count; i++) {
        if (members[i].flagged) {
            fprintf(out, "%sbool has_%s;\n", indent, members[i].name);
        }
        if (*members[i].remarks) {
            fprintf(out, "%s%-*s /* %s */\n", indent, (int)width, members[i].declaration, members[i].remarks);
        } else {
            fprintf(out, "%s%s\n", indent, members[i].declaration);
        }
        free(members[i].declaration);
        free(members[i].remarks);
    }
}

/* Adds the fields of a variant, or of a struct, to some members; their number. */
static size_t add_fields(struct member *members, size_t count, const struct wire_type *type, size_t group)
{
    struct wire_fields fields = kit_fields(type, group);
    if (fields.count > MEMBERS_MAX - count) {
        kit_fail("a type has more fields than guest/kit/types.c takes", type->name);
    }
    for (size_t i = 0; i < fields.count; i++) {
        members[count++] = member_of(type, &fields.items[i]);
    }
    return count;
}

static void print_kinds(FILE *out, const struct wire_type *type)
{
    fprintf(out, "typedef enum cclb_%s_kind {\n", kit_name(type));
    for (size_t i = 0; i < type->variant_count; i++) {
        fprintf(out, "    CCLB_%s_%s%s\n", kit_prefix(type), kit_snake(type->variants[i].name, true),
                i + 1 < type->variant_count ? "," : "");
    }
    fprintf(out, "} cclb_%s_kind;\n\n", kit_name(type));
}

/* The variants of which only one is filled in at a time. */
static void print_union(FILE *out, const struct wire_type *type)
{
    struct member members[MEMBERS_MAX];
    fputs("    union {\n", out);
    for (size_t group = 0; group < kit_groups(type); group++) {
        fputs("        struct {\n", out);
        print_members(out, members, add_fields(members, 0, type, group), "            ");
        fprintf(out, "        } %s;\n", kit_snake(type->variants[group].name, false));
    }
    fputs("    } as;\n", out);
}

static void print_struct(FILE *out, const struct wire_type *type)
{
    struct member members[MEMBERS_MAX];
    size_t count = 0;
    print_comment(out, kit_words(type));
    fprintf(out, "typedef struct cclb_%s {\n", kit_name(type));
    if (type->variants) {
        members[count++] = kind_of(type);
    }
    for (size_t group = 0; group < kit_groups(type) && !kit_has_union(type); group++) {
        count = add_fields(members, count, type, group);
    }
    print_members(out, members, count, "    ");
    if (kit_has_union(type)) {
        print_union(out, type);
    }
    fprintf(out, "} cclb_%s;\n\n", kit_name(type));
}

/* What arrays of a type look like: in a request, and in an answer. */
static void print_arrays(FILE *out, const char *name, bool read, bool written)
{
    if (read) {
        fprintf(out, "/* An array in a request; cclb_%s_at reads it. */\n", name);
        fprintf(out, "typedef struct cclb_%ss {\n    const uint8_t *records;\n    size_t count;\n} cclb_%ss;\n\n", name,
                name);
    }
    if (written) {
        fprintf(out, "/* An array in an answer, empty when zeroed; cclb_%s_list_add makes it longer. */\n", name);
        fprintf(out,
                "typedef struct cclb_%s_list {\n    cclb_%s *items;\n    size_t count;\n    size_t capacity;\n"
                "} cclb_%s_list;\n\n",
                name, name, name);
    }
}

void kit_print_types(FILE *out)
{
    const struct wire_type *type;
    for (size_t index = 0; (type = wire_type_at(index)) != NULL; index++) {
        if (type->variants) {
            print_kinds(out, type);
        }
        print_struct(out, type);
        print_arrays(out, kit_name(type), kit_in_arrays(type, false), kit_in_arrays(type, true));
    }
}
