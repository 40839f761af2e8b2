/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.c - one look at the clock ends a call and begins the next, so that its cost, some 20 ns, is in all times alike.
 */

#include "work.h"

#include "host_call.h"

#include <time.h>

/* Of a length: before calls count, for caches that others have used since, and for the thread's own lane. */
static const double warming = 0.15;

static void discard(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

/* A worker: the work, and the stream that it feeds, if it does. */
struct worker {
    const struct work *work;
    cclb_sse_stream *stream; /* NULL: none is open */
};

static cclb_status open_stream(struct worker *worker, cclb_error *error)
{
    const struct work *work = worker->work;
    cclb_target target = cclb_by_handle(work->handle);
    cclb_sse_options options = cclb_sse_options_init();
    options.session = true;
    return cclb_sse_stream_create(work->runtime, &target, cclb_host_document_request(work->document),
                                  cclb_host_document_response(work->document), &options, &worker->stream, error);
}

/* Closes the stream, if one is open, and notes how it did. */
static void close_stream(struct worker *worker, struct done *done)
{
    cclb_sse_info info = cclb_sse_info_init();
    if (worker->stream && done && cclb_sse_stream_describe(worker->stream, &info, NULL) == CCLB_OK) {
        done->renewals += info.session_renewals;
        done->sessions_over += info.session_over;
    }
    cclb_sse_stream_destroy(worker->stream);
    worker->stream = NULL;
}

/* A stream that has ended is of no more use; the next event begins another. */
static cclb_status feed(struct worker *worker, struct done *done, cclb_error *error)
{
    cclb_status status = worker->stream ? CCLB_OK : open_stream(worker, error);
    if (status == CCLB_OK) {
        status = cclb_sse_stream_feed(worker->stream, worker->work->event, discard, NULL, error);
    }
    if (status != CCLB_OK) {
        close_stream(worker, done);
    }
    return status;
}

static cclb_status call(const struct work *work, cclb_error *error)
{
    struct hook_result result;
    result.hook = work->hook;
    cclb_status status = host_call_once(work->runtime, work->handle, work->document, &result, error);
    if (status == CCLB_OK) {
        hook_result_return(&result);
    }
    return status;
}

static cclb_status step(struct worker *worker, struct done *done, cclb_error *error)
{
    return worker->work->event.len > 0 ? feed(worker, done, error) : call(worker->work, error);
}

uint64_t work_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

cclb_status work_once(const struct work *work, cclb_error *error)
{
    struct worker worker = {.work = work};
    cclb_status status = step(&worker, NULL, error);
    close_stream(&worker, NULL);
    return status;
}

void work_run(const struct work *work, uint64_t began_ns, uint64_t length_ns, struct done *done)
{
    struct worker worker = {.work = work};
    cclb_error error;
    uint64_t warm_until = began_ns + (uint64_t)((double)length_ns * warming);
    do {
        (void)step(&worker, done, &error); /* whatever it comes to: the same call counts later on */
    } while (work_clock_ns() < warm_until);
    uint64_t before = work_clock_ns();
    done->from_ns = before;
    do {
        cclb_status status = step(&worker, done, &error);
        uint64_t after = work_clock_ns();
        tally_note(&done->tally, status, &error);
        if (status == CCLB_OK) {
            latency_note(&done->latency, after - before);
        }
        before = after;
    } while (before - began_ns < length_ns);
    done->until_ns = before;
    done->elapsed_ns += done->until_ns - done->from_ns;
    close_stream(&worker, done);
}

void work_add(struct done *done, const struct done *more)
{
    latency_add(&done->latency, &more->latency);
    tally_add(&done->tally, &more->tally);
    done->elapsed_ns += more->elapsed_ns;
    done->renewals += more->renewals;
    done->sessions_over += more->sessions_over;
}

struct latency_summary work_sum(const struct done *done)
{
    struct latency_summary summary = latency_sum(&done->latency);
    summary.calls_per_second = done->elapsed_ns > 0 ? (double)summary.count * 1e9 / (double)done->elapsed_ns : 0;
    return summary;
}
