/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_framing_test.c - every rule of "Interpreting an event stream" (HTML standard, 9.2.6), with the standard's examples.
 *
 * Each stream is cut in every way that two chunks can have, and into single bytes, and must say the same each time. What
 * it says is written as text: bytes that pass stand in (...), an event in [name|data], behind which stand #ID, ~RETRY, a
 * colon if it has comments of its own, and how it ends: nothing if whole, - behind a line, / inside one. A ! is the end
 * of the stream at an event that is too long.
 */

#include "hooks/sse_framing.h"

#include "base/allocate.h"
#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NO_LIMIT = 1 << 30 };

#define MARK "\xef\xbb\xbf"

struct trace {
    char said[1024];
    size_t said_len;
    bool passing; /* what passes goes on */
    uint8_t raw[1024];
    size_t raw_len;
    size_t events;
    bool too_long; /* the stream has ended */
};

static void say(struct trace *trace, const void *bytes, size_t len)
{
    assert_true(trace->said_len + len < sizeof trace->said);
    if (len > 0) {
        memcpy(trace->said + trace->said_len, bytes, len);
    }
    trace->said_len += len;
}

static void say_optional(struct trace *trace, const char *sign, cclb_optional_bytes value)
{
    if (value.present) {
        say(trace, sign, 1);
        say(trace, value.value.data, value.value.len);
    }
}

static void take_piece(struct trace *trace, const struct sse_piece *piece)
{
    assert_true(trace->raw_len + piece->raw.len <= sizeof trace->raw);
    if (piece->raw.len > 0) {
        memcpy(trace->raw + trace->raw_len, piece->raw.data, piece->raw.len);
        trace->raw_len += piece->raw.len;
    }
    if (piece->kind == SSE_PASS && !trace->passing) {
        say(trace, "(", 1);
    } else if (trace->passing && piece->kind != SSE_PASS && piece->kind != SSE_NOTHING) {
        say(trace, ")", 1);
    }
    switch (piece->kind) {
    case SSE_NOTHING:
        return;
    case SSE_PASS:
        say(trace, piece->raw.data, piece->raw.len);
        break;
    case SSE_EVENT:
        trace->events++;
        say(trace, "[", 1);
        say(trace, piece->event.event.data, piece->event.event.len);
        say(trace, "|", 1);
        say(trace, piece->event.data.data, piece->event.data.len);
        say_optional(trace, "#", piece->id);
        say_optional(trace, "~", piece->retry);
        say(trace, ":", piece->has_comments ? 1 : 0);
        say(trace, piece->end == SSE_END_CUT ? "/" : "-", piece->end == SSE_END_WHOLE ? 0 : 1);
        say(trace, "]", 1);
        break;
    case SSE_EVENT_LF:
        assert_true(piece->raw.len == 1 && piece->raw.data[0] == '\n');
        break;
    }
    trace->passing = piece->kind == SSE_PASS;
}

static void feed(struct sse_framing *framing, struct trace *trace, cclb_bytes chunk)
{
    cclb_error error;
    struct sse_piece piece;
    /* A chunk of its own, so that memcheck and the sanitizers see whoever reads beyond it or after it is gone. */
    uint8_t *copy = malloc(chunk.len > 0 ? chunk.len : 1);
    assert_non_null(copy);
    if (chunk.len > 0) {
        memcpy(copy, chunk.data, chunk.len);
    }
    sse_framing_feed(framing, cclb_bytes_of(copy, chunk.len));
    do {
        cclb_status status = sse_framing_next(framing, &piece, &error);
        trace->too_long = status == CCLB_LIMIT;
        assert_true(status == CCLB_OK || trace->too_long);
        take_piece(trace, &piece);
    } while (piece.kind != SSE_NOTHING);
    free(copy);
}

