/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape_redact.c - takes the word secret out of what comes back, and pings out of streams; the same as the published
 * plugin shape_redact.
 */

#define CCLB_PLUGIN_NAME "shape-redact"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Passes the request through and redacts the word secret in answers."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_SHAPE "shape hook"
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "transform_response hook"
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "transform_sse_event hook"
#include "cclb_plugin.h"

#include "shape_url.h"

/* Overwrites the word wherever it stands, in the request itself; whether it stood anywhere. */
static bool redact(cclb_bytes text)
{
    cclb_bytes word = CCLB_TEXT("secret");
    bool found = false;
    for (size_t at = cclb_find(text, word, 0); at < text.len; at = cclb_find(text, word, at + word.len)) {
        __builtin_memset(cclb_writable(text) + at, '#', word.len);
        found = true;
    }
    return found;
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = shape_url(request);
}

void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    if (redact(request->body)) {
        cclb_header_list *headers = cclb_replace_headers(answer);
        cclb_add_headers(headers, request->response_headers);
        cclb_add_header(headers, CCLB_TEXT("x-redacted"), CCLB_TEXT("1"));
        cclb_bytes_list_add(cclb_replace_body(answer), request->body);
    }
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    if (cclb_bytes_equal(request->event.event, CCLB_TEXT("ping"))) {
        cclb_drop_event(answer);
    } else if (redact(request->event.data)) {
        cclb_replace_event(answer, request->event.event, request->event.data);
    }
}
