/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cclb_plugin.h - write cc-lb plugins in C or C++. This header is all there is: no library, no libc, no link step of
 * its own.
 *
 *     #define CCLB_PLUGIN_NAME "keep-all"
 *     #define CCLB_PLUGIN_VERSION "1.0.0"
 *     #define CCLB_PLUGIN_DESCRIPTION "Keeps every candidate."
 *     #define CCLB_PLUGIN_USAGE "Put it into a filter slot; there is nothing to set."
 *     #define CCLB_PLUGIN_FILTER "Keeps every candidate."
 *     #include "cclb_plugin.h"
 *
 *     void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
 *     {
 *         for (size_t i = 0; i < request->candidates.count; i++) {
 *             cclb_accept(answer, cclb_upstream_candidate_at(request->candidates, i).upstream_id);
 *         }
 *     }
 *
 * What a plugin says of itself is defined before this header is included, each as one string literal, "...", without a
 * prefix and in UTF-8, which begins with no white space. It becomes JSON as it is spelt, so that its escapes are those
 * that C and JSON have in common: \" \\ \n \t \r \uXXXX.
 *
 *     CCLB_PLUGIN_NAME, _VERSION, _DESCRIPTION, _USAGE       the plugin
 *     CCLB_PLUGIN_FILTER, CCLB_PLUGIN_SHAPE,                 the hooks that it has, each with what it does there
 *     CCLB_PLUGIN_TRANSFORM_RESPONSE,
 *     CCLB_PLUGIN_TRANSFORM_SSE_EVENT, CCLB_PLUGIN_OBSERVE
 *     CCLB_PLUGIN_FILTER_USAGE and its like                  how a hook is used; else CCLB_PLUGIN_USAGE
 *     CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP,                   a shape plugin leaves responses or events alone: hosts do
 *     CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP                   not call the hook, and there is no function to write
 *     CCLB_PLUGIN_FORM                                       the runtimes that it is for: 2, 6, 8 or 9 (the default)
 *     CCLB_PLUGIN_ALLOCATOR                                  memory comes from functions of the plugin ("Memory")
 *
 * A plugin is one source file, which may include others. It defines a function for each of its hooks ("Hooks"), and for
 * no other. A hook that a form lacks is left out of it, so that one source can be built for all of them:
 *
 *     form    built for runtimes    hooks
 *     2       0.1.0, 0.1.1          filter, shape, observe
 *     6       0.1.2, 0.1.3          all five
 *     8       0.1.4                 all five
 *     9       0.2.0, 0.3.0          all but observe
 *
 * Requests are read where the host put them: every cclb_bytes of a request points into it. An answer is written once
 * the function has returned, so that what it points to has to be there still: the request is, and so are memory of
 * cclb_alloc and constants; local variables are not. Text in requests is UTF-8; text in answers has to be, or the host
 * refuses the answer.
 *
 * What a form lacks of a request ("from W6 on") is absent, empty or 0 in it, and such an array has no elements.
 *
 * Every call begins in a fresh instance, with globals as they were compiled; in a stream session, which a host may
 * grant to transform_sse_event, the events of one response share one. Nothing else is shared, nothing runs in parallel.
 * Globals of C++ are constructed once in an instance, before its first call, and what they take of cclb_alloc then stays
 * as long as the instance; they are never destroyed. A static object within a function is constructed in the call that
 * first comes to it, and memory of cclb_alloc goes when that call does: what such an object keeps has to be in itself.
 *
 * The guide for authors is docs/plugin-author-guide.md, installed share/doc/cclb/docs/plugin-author-guide.md, with
 * plugins to begin from in guest/examples beside docs. cclb-build compiles (guest/build in the sources), and `cclb new`
 * begins a plugin.
 *
 * Names that end in an underscore are this header's own.
 */
#ifndef CCLB_PLUGIN_H
#define CCLB_PLUGIN_H

/* What a host calls is declared nowhere else. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-prototypes"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__wasm32__) || !defined(__wasm_bulk_memory__)
#error "cclb_plugin.h: compile with cclb-build (guest/build in the sources), which has the options that clang needs"
#endif

/* ---- What the plugin says of itself ---- */

/* Behind each error stands what lets the compiler go on, so that the error is all that it says. */

#ifndef CCLB_PLUGIN_FORM
#define CCLB_PLUGIN_FORM 9
#endif
#if CCLB_PLUGIN_FORM != 2 && CCLB_PLUGIN_FORM != 6 && CCLB_PLUGIN_FORM != 8 && CCLB_PLUGIN_FORM != 9
#error "cclb_plugin.h: CCLB_PLUGIN_FORM is a form that runtimes were published for: 2, 6, 8 or 9"
#undef CCLB_PLUGIN_FORM
#define CCLB_PLUGIN_FORM 9
#endif

#ifndef CCLB_PLUGIN_NAME
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_NAME \"the name of the plugin\""
#define CCLB_PLUGIN_NAME "-"
#endif
#ifndef CCLB_PLUGIN_VERSION
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_VERSION \"1.0.0\""
#define CCLB_PLUGIN_VERSION "-"
#endif
#ifndef CCLB_PLUGIN_DESCRIPTION
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_DESCRIPTION \"what the plugin does\""
#define CCLB_PLUGIN_DESCRIPTION "-"
#endif
#ifndef CCLB_PLUGIN_USAGE
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_USAGE \"how an operator uses the plugin\""
#define CCLB_PLUGIN_USAGE "-"
#endif

#if defined(CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP) && !defined(CCLB_PLUGIN_TRANSFORM_RESPONSE)
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "Leaves responses as they are."
#endif
#if defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP) && !defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT)
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Leaves events as they are."
#endif

/* The hooks that the plugin has in its form. */

#if defined(CCLB_PLUGIN_FILTER)
#define CCLB_HAS_FILTER_
#endif
#ifndef CCLB_PLUGIN_FILTER_USAGE
#define CCLB_PLUGIN_FILTER_USAGE CCLB_PLUGIN_USAGE
#endif
#if defined(CCLB_PLUGIN_SHAPE)
#define CCLB_HAS_SHAPE_
#endif
#ifndef CCLB_PLUGIN_SHAPE_USAGE
#define CCLB_PLUGIN_SHAPE_USAGE CCLB_PLUGIN_USAGE
#endif
#if defined(CCLB_PLUGIN_OBSERVE) && CCLB_PLUGIN_FORM < 9
#define CCLB_HAS_OBSERVE_
#endif
#ifndef CCLB_PLUGIN_OBSERVE_USAGE
#define CCLB_PLUGIN_OBSERVE_USAGE CCLB_PLUGIN_USAGE
#endif
#if defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) && CCLB_PLUGIN_FORM >= 6
#define CCLB_HAS_TRANSFORM_RESPONSE_
#endif
#ifndef CCLB_PLUGIN_TRANSFORM_RESPONSE_USAGE
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_USAGE CCLB_PLUGIN_USAGE
#endif
#if defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT) && CCLB_PLUGIN_FORM >= 6
#define CCLB_HAS_TRANSFORM_SSE_EVENT_
#endif
#ifndef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_USAGE
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_USAGE CCLB_PLUGIN_USAGE
#endif

#if defined(CCLB_PLUGIN_SHAPE) &&                                                                                      \
    (!defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) || !defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT))
#error "cclb_plugin.h: a shape plugin has both transform hooks too; to leave responses and events alone, write: \
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP and #define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP"
#endif
#if !defined(CCLB_PLUGIN_SHAPE) && (defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) || defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT))
#error "cclb_plugin.h: transform hooks belong to shape plugins; write: #define CCLB_PLUGIN_SHAPE \"what shape does\""
#endif
#if !defined(CCLB_HAS_FILTER_) && !defined(CCLB_HAS_SHAPE_) && !defined(CCLB_HAS_OBSERVE_) &&                          \
    !defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) && !defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT)
#ifdef CCLB_PLUGIN_OBSERVE
#error "cclb_plugin.h: form 9 has no observe hook; build this plugin for form 8 or older, or give it another hook"
#else
#error "cclb_plugin.h: the plugin has no hook; write for instance: #define CCLB_PLUGIN_FILTER \"what its filter does\""
#endif
#endif

/* ---- The language ---- */

#ifdef __cplusplus
#define CCLB_ZERO_                                                                                                     \
    {                                                                                                                  \
    }
#define CCLB_ASSERT_(condition, words) static_assert(condition, words)
extern "C" {
#else
#define CCLB_ZERO_                                                                                                     \
    {                                                                                                                  \
        0                                                                                                              \
    }
#define CCLB_ASSERT_(condition, words) _Static_assert(condition, words)
#endif

#define CCLB_EXPORT_(name) __attribute__((export_name(name), used, visibility("default")))

/* The one of four numbers that holds in the plugin's form. */
#if CCLB_PLUGIN_FORM == 2
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w2)
#elif CCLB_PLUGIN_FORM == 6
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w6)
#elif CCLB_PLUGIN_FORM == 8
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w8)
#else
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w9)
#endif

/* Gives up: the call ends as a trap, and the host does what the slot's failure policy says. */
__attribute__((noreturn)) static inline void cclb_plugin_fail(void)
{
    __builtin_trap();
}

/* ---- Bytes and text ---- */

/* A borrowed run of bytes, of text if its comment says so; never NUL-terminated. data may be NULL when len is 0. */
typedef struct cclb_bytes {
    const uint8_t *data;
    size_t len;
} cclb_bytes;

/* Bytes that may be absent, which is something else than empty. */
typedef struct cclb_optional_bytes {
    bool present;
    cclb_bytes value; /* empty if absent */
} cclb_optional_bytes;

/* A number that may be absent. */
typedef struct cclb_optional_u64 {
    bool present;
    uint64_t value; /* 0 if absent */
} cclb_optional_u64;

/* The `len` bytes at `data`. */
static inline cclb_bytes cclb_bytes_of(const void *data, size_t len)
{
    cclb_bytes bytes;
    bytes.data = (const uint8_t *)data;
    bytes.len = len;
    return bytes;
}

/* The text of a string literal. */
#define CCLB_TEXT(literal) cclb_bytes_of("" literal, sizeof(literal) - 1)

/* The bytes from `start` on, fewer than there are if `start` is behind their end. */
static inline cclb_bytes cclb_bytes_from(cclb_bytes bytes, size_t start)
{
    size_t skipped = start < bytes.len ? start : bytes.len;
    return cclb_bytes_of(skipped > 0 ? bytes.data + skipped : bytes.data, bytes.len - skipped);
}

/* Whether two runs hold the same bytes. */
static inline bool cclb_bytes_equal(cclb_bytes a, cclb_bytes b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (a.data[i] != b.data[i]) {
            return false;
        }
    }
    return true;
}

static inline uint8_t cclb_lower_(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* The same where the case of ASCII letters does not count, as in names of headers. */
static inline bool cclb_bytes_equal_ignoring_case(cclb_bytes a, cclb_bytes b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (cclb_lower_(a.data[i]) != cclb_lower_(b.data[i])) {
            return false;
        }
    }
    return true;
}

/* Where two runs of `len` bytes first differ, by eight bytes at a time; len if nowhere. */
static inline size_t cclb_first_difference_(const uint8_t *a, const uint8_t *b, size_t len)
{
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        uint64_t ours;
        uint64_t theirs;
        __builtin_memcpy(&ours, a + at, sizeof ours);
        __builtin_memcpy(&theirs, b + at, sizeof theirs);
        if (ours != theirs) {
            return at + (size_t)__builtin_ctzll(ours ^ theirs) / 8;
        }
    }
    while (at < len && a[at] == b[at]) {
        at++;
    }
    return at;
}

