/* SPDX-License-Identifier: Apache-2.0 */
/* scaling.h - one work on several threads at the same time. */
#ifndef CLI_SCALING_H
#define CLI_SCALING_H

#include "work.h"

enum { SCALING_THREADS_MAX = 1024, SCALING_STEPS_MAX = 11 };

struct scaling_step {
    unsigned threads;
    struct latency_summary latency; /* of all threads; calls_per_second is what they do together */
};

/* How many processors this process may use. */
unsigned scaling_processors(void);

/*
 * The steps from 1 thread to `most` (up to SCALING_THREADS_MAX): 1, 2, 4 ... and `most`. Returns how many there are.
 */
unsigned scaling_steps(unsigned most, unsigned threads[SCALING_STEPS_MAX]);

/*
 * Does a work on step->threads threads for `length_ns`; each has a processor of its own, if there are as many. The calls
 * are added to *tally. CCLB_OK fills *step; otherwise all calls failed, or there is no memory or no thread to be had, and
 * *error says so.
 */
cclb_status scaling_run(const struct work *work, uint64_t length_ns, struct tally *tally, struct scaling_step *step,
                        cclb_error *error);

#endif
