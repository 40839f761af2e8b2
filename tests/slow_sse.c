/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_sse.c - reads like the standard. Nothing is clever: a line is found by looking at each byte, a buffer of the
 * standard is a buffer here, and a name is decoded character by character by the steps of the Encoding standard.
 */

#include "slow_sse.h"

#include "sse_script.h"

#include <stdlib.h>
#include <string.h>

struct line {
    const uint8_t *start;
    size_t len;     /* without its end */
    size_t end_len; /* 0 if the stream ends first */
};

struct lines {
    struct line *items;
    size_t count;
};

static void append_text(struct slow_buffer *buffer, const char *text)
{
    slow_append(buffer, text, strlen(text));
}

static void set(struct slow_buffer *buffer, const uint8_t *data, size_t len)
{
    buffer->len = 0;
    slow_append(buffer, len > 0 ? data : (const uint8_t *)"", len);
}

/* "with a CRLF pair, a single LF not preceded by CR, and a single CR not followed by LF being the ways ..." */
static struct lines split(const uint8_t *stream, size_t len)
{
    struct lines lines = {.items = slow_must_have(calloc(len + 1, sizeof(struct line)))};
    size_t at = 0;
    while (at < len) {
        struct line *line = &lines.items[lines.count++];
        line->start = stream + at;
        while (at < len && stream[at] != '\n' && stream[at] != '\r') {
            line->len++;
            at++;
        }
        if (at < len) {
            line->end_len = stream[at] == '\r' && at + 1 < len && stream[at + 1] == '\n' ? 2 : 1;
            at += line->end_len;
        }
    }
    return lines;
}

/* "UTF-8 decode" strips one mark. */
static size_t mark_len(const uint8_t *stream, size_t len)
{
    return len >= 3 && stream[0] == 0xef && stream[1] == 0xbb && stream[2] == 0xbf ? 3 : 0;
}

/* The Encoding standard's UTF-8 decoder, its variables and its steps, with errors replaced; writes UTF-8 again. */
static void decode(struct slow_buffer *text, const uint8_t *bytes, size_t len)
{
    unsigned bytes_seen = 0;
    unsigned bytes_needed = 0;
    uint8_t lower_boundary = 0x80;
    uint8_t upper_boundary = 0xbf;
    size_t at = 0;
    text->len = 0;
    slow_append(text, "", 0);
    while (at < len) {
        uint8_t byte = bytes[at];
        if (bytes_needed == 0) {
            if (byte <= 0x7f) {
                slow_append(text, &byte, 1);
            } else if (byte >= 0xc2 && byte <= 0xdf) {
                bytes_needed = 1;
            } else if (byte >= 0xe0 && byte <= 0xef) {
                lower_boundary = byte == 0xe0 ? 0xa0 : lower_boundary;
                upper_boundary = byte == 0xed ? 0x9f : upper_boundary;
                bytes_needed = 2;
            } else if (byte >= 0xf0 && byte <= 0xf4) {
                lower_boundary = byte == 0xf0 ? 0x90 : lower_boundary;
                upper_boundary = byte == 0xf4 ? 0x8f : upper_boundary;
                bytes_needed = 3;
            } else {
                append_text(text, "\xef\xbf\xbd");
            }
            at++;
            continue;
        }
        bool continues = byte >= lower_boundary && byte <= upper_boundary;
        lower_boundary = 0x80;
        upper_boundary = 0xbf;
        if (!continues) {
            append_text(text, "\xef\xbf\xbd");
            bytes_needed = bytes_seen = 0; /* and the byte is read again */
            continue;
        }
        at++;
        bytes_seen++;
        if (bytes_seen == bytes_needed) {
            slow_append(text, bytes + at - bytes_seen - 1, bytes_seen + 1);
            bytes_needed = bytes_seen = 0;
        }
    }
    if (bytes_needed != 0) {
        append_text(text, "\xef\xbf\xbd");
    }
}

/* ---- The standard's buffers */

struct reader {
    struct slow_buffer data;
    struct slow_buffer event_type;
    struct slow_buffer last_event_id;
    /* Not the standard's: what a block has said of these, for whoever rewrites it. */
    bool said_id;
    bool said_retry;
    struct slow_buffer retry;
};

static void free_reader(struct reader *reader)
{
    free(reader->data.data);
    free(reader->event_type.data);
    free(reader->last_event_id.data);
    free(reader->retry.data);
}

static bool is(const struct line *line, size_t name_len, const char *name)
{
    return name_len == strlen(name) && memcmp(line->start, name, name_len) == 0;
}

static size_t field_name_len(const struct line *line)
{
    size_t len = 0;
    while (len < line->len && line->start[len] != ':') {
        len++;
    }
    return len;
}