/* Feeds chunks of the text, `first` bytes and then `step` bytes each, and holds what is said against `expected`. */
static void check_cut(cclb_bytes text, uint64_t limit, size_t first, size_t step, cclb_bytes expected)
{
    cclb_error error;
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_framing framing;
    struct sse_piece piece;
    struct trace trace = {0};
    size_t at = 0;
    sse_framing_init(&framing, &allocator, limit);
    for (size_t len = first; !trace.too_long && at < text.len; at += len, len = step) {
        len = len < text.len - at ? len : text.len - at;
        feed(&framing, &trace, cclb_bytes_of(text.data + at, len));
        assert_true(trace.too_long || trace.raw_len + sse_framing_held(&framing) == at + len);
        /* Two bytes of what may become a byte order mark are held whatever the limit. */
        assert_true(sse_framing_held(&framing) <= (limit > 2 ? limit : 2));
    }
    if (!trace.too_long) {
        assert_int_equal(sse_framing_finish(&framing, &piece, &error), CCLB_OK);
        take_piece(&trace, &piece);
        assert_int_equal(sse_framing_held(&framing), 0);
    }
    say(&trace, ")", trace.passing ? 1 : 0);
    say(&trace, "!", trace.too_long ? 1 : 0);
    sse_framing_deinit(&framing);
    assert_int_equal(counts.live, 0);
    trace.said[trace.said_len] = '\0';
    if (!cclb_bytes_equal(cclb_bytes_of(trace.said, trace.said_len), expected)) {
        fail_msg("cut at %zu, then every %zu: '%s' instead of '%.*s'", first, step, trace.said, (int)expected.len,
                 (const char *)expected.data);
    }
    assert_true(trace.raw_len == text.len || (trace.too_long && trace.raw_len < text.len));
    assert_memory_equal(trace.raw, text.data, trace.raw_len);
}

static void check_limited(cclb_bytes text, uint64_t limit, cclb_bytes expected)
{
    for (size_t first = 0; first <= text.len; first++) {
        check_cut(text, limit, first, text.len + 1, expected);
        check_cut(text, limit, first, 1, expected);
    }
}

#define CHECK(text, expected)                                                                                          \
    check_limited(cclb_bytes_of(text, sizeof text - 1), NO_LIMIT, cclb_bytes_of(expected, sizeof expected - 1))
#define CHECK_LIMITED(text, limit, expected)                                                                           \
    check_limited(cclb_bytes_of(text, sizeof text - 1), limit, cclb_bytes_of(expected, sizeof expected - 1))

/* 9.2.1 and the streams at the end of 9.2.6, with what the standard says of each. */
static void test_examples_of_the_standard(void **state)
{
    (void)state;
    CHECK(
        "data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\n"
        "data: This is the third message.\n\n",
        "[|This is the first message.][|This is the second message, it\nhas two lines.][|This is the third message.]");
    CHECK("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
          "[add|73857293][remove|2153][add|113411]");
    CHECK("data: YHOO\ndata: +2\ndata: 10\n\n", "[|YHOO\n+2\n10]");
    /* Four blocks; the last is no event to the standard, because no empty line follows. */
    CHECK(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
          "(: test stream\n\n)[|first event#1][|second event#][| third event-]");
    CHECK(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
          "(: test stream\n\n)[|first event#1][|second event#][| third event]");
    /* "The first block fires events with the data set to the empty string": the data buffer is an LF when it is asked. */
    CHECK("data\n\ndata\ndata\n\ndata:\n", "[|][|\n][|-]");
    CHECK("data\n\ndata\ndata\n\ndata:\n\n", "[|][|\n][|]");
    CHECK("data:test\n\ndata: test\n\n", "[|test][|test]");
}

