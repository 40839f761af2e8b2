/* SPDX-License-Identifier: Apache-2.0 */
/* sse_rewriter.c - one piece of the stream after the other; each leaves the writer empty. */

#include "hooks/sse_rewriter.h"

#include "base/error.h"

void sse_rewriter_init(struct sse_rewriter *rewriter, const cclb_allocator *allocator, uint64_t event_max_bytes,
                       const struct sse_judge *judge)
{
    *rewriter = (struct sse_rewriter){.active = judge != NULL};
    if (judge) {
        rewriter->judge = *judge;
    }
    sse_framing_init(&rewriter->framing, allocator, event_max_bytes);
}

void sse_rewriter_deinit(struct sse_rewriter *rewriter)
{
    sse_framing_deinit(&rewriter->framing);
}

uint64_t sse_rewriter_held(const struct sse_rewriter *rewriter)
{
    return rewriter->counts.ended ? 0 : sse_framing_held(&rewriter->framing);
}

/* Ends the stream with what *error says; the status says that something did. */
static cclb_status fail(struct sse_rewriter *rewriter, cclb_error *error)
{
    if (error->status == CCLB_OK) {
        (void)error_set(error, CCLB_INTERNAL, 0, CCLB_PHASE_NONE, "an event was refused without a reason");
    }
    rewriter->failure = *error;
    rewriter->counts.ended = true;
    sse_framing_deinit(&rewriter->framing);
    return error->status;
}

/* Bytes as they came, straight from where they lie. */
static void pass(struct sse_rewriter *rewriter, struct sse_writer *writer, cclb_bytes bytes)
{
    struct sse_counts *counts = &rewriter->counts;
    if (bytes.len == 0) {
        return;
    }
    if (counts->bytes_out == 0 && counts->transformed && sse_begins_with_mark(bytes)) {
        /*
         * Where everything before it was dropped, an odd field would begin with what a client takes for the mark of the
         * stream, and the rest of its name might make it data that nobody has judged. An empty line says nothing.
         */
        counts->bytes_out++;
        writer->sink(writer->context, cclb_bytes_of("\n", 1));
    }
    counts->bytes_out += bytes.len;
    writer->sink(writer->context, bytes);
}

static void pass_event(struct sse_rewriter *rewriter, struct sse_writer *writer, const struct sse_piece *piece)
{
    rewriter->last_event_is_raw = true;
    pass(rewriter, writer, piece->raw);
}

static void write_comments(struct sse_writer *writer, cclb_bytes raw)
{
    struct sse_lines lines;
    struct sse_line line;
    sse_lines_init(&lines, raw);
    while (sse_lines_next(&lines, &line)) {
        if (line.text.len > 0 && line.text.data[0] == ':') {
            sse_writer_raw(writer, cclb_bytes_of(line.text.data, line.text.len + line.end_len), line.end_len == 0);
        }
    }
}

/* What takes the place of an event. */
static void write_events(struct sse_rewriter *rewriter, struct sse_writer *writer, const struct sse_piece *piece,
                         cclb_sse_events events)
{
    rewriter->counts.transformed = true;
    rewriter->last_event_is_raw = false;
    writer->written = 0;
    if (piece->has_comments) {
        write_comments(writer, piece->raw);
    }
    if (piece->id.present) {
        sse_writer_field(writer, "id", piece->id.value);
    }
    if (piece->retry.present) {
        sse_writer_field(writer, "retry", piece->retry.value);
    }
    if (events.count == 0 && (piece->id.present || piece->retry.present)) {
        /* Both were whole lines, so they stay whole where the event was cut off inside a later one. */
        sse_writer_end(writer, piece->end == SSE_END_WHOLE ? SSE_END_WHOLE : SSE_END_LINE);
    }
    for (size_t i = 0; i < events.count; i++) {
        sse_writer_event(writer, &events.items[i]);
        sse_writer_end(writer, i + 1 < events.count ? SSE_END_WHOLE : piece->end);
    }
    sse_writer_flush(writer);
    rewriter->counts.bytes_out += writer->written;
}

