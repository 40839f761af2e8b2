/* SPDX-License-Identifier: Apache-2.0 */
/* nearest_test.c - slips of the keyboard are understood, other words are not. */

#include "json/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"request_id", "thread_id", "path", "query", "headers", "body", "id"};

static void test_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *misspelt;
        const char *meant;
    } cases[] = {
        {"headers", "headers"},
        {"header", "headers"},
        {"hedaers", "headers"},
        {"Body", "body"},
        {"bdy", "body"},
        {"req_id", NULL},
        {"requestid", "request_id"},
        {"request-id", "request_id"},
        {"", NULL},
        {"i", "id"},
        {"x", NULL},
        {"quarry", "query"},
        {"pth", "path"},
        {"uri", NULL},
        {"upstream_base_url", NULL},
        {"threadid", "thread_id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *nearest = nearest_name(cases[i].misspelt, names, sizeof names / sizeof names[0]);
        if (cases[i].meant == NULL) {
            if (nearest) {
                fail_msg("%s is taken for %s", cases[i].misspelt, nearest);
            }
        } else {
            assert_non_null(nearest);
            assert_string_equal(nearest, cases[i].meant);
        }
    }
    assert_null(nearest_name("path", names, 0));
}

static void test_long_names_are_none(void **state)
{
    (void)state;
    char name[1000];
    memset(name, 'a', sizeof name);
    for (size_t len = 60; len < 70; len++) {
        name[len] = '\0';
        assert_null(nearest_name(name, names, sizeof names / sizeof names[0]));
        const char *const same[] = {name};
        assert_ptr_equal(nearest_name(name, same, 1), len < 64 ? name : NULL);
        name[len] = 'a';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_long_names_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
