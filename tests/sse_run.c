/* SPDX-License-Identifier: Apache-2.0 */
/* sse_run.c - each chunk is fed from memory of its own, so that a sanitizer sees who reads it when it is gone. */

#include "sse_run.h"

#include "base/error.h"
#include "counting_allocator.h"
#include "hooks/sse_rewriter.h"
#include "sse_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct seen {
    const struct sse_run *run;
    size_t asked;
    size_t too_long;
    struct slow_buffer output;
    struct slow_buffer judged;
};

static enum sse_verdict judge_event(void *context, const cclb_sse_event *event, cclb_sse_events *events,
                                    cclb_error *error)
{
    struct seen *seen = context;
    char letter = sse_script_letter(seen->run->verdicts, seen->asked++);
    slow_sse_note(&seen->judged, event->event.data, event->event.len, event->data.data, event->data.len);
    switch (letter) {
    case 'u':
        return SSE_UNCHANGED;
    case 'r':
    case 'm':
    case 'z':
        events->count = sse_script_events(letter, &events->items);
        return SSE_REPLACE;
    case 'd':
        return SSE_DROP;
    default:
        (void)error_set(error, CCLB_TRAP, 0, CCLB_PHASE_NONE, "failed");
        return letter == 'p' ? SSE_PASSED_THROUGH : SSE_ENDS;
    }
}

static void note_too_long(void *context, cclb_error *error)
{
    struct seen *seen = context;
    assert_int_equal(error->status, CCLB_LIMIT);
    seen->too_long++;
}

static void take(void *context, cclb_bytes bytes)
{
    struct seen *seen = context;
    slow_append(&seen->output, bytes.data, bytes.len);
}

static cclb_status feed(struct sse_rewriter *rewriter, cclb_bytes chunk, struct seen *seen, cclb_error *error)
{
    uint8_t *copy = slow_must_have(malloc(chunk.len > 0 ? chunk.len : 1));
    memcpy(copy, chunk.data, chunk.len);
    cclb_status status = sse_rewriter_feed(rewriter, cclb_bytes_of(copy, chunk.len), take, seen, error);
    free(copy);
    return status;
}

