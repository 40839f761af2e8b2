/* SPDX-License-Identifier: Apache-2.0 */
/* probe_requests.c - constants; the vectors of kind P hold them against the published runtimes. */

#include "admission/probe_requests.h"

#include "cclb/message.h"

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

#define REQUEST_ID TEXT("probe-req-1")
#define MODEL TEXT("claude-3-haiku-20240307")
#define METHOD TEXT("POST")
#define PATH TEXT("/v1/messages")
#define PRINCIPAL {.id = TEXT("probe-principal"), .kind = TEXT("api_key")}
#define UPSTREAM {.kind = CCLB_UPSTREAM_ANTHROPIC_DIRECT, .base_url = {true, TEXT("https://example.test")}}

static const cclb_header json_header[] = {{TEXT("content-type"), TEXT("application/json")}};
static const cclb_header stream_header[] = {{TEXT("content-type"), TEXT("text/event-stream")}};
static const cclb_bytes request_body[] = {TEXT("{\"model\":\"claude-3-haiku-20240307\",\"messages\":[]}")};
static const cclb_bytes response_body[] = {TEXT("{\"content\":[]}")};

static const cclb_filter_request filter_request = {
    .request_id = REQUEST_ID,
    .service_tier = {true, TEXT("priority")},
    .canonical_model_id = MODEL,
    .cache_pricing = {.status = TEXT("unknown")},
    .method = METHOD,
    .path = PATH,
    .headers = {json_header, 1},
    .body = {request_body, 1},
    .principal = PRINCIPAL,
};

static const cclb_shape_request shape_request = {
    .request_id = REQUEST_ID,
    .method = METHOD,
    .path = PATH,
    .headers = {json_header, 1},
    .body = {request_body, 1},
    .principal = PRINCIPAL,
    .upstream = UPSTREAM,
};

static const cclb_observe_event observe_event = {
    .kind = CCLB_OBSERVE_REQUEST_STARTED,
    .as.request_started = {.request_id = REQUEST_ID, .downstream_user_agent = {true, TEXT("cc-lb-probe/1.0")}},
};

static const cclb_transform_response_request transform_response_request = {
    .request_id = REQUEST_ID,
    .principal = PRINCIPAL,
    .upstream = UPSTREAM,
    .request_method = METHOD,
    .request_path = PATH,
    .canonical_model_id = MODEL,
    .response_status = 200,
    .response_headers = {json_header, 1},
    .body = {response_body, 1},
};

static const cclb_transform_sse_event_request transform_sse_event_request = {
    .request_id = REQUEST_ID,
    .principal = PRINCIPAL,
    .upstream = UPSTREAM,
    .request_method = METHOD,
    .request_path = PATH,
    .canonical_model_id = MODEL,
    .response_status = 200,
    .response_headers = {stream_header, 1},
    .event = {.event = TEXT("content_block_start"), .data = TEXT("{\"type\":\"content_block_start\"}")},
};

const void *probe_request(cclb_hook hook)
{
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return &filter_request;
    case CCLB_HOOK_SHAPE:
        return &shape_request;
    case CCLB_HOOK_OBSERVE:
        return &observe_event;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return &transform_response_request;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return &transform_sse_event_request;
    case CCLB_HOOK_COUNT:
    case CCLB_HOOK_NONE:
        break;
    }
    return NULL;
}
