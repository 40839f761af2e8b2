/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request goes out as the plugin made it; what `send` is given ends when it returns:
 */
#include <cclb.h>

cclb_status shape_and_send(cclb_runtime *runtime,
                           const cclb_target *target,
                           const cclb_request *request,
                           void (*send)(const cclb_shape_result *),
                           cclb_error *error)
{
    cclb_shape_result result;
    cclb_status status =
        cclb_shape(runtime, target, request, &result, error);
    if (status == CCLB_OK) {
        if (result.has_url) {
            send(&result);
        }
        cclb_lease_return(&result.lease);
    }
    return status;
}
