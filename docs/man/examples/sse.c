/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream on its way to the client, in the chunks in which it comes:
 */
#include <cclb.h>
#include <stdio.h>

static void to_client(void *context, cclb_bytes bytes)
{
    fwrite(bytes.data, 1, bytes.len, context);
}

cclb_status relay(cclb_runtime *runtime, cclb_handle *handle,
                  const cclb_request *request,
                  const cclb_response *response, FILE *upstream,
                  FILE *client, cclb_error *error)
{
    cclb_target target = cclb_by_handle(handle);
    cclb_sse_stream *stream;
    cclb_status status = cclb_sse_stream_create(
        runtime, &target, request, response, NULL, &stream, error);
    if (status != CCLB_OK) {
        return status;
    }
    uint8_t chunk[16 << 10];
    size_t len;
    while (status == CCLB_OK &&
           (len = fread(chunk, 1, sizeof chunk, upstream)) > 0) {
        status = cclb_sse_stream_feed(stream, cclb_bytes_of(chunk, len),
                                      to_client, client, error);
    }
    if (status == CCLB_OK) {
        status =
            cclb_sse_stream_finish(stream, to_client, client, error);
    }
    cclb_sse_stream_destroy(stream);
    return status; /* else cut the client off, without a proper end */
}