/* Below, at or above 0 as `a` comes before, is the same as, or comes behind `b`, byte by byte. */
static inline int cclb_bytes_compare(cclb_bytes a, cclb_bytes b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    size_t at = cclb_first_difference_(a.data, b.data, shorter);
    if (at < shorter) {
        return a.data[at] < b.data[at] ? -1 : 1;
    }
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

static inline bool cclb_starts_with(cclb_bytes bytes, cclb_bytes start)
{
    return bytes.len >= start.len && cclb_bytes_equal(cclb_bytes_of(bytes.data, start.len), start);
}

static inline bool cclb_ends_with(cclb_bytes bytes, cclb_bytes end)
{
    return bytes.len >= end.len && cclb_bytes_equal(cclb_bytes_from(bytes, bytes.len - end.len), end);
}

/* Has its lowest bit that is set in the lowest byte of `word` that is `byte`; 0 if there is none. */
static inline uint64_t cclb_match_(uint64_t word, uint8_t byte)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t other = word ^ ones * byte;
    return (other - ones) & ~other & ones << 7;
}

/* Where `a` or `b` first stands at or behind `from`, by eight bytes at a time; bytes.len if nowhere. */
static inline size_t cclb_find_either(cclb_bytes bytes, uint8_t a, uint8_t b, size_t from)
{
    size_t at = from;
    for (; at < bytes.len && bytes.len - at >= 8; at += 8) {
        uint64_t word;
        __builtin_memcpy(&word, bytes.data + at, sizeof word);
        uint64_t found = cclb_match_(word, a) | cclb_match_(word, b);
        if (found != 0) {
            return at + (size_t)__builtin_ctzll(found) / 8;
        }
    }
    for (; at < bytes.len; at++) {
        if (bytes.data[at] == a || bytes.data[at] == b) {
            return at;
        }
    }
    return bytes.len;
}

/* Where `wanted` first stands in `bytes`, at or behind `from`; bytes.len if nowhere. Nothing stands nowhere. */
static inline size_t cclb_find(cclb_bytes bytes, cclb_bytes wanted, size_t from)
{
    if (wanted.len == 0) {
        return bytes.len;
    }
    size_t at = cclb_find_either(bytes, wanted.data[0], wanted.data[0], from);
    while (at < bytes.len && !cclb_starts_with(cclb_bytes_from(bytes, at), wanted)) {
        at = cclb_find_either(bytes, wanted.data[0], wanted.data[0], at + 1);
    }
    return at;
}

/* A request lies in the plugin's own memory, which it may change: what `bytes` of a request point to, to be written. */
static inline uint8_t *cclb_writable(cclb_bytes bytes)
{
    return (uint8_t *)(uintptr_t)bytes.data;
}

/* Bytes in several pieces, sent as if they were one; cclb_bytes_list_add adds one. */
typedef struct cclb_bytes_list {
    cclb_bytes *items;
    size_t count;
    size_t capacity;
} cclb_bytes_list;

/* ---- Messages ---- */

/* What is known of a principal: one key, one value. */
typedef struct cclb_claim {
    cclb_bytes key;   /* text */
    cclb_bytes value; /* bytes */
} cclb_claim;

/* An array in a request; cclb_claim_at reads it. */
typedef struct cclb_claims {
    const uint8_t *records;
    size_t count;
} cclb_claims;

/* A header of a request or a response; names come in lower case. */
typedef struct cclb_header {
    cclb_bytes name;  /* text */
    cclb_bytes value; /* bytes */
} cclb_header;

/* An array in a request; cclb_header_at reads it. */
typedef struct cclb_headers {
    const uint8_t *records;
    size_t count;
} cclb_headers;

/* An array in an answer, empty when zeroed; cclb_header_list_add makes it longer. */
typedef struct cclb_header_list {
    cclb_header *items;
    size_t count;
    size_t capacity;
} cclb_header_list;

/* One server-sent event: its type, which may be empty, and its data, lines joined by a newline. */
typedef struct cclb_sse_event {
    cclb_bytes event; /* text */
    cclb_bytes data;  /* bytes */
} cclb_sse_event;

/* An array in an answer, empty when zeroed; cclb_sse_event_list_add makes it longer. */
typedef struct cclb_sse_event_list {
    cclb_sse_event *items;
    size_t count;
    size_t capacity;
} cclb_sse_event_list;

/* Who makes the request. */
typedef struct cclb_principal {
    cclb_bytes id;   /* text */
    cclb_bytes kind; /* text */
    cclb_claims claims;
} cclb_principal;

typedef enum cclb_upstream_kind {
    CCLB_UPSTREAM_ANTHROPIC_DIRECT
} cclb_upstream_kind;

/* Where a request goes. */
typedef struct cclb_upstream {
    uint32_t kind;                /* cclb_upstream_kind */
    cclb_optional_bytes base_url; /* text, ends with a slash, unless it has a path without one */
} cclb_upstream;

/* What the model costs, in millionths of a currency unit per million tokens; absent where nobody knows. */
typedef struct cclb_cache_pricing {
    cclb_bytes status; /* text */
    cclb_optional_u64 input_micros_per_million;
    cclb_optional_u64 cache_creation_5m_micros_per_million;
    cclb_optional_u64 cache_creation_1h_micros_per_million;
    cclb_optional_u64 cache_read_micros_per_million;
} cclb_cache_pricing;

/* An upstream that may take the request. */
typedef struct cclb_upstream_candidate {
    cclb_bytes upstream_id;                      /* text, what a verdict names */
    cclb_bytes name;                             /* text */
    cclb_bytes kind;                             /* text */
    uint64_t observed_at_unix_secs;              /* when the host learnt the figures below */
    uint32_t predicted_cache_read_tokens;        /* tokens that its prompt cache would serve */
    uint32_t predicted_cache_creation_tokens_5m; /* from W6 on */
    uint32_t predicted_cache_creation_tokens_1h; /* from W6 on */
    uint32_t predicted_uncached_input_tokens;    /* from W6 on */
    double plan_capacity_ratio;                  /* 1 if nobody knows, from W6 on */
    cclb_bytes organization_type;                /* text, from W6 on */
    cclb_bytes rate_limit_tier;                  /* text, from W6 on */
    cclb_bytes seat_tier;                        /* text, from W6 on */
} cclb_upstream_candidate;

/* An array in a request; cclb_upstream_candidate_at reads it. */
typedef struct cclb_upstream_candidates {
    const uint8_t *records;
    size_t count;
} cclb_upstream_candidates;

/*
 * A verdict on a candidate. The decision "accept" keeps it and any other rejects it; hosts count one that has
 * rate_limit, quota or unhealthy in it as that.
 */
typedef struct cclb_candidate_reason {
    cclb_bytes upstream_id; /* text, of the candidate */
    cclb_bytes decision;    /* text */
    cclb_bytes reason;      /* text, may be empty */
} cclb_candidate_reason;

/* An array in an answer, empty when zeroed; cclb_candidate_reason_list_add makes it longer. */
typedef struct cclb_candidate_reason_list {
    cclb_candidate_reason *items;
    size_t count;
    size_t capacity;
} cclb_candidate_reason_list;

/* What a filter is asked: which of these candidates may take this request? */
typedef struct cclb_filter_request {
    cclb_bytes request_id;            /* text */
    cclb_optional_bytes thread_id;    /* text, from W6 on */
    cclb_optional_bytes service_tier; /* text, from W8 on */
    cclb_bytes canonical_model_id;    /* text, from W6 on */
    cclb_cache_pricing cache_pricing; /* from W6 on */
    cclb_bytes method;                /* text */
    cclb_bytes path;                  /* text */
    cclb_optional_bytes query;        /* text, without the question mark */
    cclb_headers headers;
    cclb_bytes body;                  /* bytes */
    cclb_principal principal;
    cclb_upstream_candidates candidates;
} cclb_filter_request;

/* What a filter answers: a verdict on each candidate. */
typedef struct cclb_filter_response {
    cclb_candidate_reason_list results;
} cclb_filter_response;

/* What shape is asked: how does this request go to this upstream? */
typedef struct cclb_shape_request {
    cclb_bytes request_id;     /* text */
    cclb_bytes method;         /* text */
    cclb_bytes path;           /* text */
    cclb_optional_bytes query; /* text, without the question mark */
    cclb_headers headers;
    cclb_bytes body;           /* bytes */
    cclb_principal principal;
    cclb_upstream upstream;
} cclb_shape_request;

/* What shape answers: the request to send. The body is all pieces of the list, one behind the other. */
typedef struct cclb_shape_response {
    cclb_bytes url;       /* text, absolute */
    cclb_bytes method;    /* text */
    cclb_header_list headers;
    cclb_bytes_list body; /* bytes */
} cclb_shape_response;

/* A whole response on its way back, to leave or to change. */
typedef struct cclb_transform_response_request {
    cclb_bytes request_id;         /* text */
    cclb_principal principal;
    cclb_upstream upstream;
    cclb_bytes request_method;     /* text */
    cclb_bytes request_path;       /* text */
    cclb_bytes canonical_model_id; /* text */
    uint16_t response_status;
    cclb_headers response_headers;
    cclb_bytes body;               /* bytes */
} cclb_transform_response_request;

typedef enum cclb_transform_response_result_kind {
    CCLB_TRANSFORM_RESPONSE_UNCHANGED,
    CCLB_TRANSFORM_RESPONSE_REPLACE
} cclb_transform_response_result_kind;

/* What becomes of a response; as it is given to the plugin, zeroed, it says that nothing does. */
typedef struct cclb_transform_response_result {
    uint32_t kind;        /* cclb_transform_response_result_kind */
    bool has_status;
    uint16_t status;
    bool has_headers;
    cclb_header_list headers;
    bool has_body;
    cclb_bytes_list body; /* bytes */
} cclb_transform_response_result;

/* One event of a response that is streamed back. */
typedef struct cclb_transform_sse_event_request {
    cclb_bytes request_id;         /* text */
    cclb_principal principal;
    cclb_upstream upstream;
    cclb_bytes request_method;     /* text */
    cclb_bytes request_path;       /* text */
    cclb_bytes canonical_model_id; /* text */
    uint16_t response_status;
    cclb_headers response_headers;
    cclb_sse_event event;
} cclb_transform_sse_event_request;

typedef enum cclb_transform_sse_event_result_kind {
    CCLB_TRANSFORM_SSE_EVENT_UNCHANGED,
    CCLB_TRANSFORM_SSE_EVENT_REPLACE,
    CCLB_TRANSFORM_SSE_EVENT_DROP
} cclb_transform_sse_event_result_kind;

/* What becomes of an event; as it is given to the plugin, zeroed, it says that nothing does. */
typedef struct cclb_transform_sse_event_result {
    uint32_t kind; /* cclb_transform_sse_event_result_kind */
    cclb_sse_event_list events;
} cclb_transform_sse_event_result;

typedef enum cclb_observe_event_kind {
    CCLB_OBSERVE_REQUEST_STARTED,
    CCLB_OBSERVE_AUTHN_COMPLETE,
    CCLB_OBSERVE_UPSTREAM_CHOSEN,
    CCLB_OBSERVE_CHUNK,
    CCLB_OBSERVE_REQUEST_FINISHED,
    CCLB_OBSERVE_ERROR
} cclb_observe_event_kind;

/* Something that happened to a request. Only the member of its kind is filled in. */
typedef struct cclb_observe_event {
    uint32_t kind; /* cclb_observe_event_kind */
    union {
        struct {
            cclb_bytes request_id;                     /* text */
            cclb_optional_bytes downstream_user_agent; /* text */
        } request_started;
        struct {
            cclb_bytes principal_id;   /* text */
            cclb_bytes principal_kind; /* text */
        } authn_complete;
        struct {
            cclb_upstream upstream;
        } upstream_chosen;
        struct {
            uint64_t batch_index;
            uint64_t event_count;
            uint64_t total_bytes;
        } chunk;
        struct {
            uint16_t status;
            cclb_optional_u64 input_tokens;
            cclb_optional_u64 output_tokens;
            cclb_optional_u64 cache_creation_input_tokens;
            cclb_optional_u64 cache_read_input_tokens;
            uint64_t duration_ms;
        } request_finished;
        struct {
            cclb_bytes code;    /* text */
            cclb_bytes message; /* text */
            cclb_bytes source;  /* text */
        } error;
    } as;
} cclb_observe_event;

/* ---- Hooks ---- */

/*
 * What a plugin defines: the function of each hook that it has. The answer comes zeroed: no verdict, nothing changed,
 * no record. A function that cannot answer calls cclb_plugin_fail().
 *
 * The record of an event is any bytes, which the host keeps or counts as it likes; it may be empty.
 *
 * A function whose hook is not declared would be left out without a word; so its name is an error. So are the functions
 * of an allocator that is not declared.
 */
