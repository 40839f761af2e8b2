/* SPDX-License-Identifier: Apache-2.0 */
/* junit.h - what became of cases, as the XML that continuous integration reads. */
#ifndef CLI_JUNIT_H
#define CLI_JUNIT_H

#include "case_run.h"

/* Writes a file in place of what was there. `suite` is what was tested; outcomes[cases->count]. */
enum exit_status junit_write(struct session *session, const char *path, const char *suite, const struct cases *cases,
                             const struct outcome *outcomes);

#endif