static void print_text(const char *what, const uint8_t *bytes, size_t len)
{
    printf("%s: \"", what);
    for (size_t i = 0; i < len && i < 2000; i++) {
        printf(bytes[i] >= 0x20 && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\' ? "%c" : "\\x%02x", bytes[i]);
    }
    printf("\"\n");
}

static void check(const struct sse_run *run, const char *what, const struct slow_buffer *found,
                  const struct slow_buffer *expected)
{
    if (found->len == expected->len && (found->len == 0 || memcmp(found->data, expected->data, found->len) == 0)) {
        return;
    }
    print_text("stream", run->stream.data, run->stream.len);
    print_text("found", found->data, found->len);
    print_text("expected", expected->data, expected->len);
    fail_msg("%s differs; verdicts %s, limit %llu", what, run->verdicts, (unsigned long long)run->limit);
}

static void check_counts(const struct sse_run *run, const struct sse_rewriter *rewriter, const struct seen *seen,
                         bool failed)
{
    const struct sse_counts *counts = &rewriter->counts;
    assert_true(counts->ended);
    assert_int_equal(counts->events, run->expected.events);
    assert_int_equal(counts->events, seen->asked + seen->too_long);
    assert_int_equal(counts->events, counts->unchanged + counts->replaced + counts->dropped + counts->passed_through +
                                         (failed ? 1 : 0));
    assert_int_equal(counts->transformed, counts->replaced + counts->dropped > 0);
    assert_int_equal(counts->bytes_out, seen->output.len);
    assert_true(failed ? counts->bytes_in <= run->stream.len : counts->bytes_in == run->stream.len);
    assert_int_equal(sse_rewriter_held(rewriter), 0);
}

/* Runs chunk by chunk: each ends at the next of `places`, or after `step` bytes if there are no places. */
static cclb_status run_stream(const struct sse_run *run, const size_t *places, size_t count, size_t step,
                              const cclb_allocator *allocator, struct sse_rewriter *rewriter, struct seen *seen)
{
    struct sse_judge judge = {.event = judge_event, .too_long = note_too_long, .context = seen};
    cclb_error error = {0};
    cclb_status status = CCLB_OK;
    size_t at = 0;
    sse_rewriter_init(rewriter, allocator, run->limit, &judge);
    for (size_t i = 0; status == CCLB_OK && (at < run->stream.len || i < count); i++) {
        size_t end = places == NULL ? at + step : i < count ? places[i] : run->stream.len;
        end = end < run->stream.len ? end : run->stream.len;
        status = feed(rewriter, cclb_bytes_of(run->stream.data + at, end - at), seen, &error);
        assert_true(sse_rewriter_held(rewriter) <= (run->limit > 2 ? run->limit : 2));
        at = end;
    }
    if (status == CCLB_OK) {
        status = sse_rewriter_finish(rewriter, take, seen, &error);
    }
    assert_int_equal(status, status == CCLB_OK ? CCLB_OK : error.status);
    return status;
}

static void free_seen(struct seen *seen)
{
    free(seen->output.data);
    free(seen->judged.data);
}

static void run_and_check(const struct sse_run *run, const size_t *places, size_t count, size_t step)
{
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_rewriter rewriter;
    struct seen seen = {.run = run};
    cclb_status status = run_stream(run, places, count, step, &allocator, &rewriter, &seen);
    check(run, "the output", &seen.output, &run->expected.output);
    check(run, "what was judged", &seen.judged, &run->expected.judged);
    assert_int_equal(status != CCLB_OK, run->expected.failed);
    check_counts(run, &rewriter, &seen, status != CCLB_OK);
    sse_rewriter_deinit(&rewriter);
    assert_int_equal(counts.live, 0);
    free_seen(&seen);
}

void sse_run_prepare(struct sse_run *run)
{
    struct slow_buffer client = {0};
    memset(&run->expected, 0, sizeof run->expected);
    slow_sse_rewrite(run->stream.data, run->stream.len, run->verdicts, run->limit, &run->expected);
    slow_sse_read(run->expected.output.data, run->expected.output.len, &client);
    check(run, "what a client reads", &client, &run->expected.client);
    free(client.data);
}

void sse_run_free(struct sse_run *run)
{
    free(run->expected.output.data);
    free(run->expected.judged.data);
    free(run->expected.client.data);
}

void sse_run_cut(const struct sse_run *run, const size_t *places, size_t count)
{
    run_and_check(run, places, count, 0);
}

void sse_run_steps(const struct sse_run *run, size_t step)
{
    run_and_check(run, NULL, 0, step);
}

bool sse_run_without_memory(const struct sse_run *run, size_t step, uint64_t fail_at)
{
    struct counting_allocator counts = {.fail_at = fail_at};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_rewriter rewriter;
    struct seen seen = {.run = run};
    cclb_error error = {0};
    cclb_status status = run_stream(run, NULL, 0, step, &allocator, &rewriter, &seen);
    bool failed = counts.calls >= fail_at;
    if (failed) {
        /* What went out stands, and is how the whole output begins; the stream has ended and its memory is back. */
        assert_int_equal(status, CCLB_NO_MEMORY);
        assert_int_equal(counts.calls, fail_at);
        assert_true(seen.output.len <= run->expected.output.len);
        assert_true(seen.output.len == 0 || memcmp(seen.output.data, run->expected.output.data, seen.output.len) == 0);
        assert_int_equal(counts.live, 0);
        assert_int_equal(sse_rewriter_feed(&rewriter, cclb_text("data\n\n"), take, &seen, &error), CCLB_NO_MEMORY);
        assert_int_equal(error.status, CCLB_NO_MEMORY);
    }
    sse_rewriter_deinit(&rewriter);
    assert_int_equal(counts.live, 0);
    free_seen(&seen);
    return failed;
}