#define CCLB_PRAGMA_(...) _Pragma(#__VA_ARGS__)
#define CCLB_UNDECLARED_(function, name)                                                                               \
    CCLB_PRAGMA_(GCC error "cclb_plugin.h: " #function " is there, and its hook is not declared: before the "          \
                           "#include, write: #define " #name " \"what it does\"")                                      \
    undeclared_##function

#ifndef CCLB_PLUGIN_ALLOCATOR
#define CCLB_NO_ALLOCATOR_(function)                                                                                   \
    CCLB_PRAGMA_(GCC error "cclb_plugin.h: " #function " is there, and nobody would call it: before the #include, "    \
                           "write: #define CCLB_PLUGIN_ALLOCATOR")                                                     \
    undeclared_##function
#define plugin_alloc(...) CCLB_NO_ALLOCATOR_(plugin_alloc)(__VA_ARGS__)
#define plugin_free(...) CCLB_NO_ALLOCATOR_(plugin_free)(__VA_ARGS__)
#endif

#ifdef CCLB_PLUGIN_FILTER
void plugin_filter(const cclb_filter_request *request,
                   cclb_filter_response *answer);
#else
#define plugin_filter(...) CCLB_UNDECLARED_(plugin_filter, CCLB_PLUGIN_FILTER)(__VA_ARGS__)
#endif
#ifdef CCLB_PLUGIN_SHAPE
void plugin_shape(const cclb_shape_request *request,
                  cclb_shape_response *answer);
#else
#define plugin_shape(...) CCLB_UNDECLARED_(plugin_shape, CCLB_PLUGIN_SHAPE)(__VA_ARGS__)
#endif
#ifdef CCLB_PLUGIN_OBSERVE
void plugin_observe(const cclb_observe_event *event,
                    cclb_bytes *record);
#else
#define plugin_observe(...) CCLB_UNDECLARED_(plugin_observe, CCLB_PLUGIN_OBSERVE)(__VA_ARGS__)
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE
void plugin_transform_response(const cclb_transform_response_request *request,
                               cclb_transform_response_result *answer);
#else
#define plugin_transform_response(...) CCLB_UNDECLARED_(plugin_transform_response, CCLB_PLUGIN_TRANSFORM_RESPONSE)(__VA_ARGS__)
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT
void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer);
#else
#define plugin_transform_sse_event(...) CCLB_UNDECLARED_(plugin_transform_sse_event, CCLB_PLUGIN_TRANSFORM_SSE_EVENT)(__VA_ARGS__)
#endif

/* ---- Numbers of 128 bits ---- */

/*
 * What the compiler calls for them, and for a product of 64-bit numbers whose overflow is checked: no library is linked
 * that has it. The linker drops what is not called; where a library is linked all the same, one of the two serves.
 * They are made of 64-bit operations and of shifts by constants, for which the compiler calls nothing.
 */
__extension__ typedef unsigned __int128 cclb_u128_;
__extension__ typedef __int128 cclb_i128_;

#define CCLB_COMPILER_CALLS_ __attribute__((weak))

static inline cclb_u128_ cclb_u128_of_(uint64_t high, uint64_t low)
{
    return (cclb_u128_)high << 64 | low;
}

/* Of two 64-bit numbers, by their halves of 32 bits. */
static inline cclb_u128_ cclb_product_(uint64_t a, uint64_t b)
{
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    uint64_t middle = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    uint64_t other = (a & UINT32_MAX) * (b >> 32) + (middle & UINT32_MAX);
    return cclb_u128_of_((a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32), other << 32 | (low & UINT32_MAX));
}

CCLB_COMPILER_CALLS_ cclb_i128_ __multi3(cclb_i128_ a, cclb_i128_ b)
{
    uint64_t a_low = (uint64_t)a;
    uint64_t b_low = (uint64_t)b;
    uint64_t a_high = (uint64_t)((cclb_u128_)a >> 64);
    uint64_t b_high = (uint64_t)((cclb_u128_)b >> 64);
    return (cclb_i128_)(cclb_product_(a_low, b_low) + cclb_u128_of_(a_high * b_low + a_low * b_high, 0));
}

/* By less than 128, as all three. */
CCLB_COMPILER_CALLS_ cclb_i128_ __ashlti3(cclb_i128_ value, int by)
{
    uint64_t low = (uint64_t)value;
    uint64_t high = (uint64_t)((cclb_u128_)value >> 64);
    if (by >= 64) {
        return (cclb_i128_)cclb_u128_of_(low << (by - 64), 0);
    }
    return by == 0 ? value : (cclb_i128_)cclb_u128_of_(high << by | low >> (64 - by), low << by);
}

CCLB_COMPILER_CALLS_ cclb_i128_ __lshrti3(cclb_i128_ value, int by)
{
    uint64_t low = (uint64_t)value;
    uint64_t high = (uint64_t)((cclb_u128_)value >> 64);
    if (by >= 64) {
        return (cclb_i128_)cclb_u128_of_(0, high >> (by - 64));
    }
    return by == 0 ? value : (cclb_i128_)cclb_u128_of_(high >> by, high << (64 - by) | low >> by);
}

CCLB_COMPILER_CALLS_ cclb_i128_ __ashrti3(cclb_i128_ value, int by)
{
    uint64_t low = (uint64_t)value;
    int64_t high = (int64_t)(value >> 64);
    if (by >= 64) {
        return (cclb_i128_)cclb_u128_of_((uint64_t)(high >> 63), (uint64_t)(high >> (by - 64)));
    }
    return by == 0 ? value : (cclb_i128_)cclb_u128_of_((uint64_t)(high >> by), (uint64_t)high << (64 - by) | low >> by);
}

/* Bit by bit, unless 64 bits hold both; a division by zero is a trap, as of other numbers. */
__attribute__((noinline)) static inline cclb_u128_ cclb_divide_(cclb_u128_ dividend, cclb_u128_ divisor,
                                                                cclb_u128_ *remainder)
{
    cclb_u128_ quotient = 0;
    cclb_u128_ rest = 0;
    if (divisor == 0) {
        cclb_plugin_fail();
    }
    if (dividend >> 64 == 0 && divisor >> 64 == 0) {
        *remainder = (uint64_t)dividend % (uint64_t)divisor;
        return (uint64_t)dividend / (uint64_t)divisor;
    }
    for (int i = 0; i < 128; i++) {
        bool is_above = rest >> 127 != 0;
        rest = rest << 1 | dividend >> 127;
        dividend <<= 1;
        is_above = is_above || rest >= divisor;
        rest -= is_above ? divisor : 0;
        quotient = quotient << 1 | is_above;
    }
    *remainder = rest;
    return quotient;
}

static inline cclb_u128_ cclb_magnitude_(cclb_i128_ value)
{
    return value < 0 ? 0 - (cclb_u128_)value : (cclb_u128_)value;
}

CCLB_COMPILER_CALLS_ cclb_u128_ __udivti3(cclb_u128_ dividend, cclb_u128_ divisor)
{
    cclb_u128_ remainder;
    return cclb_divide_(dividend, divisor, &remainder);
}

CCLB_COMPILER_CALLS_ cclb_u128_ __umodti3(cclb_u128_ dividend, cclb_u128_ divisor)
{
    cclb_u128_ remainder;
    cclb_divide_(dividend, divisor, &remainder);
    return remainder;
}

CCLB_COMPILER_CALLS_ cclb_i128_ __divti3(cclb_i128_ dividend, cclb_i128_ divisor)
{
    cclb_u128_ remainder;
    cclb_u128_ quotient = cclb_divide_(cclb_magnitude_(dividend), cclb_magnitude_(divisor), &remainder);
    return (cclb_i128_)((dividend < 0) == (divisor < 0) ? quotient : 0 - quotient);
}

/* The remainder has the sign of the dividend. */
CCLB_COMPILER_CALLS_ cclb_i128_ __modti3(cclb_i128_ dividend, cclb_i128_ divisor)
{
    cclb_u128_ remainder;
    cclb_divide_(cclb_magnitude_(dividend), cclb_magnitude_(divisor), &remainder);
    return (cclb_i128_)(dividend < 0 ? 0 - remainder : remainder);
}

/* ---- Memory ---- */

/*
 * Memory for a call is taken from one end of the heap and given back all at once, when the call is over: nothing needs
 * to be freed. It begins behind the plugin's data, inside the memory that the module starts with, and grows only when a
 * payload needs it.
 *
 * With CCLB_PLUGIN_ALLOCATOR it comes from two functions of the plugin's own. plugin_alloc answers NULL if there is
 * none. All that was taken for a call, by cclb_alloc too, is given back to plugin_free when the call is over, with the
 * size and the alignment that plugin_alloc was asked for; but the answer when the host gives it back, which it does in
 * stream sessions if the trial call of admission showed that to be safe. What is to stay for the next event of a session,
 * a plugin takes from plugin_alloc itself.
 */
enum { CCLB_PAGE_ = 65536 };

#ifdef CCLB_PLUGIN_ALLOCATOR

void *plugin_alloc(size_t size, size_t align);
void plugin_free(void *block, size_t size, size_t align);

#define cclb_take_(size, align) plugin_alloc(size, align)
#define cclb_give_back_(block, size, align) plugin_free(block, size, align)

/* What stands before memory that is taken for a call, and is taken with it. */
typedef struct cclb_block_ {
    struct cclb_block_ *older, *newer;
    size_t size, align;
} cclb_block_;

static cclb_block_ *cclb_newest_block_; /* of those that this call has taken */

static void *cclb_take_for_call_(size_t size, size_t align)
{
    align = align > sizeof(cclb_block_) ? align : sizeof(cclb_block_);
    if (__builtin_add_overflow(size, align, &size)) {
        return NULL;
    }
    uint8_t *start = (uint8_t *)cclb_take_(size, align);
    if (start == NULL) {
        return NULL;
    }
    cclb_block_ *block = (cclb_block_ *)(void *)(start + align) - 1;
    block->older = cclb_newest_block_;
    block->newer = NULL;
    block->size = size;
    block->align = align;
    if (block->older != NULL) {
        block->older->newer = block;
    }
    cclb_newest_block_ = block;
    return start + align;
}

/* What a constructor took is in no call's list. */
static void cclb_give_back_early_(void *memory, size_t size, size_t align)
{
    (void)size;
    (void)align;
    cclb_block_ *block = (cclb_block_ *)memory - 1;
    if (block->older != NULL) {
        block->older->newer = block->newer;
    }
    if (block->newer != NULL) {
        block->newer->older = block->older;
    } else if (block == cclb_newest_block_) {
        cclb_newest_block_ = block->older;
    }
    cclb_give_back_((uint8_t *)memory - block->align, block->size, block->align);
}

static inline void cclb_call_begins_(void)
{
    cclb_newest_block_ = NULL;
}

static inline void cclb_call_answers_(void *input, size_t input_size, const void *answer)
{
    (void)answer;
    while (cclb_newest_block_ != NULL) {
        cclb_give_back_early_(cclb_newest_block_ + 1, 0, 0);
    }
    cclb_give_back_(input, input_size, 16);
}

#else

extern unsigned char __heap_base; /* where the linker's own layout ends */

static unsigned char *cclb_heap_end_ = &__heap_base; /* of what is taken */
static unsigned char *cclb_call_start_;              /* where the request of this call begins */
static const void *cclb_call_answer_;                /* of this call, once there is one */

static void *cclb_take_(size_t size, size_t align)
{
    uint64_t start = ((uint64_t)(uintptr_t)cclb_heap_end_ + align - 1) & ~((uint64_t)align - 1);
    uint64_t end = start + size;
    uint64_t present = (uint64_t)__builtin_wasm_memory_size(0) * CCLB_PAGE_;
    if (end > present) {
        uint64_t pages = (end - present + CCLB_PAGE_ - 1) / CCLB_PAGE_;
        if (end > UINT32_MAX || __builtin_wasm_memory_grow(0, (size_t)pages) == SIZE_MAX) {
            return NULL;
        }
    }
    cclb_heap_end_ = (unsigned char *)(uintptr_t)end;
    return (void *)(uintptr_t)start;
}

