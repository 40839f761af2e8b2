/* SPDX-License-Identifier: Apache-2.0 */
/* observe_noop.c - looks at each event and returns; the same as the published plugin observe_noop. */

#define CCLB_PLUGIN_NAME "observe-noop"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Looks at each event and returns."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_OBSERVE "observe hook"
#include "cclb_plugin.h"

/* Where the compiler cannot know that nobody looks. */
static volatile uint64_t seen;

void plugin_observe(const cclb_observe_event *event, cclb_bytes *record)
{
    (void)record; /* stays empty */
    switch (event->kind) {
    case CCLB_OBSERVE_REQUEST_STARTED:
        seen = event->as.request_started.request_id.len;
        break;
    case CCLB_OBSERVE_AUTHN_COMPLETE:
        seen = event->as.authn_complete.principal_id.len;
        break;
    case CCLB_OBSERVE_UPSTREAM_CHOSEN:
        seen = 1;
        break;
    case CCLB_OBSERVE_CHUNK:
        seen = event->as.chunk.total_bytes;
        break;
    case CCLB_OBSERVE_REQUEST_FINISHED:
        seen = event->as.request_finished.duration_ms;
        break;
    case CCLB_OBSERVE_ERROR:
        seen = event->as.error.code.len;
        break;
    default:
        cclb_plugin_fail();
    }
}
