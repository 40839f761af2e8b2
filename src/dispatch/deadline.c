/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline.c - one thread, one condition variable.
 *
 * A missed interrupt is harmless: a guest that was between two looks at its deadline is interrupted again at the next
 * tick, as long as it is overdue.
 */

#include "dispatch/deadline.h"

#include "base/error.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <time.h>

static uint64_t cpu_time_ns(clockid_t clock)
{
    struct timespec used;
    if (clock_gettime(clock, &used) != 0) {
        return 0; /* the thread has ended meanwhile */
    }
    return (uint64_t)used.tv_sec * UINT64_C(1000000000) + (uint64_t)used.tv_nsec;
}

bool lane_overdue(void *context)
{
    struct lane *lane = context;
    uint64_t deadline_ns = atomic_load_explicit(&lane->deadline_ns, memory_order_relaxed);
    uint64_t now_ns = clock_now_ns(lane->clock);
    if (deadline_ns == 0 || now_ns < deadline_ns) {
        return false;
    }
    if (!lane->measures_cpu || (now_ns - deadline_ns) / (WALL_FACTOR - 1) >= lane->bound_ns) {
        return true;
    }
    if (atomic_load_explicit(&lane->cpu_seen_for, memory_order_acquire) != deadline_ns) {
        return false; /* what was seen is another call's */
    }
    uint64_t seen_ns = atomic_load_explicit(&lane->cpu_seen_ns, memory_order_relaxed);
    return cpu_time_ns(CLOCK_THREAD_CPUTIME_ID) - seen_ns >= lane->bound_ns;
}

bool ticker_tick(struct ticker *ticker)
{
    bool running = false;
    bool overdue = false;
    uint64_t now_ns = clock_now_ns(ticker->clock);
    for (uint32_t i = 0; i < ticker->lanes->permits + ticker->lanes->reserved; i++) {
        struct lane *lane = &ticker->lanes->lane[i];
        /* Sequentially consistent: pairs with ticker_watch(), where a call writes this and then reads `state`. */
        uint64_t deadline_ns = atomic_load(&lane->deadline_ns);
        if (deadline_ns == 0) {
            continue;
        }
        running = true;
        overdue = overdue || now_ns >= deadline_ns;
        if (ticker->measures_cpu && atomic_load_explicit(&lane->cpu_seen_for, memory_order_relaxed) != deadline_ns) {
            /* Should the lane pass to another call just now, on another thread, then this is of the one before it still. */
            clockid_t clock = atomic_load_explicit(&lane->cpu_clock, memory_order_relaxed);
            atomic_store_explicit(&lane->cpu_seen_ns, cpu_time_ns(clock), memory_order_relaxed);
            atomic_store_explicit(&lane->cpu_seen_for, deadline_ns, memory_order_release);
        }
    }
    if (overdue) {
        engine_interrupt(ticker->engine);
    }
    return running;
}

static void wait_one_tick(struct ticker *ticker)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    (void)pthread_cond_timedwait(&ticker->wake, &ticker->mutex, &until);
}

static void *run(void *context)
{
    struct ticker *ticker = context;
    uint32_t idle_ticks = 0;
    pthread_mutex_lock(&ticker->mutex);
    atomic_store(&ticker->state, TICKER_AWAKE);
    pthread_cond_broadcast(&ticker->wake);
    while (!ticker->stopping) {
        idle_ticks = ticker_tick(ticker) ? 0 : idle_ticks + 1;
        if (idle_ticks < TICKS_UNTIL_ASLEEP) {
            wait_one_tick(ticker);
            continue;
        }
        /* Announce it, then look once more: a call either sees the announcement or is seen here. */
        atomic_store(&ticker->state, TICKER_ASLEEP);
        if (!ticker_tick(ticker)) {
            while (!ticker->stopping && atomic_load(&ticker->state) == TICKER_ASLEEP) {
                pthread_cond_wait(&ticker->wake, &ticker->mutex);
            }
        }
        atomic_store(&ticker->state, TICKER_AWAKE);
        idle_ticks = 0;
    }
    pthread_mutex_unlock(&ticker->mutex);
    return NULL;
}

