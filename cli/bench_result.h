/* SPDX-License-Identifier: Apache-2.0 */
/* bench_result.h - what `cclb bench` found out, for a person and as JSON. */
#ifndef CLI_BENCH_RESULT_H
#define CLI_BENCH_RESULT_H

#include "emit.h"
#include "measure.h"
#include "plugin.h"
#include "scaling.h"
#include "session.h"
#include "weight.h"

struct bench_result {
    cclb_hook hook;
    const cclb_report *report; /* of the plugin */
    cclb_isolation isolation;
    cclb_reset reset;
    const char *request; /* the document's file; NULL: the built-in one */
    uint64_t length_ns;  /* that each way was measured */
    struct comparison call;
    bool has_session;
    struct comparison session; /* of events in a stream that keeps its sandbox */
    struct scaling_step steps[SCALING_STEPS_MAX];
    unsigned step_count;
    bool has_weight;
    struct weight weight;
    struct tally tally; /* of the plugin's calls */
};

/* A page of at most 100 columns. */
void bench_result_print(FILE *out, const struct bench_result *result);

/* All members but "ok" and "error" (docs/json.md). */
void bench_result_emit(struct emitter *emitter, const struct bench_result *result);

#endif
