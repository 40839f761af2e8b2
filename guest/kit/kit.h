/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kit.h - how guest/cclb_plugin.h is made: its parts in guest/kit/parts, written by hand, and between them what is
 * printed from the tables of src/wire, so that no layout stands anywhere twice (docs/adr/0014-guest-kit.md).
 */
#ifndef KIT_KIT_H
#define KIT_KIT_H

#include "wire/layout.h"

#include <stdio.h>

/* The forms that kits made plugins for, which are the ones that the header serves, oldest first. */
enum { KIT_FORMS = 4 };
extern const cclb_form kit_forms[KIT_FORMS];

/* A number for each of kit_forms: the place of a field, WIRE_ABSENT where there is none, or the size of a type. */
struct kit_column {
    int at[KIT_FORMS];
};

struct kit_column kit_places(const struct wire_field *field);
struct kit_column kit_sizes(const struct wire_type *type);

/* Prints a number for each form: itself where all are equal, else a choice that the preprocessor makes. */
void kit_print_column(FILE *out, const struct kit_column *column);

/* A type's C name without cclb_, the beginning of its constants, what is said of it. Ends the program if unknown. */
const char *kit_name(const struct wire_type *type);
const char *kit_prefix(const struct wire_type *type);
const char *kit_words(const struct wire_type *type);

/* What is said of a field, or NULL. */
const char *kit_field_words(const struct wire_type *type, const char *field);

/* "RequestStarted" as request_started or, with `upper`, as REQUEST_STARTED; lives until the next call. */
const char *kit_snake(const char *name, bool upper);

/* Whether a plugin reads values of this type, which come in requests, or writes them, which go into answers. */
bool kit_is_read(const struct wire_type *type);
bool kit_is_written(const struct wire_type *type);

/* Whether arrays of a type stand in what plugins read, or with `written` in what they write. */
bool kit_in_arrays(const struct wire_type *element, bool written);

/* Whether several variants have fields, so that they stand in a union. */
bool kit_has_union(const struct wire_type *type);

/* A variant's fields, or a struct's own for variant 0 of a type without variants; how many such there are. */
struct wire_fields kit_fields(const struct wire_type *type, size_t variant);
size_t kit_groups(const struct wire_type *type);

/* What is printed, in the order of the header. */
void kit_print_hook_choice(FILE *out);
void kit_print_types(FILE *out);
void kit_print_prototypes(FILE *out);
void kit_print_lists(FILE *out);
void kit_print_readers(FILE *out);
void kit_print_writers(FILE *out);
void kit_print_exports(FILE *out);
void kit_print_sections(FILE *out);

/* Says what is wrong with the tables, and ends the program. */
_Noreturn void kit_fail(const char *what, const char *detail);

#endif