cclb_status ticker_init(struct ticker *ticker, struct lanes *lanes, struct engine *engine, const cclb_clock *clock,
                        bool by_host, cclb_error *error)
{
    *ticker = (struct ticker){
        .lanes = lanes,
        .engine = engine,
        .clock = clock,
        .by_host = by_host,
        .measures_cpu = clock_is_machines(clock),
    };
    atomic_init(&ticker->state, TICKER_STOPPED);
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return error_set(error, CCLB_INTERNAL, 0, CCLB_PHASE_NONE, "no condition variable for the deadline ticker");
    }
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(&ticker->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (failed != 0) {
        return error_set(error, CCLB_INTERNAL, 0, CCLB_PHASE_NONE, "no condition variable for the deadline ticker");
    }
    pthread_mutex_init(&ticker->mutex, NULL);
    return CCLB_OK;
}

void ticker_deinit(struct ticker *ticker)
{
    pthread_mutex_lock(&ticker->mutex);
    ticker->stopping = true;
    pthread_cond_signal(&ticker->wake);
    pthread_mutex_unlock(&ticker->mutex);
    if (ticker->started) {
        pthread_join(ticker->thread, NULL);
    }
    pthread_cond_destroy(&ticker->wake);
    pthread_mutex_destroy(&ticker->mutex);
}

/* With the mutex held. The thread takes no signal: those are the host's. */
static int start(struct ticker *ticker)
{
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(&ticker->thread, NULL, run, ticker);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    ticker->started = failed == 0;
    return failed;
}

/*
 * The first call, or the first after a long pause. Waits until a new thread runs: it allocates as it starts, and a host
 * that forks right after its first call may have an allocator that does not guard its locks against that.
 */
static cclb_status rouse(struct ticker *ticker, cclb_error *error)
{
    int failed = 0;
    pthread_mutex_lock(&ticker->mutex);
    switch (atomic_load(&ticker->state)) {
    case TICKER_STOPPED:
        failed = ticker->started ? 0 : start(ticker);
        while (failed == 0 && atomic_load(&ticker->state) == TICKER_STOPPED) {
            pthread_cond_wait(&ticker->wake, &ticker->mutex);
        }
        break;
    case TICKER_ASLEEP:
        atomic_store(&ticker->state, TICKER_AWAKE);
        pthread_cond_signal(&ticker->wake);
        break;
    default:
        break;
    }
    pthread_mutex_unlock(&ticker->mutex);
    if (failed != 0) {
        return error_set(error, CCLB_INTERNAL, 0, CCLB_PHASE_NONE,
                         "the deadline ticker's thread could not be started (error %d); raise the limit on threads, "
                         "or set host_ticks and call cclb_runtime_tick",
                         failed);
    }
    return CCLB_OK;
}

cclb_status ticker_watch(struct ticker *ticker, struct lane *lane, uint64_t bound_ns, uint64_t now_ns,
                         cclb_error *error)
{
    /* Named after the thread's number, which is another one after a fork: asked for anew, which is no system call. */
    clockid_t cpu_clock = CLOCK_THREAD_CPUTIME_ID;
    lane->clock = ticker->clock;
    lane->bound_ns = bound_ns;
    lane->measures_cpu = ticker->measures_cpu && pthread_getcpuclockid(pthread_self(), &cpu_clock) == 0;
    atomic_store_explicit(&lane->cpu_clock, cpu_clock, memory_order_relaxed);
    uint64_t deadline_ns;
    if (__builtin_add_overflow(now_ns, bound_ns, &deadline_ns)) {
        deadline_ns = UINT64_MAX;
    }
    /* 0 means that no guest code runs, so a deadline is never 0. */
    atomic_store(&lane->deadline_ns, deadline_ns > 0 ? deadline_ns : 1);
    cclb_status status = CCLB_OK;
    if (!ticker->by_host && atomic_load(&ticker->state) != TICKER_AWAKE) {
        status = rouse(ticker, error);
    }
    if (status != CCLB_OK) {
        ticker_unwatch(lane);
    }
    return status;
}