/* An answer takes with it all that its call took; else only what was taken last can be taken again. */
static inline void cclb_give_back_(void *block, size_t size, size_t align)
{
    (void)align;
    if (block == cclb_call_answer_ && block != NULL) {
        cclb_heap_end_ = cclb_call_start_;
        cclb_call_answer_ = NULL;
    } else if (block != NULL && (unsigned char *)block + size == cclb_heap_end_) {
        cclb_heap_end_ = (unsigned char *)block;
    }
}

#define cclb_take_for_call_(size, align) cclb_take_(size, align)
#define cclb_give_back_early_(block, size, align) cclb_give_back_(block, size, align)

static inline void cclb_call_begins_(void)
{
    cclb_call_start_ = cclb_heap_end_;
    cclb_call_answer_ = NULL;
}

static inline void cclb_call_answers_(void *input, size_t input_size, const void *answer)
{
    (void)input;
    (void)input_size;
    cclb_call_answer_ = answer;
}

#endif

/*
 * `size` bytes of memory, uninitialized, until the call is over, or as long as the instance if a constructor of a global
 * takes them; traps if there is none. NULL if size is 0.
 */
static inline void *cclb_alloc(size_t size, size_t align)
{
    if (size == 0) {
        return NULL;
    }
    void *block = cclb_take_for_call_(size, align);
    if (block == NULL) {
        cclb_plugin_fail();
    }
    return block;
}

/* Gives back memory of cclb_alloc before the call is over, with what it was taken with. It need not be done. */
static inline void cclb_free(void *block, size_t size, size_t align)
{
    if (block != NULL) {
        cclb_give_back_early_(block, size, align);
    }
}

/*
 * Copies bytes that do not overlap. Most are few, and then moves of constant size, which may overlap in the middle, cost
 * less than what copies any length.
 */
