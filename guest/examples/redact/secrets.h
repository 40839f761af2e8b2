/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secrets.h - what a secret looks like: keys and tokens of known makes, bearer tokens, e-mail addresses and numbers of
 * payment cards. Each is looked for at one place of a text, which may be the beginning of a longer one.
 */
#ifndef REDACT_SECRETS_H
#define REDACT_SECRETS_H

#include "cclb_plugin.h"

/* What stands at a place. */
struct secret {
    size_t len;       /* 0: none */
    bool open;        /* the text ends before it is certain: more text could make it one, or a longer one */
    cclb_bytes label; /* what takes its place */
};

static inline bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_letter(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

static inline bool is_word(uint8_t c)
{
    return is_digit(c) || is_letter(c);
}

static inline bool in_key(uint8_t c)
{
    return is_word(c) || c == '_' || c == '-';
}

static inline bool in_bearer_token(uint8_t c)
{
    return in_key(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

static inline bool in_local_part(uint8_t c)
{
    return in_key(c) || c == '.' || c == '%' || c == '+';
}

static inline bool in_domain(uint8_t c)
{
    return is_word(c) || c == '-' || c == '.';
}

/* Where the run of such bytes ends that begins at `at`, `most` bytes behind it at the latest. */
static inline size_t run_end(cclb_bytes text, size_t at, size_t most, bool (*is_in)(uint8_t c))
{
    const size_t end = text.len - at < most ? text.len : at + most;
    while (at < end && is_in(text.data[at])) {
        at++;
    }
    return at;
}

/* ---- keys ---- */

static inline struct secret find_key(cclb_bytes text, size_t at, cclb_bytes prefix, size_t least)
{
    struct secret none = {0, false, {NULL, 0}};
    const cclb_bytes rest = cclb_bytes_from(text, at);
    if (!cclb_starts_with(rest, prefix)) {
        none.open = cclb_starts_with(prefix, rest);
        return none;
    }
    const size_t start = at + prefix.len;
    const size_t end = run_end(text, start, text.len, in_key);
    struct secret key = {end - start >= least ? end - at : 0, end == text.len, CCLB_TEXT("[redacted key]")};
    return key;
}

/*
 * A key of any make that is known here; add yours, and its first letter to find_secret(). The numbers are the fewest
 * characters behind the prefix.
 */
static inline struct secret find_any_key(cclb_bytes text, size_t at)
{
    const struct {
        cclb_bytes prefix;
        size_t least;
    } makes[] = {
        {CCLB_TEXT("sk-ant-"), 20},     {CCLB_TEXT("sk-proj-"), 20}, {CCLB_TEXT("sk-"), 32},
        {CCLB_TEXT("github_pat_"), 22}, {CCLB_TEXT("ghp_"), 36},     {CCLB_TEXT("gho_"), 36},
        {CCLB_TEXT("glpat-"), 20},      {CCLB_TEXT("xoxb-"), 20},    {CCLB_TEXT("xoxp-"), 20},
        {CCLB_TEXT("AKIA"), 16},        {CCLB_TEXT("AIza"), 35},
    };
    struct secret found = {0, false, {NULL, 0}};
    for (size_t i = 0; i < sizeof makes / sizeof makes[0] && found.len == 0; i++) {
        const bool open = found.open;
        found = find_key(text, at, makes[i].prefix, makes[i].least);
        found.open |= open;
    }
    return found;
}

/* "Bearer", blanks, and a token. */
static inline struct secret find_bearer_token(cclb_bytes text, size_t at)
{
    enum { BLANKS_MAX = 4, TOKEN_LEAST = 16 };
    struct secret none = {0, false, {NULL, 0}};
    const cclb_bytes word = CCLB_TEXT("bearer");
    const cclb_bytes rest = cclb_bytes_from(text, at);
    const size_t len = rest.len < word.len ? rest.len : word.len;
    if (!cclb_bytes_equal_ignoring_case(cclb_bytes_of(rest.data, len), cclb_bytes_of(word.data, len))) {
        return none;
    }
    size_t start = at + len;
    const size_t blanks_end = start + BLANKS_MAX;
    while (start < text.len && start < blanks_end && text.data[start] == ' ') {
        start++;
    }
    if (start == text.len || start == at + len) {
        none.open = start == text.len;
        return none;
    }
    const size_t end = run_end(text, start, text.len, in_bearer_token);
    struct secret token = {end - start >= TOKEN_LEAST ? end - at : 0, end == text.len, CCLB_TEXT("[redacted token]")};
    return token;
}

/* ---- personal data ---- */

/* How much of a domain's run of bytes is one: names with dots between them, the last of two letters or more. */
static inline size_t domain_len(cclb_bytes run)
{
    while (run.len > 0 && !is_letter(run.data[run.len - 1])) {
        run.len--;
    }
    size_t last = run.len;
    while (last > 0 && is_letter(run.data[last - 1])) {
        last--;
    }
    return last > 1 && run.data[last - 1] == '.' && is_word(run.data[last - 2]) && run.len - last >= 2 ? run.len : 0;
}

/*
 * *local_end is where the run ends that the place before was in, if it was in one: looked for once, and not for each word
 * of a long run. It begins as 0, and moves on.
 */
static inline struct secret find_email(cclb_bytes text, size_t at, size_t *local_end)
{
    enum { LOCAL_PART_MAX = 64, DOMAIN_MAX = 253 };
    struct secret none = {0, false, {NULL, 0}};
    if (*local_end <= at) {
        *local_end = run_end(text, at, text.len, in_local_part);
    }
    const bool fits = *local_end > at && *local_end - at <= LOCAL_PART_MAX;
    if (!fits || *local_end == text.len || text.data[*local_end] != '@') {
        none.open = fits && *local_end == text.len;
        return none;
    }
    const size_t start = *local_end + 1;
    const size_t end = run_end(text, start, DOMAIN_MAX, in_domain);
    const size_t len = domain_len(cclb_bytes_of(text.data + start, end - start));
    struct secret email = {len > 0 ? start + len - at : 0, end == text.len, CCLB_TEXT("[redacted e-mail]")};
    return email;
}

/* The check digit's sum over the digits so far, with the last of them counted once, and with it counted twice. */
struct luhn {
    unsigned once, twice;
};

static inline struct luhn luhn_add(struct luhn sum, uint8_t digit)
{
    const unsigned number = (unsigned)(digit - '0');
    struct luhn next = {sum.twice + number, sum.once + (number < 5 ? 2 * number : 2 * number - 9)};
    return next;
}

/*
 * 13 to 19 digits with a valid check digit, in one or with single blanks or hyphens between groups of four or more; the
 * last may have three.
 */
static inline struct secret find_card(cclb_bytes text, size_t at)
{
    enum { DIGITS_LEAST = 13, DIGITS_MAX = 19, GROUP_LEAST = 4, LAST_LEAST = 3 };
    struct secret card = {0, false, CCLB_TEXT("[redacted card]")};
    struct luhn sum = {0, 0};
    size_t digits = 0;
    size_t group = 0;
    size_t end = at;
    for (; end < text.len && digits <= DIGITS_MAX; end++) {
        const uint8_t c = text.data[end];
        if (is_digit(c)) {
            sum = luhn_add(sum, c);
            digits++;
            group++;
            const bool last = group >= LAST_LEAST && (end + 1 == text.len || !is_word(text.data[end + 1]));
            if (last && digits >= DIGITS_LEAST && digits <= DIGITS_MAX && sum.once % 10 == 0) {
                card.len = end + 1 - at;
            }
        } else if ((c == ' ' || c == '-') && group >= GROUP_LEAST) {
            group = 0;
        } else {
            break;
        }
    }
    card.open = end == text.len && digits > 0 && digits <= DIGITS_MAX;
    return card;
}

/* Of two that begin at the same place the first counts, if it is one; what is surely one does not wait for the other. */
static inline struct secret either(struct secret first, struct secret second)
{
    struct secret found = first.len > 0 ? first : second;
    found.open = first.open || (first.len == 0 && second.open);
    return found;
}

/* What stands at `at`, where a word begins. Most words begin like nothing but a name, which is looked for alone. */
static inline struct secret find_secret(cclb_bytes text, size_t at, size_t *local_end)
{
    const uint8_t c = text.data[at];
    if (is_digit(c)) {
        return either(find_email(text, at, local_end), find_card(text, at));
    }
    switch (c) {
    case 's':
    case 'g':
    case 'x':
    case 'A':
        return either(find_any_key(text, at), find_email(text, at, local_end));
    case 'b':
    case 'B':
        return either(find_bearer_token(text, at), find_email(text, at, local_end));
    default:
        return find_email(text, at, local_end);
    }
}

#endif
