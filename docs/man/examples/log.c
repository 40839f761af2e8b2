/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line for each call that failed. The name of the plugin is the host's own here; one that is not goes through
 * cclb_escape() first:
 */
#include <cclb.h>
#include <stdio.h>

static void on_call(void *context, const cclb_call_record *record)
{
    if (record->outcome != CCLB_OK) {
        fprintf(context, "%.*s %s: %s%s\n", (int)record->plugin.len,
                (const char *)record->plugin.data,
                cclb_hook_name(record->hook), record->fault->message,
                record->passed_through ? " (passed through)" : "");
    }
}

void log_to(FILE *file, cclb_runtime_options *options)
{
    options->log.call = on_call;
    options->log.context = file;
}
