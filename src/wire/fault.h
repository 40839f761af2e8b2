/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.h - why a message cannot be written or an archive cannot be read, and in which field.
 *
 * The codec knows nothing of cclb_error, because it is also compiled into plugins that have no printf. It fills one
 * of these on failure only: the innermost function sets the kind, each caller on the way out adds the name of its
 * field, so a success costs nothing. wire.c turns it into words.
 */
#ifndef WIRE_FAULT_H
#define WIRE_FAULT_H

#include "wire/raw.h"

enum wire_fault_kind {
    WIRE_FAULT_TOO_LARGE, /* the archive would pass WIRE_SIZE_MAX */
    WIRE_FAULT_TOO_SHORT, /* fewer bytes than the root has */
    WIRE_FAULT_RANGE,     /* a box points outside the bytes that are still free for data */
    WIRE_FAULT_ALIGNMENT, /* a record lies where its type may not */
    WIRE_FAULT_TEXT,      /* text that is not UTF-8 */
    WIRE_FAULT_VARIANT    /* a tag or kind that no variant has */
};

/* The deepest path is root, variant's record, array, field; one more is kept for a form to come. */
enum { WIRE_FAULT_STEPS = 6 };

#define WIRE_NO_INDEX SIZE_MAX

struct wire_fault_step {
    const char *name;
    size_t index; /* of the element, if the field is an array and the fault lies inside one; else WIRE_NO_INDEX */
};

struct wire_fault {
    enum wire_fault_kind kind;
    size_t offset; /* in the archive: of the box, tag or record at fault, or of the first byte that is not UTF-8 */
    size_t index;  /* of the element just left, for the next step */
    size_t depth;
    struct wire_fault_step steps[WIRE_FAULT_STEPS]; /* innermost first */
};

/* Starts a fault, or adds one step to its path. */
__attribute__((cold, noinline)) void fault_start(struct wire_fault *fault, enum wire_fault_kind kind, size_t offset);
__attribute__((cold, noinline)) void fault_step(struct wire_fault *fault, const char *name);

/* These three always return false, so that a failing function can end with them; inline, so that the compiler knows. */

/* Starts a fault. */
WIRE_INLINE bool wire_fault_set(struct wire_fault *fault, enum wire_fault_kind kind, size_t offset)
{
    fault_start(fault, kind, offset);
    return false;
}

/* Says which element of an array it lies in. */
WIRE_INLINE bool wire_fault_at(struct wire_fault *fault, size_t index)
{
    fault->index = index;
    return false;
}

/* Says which field (at last: which message) it lies in. */
WIRE_INLINE bool wire_fault_in(struct wire_fault *fault, const char *name)
{
    fault_step(fault, name);
    return false;
}

#endif
