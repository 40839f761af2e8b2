/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_random.c - chance with a preference for what plugins and hosts look at: names that are dropped, claims that steer,
 * candidates that were sent twice, the word "secret".
 */

#include "host_random.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* splitmix64: every seed is a good one. */
static uint64_t next(struct host_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t below(struct host_random *random, size_t limit)
{
    return next(random) % limit;
}

static bool one_in(struct host_random *random, size_t chances)
{
    return below(random, chances) == 0;
}

/* ---- text, in the memory of the struct ---- */

static uint8_t *room(struct host_random *random, size_t len)
{
    if (len > sizeof random->text - random->used) {
        abort();
    }
    return random->text + random->used;
}

static void put(struct host_random *random, const char *format, ...)
{
    enum { LONGEST = 256 };
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf((char *)room(random, LONGEST), LONGEST, format, arguments);
    va_end(arguments);
    random->used += (size_t)len;
}

/* What was put since the text was `start` bytes long. */
static cclb_bytes since(const struct host_random *random, size_t start)
{
    return cclb_bytes_of(random->text + start, random->used - start);
}

/* Characters of one, two, three and four bytes. */
static void put_text(struct host_random *random, size_t count)
{
    static const char *const characters[] = {
        "a", "Z", "0", " ", "-", "%", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < count; i++) {
        put(random, "%s", characters[below(random, COUNT(characters))]);
    }
}

static cclb_bytes random_text(struct host_random *random, size_t limit)
{
    size_t start = random->used;
    put_text(random, below(random, limit));
    return since(random, start);
}

static cclb_bytes random_bytes(struct host_random *random, size_t limit)
{
    size_t len = below(random, limit);
    uint8_t *bytes = room(random, len);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)next(random);
    }
    random->used += len;
    return cclb_bytes_of(bytes, len);
}

/* ---- headers ---- */

static cclb_bytes header_value(struct host_random *random)
{
    size_t len = below(random, 24);
    uint8_t *bytes = room(random, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)next(random);
        bytes[i] = (c < 0x20 && c != '\t') || c == 0x7f ? 'v' : c;
    }
    random->used += len;
    return cclb_bytes_of(bytes, len);
}

static cclb_bytes header_name(struct host_random *random)
{
    static const char *const names[] = {
        "content-type",
        "x-session-id",
        "cookie",
        "accept",
        "host",
        "authorization",
        "x-api-key",
        "x-anthropic-y",
        "te",
        "connection",
        "content-length",
        "a",
        "b",
        "set-cookie",
        "x-redacted",
        "user-agent",
        "x-affinity",
        "upgrade",
        "trailers",
        "anthropic-version",
        "proxy-authorization",
        "keep-alive",
    };
    size_t start = random->used;
    put(random, "%s", names[below(random, COUNT(names))]);
    for (size_t i = start; i < random->used && one_in(random, 2); i++) {
        uint8_t c = random->text[i];
        random->text[i] = c >= 'a' && c <= 'z' ? (uint8_t)(c - ('a' - 'A')) : c;
    }
    return since(random, start);
}

static cclb_headers headers(struct host_random *random, cclb_header *items)
{
    size_t count = below(random, HOST_RANDOM_HEADERS + 1);
    for (size_t i = 0; i < count; i++) {
        items[i].name = header_name(random);
        items[i].value = header_value(random);
    }
    return (cclb_headers){items, count};
}

/* ---- bodies ---- */

static void put_json_body(struct host_random *random)
{
    put(random, "{\"model\":\"m-%zu\",\"max_tokens\":%zu,\"messages\":[", below(random, 3), below(random, 5000));
    for (size_t i = below(random, 4); i > 0; i--) {
        put(random, "{\"role\":\"user\",\"content\":\"");
        put_text(random, below(random, 40));
        put(random, "%s\"}%s", one_in(random, 3) ? " secret" : "", i > 1 ? "," : "");
    }
    put(random, "],\"stream\":%s}", one_in(random, 2) ? "true" : "false");
}

static cclb_bytes content(struct host_random *random)
{
    size_t start = random->used;
    if (one_in(random, 3)) {
        return random_bytes(random, 200);
    }
    if (one_in(random, 3)) {
        put_text(random, below(random, 50));
        put(random, "%s", one_in(random, 2) ? "secretsecret" : "secre");
        put_text(random, below(random, 50));
    } else {
        put_json_body(random);
    }
    return since(random, start);
}

/* The same in several pieces, some of them empty. */
static cclb_spans pieces(struct host_random *random, cclb_bytes whole, cclb_bytes *spans)
{
    size_t count = 0;
    while (whole.len > 0 && count + 1 < HOST_RANDOM_SPANS) {
        size_t len = below(random, whole.len + 1);
        spans[count++] = len > 0 ? cclb_bytes_of(whole.data, len) : (cclb_bytes){0};
        whole = cclb_bytes_of(whole.data + len, whole.len - len);
    }
    if (whole.len > 0) {
        spans[count++] = whole;
    }
    return (cclb_spans){spans, count};
}

/* ---- who asks, and for what ---- */

static void put_white_space(struct host_random *random)
{
    static const char *const spaces[] = {"", "", "", " ", "\n\t", "  "};
    put(random, "%s", spaces[below(random, COUNT(spaces))]);
}

