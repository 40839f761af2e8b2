/* SPDX-License-Identifier: Apache-2.0 */
/* shape_pass.c - passes requests on as they came; the same as the published plugin shape_pass. */

#define CCLB_PLUGIN_NAME "shape-pass"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "url = base_url + path, headers and body pass through."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_SHAPE "shape hook"
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "transform_response hook"
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "transform_sse_event hook"
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#include "cclb_plugin.h"

#include "shape_url.h"

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = shape_url(request, request->path);
}
