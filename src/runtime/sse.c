/* SPDX-License-Identifier: Apache-2.0 */
/* sse.c - streams, with structs of the caller's size; the rest of cclb/sse.h is in hooks/sse_stream.c. */

#include "hooks/sse_stream.h"

#include "runtime/runtime.h"

cclb_status cclb_sse_stream_create(cclb_runtime *runtime, const cclb_target *target, const cclb_request *given_request,
                                   const cclb_response *given_response, const cclb_sse_options *given_options,
                                   cclb_sse_stream **stream, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_request request_storage;
    cclb_response response_storage;
    cclb_sse_options options = cclb_sse_options_init();
    const cclb_request *request = FULL(cclb_request, given_request, &request_storage);
    const cclb_response *response = request ? FULL(cclb_response, given_response, &response_storage) : NULL;
    if (response == NULL) {
        return error->status;
    }
    if (given_options) {
        cclb_status status = sized_copy("cclb_sse_options", given_options, given_options->struct_size, &options,
                                        sizeof options, error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    return sse_stream_create(&runtime->hooks, target, request, response, &options, stream, error);
}
