/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.h - what a host has, in the wire's terms (rules R74 to R83).
 *
 * A message points into the host's structs and into the arena. What a form lacks is left out when it is encoded.
 * Faults are the host's or the request's: CCLB_BAD_INPUT, CCLB_INVALID_ARGUMENT, CCLB_NO_MEMORY.
 */
#ifndef HOOKS_PREPARE_H
#define HOOKS_PREPARE_H

#include "hooks/hooks.h"

cclb_status prepare_filter(const struct hooks *hooks, const cclb_request *request, cclb_reference reference,
                           struct arena *arena, cclb_filter_request *message, cclb_error *error);

cclb_status prepare_shape(const struct hooks *hooks, const cclb_request *request, cclb_reference reference,
                          struct arena *arena, cclb_shape_request *message, cclb_error *error);

cclb_status prepare_transform_response(const struct hooks *hooks, const cclb_request *request,
                                       const cclb_response *response, cclb_reference reference, struct arena *arena,
                                       cclb_transform_response_request *message, cclb_error *error);

/* All but the event, which may change from call to call. */
cclb_status prepare_transform_sse_event(const struct hooks *hooks, const cclb_request *request,
                                        const cclb_response *response, cclb_reference reference, struct arena *arena,
                                        cclb_transform_sse_event_request *message, cclb_error *error);

cclb_status prepare_observe(const cclb_observation *observation, cclb_reference reference, struct arena *arena,
                            cclb_observe_event *message, cclb_error *error);

/* Whose rules and form an unsent request is held to: the plugin's, or the newest if none was reached. */
static inline cclb_reference prepare_reference(const struct run *run)
{
    return run->plugin ? run->plugin->callee.reference : CCLB_REFERENCE_COUNT - 1;
}

/* Whether a message could be sent: CCLB_BAD_INPUT if a text is not UTF-8, CCLB_LIMIT. */
cclb_status prepare_check(const struct run *run, const void *message, cclb_error *error);

/* A method that a host gives: CCLB_BAD_INPUT if it is no token. */
cclb_status prepare_method(cclb_bytes method, cclb_error *error);

/* The headers of a request that passes through: what a plugin is sent (R74), without what it may not answer with (R97). */
cclb_status prepare_passed_headers(const struct hooks *hooks, const cclb_request *request, struct arena *arena,
                                   cclb_headers *headers, cclb_error *error);

#endif
