/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter.h - which upstreams may take a request.
 *
 * A filter plugin is shown a request and its candidates (cclb/request.h) and says of some or all of them, in an order
 * of its own, whether it accepts them. Which of those that it kept the host takes is up to the host.
 */
#ifndef CCLB_FILTER_H
#define CCLB_FILTER_H

#include "cclb/call.h"
#include "cclb/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The place of an upstream that the plugin named and the request did not have. */
#define CCLB_NO_CANDIDATE SIZE_MAX

/* A candidate that the plugin accepted. */
typedef struct cclb_kept {
    cclb_uuid id;
    size_t candidate; /* its place in the request, the first if it was sent twice, or CCLB_NO_CANDIDATE (rule R89) */
    bool repeated;    /* the same id was kept before */
} cclb_kept;

/* Why a candidate was not kept, as far as a host can act on it (rule R88). */
typedef enum cclb_rejection {
    CCLB_REJECTION_RATE_LIMITED,
    CCLB_REJECTION_INSUFFICIENT_QUOTA,
    CCLB_REJECTION_UNHEALTHY,
    CCLB_REJECTION_BY_PLUGIN
} cclb_rejection;

/*
 * The name of a rejection: "rate_limited", "insufficient_quota", "unhealthy", "rejected_by_plugin"; "" for what is
 * none; never NULL, static. Any thread; neither blocks nor allocates.
 */
CCLB_API const char *cclb_rejection_name(cclb_rejection rejection);

/* A candidate that the plugin named and did not accept. */
typedef struct cclb_rejected {
    cclb_uuid id;
    size_t candidate; /* as in cclb_kept */
    cclb_rejection rejection;
    cclb_bytes decision; /* the plugin's own word for it, not escaped */
    cclb_bytes reason;   /* its reason, cut to wire_bounds.reason_bytes, not escaped; may be empty */
} cclb_rejected;

/* What a filter answered. Thread class: HANDOFF. Everything that it points to ends with the lease. */
typedef struct cclb_filter_result {
    cclb_lease lease; /* give it back with cclb_lease_return(&result.lease), also if passed_through */
    bool passed_through; /* the call failed and all candidates are kept; *error says what failed */
    const cclb_kept *kept; /* in the plugin's order */
    size_t kept_count;
    const cclb_rejected *rejected; /* in the plugin's order */
    size_t rejected_count;
    cclb_bytes reasons; /* all reasons, also of kept ones: "ID: REASON; ID: REASON" (rule R90), not escaped */
} cclb_filter_result;

/*
 * Asks a filter plugin about the candidates of a request (rules R74 to R91). CCLB_OK fills *result, which holds a
 * lease. Otherwise *result is untouched and nothing is lent: the outcomes of cclb_call_filter, and CCLB_REJECTED with
 * rule 84 (the answer is too long) or 87 (an id that is no UUID); a message begins with "filter trap error: " after a
 * trap, else with "filter runtime error: " (R91), but for statuses below 0 and CCLB_BAD_INPUT: the request
 * (cclb/request.h). Beyond them CCLB_NO_MEMORY, and CCLB_INVALID_ARGUMENT for a struct_size or a kind that cannot be.
 *
 * Under the policy pass-through (cclb/policy.h) failures of the plugin return CCLB_OK with passed_through set and
 * *error filled.
 *
 * Any thread; blocks for as long as the guest computes, up to its deadline; a warm call allocates nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_filter(cclb_runtime *runtime, const cclb_target *target,
                                                 const cclb_request *request, cclb_filter_result *result,
                                                 cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
