/* SPDX-License-Identifier: Apache-2.0 */
/* capsule_members.h - what stands in a capsule and where in the struct, for writing and for reading. */
#ifndef JSON_CAPSULE_MEMBERS_H
#define JSON_CAPSULE_MEMBERS_H

#include "cclb/bytes.h"

/* What a member holds. From CAPSULE_NAMES on it is an enum of the library, by name. */
enum capsule_kind {
    CAPSULE_VERSION, /* in the text alone */
    CAPSULE_BOOL,
    CAPSULE_U32,
    CAPSULE_U64,
    CAPSULE_OFFSET,  /* uint64_t; null is CCLB_NO_OFFSET */
    CAPSULE_TEXT,    /* cclb_bytes */
    CAPSULE_MESSAGE, /* char[CCLB_MESSAGE_SIZE] */
    CAPSULE_DIGEST,  /* uint8_t[32] */
    CAPSULE_MASKED,  /* the list of texts, in two members of the struct */
    CAPSULE_INPUT,   /* the bytes and whether they are there, likewise */
    CAPSULE_OBJECT,  /* members of its own, in the same struct */
    CAPSULE_NAMES,
    CAPSULE_HOOK = CAPSULE_NAMES,
    CAPSULE_FORM,
    CAPSULE_REFERENCE,
    CAPSULE_ISOLATION,
    CAPSULE_RESET,
    CAPSULE_STATUS,
    CAPSULE_PHASE,
    CAPSULE_TRAP
};

struct capsule_member {
    const char *name;
    enum capsule_kind kind;
    size_t offset;                        /* in cclb_capsule_info */
    const struct capsule_member *members; /* of CAPSULE_OBJECT */
    size_t count;
};

enum { CAPSULE_MEMBERS_MAX = 20 };

/* The whole object. */
extern const struct capsule_member capsule_root;

/* The name of a value of a kind from CAPSULE_NAMES on; "" for what is none. */
const char *capsule_name(enum capsule_kind kind, uint32_t value);

/* One more than the largest value of such a kind that has a name. */
uint32_t capsule_name_end(enum capsule_kind kind);

#endif
