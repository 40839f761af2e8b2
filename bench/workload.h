/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workload.h - one request in two shapes: as a host has it, and as the bytes that the plugin's form makes of it.
 *
 * Six headers, three claims, eight candidates, and a body, an event or an observation of the size asked for.
 */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "cclb/observe.h"
#include "cclb/request.h"

enum { WORKLOAD_HEADERS = 6, WORKLOAD_RESPONSE_HEADERS = 3, WORKLOAD_CLAIMS = 3, WORKLOAD_CANDIDATES = 8 };

struct workload {
    cclb_hook hook;
    cclb_form form;
    /* As a host has it. */
    cclb_request request;
    cclb_response response;
    cclb_sse_event event;
    cclb_observation observation;
    /* As the wire has it. */
    union {
        cclb_filter_request filter;
        cclb_shape_request shape;
        cclb_transform_response_request response;
        cclb_transform_sse_event_request event;
        cclb_observe_event observation;
    } message;
    cclb_bytes archive;
    /* What they are made of. */
    cclb_bytes content;
    cclb_bytes span;
    cclb_candidate candidates[WORKLOAD_CANDIDATES];
    cclb_upstream_candidate wire_candidates[WORKLOAD_CANDIDATES];
    char ids[WORKLOAD_CANDIDATES][CCLB_UUID_TEXT_SIZE];
};

/* Makes one in place: it points into itself and must not be moved. */
void workload_init(struct workload *workload, cclb_hook hook, cclb_form form, size_t size);
void workload_deinit(struct workload *workload);

#endif
