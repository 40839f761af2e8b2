/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_stream.c - the request is prepared once, and each event is a call of its own, in a session if the host wants one.
 *
 * Without a plugin that has the hook the rewriter is inactive, and a stream needs nothing of its runtime but memory.
 */

#include "hooks/sse_stream.h"

#include "base/error.h"
#include "base/sized.h"
#include "hooks/prepare.h"
#include "hooks/sse_rewriter.h"
#include "slots/session.h"

static const uint64_t event_max_bytes_default = UINT64_C(8) << 20;

struct cclb_sse_stream {
    cclb_allocator allocator;
    const struct hooks *hooks;
    cclb_handle handle; /* counted on; cell NULL: no plugin was given */
    cclb_transform_sse_event_request message;
    cclb_principal_kind principal_kind;
    struct arena arena; /* of message */
    struct sse_rewriter rewriter;
    bool wants_session; /* and has a plugin; without one a stream may outlive its runtime */
    struct session session;
    cclb_transform_sse_event_answer answer; /* of the last event, until it is settled */
};

static enum sse_verdict judge_event(void *context, const cclb_sse_event *event, cclb_sse_events *events,
                                    cclb_error *error)
{
    cclb_sse_stream *stream = context;
    cclb_target target = cclb_by_handle(&stream->handle);
    stream->message.event = *event;
    bool may_pass = !stream->rewriter.counts.transformed;
    if (hook_transform_prepared_event(stream->hooks, &target, &stream->message, stream->principal_kind, may_pass,
                                      stream->wants_session ? &stream->session : NULL, &stream->answer,
                                      error) != CCLB_OK) {
        return SSE_ENDS;
    }
    if (stream->answer.passed_through) {
        return SSE_PASSED_THROUGH;
    }
    switch (stream->answer.kind) {
    case CCLB_TRANSFORM_SSE_EVENT_REPLACE:
        *events = stream->answer.events;
        return SSE_REPLACE;
    case CCLB_TRANSFORM_SSE_EVENT_DROP:
        return SSE_DROP;
    case CCLB_TRANSFORM_SSE_EVENT_UNCHANGED:
        break;
    }
    return SSE_UNCHANGED;
}

static void note_too_long(void *context, cclb_error *error)
{
    cclb_sse_stream *stream = context;
    hook_event_too_long(stream->hooks, &stream->handle, stream->principal_kind, error);
}

static void settle_event(void *context)
{
    cclb_sse_stream *stream = context;
    if (stream->wants_session) {
        session_settle(&stream->session, stream->hooks->calls, cell_plugin(stream->handle.cell), &stream->answer.lease,
                       stream->answer.passed_through);
    } else {
        cclb_lease_return(&stream->answer.lease);
    }
}

static cclb_status check_target(const struct hooks *hooks, const cclb_target *target, cclb_error *error)
{
    if (target == NULL) {
        return CCLB_OK;
    }
    if (target->handle == NULL) {
        error_set(error, CCLB_REJECTED, 42, CCLB_PHASE_NONE,
                  "module rejected at load time: transform hooks are called by handle, not by key");
        error->hook = CCLB_HOOK_TRANSFORM_SSE_EVENT;
        return CCLB_REJECTED;
    }
    if (target->handle->calls != hooks->calls) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "the handle belongs to another runtime");
    }
    return CCLB_OK;
}

/* Counts on the plugin and prepares what every call of the stream is sent. */
static cclb_status attach(cclb_sse_stream *stream, const cclb_target *target, const cclb_request *request,
                          const cclb_response *response, cclb_error *error)
{
    struct cell *cell = target->handle->cell;
    const struct admitted *plugin = cell_plugin(cell);
    if (!admitted_calls(plugin, CCLB_HOOK_TRANSFORM_SSE_EVENT)) {
        return CCLB_OK;
    }
    cclb_status status = prepare_transform_sse_event(stream->hooks, request, response, plugin->callee.reference,
                                                     &stream->arena, &stream->message, error);
    if (status == CCLB_OK) {
        stream->handle = (cclb_handle){stream->hooks->calls, cell};
        slots_handle_again(stream->hooks->calls->slots, cell);
    }
    return status;
}

