/* SPDX-License-Identifier: Apache-2.0 */
/* utf8_test.c - the edges of every form, and that the fast path sees every byte. */

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool valid(const char *text)
{
    return utf8_valid(cclb_text(text));
}

static void test_edges(void **state)
{
    (void)state;
    assert_true(utf8_valid((cclb_bytes){0}));
    assert_true(utf8_valid(cclb_bytes_of("\0", 1)));
    static const char *const accepted[] = {
        "\x7f",             /* the last of one byte */
        "\xc2\x80",         /* the first of two */
        "\xdf\xbf",         /* the last of two */
        "\xe0\xa0\x80",     /* the first of three */
        "\xed\x9f\xbf",     /* the last before the surrogates */
        "\xee\x80\x80",     /* the first behind them */
        "\xef\xbf\xbf",     /* the last of three */
        "\xf0\x90\x80\x80", /* the first of four */
        "\xf4\x8f\xbf\xbf", /* U+10FFFF */
    };
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        assert_true(valid(accepted[i]));
    }
    static const char *const refused[] = {
        "\x80",             /* a continuation alone */
        "\xc0\x80",         /* overlong */
        "\xc1\xbf",         /* overlong */
        "\xc2",             /* cut */
        "\xc2\xc2",         /* a lead in place of a continuation */
        "\xe0\x9f\xbf",     /* overlong */
        "\xe2\x82",         /* cut */
        "\xed\xa0\x80",     /* the first surrogate */
        "\xed\xbf\xbf",     /* the last surrogate */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80", /* far above */
        "\xff",             /* no lead at all */
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(valid(refused[i]));
        assert_int_equal(utf8_valid_prefix(cclb_text(refused[i])), 0);
    }
}

/* One byte of each length and place that the words of the fast path can fall on. */
static void test_fast_path_sees_every_byte(void **state)
{
    (void)state;
    uint8_t text[80];
    for (size_t len = 1; len <= sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            memset(text, 'a', sizeof text);
            assert_true(utf8_is_ascii(cclb_bytes_of(text, len)));
            text[at] = 0x80;
            assert_false(utf8_is_ascii(cclb_bytes_of(text, len)));
            assert_false(utf8_valid(cclb_bytes_of(text, len)));
            assert_int_equal(utf8_valid_prefix(cclb_bytes_of(text, len)), at);
            if (at + 1 < len) {
                text[at] = 0xc3;
                text[at + 1] = 0xa9;
                assert_true(utf8_valid(cclb_bytes_of(text, len)));
            }
        }
        if (len < sizeof text) {
            memset(text, 'a', sizeof text);
            text[len] = 0xff; /* behind the end */
            assert_true(utf8_valid(cclb_bytes_of(text, len)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_fast_path_sees_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
