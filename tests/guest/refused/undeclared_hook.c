/* SPDX-License-Identifier: Apache-2.0 */
/* expect: plugin_filter is there, and its hook is not declared: before the #include, write: #define CCLB_PLUGIN_FILTER */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_SHAPE "Shapes."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#include "cclb_plugin.h"

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    (void)request;
    (void)answer;
}
