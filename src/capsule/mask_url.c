/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask_url.c - URLs and their queries, where they lie. What a raw call has may be no URL at all, so nothing is taken for
 * granted: what might be a secret by any reading is masked.
 */

#include "capsule/masking.h"

/* Where the first of some bytes stands at or behind a place; the length if none does. */
static size_t find(cclb_bytes text, size_t at, const char *bytes)
{
    while (at < text.len && (text.data[at] == '\0' || strchr(bytes, text.data[at]) == NULL)) {
        at++;
    }
    return at < text.len ? at : text.len;
}

static cclb_bytes part(cclb_bytes text, size_t start, size_t end)
{
    return cclb_bytes_of(text.data + start, end - start);
}

/* A name that is escaped could be any. */
static bool is_secret(struct masking *masking, cclb_bytes name)
{
    if (name.len > 0 && memchr(name.data, '%', name.len)) {
        masking->met[MASKED_PARAMETER_ESCAPED] = true;
        return true;
    }
    return names_meet(&masking->parameters, name);
}

/* Some servers end a parameter at a semicolon, others do not: a name may stand behind one, and a value have one. */
void mask_query(struct masking *masking, cclb_bytes query)
{
    size_t end;
    for (size_t at = 0; at < query.len; at = end + 1) {
        size_t name_end = find(query, at, "=&;");
        end = find(query, name_end, "&;");
        if (name_end < end && is_secret(masking, part(query, at, name_end))) {
            end = find(query, name_end, "&");
            mask_bytes(part(query, name_end + 1, end));
        }
    }
}

void mask_reference(struct masking *masking, cclb_bytes reference)
{
    size_t mark = find(reference, 0, "?");
    if (mark < reference.len) {
        mask_query(masking, part(reference, mark + 1, reference.len));
    }
}

/* The place behind the scheme and the slashes, of which parsers take any number, either way round, and blanks between. */
static size_t find_authority(cclb_bytes url)
{
    size_t at = find(url, 0, ":");
    while (at < url.len &&
           (url.data[at] == ':' || url.data[at] == '/' || url.data[at] == '\\' || url.data[at] <= ' ')) {
        at++;
    }
    return at;
}

static void mask_user(struct masking *masking, cclb_bytes user)
{
    size_t colon = find(user, 0, ":");
    masking->met[MASKED_UPSTREAM_USER] = true;
    mask_bytes(part(user, 0, colon));
    if (colon < user.len) {
        mask_bytes(part(user, colon + 1, user.len));
    }
}

void mask_url(struct masking *masking, cclb_bytes url)
{
    size_t start = find_authority(url);
    size_t end = find(url, start, "/\\?#");
    size_t host = end;
    while (host > start && url.data[host - 1] != '@') {
        host--;
    }
    if (host > start + 1) {
        mask_user(masking, part(url, start, host - 1));
    }
    mask_reference(masking, url);
}
