/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_streams_test.c - streams as LLM APIs send them, cut in every place and rewritten in every way.
 *
 * However a stream is cut, the same events are judged and the same bytes come out; sse_run.h holds them against the slow
 * reader's. And wherever memory runs out, the stream ends cleanly.
 */

#include "sse_run.h"
#include "wire_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How many of the places to cut a stream in are tried; a run under memcheck leaves some out. */
#ifndef SSE_STREAMS_STRIDE
#define SSE_STREAMS_STRIDE 1
#endif

enum { STREAM_MAX = 8192, LARGE = 1 << 20 };

static const char *const files[] = {"anthropic-tool-use", "anthropic-error",   "anthropic-crlf", "openai-tool-calls",
                                    "carriage-returns",   "mark-and-comments", "cut-off"};

/* Unchanged; replaced or dropped at the start, in the middle, throughout; failed before, and after that. */
static const char *const patterns[] = {"u", "ru", "uuudu", "uumu", "r",     "m",  "d",
                                       "z", "p",  "pru",   "uue",  "uurup", "dp", "urdmz"};

enum { FILE_COUNT = sizeof files / sizeof files[0], PATTERN_COUNT = sizeof patterns / sizeof patterns[0] };

static size_t read_stream(const char *name, uint8_t *bytes)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/data/sse/%s.sse", CCLB_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, STREAM_MAX, file);
    assert_true(len > 0 && len < STREAM_MAX);
    fclose(file);
    return len;
}

static struct sse_run prepare(const uint8_t *stream, size_t len, const char *verdicts, uint64_t limit)
{
    struct sse_run run = {.stream = cclb_bytes_of(stream, len), .verdicts = verdicts, .limit = limit};
    sse_run_prepare(&run);
    return run;
}

static size_t random_places(struct wire_random *random, size_t len, size_t *places, size_t most)
{
    size_t count = 0;
    size_t step = 1 + wire_random_below(random, 400);
    for (size_t at = wire_random_below(random, step); at < len && count < most; at += wire_random_below(random, step)) {
        places[count++] = at;
    }
    return count;
}

static void test_every_cut(void **state)
{
    (void)state;
    struct wire_random random = {.state = 1};
    uint8_t stream[STREAM_MAX];
    size_t places[STREAM_MAX];
    for (size_t file = 0; file < FILE_COUNT; file++) {
        size_t len = read_stream(files[file], stream);
        for (size_t pattern = 0; pattern < PATTERN_COUNT; pattern++) {
            struct sse_run run = prepare(stream, len, patterns[pattern], UINT64_MAX);
            sse_run_steps(&run, 1);
            for (size_t place = 0; place <= len; place += SSE_STREAMS_STRIDE) {
                sse_run_cut(&run, &place, 1);
            }
            for (size_t i = 0; i < 200; i += SSE_STREAMS_STRIDE) {
                sse_run_cut(&run, places, random_places(&random, len, places, STREAM_MAX));
            }
            sse_run_free(&run);
        }
    }
}

/* Each end of the stream there can be: what is held is judged then, and goes out cut off. */
static void test_every_end(void **state)
{
    (void)state;
    uint8_t stream[STREAM_MAX];
    for (size_t file = 0; file < FILE_COUNT; file++) {
        size_t len = read_stream(files[file], stream);
        for (size_t pattern = 0; pattern < PATTERN_COUNT; pattern++) {
            for (size_t end = pattern; end < len; end += 7 * SSE_STREAMS_STRIDE) {
                struct sse_run run = prepare(stream, end, patterns[pattern], UINT64_MAX);
                sse_run_steps(&run, end + 1);
                sse_run_steps(&run, 13);
                sse_run_free(&run);
            }
        }
    }
}

/* Limits below, at and above what the events of a stream need. */
static void test_every_limit(void **state)
{
    (void)state;
    uint8_t stream[STREAM_MAX];
    for (size_t file = 0; file < FILE_COUNT; file++) {
        size_t len = read_stream(files[file], stream);
        for (uint64_t limit = 2; limit < 450; limit += 1 + limit / 16 * SSE_STREAMS_STRIDE) {
            for (size_t pattern = 0; pattern < PATTERN_COUNT; pattern += 3) {
                struct sse_run run = prepare(stream, len, patterns[pattern], limit);
                sse_run_steps(&run, len + 1);
                sse_run_steps(&run, 1);
                sse_run_steps(&run, 100);
                sse_run_free(&run);
            }
        }
    }
}

