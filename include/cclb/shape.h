/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape.h - the request as it goes to the chosen upstream.
 *
 * A shape plugin is shown a request (cclb/request.h) and the URL of the upstream that was chosen for it, and answers
 * with all of the request that goes out. The answer is judged before the host has it (rules R92 to R99).
 */
#ifndef CCLB_SHAPE_H
#define CCLB_SHAPE_H

#include "cclb/call.h"
#include "cclb/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A URL and its parts, as the URL standard's parser gives them (rule R94). */
typedef struct cclb_url {
    cclb_bytes text; /* the whole, serialised; the parts are views into it or static */
    cclb_bytes scheme;
    cclb_bytes username; /* empty: none */
    cclb_optional_bytes password;
    cclb_optional_bytes host;
    int32_t port; /* the scheme's default filled in; -1: none */
    cclb_bytes path;
    cclb_optional_bytes query;    /* without the question mark */
    cclb_optional_bytes fragment; /* without the number sign; not for the wire of HTTP */
} cclb_url;

/* The request to send. Thread class: HANDOFF. Everything that it points to ends with the lease. */
typedef struct cclb_shape_result {
    cclb_lease lease; /* give it back with cclb_lease_return(&result.lease), also if passed_through */
    /*
     * The call failed and this is the request as it was: its URL is upstream_base_url with the request's path and query,
     * its headers are those that the plugin was sent, under the rules for headers that a plugin answers with (R74, R97).
     */
    bool passed_through;
    bool has_url; /* false only if passed_through and the request has no upstream_base_url */
    cclb_url url;
    cclb_bytes method;
    cclb_headers headers; /* names in lower case, values checked, equal names side by side (rules R97, R98) */
    cclb_spans body;
} cclb_shape_result;

/*
 * Has a shape plugin make the request for the chosen upstream (rules R74 to R83, R92 to R99). CCLB_OK fills *result,
 * which holds a lease. Otherwise *result is untouched and nothing is lent: the outcomes of cclb_call_shape, and
 * CCLB_REJECTED with the rule that the answer breaks: 92 (too long), 93, 94, 95, 96, 98; a message begins with "invalid
 * url: " for rule 94, else with "unsupported request: " (R92), but for statuses below 0 and CCLB_BAD_INPUT: the
 * request, also an upstream_base_url that is no absolute URL. Beyond them CCLB_NO_MEMORY, and CCLB_INVALID_ARGUMENT for
 * a struct_size or a kind that cannot be.
 *
 * Under the policy pass-through (cclb/policy.h) failures of the plugin return CCLB_OK with passed_through set and
 * *error filled.
 *
 * Any thread; blocks for as long as the guest computes, up to its deadline; a warm call allocates nothing but in the
 * URL parser.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_shape(cclb_runtime *runtime, const cclb_target *target,
                                                const cclb_request *request, cclb_shape_result *result,
                                                cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
