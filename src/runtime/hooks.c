/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.c - the five hooks, with structs of the caller's size. */

#include "hooks/hooks.h"

#include "runtime/runtime.h"

cclb_status cclb_filter(cclb_runtime *runtime, const cclb_target *target, const cclb_request *given,
                        cclb_filter_result *result, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_request storage;
    const cclb_request *request = FULL(cclb_request, given, &storage);
    return request ? hook_filter(&runtime->hooks, target, request, result, error) : error->status;
}

cclb_status cclb_shape(cclb_runtime *runtime, const cclb_target *target, const cclb_request *given,
                       cclb_shape_result *result, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_request storage;
    const cclb_request *request = FULL(cclb_request, given, &storage);
    return request ? hook_shape(&runtime->hooks, target, request, result, error) : error->status;
}

cclb_status cclb_transform_response(cclb_runtime *runtime, const cclb_target *target, const cclb_request *given_request,
                                    const cclb_response *given_response, cclb_transform_response_answer *answer,
                                    cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_request request_storage;
    cclb_response response_storage;
    const cclb_request *request = FULL(cclb_request, given_request, &request_storage);
    const cclb_response *response = request ? FULL(cclb_response, given_response, &response_storage) : NULL;
    return response ? hook_transform_response(&runtime->hooks, target, request, response, answer, error)
                    : error->status;
}

cclb_status cclb_transform_sse_event(cclb_runtime *runtime, const cclb_target *target,
                                     const cclb_request *given_request, const cclb_response *given_response,
                                     const cclb_sse_event *event, cclb_transform_sse_event_answer *answer,
                                     cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_request request_storage;
    cclb_response response_storage;
    const cclb_request *request = FULL(cclb_request, given_request, &request_storage);
    const cclb_response *response = request ? FULL(cclb_response, given_response, &response_storage) : NULL;
    return response ? hook_transform_sse_event(&runtime->hooks, target, request, response, event, answer, error)
                    : error->status;
}

cclb_status cclb_observe(cclb_runtime *runtime, const cclb_target *target, const cclb_observation *given,
                         cclb_lease *lease, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_observation storage;
    const cclb_observation *observation = FULL(cclb_observation, given, &storage);
    return observation ? hook_observe(&runtime->hooks, target, observation, lease, error) : error->status;
}
