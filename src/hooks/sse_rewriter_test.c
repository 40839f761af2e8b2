/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_rewriter_test.c - what becomes of events by each verdict, and of the stream by each failure.
 *
 * A judge here reads its verdicts off a text, one letter an event, the last one for all that follow: u unchanged, r
 * replaced by one event, m by two, z by none, d dropped, p failed and passed through, e failed and the end.
 */

#include "hooks/sse_rewriter.h"

#include "base/error.h"
#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NO_LIMIT = 1 << 30 };

#define MARK "\xef\xbb\xbf"

struct judging {
    const char *verdicts;
    size_t asked;
    size_t settled;
    size_t too_long;
    cclb_sse_event events[2];
};

struct output {
    char bytes[4096];
    size_t len;
    size_t calls;
};

static enum sse_verdict judge_event(void *context, const cclb_sse_event *event, cclb_sse_events *events,
                                    cclb_error *error)
{
    struct judging *judging = context;
    assert_non_null(event);
    assert_int_equal(judging->settled, judging->asked);
    size_t last = strlen(judging->verdicts) - 1;
    char letter = judging->verdicts[judging->asked < last ? judging->asked : last];
    judging->asked++;
    judging->events[0] = (cclb_sse_event){.event = cclb_text("new"), .data = cclb_text("1")};
    judging->events[1] = (cclb_sse_event){.event = cclb_text(""), .data = cclb_text("2\n3")};
    *events = (cclb_sse_events){.items = judging->events};
    switch (letter) {
    case 'u':
        return SSE_UNCHANGED;
    case 'r':
        events->count = 1;
        return SSE_REPLACE;
    case 'm':
        events->count = 2;
        return SSE_REPLACE;
    case 'z':
        return SSE_REPLACE;
    case 'd':
        return SSE_DROP;
    default:
        (void)error_set(error, CCLB_TRAP, 104, CCLB_PHASE_NONE, "failure %zu", judging->asked);
        return letter == 'p' ? SSE_PASSED_THROUGH : SSE_ENDS;
    }
}

static void note_too_long(void *context, cclb_error *error)
{
    struct judging *judging = context;
    judging->too_long++;
    assert_int_equal(error->status, CCLB_LIMIT);
    error->hook = CCLB_HOOK_TRANSFORM_SSE_EVENT;
}

static void settle(void *context)
{
    struct judging *judging = context;
    judging->settled++;
    assert_int_equal(judging->settled, judging->asked);
}

static struct sse_judge judge_of(struct judging *judging)
{
    return (struct sse_judge){.event = judge_event, .too_long = note_too_long, .settle = settle, .context = judging};
}

static void take(void *context, cclb_bytes bytes)
{
    struct output *output = context;
    assert_true(bytes.len > 0);
    assert_true(output->len + bytes.len < sizeof output->bytes);
    memcpy(output->bytes + output->len, bytes.data, bytes.len);
    output->len += bytes.len;
    output->calls++;
}

/* One stream, in chunks of `first` and then of `step` bytes; returns how it ended. */
static cclb_status run(struct sse_rewriter *rewriter, cclb_bytes text, size_t first, size_t step, struct output *output,
                       cclb_error *error)
{
    cclb_status status = CCLB_OK;
    size_t at = 0;
    for (size_t len = first; status == CCLB_OK && at < text.len; at += len, len = step) {
        len = len < text.len - at ? len : text.len - at;
        status = sse_rewriter_feed(rewriter, cclb_bytes_of(text.data + at, len), take, output, error);
    }
    return status == CCLB_OK ? sse_rewriter_finish(rewriter, take, output, error) : status;
}

