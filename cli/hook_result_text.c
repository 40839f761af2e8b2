/* SPDX-License-Identifier: Apache-2.0 */
/* hook_result_text.c - results for a person: the verdict of each thing first, then the thing. */

#include "hook_result.h"

#include "filter_text.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { INDENT = 2 };

static void put_pass_through(FILE *out)
{
    fputs("passed through: the call failed, and this is what a plugin that changes nothing would have answered\n\n",
          out);
}

static void put_headers(FILE *out, cclb_headers headers, int column)
{
    for (size_t i = 0; i < headers.count; i++) {
        fprintf(out, "%*s", column, "");
        text_show_line(out, headers.items[i].name);
        fputs(": ", out);
        text_show_line(out, headers.items[i].value);
        fputc('\n', out);
    }
}

static uint64_t spans_len(cclb_spans spans)
{
    uint64_t len = 0;
    for (size_t i = 0; i < spans.count; i++) {
        len += spans.spans[i].len;
    }
    return len;
}

/* The beginning of a body, as text if it is some, else in hex. */
static void put_body(FILE *out, cclb_spans body, int column)
{
    uint64_t len = spans_len(body);
    size_t shown = len < TEXT_BODY_BYTES ? (size_t)len : TEXT_BODY_BYTES;
    uint8_t *bytes = malloc(shown + 1);
    if (bytes == NULL) {
        fprintf(out, "%*s(no memory to show it)\n", column, "");
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < body.count && at < shown; i++) {
        size_t part = body.spans[i].len < shown - at ? body.spans[i].len : shown - at;
        if (part > 0) {
            memcpy(bytes + at, body.spans[i].data, part);
        }
        at += part;
    }
    if (text_is_plain(cclb_bytes_of(bytes, shown))) {
        text_show(out, cclb_bytes_of(bytes, shown), column);
    } else {
        shown = shown < TEXT_HEX_BYTES ? shown : TEXT_HEX_BYTES;
        text_hex(out, cclb_bytes_of(bytes, shown), column);
    }
    if (shown < len) {
        struct text rest;
        fprintf(out, "%*s... and %s bytes more\n", column, "", text_count(&rest, len - shown));
    }
    free(bytes);
}

/* ---- shape ---- */

static void put_shape(FILE *out, const cclb_shape_result *result)
{
    text_show_line_cut(out, result->method, TEXT_NAME_BYTES);
    fputc(' ', out);
    if (result->has_url) {
        text_show_line_cut(out, result->url.text, TEXT_BODY_BYTES);
    } else {
        fputs("(no URL: the request has no upstream_base_url)", out);
    }
    fputc('\n', out);
    put_headers(out, result->headers, 0);
    fputc('\n', out);
    put_body(out, result->body, 0);
}

/* ---- the transforms ---- */

static void put_response(FILE *out, const cclb_transform_response_answer *answer)
{
    struct text len;
    if (!answer->status_replaced && !answer->headers_replaced && !answer->body_replaced) {
        fputs("unchanged\n", out);
        return;
    }
    fprintf(out, "status %u, %s\n", answer->status, answer->status_replaced ? "replaced" : "unchanged");
    fprintf(out, "%zu header%s, %s\n", answer->headers.count, answer->headers.count == 1 ? "" : "s",
            answer->headers_replaced ? "replaced" : "unchanged");
    if (answer->headers_replaced) {
        put_headers(out, answer->headers, INDENT);
    }
    fprintf(out, "body of %s bytes, %s\n", text_count(&len, spans_len(answer->body)),
            answer->body_replaced ? "replaced" : "unchanged");
    if (answer->body_replaced) {
        put_body(out, answer->body, INDENT);
    }
}

static void put_event(FILE *out, const cclb_sse_event *event)
{
    if (event->event.len > 0) {
        fprintf(out, "%*sevent: ", INDENT, "");
        text_show_line_cut(out, event->event, TEXT_NAME_BYTES);
        fputc('\n', out);
    }
    cclb_bytes data = text_beginning(event->data, TEXT_BODY_BYTES);
    bool is_cut = data.len < event->data.len;
    size_t at = 0;
    do { /* one line of data for each of its lines, as a stream has them */
        const uint8_t *newline = at < data.len ? memchr(data.data + at, '\n', data.len - at) : NULL;
        size_t len = newline ? (size_t)(newline - data.data) - at : data.len - at;
        fprintf(out, "%*sdata: ", INDENT, "");
        text_show_piece(out, cclb_bytes_of(len > 0 ? data.data + at : NULL, len));
        fputc('\n', out);
        at += len + 1;
    } while (at < data.len || (at == data.len && !is_cut));
    if (is_cut) {
        struct text rest;
        fprintf(out, "%*s... and %s bytes more\n", INDENT, "", text_count(&rest, event->data.len - data.len));
    }
}

static void put_events(FILE *out, const cclb_transform_sse_event_answer *answer)
{
    if (answer->kind != CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
        fputs(answer->kind == CCLB_TRANSFORM_SSE_EVENT_DROP ? "dropped\n" : "unchanged\n", out);
        return;
    }
    if (answer->events.count == 0) {
        fputs("replaced by no event, and so dropped\n", out);
        return;
    }
    fprintf(out, "replaced by %zu event%s\n", answer->events.count, answer->events.count == 1 ? "" : "s");
    for (size_t i = 0; i < answer->events.count; i++) {
        fputs(i > 0 ? "\n" : "", out);
        put_event(out, &answer->events.items[i]);
    }
}

static void put_observed(FILE *out, cclb_bytes output)
{
    struct text len;
    if (output.len == 0) {
        fputs("nothing returned\n", out);
        return;
    }
    fprintf(out, "%s bytes returned\n", text_count(&len, output.len));
    put_body(out, (cclb_spans){&output, 1}, INDENT);
}

void hook_result_print(FILE *out, const struct hook_result *result, const cclb_request *request)
{
    if (hook_result_passed_through(result)) {
        put_pass_through(out);
    }
    switch (result->hook) {
    case CCLB_HOOK_FILTER:
        filter_text_print(out, &result->as.filter, request);
        break;
    case CCLB_HOOK_SHAPE:
        put_shape(out, &result->as.shape);
        break;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        put_response(out, &result->as.response);
        break;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        put_events(out, &result->as.event);
        break;
    default:
        put_observed(out, result->as.observed.output);
    }
}
