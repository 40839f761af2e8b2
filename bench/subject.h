/* SPDX-License-Identifier: Apache-2.0 */
/* subject.h - cclb as a host uses it: a runtime with one plugin, called for one hook. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include "workload.h"

#include "cclb/runtime.h"

struct subject {
    cclb_runtime *runtime;
    cclb_runtime_info info;
    cclb_target target;
    const struct workload *workload;
};

/*
 * The default options, but for the length of deadlines, which costs nothing: here a machine that stands still for a
 * second shall not end a run.
 */
cclb_runtime_options subject_options(void);

/* Gives options the memory that keeps bodies of `size` free of page faults; at the default it is there already. */
void subject_make_room(cclb_runtime_options *options, size_t size);

/* Makes a runtime with these options, registers the plugin and calls it once, to see that the answer is one. */
void subject_init(struct subject *subject, const cclb_runtime_options *options, cclb_bytes wasm,
                  const struct workload *workload);
void subject_deinit(struct subject *subject);

/* Calls its hook `times` times: request in, verdict out, lease returned. A failure ends the program. */
void subject_call(void *subject, unsigned thread, uint64_t times);

/* Calls it once and shows the answer's bytes while they are lent. */
void subject_answer(struct subject *subject, void (*take)(void *context, cclb_bytes answer), void *context);

#endif
