/* SPDX-License-Identifier: Apache-2.0 */
/* workload.c - a request as a proxy for LLM APIs sees it; bodies are JSON, because some plugins read them. */

#include "workload.h"

#include "codec.h"
#include "fail.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }

/* What the host got, and under which names the wire has it (rule R74). */
#define WORKLOAD_HEADER(HEADER)                                                                                        \
    HEADER("Content-Type", "content-type", "application/json")                                                         \
    HEADER("Accept", "accept", "application/json, text/event-stream")                                                  \
    HEADER("Anthropic-Version", "anthropic-version", "2023-06-01")                                                     \
    HEADER("User-Agent", "user-agent", "example-client/2.1 (linux; x86_64)")                                           \
    HEADER("X-Request-Id", "x-request-id", "0b54a3e2-5f7d-4c8e-9d0a-7c1f2ab3e9d4")                                     \
    HEADER("Traceparent", "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

static const cclb_header host_headers[] = {
#define HEADER(host, wire, value) {TEXT(host), TEXT(value)},
    WORKLOAD_HEADER(HEADER)
#undef HEADER
};

static const cclb_header wire_headers[] = {
#define HEADER(host, wire, value) {TEXT(wire), TEXT(value)},
    WORKLOAD_HEADER(HEADER)
#undef HEADER
};

static const cclb_header response_headers[] = {
    {TEXT("content-type"), TEXT("text/event-stream; charset=utf-8")},
    {TEXT("request-id"), TEXT("req_011CSHoEeqs5C35K2UUqR7Fy")},
    {TEXT("cache-control"), TEXT("no-cache")},
};

static const char host_claims[] = "{\"org\":\"acme\",\"plan\":\"team\",\"seats\":[12,40]}";
static const cclb_claim wire_claims[] = {
    {TEXT("org"), TEXT("\"acme\"")},
    {TEXT("plan"), TEXT("\"team\"")},
    {TEXT("seats"), TEXT("[12,40]")},
};

static const cclb_bytes names[WORKLOAD_CANDIDATES] = {
    TEXT("east-1"), TEXT("east-2"), TEXT("east-3"), TEXT("east-4"),
    TEXT("west-1"), TEXT("west-2"), TEXT("west-3"), TEXT("reserve"),
};

/* JSON of exactly that size, or as small as it can be. */
static cclb_bytes make_content(size_t size)
{
    static const char head[] = "{\"model\":\"claude-sonnet-4\",\"messages\":[{\"role\":\"user\",\"content\":\"";
    static const char tail[] = "\"}]}";
    static const char words[] = "the quick brown fox jumps over the lazy dog and ";
    size_t frame = strlen(head) + strlen(tail);
    size_t filling = size > frame ? size - frame : 0;
    uint8_t *content = take_memory(frame + filling);
    memcpy(content, head, strlen(head));
    for (size_t i = 0; i < filling; i++) {
        content[strlen(head) + i] = (uint8_t)words[i % strlen(words)];
    }
    memcpy(content + strlen(head) + filling, tail, strlen(tail));
    return cclb_bytes_of(content, frame + filling);
}

static void init_candidates(struct workload *workload)
{
    for (size_t i = 0; i < WORKLOAD_CANDIDATES; i++) {
        cclb_candidate *candidate = &workload->candidates[i];
        *candidate = (cclb_candidate){
            .id = cclb_uuid_from_name(names[i]),
            .name = names[i],
            .kind = CCLB_CANDIDATE_ANTHROPIC_API_KEY,
            .observed_at_unix_secs = 1760000000,
            .predicted_cache_read_tokens = (uint32_t)(i * 1500),
            .predicted_uncached_input_tokens = 900,
            .has_plan_capacity_ratio = true,
            .plan_capacity_ratio = 0.5,
            .organization_type = cclb_text("team"),
            .rate_limit_tier = cclb_text("tier-4"),
        };
        cclb_uuid_format(candidate->id, workload->ids[i]);
        workload->wire_candidates[i] = (cclb_upstream_candidate){
            .upstream_id = cclb_text(workload->ids[i]),
            .name = names[i],
            .kind = cclb_text(cclb_candidate_kind_name(candidate->kind)),
            .observed_at_unix_secs = candidate->observed_at_unix_secs,
            .predicted_cache_read_tokens = candidate->predicted_cache_read_tokens,
            .predicted_uncached_input_tokens = candidate->predicted_uncached_input_tokens,
            .plan_capacity_ratio = candidate->plan_capacity_ratio,
            .organization_type = candidate->organization_type,
            .rate_limit_tier = candidate->rate_limit_tier,
        };
    }
}

static void init_host(struct workload *workload)
{
    workload->request = cclb_request_init();
    workload->request.request_id = cclb_text("req-0001");
    workload->request.canonical_model_id = cclb_text("claude-sonnet-4");
    workload->request.method = cclb_text("POST");
    workload->request.path = cclb_text("/v1/messages");
    workload->request.query = cclb_optional_text("beta=true");
    workload->request.headers = (cclb_headers){host_headers, WORKLOAD_HEADERS};
    workload->request.body = (cclb_spans){&workload->span, 1};
    workload->request.principal.id = cclb_text("key-17");
    workload->request.principal.claims = cclb_text(host_claims);
    workload->request.candidates = workload->candidates;
    workload->request.candidate_count = WORKLOAD_CANDIDATES;
    workload->request.upstream_base_url = cclb_optional_text("https://east.example.test/");
    workload->response = cclb_response_init();
    workload->response.status = 200;
    workload->response.headers = (cclb_headers){response_headers, WORKLOAD_RESPONSE_HEADERS};
    workload->response.body = (cclb_spans){&workload->span, 1};
    workload->event = (cclb_sse_event){cclb_text("content_block_delta"), workload->content};
    workload->observation = cclb_observation_init(CCLB_OBSERVE_ERROR);
    workload->observation.error_code = cclb_text("overloaded");
    workload->observation.error_message = workload->content;
    workload->observation.error_source = cclb_text("upstream");
}

/* What both transforms have under the same names. */
#define INIT_TRANSFORM(transform)                                                                                      \
    (transform)->request_id = host->request_id;                                                                        \
    (transform)->principal = principal;                                                                                \
    (transform)->upstream.base_url = host->upstream_base_url;                                                          \
    (transform)->request_method = host->method;                                                                        \
    (transform)->request_path = host->path;                                                                            \
    (transform)->canonical_model_id = host->canonical_model_id;                                                        \
    (transform)->response_status = workload->response.status;                                                          \
    (transform)->response_headers = workload->response.headers

static void init_message(struct workload *workload)
{
    const cclb_request *host = &workload->request;
    const cclb_headers headers = {wire_headers, WORKLOAD_HEADERS};
    const cclb_principal principal = {
        .id = host->principal.id,
        .kind = cclb_text(cclb_principal_kind_name(host->principal.kind)),
        .claims = {wire_claims, WORKLOAD_CLAIMS},
    };
    switch (workload->hook) {
    case CCLB_HOOK_FILTER:
        workload->message.filter = (cclb_filter_request){
            .request_id = host->request_id,
            .canonical_model_id = host->canonical_model_id,
            .cache_pricing.status = cclb_text("unknown"),
            .method = host->method,
            .path = host->path,
            .query = host->query,
            .headers = headers,
            .body = host->body,
            .principal = principal,
            .candidates = {workload->wire_candidates, WORKLOAD_CANDIDATES},
        };
        break;
    case CCLB_HOOK_SHAPE:
        workload->message.shape = (cclb_shape_request){
            .request_id = host->request_id,
            .method = host->method,
            .path = host->path,
            .query = host->query,
            .headers = headers,
            .body = host->body,
            .principal = principal,
            .upstream.base_url = host->upstream_base_url,
        };
        break;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        INIT_TRANSFORM(&workload->message.response);
        workload->message.response.body = workload->response.body;
        break;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        INIT_TRANSFORM(&workload->message.event);
        workload->message.event.event = workload->event;
        break;
    default:
        workload->message.observation.kind = CCLB_OBSERVE_ERROR;
        workload->message.observation.as.error.code = workload->observation.error_code;
        workload->message.observation.as.error.message = workload->observation.error_message;
        workload->message.observation.as.error.source = workload->observation.error_source;
        break;
    }
}

void workload_init(struct workload *workload, cclb_hook hook, cclb_form form, size_t size)
{
    memset(workload, 0, sizeof *workload);
    workload->hook = hook;
    workload->form = form;
    workload->content = make_content(size);
    workload->span = workload->content;
    init_candidates(workload);
    init_host(workload);
    init_message(workload);
    size_t archive_size = codec_measure(hook, form, &workload->message);
    uint8_t *archive = take_memory(archive_size);
    codec_write(hook, form, &workload->message, archive, archive_size);
    workload->archive = cclb_bytes_of(archive, archive_size);
}

void workload_deinit(struct workload *workload)
{
    free((void *)(uintptr_t)workload->archive.data);
    free((void *)(uintptr_t)workload->content.data);
    memset(workload, 0, sizeof *workload);
}