static cclb_status take_event(struct sse_rewriter *rewriter, struct sse_writer *writer, const struct sse_piece *piece,
                              cclb_error *error)
{
    struct sse_counts *counts = &rewriter->counts;
    const struct sse_judge *judge = &rewriter->judge;
    cclb_sse_events events = {0};
    cclb_status status = CCLB_OK;
    counts->events++;
    enum sse_verdict verdict = judge->event(judge->context, &piece->event, &events, error);
    if (verdict == SSE_PASSED_THROUGH && counts->transformed) {
        verdict = SSE_ENDS; /* half a rewritten stream is none */
    }
    if (verdict == SSE_REPLACE && events.count == 0) {
        verdict = SSE_DROP;
    }
    switch (verdict) {
    case SSE_UNCHANGED:
        counts->unchanged++;
        pass_event(rewriter, writer, piece);
        break;
    case SSE_REPLACE:
        counts->replaced++;
        write_events(rewriter, writer, piece, events);
        break;
    case SSE_DROP:
        counts->dropped++;
        write_events(rewriter, writer, piece, (cclb_sse_events){0});
        break;
    case SSE_PASSED_THROUGH:
        counts->passed_through++;
        pass_event(rewriter, writer, piece);
        break;
    case SSE_ENDS:
        status = fail(rewriter, error);
        break;
    }
    if (judge->settle) {
        judge->settle(judge->context);
    }
    return status;
}

static cclb_status take_piece(struct sse_rewriter *rewriter, struct sse_writer *writer, const struct sse_piece *piece,
                              cclb_error *error)
{
    switch (piece->kind) {
    case SSE_NOTHING:
        break;
    case SSE_PASS:
        pass(rewriter, writer, piece->raw);
        break;
    case SSE_EVENT_LF:
        if (rewriter->last_event_is_raw) {
            pass(rewriter, writer, piece->raw);
        }
        break;
    case SSE_EVENT:
        return take_event(rewriter, writer, piece, error);
    }
    return CCLB_OK;
}

/* Whether the stream is still open; else *error says why not. */
static cclb_status check_open(const struct sse_rewriter *rewriter, cclb_error *error)
{
    if (rewriter->failure.status != CCLB_OK) {
        *error = rewriter->failure;
        return error->status;
    }
    if (rewriter->counts.ended) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "the stream was finished before");
    }
    return CCLB_OK;
}

cclb_status sse_rewriter_feed(struct sse_rewriter *rewriter, cclb_bytes bytes, sse_sink *sink, void *context,
                              cclb_error *error)
{
    struct sse_writer writer;
    struct sse_piece piece;
    cclb_status status = check_open(rewriter, error);
    if (status != CCLB_OK) {
        return status;
    }
    rewriter->counts.bytes_in += bytes.len;
    sse_writer_init(&writer, sink, context);
    if (!rewriter->active) {
        pass(rewriter, &writer, bytes);
        return CCLB_OK;
    }
    sse_framing_feed(&rewriter->framing, bytes);
    do {
        status = sse_framing_next(&rewriter->framing, &piece, error);
        if (status == CCLB_LIMIT) {
            rewriter->counts.events++;
            rewriter->judge.too_long(rewriter->judge.context, error);
        }
        if (status != CCLB_OK) {
            return fail(rewriter, error);
        }
        status = take_piece(rewriter, &writer, &piece, error);
    } while (status == CCLB_OK && piece.kind != SSE_NOTHING);
    return status;
}

cclb_status sse_rewriter_finish(struct sse_rewriter *rewriter, sse_sink *sink, void *context, cclb_error *error)
{
    struct sse_writer writer;
    struct sse_piece piece;
    cclb_status status = check_open(rewriter, error);
    if (status != CCLB_OK) {
        return status;
    }
    sse_writer_init(&writer, sink, context);
    status = sse_framing_finish(&rewriter->framing, &piece, error);
    if (status != CCLB_OK) {
        return fail(rewriter, error);
    }
    status = take_piece(rewriter, &writer, &piece, error);
    rewriter->counts.ended = true;
    return status;
}
