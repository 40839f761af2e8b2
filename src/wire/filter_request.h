/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_request.h - FilterRequest and its candidates: the only layouts that ever changed (spec/wire.md section 4).
 */
#ifndef WIRE_FILTER_REQUEST_H
#define WIRE_FILTER_REQUEST_H

#include "wire/generate.h"

/* Three layouts of the candidate: W2; W3 and W4; W5 on. */
#define WIRE_CANDIDATE_AT(w2, w3, w5) w2, w3, w3, w5, w5, w5, w5

#define WIRE_UPSTREAM_CANDIDATE(FIELD)                                                                                 \
    FIELD(text, upstream_id, WIRE_CANDIDATE_AT(0, 0, 0))                                                               \
    FIELD(text, name, WIRE_CANDIDATE_AT(8, 8, 8))                                                                      \
    FIELD(text, kind, WIRE_CANDIDATE_AT(16, 16, 16))                                                                   \
    FIELD(u64, observed_at_unix_secs, WIRE_CANDIDATE_AT(24, 24, 24))                                                   \
    FIELD(u32, predicted_cache_read_tokens, WIRE_CANDIDATE_AT(32, 32, 32))                                             \
    FIELD(u32, predicted_cache_creation_tokens_5m, WIRE_CANDIDATE_AT(WIRE_ABSENT, WIRE_ABSENT, 36))                    \
    FIELD(u32, predicted_cache_creation_tokens_1h, WIRE_CANDIDATE_AT(WIRE_ABSENT, WIRE_ABSENT, 40))                    \
    FIELD(u32, predicted_uncached_input_tokens, WIRE_CANDIDATE_AT(WIRE_ABSENT, WIRE_ABSENT, 44))                       \
    FIELD(f64, plan_capacity_ratio, WIRE_CANDIDATE_AT(WIRE_ABSENT, 40, 48))                                            \
    FIELD(text, organization_type, WIRE_CANDIDATE_AT(WIRE_ABSENT, 48, 56))                                             \
    FIELD(text, rate_limit_tier, WIRE_CANDIDATE_AT(WIRE_ABSENT, 56, 64))                                               \
    FIELD(text, seat_tier, WIRE_CANDIDATE_AT(WIRE_ABSENT, 64, 72))
#define WIRE_UPSTREAM_CANDIDATE_SIZE WIRE_CANDIDATE_AT(40, 72, 80)

/* Four layouts of the root: W2 and W3; W4; W5 and W6; W8 and W9. */
#define WIRE_FILTER_AT(w2, w4, w5, w8) w2, w2, w4, w5, w5, w8, w8

#define WIRE_FILTER_REQUEST(FIELD)                                                                                     \
    FIELD(text, request_id, WIRE_FILTER_AT(0, 0, 0, 0))                                                                \
    FIELD(optional_text, thread_id, WIRE_FILTER_AT(WIRE_ABSENT, 8, 8, 8))                                              \
    FIELD(optional_text, service_tier, WIRE_FILTER_AT(WIRE_ABSENT, WIRE_ABSENT, WIRE_ABSENT, 20))                      \
    FIELD(text, canonical_model_id, WIRE_FILTER_AT(WIRE_ABSENT, WIRE_ABSENT, 20, 32))                                  \
    FIELD(cache_pricing, cache_pricing, WIRE_FILTER_AT(WIRE_ABSENT, WIRE_ABSENT, 32, 40))                              \
    FIELD(text, method, WIRE_FILTER_AT(8, 20, 104, 112))                                                               \
    FIELD(text, path, WIRE_FILTER_AT(16, 28, 112, 120))                                                                \
    FIELD(optional_text, query, WIRE_FILTER_AT(24, 36, 120, 128))                                                      \
    FIELD(headers, headers, WIRE_FILTER_AT(36, 48, 132, 140))                                                          \
    FIELD(spans, body, WIRE_FILTER_AT(44, 56, 140, 148))                                                               \
    FIELD(principal, principal, WIRE_FILTER_AT(52, 64, 148, 156))                                                      \
    FIELD(upstream_candidates, candidates, WIRE_FILTER_AT(76, 88, 172, 180))
#define WIRE_FILTER_REQUEST_SIZE WIRE_FILTER_AT(84, 96, 184, 192)
#define WIRE_FILTER_REQUEST_ALIGN WIRE_FILTER_AT(4, 4, 8, 8)

WIRE_MESSAGE_API(filter_request, cclb_filter_request)

#endif
