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

/* How long the escape at a backslash is: what comes behind it begins a word, even in JSON that is text itself. 1: none. */
static inline size_t escape_len(cclb_bytes text, size_t at)
{
    if (at + 1 == text.len) {
        return 2;
    }
    const uint8_t letter = text.data[at + 1];
    return letter == 'u' ? 6 : json_escaped(letter) != 0 ? 2 : 1;
}

/*
 * What begins in a text where a word or an escape does: a secret, which has a label, or else what is to be passed over:
 * the escape, or one byte of a word.
 */
static inline struct secret next_piece(cclb_bytes text, size_t at, size_t *local_end)
{
    struct secret piece = {1, false, {NULL, 0}};
    if (text.data[at] == '\\') {
        piece.len = escape_len(text, at);
        piece.open = piece.len > text.len - at;
        return piece;
    }
    const struct secret secret = find_secret(text, at, local_end);
    if (secret.len > 0) {
        return secret;
    }
    piece.open = secret.open;
    return piece;
}

/*
 * Adds the text to what is to be sent, secrets replaced, and returns how much of it that was: all of it, if it is the
 * whole text or the last part of one; else up to where something begins that more text could make a secret.
 */
static inline size_t redact_text(struct redaction *redaction, cclb_bytes text, bool is_last)
{
    size_t start = 0;
    size_t at = 0;
    size_t local_end = 0; /* for find_email() */
    while (at < text.len) {
        const uint8_t c = text.data[at];
        if (c != '\\' && (redaction->in_word || !is_word(c))) { /* most bytes: nothing begins here */
            redaction->in_word = is_word(c);
            at++;
            continue;
        }
        const struct secret piece = next_piece(text, at, &local_end);
        if (piece.open && !is_last) {
            break;
        }
        if (piece.label.len > 0) {
            cclb_bytes_list_add(&redaction->out, cclb_bytes_of(text.data + start, at - start));
            cclb_bytes_list_add(&redaction->out, piece.label);
            redaction->changed = true;
            start = at + piece.len;
        }
        redaction->in_word = piece.label.len == 0 && is_word(c);
        at += piece.len < text.len - at ? piece.len : text.len - at;
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
