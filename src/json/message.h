/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - messages between JSON and C structs, for every type and form alike, driven by wire/layout.h.
 */
#ifndef JSON_MESSAGE_H
#define JSON_MESSAGE_H

#include "base/arena.h"
#include "wire/layout.h"
#include "json/tree.h"

/*
 * Fills *message, a zeroed C struct of `type`, from a tree. Text and bytes are borrowed from the tree or lie in the arena.
 * Strict: every member that the form has must be there (a missing or null optional is absent), and no other. CCLB_BAD_INPUT
 * with the path of what is wrong, CCLB_NO_MEMORY.
 */
cclb_status message_read(const struct wire_type *type, cclb_form form, json_t *tree, struct arena *arena, void *message,
                         cclb_error *error);

/* A tree of *message with the members that the form has, in the wire's order; NULL if there is no memory. */
json_t *message_tree(const struct wire_type *type, cclb_form form, const void *message);

#endif
