/* SPDX-License-Identifier: Apache-2.0 */
/* demo_data.h - a request, its candidates and a streamed answer, as a proxy for LLM APIs sees them. */
#ifndef EXAMPLES_DEMO_DATA_H
#define EXAMPLES_DEMO_DATA_H

#include "cclb/request.h"

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const cclb_header demo_headers[] = {
    {TEXT("Content-Type"), TEXT("application/json")},
    {TEXT("Anthropic-Version"), TEXT("2023-06-01")},
    {TEXT("Authorization"), TEXT("Bearer what-plugins-never-see")},
    {TEXT("User-Agent"), TEXT("example-client/2.1")},
};

static const cclb_bytes demo_body[] = {
    TEXT("{\"model\":\"claude-sonnet-4\",\"max_tokens\":1024,\"stream\":true,\"messages\":"),
    TEXT("[{\"role\":\"user\",\"content\":\"Summarise the incident report of last night.\"}]}"),
};

static const cclb_bytes demo_upstreams[] = {TEXT("east"), TEXT("west"), TEXT("reserve")};

static const char demo_claims[] = "{ \"route_weights\": { \"east\": 3, \"west\": 1 }, \"team\": \"search\" }";

/* The candidates of the request below. */
static inline void demo_candidates(cclb_candidate candidates[3])
{
    for (size_t i = 0; i < 3; i++) {
        candidates[i] = (cclb_candidate){
            .id = cclb_uuid_from_name(demo_upstreams[i]),
            .name = demo_upstreams[i],
            .kind = i < 2 ? CCLB_CANDIDATE_ANTHROPIC_API_KEY : CCLB_CANDIDATE_ANTHROPIC_OAUTH,
            .observed_at_unix_secs = 1760000000,
            .predicted_cache_read_tokens = i == 0 ? 12000 : 400,
        };
    }
}

static inline cclb_request demo_request(const cclb_candidate candidates[3])
{
    cclb_request request = cclb_request_init();
    request.request_id = cclb_text("req-0001");
    request.canonical_model_id = cclb_text("claude-sonnet-4");
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.query = cclb_optional_text("beta=true");
    request.headers = (cclb_headers){demo_headers, 4};
    request.body = (cclb_spans){demo_body, 2};
    request.principal.id = cclb_text("key-17");
    request.principal.claims = cclb_text(demo_claims);
    request.candidates = candidates;
    request.candidate_count = 3;
    request.upstream_base_url = cclb_optional_text("https://east.example.test");
    return request;
}

/* What the upstream streams back. */
static const char demo_stream[] =
    "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
    "event: ping\ndata: {\"type\":\"ping\"}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"the secret is 42\"}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

#endif
