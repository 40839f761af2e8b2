/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registering a new version of a plugin while calls run; one that is refused leaves the old one in place, and its report
 * says what to do:
 */
#include <cclb.h>
#include <stdio.h>

cclb_status swap(cclb_runtime *runtime, cclb_bytes wasm)
{
    cclb_error error;
    cclb_report *report = NULL;
    cclb_slot_registration registration;
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &report;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;

    cclb_status status = cclb_slot_register(
        runtime, cclb_global_key("chooser"), CCLB_SLOT_FILTER, wasm,
        &options, &registration, &error);
    if (status == CCLB_OK) {
        printf("%s, version %llu\n",
               cclb_slot_outcome_name(registration.outcome),
               (unsigned long long)registration.version);
    } else {
        fprintf(stderr, "%s\n", error.message);
    }
    if (status != CCLB_OK && report) {
        fprintf(stderr, "%s\n", report->explanation);
    }
    cclb_report_destroy(report);
    return status;
}
