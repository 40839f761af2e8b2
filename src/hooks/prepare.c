/* SPDX-License-Identifier: Apache-2.0 */
/* prepare.c - requests and responses; candidates and observations have files of their own. */

#include "hooks/prepare.h"

#include "base/error.h"
#include "hooks/claims.h"
#include "hooks/header_rules.h"
#include "hooks/headers.h"
#include "hooks/prepare_parts.h"
#include "hooks/url.h"
#include "wire/wire.h"

#include <inttypes.h>

cclb_status prepare_principal_kind(cclb_principal_kind kind, cclb_reference reference, cclb_bytes *text,
                                   cclb_error *error)
{
    static const char *const old_names[CCLB_PRINCIPAL_KIND_COUNT] = {
#define PRINCIPAL(NAME, name, old_name) old_name,
#include "cclb/principal.def"
#undef PRINCIPAL
    };
    if (kind >= CCLB_PRINCIPAL_KIND_COUNT) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 77, CCLB_PHASE_NONE,
                         "principal kind %d is none of enum cclb_principal_kind", (int)kind);
    }
    bool old = reference <= CCLB_REFERENCE_0_1_1; /* R76 */
    *text = cclb_text(old ? old_names[kind] : cclb_principal_kind_name(kind));
    return CCLB_OK;
}

static cclb_status prepare_principal(const struct hooks *hooks, const cclb_request_principal *given,
                                     cclb_reference reference, struct arena *arena, cclb_principal *principal,
                                     cclb_error *error)
{
    principal->id = given->id;
    cclb_status status = prepare_principal_kind(given->kind, reference, &principal->kind, error);
    if (status == CCLB_OK && given->claims.len > hooks->bounds.claims_bytes) {
        return error_set(error, CCLB_LIMIT, 78, CCLB_PHASE_NONE,
                         "request.principal.claims of %zu bytes exceed wire_bounds.claims_bytes, %" PRIu32,
                         given->claims.len, hooks->bounds.claims_bytes);
    }
    return status == CCLB_OK ? claims_read(given->claims, arena, &principal->claims, error) : status;
}

cclb_status prepare_upstream(cclb_optional_bytes base_url, struct arena *arena, cclb_upstream *upstream,
                             cclb_error *error)
{
    *upstream = (cclb_upstream){.kind = CCLB_UPSTREAM_ANTHROPIC_DIRECT};
    if (!base_url.present) {
        return CCLB_OK;
    }
    upstream->base_url.present = true;
    return url_normalise(base_url.value, arena, &upstream->base_url.value, error);
}

cclb_status prepare_check(const struct run *run, const void *message, cclb_error *error)
{
    size_t size;
    uint64_t most = run->calls->pass_through_bytes;
    cclb_status status =
        wire_measure(wire_request_type(run->hook), cclb_reference_form(prepare_reference(run)), message, &size, error);
    if (status != CCLB_OK || size <= most) {
        return status;
    }
    return error_set(error, CCLB_LIMIT, 0, CCLB_PHASE_NONE,
                     "a request of %zu bytes exceeds wire_bounds.pass_through_bytes, %" PRIu64
                     ", and the plugin did not see it",
                     size, most);
}

cclb_status prepare_method(cclb_bytes method, cclb_error *error)
{
    if (header_method_valid(method)) {
        return CCLB_OK;
    }
    struct error_text text;
    return error_set(error, CCLB_BAD_INPUT, 96, CCLB_PHASE_NONE, "request.method `%s` is no token",
                     error_text(&text, method));
}

static cclb_status prepare_headers(const struct hooks *hooks, const cclb_request *request, struct arena *arena,
                                   cclb_headers *headers, cclb_error *error)
{
    header_dropped *dropped = hooks->cookie_redaction ? header_is_secret_or_cookie : header_is_secret;
    return headers_for_plugin(request->headers, dropped, "request.headers", 74, &hooks->calls->slots->seed, arena,
                              headers, error);
}

static bool passes_not(cclb_bytes lower_name)
{
    return header_is_secret(lower_name) || header_is_not_the_plugins(lower_name);
}

static bool passes_not_nor_cookie(cclb_bytes lower_name)
{
    return header_is_secret_or_cookie(lower_name) || header_is_not_the_plugins(lower_name);
}

