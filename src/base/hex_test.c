/* SPDX-License-Identifier: Apache-2.0 */
/* hex_test.c - digits and what is none. */

#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_every_byte_comes_back(void **state)
{
    (void)state;
    for (unsigned value = 0; value < 256; value++) {
        uint8_t byte = (uint8_t)value;
        char text[2];
        hex_encode(cclb_bytes_of(&byte, 1), text);
        uint8_t back = (uint8_t)~byte;
        assert_true(hex_decode(cclb_bytes_of(text, 2), &back));
        assert_int_equal(back, byte);
    }
    char text[6];
    hex_encode(cclb_bytes_of("\x01\xab\xff", 3), text);
    assert_memory_equal(text, "01abff", 6);
}

static void test_only_pairs_of_lower_case_digits(void **state)
{
    (void)state;
    uint8_t out[4];
    assert_true(hex_decode(cclb_text(""), out));
    static const char *const refused[] = {"0", "abc", "AB", "aB", "0g", "/0", ":0", "`0", "0x", " 0", "0\n"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(hex_decode(cclb_text(refused[i]), out));
    }
    assert_false(hex_decode(cclb_bytes_of("0\0", 2), out));
}

static void test_digits_of_both_cases(void **state)
{
    (void)state;
    assert_int_equal(hex_digit('0'), 0);
    assert_int_equal(hex_digit('9'), 9);
    assert_int_equal(hex_digit('a'), 10);
    assert_int_equal(hex_digit('F'), 15);
    assert_int_equal(hex_digit('g'), -1);
    assert_int_equal(hex_digit('@'), -1);
    assert_int_equal(hex_digit(0xff), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_comes_back),
        cmocka_unit_test(test_only_pairs_of_lower_case_digits),
        cmocka_unit_test(test_digits_of_both_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