static void put_claim(struct host_random *random)
{
    switch (below(random, 6)) {
    case 0:
        put(random, "\"keep_k\":%zu", below(random, 6));
        break;
    case 1:
        put(random, "\"keep\":");
        put_white_space(random);
        put(random, "%zu", below(random, 6));
        break;
    case 2:
        put(random, "\"token_limit\":%zu", below(random, 3000));
        break;
    case 3:
        put(random, "\"route_weights\":{\"n-0\" : %zu, \"n-1\":%zu}", below(random, 9), below(random, 9));
        break;
    case 4:
        put(random, "\"\\u00e9%zu\":[null,true,-1.50e2,\"a b\\n\"]", below(random, 9));
        break;
    default:
        put(random, "\"scope\":\"inference\"");
        break;
    }
}

static cclb_bytes claims(struct host_random *random)
{
    size_t start = random->used;
    if (one_in(random, 4)) {
        return (cclb_bytes){0};
    }
    put_white_space(random);
    put(random, "{");
    for (size_t i = below(random, 8); i > 0; i--) {
        put_white_space(random);
        put_claim(random);
        put_white_space(random);
        put(random, "%s", i > 1 ? "," : "");
    }
    put(random, "}");
    put_white_space(random);
    return since(random, start);
}

static cclb_optional_bytes maybe(struct host_random *random, cclb_bytes value)
{
    return (cclb_optional_bytes){!one_in(random, 3), value};
}

static uint32_t count(struct host_random *random)
{
    return one_in(random, 3) ? 0 : (uint32_t)next(random) >> below(random, 32);
}

static void candidate(struct host_random *random, size_t index)
{
    size_t start = random->used;
    put(random, "n-%zu", below(random, 4));
    cclb_candidate *made = &random->candidates[index];
    *made = (cclb_candidate){
        .name = since(random, start),
        .kind = (cclb_candidate_kind)below(random, 2),
        .observed_at_unix_secs = next(random) >> below(random, 64),
        .predicted_cache_read_tokens = count(random),
        .predicted_cache_creation_tokens_5m = count(random),
        .predicted_cache_creation_tokens_1h = count(random),
        .predicted_uncached_input_tokens = count(random),
        .has_plan_capacity_ratio = one_in(random, 2),
        .plan_capacity_ratio = (double)below(random, 100) / 7,
        .organization_type = random_text(random, 8),
        .rate_limit_tier = random_text(random, 8),
        .seat_tier = random_text(random, 8),
    };
    /* Few, so that some are sent twice; and in no order. */
    made->id.bytes[0] = (uint8_t)below(random, 12);
    made->id.bytes[15] = made->id.bytes[0];
}

static cclb_bytes path(struct host_random *random)
{
    static const char *const parts[] = {"v1", "messages", "%20", "..", ".", "", "\xc3\xa9", "a?b", "#x", "@h", ":80"};
    size_t start = random->used;
    do {
        put(random, "/%s", parts[below(random, COUNT(parts))]);
    } while (!one_in(random, 3));
    return since(random, start);
}

static cclb_optional_bytes base_url(struct host_random *random)
{
    static const char *const urls[] = {
        "https://h.test",  "https://H.test:443/",     "http://u:p@h.test:8080/a/b/", "https://[::1]",
        "https://127.1/x", "https://\xc3\xbc.test//", " https://h.test/%20 ",
    };
    return one_in(random, 6) ? (cclb_optional_bytes){0} : cclb_optional_text(urls[below(random, COUNT(urls))]);
}

static void make_request(struct host_random *random)
{
    static const char *const methods[] = {"GET", "POST", "pAtch", "!#$"};
    cclb_request *request = &random->request;
    *request = cclb_request_init();
    request->request_id = random_text(random, 12);
    request->thread_id = maybe(random, random_text(random, 12));
    request->service_tier = maybe(random, random_text(random, 12));
    request->canonical_model_id = random_text(random, 12);
    request->cache_pricing.status = random_text(random, 4);
    request->cache_pricing.cache_read_micros_per_million = (cclb_optional_u64){one_in(random, 2), next(random)};
    request->method = cclb_text(methods[below(random, COUNT(methods))]);
    request->path = path(random);
    request->query = maybe(random, random_text(random, 10));
    request->headers = headers(random, random->headers);
    request->body = pieces(random, content(random), random->spans[0]);
    request->principal.id = random_text(random, 6);
    request->principal.kind = (cclb_principal_kind)below(random, CCLB_PRINCIPAL_KIND_COUNT);
    request->principal.claims = claims(random);
    request->candidate_count = below(random, HOST_RANDOM_CANDIDATES + 1);
    for (size_t i = 0; i < request->candidate_count; i++) {
        candidate(random, i);
    }
    request->candidates = random->candidates;
    request->upstream_base_url = base_url(random);
}

void host_random_next(struct host_random *random)
{
    static const char *const events[] = {"ping", "delta", "", "message_stop"};
    random->used = 0;
    make_request(random);
    random->response = cclb_response_init();
    random->response.status = (uint16_t)(100 + below(random, 900));
    random->response.headers = headers(random, random->response_headers);
    random->response.body = pieces(random, content(random), random->spans[1]);
    random->event.event = cclb_text(events[below(random, COUNT(events))]);
    random->event.data = content(random);
}
