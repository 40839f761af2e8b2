/* SPDX-License-Identifier: Apache-2.0 */
/* schema_types.h - the types that a hook's messages are made of, in all forms that are looked at. */
#ifndef CLI_SCHEMA_TYPES_H
#define CLI_SCHEMA_TYPES_H

#include "cclb/schema.h"

enum { SCHEMA_TYPES_MAX = 16 };

/* Bit 1 << form of each form that is looked at. */
typedef uint32_t schema_forms;

#define SCHEMA_FORMS_ALL ((UINT32_C(1) << CCLB_FORM_COUNT) - 1)

/* Names of types, without doubles: messages first, then what they hold, in the order of their fields. */
struct schema_types {
    const char *names[SCHEMA_TYPES_MAX];
    size_t count;
};

static inline bool schema_has_form(schema_forms forms, cclb_form form)
{
    return (forms >> form & 1) != 0;
}

/* The version of the wire crate that a form is ("0.9.0"), and the reference that speaks it ("0.3.0"), or NULL. */
const char *schema_crate(cclb_form form);
const char *schema_runtime(cclb_form form);

/* Gathers the types of a hook; none if no form has it. */
void schema_types_gather(cclb_hook hook, schema_forms forms, struct schema_types *types);

/* Whether a struct or variant has a field of that name in a form, and what it is there. */
bool schema_field_named(const char *type, size_t variant, const char *name, cclb_form form, cclb_schema_field *field);

#endif