static inline void cclb_copy(uint8_t *to, const uint8_t *from, size_t len)
{
    if (len > 64) {
        __builtin_memcpy(to, from, len);
    } else if (len > 32) {
        __builtin_memcpy(to, from, 32);
        __builtin_memcpy(to + len - 32, from + len - 32, 32);
    } else if (len > 16) {
        __builtin_memcpy(to, from, 16);
        __builtin_memcpy(to + len - 16, from + len - 16, 16);
    } else if (len >= 8) {
        __builtin_memcpy(to, from, 8);
        __builtin_memcpy(to + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        __builtin_memcpy(to, from, 4);
        __builtin_memcpy(to + len - 4, from + len - 4, 4);
    } else if (len > 0) {
        to[0] = from[0];
        to[len / 2] = from[len / 2];
        to[len - 1] = from[len - 1];
    }
}

/* What compilers call although nobody else does; a libc's own, if one is linked, may take their place. */
__attribute__((weak)) void *memcpy(void *to, const void *from, size_t len)
{
    return __builtin_memcpy(to, from, len);
}

__attribute__((weak)) void *memmove(void *to, const void *from, size_t len)
{
    return __builtin_memmove(to, from, len);
}

__attribute__((weak)) void *memset(void *to, int byte, size_t len)
{
    return __builtin_memset(to, byte, len);
}

__attribute__((weak)) int memcmp(const void *a, const void *b, size_t len)
{
    return cclb_bytes_compare(cclb_bytes_of(a, len), cclb_bytes_of(b, len));
}

/* ---- Lists in answers ---- */

/* Makes room for more items in a full list. */
static void *cclb_longer_(void *items, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    size_t len = *capacity * size;
    if (wanted > SIZE_MAX / 2 / size) {
        cclb_plugin_fail();
    }
    void *longer = cclb_alloc(wanted * size, 4);
    if (len > 0) {
        __builtin_memcpy(longer, items, len);
    }
    cclb_free(items, len, 4);
    *capacity = wanted;
    return longer;
}

/* Each adds one item behind the others; what it points to has to outlive the plugin's function, as in all answers. */
static inline void cclb_bytes_list_add(cclb_bytes_list *list, cclb_bytes item)
{
    if (list->count == list->capacity) {
        list->items = (cclb_bytes *)cclb_longer_(list->items, &list->capacity, sizeof item);
    }
    list->items[list->count++] = item;
}

static inline void cclb_header_list_add(cclb_header_list *list, cclb_header item)
{
    if (list->count == list->capacity) {
        list->items = (cclb_header *)cclb_longer_(list->items, &list->capacity, sizeof item);
    }
    list->items[list->count++] = item;
}

static inline void cclb_sse_event_list_add(cclb_sse_event_list *list, cclb_sse_event item)
{
    if (list->count == list->capacity) {
        list->items = (cclb_sse_event *)cclb_longer_(list->items, &list->capacity, sizeof item);
    }
    list->items[list->count++] = item;
}

static inline void cclb_candidate_reason_list_add(cclb_candidate_reason_list *list, cclb_candidate_reason item)
{
    if (list->count == list->capacity) {
        list->items = (cclb_candidate_reason *)cclb_longer_(list->items, &list->capacity, sizeof item);
    }
    list->items[list->count++] = item;
}

/* ---- Reading requests ---- */

/*
 * The host wrote the request and checked it, so that it is believed. Held against the memory are only the length of the
 * whole and of each array: then whoever walks an array comes to an end.
 *
 * `at` is a field's offset in its record, below 0 if the form lacks it.
 */

static inline const uint8_t *cclb_root_(const uint8_t *input, size_t size, size_t root_size)
{
    if (size < root_size) {
        cclb_plugin_fail();
    }
    return input + (size - root_size);
}

#define CCLB_READ_NUMBER_(kind, type)                                                                                  \
    static inline type cclb_read_##kind##_(const uint8_t *record, int at)                                              \
    {                                                                                                                  \
        type value = 0;                                                                                                \
        if (at >= 0) {                                                                                                 \
            __builtin_memcpy(&value, record + at, sizeof value);                                                       \
        }                                                                                                              \
        return value;                                                                                                  \
    }

CCLB_READ_NUMBER_(u16, uint16_t)
CCLB_READ_NUMBER_(u32, uint32_t)
CCLB_READ_NUMBER_(u64, uint64_t)
CCLB_READ_NUMBER_(f64, double)

/* A box: how far from it its target lies, and how long that is. */
static inline cclb_bytes cclb_read_bytes_(const uint8_t *record, int at)
{
    cclb_bytes value = CCLB_ZERO_;
    if (at >= 0) {
        value.data = record + at + (int32_t)cclb_read_u32_(record, at);
        value.len = cclb_read_u32_(record, at + 4);
    }
    return value;
}

/* An optional is a byte that is 1 if it is there, and the value at the next place that suits its alignment. */
static inline cclb_optional_bytes cclb_read_optional_bytes_(const uint8_t *record, int at)
{
    cclb_optional_bytes optional = CCLB_ZERO_;
    if (at >= 0 && record[at] != 0) {
        optional.present = true;
        optional.value = cclb_read_bytes_(record, at + 4);
    }
    return optional;
}

static inline cclb_optional_u64 cclb_read_optional_u64_(const uint8_t *record, int at)
{
    cclb_optional_u64 optional = CCLB_ZERO_;
    if (at >= 0 && record[at] != 0) {
        optional.present = true;
        optional.value = cclb_read_u64_(record, at + 8);
    }
    return optional;
}

static inline const uint8_t *cclb_read_array_(const uint8_t *box, size_t record_size, size_t *count)
{
    cclb_bytes target = cclb_read_bytes_(box, 0);
    uint64_t end = (uint64_t)(uintptr_t)target.data + (uint64_t)target.len * record_size;
    if (end > (uint64_t)__builtin_wasm_memory_size(0) * CCLB_PAGE_) {
        cclb_plugin_fail();
    }
    *count = target.len;
    return target.data;
}

static inline cclb_claim cclb_read_claim_(const uint8_t *record, int at)
{
    cclb_claim value = CCLB_ZERO_;
    record += at;
    value.key = cclb_read_bytes_(record, 0);
    value.value = cclb_read_bytes_(record, 8);
    return value;
}

/* Element `index` of an array, which has to be below its count. */
static inline cclb_claim cclb_claim_at(cclb_claims array, size_t index)
{
    if (index >= array.count) {
        cclb_plugin_fail();
    }
    return cclb_read_claim_(array.records + index * 16, 0);
}

static inline cclb_claims cclb_read_claims_(const uint8_t *record, int at)
{
    cclb_claims array;
    array.records = cclb_read_array_(record + at, 16, &array.count);
    return array;
}

static inline cclb_header cclb_read_header_(const uint8_t *record, int at)
{
    cclb_header value = CCLB_ZERO_;
    record += at;
    value.name = cclb_read_bytes_(record, 0);
    value.value = cclb_read_bytes_(record, 8);
    return value;
}

/* Element `index` of an array, which has to be below its count. */
static inline cclb_header cclb_header_at(cclb_headers array, size_t index)
{
    if (index >= array.count) {
        cclb_plugin_fail();
    }
    return cclb_read_header_(array.records + index * 16, 0);
}

static inline cclb_headers cclb_read_headers_(const uint8_t *record, int at)
{
    cclb_headers array;
    array.records = cclb_read_array_(record + at, 16, &array.count);
    return array;
}

static inline cclb_sse_event cclb_read_sse_event_(const uint8_t *record, int at)
{
    cclb_sse_event value = CCLB_ZERO_;
    record += at;
    value.event = cclb_read_bytes_(record, 0);
    value.data = cclb_read_bytes_(record, 8);
    return value;
}

static inline cclb_principal cclb_read_principal_(const uint8_t *record, int at)
{
    cclb_principal value = CCLB_ZERO_;
    record += at;
    value.id = cclb_read_bytes_(record, 0);
    value.kind = cclb_read_bytes_(record, 8);
    value.claims = cclb_read_claims_(record, 16);
    return value;
}

static inline cclb_upstream cclb_read_upstream_(const uint8_t *record, int at)
{
    cclb_upstream value = CCLB_ZERO_;
    record += at;
    value.kind = record[0];
    switch (value.kind) {
    case CCLB_UPSTREAM_ANTHROPIC_DIRECT:
        value.base_url = cclb_read_optional_bytes_(record, 4);
        break;
    default:
        cclb_plugin_fail();
    }
    return value;
}

static inline cclb_cache_pricing cclb_read_cache_pricing_(const uint8_t *record, int at)
{
    cclb_cache_pricing value = CCLB_ZERO_;
    if (at < 0) {
        return value;
    }
    record += at;
    value.status = cclb_read_bytes_(record, 0);
    value.input_micros_per_million = cclb_read_optional_u64_(record, 8);
    value.cache_creation_5m_micros_per_million = cclb_read_optional_u64_(record, 24);
    value.cache_creation_1h_micros_per_million = cclb_read_optional_u64_(record, 40);
    value.cache_read_micros_per_million = cclb_read_optional_u64_(record, 56);
    return value;
}

static inline cclb_upstream_candidate cclb_read_upstream_candidate_(const uint8_t *record, int at)
{
    cclb_upstream_candidate value = CCLB_ZERO_;
    record += at;
    value.upstream_id = cclb_read_bytes_(record, 0);
    value.name = cclb_read_bytes_(record, 8);
    value.kind = cclb_read_bytes_(record, 16);
    value.observed_at_unix_secs = cclb_read_u64_(record, 24);
    value.predicted_cache_read_tokens = cclb_read_u32_(record, 32);
    value.predicted_cache_creation_tokens_5m = cclb_read_u32_(record, CCLB_BY_FORM_(-1, 36, 36, 36));
    value.predicted_cache_creation_tokens_1h = cclb_read_u32_(record, CCLB_BY_FORM_(-1, 40, 40, 40));
    value.predicted_uncached_input_tokens = cclb_read_u32_(record, CCLB_BY_FORM_(-1, 44, 44, 44));
    value.plan_capacity_ratio = cclb_read_f64_(record, CCLB_BY_FORM_(-1, 48, 48, 48));
    value.organization_type = cclb_read_bytes_(record, CCLB_BY_FORM_(-1, 56, 56, 56));
    value.rate_limit_tier = cclb_read_bytes_(record, CCLB_BY_FORM_(-1, 64, 64, 64));
    value.seat_tier = cclb_read_bytes_(record, CCLB_BY_FORM_(-1, 72, 72, 72));
    return value;
}

/* Element `index` of an array, which has to be below its count. */
static inline cclb_upstream_candidate cclb_upstream_candidate_at(cclb_upstream_candidates array, size_t index)
{
    if (index >= array.count) {
        cclb_plugin_fail();
    }
    return cclb_read_upstream_candidate_(array.records + index * CCLB_BY_FORM_(40, 80, 80, 80), 0);
}

static inline cclb_upstream_candidates cclb_read_upstream_candidates_(const uint8_t *record, int at)
{
    cclb_upstream_candidates array;
    array.records = cclb_read_array_(record + at, CCLB_BY_FORM_(40, 80, 80, 80), &array.count);
    return array;
}

static inline cclb_filter_request cclb_read_filter_request_(const uint8_t *record, int at)
{
    cclb_filter_request value = CCLB_ZERO_;
    record += at;
    value.request_id = cclb_read_bytes_(record, 0);
    value.thread_id = cclb_read_optional_bytes_(record, CCLB_BY_FORM_(-1, 8, 8, 8));
    value.service_tier = cclb_read_optional_bytes_(record, CCLB_BY_FORM_(-1, -1, 20, 20));
    value.canonical_model_id = cclb_read_bytes_(record, CCLB_BY_FORM_(-1, 20, 32, 32));
    value.cache_pricing = cclb_read_cache_pricing_(record, CCLB_BY_FORM_(-1, 32, 40, 40));
    value.method = cclb_read_bytes_(record, CCLB_BY_FORM_(8, 104, 112, 112));
    value.path = cclb_read_bytes_(record, CCLB_BY_FORM_(16, 112, 120, 120));
    value.query = cclb_read_optional_bytes_(record, CCLB_BY_FORM_(24, 120, 128, 128));
    value.headers = cclb_read_headers_(record, CCLB_BY_FORM_(36, 132, 140, 140));
    value.body = cclb_read_bytes_(record, CCLB_BY_FORM_(44, 140, 148, 148));
    value.principal = cclb_read_principal_(record, CCLB_BY_FORM_(52, 148, 156, 156));
    value.candidates = cclb_read_upstream_candidates_(record, CCLB_BY_FORM_(76, 172, 180, 180));
    return value;
}

static inline cclb_shape_request cclb_read_shape_request_(const uint8_t *record, int at)
{
    cclb_shape_request value = CCLB_ZERO_;
    record += at;
    value.request_id = cclb_read_bytes_(record, 0);
    value.method = cclb_read_bytes_(record, 8);
    value.path = cclb_read_bytes_(record, 16);
    value.query = cclb_read_optional_bytes_(record, 24);
    value.headers = cclb_read_headers_(record, 36);
    value.body = cclb_read_bytes_(record, 44);
    value.principal = cclb_read_principal_(record, 52);
    value.upstream = cclb_read_upstream_(record, 76);
    return value;
}

static inline cclb_transform_response_request cclb_read_transform_response_request_(const uint8_t *record, int at)
{
    cclb_transform_response_request value = CCLB_ZERO_;
    record += at;
    value.request_id = cclb_read_bytes_(record, 0);
    value.principal = cclb_read_principal_(record, 8);
    value.upstream = cclb_read_upstream_(record, 32);
    value.request_method = cclb_read_bytes_(record, 48);
    value.request_path = cclb_read_bytes_(record, 56);
    value.canonical_model_id = cclb_read_bytes_(record, 64);
    value.response_status = cclb_read_u16_(record, 72);
    value.response_headers = cclb_read_headers_(record, 76);
    value.body = cclb_read_bytes_(record, 84);
    return value;
}

static inline cclb_transform_sse_event_request cclb_read_transform_sse_event_request_(const uint8_t *record, int at)
{
    cclb_transform_sse_event_request value = CCLB_ZERO_;
    record += at;
    value.request_id = cclb_read_bytes_(record, 0);
    value.principal = cclb_read_principal_(record, 8);
    value.upstream = cclb_read_upstream_(record, 32);
    value.request_method = cclb_read_bytes_(record, 48);
    value.request_path = cclb_read_bytes_(record, 56);
    value.canonical_model_id = cclb_read_bytes_(record, 64);
    value.response_status = cclb_read_u16_(record, 72);
    value.response_headers = cclb_read_headers_(record, 76);
    value.event = cclb_read_sse_event_(record, 84);
    return value;
}

static inline cclb_observe_event cclb_read_observe_event_(const uint8_t *record, int at)
{
    cclb_observe_event value = CCLB_ZERO_;
    record += at;
    value.kind = record[0];
    switch (value.kind) {
    case CCLB_OBSERVE_REQUEST_STARTED:
        value.as.request_started.request_id = cclb_read_bytes_(record, 4);
        value.as.request_started.downstream_user_agent = cclb_read_optional_bytes_(record, 12);
        break;
    case CCLB_OBSERVE_AUTHN_COMPLETE:
        value.as.authn_complete.principal_id = cclb_read_bytes_(record, 4);
        value.as.authn_complete.principal_kind = cclb_read_bytes_(record, 12);
        break;
    case CCLB_OBSERVE_UPSTREAM_CHOSEN:
        value.as.upstream_chosen.upstream = cclb_read_upstream_(record, 4);
        break;
    case CCLB_OBSERVE_CHUNK:
        value.as.chunk.batch_index = cclb_read_u64_(record, 8);
        value.as.chunk.event_count = cclb_read_u64_(record, 16);
        value.as.chunk.total_bytes = cclb_read_u64_(record, 24);
        break;
    case CCLB_OBSERVE_REQUEST_FINISHED:
        value.as.request_finished.status = cclb_read_u16_(record, 2);
        value.as.request_finished.input_tokens = cclb_read_optional_u64_(record, 8);
        value.as.request_finished.output_tokens = cclb_read_optional_u64_(record, 24);
        value.as.request_finished.cache_creation_input_tokens = cclb_read_optional_u64_(record, 40);
        value.as.request_finished.cache_read_input_tokens = cclb_read_optional_u64_(record, 56);
        value.as.request_finished.duration_ms = cclb_read_u64_(record, 72);
        break;
    case CCLB_OBSERVE_ERROR:
        value.as.error.code = cclb_read_bytes_(record, 4);
        value.as.error.message = cclb_read_bytes_(record, 12);
        value.as.error.source = cclb_read_bytes_(record, 20);
        break;
    default:
        cclb_plugin_fail();
    }
    return value;
}

/* ---- What plugins often do ---- */

/* The candidate may take the request. */
static inline void cclb_accept(cclb_filter_response *answer, cclb_bytes upstream_id)
{
    cclb_candidate_reason verdict = CCLB_ZERO_;
    verdict.upstream_id = upstream_id;
    verdict.decision = CCLB_TEXT("accept");
    cclb_candidate_reason_list_add(&answer->results, verdict);
}

/* The candidate may not take the request; the reason is text for people, and may be empty. */
static inline void cclb_reject(cclb_filter_response *answer, cclb_bytes upstream_id, cclb_bytes reason)
{
    cclb_candidate_reason verdict = CCLB_ZERO_;
    verdict.upstream_id = upstream_id;
    verdict.decision = CCLB_TEXT("reject");
    verdict.reason = reason;
    cclb_candidate_reason_list_add(&answer->results, verdict);
}

/* The value of the first header of that name, whatever its case. */
static inline cclb_optional_bytes cclb_find_header(cclb_headers headers, cclb_bytes name)
{
    cclb_optional_bytes found = CCLB_ZERO_;
    for (size_t i = 0; i < headers.count && !found.present; i++) {
        cclb_header header = cclb_header_at(headers, i);
        if (cclb_bytes_equal_ignoring_case(header.name, name)) {
            found.present = true;
            found.value = header.value;
        }
    }
    return found;
}

/* The value of the first claim of that key. */
static inline cclb_optional_bytes cclb_find_claim(cclb_claims claims, cclb_bytes key)
{
    cclb_optional_bytes found = CCLB_ZERO_;
    for (size_t i = 0; i < claims.count && !found.present; i++) {
        cclb_claim claim = cclb_claim_at(claims, i);
        if (cclb_bytes_equal(claim.key, key)) {
            found.present = true;
            found.value = claim.value;
        }
    }
    return found;
}

/* The value, or `otherwise` where there is none. */
static inline cclb_bytes cclb_value_or(cclb_optional_bytes optional, cclb_bytes otherwise)
{
    return optional.present ? optional.value : otherwise;
}

/* Adds one header to those of an answer. */
static inline void cclb_add_header(cclb_header_list *list, cclb_bytes name, cclb_bytes value)
{
    cclb_header header;
    header.name = name;
    header.value = value;
    cclb_header_list_add(list, header);
}

/* Adds all headers of a request to those of an answer. */
static inline void cclb_add_headers(cclb_header_list *list, cclb_headers headers)
{
    for (size_t i = 0; i < headers.count; i++) {
        cclb_header_list_add(list, cclb_header_at(headers, i));
    }
}

/* Fills in method, headers and body as they came; the URL is still to be said. */
static inline void cclb_pass_on(const cclb_shape_request *request, cclb_shape_response *answer)
{
    answer->method = request->method;
    cclb_add_headers(&answer->headers, request->headers);
    cclb_bytes_list_add(&answer->body, request->body);
}

/* Another event in place of the one that came; called again, one more behind it. */
static inline void cclb_replace_event(cclb_transform_sse_event_result *answer, cclb_bytes event, cclb_bytes data)
{
    cclb_sse_event replacement;
    replacement.event = event;
    replacement.data = data;
    answer->kind = CCLB_TRANSFORM_SSE_EVENT_REPLACE;
    cclb_sse_event_list_add(&answer->events, replacement);
}

/* No event in place of the one that came. */
static inline void cclb_drop_event(cclb_transform_sse_event_result *answer)
{
    answer->kind = CCLB_TRANSFORM_SSE_EVENT_DROP;
}

/* Another status, other headers or another body; what is not replaced goes on as it came. */
static inline void cclb_replace_status(cclb_transform_response_result *answer, uint16_t status)
{
    answer->kind = CCLB_TRANSFORM_RESPONSE_REPLACE;
    answer->has_status = true;
    answer->status = status;
}

/* The list is empty; it takes all headers of the response. */
static inline cclb_header_list *cclb_replace_headers(cclb_transform_response_result *answer)
{
    answer->kind = CCLB_TRANSFORM_RESPONSE_REPLACE;
    answer->has_headers = true;
    return &answer->headers;
}

/* The list is empty; it takes the pieces of the body. */
static inline cclb_bytes_list *cclb_replace_body(cclb_transform_response_result *answer)
{
    answer->kind = CCLB_TRANSFORM_RESPONSE_REPLACE;
    answer->has_body = true;
    return &answer->body;
}

/* All of some pieces in one, in memory of cclb_alloc. */
static inline cclb_bytes cclb_join(const cclb_bytes *pieces, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(len, pieces[i].len, &len)) {
            cclb_plugin_fail();
        }
    }
    uint8_t *text = (uint8_t *)cclb_alloc(len, 1);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].len > 0) { /* nothing may have no place, to which not even nothing is added */
            cclb_copy(text + at, pieces[i].data, pieces[i].len);
            at += pieces[i].len;
        }
    }
    return cclb_bytes_of(text, len);
}

/* A number in decimal digits, in memory of cclb_alloc. */
static inline cclb_bytes cclb_decimal(uint64_t number)
{
    enum { DIGITS = 20 };
    uint8_t *text = (uint8_t *)cclb_alloc(DIGITS, 1);
    size_t at = DIGITS;
    do {
        text[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return cclb_bytes_of(text + at, DIGITS - at);
}

/* The number that `digits` are, all of them; absent if they are none, something else, or too large. */
static inline cclb_optional_u64 cclb_parse_decimal(cclb_bytes digits)
{
    cclb_optional_u64 number = CCLB_ZERO_;
    uint64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)digits.data[i] - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10) {
            return number;
        }
        value = value * 10 + digit;
    }
    number.present = digits.len > 0;
    number.value = value;
    return number;
}

