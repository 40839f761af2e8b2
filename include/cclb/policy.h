/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - what a host lets plugins do, and what becomes of a request whose plugin failed.
 *
 * Bounds, redaction and origin policy are options of a runtime; the failure policy is one of a slot, with a default in
 * the runtime. They hold for the hook functions (cclb/filter.h and its like); raw and typed calls judge nothing
 * (rule R59).
 *
 * Every function here may be called from any thread, and neither blocks nor allocates. What is returned is static.
 */
#ifndef CCLB_POLICY_H
#define CCLB_POLICY_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bounds on what plugins answer and on what they are sent, all inclusive; zero means the default. */
typedef struct cclb_wire_bounds {
    /* Rule R64: */
    uint64_t output_body_bytes;      /* of a whole answer, but for what an observer returns; default 104,857,600 */
    uint32_t max_headers;            /* of a shaped request, before any is dropped; default 100 */
    uint32_t max_header_value_bytes; /* of each of its headers that is not dropped; default 8,192 */
    uint32_t reason_bytes;           /* of a filter's reason, which is cut; default 256 */
    /* cclb's own: */
    uint32_t max_items;    /* results of a filter, headers of a transformed response, events for one; default 65,536 */
    uint32_t url_bytes;    /* of a shaped request's URL, before it is parsed; default 65,534, the most of Rust's HTTP */
    uint32_t claims_bytes; /* of a principal's claims, as the host has them; above it CCLB_LIMIT; default 1 MiB */
    /*
     * Of a request as the plugin is sent it (its archive). A larger one is sent too, but if its plugin fails it never
     * passes through: whoever writes a request decides how long it is, and could make plugins fail by it. Plugins of
     * the published kits that copy their request can do so up to here. Default: a fifth of memory_max_bytes.
     */
    uint64_t pass_through_bytes;
} cclb_wire_bounds;

/*
 * When a hook is left alone because its plugin failed again and again (cclb/breaker.h); `faults` 0: never, which is the
 * default. Faults are CCLB_INSTANTIATE, CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL, CCLB_DECODE, and CCLB_REJECTED of an answer, of
 * requests that could pass through by their size (wire_bounds.pass_through_bytes).
 */
typedef struct cclb_breaker_options {
    uint32_t faults;        /* as many within the window quarantine the hook; at most 1,000 */
    uint32_t tries;         /* successes in a row, one call at a time, that end the quarantine; default 1 */
    uint64_t window_ns;     /* default 60 s */
    uint64_t quarantine_ns; /* until the first try; default 30 s; at most 10^18, like the window */
} cclb_breaker_options;

/* Where a shape plugin may send a request (rules R65, R95). */
typedef enum cclb_origin_policy {
    CCLB_ORIGIN_UNRESTRICTED,
    CCLB_ORIGIN_SELECTED_UPSTREAM /* the scheme, host and port of the request's upstream_base_url, if it has one */
} cclb_origin_policy;

/* The name of an origin policy: "unrestricted", "selected-upstream-origin"; "" for what is none; never NULL. */
CCLB_API const char *cclb_origin_policy_name(cclb_origin_policy policy);

/* The policy of that name; false, and *policy alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_origin_policy_from_name(cclb_bytes name, cclb_origin_policy *policy);

/*
 * What becomes of a request when the call of its plugin fails (rule R66), for filter, shape and the transforms. It is
 * counted each time (cclb_plugin_policy_applied_total). It applies to what the plugin or the moment did: CCLB_REJECTED
 * (but for rules 41 and 42), CCLB_INSTANTIATE, CCLB_TRAP, CCLB_SATURATED, CCLB_DEADLINE, CCLB_FUEL, CCLB_DECODE, CCLB_QUARANTINED. It never
 * applies to faults of the host (a target that is none, a hook that the plugin does not declare) or of the request, which
 * are returned as they are, and neither a request above wire_bounds.pass_through_bytes passes nor an event of a stream
 * above its event_max_bytes (cclb/sse.h). Still, whoever writes a request may know one that makes a plugin fail: what a
 * filter must not let by wants CCLB_FAILURE_FAIL_CLOSED.
 */
typedef enum cclb_failure_policy {
    CCLB_FAILURE_DEFAULT, /* in a slot: the runtime's; in a runtime: pass through */
    /*
     * The call returns CCLB_OK, its result says `passed_through` and is what a plugin that changes nothing would have
     * answered, and *error is filled with what failed.
     */
    CCLB_FAILURE_PASS_THROUGH,
    CCLB_FAILURE_FAIL_CLOSED /* the call returns the fault; the host should answer 503 */
} cclb_failure_policy;

/* The name of a failure policy: "default", "pass-through", "fail-closed"; "" for what is none; never NULL. */
CCLB_API const char *cclb_failure_policy_name(cclb_failure_policy policy);

/* The policy of that name; false, and *policy alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_failure_policy_from_name(cclb_bytes name, cclb_failure_policy *policy);

#ifdef __cplusplus
}
#endif

#endif
