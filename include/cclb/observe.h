/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observe.h - telling a plugin what happens to a request; plugins of forms W2 to W8.
 *
 * An observer changes nothing, so its failures have no policy: whoever tells it goes on (rule R105).
 */
#ifndef CCLB_OBSERVE_H
#define CCLB_OBSERVE_H

#include "cclb/call.h"
#include "cclb/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One event of a request's life. Only the members of its kind are looked at. */
typedef struct cclb_observation {
    size_t struct_size;     /* set by cclb_observation_init */
    cclb_observe_kind kind;
    /* REQUEST_STARTED */
    cclb_bytes request_id;          /* text */
    cclb_optional_bytes user_agent; /* text */
    /* AUTHN_COMPLETE */
    cclb_bytes principal_id; /* text */
    cclb_principal_kind principal_kind;
    /* UPSTREAM_CHOSEN */
    cclb_optional_bytes upstream_base_url;
    /* CHUNK */
    uint64_t batch_index;
    uint64_t event_count;
    uint64_t total_bytes;
    /* REQUEST_FINISHED */
    uint16_t status;
    uint64_t duration_ms;
    cclb_optional_u64 input_tokens;
    cclb_optional_u64 output_tokens;
    cclb_optional_u64 cache_creation_input_tokens;
    cclb_optional_u64 cache_read_input_tokens;
    /* ERROR */
    cclb_bytes error_code;    /* text */
    cclb_bytes error_message; /* text */
    cclb_bytes error_source;  /* text */
} cclb_observation;

/* An empty observation of one kind. */
static inline cclb_observation cclb_observation_init(cclb_observe_kind kind)
{
    cclb_observation observation;
    memset(&observation, 0, sizeof observation);
    observation.struct_size = sizeof observation;
    observation.kind = kind;
    return observation;
}

/*
 * Tells a plugin of an event (rule R105). CCLB_OK fills *lease; lease->output is what the hook returned, which means
 * nothing to the published runtimes and whatever they agreed on to a host and its plugin; it may be empty. Otherwise
 * *lease is untouched, nothing is lent, and the event is dropped: the outcomes of cclb_call_observe, with messages that
 * begin with "observe event dropped: ", but for statuses below 0 and CCLB_BAD_INPUT: the observation. Beyond them
 * CCLB_NO_MEMORY, and CCLB_INVALID_ARGUMENT for a struct_size or a kind that cannot be. Any thread; blocks for as long
 * as the guest computes, up to its deadline; a warm call allocates nothing but in the URL parser.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_observe(cclb_runtime *runtime, const cclb_target *target,
                                                  const cclb_observation *observation, cclb_lease *lease,
                                                  cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