/* ---- Writing answers ---- */

/*
 * An archive is what its records point to, then the records, the one for the whole last. It is measured before it is
 * written. The order is that of the published kits, byte for byte.
 */

typedef struct cclb_writer_ {
    uint8_t *end;
} cclb_writer_;

/* What a box says: where something lies, and how long it is. */
typedef struct cclb_box_ {
    const uint8_t *target;
    size_t len;
} cclb_box_;

static inline cclb_box_ cclb_box_of_(const uint8_t *target, size_t len)
{
    cclb_box_ box;
    box.target = target;
    box.len = len;
    return box;
}

/* Where `end` moves to. Pieces may be named more than once, so that their sum may be anything. */
static inline size_t cclb_measure_bytes_(size_t end, cclb_bytes bytes)
{
    if (__builtin_add_overflow(end, bytes.len, &end) || end > INT32_MAX) {
        cclb_plugin_fail();
    }
    return end;
}

static inline size_t cclb_measure_bytes_list_(size_t end, const cclb_bytes_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        end = cclb_measure_bytes_(end, list->items[i]);
    }
    return end;
}

/* The items are in memory, and their records are not much larger. */
static inline size_t cclb_measure_records_(size_t end, size_t count, size_t size, size_t align)
{
    return ((end + align - 1) & ~(align - 1)) + count * size;
}

/* One copy of it in the module, since it stands in many places. */
__attribute__((noinline)) static inline cclb_box_ cclb_write_bytes_(cclb_writer_ *writer, cclb_bytes bytes)
{
    uint8_t *target = writer->end;
    cclb_copy(target, bytes.data, bytes.len);
    writer->end += bytes.len;
    return cclb_box_of_(target, bytes.len);
}

static inline cclb_box_ cclb_write_bytes_list_(cclb_writer_ *writer, const cclb_bytes_list *list)
{
    uint8_t *target = writer->end;
    for (size_t i = 0; i < list->count; i++) {
        cclb_write_bytes_(writer, list->items[i]);
    }
    return cclb_box_of_(target, (size_t)(writer->end - target));
}

/* Room for records, zeroed, and the padding before them. */
static inline uint8_t *cclb_write_records_(cclb_writer_ *writer, size_t count, size_t size, size_t align)
{
    uint8_t *start = writer->end;
    size_t padding = (0 - (size_t)(uintptr_t)start) & (align - 1);
    __builtin_memset(start, 0, padding + count * size);
    writer->end = start + padding + count * size;
    return start + padding;
}

static inline void cclb_store_u16_(uint8_t *at, uint16_t value)
{
    __builtin_memcpy(at, &value, sizeof value);
}

static inline void cclb_store_u32_(uint8_t *at, uint32_t value)
{
    __builtin_memcpy(at, &value, sizeof value);
}

static inline void cclb_store_box_(uint8_t *at, cclb_box_ box)
{
    cclb_store_u32_(at, (uint32_t)((uintptr_t)box.target - (uintptr_t)at));
    cclb_store_u32_(at + 4, (uint32_t)box.len);
}

/* The same for one of several that lie one behind the other; answers where the next one lies. */
static inline const uint8_t *cclb_store_target_(uint8_t *at, const uint8_t *target, size_t len)
{
    cclb_store_box_(at, cclb_box_of_(target, len));
    return target + len;
}

static inline size_t cclb_measure_header_list_(size_t end, const cclb_header_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        end = cclb_measure_bytes_(end, list->items[i].name);
        end = cclb_measure_bytes_(end, list->items[i].value);
    }
    return cclb_measure_records_(end, list->count, 16, 4);
}

static inline cclb_box_ cclb_write_header_list_(cclb_writer_ *writer, const cclb_header_list *list)
{
    const uint8_t *target = writer->end;
    for (size_t i = 0; i < list->count; i++) {
        cclb_write_bytes_(writer, list->items[i].name);
        cclb_write_bytes_(writer, list->items[i].value);
    }
    uint8_t *records = cclb_write_records_(writer, list->count, 16, 4);
    for (size_t i = 0; i < list->count; i++) {
        uint8_t *record = records + i * 16;
        target = cclb_store_target_(record + 0, target, list->items[i].name.len);
        target = cclb_store_target_(record + 8, target, list->items[i].value.len);
    }
    return cclb_box_of_(records, list->count);
}

static inline size_t cclb_measure_sse_event_list_(size_t end, const cclb_sse_event_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        end = cclb_measure_bytes_(end, list->items[i].event);
        end = cclb_measure_bytes_(end, list->items[i].data);
    }
    return cclb_measure_records_(end, list->count, 16, 4);
}

static inline cclb_box_ cclb_write_sse_event_list_(cclb_writer_ *writer, const cclb_sse_event_list *list)
{
    const uint8_t *target = writer->end;
    for (size_t i = 0; i < list->count; i++) {
        cclb_write_bytes_(writer, list->items[i].event);
        cclb_write_bytes_(writer, list->items[i].data);
    }
    uint8_t *records = cclb_write_records_(writer, list->count, 16, 4);
    for (size_t i = 0; i < list->count; i++) {
        uint8_t *record = records + i * 16;
        target = cclb_store_target_(record + 0, target, list->items[i].event.len);
        target = cclb_store_target_(record + 8, target, list->items[i].data.len);
    }
    return cclb_box_of_(records, list->count);
}

static inline size_t cclb_measure_candidate_reason_list_(size_t end, const cclb_candidate_reason_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        end = cclb_measure_bytes_(end, list->items[i].upstream_id);
        end = cclb_measure_bytes_(end, list->items[i].decision);
        end = cclb_measure_bytes_(end, list->items[i].reason);
    }
    return cclb_measure_records_(end, list->count, 24, 4);
}

static inline cclb_box_ cclb_write_candidate_reason_list_(cclb_writer_ *writer, const cclb_candidate_reason_list *list)
{
    const uint8_t *target = writer->end;
    for (size_t i = 0; i < list->count; i++) {
        cclb_write_bytes_(writer, list->items[i].upstream_id);
        cclb_write_bytes_(writer, list->items[i].decision);
        cclb_write_bytes_(writer, list->items[i].reason);
    }
    uint8_t *records = cclb_write_records_(writer, list->count, 24, 4);
    for (size_t i = 0; i < list->count; i++) {
        uint8_t *record = records + i * 24;
        target = cclb_store_target_(record + 0, target, list->items[i].upstream_id.len);
        target = cclb_store_target_(record + 8, target, list->items[i].decision.len);
        target = cclb_store_target_(record + 16, target, list->items[i].reason.len);
    }
    return cclb_box_of_(records, list->count);
}

static inline size_t cclb_measure_filter_response_(const cclb_filter_response *answer)
{
    size_t end = 0;
    end = cclb_measure_candidate_reason_list_(end, &answer->results);
    return cclb_measure_records_(end, 1, 8, 4);
}

static inline void cclb_write_filter_response_(const cclb_filter_response *answer, uint8_t *out)
{
    cclb_writer_ writer = {out};
    cclb_box_ results = CCLB_ZERO_;
    results = cclb_write_candidate_reason_list_(&writer, &answer->results);
    uint8_t *root = cclb_write_records_(&writer, 1, 8, 4);
    cclb_store_box_(root + 0, results);
}

static inline size_t cclb_measure_shape_response_(const cclb_shape_response *answer)
{
    size_t end = 0;
    end = cclb_measure_bytes_(end, answer->url);
    end = cclb_measure_bytes_(end, answer->method);
    end = cclb_measure_header_list_(end, &answer->headers);
    end = cclb_measure_bytes_list_(end, &answer->body);
    return cclb_measure_records_(end, 1, 32, 4);
}

static inline void cclb_write_shape_response_(const cclb_shape_response *answer, uint8_t *out)
{
    cclb_writer_ writer = {out};
    cclb_box_ url = CCLB_ZERO_;
    cclb_box_ method = CCLB_ZERO_;
    cclb_box_ headers = CCLB_ZERO_;
    cclb_box_ body = CCLB_ZERO_;
    url = cclb_write_bytes_(&writer, answer->url);
    method = cclb_write_bytes_(&writer, answer->method);
    headers = cclb_write_header_list_(&writer, &answer->headers);
    body = cclb_write_bytes_list_(&writer, &answer->body);
    uint8_t *root = cclb_write_records_(&writer, 1, 32, 4);
    cclb_store_box_(root + 0, url);
    cclb_store_box_(root + 8, method);
    cclb_store_box_(root + 16, headers);
    cclb_store_box_(root + 24, body);
}

static inline size_t cclb_measure_transform_response_result_(const cclb_transform_response_result *answer)
{
    size_t end = 0;
    if (answer->kind > CCLB_TRANSFORM_RESPONSE_REPLACE) {
        cclb_plugin_fail();
    }
    if (answer->kind == CCLB_TRANSFORM_RESPONSE_REPLACE) {
        if (answer->has_headers) {
            end = cclb_measure_header_list_(end, &answer->headers);
        }
        if (answer->has_body) {
            end = cclb_measure_bytes_list_(end, &answer->body);
        }
    }
    return cclb_measure_records_(end, 1, 32, 4);
}

static inline void cclb_write_transform_response_result_(const cclb_transform_response_result *answer, uint8_t *out)
{
    cclb_writer_ writer = {out};
    cclb_box_ headers = CCLB_ZERO_;
    cclb_box_ body = CCLB_ZERO_;
    if (answer->kind == CCLB_TRANSFORM_RESPONSE_REPLACE) {
        if (answer->has_headers) {
            headers = cclb_write_header_list_(&writer, &answer->headers);
        }
        if (answer->has_body) {
            body = cclb_write_bytes_list_(&writer, &answer->body);
        }
    }
    uint8_t *root = cclb_write_records_(&writer, 1, 32, 4);
    root[0] = (uint8_t)answer->kind;
    if (answer->kind == CCLB_TRANSFORM_RESPONSE_REPLACE) {
        if (answer->has_status) {
            root[2] = 1;
            cclb_store_u16_(root + 4, answer->status);
        }
        if (answer->has_headers) {
            root[8] = 1;
            cclb_store_box_(root + 12, headers);
        }
        if (answer->has_body) {
            root[20] = 1;
            cclb_store_box_(root + 24, body);
        }
    }
}

static inline size_t cclb_measure_transform_sse_event_result_(const cclb_transform_sse_event_result *answer)
{
    size_t end = 0;
    if (answer->kind > CCLB_TRANSFORM_SSE_EVENT_DROP) {
        cclb_plugin_fail();
    }
    if (answer->kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
        end = cclb_measure_sse_event_list_(end, &answer->events);
    }
    return cclb_measure_records_(end, 1, 12, 4);
}

static inline void cclb_write_transform_sse_event_result_(const cclb_transform_sse_event_result *answer, uint8_t *out)
{
    cclb_writer_ writer = {out};
    cclb_box_ events = CCLB_ZERO_;
    if (answer->kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
        events = cclb_write_sse_event_list_(&writer, &answer->events);
    }
    uint8_t *root = cclb_write_records_(&writer, 1, 12, 4);
    root[0] = (uint8_t)answer->kind;
    if (answer->kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
        cclb_store_box_(root + 4, events);
    }
}

/* ---- What the host calls ---- */

/* Where an answer goes, which the host gives back once it has read it. */
static inline uint8_t *cclb_answer_memory_(size_t len)
{
    uint8_t *memory = len > 0 ? (uint8_t *)cclb_take_(len, 16) : NULL;
    if (memory == NULL && len > 0) {
        cclb_plugin_fail();
    }
    return memory;
}

/* The end of a hook: the answer's address and length in one number. */
static inline uint64_t cclb_answered_(uint8_t *input, size_t input_size, const uint8_t *answer, size_t len)
{
    cclb_call_answers_(input, input_size, answer);
    return (uint64_t)(uintptr_t)answer << 32 | len;
}

