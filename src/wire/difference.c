/* SPDX-License-Identifier: Apache-2.0 */
/* difference.c - a walk over a request's type and the types of its fields, once each. */

#include "wire/difference.h"

#include <stdio.h>

struct words {
    char *text;
    size_t capacity;
    size_t used;
};

static void add(struct words *words, const char *before, const char *word)
{
    size_t room = words->capacity - words->used;
    int len = snprintf(words->text + words->used, room, "%s%s", before, word);
    if ((size_t)len < room) {
        words->used += (size_t)len;
        return;
    }
    if (words->capacity > sizeof "...") {
        snprintf(words->text + words->capacity - sizeof "...", sizeof "...", "...");
    }
    words->used = words->capacity - 1; /* full: nothing more fits */
}

static void add_surplus(struct words *words, const struct wire_type *type, cclb_form with, cclb_form without)
{
    bool first = true;
    for (size_t i = 0; i < type->fields.count; i++) {
        const struct wire_field *field = &type->fields.items[i];
        if (field->at[with] == WIRE_ABSENT || field->at[without] != WIRE_ABSENT) {
            continue;
        }
        if (first) {
            add(words, words->used > 0 ? "; " : "", type->name);
            add(words, " of ", cclb_form_name(with));
            add(words, " adds ", field->name);
        } else {
            add(words, ", ", field->name);
        }
        first = false;
    }
}

/* Types nest a few levels deep, and none holds itself. */
static void add_type(struct words *words, const struct wire_type *type, cclb_form from, cclb_form to)
{
    if (!wire_type_in_form(type, from) || !wire_type_in_form(type, to)) {
        return; /* the field that holds it tells */
    }
    add_surplus(words, type, to, from);
    add_surplus(words, type, from, to);
    for (size_t i = 0; i < type->fields.count; i++) {
        if (type->fields.items[i].type) {
            add_type(words, type->fields.items[i].type, from, to);
        }
    }
}

const char *wire_difference(cclb_hook hook, cclb_form from, cclb_form to, char *text, size_t capacity)
{
    struct words words = {text, capacity, 0};
    text[0] = '\0';
    if (cclb_form_has_hook(from, hook) && cclb_form_has_hook(to, hook)) {
        add_type(&words, wire_request_type(hook), from, to);
    }
    return text;
}
