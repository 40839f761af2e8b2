/* SPDX-License-Identifier: Apache-2.0 */
/* json_number_test.c - the edge of the float range, as the published parser has it. */

#include "base/json_number.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_edge_of_the_range(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        bool finite;
    } cases[] = {
        {"0", true},
        {"-0.0", true},
        {"18446744073709551615", true},
        {"123456789012345678901234567890", true},
        {"1.7976931348623157e308", true},
        {"-1.7976931348623157E+308", true},
        {"17976931348623157e292", true},
        {"1.8e308", false},
        {"-1.8e308", false},
        {"18446744073709551615e288", true},
        {"18446744073709551615e289", false},
        {"1e308", true},
        {"1e309", false},
        {"1e999", false},
        {"0.001e311", true},
        {"0.0000000000000000001e327", true},
        {"0.1e310", false}, /* 1 * 10^309: the power is out of the table although the value is not */
        {"0e309", true},
        {"0.000e99999999999999999999", true},
        {"1e99999999999999999999", false},
        {"1e-99999999999999999999", true},
        {"1e2147483647", false},
        {"1e-2147483648", true},
        {"5e-324", true},
        /* Digits beyond 64 bits: zeros before the point, dropped after it. */
        {"99999999999999999999999999999999999999999999999999e258", true},
        {"99999999999999999999999999999999999999999999999999e259", false},
        {"1.99999999999999999999999999999999999999999999999999e307", true},
        {"0.99999999999999999999999999999999999999999999999999e310", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (number_is_finite(cclb_text(cases[i].number)) != cases[i].finite) {
            fail_msg("%s", cases[i].number);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edge_of_the_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
