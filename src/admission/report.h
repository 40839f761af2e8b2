/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - makes a cclb_report: what a module is, whether it is taken, and what each published runtime says to it.
 */
#ifndef ADMISSION_REPORT_H
#define ADMISSION_REPORT_H

#include "admission/admit.h"
#include "cclb/admission.h"

/* What a report is about. */
struct report_subject {
    cclb_bytes wasm;
    const uint8_t *digest; /* BLAKE3_SIZE bytes */
    cclb_hook slot;        /* CCLB_HOOK_NONE: any */
    cclb_reference reference;
};

/*
 * A report by the static rules and the limits alone. Its texts are copies; free it with cclb_report_destroy.
 * CCLB_NO_MEMORY: a refusal is a verdict.
 */
cclb_status report_static(const struct report_subject *subject, const cclb_module_limits *limits,
                          const cclb_allocator *allocator, cclb_report **report, cclb_error *error);

/* The same, with the outcome of an admission in it: the admitted plugin, or NULL and why not. */
cclb_status report_of_admission(const struct admission *admission, const struct report_subject *subject,
                                const struct admitted *plugin, const cclb_error *refusal, cclb_report **report,
                                cclb_error *error);

/* Notes in a report the runtime that it was made in. */
void report_set_sandbox(cclb_report *report, const cclb_runtime_info *sandbox);

/*
 * Admits the subject under its own reference and under each published one; the report has all of it, nothing stays
 * admitted. Blocks for as long as five admissions with one compilation do. Beyond CCLB_NO_MEMORY: the faults of the host
 * that admit() has (below 0).
 */
cclb_status report_full(struct admission *admission, const struct report_subject *subject, cclb_report **report,
                        cclb_error *error);

#endif
