/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conformance_run.h - a plugin that was admitted, asked everything there is to ask; what came of it.
 *
 * What decides is whether each call succeeds and each answer reads. The rest is for the author: whether answers are the
 * same each time, what a host would make of them, and what calls take.
 */
#ifndef CLI_CONFORMANCE_RUN_H
#define CLI_CONFORMANCE_RUN_H

#include "conformance_hosts.h"
#include "conformance_requests.h"
#include "document.h"
#include "growth.h"
#include "plugin.h"

/* What came of one request. */
struct request_result {
    const char *name;      /* static */
    cclb_status status;    /* CCLB_OK: every call with it succeeded, and its answer reads */
    cclb_error error;      /* unless that is CCLB_OK */
    bool same_after_other; /* asked again with another request between, it had the same answer, byte for byte */
    bool same_again; /* or if not, asked twice in a row; both are true where a call failed: nothing was compared */
    uint64_t answer_bytes; /* of the first call, like the rest; 0 if it failed */
    uint64_t fuel;
    uint64_t memory_bytes;
    uint64_t duration_ns;
};

/* What came of one declared hook. */
struct hook_run {
    cclb_hook hook;
    bool noop;           /* declared so: never called, and the rest means nothing */
    cclb_slot_kind kind; /* of the slot in which it was called */
    cclb_status status;  /* CCLB_OK: that slot took the plugin, and the rest is meaningful */
    cclb_error error;    /* unless that is CCLB_OK */
    struct request_result requests[REQUESTS_MAX];
    size_t request_count;
    bool cut_short; /* it ran past its deadline, and was not asked the rest */
    struct host_answers hosts; /* to an ordinary request; none was asked if it was cut short */
    struct growth growth;
};

struct conformance_run {
    struct hook_run hooks[CCLB_HOOKS_MAX];
    size_t hook_count;
};

/* The counts by which it is judged. */
struct conformance_counts {
    size_t requests;
    size_t failed;    /* of them: a call failed, or an answer does not read; and with them the next */
    size_t untaken;   /* hooks that no slot would call */
    size_t differing; /* requests that were not answered with the same bytes each time */
    size_t refused;   /* hooks of which a host refuses the answer to an ordinary request; that is no failure */
};

/*
 * Asks every hook that the report of an admitted plugin has. `document` is the ordinary request. CCLB_OK fills *run;
 * CCLB_NO_MEMORY, and whatever keeps the library from calling at all.
 */
cclb_status conformance_run(const struct plugin *plugin, const struct document *document, struct conformance_run *run,
                            cclb_error *error);

struct conformance_counts conformance_count(const struct conformance_run *run);

/* The first fault, with a line that says in which hook and of which request; NULL if there is none. */
enum { CONFORMANCE_PLACE_SIZE = 96 };
const cclb_error *conformance_first_fault(const struct conformance_run *run, char place[CONFORMANCE_PLACE_SIZE]);

#endif