/* The end of observe. A record is copied, because the host may free what it is given. */
static inline uint64_t cclb_recorded_(uint8_t *input, size_t input_size, cclb_bytes record)
{
    uint8_t *copy = cclb_answer_memory_(record.len);
    cclb_copy(copy, record.data, record.len);
    return cclb_answered_(input, input_size, copy, record.len);
}

/*
 * The linker's function that calls constructors. If nothing named it, the linker would call it before each export anew;
 * so constructors run once here, before the first call of an instance.
 */
void __wasm_call_ctors(void);

static bool cclb_constructed_;

static inline void cclb_construct_(void)
{
    if (!cclb_constructed_) {
        cclb_constructed_ = true;
        __wasm_call_ctors();
    }
}

#ifdef __cplusplus
/* Objects are never destroyed: instances are dropped as they are. */
__attribute__((weak)) int __cxa_atexit(void (*destroy)(void *), void *object, void *library)
{
    (void)destroy;
    (void)object;
    (void)library;
    return 0;
}
#endif

/* Memory for a request; 0 if there is none, as for no bytes and for what is no alignment. */
CCLB_EXPORT_("cc_lb_alloc") void *cclb_export_alloc_(size_t size, size_t align)
{
    if (size == 0 || align == 0 || (align & (align - 1)) != 0) {
        return NULL;
    }
    cclb_construct_();
    cclb_call_begins_();
    return cclb_take_(size, align);
}

/* An answer that the host has read. */
CCLB_EXPORT_("cc_lb_free") void cclb_export_free_(void *block, size_t size, size_t align)
{
    if (block != NULL) {
        cclb_give_back_(block, size, align);
    }
}

/* What a hook without a function answers; the host does not ask it. */
#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    (void)request;
    (void)answer;
}
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    (void)request;
    (void)answer;
}
#endif

#ifdef CCLB_HAS_FILTER_
CCLB_EXPORT_("cc_lb_filter") uint64_t cclb_export_filter_(uint8_t *input, size_t size)
{
    const uint8_t *root = cclb_root_(input, size, CCLB_BY_FORM_(84, 184, 192, 192));
    cclb_filter_request request = cclb_read_filter_request_(root, 0);
    cclb_filter_response answer = CCLB_ZERO_;
    plugin_filter(&request, &answer);
    size_t len = cclb_measure_filter_response_(&answer);
    uint8_t *archive = cclb_answer_memory_(len);
    cclb_write_filter_response_(&answer, archive);
    return cclb_answered_(input, size, archive, len);
}
#endif

#ifdef CCLB_HAS_SHAPE_
CCLB_EXPORT_("cc_lb_shape") uint64_t cclb_export_shape_(uint8_t *input, size_t size)
{
    const uint8_t *root = cclb_root_(input, size, 92);
    cclb_shape_request request = cclb_read_shape_request_(root, 0);
    cclb_shape_response answer = CCLB_ZERO_;
    plugin_shape(&request, &answer);
    size_t len = cclb_measure_shape_response_(&answer);
    uint8_t *archive = cclb_answer_memory_(len);
    cclb_write_shape_response_(&answer, archive);
    return cclb_answered_(input, size, archive, len);
}
#endif

#ifdef CCLB_HAS_OBSERVE_
CCLB_EXPORT_("cc_lb_observe") uint64_t cclb_export_observe_(uint8_t *input, size_t size)
{
    const uint8_t *root = cclb_root_(input, size, 80);
    cclb_observe_event request = cclb_read_observe_event_(root, 0);
    cclb_bytes record = CCLB_ZERO_;
    plugin_observe(&request, &record);
    return cclb_recorded_(input, size, record);
}
#endif

#ifdef CCLB_HAS_TRANSFORM_RESPONSE_
CCLB_EXPORT_("cc_lb_transform_response") uint64_t cclb_export_transform_response_(uint8_t *input, size_t size)
{
    const uint8_t *root = cclb_root_(input, size, 92);
    cclb_transform_response_request request = cclb_read_transform_response_request_(root, 0);
    cclb_transform_response_result answer = CCLB_ZERO_;
    plugin_transform_response(&request, &answer);
    size_t len = cclb_measure_transform_response_result_(&answer);
    uint8_t *archive = cclb_answer_memory_(len);
    cclb_write_transform_response_result_(&answer, archive);
    return cclb_answered_(input, size, archive, len);
}
#endif

#ifdef CCLB_HAS_TRANSFORM_SSE_EVENT_
CCLB_EXPORT_("cc_lb_transform_sse_event") uint64_t cclb_export_transform_sse_event_(uint8_t *input, size_t size)
{
    const uint8_t *root = cclb_root_(input, size, 100);
    cclb_transform_sse_event_request request = cclb_read_transform_sse_event_request_(root, 0);
    cclb_transform_sse_event_result answer = CCLB_ZERO_;
    plugin_transform_sse_event(&request, &answer);
    size_t len = cclb_measure_transform_sse_event_result_(&answer);
    uint8_t *archive = cclb_answer_memory_(len);
    cclb_write_transform_sse_event_result_(&answer, archive);
    return cclb_answered_(input, size, archive, len);
}
#endif

/* ---- What the host reads in the module ---- */

/* Bytes that are not UTF-8 would be taken as they are. */
#pragma clang diagnostic push
#pragma clang diagnostic error "-Winvalid-source-encoding"

/*
 * Custom sections, which only the assembler can make. A literal as it stands in the source, quotation marks and escapes
 * and all, is a string in JSON too; so it is quoted twice, once for the assembler and once for the compiler.
 */
#define CCLB_JOINED_(a, b) CCLB_JOINED_TEXT_(a, b)
#define CCLB_JOINED_TEXT_(a, b) a##b
#define CCLB_QUOTED_(...) #__VA_ARGS__
#define CCLB_SPELLING_(literal) CCLB_QUOTED_(literal)
#define CCLB_TWICE_QUOTED_(spelling) CCLB_QUOTED_(spelling)
#define CCLB_STRING_(literal) ".ascii " CCLB_TWICE_QUOTED_(CCLB_SPELLING_(literal)) "\n"

#define CCLB_SECTION_(name) ".section .custom_section." name ",\"\",@\n"
#define CCLB_SCHEMA_(section, fingerprint) __asm__(CCLB_SECTION_(section) ".byte " fingerprint "\n");
#define CCLB_METADATA_(text) __asm__(CCLB_SECTION_("cc_lb.plugin.v1") text);
#define CCLB_JSON_(text) ".ascii \"" text "\"\n"
#define CCLB_KEY_(name) CCLB_JSON_("\\\"" name "\\\":")

/* White space beyond ASCII counts as blank too. One assertion each, since compilers print what failed. */
#define CCLB_CHECK_START_(condition, name)                                                                             \
    CCLB_ASSERT_(condition, "cclb_plugin.h: " name " is blank or begins with a blank: say something in it");
#define CCLB_BEGINS_OTHER_(literal, start) (__builtin_strncmp("" literal, start, sizeof(start) - 1) != 0)
#define CCLB_BEGINS_OUTSIDE_(literal, first, last)                                                                     \
    (__builtin_strncmp("" literal, first, sizeof(first) - 1) < 0 ||                                                    \
     __builtin_strncmp("" literal, last, sizeof(last) - 1) > 0)
#define CCLB_CHECK_BLANKS_(literal, name)                                                                              \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\xc2\x85"), name)                                                   \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u00a0"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u1680"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OUTSIDE_(literal, "\u2000", "\u200a"), name)                                         \
    CCLB_CHECK_START_(CCLB_BEGINS_OUTSIDE_(literal, "\u2028", "\u2029"), name)                                         \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u202f"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u205f"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u3000"), name)

/*
 * A text has to be one plain literal. Its spelling shows a prefix, as of u8"..."; and where the assembler compares, it
 * takes no two strings for one, whatever is in the first.
 */
#define CCLB_CHECK_LITERAL_(literal, name)                                                                             \
    CCLB_ASSERT_(__builtin_memcmp(CCLB_SPELLING_(literal), "\"", 1) == 0,                                              \
                 "cclb_plugin.h: " name " is no plain string literal: write it as \"...\"");                           \
    CCLB_CHECK_BLANKS_(literal, name)                                                                                  \
    __asm__(".ifeqs " CCLB_SPELLING_(literal) ", \"\" # cclb_plugin.h: " name " has to be one literal\n.endif\n");

/* The rest of a literal's spelling from the quotation mark on that comes first behind its beginning. */
#define CCLB_FIRST_QUOTE_(literal) __builtin_strchr(&CCLB_SPELLING_(literal)[1], '"')

/*
 * A look at one escape after the other, since no loop is a constant: CCLB_ESCAPE_(..., from, to) looks at the first one
 * at or behind `from`, and `to` is behind it. One that is legal is put behind the spelling, and found again and again
 * when there are no more.
 */
#define CCLB_PADDED_(literal) CCLB_SPELLING_(literal) "\\n"
#define CCLB_ESCAPE_FROM_(literal, from)                                                                               \
    (sizeof(CCLB_PADDED_(literal)) - 1 - __builtin_strlen(__builtin_strchr(&CCLB_PADDED_(literal)[from], '\\')))
