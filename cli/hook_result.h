/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_result.h - what any of the hooks answered, in a host's terms.
 */
#ifndef CLI_HOOK_RESULT_H
#define CLI_HOOK_RESULT_H

#include "emit.h"

struct hook_result {
    cclb_hook hook;
    union {
        cclb_filter_result filter;
        cclb_shape_result shape;
        cclb_transform_response_answer response;
        cclb_transform_sse_event_answer event;
        cclb_lease observed;
    } as;
};

/* The lease under which it is all there. */
const cclb_lease *hook_result_lease(const struct hook_result *result);

/* Gives the lease back. */
void hook_result_return(struct hook_result *result);

/* Whether the call failed, and policy let it pass. */
bool hook_result_passed_through(const struct hook_result *result);

/* As the member "result" of a JSON object (docs/json.md). */
void hook_result_emit(struct emitter *emitter, const struct hook_result *result);

/* For a person; every foreign text is escaped. `request` is what the plugin was asked about, NULL for observe. */
void hook_result_print(FILE *out, const struct hook_result *result, const cclb_request *request);

#endif
