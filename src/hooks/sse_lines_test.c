/* SPDX-License-Identifier: Apache-2.0 */
/* sse_lines_test.c - where lines end, and what a field is. */

#include "hooks/sse_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define BYTES(text) cclb_bytes_of(text, sizeof text - 1)

/* All lines of the text, each as its own text and a digit for the length of its end, written one behind the other. */
static void check_lines(cclb_bytes text, const char *expected)
{
    char found[128];
    size_t len = 0;
    struct sse_lines lines;
    struct sse_line line;
    sse_lines_init(&lines, text);
    while (sse_lines_next(&lines, &line)) {
        memcpy(found + len, line.text.data, line.text.len);
        len += line.text.len;
        found[len++] = (char)('0' + line.end_len);
    }
    found[len] = '\0';
    assert_string_equal(found, expected);
}

static void test_ends(void **state)
{
    (void)state;
    check_lines((cclb_bytes){0}, "");
    check_lines(BYTES("a"), "a0");
    check_lines(BYTES("a\n"), "a1");
    check_lines(BYTES("a\r"), "a1");
    check_lines(BYTES("a\r\n"), "a2");
    check_lines(BYTES("a\n\r"), "a11");
    check_lines(BYTES("a\nb\rc\r\nd"), "a1b1c2d0");
    check_lines(BYTES("\n\n\r\r\r\n\r\n\n"), "1111221");
    check_lines(BYTES("a\r\rb\n\nc"), "a11b11c0");
    check_lines(BYTES("\r"), "1");
    check_lines(BYTES("\r\n"), "2");
    check_lines(BYTES("\n"), "1");
}

/* Linear whatever ends the lines: quadratic time over 8 MiB would be hours, and the test would be stopped. */
static void test_time(void **state)
{
    (void)state;
    enum { SIZE = 8 << 20 };
    static const char *const ends[] = {"\n", "\r", "\r\n", "\n\r"};
    uint8_t *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t end_len = strlen(ends[i]);
        for (size_t at = 0; at + end_len <= SIZE; at += end_len) {
            memcpy(text + at, ends[i], end_len);
        }
        struct sse_lines lines;
        struct sse_line line;
        size_t count = 0;
        sse_lines_init(&lines, cclb_bytes_of(text, SIZE));
        while (sse_lines_next(&lines, &line)) {
            count++;
        }
        /* In "\n\r\n\r..." each CR but the last has the next LF behind it. */
        assert_int_equal(count, i == 2 ? SIZE / 2 : i == 3 ? SIZE / 2 + 1 : SIZE);
    }
    free(text);
}

/* `expected` is NULL where the line is another field. */
static void check_field(cclb_bytes text, const char *expected)
{
    cclb_bytes value = {0};
    assert_int_equal(sse_line_is_field(text, cclb_text("data"), &value), expected != NULL);
    assert_true(cclb_bytes_equal(value, cclb_text(expected ? expected : "")));
}

static void test_fields(void **state)
{
    (void)state;
    check_field(BYTES("data"), "");
    check_field(BYTES("data:"), "");
    check_field(BYTES("data: "), "");
    check_field(BYTES("data:  "), " ");
    check_field(BYTES("data:x"), "x");
    check_field(BYTES("data: x"), "x");
    check_field(BYTES("data:  x "), " x ");
    check_field(BYTES("data:\tx"), "\tx");
    check_field(BYTES("data::x"), ":x");
    check_field(BYTES("data: :x"), ":x");
    check_field(BYTES("dat"), NULL);
    check_field(BYTES("datax"), NULL);
    check_field(BYTES("data "), NULL);
    check_field(BYTES("data :x"), NULL);
    check_field(BYTES(" data: x"), NULL);
    check_field(BYTES("Data: x"), NULL);
    check_field(BYTES(":data: x"), NULL);
    check_field(BYTES(""), NULL);
    check_field(BYTES("data\0: x"), NULL);
    check_field(BYTES("\xef\xbb\xbf"
                      "data: x"),
                NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
