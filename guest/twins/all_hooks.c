/* SPDX-License-Identifier: Apache-2.0 */
/* all_hooks.c - every hook of its form in one module; the same as the published plugin all_hooks. */

#define CCLB_PLUGIN_NAME "all-hooks"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Every hook of its PDK in one module."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_FILTER "filter hook"
#define CCLB_PLUGIN_SHAPE "shape hook"
#define CCLB_PLUGIN_OBSERVE "observe hook"
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "transform_response hook"
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "transform_sse_event hook"
#include "cclb_plugin.h"

#include "redact.h"
#include "shape_url.h"

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    for (size_t i = 0; i < request->candidates.count; i++) {
        cclb_accept(answer, cclb_upstream_candidate_at(request->candidates, i).upstream_id);
    }
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = shape_url(request, request->path);
}

/* Its record is empty. */
void plugin_observe(const cclb_observe_event *event, cclb_bytes *record)
{
    (void)event;
    (void)record;
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
