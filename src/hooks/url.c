/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - the parser's own memory is given back before anything here returns; a copy of the texts stays in the arena.
 */

#include "hooks/url.h"

#include "base/append.h"
#include "base/error.h"
#include "base/rust_url.h"
#include "cclb/escape.h"

enum { WORDS_SIZE = 128 };

/* How much of a text stands before what may be a user and a password: a scheme and its slashes, if there are any. */
static size_t before_user(cclb_bytes text)
{
    size_t at = 0;
    while (at < text.len && text.data[at] != ':') {
        at++;
    }
    size_t slashes = at + 1;
    while (slashes < text.len && (text.data[slashes] == '/' || text.data[slashes] == '\\')) {
        slashes++;
    }
    return slashes > at + 1 && slashes < text.len ? slashes : 0;
}

/*
 * What is no URL has no parts, and a password that is not written as it should be may be why: so all up to the last @ is
 * left out, be it a path that it stands in.
 */
static cclb_status refuse(cclb_status status, uint32_t rule, cclb_phase phase, const char *what, cclb_bytes text,
                          const char *words, cclb_error *error)
{
    size_t end = text.len;
    while (end > 0 && text.data[end - 1] != '@') {
        end--;
    }
    size_t start = before_user(text);
    bool has_user = end > start;
    struct error_text first;
    struct error_text rest;
    return error_set(error, status, rule, phase, "%s `%s%s%s`: %s", what,
                     error_text(&first, cclb_bytes_of(text.data, has_user ? start : 0)), has_user ? "*@" : "",
                     error_text(&rest, has_user ? cclb_bytes_of(text.data + end, text.len - end) : text), words);
}

cclb_status url_normalise(cclb_bytes text, struct arena *arena, cclb_bytes *normal, cclb_error *error)
{
    char words[WORDS_SIZE];
    struct rust_url *parsed = rust_url_parse(text, words, sizeof words);
    if (parsed == NULL) {
        return refuse(CCLB_BAD_INPUT, 83, CCLB_PHASE_NONE, "upstream_base_url", text, words, error);
    }
    cclb_bytes whole = rust_url_part(parsed, RUST_URL_SERIALISED);
    cclb_status status = arena_copy(arena, whole, normal) ? CCLB_OK : error_no_memory(error, whole.len);
    rust_url_destroy(parsed);
    return status;
}

/* Where a part of the parsed URL lies in the copy of the whole. */
static cclb_bytes moved(cclb_bytes part, cclb_bytes whole, cclb_bytes copy)
{
    return cclb_bytes_of(copy.data + (part.data - whole.data), part.len);
}

static cclb_status take(const struct rust_url *parsed, struct arena *arena, cclb_url *url, cclb_error *error)
{
    cclb_bytes whole = rust_url_part(parsed, RUST_URL_SERIALISED);
    cclb_url taken = {.port = rust_url_port(parsed)};
    if (!arena_copy(arena, whole, &taken.text)) {
        return error_no_memory(error, whole.len);
    }
    const struct {
        enum rust_url_part part;
        cclb_bytes *text;
    } texts[] = {{RUST_URL_SCHEME, &taken.scheme}, {RUST_URL_USERNAME, &taken.username}, {RUST_URL_PATH, &taken.path}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cclb_bytes part = rust_url_part(parsed, texts[i].part);
        *texts[i].text = part.len > 0 ? moved(part, whole, taken.text) : (cclb_bytes){0};
    }
    const struct {
        enum rust_url_part part;
        cclb_optional_bytes *text;
    } optional_texts[] = {
        {RUST_URL_PASSWORD, &taken.password},
        {RUST_URL_HOST, &taken.host},
        {RUST_URL_QUERY, &taken.query},
        {RUST_URL_FRAGMENT, &taken.fragment},
    };
    for (size_t i = 0; i < sizeof optional_texts / sizeof optional_texts[0]; i++) {
        cclb_bytes part = rust_url_part(parsed, optional_texts[i].part);
        optional_texts[i].text->present = part.data != NULL;
        optional_texts[i].text->value = part.len > 0 ? moved(part, whole, taken.text) : (cclb_bytes){0};
    }
    *url = taken;
    return CCLB_OK;
}

