/* SPDX-License-Identifier: Apache-2.0 */
/* hook_result.c - what the five have in common; hook_result_text.c prints them. */

#include "hook_result.h"

const cclb_lease *hook_result_lease(const struct hook_result *result)
{
    switch (result->hook) {
    case CCLB_HOOK_FILTER:
        return &result->as.filter.lease;
    case CCLB_HOOK_SHAPE:
        return &result->as.shape.lease;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return &result->as.response.lease;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return &result->as.event.lease;
    default:
        return &result->as.observed;
    }
}

void hook_result_return(struct hook_result *result)
{
    cclb_lease lease = *hook_result_lease(result);
    cclb_lease_return(&lease);
    *result = (struct hook_result){0};
}

bool hook_result_passed_through(const struct hook_result *result)
{
    switch (result->hook) {
    case CCLB_HOOK_FILTER:
        return result->as.filter.passed_through;
    case CCLB_HOOK_SHAPE:
        return result->as.shape.passed_through;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return result->as.response.passed_through;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return result->as.event.passed_through;
    default:
        return false;
    }
}

static cclb_status to_json(const struct hook_result *result, cclb_buffer *json)
{
    switch (result->hook) {
    case CCLB_HOOK_FILTER:
        return cclb_filter_result_to_json(&result->as.filter, NULL, json, NULL);
    case CCLB_HOOK_SHAPE:
        return cclb_shape_result_to_json(&result->as.shape, NULL, json, NULL);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return cclb_transform_response_answer_to_json(&result->as.response, NULL, json, NULL);
    default:
        return cclb_transform_sse_event_answer_to_json(&result->as.event, NULL, json, NULL);
    }
}

void hook_result_emit(struct emitter *emitter, const struct hook_result *result)
{
    if (result->hook == CCLB_HOOK_OBSERVE) {
        emit_open(emitter, "result", '{');
        emit_bytes(emitter, "output", result->as.observed.output);
        emit_close(emitter, '}');
        return;
    }
    cclb_buffer json = {0};
    emit_made(emitter, "result", to_json(result, &json), &json);
}
