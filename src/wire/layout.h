/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout.h - every type of the wire as data: names, kinds, places in the C structs and in the archives of each form,
 * and what belongs to each hook. Expanded from the same tables as the codec, for whatever must treat all types alike:
 * decoding, JSON, schemas, vectors. Everything here is constant and lives for ever.
 */
#ifndef WIRE_LAYOUT_H
#define WIRE_LAYOUT_H

#include "cclb/hook.h"
#include "cclb/message.h"
#include "wire/fingerprint.h"
#include "wire/rows.h"

/* What a field holds, and the C type of the member at its value_offset. */
enum wire_kind {
    WIRE_U16,   /* uint16_t */
    WIRE_U32,   /* uint32_t */
    WIRE_U64,   /* uint64_t */
    WIRE_F64,   /* double */
    WIRE_TEXT,  /* cclb_bytes, UTF-8 */
    WIRE_BYTES, /* cclb_bytes */
    WIRE_SPANS, /* cclb_spans; bytes on the wire */
    WIRE_ARRAY, /* struct wire_items of `type` */
    WIRE_RECORD /* the struct of `type` */
};

/* What every array member (cclb_headers and its like) looks like. */
struct wire_items {
    const void *items;
    size_t count;
};

struct wire_field {
    const char *name;
    enum wire_kind kind;
    bool optional;
    const struct wire_type *type; /* of WIRE_ARRAY and WIRE_RECORD; else NULL */
    size_t value_offset;          /* in the C struct of the whole type */
    size_t present_offset;        /* of a bool there, if optional */
    int16_t at[CCLB_FORM_COUNT];  /* in the archived type, of the tag if optional; WIRE_ABSENT if the form lacks it */
};

struct wire_fields {
    const struct wire_field *items;
    size_t count;
};

struct wire_variant {
    const char *name;
    struct wire_fields fields;
};

/* A struct with fields, or an enum with variants: a uint32_t at offset 0 in C, one byte at offset 0 in archives. */
struct wire_type {
    const char *name; /* "FilterRequest" */
    size_t c_size;
    uint16_t size[CCLB_FORM_COUNT]; /* archived; 0 if the form lacks the type */
    uint8_t align[CCLB_FORM_COUNT];
    struct wire_fields fields;
    const struct wire_variant *variants; /* NULL for a struct */
    size_t variant_count;
    const struct wire_codec *codec; /* of a message; NULL for a record */
};

/* The one version of the wire that hooks of any form declare (spec/wire.md section 1). */
enum { WIRE_VERSION = 1 };

/* Type number `index`, or NULL behind the last. */
const struct wire_type *wire_type_at(size_t index);

/* The type of that name, or NULL. */
const struct wire_type *wire_type_by_name(cclb_bytes name);

static inline bool wire_type_in_form(const struct wire_type *type, cclb_form form)
{
    return form < CCLB_FORM_COUNT && type->size[form] != 0;
}

/* The size of a number, archived as in C, which is its alignment too; 0 for what is none. */
size_t wire_number_size(enum wire_kind kind);

/* Where the payload of an optional stands behind its tag: at its own alignment (spec/wire.md section 3). */
size_t wire_payload_offset(enum wire_kind kind);

/* What a hook is asked with, and what it answers; NULL for no hook, and for the unread answer of observe. */
const struct wire_type *wire_request_type(cclb_hook hook);
const struct wire_type *wire_answer_type(cclb_hook hook);

/* "cc_lb_filter", "cc_lb.schema.filter.v1" ...; NULL for no hook. */
const char *wire_export_name(cclb_hook hook);
const char *wire_section_name(cclb_hook hook);

#endif
