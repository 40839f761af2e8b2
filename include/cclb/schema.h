/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema.h - the contract as data: what each hook is asked with and answers with, in each form.
 *
 * For generators, documentation and tools that look into archives. These are the tables from which the codec itself is
 * made (spec/wire.md sections 3, 4 and 7). Offsets and sizes are those of archives, in bytes, not those of the structs
 * in cclb/message.h.
 *
 * Every function here may be called from any thread, and neither blocks nor allocates. All texts are static.
 */
#ifndef CCLB_SCHEMA_H
#define CCLB_SCHEMA_H

#include "cclb/hook.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A hook in one form. */
typedef struct cclb_schema_hook {
    const char *export_name; /* the function that a module exports for it */
    const char *section;     /* the custom section with its fingerprint */
    unsigned wire_version;   /* what the metadata declares */
    const uint8_t
        *fingerprint;    /* of the request's descriptor, CCLB_FINGERPRINT_SIZE bytes (cclb/admission.h); static */
    const char *request; /* the name of a message type */
    const char *answer;  /* likewise; NULL for observe, whose answer has no type */
} cclb_schema_hook;

/* A type in one form: a struct with fields, or an enum with variants that have fields. */
typedef struct cclb_schema_type {
    const char *name;
    cclb_form form;
    unsigned size; /* of a record, the fixed part; what boxes point to comes on top */
    unsigned align;
    size_t variant_count;       /* 0 for a struct */
    const char *descriptor;     /* the text that is hashed, or NULL: the contract has none for this type */
    const uint8_t *fingerprint; /* its hash; NULL without one */
} cclb_schema_type;

/* A field of a struct, or of a variant. */
typedef struct cclb_schema_field {
    const char *name;
    const char *type; /* "u16", "u32", "u64", "f64", "text", "bytes", or the name of a type */
    bool is_type;     /* `type` is one that cclb_schema_type_find knows */
    bool is_array;    /* any number of them */
    bool is_optional;
    unsigned offset; /* in the record; of the tag, if it is optional */
    unsigned size;   /* of what stands there: an array, text or bytes are boxes of 8 bytes */
} cclb_schema_field;

/* Fills *schema with what a hook is in a form. False, and *schema alone, if the form lacks the hook. */
CCLB_API CCLB_MUST_CHECK bool cclb_schema_hook_find(cclb_hook hook, cclb_form form, cclb_schema_hook *schema);

/* Fills *type with the type of that name ("FilterRequest", "Header"). False, and *type alone, if the form lacks it. */
CCLB_API CCLB_MUST_CHECK bool cclb_schema_type_find(cclb_bytes name, cclb_form form, cclb_schema_type *type);

/* The name of variant number `variant`, which is its tag in archives; NULL behind the last, and for a struct. */
CCLB_API const char *cclb_schema_variant_name(const cclb_schema_type *type, size_t variant);

/*
 * Fills *field with field number `index`, in the order of declaration, of a struct (`variant` is 0) or of a variant,
 * counting those that the form has. False, and *field alone, behind the last.
 */
CCLB_API CCLB_MUST_CHECK bool cclb_schema_field_at(const cclb_schema_type *type, size_t variant, size_t index,
                                                   cclb_schema_field *field);

#ifdef __cplusplus
}
#endif

#endif
