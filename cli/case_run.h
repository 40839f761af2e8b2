/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_run.h - one case: asked twice, and held against what is expected of it.
 */
#ifndef CLI_CASE_RUN_H
#define CLI_CASE_RUN_H

#include "cases.h"
#include "tested.h"

/* Skipped is what the plugin's form has no hook for; an error, what says nothing of the plugin: a file, the machine. */
enum ending { CASE_PASSED, CASE_UPDATED, CASE_SKIPPED, CASE_FAILED, CASE_ERROR, CASE_ENDINGS };

/* Zeroed: passed. */
struct outcome {
    enum ending ending;
    enum exit_status status; /* of the command, if nothing is worse */
    uint64_t duration_ns;    /* of the first time */
    char *why;               /* one line, safe to show; NULL if it passed */
    char *diff;              /* from what was expected to what came (diff.h); NULL if that is not it */
    bool lacks_memory;       /* to say what came of it */
};

/* "passed", "updated", "skipped", "failed", "error". */
const char *case_ending_name(enum ending ending);

/*
 * Runs one. `may_update`: what is expected is replaced by what came, if that is stable. False: there is no memory.
 * *outcome is to be given to outcome_deinit, whatever is returned.
 */
bool case_run(const struct tested *tested, const struct test_case *one, bool may_update, struct outcome *outcome);

/* How many ended in which way. */
void outcomes_count(const struct outcome *outcomes, size_t count, size_t counts[CASE_ENDINGS]);

/* What is said where none was run: that is no success, whatever each of them was skipped for. */
#define CASES_ALL_SKIPPED "every case was skipped, and nothing was tested"

/* Frees it. */
void outcome_deinit(struct outcome *outcome);

#endif
