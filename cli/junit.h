/* SPDX-License-Identifier: Apache-2.0 */
/* junit.h - what became of cases, as the XML that continuous integration reads. */
#ifndef CLI_JUNIT_H
#define CLI_JUNIT_H

#include "case_run.h"

/*
 * Takes the file that --junit names: it says from now on that the run did not end, until it is written to, so that what
 * an earlier run left there is never taken for what came of this one. Tells why it cannot be written. A pipe or a device
 * is left alone.
 */
enum exit_status junit_begin(struct session *session, const char *path, const char *suite);

/* Writes that the run failed, and why (session->reason). That it cannot be written is told, and changes nothing more. */
void junit_write_failure(struct session *session, const char *path, const char *suite);

/*
 * Writes a file in place of what was there. `suite` is what was tested; outcomes[cases->count]. Returns 0 or an errno.
 */
int junit_write(const char *path, const char *suite, const struct cases *cases, const struct outcome *outcomes);

#endif
