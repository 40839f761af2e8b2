/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.h - single values of a tree as values of C, and what is said of one that cannot be.
 *
 * A `place` on the stack for each level says where in the text we are; it becomes words ("$.candidates[2].name") only
 * when something is wrong. Every function returns CCLB_OK, or CCLB_BAD_INPUT or CCLB_NO_MEMORY with the error filled.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "base/arena.h"
#include "json/tree.h"

struct reading {
    struct arena *arena;
    cclb_error *error;
};

struct place {
    const struct place *outer; /* NULL: the root */
    const char *member;        /* NULL: an element */
    size_t index;
};

/* CCLB_BAD_INPUT: the path of the place, and what is wrong there. */
__attribute__((format(printf, 3, 4))) cclb_status read_refuse(const struct reading *reading, const struct place *place,
                                                              const char *format, ...);

/* "expected WORDS, found an array". */
cclb_status read_refuse_kind(const struct reading *reading, const struct place *place, const char *expected,
                             json_t *found);

/* `found` is none of the names that may stand here; NULL: it is missing. */
cclb_status read_refuse_name(const struct reading *reading, const struct place *place, json_t *found,
                             const char *const *names, size_t count);

/* The member that the place names is none of those that may be here; told with what it was meant to be, or all. */
cclb_status read_refuse_unknown(const struct reading *reading, const struct place *place, const char *const *names,
                                size_t count);

/* A string's text; it lives as long as the tree. */
cclb_bytes read_string(json_t *string);

/* A whole number from min to max; where numbers above TREE_INTEGER_MAX are allowed also as a string of digits. */
cclb_status read_integer(const struct reading *reading, const struct place *place, json_t *tree, uint64_t min,
                         uint64_t max, uint64_t *number);

/* A number, "NaN", "Infinity" or "-Infinity". */
cclb_status read_double(const struct reading *reading, const struct place *place, json_t *tree, double *number);

/* A string. It lives as long as the tree. */
cclb_status read_text(const struct reading *reading, const struct place *place, json_t *tree, cclb_bytes *text);

/* A string or {"base64": "..."}. They live as long as the tree and the arena. */
cclb_status read_bytes(const struct reading *reading, const struct place *place, json_t *tree, cclb_bytes *bytes);

#endif
