/* SPDX-License-Identifier: Apache-2.0 */
/* json_layout.c - the library says whether it is JSON; laying that out takes no more than its brackets and commas. */

#include "json_layout.h"

#include "cclb/json.h"

#include <string.h>

enum { LINE_MAX_BYTES = 100 }; /* of an array that stays on one line */

/* Where it goes on with laying out. */
struct layout {
    FILE *out;
    cclb_bytes json;
    size_t at;
    unsigned depth;
    size_t line_end; /* of an array that stays on one line: behind its bracket; 0: of none */
};

/* As a host document it may have any members: of interest is only whether it gets as far as these. */
static cclb_status check(cclb_bytes json, cclb_error *error)
{
    cclb_host_document *document = NULL;
    cclb_status status = cclb_host_document_read(json, NULL, &document, error);
    cclb_host_document_destroy(document);
    bool is_json = status == CCLB_BAD_INPUT && error->offset == CCLB_NO_OFFSET;
    return is_json ? CCLB_OK : status;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Where the string whose quotation mark is at `at` ends: behind the other one. */
static size_t string_end(cclb_bytes json, size_t at)
{
    size_t end = at + 1;
    while (json.data[end] != '"') {
        end += json.data[end] == '\\' ? 2 : 1;
    }
    return end + 1;
}

/* Begins a line, or in an array that stays on one line, the next value. */
static void put_break(const struct layout *layout, const char *within_line)
{
    if (layout->at < layout->line_end) {
        fputs(within_line, layout->out);
    } else {
        fprintf(layout->out, "\n%*s", (int)(2 * layout->depth), "");
    }
}

static void skip_space(struct layout *layout)
{
    while (layout->at < layout->json.len && is_space(layout->json.data[layout->at])) {
        layout->at++;
    }
}

/* Where the array that begins at `at` ends, if it is short and has nothing but plain values; else 0. */
static size_t short_array_end(cclb_bytes json, size_t at)
{
    size_t bytes = 0; /* without white space */
    for (size_t next = at + 1; bytes <= LINE_MAX_BYTES;) {
        size_t start = next;
        uint8_t c = json.data[start];
        next = c == '"' ? string_end(json, start) : start + 1;
        if (c == '[' || c == '{') {
            return 0;
        }
        if (c == ']') {
            return next;
        }
        bytes += is_space(c) ? 0 : next - start;
    }
    return 0;
}

/* Opens an object or array, and closes it at once if it is empty. */
static void put_open(struct layout *layout)
{
    const uint8_t *data = layout->json.data;
    if (data[layout->at] == '[') {
        layout->line_end = short_array_end(layout->json, layout->at);
    }
    fputc(data[layout->at++], layout->out);
    skip_space(layout);
    if (data[layout->at] == '}' || data[layout->at] == ']') {
        fputc(data[layout->at++], layout->out);
        return;
    }
    layout->depth++;
    put_break(layout, "");
}

static void put_close(struct layout *layout)
{
    layout->depth--;
    put_break(layout, "");
    fputc(layout->json.data[layout->at++], layout->out);
}

static void put_token(struct layout *layout)
{
    size_t start = layout->at;
    switch (layout->json.data[start]) {
    case '{':
    case '[':
        put_open(layout);
        break;
    case '}':
    case ']':
        put_close(layout);
        break;
    case ',':
        fputc(',', layout->out);
        put_break(layout, " ");
        layout->at++;
        break;
    case ':':
        fputs(": ", layout->out);
        layout->at++;
        break;
    case '"':
        layout->at = string_end(layout->json, start);
        fwrite(layout->json.data + start, 1, layout->at - start, layout->out);
        break;
    default: /* of a number or a word */
        fputc(layout->json.data[layout->at++], layout->out);
    }
}

cclb_status json_layout(FILE *out, cclb_bytes json, cclb_error *error)
{
    struct layout layout = {.out = out, .json = json};
    cclb_status status = check(json, error);
    if (status != CCLB_OK) {
        return status;
    }
    for (skip_space(&layout); layout.at < json.len; skip_space(&layout)) {
        put_token(&layout);
    }
    fputc('\n', out);
    return CCLB_OK;
}
