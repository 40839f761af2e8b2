/* SPDX-License-Identifier: Apache-2.0 */
/* conformance_text.h - what `cclb conformance` found out, as a page for a person and as JSON for tools. */
#ifndef CLI_CONFORMANCE_TEXT_H
#define CLI_CONFORMANCE_TEXT_H

#include "conformance_run.h"
#include "emit.h"

/* The page, verdict first. `subject` is the file. */
void conformance_print(struct session *session, const char *subject, const cclb_report *report,
                       const struct conformance_run *run);

/* Its members of a JSON object (docs/json.md); of a plugin that was refused, *run is zeroed. */
void conformance_emit(struct emitter *emitter, const cclb_report *report, const struct conformance_run *run);

#endif
