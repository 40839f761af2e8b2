/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_lines.h - bytes line by line, as event streams have them: LF, CRLF or CR ends a line.
 *
 * Takes linear time for all of the bytes, whichever of the three they use and how they mix them.
 */
#ifndef HOOKS_SSE_LINES_H
#define HOOKS_SSE_LINES_H

#include "cclb/bytes.h"

/* One line, or what there is of the last one. */
struct sse_line {
    cclb_bytes text; /* without its end */
    size_t end_len;  /* 1: LF or CR, 2: CRLF; 0: the bytes end before the line does */
};

struct sse_lines {
    cclb_bytes bytes;
    size_t at; /* where the next line begins */
    size_t lf; /* the first one that is not before the line given last, or bytes.len; likewise cr */
    size_t cr;
};

/* Starts at the first of the bytes, which must outlive it. */
void sse_lines_init(struct sse_lines *lines, cclb_bytes bytes);

/* The next line; false, and *line alone, where no byte is left. A CR as the last byte ends its line. */
bool sse_lines_next(struct sse_lines *lines, struct sse_line *line);

/*
 * Whether a line is the field of that name, with its value: what follows the colon but for one space, or nothing
 * ("Interpreting an event stream": field names are compared literally).
 */
bool sse_line_is_field(cclb_bytes text, cclb_bytes name, cclb_bytes *value);

#endif
