/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.h - the names of the contract: hooks, wire forms, reference runtimes.
 *
 * A form is one published set of hooks, message layouts and metadata rules (spec/wire.md section 1). A reference is
 * one published runtime; choosing it chooses whose rules hold where published versions differ.
 *
 * Every function here may be called from any thread, and neither blocks nor allocates. What is returned is static.
 */
#ifndef CCLB_HOOK_H
#define CCLB_HOOK_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The hooks, in probing order. The table is cclb/hook.def. */
typedef enum cclb_hook {
#define HOOK(NAME, name) CCLB_HOOK_##NAME,
#include "cclb/hook.def"
#undef HOOK
    CCLB_HOOK_COUNT,
    CCLB_HOOK_NONE = 255
} cclb_hook;

/* Room for hooks in structs that cross the library's border, so that a new hook does not move their other members. */
enum { CCLB_HOOKS_MAX = 8 };

/* The forms, oldest first: CCLB_FORM_W2 ... CCLB_FORM_W9. The table is cclb/form.def. */
typedef enum cclb_form {
#define FORM(number, crate, kit) CCLB_FORM_W##number,
#include "cclb/form.def"
#undef FORM
    CCLB_FORM_COUNT,
    CCLB_FORM_NONE = 255
} cclb_form;

/* Whose rules hold. CCLB_REFERENCE_ANY: the newest published runtime that would take the module. */
typedef enum cclb_reference {
    CCLB_REFERENCE_ANY,
#define REFERENCE(NAME, version, form, aliases) CCLB_REFERENCE_##NAME,
#include "cclb/reference.def"
#undef REFERENCE
    CCLB_REFERENCE_COUNT
} cclb_reference;

/* The name of a hook: "filter" ...; "" for CCLB_HOOK_NONE and what is none; never NULL. */
CCLB_API const char *cclb_hook_name(cclb_hook hook);

/* The hook of that name, or CCLB_HOOK_NONE. */
CCLB_API cclb_hook cclb_hook_from_name(cclb_bytes name);

/* The name of a form: "W2" ...; "" for CCLB_FORM_NONE and what is none; never NULL. */
CCLB_API const char *cclb_form_name(cclb_form form);

/* The form of that name ("W9") or of that wire crate version ("0.9.0"), or CCLB_FORM_NONE. */
CCLB_API cclb_form cclb_form_from_name(cclb_bytes name);

/* The version of the guest kit that makes this form ("0.2.0"), or NULL if no kit ever did. */
CCLB_API const char *cclb_form_kit(cclb_form form);

/* Whether a form has a hook (spec/wire.md section 1); false for what is no form or no hook. */
CCLB_API bool cclb_form_has_hook(cclb_form form, cclb_hook hook);

/* The name of a reference: "any", "0.1.1" ...; "" for what is none; never NULL. */
CCLB_API const char *cclb_reference_name(cclb_reference reference);

/*
 * The reference of that name ("any") or version, aliases included ("0.2.0" is 0.3.0); false, and *reference alone, if
 * there is none.
 */
CCLB_API CCLB_MUST_CHECK bool cclb_reference_from_name(cclb_bytes name, cclb_reference *reference);

/* The form in which a reference talks to plugins; CCLB_FORM_NONE for CCLB_REFERENCE_ANY and what is none. */
CCLB_API cclb_form cclb_reference_form(cclb_reference reference);

#ifdef __cplusplus
}
#endif

#endif
