/* SPDX-License-Identifier: Apache-2.0 */
/* test_result.h - what became of cases, for a person or as JSON. */
#ifndef CLI_TEST_RESULT_H
#define CLI_TEST_RESULT_H

#include "case_run.h"

/*
 * Tells it, and on standard error if any failed. `subject` is what was tested; `lost`, unless NULL, why a file with the
 * same could not be written, which was told. Returns the status to exit with.
 */
enum exit_status test_result_tell(struct session *session, const char *subject, const struct cases *cases,
                                  const struct outcome *outcomes, const cclb_error *lost);

#endif
