/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_sse.h - streams of server-sent events by the book: the whole stream at once, one list of lines, and the steps of
 * "Interpreting an event stream" (HTML standard, 9.2.6) one after the other. Knows nothing of src/hooks, so that a test
 * can hold the library against it.
 *
 * Verdicts are a text, one letter an event, the last one for all that follow; see sse_script.h.
 */
#ifndef TESTS_SLOW_SSE_H
#define TESTS_SLOW_SSE_H

#include "slow_bytes.h"

/* What a client reads: each event's name, data and last event ID, and each new reconnection time, as one text. */
void slow_sse_read(const uint8_t *stream, size_t len, struct slow_buffer *client);

/* What the rules of cclb/sse.h make of a stream; zeroed before, its buffers are the caller's to free. */
struct slow_sse_rewritten {
    struct slow_buffer output;
    struct slow_buffer judged; /* the events that the judge saw, as slow_sse_note() writes them */
    struct slow_buffer client; /* what a client must read in the output */
    bool failed;               /* the stream ended before its time */
    size_t events;             /* judged or too long */
};

void slow_sse_rewrite(const uint8_t *stream, size_t len, const char *verdicts, uint64_t limit,
                      struct slow_sse_rewritten *rewritten);

/* Writes one event that a judge saw. */
void slow_sse_note(struct slow_buffer *judged, const uint8_t *name, size_t name_len, const uint8_t *data,
                   size_t data_len);

#endif