static void test_line_ends(void **state)
{
    (void)state;
    CHECK("data: a\r\n\r\ndata: b\r\n\r\n", "[|a][|b]");
    CHECK("data: a\r\rdata: b\r\r", "[|a][|b]");
    CHECK("data: a\rdata: b\n\r\ndata: c\r\n\n", "[|a\nb][|c]");
    CHECK("data: a\n\rdata: b\r\n\r", "[|a][|b]");
    /* The LF of a CRLF belongs to the event; one more is an empty line of its own. */
    CHECK("data: a\r\n\r\n\ndata: b\r\r\n\n", "[|a](\n)[|b](\n)");
    CHECK("id: 1\r\r\n\ndata: b\r\r", "(id: 1\r\r\n\n)[|b]");
    CHECK(": c\r\n: d\r: e\ndata: b\r\r", "(: c\r\n: d\r: e\n)[|b]");
    CHECK("\r\r\n\n\r\ndata\r\n\r", "(\r\r\n\n\r\n)[|]");
    /* No other character ends a line. */
    CHECK("data: a\vb\fc\x1c\xc2\x85\xe2\x80\xa8"
          "d\n\n",
          "[|a\vb\fc\x1c\xc2\x85\xe2\x80\xa8"
          "d]");
}

static void test_mark(void **state)
{
    (void)state;
    CHECK(MARK "data: a\n\n" MARK "data: b\n\n", "(" MARK ")[|a](" MARK "data: b\n\n)");
    CHECK(MARK MARK "data: a\n\n", "(" MARK MARK "data: a\n\n)");
    CHECK(MARK, "(" MARK ")");
    CHECK("\xef\xbb", "(\xef\xbb)");
    CHECK("\xef", "(\xef)");
    CHECK("\xef\xbb\xbe: x\ndata: a\n\n", "[|a]");
    CHECK("\xef\n\n\xef\xbb\xbf\n", "(\xef\n\n\xef\xbb\xbf\n)");
    CHECK("\n" MARK "data: a\n\n", "(\n" MARK "data: a\n\n)");
    CHECK(MARK ": comment\n\n", "(" MARK ": comment\n\n)");
}

static void test_fields(void **state)
{
    (void)state;
    /* The last event line counts, also an empty one; data alone make an event. */
    CHECK("event: a\nevent: b\ndata: x\n\n", "[b|x]");
    CHECK("event: a\nevent\ndata: x\n\n", "[|x]");
    CHECK("event: a\n\ndata: x\n\n", "(event: a\n\n)[|x]");
    CHECK("data: x\nevent:a\n\n", "[a|x]");
    CHECK("event:  a \ndata:x\n\n", "[ a |x]");
    /* Unknown fields, and names that are almost known. */
    CHECK("Data: x\ndata : x\n data: x\nfoo: bar\nfoo\n\n", "(Data: x\ndata : x\n data: x\nfoo: bar\nfoo\n\n)");
    CHECK("foo\ndata: x\nfoo: bar\n\n", "[|x]");
    /* An id with NUL is ignored, one without value is empty. */
    CHECK("id: 1\nid: 2\ndata: x\n\n", "[|x#2]");
    CHECK("id: 1\nid: a\0b\ndata: x\n\n", "[|x#1]");
    CHECK("id: \0\ndata: x\n\n", "[|x]");
    CHECK("id: 1\nid\ndata: x\n\n", "[|x#]");
    CHECK("data: x\nid:  1\n\n", "[|x# 1]");
    CHECK("id: 1\n\n", "(id: 1\n\n)");
    /* A retry of anything but digits is ignored. */
    CHECK("retry: 10\ndata: x\n\n", "[|x~10]");
    CHECK("retry: 10\nretry: 1s\nretry: -1\nretry:  1\nretry:\nretry\ndata: x\n\n", "[|x~10]");
    CHECK("retry: 10\nretry:007\ndata: x\n\n", "[|x~007]");
    CHECK("retry: 10\n\n", "(retry: 10\n\n)");
    /* NUL is a character like others in data and names. */
    CHECK("event: a\0b\ndata: c\0d\ndata\0: e\n\n", "[a\0b|c\0d]");
    CHECK("event: a\ndata: [DONE]\n\n", "[a|[DONE]]");
}

