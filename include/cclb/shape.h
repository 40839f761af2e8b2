/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape.h - the request as it goes to the chosen upstream.
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

/* Thread class: HANDOFF. Everything that it points to ends with the lease. */
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

#ifdef __cplusplus
}
#endif

#endif
