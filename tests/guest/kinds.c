/* SPDX-License-Identifier: Apache-2.0 */
/* kinds.c - a plugin that answers with the kind whose number is in what it is asked about. */
#define CCLB_PLUGIN_NAME "kinds"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Answers with kinds that may be none."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_SHAPE "Passes on."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "Answers with the number in a body as its kind."
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Answers with the number in an event as its kind."
#include "cclb_plugin.h"

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = CCLB_TEXT("https://example.test/");
}

void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    answer->kind = (uint32_t)cclb_parse_decimal(request->body).value;
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    answer->kind = (uint32_t)cclb_parse_decimal(request->event.data).value;
}
