/* SPDX-License-Identifier: Apache-2.0 */
/* transform.c - whole responses and single events on their way back (rules R100 to R104). */

#include "base/error.h"
#include "hooks/answer.h"
#include "hooks/header_rules.h"
#include "hooks/headers.h"
#include "hooks/prepare.h"

/* R104. */
static const struct fault_words response_words = {"transform_response trap error: ",
                                                  "transform_response runtime error: "};
static const struct fault_words event_words = {"transform_sse_event trap error: ",
                                               "transform_sse_event runtime error: "};

/*
 * R100. Where nothing may be called at all, run_enter() is asked and says so: by key (R42), by a handle of another runtime,
 * in a forked child.
 */
static bool is_called(const struct hooks *hooks, const cclb_target *target, cclb_hook hook)
{
    cclb_error scratch;
    return target->handle == NULL || target->handle->calls != hooks->calls ||
           dispatch_check_process(hooks->calls->dispatch, &scratch) != CCLB_OK ||
           admitted_calls(cell_plugin(target->handle->cell), hook);
}

/* What goes out if nothing changes. */
static cclb_transform_response_answer unchanged(const cclb_response *response)
{
    return (cclb_transform_response_answer){
        .status = response->status,
        .headers = response->headers,
        .body = response->body,
    };
}

/* R102. */
static cclb_status replace(const struct hooks *hooks, struct run *run, const cclb_transform_response_view *view,
                           cclb_transform_response_answer *answer, cclb_error *error)
{
    if (view->has_status) {
        if (!header_status_valid(view->status)) {
            return answer_reject(error, CCLB_HOOK_TRANSFORM_RESPONSE, 102, "invalid status %u; a status is 100 to 999",
                                 view->status);
        }
        answer->status_replaced = true;
        answer->status = view->status;
    }
    if (view->has_headers) {
        const struct header_bounds bounds = {CCLB_HOOK_TRANSFORM_RESPONSE, 102, NULL, UINT64_MAX};
        cclb_status status = answer_check_items(hooks, run, view->headers.count, "headers", error);
        if (status == CCLB_OK) {
            status = headers_of_plugin(view->headers, &bounds, &hooks->calls->slots->seed, run->arena, &answer->headers,
                                       error);
        }
        if (status != CCLB_OK) {
            return status;
        }
        answer->headers_replaced = true;
    }
    if (view->body.present) {
        cclb_bytes *span = arena_alloc(run->arena, sizeof *span);
        if (span == NULL) {
            return error_no_memory(error, sizeof *span);
        }
        *span = view->body.value;
        answer->body_replaced = true;
        answer->body = (cclb_spans){span, 1};
    }
    return CCLB_OK;
}

static cclb_status call_response(const struct hooks *hooks, struct run *run, const cclb_request *request,
                                 const cclb_response *response, cclb_transform_response_request *message,
                                 cclb_transform_response_answer *answer, cclb_error *error)
{
    cclb_transform_response_view view;
    cclb_status status = prepare_transform_response(hooks, request, response, run->plugin->callee.reference, run->arena,
                                                    message, error);
    if (status == CCLB_OK) {
        status = run_message(run, message, error);
    }
    if (status == CCLB_OK) {
        status = answer_check_size(hooks, run, 101, error);
    }
    if (status == CCLB_OK) {
        status = cclb_transform_response_read(run->output.bytes, &view, error);
    }
    if (status == CCLB_OK && view.kind == CCLB_TRANSFORM_RESPONSE_REPLACE) {
        status = replace(hooks, run, &view, answer, error);
    }
    return status;
}

/* A call that did not come to it: nobody has looked at what was to be sent, and what is none passes nowhere. */
static cclb_status check_unsent(const struct hooks *hooks, struct run *run, const cclb_request *request,
                                const cclb_response *response, cclb_error *error)
{
    cclb_transform_response_request message;
    if (run->bytes_in > 0) {
        return CCLB_OK;
    }
    cclb_status status =
        prepare_transform_response(hooks, request, response, prepare_reference(run), run->arena, &message, error);
    return status == CCLB_OK ? prepare_check(run, &message, error) : status;
}

cclb_status hook_transform_response(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                                    const cclb_response *response, cclb_transform_response_answer *answer,
                                    cclb_error *error)
{
    cclb_transform_response_answer made = unchanged(response);
    if (!is_called(hooks, target, CCLB_HOOK_TRANSFORM_RESPONSE)) {
        *answer = made;
        return CCLB_OK;
    }
    struct run run;
    cclb_transform_response_request message;
    made.called = true;
    cclb_status status = run_enter(&run, hooks->calls, target, CCLB_HOOK_TRANSFORM_RESPONSE, error);
    run.principal_kind = request->principal.kind;
    if (status == CCLB_OK) {
        status = call_response(hooks, &run, request, response, &message, &made, error);
    }
    status = answer_fault(&run, status, response_words, error);
    if (run_passes(&run, status, error)) {
        cclb_error obstacle;
        cclb_status passed = check_unsent(hooks, &run, request, response, &obstacle);
        status = run_passed(&run, status, passed, &obstacle, error);
        made = unchanged(response);
        made.called = true;
        made.passed_through = true;
    }
    status = run_end(&run, status, &made.lease, error);
    if (status == CCLB_OK) {
        *answer = made;
    }
    return status;
}

/* R103: the events as they are. */
static cclb_status take_events(struct run *run, cclb_array_view events, cclb_sse_events *taken, cclb_error *error)
{
    cclb_sse_event *items = arena_array_unset(run->arena, events.count, sizeof *items);
    if (items == NULL) {
        return error_no_memory(error, events.count * sizeof *items);
    }
    for (size_t i = 0; i < events.count; i++) {
        items[i] = cclb_sse_event_at(events, i);
    }
    *taken = (cclb_sse_events){items, events.count};
    return CCLB_OK;
}