static void test_text_of_names(void **state)
{
    (void)state;
    CHECK("event: \xff\ndata: \xff\n\n", "[\xef\xbf\xbd|\xff]");
    CHECK("event: a\xe2\x82\ndata: a\xe2\x82\ndata: b\n\n", "[a\xef\xbf\xbd|a\xe2\x82\nb]");
    CHECK("event: Gr\xc3\xbc\xc3\x9f"
          "e\ndata: x\n\n",
          "[Gr\xc3\xbc\xc3\x9f"
          "e|x]");
}

/* What belongs to no event does not wait for one. */
static void test_comments(void **state)
{
    (void)state;
    CHECK(": a\n:b\n:\ndata: x\n\n", "(: a\n:b\n:\n)[|x]");
    CHECK(":\n\n:\n\n", "(:\n\n:\n\n)");
    CHECK("data: x\n: a\ndata: y\n\n", "[|x\ny:]");
    CHECK("event: e\n: a\n\n", "(event: e\n: a\n\n)");
    CHECK(": a\nevent: e\n: b\ndata: x\n\n", "(: a\n)[e|x:]");
    CHECK(": data: x\n\n", "(: data: x\n\n)");
    CHECK(": never ended", "(: never ended)");
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_framing framing;
    struct trace trace = {0};
    sse_framing_init(&framing, &allocator, NO_LIMIT);
    feed(&framing, &trace, cclb_text(": keep-al"));
    feed(&framing, &trace, cclb_text("ive\r"));
    feed(&framing, &trace, cclb_text("\n: another"));
    assert_int_equal(sse_framing_held(&framing), 0);
    feed(&framing, &trace, cclb_text("\ndata: x\n: held"));
    assert_int_equal(sse_framing_held(&framing), strlen("data: x\n: held"));
    sse_framing_deinit(&framing);
    assert_int_equal(counts.live, 0);
}

static void test_end_of_stream(void **state)
{
    (void)state;
    CHECK("", "");
    CHECK("data: x", "[|x/]");
    CHECK("data: x\r", "[|x-]");
    CHECK("data", "[|/]");
    CHECK("dat", "(dat)");
    CHECK("data: x\ndata: y", "[|x\ny/]");
    CHECK("data: x\nevent: y", "[y|x/]");
    CHECK("data: x\n: y", "[|x:/]");
    CHECK("id: 1\ndata: x\nid: 2", "[|x#1/]");
    CHECK("retry: 1\nid: 1\ndata: x\nretry: 2", "[|x#1~1/]");
    CHECK("data: x\n\nid: 1\n", "[|x](id: 1\n)");
    CHECK("data: x\n\nevent: y", "[|x](event: y)");
}

/* The limit counts what is held back: not the comments in front, and not the LF that may come late. */
static void test_limit(void **state)
{
    (void)state;
    CHECK_LIMITED("data: x\n\n", 9, "[|x]");
    CHECK_LIMITED("data: x\n\n", 8, "!");
    CHECK_LIMITED("data: x\r\n\r\n", 10, "[|x]");
    CHECK_LIMITED("data: x\r\n\r\n", 9, "!");
    CHECK_LIMITED("data: x\r\r", 9, "[|x]");
    CHECK_LIMITED(": a comment of more than nine bytes\ndata: x\n\n: and another\n\n", 9,
                  "(: a comment of more than nine bytes\n)[|x](: and another\n\n)");
    CHECK_LIMITED("id: 1\n\ndata: x\n\n", 9, "(id: 1\n\n)[|x]");
}

