/* SPDX-License-Identifier: Apache-2.0 */
/* expect: plugin_alloc: CCLB_PLUGIN_ALLOCATOR declares it: write both functions as cclb_plugin.h has them under "Memory" */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#define CCLB_PLUGIN_ALLOCATOR
#include "cclb_plugin.h"

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    (void)request;
    (void)answer;
}
