/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_vectors.h - the lines about layouts and archives (L, E, A, X, P) of the vector file (spec/wire.md section 11).
 *
 * A test's own reader of the file, so that the library's runner (cclb/vectors.h) is not what vouches for itself. A
 * file that cannot be read, or a line of these kinds that is malformed, ends the program with a message.
 */
#ifndef TESTS_WIRE_VECTORS_H
#define TESTS_WIRE_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An L line: L T@V size align fields */
struct wire_layout_case {
    size_t line;
    const char *type;
    const char *form;
    size_t size, align;
    const char *fields;
};

/* An E, A, X or P line, as a statement about reading: `archive` at `misalign` as type@form gives the verdict. */
struct wire_archive_case {
    size_t line;
    char kind;
    const char *name; /* of an E or X line; of a P line the crate and its version; else NULL */
    const char *hook; /* of a P line, else NULL */
    const char *type;
    const char *form;       /* of the reader */
    const char *written_as; /* the writer's form in an X line, else the same as form */
    size_t misalign;
    uint8_t *archive;
    size_t archive_len;
    bool accepted;
    uint8_t *value; /* NULL if not accepted */
    size_t value_len;
};

struct wire_vectors {
    char *text; /* which the names point into */
    struct wire_layout_case *layouts;
    size_t layout_count;
    struct wire_archive_case *archives;
    size_t archive_count;
};

/* Whether the line (E, P) shows what the writer makes of a value, not only what a reader thinks of bytes. */
static inline bool wire_case_is_encoding(const struct wire_archive_case *line)
{
    return line->kind == 'E' || line->kind == 'P';
}

/* Reads the file; the caller deinits. */
void wire_vectors_init(struct wire_vectors *vectors, const char *path);
void wire_vectors_deinit(struct wire_vectors *vectors);

#endif