static void check_stream(cclb_bytes text, const char *verdicts, uint64_t limit, cclb_bytes expected,
                         cclb_status expected_status)
{
    for (size_t first = 0; first <= text.len; first++) {
        for (size_t step = 1; step <= text.len + 1; step += text.len > 0 ? text.len : 1) {
            struct counting_allocator counts = {0};
            cclb_allocator allocator = counting_allocator(&counts);
            struct judging judging = {.verdicts = verdicts};
            struct sse_judge judge = judge_of(&judging);
            struct sse_rewriter rewriter;
            struct output output = {.len = 0};
            cclb_error error = {0};
            sse_rewriter_init(&rewriter, &allocator, limit, &judge);
            cclb_status status = run(&rewriter, text, first, step, &output, &error);
            output.bytes[output.len] = '\0';
            if (!cclb_bytes_equal(cclb_bytes_of(output.bytes, output.len), expected)) {
                fail_msg("%s, cut at %zu, then every %zu: '%s' instead of '%.*s'", verdicts, first, step, output.bytes,
                         (int)expected.len, (const char *)expected.data);
            }
            assert_int_equal(status, expected_status);
            const struct sse_counts *seen = &rewriter.counts;
            assert_true(seen->ended);
            assert_int_equal(seen->bytes_out, output.len);
            assert_int_equal(seen->events, seen->unchanged + seen->replaced + seen->dropped + seen->passed_through +
                                               (status == CCLB_OK ? 0 : 1));
            assert_int_equal(seen->transformed, seen->replaced + seen->dropped > 0);
            assert_int_equal(seen->events, judging.asked + judging.too_long);
            assert_int_equal(judging.too_long, status == CCLB_LIMIT ? 1 : 0);
            assert_int_equal(judging.settled, judging.asked);
            assert_int_equal(sse_rewriter_held(&rewriter), 0);
            sse_rewriter_deinit(&rewriter);
            assert_int_equal(counts.live, 0);
        }
    }
}

#define BYTES(text) cclb_bytes_of(text, sizeof text - 1)
#define CHECK(text, verdicts, expected) check_stream(BYTES(text), verdicts, NO_LIMIT, BYTES(expected), CCLB_OK)
#define CHECK_END(text, verdicts, expected) check_stream(BYTES(text), verdicts, NO_LIMIT, BYTES(expected), CCLB_TRAP)

static void test_unchanged(void **state)
{
    (void)state;
    CHECK("", "u", "");
    CHECK(MARK ": c\r\n\r\nevent:x\rdata\r\n\ndata: [DONE]\r\rid\r\rfoo\n", "u",
          MARK ": c\r\n\r\nevent:x\rdata\r\n\ndata: [DONE]\r\rid\r\rfoo\n");
    CHECK("data: a\r\n\r\ndata: b\r\n\r\n\r\n", "u", "data: a\r\n\r\ndata: b\r\n\r\n\r\n");
    CHECK("data: a\n\ndata: b", "u", "data: a\n\ndata: b");
}

static void test_replaced(void **state)
{
    (void)state;
    CHECK("event: a\ndata: b\n\n", "r", "event: new\ndata: 1\n\n");
    CHECK("event: a\ndata: b\n\n", "m", "event: new\ndata: 1\n\ndata: 2\ndata: 3\n\n");
    CHECK("data: a\n\ndata: b\n\ndata: c\n\n", "uru", "data: a\n\nevent: new\ndata: 1\n\ndata: c\n\n");
    CHECK("data: [DONE]\n\n", "r", "event: new\ndata: 1\n\n");
    /* Comments stay in their place, then id and retry, in one block with the first new event; the rest goes. */
    CHECK(": 1\nid: 1\n: 2\r\nfoo: bar\ndata: a\nretry: 5\r:3\rid:2\n\n", "m",
          ": 1\n: 2\r\n:3\rid: 2\nretry: 5\nevent: new\ndata: 1\n\ndata: 2\ndata: 3\n\n");
    CHECK("id\ndata: a\n\n", "r", "id: \nevent: new\ndata: 1\n\n");
    CHECK("id: \0\nretry: x\ndata: a\n\n", "r", "event: new\ndata: 1\n\n");
    CHECK("id:  x\ndata: a\n\n", "r", "id:  x\nevent: new\ndata: 1\n\n");
    CHECK(MARK "data: a\n\n", "r", MARK "event: new\ndata: 1\n\n");
    /* What belongs to no event is never touched. */
    CHECK("id: 1\n\ndata: a\n\n\nevent: x\n\nid: 2\n\n", "r",
          "id: 1\n\nevent: new\ndata: 1\n\n\nevent: x\n\nid: 2\n\n");
}

static void test_dropped(void **state)
{
    (void)state;
    CHECK("event: a\ndata: b\n\ndata: c\n\n", "du", "data: c\n\n");
    CHECK("event: a\ndata: b\n\ndata: c\n\n", "zu", "data: c\n\n");
    CHECK("data: a\n: c\nid: 1\n\n", "d", ": c\nid: 1\n\n");
    CHECK("data: a\nretry: 1\n\n", "z", "retry: 1\n\n");
    CHECK(": a\ndata: a\n: c\r\n\n", "d", ": a\n: c\r\n");
    CHECK("data: a\n\n", "d", "");
}

