/* SPDX-License-Identifier: Apache-2.0 */
/* observe_event.h - ObserveEvent: what happened to a request; forms W2 to W8. */
#ifndef WIRE_OBSERVE_EVENT_H
#define WIRE_OBSERVE_EVENT_H

#include "wire/generate.h"

#define WIRE_REQUEST_STARTED(FIELD)                                                                                    \
    FIELD(text, request_id, WIRE_ALL(4))                                                                               \
    FIELD(optional_text, downstream_user_agent, WIRE_ALL(12))

#define WIRE_AUTHN_COMPLETE(FIELD)                                                                                     \
    FIELD(text, principal_id, WIRE_ALL(4))                                                                             \
    FIELD(text, principal_kind, WIRE_ALL(12))

#define WIRE_UPSTREAM_CHOSEN(FIELD) FIELD(upstream, upstream, WIRE_ALL(4))

#define WIRE_CHUNK(FIELD)                                                                                              \
    FIELD(u64, batch_index, WIRE_ALL(8))                                                                               \
    FIELD(u64, event_count, WIRE_ALL(16))                                                                              \
    FIELD(u64, total_bytes, WIRE_ALL(24))

#define WIRE_REQUEST_FINISHED(FIELD)                                                                                   \
    FIELD(u16, status, WIRE_ALL(2))                                                                                    \
    FIELD(optional_u64, input_tokens, WIRE_ALL(8))                                                                     \
    FIELD(optional_u64, output_tokens, WIRE_ALL(24))                                                                   \
    FIELD(optional_u64, cache_creation_input_tokens, WIRE_ALL(40))                                                     \
    FIELD(optional_u64, cache_read_input_tokens, WIRE_ALL(56))                                                         \
    FIELD(u64, duration_ms, WIRE_ALL(72))

#define WIRE_ERROR(FIELD)                                                                                              \
    FIELD(text, code, WIRE_ALL(4))                                                                                     \
    FIELD(text, message, WIRE_ALL(12))                                                                                 \
    FIELD(text, source, WIRE_ALL(20))

/* The fields of each variant stand in a struct of their own: ARM(enumerator, name, member of the union, table). */
#define WIRE_OBSERVE_EVENT(ARM)                                                                                        \
    ARM(CCLB_OBSERVE_REQUEST_STARTED, RequestStarted, request_started, WIRE_REQUEST_STARTED)                           \
    ARM(CCLB_OBSERVE_AUTHN_COMPLETE, AuthnComplete, authn_complete, WIRE_AUTHN_COMPLETE)                               \
    ARM(CCLB_OBSERVE_UPSTREAM_CHOSEN, UpstreamChosen, upstream_chosen, WIRE_UPSTREAM_CHOSEN)                           \
    ARM(CCLB_OBSERVE_CHUNK, Chunk, chunk, WIRE_CHUNK)                                                                  \
    ARM(CCLB_OBSERVE_REQUEST_FINISHED, RequestFinished, request_finished, WIRE_REQUEST_FINISHED)                       \
    ARM(CCLB_OBSERVE_ERROR, Error, error, WIRE_ERROR)
#define WIRE_OBSERVE_EVENT_SIZE WIRE_TO_W8(80)

WIRE_MESSAGE_API(observe_event, cclb_observe_event)

#endif
