/* SPDX-License-Identifier: Apache-2.0 */
/* utf8_repair_test.c - how much of what is no character becomes one U+FFFD. */

#include "base/utf8_repair.h"

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define R "\xef\xbf\xbd"

struct repair_case {
    const char *text;
    size_t len;
    const char *expected;
    size_t expected_len;
};

#define CASE(text, expected)                                                                                           \
    {                                                                                                                  \
        text, sizeof text - 1, expected, sizeof expected - 1                                                           \
    }

static void test_pieces(void **state)
{
    (void)state;
    static const struct repair_case cases[] = {
        CASE("", ""),
        CASE("message_start", "message_start"),
        CASE("Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f"),
        CASE("a\0b", "a\0b"),
        CASE("\xff", R),
        CASE("\x80\x80", R R),
        CASE("\xc0\x80", R R), /* no lead of anything */
        CASE("\xc3", R),       /* cut */
        CASE("\xc3(", R "("),  /* the byte behind it is looked at again */
        CASE("\xe2\x82", R),   /* two bytes of three are one piece */
        CASE("\xe2\x82\xe2\x82\xac", R "\xe2\x82\xac"),
        CASE("\xe0\x9f\xbf", R R R), /* overlong: wrong from the second byte on */
        CASE("\xed\xa0\x80", R R R), /* a surrogate */
        CASE("\xf0\x9f\x98", R),
        CASE("\xf0\x9f\x98x", R "x"),
        CASE("\xf0\x8f\xbf\xbf", R R R R),
        CASE("\xf4\x90\x80\x80", R R R R),
        CASE("\xf5\x80", R R),
        /* The example of the Unicode standard, table 3-8. */
        CASE("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64", "a" R R R "b" R "c" R R "d"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[64];
        size_t len = utf8_repair(cclb_bytes_of(cases[i].text, cases[i].len), out);
        assert_int_equal(len, cases[i].expected_len);
        assert_memory_equal(out, cases[i].expected, len);
    }
}

/* Whatever goes in, what comes out is valid and no longer than was promised. */
static void test_always_valid(void **state)
{
    (void)state;
    uint8_t text[4];
    uint8_t out[64];
    static const uint8_t edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
                                    0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    enum { COUNT = sizeof edges };
    for (unsigned number = 0; number < COUNT * COUNT * COUNT * COUNT; number++) {
        unsigned rest = number;
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = edges[rest % COUNT];
            rest /= COUNT;
        }
        cclb_bytes whole = cclb_bytes_of(text, sizeof text);
        size_t len = utf8_repair(whole, out);
        assert_true(len <= sizeof text * UTF8_REPAIR_GROWTH);
        assert_true(utf8_valid(cclb_bytes_of(out, len)));
        if (utf8_valid(whole)) {
            assert_true(cclb_bytes_equal(whole, cclb_bytes_of(out, len)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_always_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