/* A small event, one of 1 MiB in two lines of data, and another small one; cut around its ends and anywhere. */
static void test_large_event(void **state)
{
    (void)state;
    static const char before[] = "event: small\ndata: 1\n\n";
    static const char after[] = "\r\n\r\ndata: 2\n\n";
    struct wire_random random = {.state = 2};
    size_t len = sizeof before - 1 + LARGE + sizeof after - 1;
    uint8_t *stream = slow_must_have(malloc(len));
    memset(stream, 'x', len);
    memcpy(stream, before, sizeof before - 1);
    memcpy(stream + sizeof before - 1, "data: ", 6);
    memcpy(stream + LARGE / 2, "\ndata: ", 7);
    memcpy(stream + len - (sizeof after - 1), after, sizeof after - 1);
    const size_t ends[] = {sizeof before - 1, LARGE / 2, len - 8, len};
    for (size_t pattern = 0; pattern < PATTERN_COUNT; pattern += SSE_STREAMS_STRIDE) {
        struct sse_run run = prepare(stream, len, patterns[pattern], 8 << 20);
        for (size_t i = 0; i < 4; i++) {
            for (size_t place = ends[i] - 3; place <= ends[i] + 3 && place <= len; place++) {
                sse_run_cut(&run, &place, 1);
            }
        }
        for (size_t i = 0; i < 8; i++) {
            size_t place = wire_random_below(&random, len);
            sse_run_cut(&run, &place, 1);
            sse_run_steps(&run, 1 + wire_random_below(&random, 65536));
        }
        sse_run_steps(&run, pattern == 4 ? 1 : 16);
        sse_run_free(&run);
    }
    struct sse_run run = prepare(stream, len, "u", LARGE / 2);
    sse_run_steps(&run, 1000);
    sse_run_steps(&run, len);
    sse_run_free(&run);
    free(stream);
}

/* Allocation 1, 2, 3 ... fails, until none is left to fail. */
static void test_without_memory(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 7, 64, 1000, STREAM_MAX};
    static const char *const few[] = {"u", "m", "urdmz"};
    uint8_t stream[STREAM_MAX];
    size_t failed = 0;
    for (size_t file = 0; file < FILE_COUNT; file++) {
        size_t len = read_stream(files[file], stream);
        for (size_t i = 0; i < 15; i++) {
            struct sse_run run = prepare(stream, len, few[i / 5], UINT64_MAX);
            uint64_t fail_at = 1;
            while (sse_run_without_memory(&run, steps[i % 5], fail_at)) {
                fail_at++;
            }
            failed += fail_at - 1;
            sse_run_free(&run);
        }
    }
    assert_true(failed > FILE_COUNT);
}

/* The same for an event that has to grow many times, that is joined, and whose name is repaired. */
static void test_large_event_without_memory(void **state)
{
    (void)state;
    enum { SIZE = 40000 };
    uint8_t *stream = slow_must_have(malloc(SIZE));
    memset(stream, 0xff, SIZE);
    memcpy(stream, "event: ", 7);
    memcpy(stream + SIZE / 3, "\ndata: ", 7);
    memcpy(stream + SIZE / 2, "\rdata: ", 7);
    memcpy(stream + SIZE - 2, "\n\n", 2);
    struct sse_run run = prepare(stream, SIZE, "u", SIZE);
    uint64_t fail_at = 1;
    while (sse_run_without_memory(&run, 500, fail_at)) {
        fail_at++;
    }
    assert_true(fail_at > 6);
    sse_run_free(&run);
    free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cut),      cmocka_unit_test(test_every_end),
        cmocka_unit_test(test_every_limit),    cmocka_unit_test(test_large_event),
        cmocka_unit_test(test_without_memory), cmocka_unit_test(test_large_event_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
