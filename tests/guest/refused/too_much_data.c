/* SPDX-License-Identifier: Apache-2.0 */
/* expect: say -Wl,--initial-memory=720896: it is a multiple of 65536, and leaves calls 128 KiB */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"

static volatile uint8_t table[500000];

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    table[request->path.len % sizeof table] = 1;
    (void)answer;
}
