/* SPDX-License-Identifier: Apache-2.0 */
/* expect: plugin_observe is there, and its hook is not declared */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"

void plugin_observe(const cclb_observe_event *event, cclb_bytes *record)
{
    (void)event;
    (void)record;
}
