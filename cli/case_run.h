/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_run.h - one case: asked twice, and held against what is expected of it.
 */
#ifndef CLI_CASE_RUN_H
#define CLI_CASE_RUN_H

#include "cases.h"
#include "tested.h"

enum ending { CASE_PASSED, CASE_UPDATED, CASE_FAILED, CASE_ENDINGS };

/* Zeroed: passed. */
struct outcome {
    enum ending ending;
    uint64_t duration_ns; /* of the first time */
    char *why;            /* one line, safe to show; NULL if it passed */
    char *diff;           /* from what was expected to what came (diff.h); NULL if that is not it */
};

/* "passed", "updated", "failed". */
const char *case_ending_name(enum ending ending);

/*
 * Runs one. `update`: what is expected is replaced by what came, if that is stable. Anything but EXIT_DONE has been told
 * and ends the command: a file that cannot be read or written, no memory. *outcome is to be given to outcome_deinit.
 */
enum exit_status case_run(struct session *session, const struct tested *tested, const struct test_case *one,
                          bool update, struct outcome *outcome);

/* Frees it. */
void outcome_deinit(struct outcome *outcome);

#endif