/* The LF of a CRLF whose CR ended an event is part of that event, and shares its fate. */
static void test_late_line_feed(void **state)
{
    (void)state;
    CHECK("data: a\r\n\r\ndata: b\r\n\r\n", "ru", "event: new\ndata: 1\n\ndata: b\r\n\r\n");
    CHECK("data: a\r\n\r\ndata: b\r\n\r\n", "ud", "data: a\r\n\r\n");
    CHECK("data: a\r\n\r\n\r\ndata: b\r\n\r\n", "ru", "event: new\ndata: 1\n\n\r\ndata: b\r\n\r\n");
    CHECK("data: a\r\n\r\ndata: b\r\n\r\n", "pr", "data: a\r\n\r\nevent: new\ndata: 1\n\n");
}

static void test_cut_off(void **state)
{
    (void)state;
    CHECK("data: a", "r", "event: new\ndata: 1");
    CHECK("data: a\n", "r", "event: new\ndata: 1\n");
    CHECK("data: a", "m", "event: new\ndata: 1\n\ndata: 2\ndata: 3");
    CHECK("data: a\r\n", "m", "event: new\ndata: 1\n\ndata: 2\ndata: 3\n");
    CHECK("data: a", "d", "");
    CHECK("id: 1\ndata: a", "d", "id: 1\n");
    CHECK("id: 1\ndata: a\n", "d", "id: 1\n");
    /* Half an id is none, and a comment without its end does not swallow what follows. */
    CHECK("data: a\nid: 1", "r", "event: new\ndata: 1");
    CHECK("data: a\n: c", "r", ": c\nevent: new\ndata: 1");
    CHECK("data: a\n: c", "d", ": c");
    CHECK("id: 1\ndata: a\n: c", "d", ": c\nid: 1\n");
    CHECK("event: a\nid: 1\n", "d", "event: a\nid: 1\n");
}

/* A second mark is no mark, unless what stood before it is gone; then an empty line goes first. */
static void test_mark_behind_what_was_dropped(void **state)
{
    (void)state;
    CHECK("data: a\n\n" MARK "data: b\n\n", "d", "\n" MARK "data: b\n\n");
    CHECK("data: a\n\n" MARK "data: b\ndata: c\n\n", "du", "\n" MARK "data: b\ndata: c\n\n");
    CHECK("data: a\n\n" MARK "data: b", "d", "\n" MARK "data: b");
    CHECK("data: a\n\n" MARK "data: b\n\n", "u", "data: a\n\n" MARK "data: b\n\n");
    CHECK("data: a\nid: 1\n\n" MARK "data: b\n\n", "d", "id: 1\n\n" MARK "data: b\n\n");
}

static void test_failures(void **state)
{
    (void)state;
    CHECK("data: a\n\ndata: b\r\r", "p", "data: a\n\ndata: b\r\r");
    CHECK("data: a\n\ndata: b\n\n", "pr", "data: a\n\nevent: new\ndata: 1\n\n");
    CHECK_END("data: a\n\n: c\ndata: b\n\ndata: c\n\n", "ue", "data: a\n\n: c\n");
    CHECK_END("data: a\n\ndata: b\n\ndata: c\n\n", "rp", "event: new\ndata: 1\n\n");
    CHECK_END("data: a\n\ndata: b\n\ndata: c\n\n", "dup", "data: b\n\n");
    CHECK_END("data: a\n\ndata: b\n\ndata: c\n\n", "zp", "");
    CHECK_END("data: a", "e", "");
    CHECK_END("data: a\n\ndata: b", "rp", "event: new\ndata: 1\n\n");
}

