/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streams.c - events of one response stream, each through the whole of cclb/sse.h: framing, the call, what goes out.
 *
 *   session     the stream keeps its sandbox from event to event
 *   fresh       a sandbox for each event
 *   reference   the published runtimes' call for each event (lineup.h), without framing
 *   kept        the guest alone, one instance for ever
 */

#include "bench.h"
#include "lineup.h"

#include "cclb/sse.h"

#include "fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One stream for each thread, and the bytes of an event. */
struct streams {
    struct lineup lineup;
    cclb_sse_stream *session[RACE_THREADS_MAX];
    cclb_sse_stream *fresh[RACE_THREADS_MAX];
    char bytes[4096];
    size_t len;
};

static void forget(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

static void feed(const struct streams *streams, cclb_sse_stream *stream, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++) {
        cclb_error error;
        if (cclb_sse_stream_feed(stream, cclb_bytes_of(streams->bytes, streams->len), forget, NULL, &error) != CCLB_OK) {
            fail("%s", error.message);
        }
    }
}

static void feed_session(void *context, unsigned thread, uint64_t times)
{
    const struct streams *streams = context;
    feed(streams, streams->session[thread], times);
}

static void feed_fresh(void *context, unsigned thread, uint64_t times)
{
    const struct streams *streams = context;
    feed(streams, streams->fresh[thread], times);
}

static cclb_sse_stream *open_stream(const struct streams *streams, bool session)
{
    const struct subject *subject = &streams->lineup.cclb;
    const struct workload *workload = &streams->lineup.workload;
    cclb_sse_options options = cclb_sse_options_init();
    cclb_sse_stream *stream;
    cclb_error error;
    options.session = session;
    if (cclb_sse_stream_create(subject->runtime, &subject->target, &workload->request, &workload->response, &options,
                               &stream, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    return stream;
}

/* That each event was one call, and that a session was one. */
static void check(cclb_sse_stream *stream, bool session)
{
    cclb_error error;
    cclb_sse_info info = cclb_sse_info_init();
    if (cclb_sse_stream_describe(stream, &info, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    if (info.passed_through > 0 || (session && info.events > 0 && (info.session_over || info.session_revocations > 0))) {
        fail("a stream's events failed, or its session was not kept");
    }
}

static void measure(struct bench *bench, const char *row, const struct lineup_call *call, bool has_goal)
{
    struct streams *streams = take_memory(sizeof *streams);
    struct race *race = take_memory(sizeof *race);
    lineup_init(&streams->lineup, bench, call);
    const cclb_sse_event *event = &streams->lineup.workload.event;
    streams->len = (size_t)snprintf(streams->bytes, sizeof streams->bytes, "event: %.*s\ndata: %.*s\n\n",
                                    (int)event->event.len, (const char *)event->event.data, (int)event->data.len,
                                    (const char *)event->data.data);
    for (unsigned i = 0; i < RACE_THREADS_MAX; i++) {
        streams->session[i] = open_stream(streams, true);
        streams->fresh[i] = open_stream(streams, false);
    }
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        race_enter(race, "session", threads, feed_session, streams);
        race_enter(race, "fresh", threads, feed_fresh, streams);
        lineup_enter_reference(&streams->lineup, race, threads);
        lineup_enter_kept(&streams->lineup, race, threads);
    }
    bench_race(bench, row, race);
    bench_ratio(bench, row, race, 1, "session", "kept", RACE_P50);
    bench_ratio(bench, row, race, 1, "reference", "fresh", RACE_P50);
    struct spread ratio = bench_ratio(bench, row, race, 1, "reference", "session", RACE_P50);
    if (has_goal && bench->way == NULL) {
        bench_goal(bench, row, "reference-over-session", ratio, GOAL_AT_LEAST, 25, "x",
                   lineup_reference_is_fair(race, 1, 32));
    }
    for (unsigned i = 0; i < RACE_THREADS_MAX; i++) {
        check(streams->session[i], true);
        check(streams->fresh[i], false);
        cclb_sse_stream_destroy(streams->session[i]);
        cclb_sse_stream_destroy(streams->fresh[i]);
    }
    lineup_deinit(&streams->lineup);
    free(race);
    free(streams);
}

void streams_rows(struct bench *bench)
{
    static const char *const plugins[] = {"all_hooks-pdk0.2.0", "all_hooks-twin0.2.0"};
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++) {
        const struct lineup_call call = {CCLB_HOOK_TRANSFORM_SSE_EVENT, plugins[i], 110};
        char row[REPORT_NAME_SIZE];
        snprintf(row, sizeof row, "stream/%s/110B", plugins[i]);
        if (bench_begins(bench, row)) {
            measure(bench, row, &call, i == 0);
        }
    }
}
