/* SPDX-License-Identifier: Apache-2.0 */
/* escape_test.c - what may and what may not reach a terminal. */

#include "cclb/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct escape_case {
    const char *text;
    size_t len;
    const char *expected;
};

#define CASE(text, expected)                                                                                           \
    {                                                                                                                  \
        text, sizeof text - 1, expected                                                                                \
    }

static void test_escapes(void **state)
{
    (void)state;
    static const struct escape_case cases[] = {
        CASE("", ""),
        CASE("plain text, with 'quotes' and \"these\"", "plain text, with 'quotes' and \"these\""),
        CASE("Gr\xc3\xbc\xc3\x9f"
             "e \xf0\x9f\x98\x80",
             "Gr\xc3\xbc\xc3\x9f"
             "e \xf0\x9f\x98\x80"),
        CASE("a\0b", "a\\x00b"),
        CASE("\x1b[31m", "\\x1b[31m"),
        CASE("line\nnext\r\t", "line\\x0anext\\x0d\\x09"),
        CASE("back\\slash", "back\\x5cslash"),
        CASE("\x7f", "\\x7f"),
        CASE("\xc2\x9b"
             "2J",
             "\\u{9b}2J"), /* the one-character CSI */
        CASE("\xe2\x80\xae"
             "abc",
             "\\u{202e}abc"), /* right-to-left override */
        CASE("\xe2\x81\xa6\xe2\x80\xa8", "\\u{2066}\\u{2028}"),
        CASE("\xef\xbb\xbf", "\\u{feff}"),
        CASE("\xff\xc3(", "\\xff\\xc3("),
        CASE("\xed\xa0\x80", "\\xed\\xa0\\x80"), /* a surrogate */
        CASE("\xe2\x82", "\\xe2\\x82"),          /* cut in the middle */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[256];
        size_t written = cclb_escape(cclb_bytes_of(cases[i].text, cases[i].len), out, sizeof out);
        assert_string_equal(out, cases[i].expected);
        assert_int_equal(written, strlen(out));
    }
}

/* Whatever the room, the result is a whole prefix of the full text, or that and "...", and never a torn escape. */
static void test_cuts(void **state)
{
    (void)state;
    static const char text[] = "ab\xc3\xa9\x1b\xe2\x80\xae!";
    static const char *const steps[] = {"", "a", "ab", "ab\xc3\xa9", "ab\xc3\xa9\\x1b", "ab\xc3\xa9\\x1b\\u{202e}"};
    static const char full[] = "ab\xc3\xa9\\x1b\\u{202e}!";
    for (size_t size = 4; size < 64; size++) {
        char out[64];
        memset(out, '#', sizeof out);
        size_t written = cclb_escape(cclb_bytes_of(text, sizeof text - 1), out, size);
        assert_true(written < size);
        assert_int_equal(out[written], '\0');
        for (size_t i = size; i < sizeof out; i++) {
            assert_int_equal(out[i], '#');
        }
        if (strcmp(out, full) == 0) {
            assert_true(size >= sizeof full + 3);
            continue;
        }
        assert_true(size < sizeof full + 3);
        bool known = false;
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            char cut[64];
            snprintf(cut, sizeof cut, "%s...", steps[i]);
            known = known || strcmp(out, cut) == 0;
        }
        assert_true(known);
    }
}

static void test_promised_room(void **state)
{
    (void)state;
    uint8_t text[300];
    char out[4 * sizeof text + 4];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)i;
    }
    for (size_t len = 0; len <= sizeof text; len++) {
        size_t written = cclb_escape(cclb_bytes_of(text, len), out, 4 * len + 4);
        assert_true(written < 3 || memcmp(out + written - 3, "...", 3) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_promised_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
