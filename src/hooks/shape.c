/* SPDX-License-Identifier: Apache-2.0 */
/* shape.c - the request for the chosen upstream (rules R92 to R99). */

#include "base/error.h"
#include "hooks/answer.h"
#include "hooks/header_rules.h"
#include "hooks/headers.h"
#include "hooks/prepare.h"
#include "hooks/url.h"

#include <inttypes.h>

/* R92; a bad URL begins with words of its own. */
static const struct fault_words words = {"unsupported request: ", "unsupported request: "};
static const struct fault_words url_words = {"", ""};

static cclb_status check_header_count(const struct hooks *hooks, const cclb_shape_response_view *answer,
                                      cclb_error *error)
{
    if (answer->headers.count <= hooks->bounds.max_headers) {
        return CCLB_OK;
    }
    return answer_reject(error, CCLB_HOOK_SHAPE, 93, "an answer with %zu headers exceeds wire_bounds.max_headers, %u",
                         answer->headers.count, hooks->bounds.max_headers);
}

/* The parser takes up to 16 bytes and 25 ns for each byte of a URL, outside of any limit on the plugin. */
static cclb_status check_url_length(const struct hooks *hooks, cclb_bytes url, cclb_error *error)
{
    if (url.len <= hooks->bounds.url_bytes) {
        return CCLB_OK;
    }
    return answer_reject(error, CCLB_HOOK_SHAPE, 64, "a URL of %zu bytes exceeds wire_bounds.url_bytes, %" PRIu32,
                         url.len, hooks->bounds.url_bytes);
}

/* R95. */
static cclb_status check_origin(const struct hooks *hooks, const cclb_request *request, const cclb_url *url,
                                cclb_error *error)
{
    struct url_origin origin;
    struct url_origin selected;
    if (hooks->origin_policy == CCLB_ORIGIN_UNRESTRICTED || !request->upstream_base_url.present ||
        url_same_origin(url->text, request->upstream_base_url.value, &origin, &selected)) {
        return CCLB_OK;
    }
    return answer_reject(error, CCLB_HOOK_SHAPE, 95,
                         "the URL's origin, `%s`, is not that of the selected upstream, `%s`", origin.text,
                         selected.text);
}

/* R96. */
static cclb_status check_method(cclb_bytes method, cclb_error *error)
{
    struct error_text text;
    if (header_method_valid(method)) {
        return CCLB_OK;
    }
    return answer_reject(error, CCLB_HOOK_SHAPE, 96, "invalid method `%s`", error_text(&text, method));
}

static bool one_span(struct arena *arena, cclb_bytes bytes, cclb_spans *spans)
{
    cclb_bytes *span = arena_alloc(arena, sizeof *span);
    if (span) {
        *span = bytes;
        *spans = (cclb_spans){span, 1};
    }
    return span != NULL;
}

/* R92: the first fault in this order is told. */
static cclb_status judge(const struct hooks *hooks, struct run *run, const cclb_request *request,
                         cclb_shape_result *result, cclb_error *error)
{
    cclb_shape_response_view answer;
    cclb_status status = answer_check_size(hooks, run, 92, error);
    if (status == CCLB_OK) {
        status = cclb_shape_response_read(run->output.bytes, &answer, error);
    }
    if (status == CCLB_OK) {
        status = check_header_count(hooks, &answer, error);
    }
    if (status == CCLB_OK) {
        status = check_url_length(hooks, answer.url, error);
    }
    if (status == CCLB_OK) {
        status = url_read(answer.url, run->arena, &result->url, error);
    }
    if (status == CCLB_OK) {
        status = check_origin(hooks, request, &result->url, error);
    }
    if (status == CCLB_OK) {
        status = check_method(answer.method, error);
    }
    if (status == CCLB_OK) {
        const struct header_bounds bounds = {CCLB_HOOK_SHAPE, 98, header_is_not_the_plugins,
                                             hooks->bounds.max_header_value_bytes};
        status = headers_of_plugin(answer.headers, &bounds, &hooks->calls->slots->seed, run->arena, &result->headers,
                                   error);
    }
    if (status == CCLB_OK) {
        result->has_url = true;
        result->method = answer.method;
        status = one_span(run->arena, answer.body, &result->body) ? CCLB_OK : error_no_memory(error, sizeof answer.body);
    }
    return status;
}

static cclb_status call(const struct hooks *hooks, struct run *run, const cclb_request *request,
                        cclb_shape_request *message, cclb_shape_result *result, cclb_error *error)
{
    cclb_status status = prepare_shape(hooks, request, run->plugin->callee.reference, run->arena, message, error);
    if (status == CCLB_OK) {
        status = run_message(run, message, error);
    }
    return status == CCLB_OK ? judge(hooks, run, request, result, error) : status;
}

/* The request as it was: what a plugin that changes nothing would have answered, under the same rules. */
static cclb_status pass(const struct hooks *hooks, struct run *run, const cclb_request *request,
                        cclb_shape_result *result, cclb_error *error)
{
    cclb_shape_result raw = {
        .passed_through = true,
        .has_url = request->upstream_base_url.present,
        .method = request->method,
        .body = request->body,
    };
    cclb_status status = CCLB_OK;
    if (run->bytes_in == 0) { /* nobody has looked at the request yet, and what is none passes nowhere */
        cclb_shape_request message;
        status = prepare_shape(hooks, request, prepare_reference(run), run->arena, &message, error);
        status = status == CCLB_OK ? prepare_check(run, &message, error) : status;
    }
    if (status == CCLB_OK && raw.has_url) {
        status = url_below(request->upstream_base_url.value, request->path, request->query, run->arena, &raw.url, error);
    }
    if (status == CCLB_OK) {
        status = prepare_passed_headers(hooks, request, run->arena, &raw.headers, error);
    }
    if (status == CCLB_OK) {
        *result = raw;
    }
    return status;
}

cclb_status hook_shape(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                       cclb_shape_result *result, cclb_error *error)
{
    struct run run;
    cclb_shape_request message;
    cclb_shape_result made = {0};
    cclb_status status = run_enter(&run, hooks->calls, target, CCLB_HOOK_SHAPE, error);
    run.principal_kind = request->principal.kind;
    if (status == CCLB_OK) {
        status = call(hooks, &run, request, &message, &made, error);
    }
    status = answer_fault(&run, status, status == CCLB_REJECTED && error->rule == 94 ? url_words : words, error);
    if (run_passes(&run, status, error)) {
        cclb_error obstacle;
        cclb_status passed = pass(hooks, &run, request, &made, &obstacle);
        status = run_passed(&run, status, passed, &obstacle, error);
    }
    status = run_end(&run, status, &made.lease, error);
    if (status == CCLB_OK) {
        *result = made;
    }
    return status;
}
