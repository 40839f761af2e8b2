/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which published runtimes would take a plugin, and why not the others:
 */
#include <cclb.h>
#include <stdio.h>

cclb_status judge(cclb_bytes wasm, cclb_error *error)
{
    cclb_report *report;
    cclb_status status =
        cclb_inspect(wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, NULL,
                     NULL, &report, error);
    if (status != CCLB_OK) {
        return status;
    }
    for (size_t i = 0; i < report->verdict_count; i++) {
        const cclb_verdict *verdict = &report->verdicts[i];
        printf("%s: %s\n", verdict->runtime,
               verdict->admits ? "yes" : verdict->error.message);
    }
    cclb_report_destroy(report);
    return CCLB_OK;
}
