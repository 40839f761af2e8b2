/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter.h - which upstreams may take a request.
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
    size_t candidate; /* its place in the request, or CCLB_NO_CANDIDATE (rule R89) */
    bool repeated;    /* the same id was kept before */
} cclb_kept;

/* Why a candidate was not kept, as far as a host can act on it (rule R88). */
typedef enum cclb_rejection {
    CCLB_REJECTION_RATE_LIMITED,
    CCLB_REJECTION_INSUFFICIENT_QUOTA,
    CCLB_REJECTION_UNHEALTHY,
    CCLB_REJECTION_BY_PLUGIN
} cclb_rejection;

/* "rate_limited", "insufficient_quota", "unhealthy", "rejected_by_plugin"; never NULL. */
CCLB_API const char *cclb_rejection_name(cclb_rejection rejection);

/* A candidate that the plugin named and did not accept. */
typedef struct cclb_rejected {
    cclb_uuid id;
    size_t candidate; /* as in cclb_kept */
    cclb_rejection rejection;
    cclb_bytes decision; /* the plugin's own word for it, not escaped */
    cclb_bytes reason;   /* its reason, cut to wire_bounds.reason_bytes, not escaped; may be empty */
} cclb_rejected;

/* Thread class: HANDOFF. Everything that it points to ends with the lease. */
typedef struct cclb_filter_result {
    cclb_lease lease; /* give it back with cclb_lease_return(&result.lease), also if passed_through */
    bool passed_through; /* the call failed and all candidates are kept; *error says what failed */
    const cclb_kept *kept; /* in the plugin's order */
    size_t kept_count;
    const cclb_rejected *rejected; /* in the plugin's order */
    size_t rejected_count;
    cclb_bytes reasons; /* all reasons, also of kept ones: "ID: REASON; ID: REASON" (rule R90), not escaped */
} cclb_filter_result;

#ifdef __cplusplus
}
#endif

#endif
