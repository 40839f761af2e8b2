/* SPDX-License-Identifier: Apache-2.0 */
/* expect: before the #include, write: #define CCLB_PLUGIN_SHAPE "what it does" */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#define CCLB_PLUGIN_SHAPS "Shapes."
#include "cclb_plugin.h"

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    (void)request;
    (void)answer;
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
}
