/* SPDX-License-Identifier: Apache-2.0 */
/*
 * echo.c - answers what it was asked: the value of every field, one a line, in the order of the wire's tables. An
 * optional that is absent is a line with a dash, and before the elements of an array comes their number.
 */
#define CCLB_PLUGIN_NAME "echo"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Answers what it was asked."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_FILTER "One result, whose reason is the request."
#define CCLB_PLUGIN_SHAPE "The body is the request."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "The body is the request."
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "The event is the request."
#define CCLB_PLUGIN_OBSERVE "The record is the event."
#include "cclb_plugin.h"

static cclb_bytes_list lines;

static void echo(cclb_bytes value)
{
    cclb_bytes_list_add(&lines, value);
    cclb_bytes_list_add(&lines, CCLB_TEXT("\n"));
}

static void echo_number(uint64_t value)
{
    echo(cclb_decimal(value));
}

static void echo_optional(cclb_optional_bytes value)
{
    echo(cclb_value_or(value, CCLB_TEXT("-")));
}

static void echo_optional_number(cclb_optional_u64 value)
{
    echo(value.present ? cclb_decimal(value.value) : CCLB_TEXT("-"));
}

static void echo_headers(cclb_headers headers)
{
    echo_number(headers.count);
    for (size_t i = 0; i < headers.count; i++) {
        cclb_header header = cclb_header_at(headers, i);
        echo(header.name);
        echo(header.value);
    }
}

static void echo_principal(cclb_principal principal)
{
    echo(principal.id);
    echo(principal.kind);
    echo_number(principal.claims.count);
    for (size_t i = 0; i < principal.claims.count; i++) {
        cclb_claim claim = cclb_claim_at(principal.claims, i);
        echo(claim.key);
        echo(claim.value);
    }
}

static void echo_upstream(cclb_upstream upstream)
{
    echo_number(upstream.kind);
    echo_optional(upstream.base_url);
}

static void echo_pricing(cclb_cache_pricing pricing)
{
    echo(pricing.status);
    echo_optional_number(pricing.input_micros_per_million);
    echo_optional_number(pricing.cache_creation_5m_micros_per_million);
    echo_optional_number(pricing.cache_creation_1h_micros_per_million);
    echo_optional_number(pricing.cache_read_micros_per_million);
}

static void echo_candidate(cclb_upstream_candidate candidate)
{
    echo(candidate.upstream_id);
    echo(candidate.name);
    echo(candidate.kind);
    echo_number(candidate.observed_at_unix_secs);
    echo_number(candidate.predicted_cache_read_tokens);
    echo_number(candidate.predicted_cache_creation_tokens_5m);
    echo_number(candidate.predicted_cache_creation_tokens_1h);
    echo_number(candidate.predicted_uncached_input_tokens);
    echo_number((uint64_t)candidate.plan_capacity_ratio);
    echo(candidate.organization_type);
    echo(candidate.rate_limit_tier);
    echo(candidate.seat_tier);
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    echo(request->request_id);
    echo_optional(request->thread_id);
    echo_optional(request->service_tier);
    echo(request->canonical_model_id);
    echo_pricing(request->cache_pricing);
    echo(request->method);
    echo(request->path);
    echo_optional(request->query);
    echo_headers(request->headers);
    echo(request->body);
    echo_principal(request->principal);
    echo_number(request->candidates.count);
    for (size_t i = 0; i < request->candidates.count; i++) {
        echo_candidate(cclb_upstream_candidate_at(request->candidates, i));
    }
    cclb_reject(answer, CCLB_TEXT(""), cclb_join(lines.items, lines.count));
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    echo(request->request_id);
    echo(request->method);
    echo(request->path);
    echo_optional(request->query);
    echo_headers(request->headers);
    echo(request->body);
    echo_principal(request->principal);
    echo_upstream(request->upstream);
    answer->body = lines;
}

void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    echo(request->request_id);
    echo_principal(request->principal);
    echo_upstream(request->upstream);
    echo(request->request_method);
    echo(request->request_path);
    echo(request->canonical_model_id);
    echo_number(request->response_status);
    echo_headers(request->response_headers);
    echo(request->body);
    *cclb_replace_body(answer) = lines;
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    echo(request->request_id);
    echo_principal(request->principal);
    echo_upstream(request->upstream);
    echo(request->request_method);
    echo(request->request_path);
    echo(request->canonical_model_id);
    echo_number(request->response_status);
    echo_headers(request->response_headers);
    echo(request->event.event);
    echo(request->event.data);
    cclb_replace_event(answer, CCLB_TEXT(""), cclb_join(lines.items, lines.count));
}

void plugin_observe(const cclb_observe_event *event, cclb_bytes *record)
{
    echo_number(event->kind);
    switch (event->kind) {
    case CCLB_OBSERVE_REQUEST_STARTED:
        echo(event->as.request_started.request_id);
        echo_optional(event->as.request_started.downstream_user_agent);
        break;
    case CCLB_OBSERVE_AUTHN_COMPLETE:
        echo(event->as.authn_complete.principal_id);
        echo(event->as.authn_complete.principal_kind);
        break;
    case CCLB_OBSERVE_UPSTREAM_CHOSEN:
        echo_upstream(event->as.upstream_chosen.upstream);
        break;
    case CCLB_OBSERVE_CHUNK:
        echo_number(event->as.chunk.batch_index);
        echo_number(event->as.chunk.event_count);
        echo_number(event->as.chunk.total_bytes);
        break;
    case CCLB_OBSERVE_REQUEST_FINISHED:
        echo_number(event->as.request_finished.status);
        echo_optional_number(event->as.request_finished.input_tokens);
        echo_optional_number(event->as.request_finished.output_tokens);
        echo_optional_number(event->as.request_finished.cache_creation_input_tokens);
        echo_optional_number(event->as.request_finished.cache_read_input_tokens);
        echo_number(event->as.request_finished.duration_ms);
        break;
    default:
        echo(event->as.error.code);
        echo(event->as.error.message);
        echo(event->as.error.source);
    }
    *record = cclb_join(lines.items, lines.count);
}
