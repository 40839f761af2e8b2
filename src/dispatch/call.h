/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h - one call: a fresh instance, the request into it, the hook, the answer out of it (rules R43 to R59).
 *
 * The answer stays where the guest put it. The lane keeps the instance alive until call_end(), and with it the view.
 */
#ifndef DISPATCH_CALL_H
#define DISPATCH_CALL_H

#include "dispatch/deadline.h"
#include "dispatch/lane.h"
#include "dispatch/process.h"
#include "metrics/metrics.h"

/* A time bound that grows with the request. */
struct call_deadline {
    uint64_t base_ns;
    uint64_t per_mib_ns;
};

struct dispatch_options {
    uint32_t permits;  /* calls at the same time */
    uint32_t reserved; /* trial calls at the same time */
    uint32_t table_elements_max;
    uint64_t memory_max_bytes;       /* of one call */
    uint64_t memory_total_max_bytes; /* of all calls at the same time; 0: no bound of its own */
    uint64_t stack_max_bytes;
    uint64_t fuel; /* for one call, with metering */
    struct call_deadline deadline[CCLB_HOOK_COUNT];
    bool foreign_stacks; /* do not measure the caller's stack */
    bool host_ticks;     /* the host ticks */
    cclb_clock clock;
    struct metrics *metrics; /* where whoever works with this counts; NULL: nowhere */
};

/* All that calls of one runtime share. SHARED; immutable but for its atomics. */
struct dispatch {
    struct dispatch_options options;
    struct engine *engine;
    struct lanes lanes;
    struct ticker ticker;
    struct fork_mark fork_mark;
    _Atomic uint64_t memory_reserved_bytes;
};

/* What is called: a compiled module and the rules of the runtime that it was admitted under. */
struct callee {
    const struct engine_module *module;
    cclb_reference reference; /* concrete */
};

/* A request that can be written once its place is known. */
struct call_input {
    uint64_t len;
    void (*write)(const void *context, uint8_t *out); /* writes len bytes */
    const void *context;
};

struct call_output {
    cclb_bytes bytes;      /* in guest memory, until call_end() */
    uint64_t memory_bytes; /* size of the guest's memory after the call */
    uint64_t fuel;         /* used, with metering */
    uint64_t started_ns;   /* by the host's clock; 0: the call did not get that far, likewise in the next two */
    uint64_t entered_ns;   /* when the guest stage began: an instance was there, and the first export was used (R67) */
    uint64_t ended_ns;     /* when it was over */
};

/* The engine must outlive it. On failure there is nothing to deinit. */
cclb_status dispatch_init(struct dispatch *dispatch, const struct dispatch_options *options, struct engine *engine,
                          const cclb_allocator *allocator, cclb_error *error);

/* No lane may be claimed. */
void dispatch_deinit(struct dispatch *dispatch);

/* What every entry of a host asks first: CCLB_FORKED in a child of the process that made this. */
cclb_status dispatch_check_process(const struct dispatch *dispatch, cclb_error *error);

/* Whether this thread may run guest code: CCLB_FORKED, CCLB_STACK_TOO_SMALL. */
cclb_status dispatch_check_thread(const struct dispatch *dispatch, cclb_error *error);

/*
 * Runs one call on a claimed lane, which must have no instance. On success the answer is in *output and the lane holds
 * the instance until call_end(); on any failure the lane is as before, and *output has no bytes but what was measured.
 * dispatch_check_thread() was asked.
 */
cclb_status call_run(struct dispatch *dispatch, struct lane *lane, const struct callee *callee, cclb_hook hook,
                     const struct call_input *input, struct call_output *output, cclb_error *error);

/*
 * Runs one more call on the instance that a successful one left in the lane, whose answer is dead from here on, and with
 * `frees` is given back to the guest first. It has a deadline and fuel of its own. Outcomes as of call_run(), and what comes
 * of giving back, in the phase CCLB_PHASE_FREE; after a failure the instance has been ended. The export cc_lb_free was seen
 * to be one if `frees`; `now_ns` is the time by the host's clock, which the caller knows well enough.
 */
cclb_status call_run_again(struct dispatch *dispatch, struct lane *lane, const struct callee *callee, cclb_hook hook,
                           const struct call_input *input, bool frees, uint64_t now_ns, struct call_output *output,
                           cclb_error *error);

/* Ends the instance of a successful call; the lane can then be released. Where there is no instance it does nothing. */
void call_end(struct dispatch *dispatch, struct lane *lane);

/* What is counted of a call beside what came of it. */
struct call_account {
    uint32_t label; /* of the plugin, or METRICS_NO_PLUGIN */
    cclb_hook hook;
    unsigned principal_kind; /* or METRICS_NO_PRINCIPAL */
    enum metrics_policy policy;
    uint64_t total_ns; /* from the permit to the outcome */
    uint64_t bytes_in;
};

/* Counts a call that has ended with `status`, which `error` tells of (rules R67, R68, R70); `lane` may be NULL. */
void call_count(struct metrics *metrics, const struct lane *lane, const struct call_account *account,
                const struct call_output *output, cclb_status status, const cclb_error *error);

/* An input made of `count` spans that lie one behind the other in the request. */
struct call_spans {
    const cclb_bytes *spans;
    size_t count;
};
struct call_input call_input_of_spans(const struct call_spans *spans);

#endif
