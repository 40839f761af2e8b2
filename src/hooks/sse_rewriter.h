/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_rewriter.h - a stream of server-sent events with a judge in it: what cclb/sse.h says of streams, but for the plugin,
 * which stands behind the judge.
 *
 * Each event goes to the judge, and what becomes of it goes to the sink before the next one is judged:
 *
 *   unchanged           the bytes that came
 *   replaced            its comments as they came, its id and its retry, and then the new events, the first of them in one
 *                       block with id and retry; its other fields go with it
 *   dropped             its comments, and id and retry as an event without data; to be replaced by no event is the same
 *   passed through      the bytes that came, the judge having failed
 *
 * An event that the stream's end cut off is judged too. What takes its place ends where it ended: inside a line or behind
 * one, without an empty line; so to a client that reads by the standard neither is an event, and one that is less strict
 * gets what was judged. New events before the last are whole.
 *
 * Thread class: HANDOFF.
 */
#ifndef HOOKS_SSE_REWRITER_H
#define HOOKS_SSE_REWRITER_H

#include "hooks/sse_framing.h"
#include "hooks/sse_writer.h"

enum sse_verdict {
    SSE_UNCHANGED,
    SSE_REPLACE,
    SSE_DROP,
    SSE_PASSED_THROUGH, /* the judge failed, and its policy lets the event pass */
    SSE_ENDS            /* the judge failed, and the stream ends */
};

/*
 * Whoever decides. Both failures fill *error. Once something was replaced or dropped (`transformed` of the counts) a
 * stream ends with any failure: SSE_PASSED_THROUGH is then taken as SSE_ENDS.
 */
struct sse_judge {
    /* Judges one event, which is borrowed; SSE_REPLACE sets *events, which live until `settle`. */
    enum sse_verdict (*event)(void *context, const cclb_sse_event *event, cclb_sse_events *events, cclb_error *error);
    /* Is told of an event above the bound, which ends the stream with *error: CCLB_LIMIT, or what is put there. */
    void (*too_long)(void *context, cclb_error *error);
    /* Called once after each call of `event`, when its events are no longer needed; may be NULL. */
    void (*settle)(void *context);
    void *context;
};

/* What became of the stream so far; the terms of cclb_sse_info. */
struct sse_counts {
    bool ended;
    bool transformed;
    uint64_t events;
    uint64_t unchanged;
    uint64_t replaced;
    uint64_t dropped; /* also what was replaced by no event */
    uint64_t passed_through;
    uint64_t bytes_in;
    uint64_t bytes_out;
};

struct sse_rewriter {
    struct sse_framing framing;
    struct sse_judge judge;
    struct sse_counts counts;
    bool active;
    bool last_event_is_raw; /* the event before went out as it came, and so has what completes its bytes */
    cclb_error failure;     /* that ended the stream; CCLB_OK if none has */
};

/*
 * Starts a stream; `judge` is copied, and NULL is a stream whose bytes all go out as they come, unread. The allocator must
 * outlive it. Allocates nothing.
 */
void sse_rewriter_init(struct sse_rewriter *rewriter, const cclb_allocator *allocator, uint64_t event_max_bytes,
                       const struct sse_judge *judge);

/*
 * Takes bytes of any number. CCLB_OK: what can go out has; where a failure was passed through, *error tells the last one.
 * Anything else ends the stream, whose memory is then given back, and comes again from every later call: what the judge
 * failed with, CCLB_LIMIT, CCLB_NO_MEMORY. CCLB_INVALID_ARGUMENT after sse_rewriter_finish().
 */
CCLB_MUST_CHECK cclb_status sse_rewriter_feed(struct sse_rewriter *rewriter, cclb_bytes bytes, sse_sink *sink,
                                              void *context, cclb_error *error);

/* No more bytes will come: deals with what is held back, and ends the stream. Outcomes as above. */
CCLB_MUST_CHECK cclb_status sse_rewriter_finish(struct sse_rewriter *rewriter, sse_sink *sink, void *context,
                                                cclb_error *error);

/* How many bytes wait for the rest of their event. */
uint64_t sse_rewriter_held(const struct sse_rewriter *rewriter);

/* Gives its memory back, finished or not. */
void sse_rewriter_deinit(struct sse_rewriter *rewriter);

#endif
