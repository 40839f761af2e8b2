/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_agreement_test.c - two readers of the HTML standard give the same, on streams that nobody thought of.
 *
 * The library's rewriter, fed in any chunks, against the slow one, which sees the whole stream: the same events go to the
 * judge, the same bytes come out, and a client reads in them what it must. Nothing here depends on time or the machine.
 */

#include "sse_run.h"
#include "wire_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How many random streams; a nightly run may want more. */
#ifndef SSE_AGREEMENT_STREAMS
#define SSE_AGREEMENT_STREAMS 150000
#endif

enum { PIECES_MAX = 32, CUTS_MAX = 16, STREAM_MAX = 1024 };

#define PIECE(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof text - 1                                                                                          \
    }

/* Pieces that streams are made of: line ends most often, then what fields are made of, then what is odd. */
static const struct {
    const char *text;
    size_t len;
} pieces[] = {
    PIECE("data: a\n\n"),
    PIECE("data\r\r"),
    PIECE("data:\r\n\r\n"),
    PIECE("event: e\ndata: f\nid: 3\n\n"),
    PIECE("data: a\n: c\ndata: b\r\n\r\n"),
    PIECE("\n"),
    PIECE("\n"),
    PIECE("\n"),
    PIECE("\r\n"),
    PIECE("\r\n"),
    PIECE("\r"),
    PIECE("\r"),
    PIECE("\n\n"),
    PIECE("\r\n\r\n"),
    PIECE("\r\r"),
    PIECE("data"),
    PIECE("data:"),
    PIECE("data: "),
    PIECE("data: x"),
    PIECE("data: a\n"),
    PIECE("data:b\r\n"),
    PIECE("data\r"),
    PIECE("event"),
    PIECE("event: "),
    PIECE("event: e\n"),
    PIECE("event:f\r\n"),
    PIECE("id"),
    PIECE("id: "),
    PIECE("id: 1\n"),
    PIECE("id:2\r"),
    PIECE("id: a\0b\n"),
    PIECE("retry"),
    PIECE("retry: "),
    PIECE("retry: 10\n"),
    PIECE("retry:1x\n"),
    PIECE("retry: 99"),
    PIECE(":"),
    PIECE(": comment"),
    PIECE(": comment\r\n"),
    PIECE(":\n"),
    PIECE("foo: bar\n"),
    PIECE("foo\r"),
    PIECE(" "),
    PIECE("x"),
    PIECE("\0"),
    PIECE("\xef\xbb\xbf"),
    PIECE("\xef\xbb"),
    PIECE("\xef"),
    PIECE("\xff"),
    PIECE("\xe2\x82"),
    PIECE("\xc3\xbc"),
    PIECE("\xf0\x9f"),
    PIECE("\xe2\x80\xa8"),
};

enum { PIECE_COUNT = sizeof pieces / sizeof pieces[0] };

static const char *const verdicts[] = {"u", "ru", "udu", "r",  "m",  "d", "z", "umdrzu",
                                       "p", "pr", "ue",  "rp", "dp", "e", "du"};

enum { VERDICT_COUNT = sizeof verdicts / sizeof verdicts[0] };

static size_t random_stream(struct wire_random *random, uint8_t *stream)
{
    size_t len = 0;
    if (wire_random_below(random, 8) == 0) {
        memcpy(stream, "\xef\xbb\xbf", 3);
        len = 3;
    }
    for (size_t count = wire_random_below(random, PIECES_MAX + 1); count > 0; count--) {
        size_t which = wire_random_below(random, PIECE_COUNT);
        memcpy(stream + len, pieces[which].text, pieces[which].len);
        len += pieces[which].len;
    }
    return len;
}

/* Changes a byte, takes some away, or doubles some. */
static size_t mutate(struct wire_random *random, uint8_t *stream, size_t len)
{
    static const uint8_t bytes[] = {'\n', '\r', ':', ' ', '\0', 'd', 0xef, 0xbf};
    if (len == 0) {
        return 0;
    }
    size_t at = wire_random_below(random, len);
    size_t run = 1 + wire_random_below(random, 8);
    run = run < len - at ? run : len - at;
    switch (wire_random_below(random, 3)) {
    case 0:
        stream[at] = bytes[wire_random_below(random, sizeof bytes)];
        return len;
    case 1:
        memmove(stream + at, stream + at + run, len - at - run);
        return len - run;
    default:
        memmove(stream + at + run, stream + at, len - at);
        return len + run;
    }
}

static void random_cuts(struct wire_random *random, const struct sse_run *run)
{
    size_t places[CUTS_MAX];
    size_t count = wire_random_below(random, CUTS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        size_t place = wire_random_below(random, run->stream.len + 1);
        size_t at = i;
        while (at > 0 && places[at - 1] > place) {
            places[at] = places[at - 1];
            at--;
        }
        places[at] = place;
    }
    sse_run_cut(run, places, count);
}

static void agree_on_random_streams(void **state)
{
    (void)state;
    struct wire_random random = {.state = 2024};
    uint8_t stream[STREAM_MAX];
    size_t len = 0;
    size_t events = 0;
    for (size_t i = 0; i < SSE_AGREEMENT_STREAMS; i++) {
        len = i % 4 == 0 ? random_stream(&random, stream) : mutate(&random, stream, len);
        struct sse_run run = {
            .stream = cclb_bytes_of(stream, len),
            .verdicts = verdicts[wire_random_below(&random, VERDICT_COUNT)],
            .limit = wire_random_below(&random, 3) == 0 ? 2 + wire_random_below(&random, 48) : UINT64_MAX,
        };
        sse_run_prepare(&run);
        sse_run_steps(&run, len + 1);
        sse_run_steps(&run, 1);
        random_cuts(&random, &run);
        events += run.expected.events;
        sse_run_free(&run);
    }
    /* Most streams have events, else the test would be about nothing. */
    assert_true(events > SSE_AGREEMENT_STREAMS);
}

/* All streams of up to six of the characters that matter, in one chunk, byte by byte, and in every two chunks. */
static void agree_on_every_short_stream(void **state)
{
    (void)state;
    static const char *const letters[] = {"\n", "\r", ":", "data", "id"};
    enum { LETTERS = sizeof letters / sizeof letters[0], LONGEST = 6 };
    static const char *const few[] = {"u", "r", "d"};
    size_t total = 1;
    for (size_t count = 1; count <= LONGEST; count++) {
        total *= LETTERS;
        for (size_t number = 0; number < total; number++) {
            uint8_t stream[4 * LONGEST];
            size_t len = 0;
            size_t rest = number;
            for (size_t i = 0; i < count; i++, rest /= LETTERS) {
                const char *letter = letters[rest % LETTERS];
                memcpy(stream + len, letter, strlen(letter));
                len += strlen(letter);
            }
            struct sse_run run = {
                .stream = cclb_bytes_of(stream, len), .verdicts = few[number % 3], .limit = UINT64_MAX};
            sse_run_prepare(&run);
            sse_run_steps(&run, 1);
            for (size_t place = 0; place <= len; place++) {
                sse_run_cut(&run, &place, 1);
            }
            sse_run_free(&run);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agree_on_random_streams),
        cmocka_unit_test(agree_on_every_short_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
