/* SPDX-License-Identifier: Apache-2.0 */
/* sse_run.h - one stream through src/hooks/sse_rewriter.h in given chunks, held against what the slow one says. */
#ifndef TESTS_SSE_RUN_H
#define TESTS_SSE_RUN_H

#include "cclb/bytes.h"
#include "slow_sse.h"

struct sse_run {
    cclb_bytes stream;
    const char *verdicts;
    uint64_t limit;
    struct slow_sse_rewritten expected; /* set by sse_run_prepare */
};

/*
 * Asks the slow one, once for all ways to cut the stream, and holds its output against what a client must read in it.
 * sse_run_free() frees what it says.
 */
void sse_run_prepare(struct sse_run *run);
void sse_run_free(struct sse_run *run);

/*
 * The stream in chunks that end at the `count` places, in ascending order, and at its end. Fails the running cmocka test
 * where output, events, outcome or counts are other than expected, or memory is left.
 */
void sse_run_cut(const struct sse_run *run, const size_t *places, size_t count);

/* The same in chunks of `step` bytes. */
void sse_run_steps(const struct sse_run *run, size_t step);

/* The same in chunks of `step` bytes with allocation number `fail_at` failing; false if there was no such allocation. */
bool sse_run_without_memory(const struct sse_run *run, size_t step, uint64_t fail_at);

#endif
