/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse.h - a stream of server-sent events through a plugin.
 *
 * A host feeds the bytes of a response as they come, in any chunks, and gets the bytes that go to the client. Framing is
 * that of the WHATWG: lines end in LF, CRLF or CR, a byte order mark may stand at the start, an event ends at an empty
 * line. Each event that has data goes to the hook whole; what it leaves unchanged goes out as the bytes that came in, and
 * so does everything that is no such event: comments (at once, so that keep-alives get through), events without data,
 * and all of it if the plugin has no transform_sse_event hook.
 *
 * What the hook replaces: comments of the event stay in their place, its id and retry fields precede the first event that
 * takes its place. What it drops: id and retry go out as an event without data. An event that the stream's end cuts off
 * goes to the hook too, and what it says goes out cut off likewise, so that nothing reaches a client unseen. For one
 * event at most seven times the plugin's answer goes out (wire_bounds.output_body_bytes bounds that), and none of it is held.
 *
 * Failures. Before anything that was replaced or dropped has had its effect on the stream, the failure policy decides of
 * each (cclb/policy.h): the event goes out as it came, or the stream ends. After that a failure ends the stream under any
 * policy: half a rewritten stream is none. So does an event above event_max_bytes, which its plugin was not shown:
 * whoever writes a stream decides how long its events are, and could get text past the plugin with it.
 *
 * Sessions. By default each event is a call of its own in a fresh sandbox, as everywhere. With the option `session` the
 * sandbox of one event serves the next one of the same stream, which is many times as fast. It is never shared: it has
 * seen nothing but events of this response, and is reset when the stream ends. But it can remember these, so that what a
 * plugin does to an event may depend on earlier ones, and a plugin that one event of a hostile upstream has taken over
 * stays so for the rest of that response. The stream's bytes are the same with and without, unless the plugin keeps state,
 * which none can rely on: the sandbox is renewed from time to time, and taken away while the stream is idle if a call
 * needs its place. At most a quarter of the permits (stores_max), and one at least, are kept by sessions at a time; a
 * stream beyond that makes calls as without. Each event has a deadline, and fuel, of its own. After a failure in a kept
 * sandbox the event is tried again in a fresh one, with another deadline, and the stream goes on without a session. What
 * failed is counted and logged as a call of its own, and a fault for the breaker; it leaves no capsule, since the
 * sandbox's state is not in one.
 */
#ifndef CCLB_SSE_H
#define CCLB_SSE_H

#include "cclb/call.h"
#include "cclb/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One stream on its way. Thread class: HANDOFF. */
typedef struct cclb_sse_stream cclb_sse_stream;

/* Options of one stream. */
typedef struct cclb_sse_options {
    size_t struct_size;       /* set by cclb_sse_options_init */
    /*
     * Of one event with its framing, and so of what is held back. A longer one ends the stream with CCLB_LIMIT, if the
     * plugin has the hook; default 8 MiB.
     */
    uint64_t event_max_bytes;
    bool session;             /* keep the plugin's sandbox from event to event; default: a fresh one for each */
} cclb_sse_options;

/* Options with every field at its default. */
static inline cclb_sse_options cclb_sse_options_init(void)
{
    cclb_sse_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    return options;
}

/* What became of the events so far. */
typedef struct cclb_sse_info {
    size_t struct_size; /* set by cclb_sse_info_init */
    bool active;        /* the plugin has the hook */
    bool ended;         /* by a failure, or by cclb_sse_stream_finish */
    bool transformed;   /* something was replaced or dropped: from here on any failure ends the stream */
    uint64_t events;    /* with data; the next four add up to them, but for one that ended the stream */
    uint64_t unchanged;
    uint64_t replaced;
    uint64_t dropped;
    uint64_t passed_through; /* by policy, after a failure */
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t bytes_held; /* waiting for the rest of their event */
    bool session_kept;   /* a sandbox is kept at this moment */
    bool session_over;   /* a kept sandbox failed, and none is kept for the rest of the stream */
    uint64_t session_renewals;    /* times that it was ended because it was worn (session_events_max and its like) */
    uint64_t session_revocations; /* times that another call had taken its place, as far as the stream has noticed */
} cclb_sse_info;

/* An empty description, to be filled by cclb_sse_stream_describe. */
static inline cclb_sse_info cclb_sse_info_init(void)
{
    cclb_sse_info info;
    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    return info;
}

/*
 * Takes bytes for the client; called on the thread that feeds, any number of times for each feed, in order. The bytes are
 * borrowed for the callback, which must not call functions on the stream.
 */
typedef void cclb_sse_sink(void *context, cclb_bytes bytes);

/*
 * Makes a stream for one response. `target` is a handle (rule R42), whose cell serves the whole stream and may be
 * destroyed before it; NULL: no plugin, all bytes pass. `request` and `response` (its status and headers) are borrowed
 * until the stream is destroyed; `options` may be NULL. CCLB_OK sets *stream, which is the caller's to destroy.
 * CCLB_BAD_INPUT (request, response), CCLB_REJECTED (rule 42: a target by key), CCLB_INVALID_ARGUMENT (a struct_size or
 * a kind that cannot be, a handle of another runtime), CCLB_FORKED, CCLB_NO_MEMORY; *stream is then untouched. The
 * runtime cannot be destroyed while a stream with a plugin is open. Any thread; does not block; allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_sse_stream_create(cclb_runtime *runtime, const cclb_target *target,
                                                            const cclb_request *request,
                                                            const cclb_response *response,
                                                            const cclb_sse_options *options,
                                                            cclb_sse_stream **stream, cclb_error *error);

/*
 * Feeds bytes that came from the upstream, which are borrowed for the call. CCLB_OK: go on; what can go out has gone to
 * `sink`. Anything else: the stream has ended, what went to `sink` before the failure stands, and the host closes the
 * connection to the client without a proper end; every later feed returns the same.
 *
 * The outcomes of cclb_transform_sse_event; CCLB_LIMIT: an event above event_max_bytes, of which nothing went out under
 * any policy, and which is counted and logged as failed closed (who expects such events raises the bound);
 * CCLB_NO_MEMORY; CCLB_INVALID_ARGUMENT: the stream was finished. Where an event passed through by policy, *error says
 * what failed last.
 *
 * Any thread that has the stream; blocks for as long as the guest computes, up to its deadline for each event;
 * allocates only to hold an event back that lies in several chunks.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_sse_stream_feed(cclb_sse_stream *stream, cclb_bytes bytes,
                                                          cclb_sse_sink *sink, void *context, cclb_error *error);

/*
 * Tells that the upstream's response has ended: what is held back goes to the hook, and the stream ends. CCLB_OK: all
 * that was to go out has gone to `sink`. Else the outcomes of cclb_sse_stream_feed. Any thread that has the stream;
 * blocks and allocates like a feed.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_sse_stream_finish(cclb_sse_stream *stream, cclb_sse_sink *sink,
                                                            void *context, cclb_error *error);

/*
 * Tells how a stream does. CCLB_OK fills *info, as far as its struct_size goes; CCLB_INVALID_ARGUMENT (struct_size).
 * Any thread that has the stream; neither blocks nor allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_sse_stream_describe(const cclb_sse_stream *stream, cclb_sse_info *info,
                                                              cclb_error *error);

/*
 * Frees a stream, finished or not; NULL is fine. In a forked child it does nothing, if the stream has a plugin. Any
 * thread that has the stream; does not block; allocates nothing; cannot fail.
 */
CCLB_API void cclb_sse_stream_destroy(cclb_sse_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
