/* SPDX-License-Identifier: Apache-2.0 */
/* report_text.h - a report as a page for a person: the verdict first, then what it rests on, then what to do. */
#ifndef CLI_REPORT_TEXT_H
#define CLI_REPORT_TEXT_H

#include "session.h"

#include "cclb/admission.h"

/* `subject` is the file; `remedy` may be ""; `static_only`: nothing was compiled or called. */
void report_text_print(struct session *session, const char *subject, const cclb_report *report, const char *remedy,
                       bool static_only);

/* Of that page only what the published runtimes say. */
void report_text_runtimes(struct session *session, const cclb_report *report);

#endif
