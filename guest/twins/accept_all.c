/* SPDX-License-Identifier: Apache-2.0 */
/* accept_all.c - keeps every candidate; the same as the published plugin accept_all. */

#define CCLB_PLUGIN_NAME "accept-all"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Accepts every candidate."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_FILTER "filter hook"
#include "cclb_plugin.h"

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    for (size_t i = 0; i < request->candidates.count; i++) {
        cclb_accept(answer, cclb_upstream_candidate_at(request->candidates, i).upstream_id);
    }
}
