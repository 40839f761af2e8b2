/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - what the wire's types are called in C, and what can be asked of them. */

#include "kit.h"

#include <ctype.h>
#include <stdlib.h>

const cclb_form kit_forms[KIT_FORMS] = {CCLB_FORM_W2, CCLB_FORM_W6, CCLB_FORM_W8, CCLB_FORM_W9};

struct type_words {
    const char *type;
    const char *name;
    const char *prefix;
    const char *words;
};

struct field_words {
    const char *type;
    const char *field;
    const char *words;
};

#define TYPE(type, name, prefix, words) {#type, #name, prefix, words},
#define FIELD(type, field, words)
static const struct type_words type_table[] = {
#include "words.def"
};
#undef TYPE
#undef FIELD

#define TYPE(type, name, prefix, words)
#define FIELD(type, field, words) {#type, #field, words},
static const struct field_words field_table[] = {
#include "words.def"
};
#undef TYPE
#undef FIELD

void kit_fail(const char *what, const char *detail)
{
    fprintf(stderr, "kit: %s: %s\n", what, detail);
    exit(1);
}

static const struct type_words *words_of(const struct wire_type *type)
{
    for (size_t i = 0; i < sizeof type_table / sizeof type_table[0]; i++) {
        if (strcmp(type_table[i].type, type->name) == 0) {
            return &type_table[i];
        }
    }
    kit_fail("guest/kit/words.def has no row for a type", type->name);
}

const char *kit_name(const struct wire_type *type)
{
    return words_of(type)->name;
}

const char *kit_prefix(const struct wire_type *type)
{
    return words_of(type)->prefix;
}

const char *kit_words(const struct wire_type *type)
{
    return words_of(type)->words;
}

const char *kit_field_words(const struct wire_type *type, const char *field)
{
    for (size_t i = 0; i < sizeof field_table / sizeof field_table[0]; i++) {
        if (strcmp(field_table[i].type, type->name) == 0 && strcmp(field_table[i].field, field) == 0) {
            return field_table[i].words;
        }
    }
    return NULL;
}

const char *kit_snake(const char *name, bool upper)
{
    static char text[64];
    size_t len = 0;
    for (const char *at = name; *at != '\0' && len + 2 < sizeof text; at++) {
        if (isupper((unsigned char)*at) && at != name) {
            text[len++] = '_';
        }
        text[len++] = (char)(upper ? toupper((unsigned char)*at) : tolower((unsigned char)*at));
    }
    text[len] = '\0';
    return text;
}

struct kit_column kit_places(const struct wire_field *field)
{
    struct kit_column column;
    for (size_t i = 0; i < KIT_FORMS; i++) {
        column.at[i] = field->at[kit_forms[i]];
    }
    return column;
}

/* A form without the type has no use for its size; the size in another keeps the column plain. */
struct kit_column kit_sizes(const struct wire_type *type)
{
    struct kit_column column;
    int known = 0;
    for (size_t i = 0; i < KIT_FORMS; i++) {
        int size = type->size[kit_forms[i]];
        known = size != 0 ? size : known;
        column.at[i] = size;
    }
    for (size_t i = 0; i < KIT_FORMS; i++) {
        column.at[i] = column.at[i] != 0 ? column.at[i] : known;
    }
    return column;
}

void kit_print_column(FILE *out, const struct kit_column *column)
{
    const int *at = column->at;
    if (at[0] == at[1] && at[1] == at[2] && at[2] == at[3]) {
        fprintf(out, "%d", at[0]);
    } else {
        fprintf(out, "CCLB_BY_FORM_(%d, %d, %d, %d)", at[0], at[1], at[2], at[3]);
    }
}

size_t kit_groups(const struct wire_type *type)
{
    return type->variants ? type->variant_count : 1;
}

struct wire_fields kit_fields(const struct wire_type *type, size_t variant)
{
    return type->variants ? type->variants[variant].fields : type->fields;
}

bool kit_has_union(const struct wire_type *type)
{
    size_t with_fields = 0;
    for (size_t i = 0; type->variants && i < type->variant_count; i++) {
        with_fields += type->variants[i].fields.count > 0;
    }
    return with_fields > 1;
}

/* Whether `type` is `root`, or is in it. */
static bool is_in(const struct wire_type *root, const struct wire_type *type)
{
    if (root == NULL || root == type) {
        return root != NULL;
    }
    for (size_t group = 0; group < kit_groups(root); group++) {
        struct wire_fields fields = kit_fields(root, group);
        for (size_t i = 0; i < fields.count; i++) {
            if (is_in(fields.items[i].type, type)) {
                return true;
            }
        }
    }
    return false;
}

bool kit_is_read(const struct wire_type *type)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (is_in(wire_request_type(hook), type)) {
            return true;
        }
    }
    return false;
}

bool kit_is_written(const struct wire_type *type)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (is_in(wire_answer_type(hook), type)) {
            return true;
        }
    }
    return false;
}

/* Whether a field is an array of such elements. */
static bool is_array_of(const struct wire_field *field, const struct wire_type *element)
{
    return field->kind == WIRE_ARRAY && field->type == element;
}

bool kit_in_arrays(const struct wire_type *element, bool written)
{
    const struct wire_type *type;
    for (size_t index = 0; (type = wire_type_at(index)) != NULL; index++) {
        bool wanted = written ? kit_is_written(type) : kit_is_read(type);
        for (size_t group = 0; wanted && group < kit_groups(type); group++) {
            struct wire_fields fields = kit_fields(type, group);
            for (size_t i = 0; i < fields.count; i++) {
                if (is_array_of(&fields.items[i], element)) {
                    return true;
                }
            }
        }
    }
    return false;
}
