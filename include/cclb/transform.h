/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transform.h - what comes back, rewritten: a whole response, or one server-sent event of it.
 *
 * Transform hooks belong to shape plugins and are called by handle (rule R42), so that one response is transformed by
 * the plugin that shaped its request. A plugin that has no such hook, or declares it noop, is not called and changes
 * nothing (rule R100). cclb/sse.h does the framing of whole streams.
 */
#ifndef CCLB_TRANSFORM_H
#define CCLB_TRANSFORM_H

#include "cclb/call.h"
#include "cclb/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The response to send. Thread class: HANDOFF. Everything that it points to ends with the lease. */
typedef struct cclb_transform_response_answer {
    cclb_lease lease; /* give it back with cclb_lease_return(&answer.lease); zeroed if the plugin was not called */
    bool called;         /* the plugin has the hook (rule R100) */
    bool passed_through; /* the call failed and nothing is changed; *error says what failed */
    bool status_replaced;
    bool headers_replaced;
    bool body_replaced;
    /*
     * What has to go out: the plugin's where it is replaced, else the response's own (rule R102). No header is dropped:
     * those that frame the body (content-length, transfer-encoding) are the host's to make anew.
     */
    uint16_t status;
    cclb_headers headers;
    cclb_spans body;
} cclb_transform_response_answer;

/*
 * Has a plugin look at a whole response (rules R100 to R104). CCLB_OK fills *answer. Otherwise *answer is untouched and
 * nothing is lent: the outcomes of cclb_call_transform_response, and CCLB_REJECTED with rule 101 (the answer is too
 * long) or 102 (a status, header name or header value that cannot be); a message begins with "transform_response trap
 * error: " after a trap, else with "transform_response runtime error: " (R104), but for statuses below 0 and
 * CCLB_BAD_INPUT: request or response. Beyond them CCLB_NO_MEMORY, and CCLB_INVALID_ARGUMENT for a struct_size or a
 * kind that cannot be.
 *
 * Under the policy pass-through (cclb/policy.h) failures of the plugin return CCLB_OK with passed_through set and
 * *error filled.
 *
 * Any thread; blocks for as long as the guest computes, up to its deadline; a warm call allocates nothing but in the
 * URL parser.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_transform_response(cclb_runtime *runtime, const cclb_target *target,
                                                             const cclb_request *request,
                                                             const cclb_response *response,
                                                             cclb_transform_response_answer *answer,
                                                             cclb_error *error);

/* What becomes of the event. Thread class: HANDOFF. Everything that it points to ends with the lease. */
typedef struct cclb_transform_sse_event_answer {
    cclb_lease lease; /* give it back with cclb_lease_return(&answer.lease); zeroed if the plugin was not called */
    bool called;         /* the plugin has the hook (rule R100) */
    bool passed_through; /* the call failed and the event is unchanged; *error says what failed */
    cclb_transform_sse_event_kind kind;
    cclb_sse_events events; /* that take its place, for REPLACE: any number, names and data unchecked (rule R103) */
} cclb_transform_sse_event_answer;

/*
 * Has a plugin look at one event of a response (rules R100 to R104), whose body is not looked at. CCLB_OK fills
 * *answer; otherwise *answer is untouched and nothing is lent. All else is as with cclb_transform_response: the
 * outcomes of cclb_call_transform_sse_event, CCLB_REJECTED with rule 101, CCLB_BAD_INPUT, CCLB_NO_MEMORY and
 * CCLB_INVALID_ARGUMENT; messages begin with "transform_sse_event trap error: " or "transform_sse_event runtime error:
 * "; and the failure policy holds. Any thread; blocks for as long as the guest computes, up to its deadline; a warm
 * call allocates nothing but in the URL parser.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_transform_sse_event(cclb_runtime *runtime, const cclb_target *target,
                                                              const cclb_request *request,
                                                              const cclb_response *response,
                                                              const cclb_sse_event *event,
                                                              cclb_transform_sse_event_answer *answer,
                                                              cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
