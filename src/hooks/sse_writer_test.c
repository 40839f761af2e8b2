/* SPDX-License-Identifier: Apache-2.0 */
/* sse_writer_test.c - what is written reads back as what was given, and a name stays a name. */

#include "hooks/sse_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define BYTES(text) cclb_bytes_of(text, sizeof text - 1)
#define R "\xef\xbf\xbd"

enum { ROOM = 8192 };

struct output {
    uint8_t bytes[ROOM];
    size_t len;
    size_t calls;
};

static void take(void *context, cclb_bytes bytes)
{
    struct output *output = context;
    assert_true(bytes.len > 0);
    assert_true(output->len + bytes.len <= sizeof output->bytes);
    memcpy(output->bytes + output->len, bytes.data, bytes.len);
    output->len += bytes.len;
    output->calls++;
}

static void check_output(const struct output *output, cclb_bytes expected)
{
    if (!cclb_bytes_equal(cclb_bytes_of(output->bytes, output->len), expected)) {
        fail_msg("'%.*s' instead of '%.*s'", (int)output->len, (const char *)output->bytes, (int)expected.len,
                 (const char *)expected.data);
    }
}

static void check_event(cclb_bytes name, cclb_bytes data, cclb_bytes expected)
{
    struct output output = {.len = 0};
    struct sse_writer writer;
    cclb_sse_event event = {.event = name, .data = data};
    sse_writer_init(&writer, take, &output);
    sse_writer_event(&writer, &event);
    sse_writer_end(&writer, SSE_END_WHOLE);
    sse_writer_flush(&writer);
    check_output(&output, expected);
    assert_int_equal(writer.written, output.len);
    assert_int_equal(output.calls, 1);
}

static void test_data(void **state)
{
    (void)state;
    check_event(BYTES(""), BYTES("x"), BYTES("data: x\n\n"));
    check_event(BYTES("e"), BYTES("x"), BYTES("event: e\ndata: x\n\n"));
    check_event(BYTES("e"), (cclb_bytes){0}, BYTES("event: e\ndata: \n\n"));
    check_event((cclb_bytes){0}, BYTES(" x: y "), BYTES("data:  x: y \n\n"));
    check_event(BYTES(""), BYTES("a\nb\rc\r\nd"), BYTES("data: a\ndata: b\ndata: c\ndata: d\n\n"));
    check_event(BYTES(""), BYTES("\n"), BYTES("data: \ndata: \n\n"));
    check_event(BYTES(""), BYTES("a\n\r"), BYTES("data: a\ndata: \ndata: \n\n"));
    check_event(BYTES(""), BYTES("a\r\n"), BYTES("data: a\ndata: \n\n"));
    check_event(BYTES(""), BYTES("a\0b\xff"), BYTES("data: a\0b\xff\n\n"));
    check_event(BYTES(""), BYTES("x\n\nevent: y\n\ndata: z"),
                BYTES("data: x\ndata: \ndata: event: y\ndata: \ndata: data: z\n\n"));
}

static void test_names(void **state)
{
    (void)state;
    check_event(BYTES("a\nb"), BYTES("x"), BYTES("event: a" R "b\ndata: x\n\n"));
    check_event(BYTES("a\r\nb\rc\n"), BYTES("x"), BYTES("event: a" R R "b" R "c" R "\ndata: x\n\n"));
    check_event(BYTES("\n\ndata: y\n\n"), BYTES("x"), BYTES("event: " R R "data: y" R R "\ndata: x\n\n"));
    check_event(BYTES(" a"), BYTES("x"), BYTES("event:  a\ndata: x\n\n"));
    check_event(BYTES("a\0b"), BYTES("x"), BYTES("event: a\0b\ndata: x\n\n"));
    check_event(BYTES("Gr\xc3\xbc\xc3\x9f"), BYTES("x"), BYTES("event: Gr\xc3\xbc\xc3\x9f\ndata: x\n\n"));
}

static void test_ends(void **state)
{
    (void)state;
    static const char *const expected[] = {"id: 1\ndata: x\n\n", "id: 1\ndata: x\n", "id: 1\ndata: x"};
    for (int end = SSE_END_WHOLE; end <= SSE_END_CUT; end++) {
        struct output output = {.len = 0};
        struct sse_writer writer;
        cclb_sse_event event = {.data = BYTES("x")};
        sse_writer_init(&writer, take, &output);
        sse_writer_field(&writer, "id", BYTES("1"));
        sse_writer_event(&writer, &event);
        sse_writer_end(&writer, (enum sse_end)end);
        sse_writer_flush(&writer);
        sse_writer_flush(&writer);
        check_output(&output, cclb_text(expected[end]));
        assert_int_equal(output.calls, 1);
    }
}

/* A comment that the stream's end cut off does not swallow the line behind it. */
static void test_raw(void **state)
{
    (void)state;
    struct output output = {.len = 0};
    struct sse_writer writer;
    sse_writer_init(&writer, take, &output);
    sse_writer_raw(&writer, BYTES(": a\r\n"), false);
    sse_writer_raw(&writer, BYTES(": b"), true);
    sse_writer_field(&writer, "retry", BYTES("10"));
    sse_writer_end(&writer, SSE_END_LINE);
    sse_writer_flush(&writer);
    check_output(&output, BYTES(": a\r\n: b\nretry: 10\n"));
}

/* Every length around the writer's own room comes out whole, in order and in few pieces. */
static void test_lengths(void **state)
{
    (void)state;
    uint8_t text[2200];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)('a' + i % 26);
    }
    for (size_t len = 900; len <= sizeof text; len += len < 1100 ? 1 : 97) {
        struct output output = {.len = 0};
        struct sse_writer writer;
        cclb_sse_event event = {.event = BYTES("e"), .data = cclb_bytes_of(text, len)};
        sse_writer_init(&writer, take, &output);
        sse_writer_event(&writer, &event);
        sse_writer_end(&writer, SSE_END_WHOLE);
        sse_writer_flush(&writer);
        assert_int_equal(output.len, len + 17);
        assert_memory_equal(output.bytes, "event: e\ndata: ", 15);
        assert_memory_equal(output.bytes + 15, text, len);
        assert_memory_equal(output.bytes + 15 + len, "\n\n", 2);
        assert_true(output.calls <= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data), cmocka_unit_test(test_names),   cmocka_unit_test(test_ends),
        cmocka_unit_test(test_raw),  cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
