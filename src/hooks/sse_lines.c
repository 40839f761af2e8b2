/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_lines.c - the next LF and the next CR are each looked for once and remembered. Looking for both at every line would
 * be quadratic where one of them is rare, which is every stream there is.
 */

#include "hooks/sse_lines.h"

static size_t find(const struct sse_lines *lines, int character)
{
    size_t left = lines->bytes.len - lines->at;
    const uint8_t *found = left > 0 ? memchr(lines->bytes.data + lines->at, character, left) : NULL;
    return found ? (size_t)(found - lines->bytes.data) : lines->bytes.len;
}

void sse_lines_init(struct sse_lines *lines, cclb_bytes bytes)
{
    *lines = (struct sse_lines){.bytes = bytes};
    lines->lf = find(lines, '\n');
    lines->cr = find(lines, '\r');
}

bool sse_lines_next(struct sse_lines *lines, struct sse_line *line)
{
    size_t len = lines->bytes.len;
    if (lines->at == len) {
        return false;
    }
    if (lines->lf < lines->at) {
        lines->lf = find(lines, '\n');
    }
    if (lines->cr < lines->at) {
        lines->cr = find(lines, '\r');
    }
    size_t end = lines->lf < lines->cr ? lines->lf : lines->cr;
    line->text = cclb_bytes_of(lines->bytes.data + lines->at, end - lines->at);
    line->end_len = end == len ? 0 : end + 1 == lines->lf && lines->lf < len ? 2 : 1;
    lines->at = end + line->end_len;
    return true;
}

bool sse_line_is_field(cclb_bytes text, cclb_bytes name, cclb_bytes *value)
{
    if (text.len < name.len || memcmp(text.data, name.data, name.len) != 0) {
        return false;
    }
    size_t at = name.len;
    if (at < text.len) {
        if (text.data[at] != ':') {
            return false;
        }
        at++;
        at += at < text.len && text.data[at] == ' ' ? 1 : 0;
    }
    *value = cclb_bytes_of(text.data + at, text.len - at);
    return true;
}