cclb_status prepare_passed_headers(const struct hooks *hooks, const cclb_request *request, struct arena *arena,
                                   cclb_headers *headers, cclb_error *error)
{
    header_dropped *dropped = hooks->cookie_redaction ? passes_not_nor_cookie : passes_not;
    return headers_for_plugin(request->headers, dropped, "request.headers", 74, &hooks->calls->slots->seed, arena,
                              headers, error);
}

cclb_status prepare_filter(const struct hooks *hooks, const cclb_request *request, cclb_reference reference,
                           struct arena *arena, cclb_filter_request *message, cclb_error *error)
{
    cclb_status status = prepare_method(request->method, error);
    if (status != CCLB_OK) {
        return status;
    }
    *message = (cclb_filter_request){
        .request_id = request->request_id,
        .thread_id = request->thread_id,
        .service_tier = request->service_tier,
        .canonical_model_id = request->canonical_model_id,
        .cache_pricing = request->cache_pricing,
        .method = request->method,
        .path = request->path,
        .query = request->query,
        .body = request->body,
    };
    if (message->cache_pricing.status.len == 0) {
        message->cache_pricing.status = cclb_text("unknown"); /* R81 */
    }
    status = prepare_headers(hooks, request, arena, &message->headers, error);
    if (status == CCLB_OK) {
        status = prepare_principal(hooks, &request->principal, reference, arena, &message->principal, error);
    }
    return status == CCLB_OK ? prepare_candidates(request, arena, &message->candidates, error) : status;
}

cclb_status prepare_shape(const struct hooks *hooks, const cclb_request *request, cclb_reference reference,
                          struct arena *arena, cclb_shape_request *message, cclb_error *error)
{
    cclb_status status = prepare_method(request->method, error);
    if (status != CCLB_OK) {
        return status;
    }
    *message = (cclb_shape_request){
        .request_id = request->request_id,
        .method = request->method,
        .path = request->path,
        .query = request->query,
        .body = request->body,
    };
    status = prepare_headers(hooks, request, arena, &message->headers, error);
    if (status == CCLB_OK) {
        status = prepare_principal(hooks, &request->principal, reference, arena, &message->principal, error);
    }
    return status == CCLB_OK ? prepare_upstream(request->upstream_base_url, arena, &message->upstream, error) : status;
}

static cclb_status check_status(uint16_t status, cclb_error *error)
{
    if (header_status_valid(status)) {
        return CCLB_OK;
    }
    return error_set(error, CCLB_BAD_INPUT, 102, CCLB_PHASE_NONE, "response.status is %u; a status is 100 to 999",
                     status);
}

/* What both transforms are sent; their structs have the same members up to the response's headers. */
#define PREPARE_TRANSFORM(message)                                                                                     \
    cclb_status status = prepare_method(request->method, error);                                                       \
    if (status == CCLB_OK) {                                                                                           \
        status = check_status(response->status, error);                                                                \
    }                                                                                                                  \
    if (status == CCLB_OK) {                                                                                           \
        (message)->request_id = request->request_id;                                                                   \
        (message)->request_method = request->method;                                                                   \
        (message)->request_path = request->path;                                                                       \
        (message)->canonical_model_id = request->canonical_model_id;                                                   \
        (message)->response_status = response->status;                                                                 \
        status = headers_for_plugin(response->headers, NULL, "response.headers", 75, &hooks->calls->slots->seed,       \
                                    arena, &(message)->response_headers, error);                                       \
    }                                                                                                                  \
    if (status == CCLB_OK) {                                                                                           \
        status = prepare_principal(hooks, &request->principal, reference, arena, &(message)->principal, error);               \
    }                                                                                                                  \
    if (status == CCLB_OK) {                                                                                           \
        status = prepare_upstream(request->upstream_base_url, arena, &(message)->upstream, error);                     \
    }

cclb_status prepare_transform_response(const struct hooks *hooks, const cclb_request *request,
                                       const cclb_response *response, cclb_reference reference, struct arena *arena,
                                       cclb_transform_response_request *message, cclb_error *error)
{
    memset(message, 0, sizeof *message);
    PREPARE_TRANSFORM(message)
    message->body = response->body;
    return status;
}

cclb_status prepare_transform_sse_event(const struct hooks *hooks, const cclb_request *request,
                                        const cclb_response *response, cclb_reference reference, struct arena *arena,
                                        cclb_transform_sse_event_request *message, cclb_error *error)
{
    memset(message, 0, sizeof *message);
    PREPARE_TRANSFORM(message)
    return status;
}
