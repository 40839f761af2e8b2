/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks.h - the five hooks in the host's terms, each in a file of its own. include/cclb has what they promise.
 *
 * Each goes the same way: enter, prepare the request in the wire's terms (prepare.h), call, read the answer and judge it,
 * and at the end have the failure policy decide of what failed. What they make lies in the arena of the run.
 */
#ifndef HOOKS_HOOKS_H
#define HOOKS_HOOKS_H

#include "cclb/filter.h"
#include "cclb/observe.h"
#include "cclb/shape.h"
#include "cclb/transform.h"
#include "slots/run.h"

/* What the hooks of one runtime share. SHARED, immutable. */
struct hooks {
    struct calls *calls;
    cclb_wire_bounds bounds; /* no zero left */
    bool cookie_redaction;
    cclb_origin_policy origin_policy;
};

cclb_status hook_filter(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                        cclb_filter_result *result, cclb_error *error);

cclb_status hook_shape(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                       cclb_shape_result *result, cclb_error *error);

cclb_status hook_transform_response(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                                    const cclb_response *response, cclb_transform_response_answer *answer,
                                    cclb_error *error);

cclb_status hook_transform_sse_event(const struct hooks *hooks, const cclb_target *target,
                                     const cclb_request *request, const cclb_response *response,
                                     const cclb_sse_event *event, cclb_transform_sse_event_answer *answer,
                                     cclb_error *error);

/*
 * The same for a request that was prepared for the target's plugin, which has the hook and does not declare it noop.
 * Without `may_pass` a failure is one, whatever the failure policy. With a session, which may be NULL, session_settle()
 * takes the answer's lease back.
 */
cclb_status hook_transform_prepared_event(const struct hooks *hooks, const cclb_target *target,
                                          const cclb_transform_sse_event_request *message, cclb_principal_kind kind,
                                          bool may_pass, struct session *session,
                                          cclb_transform_sse_event_answer *answer, cclb_error *error);

/*
 * Counts and logs an event that is too long to be shown to the plugin of a handle, with *error, as one that failed
 * closed. In a forked child nothing is counted, and *error is CCLB_FORKED.
 */
void hook_event_too_long(const struct hooks *hooks, const cclb_handle *handle, cclb_principal_kind kind,
                         cclb_error *error);

cclb_status hook_observe(const struct hooks *hooks, const cclb_target *target, const cclb_observation *observation,
                         cclb_lease *lease, cclb_error *error);

#endif