/* Nothing of it goes out, whether or not the judge passes what fails; what was before it stands. */
static void test_too_long(void **state)
{
    (void)state;
    static const char text[] = ": c\ndata: a\n\ndata: 123456789\r\n: d\r\n\r\ndata: b\r\n\r\n";
    check_stream(BYTES(text), "u", 12, BYTES(": c\ndata: a\n\n"), CCLB_LIMIT);
    check_stream(BYTES(text), "p", 12, BYTES(": c\ndata: a\n\n"), CCLB_LIMIT);
    check_stream(BYTES(text), "r", 12, BYTES(": c\nevent: new\ndata: 1\n\n"), CCLB_LIMIT);
    check_stream(BYTES(text), "u", 22, BYTES(": c\ndata: a\n\n"), CCLB_LIMIT);
    check_stream(BYTES(text), "u", 23, BYTES(text), CCLB_OK);
    check_stream(BYTES("data: 123456789"), "u", 15, BYTES("data: 123456789"), CCLB_OK);
    check_stream(BYTES("data: 123456789"), "u", 14, BYTES(""), CCLB_LIMIT);
}

/* It is told once, and what is told then is told again by all that follow. */
static void test_too_long_stays_so(void **state)
{
    (void)state;
    cclb_allocator allocator = counting_allocator(&(struct counting_allocator){0});
    struct judging judging = {.verdicts = "p"};
    struct sse_judge judge = judge_of(&judging);
    struct sse_rewriter rewriter;
    struct output output = {.len = 0};
    cclb_error error;
    sse_rewriter_init(&rewriter, &allocator, 4, &judge);
    for (int i = 0; i < 3; i++) {
        error = (cclb_error){0};
        cclb_status status = i == 2 ? sse_rewriter_finish(&rewriter, take, &output, &error)
                                    : sse_rewriter_feed(&rewriter, BYTES("data: a\n\n"), take, &output, &error);
        assert_int_equal(status, CCLB_LIMIT);
        assert_int_equal(error.hook, CCLB_HOOK_TRANSFORM_SSE_EVENT);
        assert_string_equal(error.message, "an event is longer than event_max_bytes, 4, which a host can raise");
    }
    assert_int_equal(judging.too_long, 1);
    assert_int_equal(rewriter.counts.events, 1);
    assert_int_equal(output.len, 0);
    sse_rewriter_deinit(&rewriter);
}

static void test_what_ended_stays_so(void **state)
{
    (void)state;
    cclb_allocator allocator = counting_allocator(&(struct counting_allocator){0});
    struct judging judging = {.verdicts = "ue"};
    struct sse_judge judge = judge_of(&judging);
    struct sse_rewriter rewriter;
    struct output output = {.len = 0};
    cclb_error error = {0};
    sse_rewriter_init(&rewriter, &allocator, NO_LIMIT, &judge);
    assert_int_equal(sse_rewriter_feed(&rewriter, BYTES("data: a\n\ndata: b\n\ndata: c"), take, &output, &error),
                     CCLB_TRAP);
    for (int i = 0; i < 3; i++) {
        error = (cclb_error){0};
        cclb_status status = i == 1 ? sse_rewriter_finish(&rewriter, take, &output, &error)
                                    : sse_rewriter_feed(&rewriter, BYTES("\n\n"), take, &output, &error);
        assert_int_equal(status, CCLB_TRAP);
        assert_int_equal(error.status, CCLB_TRAP);
        assert_int_equal(error.rule, 104);
        assert_string_equal(error.message, "failure 2");
    }
    assert_int_equal(rewriter.counts.bytes_out, 9);
    sse_rewriter_deinit(&rewriter);
    judging = (struct judging){.verdicts = "u"};
    sse_rewriter_init(&rewriter, &allocator, NO_LIMIT, &judge);
    assert_int_equal(sse_rewriter_finish(&rewriter, take, &output, &error), CCLB_OK);
    assert_int_equal(sse_rewriter_feed(&rewriter, BYTES("data"), take, &output, &error), CCLB_INVALID_ARGUMENT);
    assert_int_equal(sse_rewriter_finish(&rewriter, take, &output, &error), CCLB_INVALID_ARGUMENT);
    assert_int_equal(rewriter.counts.bytes_in, 0);
    sse_rewriter_deinit(&rewriter);
}

