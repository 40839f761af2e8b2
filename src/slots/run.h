/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - one call from its target to its lease: raw, typed and hook calls all go this way.
 *
 *   run_enter()   a permit, the cell that is called, its kind (rules R41, R42, R44)
 *   run_call()    the guest; or run_message(), which encodes the request first
 *   run_end()     once, whatever came before: counts and logs the outcome, then lends the answer or gives everything back
 *
 * Between run_call() and run_end() whoever judges the answer may turn a success into a failure, and what it makes of the
 * answer lies in run->arena, which lives as long as the lease. Nothing here allocates on a warm path.
 */
#ifndef SLOTS_RUN_H
#define SLOTS_RUN_H

#include "admission/admit.h"
#include "cclb/call.h"
#include "cclb/log.h"
#include "cclb/request.h"
#include "metrics/metrics.h"
#include "slots/slots.h"

struct run;

/* Who hears of calls that failed by what their plugin did, before anything of them is given back; zeroed: nobody. */
struct call_failures {
    void (*told)(void *context, const struct run *run, const cclb_error *error);
    void *context;
};

/* What all calls of one runtime share. SHARED, immutable but for its count. */
struct calls {
    struct dispatch *dispatch;
    struct slots *slots;
    const cclb_allocator *allocator;
    struct metrics *metrics;
    cclb_log log;
    struct call_failures failures;
    uint64_t pass_through_bytes; /* the longest request that a failure policy may pass through */
    uint64_t session_events_max;       /* after so many an instance is renewed whose answers are not freed */
    uint64_t session_growth_max_bytes; /* likewise any whose memory has grown by more than that */
    _Atomic uint32_t leases_without_lane; /* open, of calls that passed through without a permit */
};

struct cclb_handle {
    struct calls *calls;
    struct cell *cell;
};

struct session; /* slots/session.h */

/* A request that is encoded where the guest wants it. */
struct run_encoding {
    const struct wire_type *type;
    cclb_form form;
    const void *message;
    size_t size;
};

/* One call on its way; in the caller's frame. CONFINED. */
struct run {
    struct calls *calls;
    cclb_hook hook;
    struct session *session;       /* whose event this is; NULL: nobody's */
    struct lane *lane;             /* NULL: no permit was free */
    bool resumed;                  /* the session had kept the lane, and in it an instance */
    struct lease_memory *memory;   /* in place of a lane's arena */
    const struct cell *cell;       /* NULL: there is none, or it is not guarded for want of a lane */
    const struct admitted *plugin; /* of cell */
    uint32_t label;                /* of the plugin, or METRICS_NO_PLUGIN */
    cclb_failure_policy failure_policy; /* of the slot; CCLB_FAILURE_DEFAULT if there is none */
    cclb_failure_policy applied;   /* by run_passes(); CCLB_FAILURE_DEFAULT: none */
    cclb_slot_key key;
    struct arena *arena;           /* of the lane; NULL without one, unless run_passes() made one */
    unsigned principal_kind;       /* cclb_principal_kind, or CCLB_PRINCIPAL_KIND_COUNT: not known */
    enum breaker_pass pass;        /* of the breaker of `cell`, like the next */
    uint32_t turn;
    bool counted;                  /* on the cell, in place of a lane's guard */
    uint64_t started_ns;           /* when the permit was asked for or a second try began, by the host's clock; or 0 */
    uint64_t bytes_in;             /* of the request's archive; 0: it was not made */
    struct call_input input;       /* that the guest was called with, and could be written again; until run_end() */
    struct run_encoding encoding;  /* of a message, which input is then */
    struct call_output output;
};

/* The plugin in a cell of a runtime. */
static inline const struct admitted *cell_plugin(const struct cell *cell)
{
    return cell->payload.object;
}

/*
 * Takes a permit and guards the cell that is called. Whatever it returns, run_end() follows; other statuses than CCLB_OK:
 * CCLB_FORKED, CCLB_STACK_TOO_SMALL, CCLB_INVALID_ARGUMENT, CCLB_REJECTED (rules 41, 42), CCLB_SATURATED (rule 44).
 */
cclb_status run_enter(struct run *run, struct calls *calls, const cclb_target *target, cclb_hook hook,
                      cclb_error *error);

/*
 * The same for an event of a session, if `session` is not NULL: with the instance that it keeps. The target is by handle, and
 * the same one for each event; session_settle() takes the place of cclb_lease_return().
 */
cclb_status run_enter_session(struct run *run, struct calls *calls, const cclb_target *target, cclb_hook hook,
                              struct session *session, cclb_error *error);

/* Without `may_pass` the failure policy of this call is to fail. */
static inline void run_may_pass(struct run *run, bool may_pass)
{
    if (!may_pass && run->failure_policy == CCLB_FAILURE_PASS_THROUGH) {
        run->failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    }
}

/* Calls the guest on what was entered. What `input` writes from must live until run_end(). */
cclb_status run_call(struct run *run, const struct call_input *input, cclb_error *error);

/*
 * The same with a request struct, which is encoded in the plugin's form and lives until run_end(). CCLB_REJECTED (rule 46)
 * if that form has no such hook; what wire_measure() says.
 */
cclb_status run_message(struct run *run, const void *message, cclb_error *error);

/*
 * After an answer that was judged to be a failure, with that status: if it came from a kept instance, tells it as a call
 * of its own, ends that instance, and returns true: the call is to be made once more. What lies in the arena is gone then.
 */
bool run_try_afresh(struct run *run, cclb_status status, const cclb_error *error);

/* Whether a call failed by what the plugin did while it was called, or its answer was refused. */
bool run_failed_by_plugin(const struct run *run, cclb_status status, const cclb_error *error);

/* Whether a failure is what the plugin or the moment did, and not the host or whoever wrote the request. */
bool run_is_plugins_fault(cclb_status status, const cclb_error *error);

/*
 * Whether the slot's failure policy lets a failed call pass through (cclb/policy.h). If so, run->arena is there for what
 * takes the place of the answer, and run_end() follows with the same status.
 */
bool run_passes(struct run *run, cclb_status status, const cclb_error *error);

/*
 * After run_passes() said yes: `made` tells whether what takes the place of the answer could be made; if not, `obstacle`
 * says why. Returns the status for run_end(): the old one, or that of the obstacle, which is then told instead, and nothing
 * passes through.
 */
cclb_status run_passed(struct run *run, cclb_status status, cclb_status made, const cclb_error *obstacle,
                       cclb_error *error);

/*
 * Ends a call with its outcome, which it returns, or CCLB_OK if run_passes() said so. CCLB_OK fills *lease; on anything
 * else *lease is untouched and nothing of the run is held any more. `error` has been filled if `status` is no success.
 */
cclb_status run_end(struct run *run, cclb_status status, cclb_lease *lease, cclb_error *error);

/* In place of all of these: counts and logs, with *error, what could not become a call, as one that failed closed. */
void run_without_call(struct calls *calls, const cclb_handle *handle, cclb_hook hook, cclb_principal_kind kind,
                      cclb_error *error);

/* Ends what a claimed lane holds, and gives it back. */
void run_give_back(struct calls *calls, struct lane *lane);

#endif