cclb_status url_read(cclb_bytes text, struct arena *arena, cclb_url *url, cclb_error *error)
{
    char words[WORDS_SIZE];
    struct rust_url *parsed = rust_url_parse(text, words, sizeof words);
    if (parsed == NULL) {
        return refuse(CCLB_REJECTED, 94, CCLB_PHASE_ANSWER, "invalid url:", text, words, error);
    }
    cclb_status status = take(parsed, arena, url, error);
    rust_url_destroy(parsed);
    return status;
}

static struct rust_url *parse_origin(cclb_bytes text, struct url_origin *origin)
{
    char words[WORDS_SIZE];
    struct rust_url *parsed = rust_url_parse(text, words, sizeof words);
    cclb_escape(parsed ? rust_url_part(parsed, RUST_URL_ORIGIN) : (cclb_bytes){0}, origin->text, sizeof origin->text);
    return parsed;
}

bool url_same_origin(cclb_bytes a, cclb_bytes b, struct url_origin *origin_a, struct url_origin *origin_b)
{
    struct rust_url *parsed_a = parse_origin(a, origin_a);
    struct rust_url *parsed_b = parse_origin(b, origin_b);
    bool same = parsed_a && parsed_b && rust_url_same_origin(parsed_a, parsed_b);
    rust_url_destroy(parsed_a);
    rust_url_destroy(parsed_b);
    return same;
}

/* A base, as the standard writes it, up to the end of its path, without the slash that may end it. */
static cclb_bytes trunk(cclb_bytes base)
{
    size_t len = 0;
    while (len < base.len && base.data[len] != '?' && base.data[len] != '#') {
        len++;
    }
    return cclb_bytes_of(base.data, len > 0 && base.data[len - 1] == '/' ? len - 1 : len);
}

static bool holds_any(cclb_bytes text, const char *characters)
{
    for (; *characters != '\0'; characters++) {
        if (text.len > 0 && memchr(text.data, *characters, text.len) != NULL) {
            return true;
        }
    }
    return false;
}

cclb_status url_below(cclb_bytes base, cclb_bytes path, cclb_optional_bytes query, struct arena *arena, cclb_url *url,
                      cclb_error *error)
{
    cclb_bytes normal;
    cclb_status status = url_normalise(base, arena, &normal, error);
    if (status != CCLB_OK) {
        return status;
    }
    cclb_bytes start = trunk(normal);
    size_t capacity = start.len + 1 + path.len + 1 + (query.present ? query.value.len : 0);
    uint8_t *whole = arena_alloc(arena, capacity);
    if (whole == NULL) {
        return error_no_memory(error, capacity);
    }
    uint8_t *end = append(whole, start);
    if (path.len == 0 || path.data[0] != '/') {
        *end++ = '/';
    }
    end = append(end, path);
    if (query.present) {
        *end++ = '?';
        end = append(end, query.value);
    }
    cclb_bytes text = cclb_bytes_of(whole, (size_t)(end - whole));
    static const char what[] = "upstream_base_url with path and query";
    if (holds_any(path, "?#") || holds_any(query.present ? query.value : (cclb_bytes){0}, "#")) {
        return refuse(CCLB_BAD_INPUT, 83, CCLB_PHASE_NONE, what, text, "a path has no ? and neither has a #", error);
    }
    char words[WORDS_SIZE];
    struct rust_url *parsed = rust_url_parse(text, words, sizeof words);
    if (parsed == NULL) {
        return refuse(CCLB_BAD_INPUT, 83, CCLB_PHASE_NONE, what, text, words, error);
    }
    cclb_bytes made = rust_url_part(parsed, RUST_URL_SERIALISED);
    if (made.len <= start.len || memcmp(made.data, start.data, start.len) != 0 || made.data[start.len] != '/') {
        status = refuse(CCLB_BAD_INPUT, 83, CCLB_PHASE_NONE, what, text, "the path leads out of the base", error);
    } else {
        status = take(parsed, arena, url, error);
    }
    rust_url_destroy(parsed);
    return status;
}
