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

#include "redact.h"
#include "shape_url.h"

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = shape_url(request, request->path);
}

void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    redact_response(request, answer);
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    redact_event(request, answer);
}