/* One line that is not empty. */
static void process(struct reader *reader, const struct line *line)
{
    size_t name_len = field_name_len(line);
    if (name_len == 0) {
        return;
    }
    const uint8_t *value = line->start + line->len;
    size_t value_len = 0;
    if (name_len < line->len) {
        value = line->start + name_len + 1;
        value_len = line->len - name_len - 1;
        if (value_len > 0 && value[0] == ' ') {
            value++;
            value_len--;
        }
    }
    if (is(line, name_len, "event")) {
        set(&reader->event_type, value, value_len);
    } else if (is(line, name_len, "data")) {
        slow_append(&reader->data, value, value_len);
        append_text(&reader->data, "\n");
    } else if (is(line, name_len, "id")) {
        for (size_t i = 0; i < value_len; i++) {
            if (value[i] == '\0') {
                return;
            }
        }
        set(&reader->last_event_id, value, value_len);
        reader->said_id = true;
    } else if (is(line, name_len, "retry")) {
        for (size_t i = 0; i < value_len; i++) {
            if (value[i] < '0' || value[i] > '9') {
                return;
            }
        }
        if (value_len > 0) { /* nothing is no integer in base ten */
            set(&reader->retry, value, value_len);
            reader->said_retry = true;
        }
    }
}

static void note_client_event(struct slow_buffer *client, const uint8_t *name, size_t name_len, const uint8_t *data,
                              size_t data_len, const struct slow_buffer *last_event_id)
{
    struct slow_buffer decoded = {0};
    slow_append(client, "event <", 7);
    decode(&decoded, name, name_len);
    slow_append(client, decoded.data, decoded.len);
    slow_append(client, "> <", 3);
    slow_append(client, data_len > 0 ? data : (const uint8_t *)"", data_len);
    slow_append(client, "> id <", 6);
    slow_append(client, last_event_id->len > 0 ? last_event_id->data : (const uint8_t *)"", last_event_id->len);
    slow_append(client, ">\n", 2);
    free(decoded.data);
}

static void note_client_retry(struct slow_buffer *client, struct reader *reader)
{
    if (reader->said_retry) {
        append_text(client, "retry ");
        slow_append(client, reader->retry.data, reader->retry.len);
        append_text(client, "\n");
    }
    reader->said_retry = false;
}

void slow_sse_read(const uint8_t *stream, size_t len, struct slow_buffer *client)
{
    size_t mark = mark_len(stream, len);
    struct lines lines = split(stream + mark, len - mark);
    struct reader reader = {0};
    for (size_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.items[i];
        if (line->end_len == 0) {
            break; /* "the incomplete event is not dispatched" */
        }
        if (line->len > 0) {
            process(&reader, line);
            continue;
        }
        /* A reconnection time holds at once to a client; told at the end of the block, it is easier to compare. */
        note_client_retry(client, &reader);
        if (reader.data.len > 0) {
            note_client_event(client, reader.event_type.data, reader.event_type.len, reader.data.data,
                              reader.data.len - 1, &reader.last_event_id);
        }
        reader.data.len = 0;
        reader.event_type.len = 0;
    }
    free_reader(&reader);
    free(lines.items);
}

/* ---- What the rules of cclb/sse.h make of it */

struct rewriting {
    const char *verdicts;
    uint64_t limit;
    bool transformed;
    size_t asked;         /* of the script; about those that were too long nobody asks */
    struct reader reader; /* reads the stream as it came; its last event ID is the client's too */
    struct slow_sse_rewritten *to;
};

void slow_sse_note(struct slow_buffer *judged, const uint8_t *name, size_t name_len, const uint8_t *data,
                   size_t data_len)
{
    slow_append(judged, "<", 1);
    slow_append(judged, name_len > 0 ? name : (const uint8_t *)"", name_len);
    slow_append(judged, "> <", 3);
    slow_append(judged, data_len > 0 ? data : (const uint8_t *)"", data_len);
    slow_append(judged, ">\n", 2);
}

static void append_raw(struct rewriting *rewriting, const struct line *lines, size_t count)
{
    struct slow_buffer *output = &rewriting->to->output;
    if (rewriting->transformed && output->len == 0 && mark_len(lines[0].start, lines[0].len) > 0) {
        append_text(output, "\n"); /* else a client would take it for the mark of the stream */
    }
    for (size_t i = 0; i < count; i++) {
        slow_append(output, lines[i].start, lines[i].len + lines[i].end_len);
    }
}

/* Text with something else in place of each line end. */
static void append_lines(struct slow_buffer *buffer, cclb_bytes text, const char *between)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\r' && i + 1 < text.len && text.data[i + 1] == '\n') {
            continue;
        }
        if (text.data[i] == '\r' || text.data[i] == '\n') {
            append_text(buffer, between);
        } else {
            slow_append(buffer, text.data + i, 1);
        }
    }
}

static void append_name(struct slow_buffer *buffer, cclb_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '\r' || name.data[i] == '\n') {
            append_text(buffer, "\xef\xbf\xbd");
        } else {
            slow_append(buffer, name.data + i, 1);
        }
    }
}

static void append_event(struct slow_buffer *output, const cclb_sse_event *event)
{
    if (event->event.len > 0) {
        append_text(output, "event: ");
        append_name(output, event->event);
        append_text(output, "\n");
    }
    append_text(output, "data: ");
    append_lines(output, event->data, "\ndata: ");
    append_text(output, "\n\n");
}

