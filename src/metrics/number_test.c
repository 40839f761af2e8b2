/* SPDX-License-Identifier: Apache-2.0 */
/* number_test.c - every number reads back as itself, and reads well. */

#include "metrics/number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void numbers_read_well(void **state)
{
    (void)state;
    const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-17, "-17"},
        {100, "100"},
        {134217728, "134217728"},
        {1.5, "1.5"},
        {0.25, "0.25"},
        {1234.5, "1234.5"},
        {0.000001, "0.000001"},
        {0.00002, "0.00002"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {9007199254740992, "9007199254740992"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.25e22, "1.25e+22"},
        {1.5e-7, "0.00000015"},
        {1e-8, "1e-08"},
        {1e-100, "1e-100"},
        {-DBL_MAX, "-1.7976931348623157e+308"},
        {(double)INFINITY, "+Inf"},
        {-(double)INFINITY, "-Inf"},
        {(double)NAN, "NaN"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[NUMBER_SIZE];
        assert_int_equal(number_write(cases[i].value, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

static void any_number_reads_back(void **state)
{
    (void)state;
    uint64_t bits = 1;
    for (int i = 0; i < 4000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        char text[NUMBER_SIZE];
        assert_true(number_write(value, text) < sizeof text);
        double back = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof value);
        /* Whole thousandths, as ratios and seconds are. */
        value = (double)(bits >> 40) / 1000;
        (void)number_write(value, text);
        back = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof value);
        assert_null(strchr(text, 'e'));
    }
}

static void the_locales_point_stays_out(void **state)
{
    (void)state;
    static const char *const printed[] = {"1.2345e+03", "1,2345e+03", "1\331\2532345e+03"};
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++) {
        char text[NUMBER_SIZE];
        assert_int_equal(number_lay_out(printed[i], text), 6);
        assert_string_equal(text, "1234.5");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_well),
        cmocka_unit_test(any_number_reads_back),
        cmocka_unit_test(the_locales_point_stays_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