#define CCLB_IS_AT_(literal, at, escape) (__builtin_memcmp(&CCLB_PADDED_(literal)[at], escape, 2) == 0)
#define CCLB_ESCAPE_(literal, name, from, to)                                                                          \
    enum {                                                                                                             \
        to##at_ = CCLB_ESCAPE_FROM_(literal, from),                                                                    \
        to = to##at_ + (to##at_ + 1 < sizeof(CCLB_SPELLING_(literal)) ? 2 : 0),                                        \
        to##legal_ = CCLB_IS_AT_(literal, to##at_, "\\\"") || CCLB_IS_AT_(literal, to##at_, "\\\\") ||                 \
                     CCLB_IS_AT_(literal, to##at_, "\\n") || CCLB_IS_AT_(literal, to##at_, "\\t") ||                   \
                     CCLB_IS_AT_(literal, to##at_, "\\r") || CCLB_IS_AT_(literal, to##at_, "\\u")                      \
    };                                                                                                                 \
    CCLB_ASSERT_(to##legal_, "cclb_plugin.h: " name " has an escape other than these: \\\" \\\\ \\n \\t \\r \\uXXXX");
#define CCLB_ESCAPES_(literal, name, a, b, c, d, e)                                                                    \
    CCLB_ESCAPE_(literal, name, a, b)                                                                                  \
    CCLB_ESCAPE_(literal, name, b, c)                                                                                  \
    CCLB_ESCAPE_(literal, name, c, d)                                                                                  \
    CCLB_ESCAPE_(literal, name, d, e)
#define CCLB_ALL_ESCAPES_(literal, name)                                                                               \
    CCLB_ESCAPES_(literal, name, 0, e1_, e2_, e3_, e4_)                                                                \
    CCLB_ESCAPES_(literal, name, e4_, e5_, e6_, e7_, e8_)                                                              \
    CCLB_ESCAPES_(literal, name, e8_, e9_, e10_, e11_, e12_)                                                           \
    CCLB_ESCAPES_(literal, name, e12_, e13_, e14_, e15_, e16_)                                                         \
    CCLB_ESCAPES_(literal, name, e16_, e17_, e18_, e19_, e20_)                                                         \
    CCLB_ESCAPES_(literal, name, e20_, e21_, e22_, e23_, e24_)                                                         \
    CCLB_ASSERT_(CCLB_ESCAPE_FROM_(literal, e24_) == sizeof(CCLB_SPELLING_(literal)) - 1,                              \
                 "cclb_plugin.h: " name " has more than 24 escapes, which is all that are looked at: use fewer");

/* Control characters as they are, a tab among them, are no part of a string in JSON. */
#define CCLB_HOLDS_(literal, byte) (__builtin_strlen(__builtin_strchr(CCLB_SPELLING_(literal) byte, byte[0])) > 1)
#define CCLB_CHECK_CONTROLS_(literal, name)                                                                            \
    enum {                                                                                                             \
        controls_ = CCLB_HOLDS_(literal, "\001") || CCLB_HOLDS_(literal, "\002") || CCLB_HOLDS_(literal, "\003") ||    \
                    CCLB_HOLDS_(literal, "\004") || CCLB_HOLDS_(literal, "\005") || CCLB_HOLDS_(literal, "\006") ||    \
                    CCLB_HOLDS_(literal, "\007") || CCLB_HOLDS_(literal, "\010") || CCLB_HOLDS_(literal, "\011") ||    \
                    CCLB_HOLDS_(literal, "\012") || CCLB_HOLDS_(literal, "\013") || CCLB_HOLDS_(literal, "\014") ||    \
                    CCLB_HOLDS_(literal, "\015") || CCLB_HOLDS_(literal, "\016") || CCLB_HOLDS_(literal, "\017") ||    \
                    CCLB_HOLDS_(literal, "\020") || CCLB_HOLDS_(literal, "\021") || CCLB_HOLDS_(literal, "\022") ||    \
                    CCLB_HOLDS_(literal, "\023") || CCLB_HOLDS_(literal, "\024") || CCLB_HOLDS_(literal, "\025") ||    \
                    CCLB_HOLDS_(literal, "\026") || CCLB_HOLDS_(literal, "\027") || CCLB_HOLDS_(literal, "\030") ||    \
                    CCLB_HOLDS_(literal, "\031") || CCLB_HOLDS_(literal, "\032") || CCLB_HOLDS_(literal, "\033") ||    \
                    CCLB_HOLDS_(literal, "\034") || CCLB_HOLDS_(literal, "\035") || CCLB_HOLDS_(literal, "\036") ||    \
                    CCLB_HOLDS_(literal, "\037")                                                                       \
    };                                                                                                                 \
    CCLB_ASSERT_(!controls_, "cclb_plugin.h: " name " has a control character in it, maybe a tab: write its escape");

/* The host refuses blank text, and what is no string in JSON. */
#define CCLB_CHECK_(literal, name)                                                                                     \
    CCLB_ASSERT_(__builtin_memcmp("" literal, " ", 1) > 0,                                                             \
                 "cclb_plugin.h: " name " is blank or begins with a blank: say something in it");                      \
    CCLB_CHECK_LITERAL_(literal, name)                                                                                 \
    CCLB_ASSERT_(__builtin_memcmp(CCLB_FIRST_QUOTE_(literal), "\" \"", 3) != 0 ||                                      \
                     __builtin_strlen(CCLB_FIRST_QUOTE_(literal)) == 3,                                                \
                 "cclb_plugin.h: " name " is two string literals: write it as one");                                   \
    static inline void CCLB_JOINED_(cclb_check_, __COUNTER__)(void)                                                    \
    {                                                                                                                  \
        CCLB_CHECK_CONTROLS_(literal, name)                                                                            \
        CCLB_ALL_ESCAPES_(literal, name)                                                                               \
    }

CCLB_CHECK_(CCLB_PLUGIN_NAME, "CCLB_PLUGIN_NAME")
CCLB_CHECK_(CCLB_PLUGIN_VERSION, "CCLB_PLUGIN_VERSION")
CCLB_CHECK_(CCLB_PLUGIN_DESCRIPTION, "CCLB_PLUGIN_DESCRIPTION")
CCLB_CHECK_(CCLB_PLUGIN_USAGE, "CCLB_PLUGIN_USAGE")

CCLB_METADATA_(CCLB_JSON_("{") CCLB_KEY_("name") CCLB_STRING_(CCLB_PLUGIN_NAME))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("version") CCLB_STRING_(CCLB_PLUGIN_VERSION))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("description") CCLB_STRING_(CCLB_PLUGIN_DESCRIPTION))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("usage") CCLB_STRING_(CCLB_PLUGIN_USAGE))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("hooks") CCLB_JSON_("{"))

/* The kit of form 2 wrote no mode. */
#if CCLB_PLUGIN_FORM == 2
#define CCLB_MODE_(mode) ""
#else
#define CCLB_MODE_(mode) CCLB_JSON_(",\\\"mode\\\":\\\"" mode "\\\"")
#endif

/* CCLB_SEPARATOR_ stands before each hook but the first. */
#define CCLB_SEPARATOR_ ""
#define CCLB_HOOK_METADATA_(hook, description, usage, mode)                                                            \
    CCLB_CHECK_(description, "the description of " hook)                                                               \
    CCLB_CHECK_(usage, "the usage of " hook)                                                                           \
    CCLB_METADATA_(CCLB_JSON_(CCLB_SEPARATOR_) CCLB_KEY_(hook) CCLB_JSON_("{\\\"wire_version\\\":1,")                  \
                       CCLB_KEY_("description") CCLB_STRING_(description))                                             \
    CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("usage") CCLB_STRING_(usage))                                             \
    CCLB_METADATA_(CCLB_MODE_(mode) CCLB_JSON_("}"))

#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_MODE_TRANSFORM_RESPONSE_ "noop"
#else
#define CCLB_MODE_TRANSFORM_RESPONSE_ "active"
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#define CCLB_MODE_TRANSFORM_SSE_EVENT_ "noop"
#else
#define CCLB_MODE_TRANSFORM_SSE_EVENT_ "active"
#endif
#define CCLB_MODE_FILTER_ "active"
#define CCLB_MODE_SHAPE_ "active"
#define CCLB_MODE_OBSERVE_ "active"

#ifdef CCLB_HAS_FILTER_
#if CCLB_PLUGIN_FORM >= 8
#define CCLB_FINGERPRINT_FILTER_ \
    "0xf2,0x0f,0x66,0x95,0x42,0x34,0x9c,0x00,0x2a,0xcd,0x04,0xb2,0x30,0x8f,0xf0,0xd8" \
    ",0x38,0x99,0xbf,0x0c,0xb5,0xa1,0x7b,0x81,0x8c,0x1d,0x93,0x8a,0xdd,0xa5,0x28,0x34"
#elif CCLB_PLUGIN_FORM >= 6
#define CCLB_FINGERPRINT_FILTER_ \
    "0xe2,0xdd,0xd9,0xc3,0x41,0x8f,0x5b,0x5a,0xab,0xd0,0xe2,0xb5,0xe1,0x56,0xc3,0x1a" \
    ",0xde,0xf6,0xb8,0xd6,0x05,0x92,0xee,0x71,0xf0,0x01,0x9b,0xaa,0xd0,0x95,0xd9,0x8d"
#else
#define CCLB_FINGERPRINT_FILTER_ \
    "0x04,0x92,0x19,0xa3,0x24,0x97,0xf8,0x43,0x95,0x72,0xba,0xb2,0x9c,0x8d,0x38,0xcf" \
    ",0x1f,0xde,0x52,0xc6,0xd3,0x08,0x50,0x81,0xc0,0x9d,0xab,0x3a,0x73,0xfa,0x38,0x2e"
#endif
CCLB_SCHEMA_("cc_lb.schema.filter.v1", CCLB_FINGERPRINT_FILTER_)
CCLB_HOOK_METADATA_("filter", CCLB_PLUGIN_FILTER, CCLB_PLUGIN_FILTER_USAGE,
                    CCLB_MODE_FILTER_)
#undef CCLB_SEPARATOR_
#define CCLB_SEPARATOR_ ","
#endif

#ifdef CCLB_HAS_OBSERVE_
#define CCLB_FINGERPRINT_OBSERVE_ \
    "0xa4,0x88,0xb2,0xdd,0x3c,0xfa,0x89,0xb8,0xf5,0x86,0xca,0x51,0xe0,0x03,0xd2,0xfe" \
    ",0x5e,0xee,0x8f,0x88,0xbd,0x99,0xe4,0x1a,0x71,0x68,0x52,0x3a,0xc0,0xe7,0x42,0x9a"
CCLB_SCHEMA_("cc_lb.schema.observe.v1", CCLB_FINGERPRINT_OBSERVE_)
CCLB_HOOK_METADATA_("observe", CCLB_PLUGIN_OBSERVE, CCLB_PLUGIN_OBSERVE_USAGE,
                    CCLB_MODE_OBSERVE_)
#undef CCLB_SEPARATOR_
#define CCLB_SEPARATOR_ ","
#endif

#ifdef CCLB_HAS_SHAPE_
#define CCLB_FINGERPRINT_SHAPE_ \
    "0x4d,0x8d,0xc5,0x14,0x0a,0x59,0xb0,0x1f,0x57,0xee,0xd2,0x10,0xa8,0x2d,0x30,0xac" \
    ",0xd0,0x78,0xdd,0x1e,0x6a,0x6e,0x04,0x72,0x37,0xbd,0x46,0x99,0x0d,0x10,0xe8,0xb6"
CCLB_SCHEMA_("cc_lb.schema.shape.v1", CCLB_FINGERPRINT_SHAPE_)
CCLB_HOOK_METADATA_("shape", CCLB_PLUGIN_SHAPE, CCLB_PLUGIN_SHAPE_USAGE,
                    CCLB_MODE_SHAPE_)
#undef CCLB_SEPARATOR_
#define CCLB_SEPARATOR_ ","
#endif

#ifdef CCLB_HAS_TRANSFORM_RESPONSE_
#define CCLB_FINGERPRINT_TRANSFORM_RESPONSE_ \
    "0x96,0xaa,0x46,0xcb,0xa2,0x7a,0x46,0x67,0x48,0x71,0xa2,0xa9,0xe3,0x48,0xc4,0xf1" \
    ",0x2d,0x95,0xcf,0xd4,0xf0,0x6b,0x6e,0x92,0x37,0x4b,0xe2,0xdb,0xe8,0x49,0x93,0xc1"
CCLB_SCHEMA_("cc_lb.schema.transform_response.v1", CCLB_FINGERPRINT_TRANSFORM_RESPONSE_)
CCLB_HOOK_METADATA_("transform_response", CCLB_PLUGIN_TRANSFORM_RESPONSE, CCLB_PLUGIN_TRANSFORM_RESPONSE_USAGE,
                    CCLB_MODE_TRANSFORM_RESPONSE_)
#undef CCLB_SEPARATOR_
#define CCLB_SEPARATOR_ ","
#endif

#ifdef CCLB_HAS_TRANSFORM_SSE_EVENT_
#define CCLB_FINGERPRINT_TRANSFORM_SSE_EVENT_ \
    "0xaf,0x8e,0x62,0x92,0x45,0x7a,0xd7,0xbf,0x56,0xe7,0x7f,0xa5,0x78,0x13,0xcb,0x16" \
    ",0x00,0x5f,0x46,0xcb,0x8f,0xd2,0xdf,0xae,0x01,0xc9,0x79,0x5f,0x6c,0xa3,0x1a,0xcb"
CCLB_SCHEMA_("cc_lb.schema.transform_sse_event.v1", CCLB_FINGERPRINT_TRANSFORM_SSE_EVENT_)
CCLB_HOOK_METADATA_("transform_sse_event", CCLB_PLUGIN_TRANSFORM_SSE_EVENT, CCLB_PLUGIN_TRANSFORM_SSE_EVENT_USAGE,
                    CCLB_MODE_TRANSFORM_SSE_EVENT_)
#undef CCLB_SEPARATOR_
#define CCLB_SEPARATOR_ ","
#endif

CCLB_METADATA_(CCLB_JSON_("}}"))

#pragma clang diagnostic pop

#ifdef __cplusplus
}
#endif

/* A function that is defined here would be there twice. */
#define CCLB_LEFT_ALONE_(function, name)                                                                               \
    CCLB_PRAGMA_(GCC error "cclb_plugin.h: " #function " is there, and so is #define " #name "_NOOP, which leaves it " \
                           "out: remove that, and say what it does: #define " #name " \"...\"")                        \
    left_alone_##function
#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define plugin_transform_response(...)                                                                                 \
    CCLB_LEFT_ALONE_(plugin_transform_response, CCLB_PLUGIN_TRANSFORM_RESPONSE)(__VA_ARGS__)
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#define plugin_transform_sse_event(...)                                                                                \
    CCLB_LEFT_ALONE_(plugin_transform_sse_event, CCLB_PLUGIN_TRANSFORM_SSE_EVENT)(__VA_ARGS__)
#endif

#pragma clang diagnostic pop

#endif

