/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A response goes out as the plugin wants it, by the handle that its request was shaped by:
 */
#include <cclb.h>

cclb_status respond(cclb_runtime *runtime, cclb_handle *handle,
                    const cclb_request *request,
                    const cclb_response *response,
                    void (*send)(uint16_t status, cclb_headers headers,
                                 cclb_spans body),
                    cclb_error *error)
{
    cclb_target target = cclb_by_handle(handle);
    cclb_transform_response_answer answer;
    cclb_status status = cclb_transform_response(
        runtime, &target, request, response, &answer, error);
    if (status == CCLB_OK) {
        send(answer.status, answer.headers, answer.body);
        cclb_lease_return(&answer.lease);
    }
    return status;
}
