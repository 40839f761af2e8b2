/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - the messages of the contract as C structs.
 *
 * These are the wire's own terms (spec/wire.md section 4); one struct serves every form. What a form lacks is left out
 * when a message is written in it, and is zero or absent when it is read. All pointers are borrowed from whoever filled
 * the struct; a zeroed struct is the empty message. What a comment calls text is UTF-8; what it calls bytes may be
 * anything.
 *
 * Requests go from host to plugin, answers come back. A host reads answers in place, through cclb/view.h; the answer
 * structs here are for those who write answers (plugins, tests) or want them decoded into memory of their own.
 */
#ifndef CCLB_MESSAGE_H
#define CCLB_MESSAGE_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes in several pieces, sent as if they were one; the pieces are not joined first. */
typedef struct cclb_spans {
    const cclb_bytes *spans;
    size_t count;
} cclb_spans;

typedef struct cclb_claim {
    cclb_bytes key;   /* text */
    cclb_bytes value; /* bytes */
} cclb_claim;

typedef struct cclb_claims {
    const cclb_claim *items;
    size_t count;
} cclb_claims;

typedef struct cclb_header {
    cclb_bytes name;  /* text */
    cclb_bytes value; /* bytes */
} cclb_header;

typedef struct cclb_headers {
    const cclb_header *items;
    size_t count;
} cclb_headers;

typedef struct cclb_sse_event {
    cclb_bytes event; /* text */
    cclb_bytes data;  /* bytes */
} cclb_sse_event;

typedef struct cclb_sse_events {
    const cclb_sse_event *items;
    size_t count;
} cclb_sse_events;

typedef struct cclb_principal {
    cclb_bytes id;   /* text */
    cclb_bytes kind; /* text */
    cclb_claims claims;
} cclb_principal;

/* The only variant that any published form has. */
typedef enum cclb_upstream_kind { CCLB_UPSTREAM_ANTHROPIC_DIRECT } cclb_upstream_kind;

typedef struct cclb_upstream {
    uint32_t kind;                /* cclb_upstream_kind */
    cclb_optional_bytes base_url; /* text */
} cclb_upstream;

/* Prices in millionths of a currency unit per million tokens. */
typedef struct cclb_cache_pricing {
    cclb_bytes status; /* text */
    cclb_optional_u64 input_micros_per_million;
    cclb_optional_u64 cache_creation_5m_micros_per_million;
    cclb_optional_u64 cache_creation_1h_micros_per_million;
    cclb_optional_u64 cache_read_micros_per_million;
} cclb_cache_pricing;

typedef struct cclb_upstream_candidate {
    cclb_bytes upstream_id; /* text */
    cclb_bytes name;        /* text */
    cclb_bytes kind;        /* text */
    uint64_t observed_at_unix_secs;
    uint32_t predicted_cache_read_tokens;
    uint32_t predicted_cache_creation_tokens_5m; /* W5 on, like the next two */
    uint32_t predicted_cache_creation_tokens_1h;
    uint32_t predicted_uncached_input_tokens;
    double plan_capacity_ratio;   /* W3 on, like the next three */
    cclb_bytes organization_type; /* text */
    cclb_bytes rate_limit_tier;   /* text */
    cclb_bytes seat_tier;         /* text */
} cclb_upstream_candidate;

typedef struct cclb_upstream_candidates {
    const cclb_upstream_candidate *items;
    size_t count;
} cclb_upstream_candidates;

typedef struct cclb_filter_request {
    cclb_bytes request_id;            /* text */
    cclb_optional_bytes thread_id;    /* text; W4 on */
    cclb_optional_bytes service_tier; /* text; W8 on */
    cclb_bytes canonical_model_id;    /* text; W5 on */
    cclb_cache_pricing cache_pricing; /* W5 on */
    cclb_bytes method;                /* text */
    cclb_bytes path;                  /* text */
    cclb_optional_bytes query;        /* text, without the question mark */
    cclb_headers headers;
    cclb_spans body; /* bytes */
    cclb_principal principal;
    cclb_upstream_candidates candidates;
} cclb_filter_request;

typedef struct cclb_candidate_reason {
    cclb_bytes upstream_id; /* text */
    cclb_bytes decision;    /* text */
    cclb_bytes reason;      /* text */
} cclb_candidate_reason;

typedef struct cclb_candidate_reasons {
    const cclb_candidate_reason *items;
    size_t count;
} cclb_candidate_reasons;

typedef struct cclb_filter_response {
    cclb_candidate_reasons results;
} cclb_filter_response;

typedef struct cclb_shape_request {
    cclb_bytes request_id;     /* text */
    cclb_bytes method;         /* text */
    cclb_bytes path;           /* text */
    cclb_optional_bytes query; /* text, without the question mark */
    cclb_headers headers;
    cclb_spans body; /* bytes */
    cclb_principal principal;
    cclb_upstream upstream;
} cclb_shape_request;

typedef struct cclb_shape_response {
    cclb_bytes url;    /* text */
    cclb_bytes method; /* text */
    cclb_headers headers;
    cclb_spans body; /* bytes */
} cclb_shape_response;

typedef struct cclb_transform_response_request {
    cclb_bytes request_id; /* text */
    cclb_principal principal;
    cclb_upstream upstream;
    cclb_bytes request_method;     /* text */
    cclb_bytes request_path;       /* text */
    cclb_bytes canonical_model_id; /* text */
    uint16_t response_status;
    cclb_headers response_headers;
    cclb_spans body; /* bytes */
} cclb_transform_response_request;

typedef struct cclb_transform_sse_event_request {
    cclb_bytes request_id; /* text */
    cclb_principal principal;
    cclb_upstream upstream;
    cclb_bytes request_method;     /* text */
    cclb_bytes request_path;       /* text */
    cclb_bytes canonical_model_id; /* text */
    uint16_t response_status;
    cclb_headers response_headers;
    cclb_sse_event event;
} cclb_transform_sse_event_request;

typedef enum cclb_transform_response_kind {
    CCLB_TRANSFORM_RESPONSE_UNCHANGED,
    CCLB_TRANSFORM_RESPONSE_REPLACE
} cclb_transform_response_kind;

typedef struct cclb_transform_response_result {
    uint32_t kind; /* cclb_transform_response_kind; the rest is for REPLACE */
    bool has_status;
    uint16_t status;
    bool has_headers;
    cclb_headers headers;
    bool has_body;
    cclb_spans body; /* bytes */
} cclb_transform_response_result;

typedef enum cclb_transform_sse_event_kind {
    CCLB_TRANSFORM_SSE_EVENT_UNCHANGED,
    CCLB_TRANSFORM_SSE_EVENT_REPLACE,
    CCLB_TRANSFORM_SSE_EVENT_DROP
} cclb_transform_sse_event_kind;

typedef struct cclb_transform_sse_event_result {
    uint32_t kind;          /* cclb_transform_sse_event_kind */
    cclb_sse_events events; /* for REPLACE */
} cclb_transform_sse_event_result;

typedef enum cclb_observe_kind {
    CCLB_OBSERVE_REQUEST_STARTED,
    CCLB_OBSERVE_AUTHN_COMPLETE,
    CCLB_OBSERVE_UPSTREAM_CHOSEN,
    CCLB_OBSERVE_CHUNK,
    CCLB_OBSERVE_REQUEST_FINISHED,
    CCLB_OBSERVE_ERROR
} cclb_observe_kind;

/* One event of a request's life; forms W2 to W8. Only the members of its kind travel. */
typedef struct cclb_observe_event {
    uint32_t kind; /* cclb_observe_kind */
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

#ifdef __cplusplus
}
#endif

#endif
