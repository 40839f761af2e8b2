/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline.h - stops guest code that runs past its time bound.
 *
 * A call writes its deadline, by the host's clock, into its lane. The ticker looks at the lanes every few milliseconds;
 * when one is overdue it interrupts the engine, upon which each running guest asks whether it is the one. The ticker
 * is a thread of its own, started by the first call, or the host's own loop. An idle ticker sleeps: it wakes nobody
 * and costs a call nothing until it has been idle for a while.
 *
 * The bound is one on CPU time: on a crowded machine a call is not stopped because it had to wait for its turn, unless
 * it has waited for very long (WALL_FACTOR). So that this costs an ordinary call no system call, its CPU time is counted
 * from when the ticker first sees it, at most a tick after its start. With a clock of the host's own, time is what that
 * clock says and nothing else.
 */
#ifndef DISPATCH_DEADLINE_H
#define DISPATCH_DEADLINE_H

#include "base/clock.h"
#include "dispatch/lane.h"

#include <pthread.h>

enum { TICK_NS = 5 * 1000 * 1000, TICKS_UNTIL_ASLEEP = 400, WALL_FACTOR = 10 };

enum ticker_state { TICKER_STOPPED, TICKER_AWAKE, TICKER_ASLEEP };

struct ticker {
    struct lanes *lanes;
    struct engine *engine;
    const cclb_clock *clock;
    bool by_host;           /* the host calls ticker_tick() itself; no thread */
    bool measures_cpu;      /* the clock is the machine's */
    _Atomic uint32_t state; /* enum ticker_state */
    pthread_mutex_t mutex;  /* guards `started`, `stopping` and the changes of `state` */
    pthread_cond_t wake;
    bool started;  /* there is a thread; `state` says so once it runs */
    bool stopping;
    pthread_t thread;
};

/* Prepares a ticker; starts nothing. CCLB_INTERNAL if the system refuses a condition variable. */
cclb_status ticker_init(struct ticker *ticker, struct lanes *lanes, struct engine *engine, const cclb_clock *clock,
                        bool by_host, cclb_error *error);

/* Ends the thread, if there is one, and waits for it. Not in a forked child: the thread is not there. */
void ticker_deinit(struct ticker *ticker);

/*
 * A call is about to enter a guest on this thread, at `now_ns` by the host's clock: writes its deadline into the lane and
 * makes sure that somebody ticks. Takes a lock only for the first call and for the first one after a long pause.
 * CCLB_INTERNAL if no thread can be started; the lane then has no deadline.
 */
cclb_status ticker_watch(struct ticker *ticker, struct lane *lane, uint64_t bound_ns, uint64_t now_ns,
                         cclb_error *error);

/* The guest has returned. */
static inline void ticker_unwatch(struct lane *lane)
{
    atomic_store_explicit(&lane->deadline_ns, 0, memory_order_relaxed);
}

/* One look at the lanes. Returns whether any guest code is running. Any thread. */
bool ticker_tick(struct ticker *ticker);

/* For engine_limits.overdue, on the thread of the call: whether the guest on this lane is to be stopped. */
bool lane_overdue(void *lane);

#endif