/* One event of each verdict, and one that waits; to be replaced by nothing is to be dropped. */
static void test_counts(void **state)
{
    (void)state;
    cclb_allocator allocator = counting_allocator(&(struct counting_allocator){0});
    struct judging judging = {.verdicts = "pppuurmzd"};
    struct sse_judge judge = judge_of(&judging);
    struct sse_rewriter rewriter;
    struct output output = {.len = 0};
    cclb_error error;
    static const char text[] = "id\n\ndata\n\ndata\n\ndata\n\ndata\n\ndata\n\ndata\n\ndata\n\ndata\n\ndata\n\ndata:";
    sse_rewriter_init(&rewriter, &allocator, NO_LIMIT, &judge);
    assert_int_equal(sse_rewriter_feed(&rewriter, BYTES(text), take, &output, &error), CCLB_OK);
    assert_int_equal(rewriter.counts.events, 9);
    assert_int_equal(rewriter.counts.passed_through, 3);
    assert_int_equal(rewriter.counts.unchanged, 2);
    assert_int_equal(rewriter.counts.replaced, 2);
    assert_int_equal(rewriter.counts.dropped, 2);
    assert_true(rewriter.counts.transformed);
    assert_false(rewriter.counts.ended);
    assert_int_equal(rewriter.counts.bytes_in, sizeof text - 1);
    assert_int_equal(rewriter.counts.bytes_out, output.len);
    assert_int_equal(sse_rewriter_held(&rewriter), strlen("data:"));
    sse_rewriter_deinit(&rewriter);
}

/* What was passed through is told, though the call succeeds; nothing else touches the error. */
static void test_error_of_what_passed(void **state)
{
    (void)state;
    cclb_allocator allocator = counting_allocator(&(struct counting_allocator){0});
    struct judging judging = {.verdicts = "uppu"};
    struct sse_judge judge = judge_of(&judging);
    struct sse_rewriter rewriter;
    struct output output = {.len = 0};
    cclb_error error = {0};
    sse_rewriter_init(&rewriter, &allocator, NO_LIMIT, &judge);
    assert_int_equal(sse_rewriter_feed(&rewriter, BYTES("data\n\n"), take, &output, &error), CCLB_OK);
    assert_string_equal(error.message, "");
    assert_int_equal(sse_rewriter_feed(&rewriter, BYTES("data\n\ndata\n\ndata\n\n"), take, &output, &error), CCLB_OK);
    assert_string_equal(error.message, "failure 3");
    sse_rewriter_deinit(&rewriter);
}

/* Each event is out before the next one is judged, and is out where it lies. */
static void test_order_and_place(void **state)
{
    (void)state;
    cclb_allocator allocator = counting_allocator(&(struct counting_allocator){0});
    struct judging judging = {.verdicts = "umu"};
    struct sse_judge judge = judge_of(&judging);
    struct sse_rewriter rewriter;
    struct output output = {.len = 0};
    cclb_error error;
    sse_rewriter_init(&rewriter, &allocator, NO_LIMIT, &judge);
    assert_int_equal(sse_rewriter_feed(&rewriter, BYTES("data\n\ndata\n\n:\n:\n\ndata\n\n"), take, &output, &error),
                     CCLB_OK);
    assert_int_equal(output.calls, 4);
    sse_rewriter_deinit(&rewriter);
}

static void take_view(void *context, cclb_bytes bytes)
{
    *(cclb_bytes *)context = bytes;
}

/* Without a judge bytes are not even looked at. */
static void test_inactive(void **state)
{
    (void)state;
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_rewriter rewriter;
    cclb_bytes view = {0};
    cclb_error error;
    cclb_bytes text = BYTES("data: cut o");
    sse_rewriter_init(&rewriter, &allocator, 1, NULL);
    assert_int_equal(sse_rewriter_feed(&rewriter, text, take_view, &view, &error), CCLB_OK);
    assert_true(view.data == text.data && view.len == text.len);
    assert_int_equal(sse_rewriter_held(&rewriter), 0);
    view = (cclb_bytes){0};
    assert_int_equal(sse_rewriter_feed(&rewriter, (cclb_bytes){0}, take_view, &view, &error), CCLB_OK);
    assert_int_equal(sse_rewriter_finish(&rewriter, take_view, &view, &error), CCLB_OK);
    assert_null(view.data);
    assert_int_equal(rewriter.counts.events, 0);
    assert_int_equal(rewriter.counts.bytes_in, text.len);
    assert_int_equal(rewriter.counts.bytes_out, text.len);
    sse_rewriter_deinit(&rewriter);
    assert_int_equal(counts.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unchanged),
        cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_late_line_feed),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_mark_behind_what_was_dropped),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_too_long_stays_so),
        cmocka_unit_test(test_what_ended_stays_so),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_error_of_what_passed),
        cmocka_unit_test(test_order_and_place),
        cmocka_unit_test(test_inactive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
