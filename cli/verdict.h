/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.h - what becomes of a report: a page or a JSON object, a line on standard error, the exit status. */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include "files.h"

#include "cclb/admission.h"

/* Tells the verdict on the module that the first operand names, and frees the report. */
enum exit_status verdict_tell(struct session *session, const struct file *module, cclb_report *report,
                              bool static_only);

#endif
