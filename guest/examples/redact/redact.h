/* SPDX-License-Identifier: Apache-2.0 */
/* redact.h - secrets out of a text, and out of every string of a JSON text. */
#ifndef REDACT_REDACT_H
#define REDACT_REDACT_H

#include "json_text.h"
#include "json_walk.h"
#include "secrets.h"

/* A text that may come in parts, and what becomes of it. */
struct redaction {
    bool in_word;        /* the part before ended within a word, where no secret begins */
    bool changed;        /* something was replaced */
    cclb_bytes_list out; /* what is to be sent, in pieces */
};

/* How long the escape at `at` is: what comes behind it begins a word, even in JSON that is text itself. 0: none. */
static inline size_t escape_len(cclb_bytes text, size_t at)
{
    if (text.data[at] != '\\') {
        return 0;
    }
    if (at + 1 == text.len) {
        return 2;
    }
    const uint8_t letter = text.data[at + 1];
    return letter == 'u' ? 6 : json_escaped(letter) != 0 ? 2 : 0;
}

/*
 * Adds the text to what is to be sent, secrets replaced, and returns how much of it that was: all of it, if it is the
 * whole text or the last part of one; else up to where something begins that more text could make a secret.
 */
static inline size_t redact_text(struct redaction *redaction, cclb_bytes text, bool is_last)
{
    size_t start = 0;
    size_t at = 0;
    while (at < text.len) {
        const size_t skipped = escape_len(text, at);
        const struct secret none = {0, false, {NULL, 0}};
        const struct secret secret = skipped > 0 || redaction->in_word ? none : find_secret(text, at);
        if (!is_last && (secret.open || skipped > text.len - at)) {
            break;
        }
        if (secret.len > 0) {
            cclb_bytes_list_add(&redaction->out, cclb_bytes_of(text.data + start, at - start));
            cclb_bytes_list_add(&redaction->out, secret.label);
            redaction->changed = true;
            at += secret.len;
            start = at;
        } else {
            redaction->in_word = skipped == 0 && is_word(text.data[at]);
            at += skipped == 0 ? 1 : skipped < text.len - at ? skipped : text.len - at;
        }
    }
    cclb_bytes_list_add(&redaction->out, cclb_bytes_of(text.data + start, at - start));
    return at;
}

/* A whole text without its secrets; whether there were any. */
static inline bool redact_whole(cclb_bytes *text)
{
    struct redaction redaction = {false, false, {NULL, 0, 0}};
    redact_text(&redaction, *text, true);
    if (redaction.changed) {
        *text = cclb_join(redaction.out.items, redaction.out.count);
    }
    return redaction.changed;
}

/* A string as it is written; one whose escapes are broken is looked at as it is. */
static inline bool redact_string(cclb_bytes *raw)
{
    cclb_bytes text;
    if (!json_unescape(*raw, &text)) {
        return redact_whole(raw);
    }
    if (!redact_whole(&text)) {
        return false;
    }
    *raw = json_escape(text);
    return true;
}

/*
 * Replaces the secrets in the strings of a JSON text, whatever it is that these stand in; a string without an end is one
 * up to the end of the text. What stands between strings is left alone. Adds all of it to `out`; whether it changed.
 */
static inline bool redact_json(cclb_bytes text, cclb_bytes_list *out)
{
    bool changed = false;
    size_t written = 0;
    size_t quote = cclb_find_either(text, '"', '"', 0);
    while (quote < text.len) {
        struct json json = {text, quote};
        cclb_bytes raw;
        if (!json_string(&json, &raw)) {
            raw = cclb_bytes_from(text, quote + 1);
        }
        const size_t start = quote + 1;
        const size_t end = start + raw.len;
        if (redact_string(&raw)) {
            cclb_bytes_list_add(out, cclb_bytes_of(text.data + written, start - written));
            cclb_bytes_list_add(out, raw);
            written = end;
            changed = true;
        }
        quote = end < text.len ? cclb_find_either(text, '"', '"', end + 1) : end;
    }
    cclb_bytes_list_add(out, cclb_bytes_from(text, written));
    return changed;
}

#endif
