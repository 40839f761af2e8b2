/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harness_requests.c - constants; the vectors of kind P hold them against the published conformance crates.
 *
 * Every crate has the same ones, as far as its form has the hook and the fields.
 */

#include "conformance_requests.h"

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }

#define REQUEST_ID TEXT("conformance-req-1")
#define MODEL TEXT("claude-3-haiku-20240307")
#define METHOD TEXT("POST")
#define PATH TEXT("/v1/messages")
#define PRINCIPAL                                                                                                      \
    {                                                                                                                  \
        .id = TEXT("conformance-principal"), .kind = TEXT("api_key")                                                   \
    }
#define UPSTREAM                                                                                                       \
    {                                                                                                                  \
        .kind = CCLB_UPSTREAM_ANTHROPIC_DIRECT                                                                         \
    }

static const cclb_header json_header[] = {{TEXT("content-type"), TEXT("application/json")}};
static const cclb_header stream_header[] = {{TEXT("content-type"), TEXT("text/event-stream")}};
static const cclb_bytes request_body[] = {TEXT("{\"model\":\"claude-3-haiku-20240307\",\"messages\":[]}")};
static const cclb_bytes response_body[] = {TEXT("{\"content\":[]}")};

static const struct message filter[] = {{
    .hook = CCLB_HOOK_FILTER,
    .as.filter =
        {
            .request_id = REQUEST_ID,
            .service_tier = {true, TEXT("priority")},
            .canonical_model_id = MODEL,
            .cache_pricing = {.status = TEXT("unknown")},
            .method = METHOD,
            .path = PATH,
            .headers = {json_header, 1},
            .body = {request_body, 1},
            .principal = PRINCIPAL,
        },
}};

static const struct message shape[] = {{
    .hook = CCLB_HOOK_SHAPE,
    .as.shape =
        {
            .request_id = REQUEST_ID,
            .method = METHOD,
            .path = PATH,
            .headers = {json_header, 1},
            .body = {request_body, 1},
            .principal = PRINCIPAL,
            .upstream = UPSTREAM,
        },
}};

static const struct message observe[] = {
    {.hook = CCLB_HOOK_OBSERVE,
     .as.event = {.kind = CCLB_OBSERVE_REQUEST_STARTED,
                  .as.request_started = {.request_id = REQUEST_ID,
                                         .downstream_user_agent = {true, TEXT("conformance/1.0")}}}},
    {.hook = CCLB_HOOK_OBSERVE,
     .as.event = {.kind = CCLB_OBSERVE_AUTHN_COMPLETE,
                  .as.authn_complete = {.principal_id = TEXT("conformance-principal"),
                                        .principal_kind = TEXT("api_key")}}},
    {.hook = CCLB_HOOK_OBSERVE,
     .as.event = {.kind = CCLB_OBSERVE_UPSTREAM_CHOSEN, .as.upstream_chosen = {.upstream = UPSTREAM}}},
    {.hook = CCLB_HOOK_OBSERVE,
     .as.event = {.kind = CCLB_OBSERVE_CHUNK, .as.chunk = {.event_count = 1, .total_bytes = 64}}},
    {.hook = CCLB_HOOK_OBSERVE,
     .as.event = {.kind = CCLB_OBSERVE_REQUEST_FINISHED,
                  .as.request_finished =
                      {.status = 200, .input_tokens = {true, 10}, .output_tokens = {true, 20}, .duration_ms = 42}}},
    {.hook = CCLB_HOOK_OBSERVE,
     .as.event = {.kind = CCLB_OBSERVE_ERROR,
                  .as.error = {.code = TEXT("conformance_error"),
                               .message = TEXT("synthetic"),
                               .source = TEXT("conformance")}}},
};

static const struct message transform_response[] = {{
    .hook = CCLB_HOOK_TRANSFORM_RESPONSE,
    .as.response =
        {
            .request_id = REQUEST_ID,
            .principal = PRINCIPAL,
            .upstream = UPSTREAM,
            .request_method = METHOD,
            .request_path = PATH,
            .canonical_model_id = MODEL,
            .response_status = 200,
            .response_headers = {json_header, 1},
            .body = {response_body, 1},
        },
}};

static const struct message transform_sse_event[] = {{
    .hook = CCLB_HOOK_TRANSFORM_SSE_EVENT,
    .as.sse_event =
        {
            .request_id = REQUEST_ID,
            .principal = PRINCIPAL,
            .upstream = UPSTREAM,
            .request_method = METHOD,
            .request_path = PATH,
            .canonical_model_id = MODEL,
            .response_status = 200,
            .response_headers = {stream_header, 1},
            .event = {.event = TEXT("content_block_start"), .data = TEXT("{\"type\":\"content_block_start\"}")},
        },
}};

const struct message *harness_requests(cclb_hook hook, size_t *count)
{
    *count = 1;
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return filter;
    case CCLB_HOOK_SHAPE:
        return shape;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return transform_response;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return transform_sse_event;
    default:
        *count = sizeof observe / sizeof observe[0];
        return observe;
    }
}

struct message payload_request(cclb_hook hook, const cclb_bytes *payload)
{
    size_t count;
    struct message message = harness_requests(hook, &count)[0];
    switch (hook) {
    case CCLB_HOOK_FILTER:
        message.as.filter.body = (cclb_spans){payload, 1};
        break;
    case CCLB_HOOK_SHAPE:
        message.as.shape.body = (cclb_spans){payload, 1};
        break;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        message.as.response.body = (cclb_spans){payload, 1};
        break;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        message.as.sse_event.event.data = *payload;
        break;
    default:
        message = observe[count - 1];
        message.as.event.as.error.message = *payload;
        break;
    }
    return message;
}
