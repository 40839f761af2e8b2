/* SPDX-License-Identifier: Apache-2.0 */
/* sse_writer.c - an LF is written in front of what follows it, so that a line can also be left without. */

#include "hooks/sse_writer.h"

#define TEXT(text) cclb_bytes_of(text, sizeof text - 1)

void sse_writer_init(struct sse_writer *writer, sse_sink *sink, void *context)
{
    writer->sink = sink;
    writer->context = context;
    writer->written = 0;
    writer->gathered = 0;
    writer->line_is_open = false;
}

void sse_writer_flush(struct sse_writer *writer)
{
    if (writer->gathered > 0) {
        cclb_bytes bytes = cclb_bytes_of(writer->room, writer->gathered);
        writer->gathered = 0;
        writer->sink(writer->context, bytes);
    }
}

static void put(struct sse_writer *writer, cclb_bytes bytes)
{
    writer->written += bytes.len;
    if (bytes.len > sizeof writer->room - writer->gathered) {
        sse_writer_flush(writer);
        if (bytes.len > sizeof writer->room) {
            writer->sink(writer->context, bytes);
            return;
        }
    }
    if (bytes.len > 0) {
        memcpy(writer->room + writer->gathered, bytes.data, bytes.len);
        writer->gathered += bytes.len;
    }
}

static void begin_line(struct sse_writer *writer)
{
    if (writer->line_is_open) {
        put(writer, TEXT("\n"));
    }
    writer->line_is_open = true;
}

void sse_writer_raw(struct sse_writer *writer, cclb_bytes bytes, bool open)
{
    begin_line(writer);
    put(writer, bytes);
    writer->line_is_open = open;
}

void sse_writer_field(struct sse_writer *writer, const char *name, cclb_bytes value)
{
    begin_line(writer);
    put(writer, cclb_text(name));
    put(writer, TEXT(": ")); /* always with the space, since the value may begin with one */
    put(writer, value);
}

static void put_name(struct sse_writer *writer, cclb_bytes name)
{
    struct sse_lines lines;
    struct sse_line line;
    begin_line(writer);
    put(writer, TEXT("event: "));
    sse_lines_init(&lines, name);
    while (sse_lines_next(&lines, &line)) {
        put(writer, line.text);
        for (size_t i = 0; i < line.end_len; i++) {
            put(writer, TEXT("\xef\xbf\xbd"));
        }
    }
}

/* As sse_writer_field(), of which an answer may hold one for each of its bytes. */
static void put_data(struct sse_writer *writer, cclb_bytes text)
{
    cclb_bytes start = writer->line_is_open ? TEXT("\ndata: ") : TEXT("data: ");
    writer->line_is_open = true;
    put(writer, start);
    if (text.len > 0) {
        put(writer, text);
    }
}

void sse_writer_event(struct sse_writer *writer, const cclb_sse_event *event)
{
    struct sse_lines lines;
    struct sse_line line;
    bool ended = true; /* what stands behind the last line end is a line too, if only an empty one */
    if (event->event.len > 0) {
        put_name(writer, event->event);
    }
    sse_lines_init(&lines, event->data);
    while (sse_lines_next(&lines, &line)) {
        put_data(writer, line.text);
        ended = line.end_len > 0;
    }
    if (ended) {
        put_data(writer, (cclb_bytes){0});
    }
}

void sse_writer_end(struct sse_writer *writer, enum sse_end end)
{
    if (end == SSE_END_WHOLE) {
        begin_line(writer);
    }
    if (end != SSE_END_CUT) {
        put(writer, TEXT("\n"));
    }
    writer->line_is_open = false;
}