cclb_status sse_stream_create(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                              const cclb_response *response, const cclb_sse_options *options,
                              cclb_sse_stream **stream, cclb_error *error)
{
    cclb_status status = dispatch_check_process(hooks->calls->dispatch, error);
    if (status == CCLB_OK) {
        status = check_target(hooks, target, error);
    }
    if (status != CCLB_OK) {
        return status;
    }
    cclb_sse_stream *made = allocate(hooks->calls->allocator, sizeof *made);
    if (made == NULL) {
        return error_no_memory(error, sizeof *made);
    }
    made->allocator = *hooks->calls->allocator;
    made->hooks = hooks;
    made->principal_kind = request->principal.kind;
    arena_init(&made->arena, &made->allocator);
    if (target) {
        status = attach(made, target, request, response, error);
    }
    if (status != CCLB_OK) {
        arena_deinit(&made->arena);
        release(hooks->calls->allocator, made, sizeof *made);
        return status;
    }
    made->wants_session = options->session && made->handle.cell;
    const struct sse_judge judge = {judge_event, note_too_long, settle_event, made};
    uint64_t event_max_bytes = options->event_max_bytes ? options->event_max_bytes : event_max_bytes_default;
    sse_rewriter_init(&made->rewriter, &made->allocator, event_max_bytes, made->handle.cell ? &judge : NULL);
    *stream = made;
    return CCLB_OK;
}

/* A stream that has ended keeps nothing from others, though it may be destroyed much later. */
static void end_session_if_ended(cclb_sse_stream *stream)
{
    if (stream->wants_session && stream->rewriter.counts.ended) {
        session_end(&stream->session, stream->hooks->calls);
    }
}

cclb_status cclb_sse_stream_feed(cclb_sse_stream *stream, cclb_bytes bytes, cclb_sse_sink *sink, void *context,
                                 cclb_error *error)
{
    cclb_error scratch;
    cclb_status status = sse_rewriter_feed(&stream->rewriter, bytes, sink, context, error ? error : &scratch);
    end_session_if_ended(stream);
    return status;
}

cclb_status cclb_sse_stream_finish(cclb_sse_stream *stream, cclb_sse_sink *sink, void *context, cclb_error *error)
{
    cclb_error scratch;
    cclb_status status = sse_rewriter_finish(&stream->rewriter, sink, context, error ? error : &scratch);
    end_session_if_ended(stream);
    return status;
}

cclb_status cclb_sse_stream_describe(const cclb_sse_stream *stream, cclb_sse_info *info, cclb_error *error)
{
    cclb_error scratch;
    const struct sse_counts *counts = &stream->rewriter.counts;
    const cclb_sse_info whole = {
        .struct_size = info->struct_size,
        .active = stream->rewriter.active,
        .ended = counts->ended,
        .transformed = counts->transformed,
        .events = counts->events,
        .unchanged = counts->unchanged,
        .replaced = counts->replaced,
        .dropped = counts->dropped,
        .passed_through = counts->passed_through,
        .bytes_in = counts->bytes_in,
        .bytes_out = counts->bytes_out,
        .bytes_held = sse_rewriter_held(&stream->rewriter),
        .session_kept = session_is_kept(&stream->session),
        .session_over = stream->session.over,
        .session_renewals = stream->session.renewals,
        .session_revocations = stream->session.revocations,
    };
    return sized_fill("cclb_sse_info", &whole, sizeof whole, info, info->struct_size, error ? error : &scratch);
}

void cclb_sse_stream_destroy(cclb_sse_stream *stream)
{
    cclb_error scratch;
    if (stream == NULL) {
        return;
    }
    if (stream->handle.cell) {
        if (dispatch_check_process(stream->hooks->calls->dispatch, &scratch) != CCLB_OK) {
            return;
        }
        session_end(&stream->session, stream->hooks->calls);
        slots_handle_drop(stream->hooks->calls->slots, stream->handle.cell);
    }
    sse_rewriter_deinit(&stream->rewriter);
    arena_deinit(&stream->arena);
    cclb_allocator allocator = stream->allocator;
    release(&allocator, stream, sizeof *stream);
}
