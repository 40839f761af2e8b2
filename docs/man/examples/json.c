/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request from a file of JSON, and the answer to it as JSON:
 */
#include <cclb.h>
#include <stdio.h>

static cclb_status call(cclb_runtime *runtime,
                        const cclb_target *target,
                        const cclb_request *request, cclb_error *error)
{
    cclb_filter_result result;
    cclb_buffer json;
    cclb_status status =
        cclb_filter(runtime, target, request, &result, error);
    if (status != CCLB_OK) {
        return status;
    }
    status = cclb_filter_result_to_json(&result, NULL, &json, error);
    cclb_lease_return(&result.lease);
    if (status == CCLB_OK) {
        puts((const char *)json.data);
        cclb_buffer_deinit(&json);
    }
    return status;
}

cclb_status try_out(cclb_runtime *runtime, const cclb_target *target,
                    cclb_bytes text, cclb_error *error)
{
    cclb_host_document *document;
    cclb_status status =
        cclb_host_document_read(text, NULL, &document, error);
    if (status == CCLB_OK) {
        const cclb_request *request =
            cclb_host_document_request(document);
        if (request) {
            status = call(runtime, target, request, error);
        }
        cclb_host_document_destroy(document);
    }
    return status;
}
