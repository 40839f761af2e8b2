/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_schema.h - the contract's types, written a second time (spec/wire.md sections 1, 3 and 4).
 *
 * For the slow decoder and encoder, which prove the library's codec: the slow_* files share no code and no table with
 * src/. A type is described as section 4 lists it, names and kinds in order; no offset or size is written down.
 * They are worked out from the rules of section 3 each time somebody asks, so that the tables of section 4 and the
 * L lines of the vectors remain something to test against.
 */
#ifndef TESTS_SLOW_SCHEMA_H
#define TESTS_SLOW_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum slow_kind {
    SLOW_U16,
    SLOW_U32,
    SLOW_U64,
    SLOW_F64,
    SLOW_TEXT,
    SLOW_BYTES,
    SLOW_ARRAY,
    SLOW_OPTIONAL,
    SLOW_STRUCT,
    SLOW_ENUM,
} slow_kind;

/* A field exists from form W`since` on (0: in all). A list of fields ends at a field without a name. */
struct slow_field {
    const char *name;
    const struct slow_type *type;
    int since;
};

/* A list of variants ends at a variant without a name. */
struct slow_variant {
    const char *name;
    const struct slow_field *fields;
};

struct slow_type {
    slow_kind kind;
    const char *name;                    /* of a struct or an enum; NULL for the rest */
    const struct slow_type *of;          /* element of an array, payload of an optional */
    const struct slow_field *fields;     /* of a struct */
    const struct slow_variant *variants; /* of an enum */
    int since, until;                    /* the forms that have a struct or an enum; 0: no limit */
    bool root;                           /* a message, not only a part of one */
};

struct slow_form {
    int number;       /* n of Wn */
    const char *name; /* the wire crate's version */
};

/* All forms, oldest first, and all structs and enums. */
extern const struct slow_form slow_forms[];
extern const size_t slow_form_count;
extern const struct slow_type *const slow_types[];
extern const size_t slow_type_count;

/* The number of the form that the wire crate `name` has; 0 if there is none. */
int slow_form_number(const char *name);

/* Whether the form has the struct or enum. */
bool slow_form_has(int form, const struct slow_type *type);

/* The struct or enum of that name in that form; NULL if there is none. */
const struct slow_type *slow_type_named(const char *name, int form);

/* How many variants an enum has. */
size_t slow_variant_count(const struct slow_type *type);

enum { SLOW_FIELDS_MAX = 16 };

/* A field at its place. */
struct slow_place {
    const char *name;
    const struct slow_type *type;
    size_t offset;
};

/* The fields that one form has, in order, from the start of the record. */
struct slow_record {
    size_t count;
    struct slow_place places[SLOW_FIELDS_MAX];
    size_t end; /* first byte after the last field, before rounding up */
    size_t align;
};

/* The record of a struct, or of one variant of an enum (which begins with the tag byte). */
struct slow_record slow_struct_record(const struct slow_type *type, int form);
struct slow_record slow_variant_record(const struct slow_type *type, size_t variant, int form);

/* The size and alignment of any archived type. */
size_t slow_size(const struct slow_type *type, int form);
size_t slow_align(const struct slow_type *type, int form);

/* Both, of a struct or enum by name ("FilterRequest", "0.9.0"). False: that form has no such type. */
bool slow_layout(const char *type, const char *form, size_t *size, size_t *align);

#endif