/* Nothing of it comes out, however it is cut and whatever it says. */
static void test_events_that_are_too_long(void **state)
{
    (void)state;
    CHECK_LIMITED("data: 123456789\n\ndata: x\n\n", 12, "!");
    CHECK_LIMITED("data: 1\n\ndata: 123456789\r\n: c\r\n\r\ndata: x\r\n\r\n", 12, "[|1]!");
    CHECK_LIMITED("data: 1\r\n\r\ndata: 123456789\rfoo\r\rdata: x\r\r", 12, "[|1]!");
    CHECK_LIMITED(": c\ndata: 1\nfoo\nfoo\nfoo\n\ndata: x\n\n", 12, "(: c\n)!");
    CHECK_LIMITED("foo: 123456789\r\n\r\ndata: x\n\n", 12, "!");
    CHECK_LIMITED("data: 1234\r\n\r\ndata: x\n\n", 11, "!");
    CHECK_LIMITED("data: 1234\r\n\r\ndata: x\n\n", 13, "[|1234][|x]");
    CHECK_LIMITED("data: 123456", 12, "[|123456/]");
    CHECK_LIMITED("data: 1234567", 12, "!");
    CHECK_LIMITED("\xef\xbb\xbe\n\n", 1, "!");
}

/* One block: the event in it is where the chunk is; two of them: it is copied once, and its memory stays for the next. */
static void test_memory(void **state)
{
    (void)state;
    cclb_error error;
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_framing framing;
    struct sse_piece piece;
    static const char text[] = "event: a\ndata: b\nid: 1\nretry: 2\n\n";
    cclb_bytes chunk = cclb_bytes_of(text, sizeof text - 1);
    sse_framing_init(&framing, &allocator, NO_LIMIT);
    sse_framing_feed(&framing, chunk);
    assert_int_equal(sse_framing_next(&framing, &piece, &error), CCLB_OK);
    assert_int_equal(piece.kind, SSE_EVENT);
    assert_ptr_equal(piece.raw.data, text);
    assert_ptr_equal(piece.event.event.data, text + 7);
    assert_ptr_equal(piece.event.data.data, text + 15);
    assert_ptr_equal(piece.id.value.data, text + 21);
    assert_ptr_equal(piece.retry.value.data, text + 30);
    assert_int_equal(sse_framing_next(&framing, &piece, &error), CCLB_OK);
    assert_int_equal(piece.kind, SSE_NOTHING);
    assert_int_equal(counts.calls, 0);
    struct trace trace = {0};
    for (size_t i = 0; i < chunk.len * 8; i++) {
        feed(&framing, &trace, cclb_bytes_of(chunk.data + i % chunk.len, 1));
    }
    assert_int_equal(trace.events, 8);
    assert_int_equal(counts.calls, 1);
    sse_framing_deinit(&framing);
    assert_int_equal(counts.live, 0);
}

/* What a large event needed goes back after it. */
static void test_large_event(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    cclb_error error;
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct sse_framing framing;
    struct sse_piece piece;
    size_t events = 0;
    uint8_t *text = malloc(SIZE);
    assert_non_null(text);
    memset(text, 'x', SIZE);
    memcpy(text, "data:", 5);
    memcpy(text + SIZE / 2, "\ndata:", 6);
    memcpy(text + SIZE - 2, "\n\n", 2);
    sse_framing_init(&framing, &allocator, SIZE);
    for (size_t at = 0; at < SIZE; at++) { /* byte by byte, so that quadratic time would be seen */
        sse_framing_feed(&framing, cclb_bytes_of(text + at, 1));
        do {
            assert_int_equal(sse_framing_next(&framing, &piece, &error), CCLB_OK);
            if (piece.kind == SSE_EVENT) {
                events++;
                assert_int_equal(piece.event.data.len, SIZE - 2 - 10);
                assert_true(counts.live_bytes <= 3 * SIZE);
            }
        } while (piece.kind != SSE_NOTHING);
    }
    assert_int_equal(events, 1);
    sse_framing_feed(&framing, cclb_text("data\n\n"));
    assert_int_equal(sse_framing_next(&framing, &piece, &error), CCLB_OK);
    assert_int_equal(piece.kind, SSE_EVENT);
    assert_int_equal(counts.live, 0);
    sse_framing_deinit(&framing);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_of_the_standard),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_mark),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_text_of_names),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_end_of_stream),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_events_that_are_too_long),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_large_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
