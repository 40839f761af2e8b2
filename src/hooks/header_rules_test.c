/* SPDX-License-Identifier: Apache-2.0 */
/* header_rules_test.c - each of the 256 bytes in each place (spec rules R96, R98, R102). */

#include "hooks/header_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char tokens[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static void test_every_byte(void **state)
{
    (void)state;
    for (unsigned value = 0; value < 256; value++) {
        uint8_t text[] = {'a', (uint8_t)value, 'b'};
        bool token = value != 0 && strchr(tokens, (int)value) != NULL;
        bool in_value = value == '\t' || (value >= 0x20 && value != 0x7f);
        for (size_t len = 2; len <= 3; len++) {
            assert_int_equal(header_name_valid(cclb_bytes_of(text, len)), token);
            assert_int_equal(header_method_valid(cclb_bytes_of(text, len)), token);
            assert_int_equal(header_value_valid(cclb_bytes_of(text, len)), in_value);
        }
    }
}

static void test_lengths(void **state)
{
    (void)state;
    static uint8_t name[HEADER_NAME_MAX + 1];
    memset(name, 'n', sizeof name);
    assert_false(header_name_valid((cclb_bytes){0}));
    assert_true(header_name_valid(cclb_bytes_of(name, HEADER_NAME_MAX)));
    assert_false(header_name_valid(cclb_bytes_of(name, HEADER_NAME_MAX + 1)));
    assert_false(header_method_valid((cclb_bytes){0}));
    assert_true(header_method_valid(cclb_bytes_of(name, sizeof name)));
    assert_true(header_value_valid((cclb_bytes){0}));
    assert_true(header_value_valid(cclb_bytes_of(name, sizeof name)));
}

/* Long values are looked at in larger pieces: every byte, at every place, between neighbours of every sort. */
static void test_every_byte_at_every_place(void **state)
{
    (void)state;
    static const uint8_t neighbours[] = {0x20, 'a', '~', 0x80, 0xff, '\t'};
    for (size_t len = 1; len <= 27; len++) {
        for (size_t n = 0; n < sizeof neighbours; n++) {
            for (size_t at = 0; at < len; at++) {
                for (unsigned byte = 0; byte < 256; byte++) {
                    uint8_t value[27];
                    memset(value, neighbours[n], sizeof value);
                    value[at] = (uint8_t)byte;
                    bool good = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
                    if (header_value_valid(cclb_bytes_of(value, len)) != good) {
                        fail_msg("byte %u at %zu of %zu", byte, at, len);
                    }
                }
            }
        }
    }
}

static void test_lower_case(void **state)
{
    (void)state;
    uint8_t name[] = "X-A@[Z`z{Content-Type";
    header_name_lower(cclb_bytes_of(name, sizeof name - 1), name);
    assert_string_equal((const char *)name, "x-a@[z`z{content-type");
}

static void test_statuses(void **state)
{
    (void)state;
    assert_false(header_status_valid(0));
    assert_false(header_status_valid(99));
    assert_true(header_status_valid(100));
    assert_true(header_status_valid(999));
    assert_false(header_status_valid(1000));
    assert_false(header_status_valid(UINT32_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_every_byte_at_every_place),
        cmocka_unit_test(test_lower_case),
        cmocka_unit_test(test_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
