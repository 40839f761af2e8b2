/* SPDX-License-Identifier: Apache-2.0 */
/* gaps.c - every byte that a field reaches is noted, and the others are cleared. Recursion goes as deep as the types. */

#include "wire/gaps.h"

#include "wire/raw.h"

struct walk {
    cclb_form form;
    const uint8_t *archive;
    bool *reached; /* one for each byte */
};

static void reach(const struct walk *walk, const uint8_t *at, size_t size)
{
    if (size > 0) {
        memset(walk->reached + (at - walk->archive), true, size);
    }
}

static void walk_type(const struct walk *walk, const struct wire_type *type, const uint8_t *record);

static void walk_array(const struct walk *walk, const struct wire_type *type, cclb_bytes box)
{
    for (size_t i = 0; i < box.len; i++) { /* a box counts elements */
        walk_type(walk, type, box.data + i * type->size[walk->form]);
    }
}

static void walk_value(const struct walk *walk, const struct wire_field *field, const uint8_t *at)
{
    cclb_bytes box;
    switch (field->kind) {
    case WIRE_U16:
    case WIRE_U32:
    case WIRE_U64:
    case WIRE_F64:
        reach(walk, at, wire_number_size(field->kind));
        break;
    case WIRE_TEXT:
    case WIRE_BYTES:
    case WIRE_SPANS:
        box = raw_box(at);
        reach(walk, at, WIRE_BOX_SIZE);
        reach(walk, box.data, box.len);
        break;
    case WIRE_ARRAY:
        reach(walk, at, WIRE_BOX_SIZE);
        walk_array(walk, field->type, raw_box(at));
        break;
    case WIRE_RECORD:
        walk_type(walk, field->type, at);
        break;
    }
}

static void walk_fields(const struct walk *walk, const struct wire_fields *fields, const uint8_t *record)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct wire_field *field = &fields->items[i];
        if (field->at[walk->form] == WIRE_ABSENT) {
            continue;
        }
        const uint8_t *at = record + field->at[walk->form];
        bool present = true;
        if (field->optional) {
            present = *at == 1;
            reach(walk, at, 1);
            at += wire_payload_offset(field->kind);
        }
        if (present) {
            walk_value(walk, field, at);
        }
    }
}

static void walk_type(const struct walk *walk, const struct wire_type *type, const uint8_t *record)
{
    if (type->variants == NULL) {
        walk_fields(walk, &type->fields, record);
        return;
    }
    reach(walk, record, 1);
    walk_fields(walk, &type->variants[record[0]].fields, record);
}

bool wire_clear_gaps(const struct wire_type *type, cclb_form form, uint8_t *archive, size_t len, struct arena *arena,
                     bool *found)
{
    const struct walk walk = {.form = form, .archive = archive, .reached = arena_array(arena, len, sizeof(bool))};
    if (walk.reached == NULL) {
        return false;
    }
    *found = false;
    walk_type(&walk, type, archive + (len - type->size[form]));
    for (size_t i = 0; i < len; i++) {
        if (!walk.reached[i]) {
            *found = *found || archive[i] != 0;
            archive[i] = 0;
        }
    }
    return true;
}
