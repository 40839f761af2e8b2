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

/* ---- JSON ---- */

/* A text and what becomes of it: `out` has what is to be sent for all of it before `written`. */
struct edited {
    cclb_bytes text;
    size_t written;
    cclb_bytes_list *out;
};

/* Puts something else in the place of a part of the text. */
static inline void replace(struct edited *edited, cclb_bytes part, cclb_bytes with)
{
    const size_t start = (size_t)(part.data - edited->text.data);
    cclb_bytes_list_add(edited->out, cclb_bytes_of(edited->text.data + edited->written, start - edited->written));
    cclb_bytes_list_add(edited->out, with);
    edited->written = start + part.len;
}

/* A number as JSON has it; so not a card's with hyphens. */
static inline bool is_json_number(cclb_bytes text)
{
    const size_t whole = cclb_starts_with(text, CCLB_TEXT("-"));
    size_t end = run_end(text, whole, text.len, is_digit);
    bool valid = end > whole;
    if (end < text.len && text.data[end] == '.') {
        const size_t fraction = end + 1;
        end = run_end(text, fraction, text.len, is_digit);
        valid = valid && end > fraction;
    }
    if (end < text.len && (text.data[end] | 0x20) == 'e') {
        const bool has_sign = end + 1 < text.len && (text.data[end + 1] == '+' || text.data[end + 1] == '-');
        const size_t exponent = end + 1 + has_sign;
        end = run_end(text, exponent, text.len, is_digit);
        valid = valid && end > exponent;
    }
    return valid && end == text.len;
}

static inline bool in_json_value(uint8_t c)
{
    return is_word(c) || c == '.' || c == '+' || c == '-';
}

static inline bool is_json_value(cclb_bytes text)
{
    return is_json_number(text) || cclb_bytes_equal(text, CCLB_TEXT("true")) ||
           cclb_bytes_equal(text, CCLB_TEXT("false")) || cclb_bytes_equal(text, CCLB_TEXT("null"));
}

/*
 * Whether JSON could have this between two strings, or at an end of the text: marks, and values that have marks around
 * them. It need not be right in all else, since nothing in it can be a secret but the number of a card, which then is one
 * that JSON calls a number.
 */
static inline bool is_json_between(cclb_bytes part, bool is_first, bool is_last)
{
    enum { VALUE = 'v', STRING = '"', START = '[' };
    uint8_t before = is_first ? START : STRING;
    for (size_t at = 0; at < part.len;) {
        const uint8_t c = part.data[at];
        const size_t end = run_end(part, at, part.len, in_json_value);
        if (end > at) {
            const bool may_stand = before == '[' || before == ':' || before == ',';
            if (!may_stand || !is_json_value(cclb_bytes_of(part.data + at, end - at))) {
                return false;
            }
            before = VALUE;
            at = end;
            continue;
        }
        const bool is_end = c == ',' || c == ']' || c == '}';
        if (!json_is_space(c)) {
            if (!is_end && (before == VALUE || (c != '{' && c != '[' && c != ':'))) {
                return false;
            }
            before = c;
        }
        at++;
    }
    return before != VALUE || is_last;
}

/*
 * Replaces the secrets in a JSON text: in its strings, where a string without an end is one up to the end of the text,
 * and in what stands between them and is no JSON, for a label says little. Adds all of it to `out`; whether it changed.
 */
static inline bool redact_json(cclb_bytes text, cclb_bytes_list *out)
{
    struct edited edited = {text, 0, out};
    for (size_t at = 0; at < text.len;) {
        const size_t quote = cclb_find_either(text, '"', '"', at);
        const cclb_bytes between = cclb_bytes_of(text.data + at, quote - at);
        cclb_bytes redacted = between;
        if (!is_json_between(between, at == 0, quote == text.len) && redact_whole(&redacted)) {
            replace(&edited, between, redacted);
        }
        struct json json = {text, quote};
        cclb_bytes string;
        if (!json_string(&json, &string)) {
            string = cclb_bytes_from(text, quote + 1);
        }
        redacted = string;
        if (redact_string(&redacted)) {
            replace(&edited, string, redacted);
        }
        at = (size_t)(string.data - text.data) + string.len + 1;
    }
    const bool changed = edited.written > 0;
    cclb_bytes_list_add(out, cclb_bytes_from(text, edited.written));
    return changed;
}

#endif
