/* SPDX-License-Identifier: Apache-2.0 */
/* prepare_observe.c - the six events of a request's life (rule R105). */

#include "base/error.h"
#include "hooks/prepare.h"
#include "hooks/prepare_parts.h"

cclb_status prepare_observe(const cclb_observation *given, cclb_reference reference, struct arena *arena,
                            cclb_observe_event *message, cclb_error *error)
{
    *message = (cclb_observe_event){.kind = given->kind};
    switch (given->kind) {
    case CCLB_OBSERVE_REQUEST_STARTED:
        message->as.request_started.request_id = given->request_id;
        message->as.request_started.downstream_user_agent = given->user_agent;
        return CCLB_OK;
    case CCLB_OBSERVE_AUTHN_COMPLETE:
        message->as.authn_complete.principal_id = given->principal_id;
        return prepare_principal_kind(given->principal_kind, reference, &message->as.authn_complete.principal_kind,
                                      error);
    case CCLB_OBSERVE_UPSTREAM_CHOSEN:
        return prepare_upstream(given->upstream_base_url, arena, &message->as.upstream_chosen.upstream, error);
    case CCLB_OBSERVE_CHUNK:
        message->as.chunk.batch_index = given->batch_index;
        message->as.chunk.event_count = given->event_count;
        message->as.chunk.total_bytes = given->total_bytes;
        return CCLB_OK;
    case CCLB_OBSERVE_REQUEST_FINISHED:
        message->as.request_finished.status = given->status;
        message->as.request_finished.input_tokens = given->input_tokens;
        message->as.request_finished.output_tokens = given->output_tokens;
        message->as.request_finished.cache_creation_input_tokens = given->cache_creation_input_tokens;
        message->as.request_finished.cache_read_input_tokens = given->cache_read_input_tokens;
        message->as.request_finished.duration_ms = given->duration_ms;
        return CCLB_OK;
    case CCLB_OBSERVE_ERROR:
        message->as.error.code = given->error_code;
        message->as.error.message = given->error_message;
        message->as.error.source = given->error_source;
        return CCLB_OK;
    }
    return error_set(error, CCLB_INVALID_ARGUMENT, 105, CCLB_PHASE_NONE,
                     "observation kind %d is none of enum cclb_observe_kind", (int)given->kind);
}