static void note_new_event(struct rewriting *rewriting, const cclb_sse_event *event)
{
    struct slow_buffer name = {0};
    struct slow_buffer data = {0};
    append_name(&name, event->event);
    append_lines(&data, event->data, "\n");
    note_client_event(&rewriting->to->client, name.data, name.len, data.data, data.len,
                      &rewriting->reader.last_event_id);
    free(name.data);
    free(data.data);
}

static void append_field(struct slow_buffer *output, const char *name, const struct slow_buffer *value)
{
    append_text(output, name);
    append_text(output, ": ");
    slow_append(output, value->data, value->len);
    append_text(output, "\n");
}

/* What stands in the place of a block whose event was replaced. */
static void replace(struct rewriting *rewriting, const struct line *lines, size_t count, bool whole, char letter)
{
    struct slow_buffer *output = &rewriting->to->output;
    struct reader *reader = &rewriting->reader;
    const cclb_sse_event *events;
    size_t event_count = sse_script_events(letter, &events);
    bool fields = reader->said_id || reader->said_retry;
    rewriting->transformed = true;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].len > 0 && lines[i].start[0] == ':') {
            slow_append(output, lines[i].start, lines[i].len + lines[i].end_len);
            if (lines[i].end_len == 0 && (fields || event_count > 0)) {
                append_text(output, "\n");
            }
        }
    }
    if (reader->said_id) {
        append_field(output, "id", &reader->last_event_id);
    }
    if (reader->said_retry) {
        append_field(output, "retry", &reader->retry);
    }
    if (event_count == 0) {
        append_text(output, fields && whole ? "\n" : "");
    }
    for (size_t i = 0; i < event_count; i++) {
        append_event(output, &events[i]);
        if (whole || i + 1 < event_count) {
            note_client_retry(&rewriting->to->client, reader);
            note_new_event(rewriting, &events[i]);
        }
    }
    if (whole) {
        note_client_retry(&rewriting->to->client, reader);
    } else if (event_count > 0) {
        output->len -= lines[count - 1].end_len == 0 ? 2 : 1;
    }
}

/* An id or a retry that the stream's end may have cut off. */
static bool is_half_a_value(const struct line *line)
{
    size_t name_len = field_name_len(line);
    return line->end_len == 0 && (is(line, name_len, "id") || is(line, name_len, "retry"));
}

/* A block from its first line that is no comment to its empty line, or to the end of the stream. */
static void rewrite_block(struct rewriting *rewriting, const struct line *lines, size_t count, bool whole)
{
    struct slow_sse_rewritten *to = rewriting->to;
    struct reader *reader = &rewriting->reader;
    struct slow_buffer name = {0};
    uint64_t size = 0;
    reader->data.len = 0;
    reader->event_type.len = 0;
    reader->said_id = reader->said_retry = false;
    for (size_t i = 0; i < count; i++) {
        const struct line *line = &lines[i];
        size += line->len + (line->len > 0 ? line->end_len : 1);
        if (line->len > 0 && !is_half_a_value(line)) {
            process(reader, line);
        }
    }
    decode(&name, reader->event_type.data, reader->event_type.len);
    bool too_long = size > rewriting->limit;
    bool judged = too_long || reader->data.len > 0;
    char letter = too_long ? 'e' : 'u';
    if (judged && !too_long) {
        letter = sse_script_letter(rewriting->verdicts, rewriting->asked++);
        slow_sse_note(&to->judged, name.data, name.len, reader->data.data, reader->data.len - 1);
    }
    free(name.data);
    to->events += judged ? 1 : 0;
    to->failed = letter == 'e' || (letter == 'p' && rewriting->transformed);
    if (to->failed) {
        return;
    }
    if (letter != 'u' && letter != 'p') {
        replace(rewriting, lines, count, whole, letter);
        return;
    }
    append_raw(rewriting, lines, count);
    if (whole) {
        note_client_retry(&to->client, reader);
        if (reader->data.len > 0) {
            note_client_event(&to->client, reader->event_type.data, reader->event_type.len, reader->data.data,
                              reader->data.len - 1, &reader->last_event_id);
        }
    }
}

void slow_sse_rewrite(const uint8_t *stream, size_t len, const char *verdicts, uint64_t limit,
                      struct slow_sse_rewritten *rewritten)
{
    struct rewriting rewriting = {.verdicts = verdicts, .limit = limit, .to = rewritten};
    size_t mark = mark_len(stream, len);
    struct lines lines = split(stream + mark, len - mark);
    slow_append(&rewritten->output, mark > 0 ? stream : (const uint8_t *)"", mark);
    slow_append(&rewritten->judged, "", 0);
    slow_append(&rewritten->client, "", 0);
    size_t at = 0;
    while (at < lines.count && !rewritten->failed) {
        const struct line *first = &lines.items[at];
        if (first->len == 0 || first->start[0] == ':') {
            append_raw(&rewriting, first, 1);
            at++;
            continue;
        }
        size_t end = at;
        while (end < lines.count && lines.items[end].len > 0) {
            end++;
        }
        bool whole = end < lines.count;
        end += whole ? 1 : 0;
        rewrite_block(&rewriting, first, end - at, whole);
        at = end;
    }
    free_reader(&rewriting.reader);
    free(lines.items);
}