static cclb_status call_event(const struct hooks *hooks, struct run *run,
                              const cclb_transform_sse_event_request *message,
                              cclb_transform_sse_event_answer *answer, cclb_error *error)
{
    cclb_transform_sse_event_view view;
    cclb_status status = run_message(run, message, error);
    if (status == CCLB_OK) {
        status = answer_check_size(hooks, run, 101, error);
    }
    if (status == CCLB_OK) {
        status = cclb_transform_sse_event_read(run->output.bytes, &view, error);
    }
    if (status != CCLB_OK) {
        return status;
    }
    answer->kind = view.kind;
    if (view.kind != CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
        return CCLB_OK;
    }
    status = answer_check_items(hooks, run, view.events.count, "events", error);
    return status == CCLB_OK ? take_events(run, view.events, &answer->events, error) : status;
}

/* What one call on an event is about. */
struct event_call {
    const struct hooks *hooks;
    const cclb_transform_sse_event_request *prepared; /* if that was done before; else NULL, and: */
    const cclb_request *request;
    const cclb_response *response;
    const cclb_sse_event *event;
};

/* As check_unsent(). */
static cclb_status check_unsent_event(const struct event_call *call, struct run *run, cclb_error *error)
{
    cclb_transform_sse_event_request message;
    if (run->bytes_in > 0) {
        return CCLB_OK;
    }
    if (call->prepared) {
        return prepare_check(run, call->prepared, error);
    }
    cclb_status status = prepare_transform_sse_event(call->hooks, call->request, call->response,
                                                     prepare_reference(run), run->arena, &message, error);
    message.event = *call->event;
    return status == CCLB_OK ? prepare_check(run, &message, error) : status;
}

/* The end of a call on an event: judged, and ended. */
static cclb_status end_event(const struct event_call *call, struct run *run, cclb_status status,
                             cclb_transform_sse_event_answer *made, cclb_transform_sse_event_answer *answer,
                             cclb_error *error)
{
    made->called = true;
    status = answer_fault(run, status, event_words, error);
    if (run_passes(run, status, error)) {
        cclb_error obstacle;
        cclb_status passed = check_unsent_event(call, run, &obstacle);
        status = run_passed(run, status, passed, &obstacle, error);
        *made = (cclb_transform_sse_event_answer){.called = true, .passed_through = true};
    }
    status = run_end(run, status, &made->lease, error);
    if (status == CCLB_OK) {
        *answer = *made;
    }
    return status;
}

cclb_status hook_transform_sse_event(const struct hooks *hooks, const cclb_target *target,
                                     const cclb_request *request, const cclb_response *response,
                                     const cclb_sse_event *event, cclb_transform_sse_event_answer *answer,
                                     cclb_error *error)
{
    cclb_transform_sse_event_answer made = {.kind = CCLB_TRANSFORM_SSE_EVENT_UNCHANGED};
    if (!is_called(hooks, target, CCLB_HOOK_TRANSFORM_SSE_EVENT)) {
        *answer = made;
        return CCLB_OK;
    }
    struct run run;
    cclb_transform_sse_event_request message;
    cclb_status status = run_enter(&run, hooks->calls, target, CCLB_HOOK_TRANSFORM_SSE_EVENT, error);
    run.principal_kind = request->principal.kind;
    if (status == CCLB_OK) {
        status = prepare_transform_sse_event(hooks, request, response, run.plugin->callee.reference, run.arena,
                                             &message, error);
    }
    if (status == CCLB_OK) {
        message.event = *event;
        status = call_event(hooks, &run, &message, &made, error);
    }
    const struct event_call about = {.hooks = hooks, .request = request, .response = response, .event = event};
    return end_event(&about, &run, status, &made, answer, error);
}

cclb_status hook_transform_prepared_event(const struct hooks *hooks, const cclb_target *target,
                                          const cclb_transform_sse_event_request *message, cclb_principal_kind kind,
                                          bool may_pass, struct session *session,
                                          cclb_transform_sse_event_answer *answer, cclb_error *error)
{
    struct run run;
    cclb_transform_sse_event_answer made = {.kind = CCLB_TRANSFORM_SSE_EVENT_UNCHANGED};
    cclb_status status =
        run_enter_session(&run, hooks->calls, target, CCLB_HOOK_TRANSFORM_SSE_EVENT, session, error);
    run.principal_kind = kind;
    run_may_pass(&run, may_pass);
    if (status == CCLB_OK) {
        status = call_event(hooks, &run, message, &made, error);
        if (run_is_plugins_fault(status, error) && run_try_afresh(&run, status, error)) {
            made = (cclb_transform_sse_event_answer){.kind = CCLB_TRANSFORM_SSE_EVENT_UNCHANGED};
            status = call_event(hooks, &run, message, &made, error);
        }
    }
    const struct event_call about = {.hooks = hooks, .prepared = message};
    return end_event(&about, &run, status, &made, answer, error);
}

void hook_event_too_long(const struct hooks *hooks, const cclb_handle *handle, cclb_principal_kind kind,
                         cclb_error *error)
{
    if (dispatch_check_process(hooks->calls->dispatch, error) != CCLB_OK) {
        return;
    }
    error->hook = CCLB_HOOK_TRANSFORM_SSE_EVENT;
    run_without_call(hooks->calls, handle, CCLB_HOOK_TRANSFORM_SSE_EVENT, kind, error);
}
