/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_filter.c - CCLB_TEST_CASE=NAME PROGRAM runs one case of a cmocka program, or those that a pattern with * and ?
 * names. Linked into every one of them; the environment is read before main().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void choose_cases(void)
{
    const char *wanted = getenv("CCLB_TEST_CASE");
    if (wanted) {
        cmocka_set_test_filter(wanted);
    }
}
