/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - the text of a streamed message, which comes in deltas, without secrets that are spread over several.
 *
 * What could be the beginning of a secret is held back until more text comes, or the block ends. That needs an instance
 * that is kept, as in a stream session. A plugin is not told whether it is in one: it knows by having seen the message
 * begin. So without a session nothing is held back, since nobody would ever send it.
 */
#ifndef REDACT_STREAM_H
#define REDACT_STREAM_H

#include "redact.h"

enum {
    HELD_MAX = 4096, /* of more than that, the rest goes out */
    FRAME_MAX = 512,
};

/* What an instance knows of a message between two events of it. */
static struct {
    bool in_message;
    bool in_word;
    size_t held_len;
    size_t before_len, behind_len;
    uint8_t held[HELD_MAX];
    uint8_t before[FRAME_MAX], behind[FRAME_MAX]; /* what a delta has around its text */
} stream;

static inline cclb_bytes delta_name(void)
{
    return CCLB_TEXT("content_block_delta");
}

/* Finds the text of a delta as it is written: the string named "text", "thinking" or "partial_json". */
static inline bool find_delta(cclb_bytes data, cclb_bytes *raw)
{
    struct json json = json_of(data);
    cclb_bytes name;
    for (json.at = cclb_find_either(data, '"', '"', 0); json_string(&json, &name);
         json.at = cclb_find_either(data, '"', '"', json.at)) {
        const bool wanted = cclb_bytes_equal(name, CCLB_TEXT("text")) ||
                            cclb_bytes_equal(name, CCLB_TEXT("thinking")) ||
                            cclb_bytes_equal(name, CCLB_TEXT("partial_json"));
        if (json_eat(&json, ':') && wanted && json_peek(&json) == '"') {
            return json_string(&json, raw);
        }
    }
    return false;
}

/* An event of a delta with that text in place of its own. */
static inline void send_delta(cclb_transform_sse_event_result *answer, cclb_bytes before, const cclb_bytes_list *text,
                              cclb_bytes behind)
{
    const cclb_bytes pieces[] = {before, json_escape(cclb_join(text->items, text->count)), behind};
    cclb_replace_event(answer, delta_name(), cclb_join(pieces, 3));
}

/* Sends what is held, if anything; whether it did. */
static inline bool release(cclb_transform_sse_event_result *answer)
{
    struct redaction redaction = {stream.in_word, false, {NULL, 0, 0}};
    const bool held = stream.held_len > 0;
    if (held) {
        redact_text(&redaction, cclb_bytes_of(stream.held, stream.held_len), true);
        send_delta(answer, cclb_bytes_of(stream.before, stream.before_len), &redaction.out,
                   cclb_bytes_of(stream.behind, stream.behind_len));
    }
    stream.held_len = 0;
    stream.in_word = false;
    return held;
}

/* The frame of the block's deltas; another one begins another text. */
static inline void enter_block(cclb_bytes before, cclb_bytes behind, cclb_transform_sse_event_result *answer)
{
    if (cclb_bytes_equal(before, cclb_bytes_of(stream.before, stream.before_len)) &&
        cclb_bytes_equal(behind, cclb_bytes_of(stream.behind, stream.behind_len))) {
        return;
    }
    release(answer);
    cclb_copy(stream.before, before.data, before.len);
    cclb_copy(stream.behind, behind.data, behind.len);
    stream.before_len = before.len;
    stream.behind_len = behind.len;
}

/* The rest of a text is held back, or, if it is too long for a secret, goes out. */
static inline void hold(struct redaction *redaction, cclb_bytes rest)
{
    if (rest.len > HELD_MAX) {
        redact_text(redaction, rest, true);
        rest.len = 0;
    }
    stream.in_word = redaction->in_word;
    stream.held_len = rest.len;
    cclb_copy(stream.held, rest.data, rest.len);
}

/* Whether what a delta has around its text is no more than that: short, and without secrets of its own. */
static inline bool is_frame(cclb_bytes before, cclb_bytes behind)
{
    cclb_bytes_list unused = {NULL, 0, 0};
    return before.len <= FRAME_MAX && behind.len <= FRAME_MAX && !redact_json(before, &unused) &&
           !redact_json(cclb_bytes_from(behind, 1), &unused); /* it begins with the quotation mark of the text */
}

/* One delta of the message; false if it is none that has text, or none that can be put together again. */
static inline bool redact_delta(const cclb_sse_event *event, cclb_transform_sse_event_result *answer)
{
    cclb_bytes raw;
    cclb_bytes text;
    if (!stream.in_message || !cclb_bytes_equal(event->event, delta_name()) || !find_delta(event->data, &raw) ||
        !json_unescape(raw, &text)) {
        return false;
    }
    const size_t start = (size_t)(raw.data - event->data.data);
    const cclb_bytes before = cclb_bytes_of(event->data.data, start);
    const cclb_bytes behind = cclb_bytes_from(event->data, start + raw.len);
    if (!is_frame(before, behind)) {
        return false;
    }
    enter_block(before, behind, answer);
    const cclb_bytes parts[] = {cclb_bytes_of(stream.held, stream.held_len), text};
    const bool was_held = stream.held_len > 0;
    const cclb_bytes all = cclb_join(parts, 2);
    struct redaction redaction = {stream.in_word, false, {NULL, 0, 0}};
    const size_t sent = redact_text(&redaction, all, false);
    hold(&redaction, cclb_bytes_from(all, sent));
    if (sent == 0 && stream.held_len > 0) {
        if (answer->kind == CCLB_TRANSFORM_SSE_EVENT_UNCHANGED) {
            cclb_drop_event(answer);
        }
    } else if (was_held || stream.held_len > 0 || redaction.changed ||
               answer->kind != CCLB_TRANSFORM_SSE_EVENT_UNCHANGED) {
        send_delta(answer, before, &redaction.out, behind);
    }
    return true;
}

#endif
