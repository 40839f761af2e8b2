/* SPDX-License-Identifier: Apache-2.0 */
/* schema_text.h - the contract of hooks as tables for people, and as JSON for tools (docs/json.md). */
#ifndef CLI_SCHEMA_TEXT_H
#define CLI_SCHEMA_TEXT_H

#include "emit.h"
#include "schema_types.h"

/* Every hook in every form, by the first bytes of its fingerprint, and whose forms these are. */
void schema_print_overview(FILE *out);

/* A hook's messages and what they are made of, in the forms that are looked at. */
void schema_print_hook(FILE *out, cclb_hook hook, schema_forms forms);

/* One hook as an element of the open array; without its types, if these are not wanted. */
void schema_emit_hook(struct emitter *emitter, cclb_hook hook, schema_forms forms, bool with_types);

#endif
