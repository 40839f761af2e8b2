/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.h - one call again and again, and what it took each time.
 */
#ifndef CLI_WORK_H
#define CLI_WORK_H

#include "latency.h"
#include "tally.h"

#include "cclb/json.h"
#include "cclb/sse.h"

/* What is called: a hook, with a document that was checked. Any number of threads may do one work. */
struct work {
    cclb_runtime *runtime;
    cclb_handle *handle;
    cclb_hook hook;
    const cclb_host_document *document;
    cclb_bytes event; /* not empty: it is fed to a stream that keeps its sandbox, and the hook not called */
};

/* What was done. Zeroed: nothing. */
struct done {
    struct latency latency; /* of calls that did not fail, from the call to the lease's return */
    struct tally tally;
    uint64_t elapsed_ns; /* in all calls of `tally`, and between them */
    uint64_t from_ns;    /* when the first call of the last run that counts began, and the last one ended */
    uint64_t until_ns;
    uint64_t renewals;      /* of the stream's sandbox */
    uint64_t sessions_over; /* streams that a failure made go on without a kept sandbox */
};

/* A clock that only goes forward. */
uint64_t work_clock_ns(void);

/* Makes one call, or feeds one event to a stream of its own. */
cclb_status work_once(const struct work *work, cclb_error *error);

/*
 * Does the work on this thread, from `began_ns` on for so long: calls before the first share of that time is over count
 * for nothing. At least one call is made, and one counts. Adds to *done.
 */
void work_run(const struct work *work, uint64_t began_ns, uint64_t length_ns, struct done *done);

/* Adds up all but the times of the last run. */
void work_add(struct done *done, const struct done *more);

/* What is told of it. */
struct latency_summary work_sum(const struct done *done);

#endif
