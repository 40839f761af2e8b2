/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots_model_test.c - slots, lanes, calls and leases in every interleaving of small cases.
 *
 * The slots, lanes and calls of the library, up to cclb_call_raw(), cclb_lease_return() and the sessions of streams, and
 * the fake engine below them are compiled into this program a second time, for the explorer (model.h). In every run of
 * every case no memory is used after it was freed, be it a cell, a module or a guest's; and once all threads are done
 * everything replaced has been freed, nothing else has, no memory is reserved, no session is counted, and the rest can be
 * freed (check_quiet). What else must hold stands with each case.
 *
 * With arguments `expect TEXT` it succeeds only if some case fails with a message that contains TEXT: that is how it
 * is run against seeded defects (model.cmake).
 */

#include "model_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { CASES_MAX = 64 };

static const struct model_cases *const groups[] = {&lane_cases, &lease_cases, &session_cases, &slot_cases};

/* All of them, and how many there are. */
static struct model_program cases[CASES_MAX];
static size_t case_count;

static void gather_cases(void)
{
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (groups[i]->count > CASES_MAX - case_count) {
            abort();
        }
        memcpy(cases + case_count, groups[i]->program, groups[i]->count * sizeof *cases);
        case_count += groups[i]->count;
    }
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct model_result explore(const struct model_program *program, bool quiet)
{
    double start = seconds_now();
    struct model_options options = {.quiet = quiet};
    struct model_result result = model_explore(program, &options);
    printf("%-42s %9llu interleavings of up to %u steps (%llu cut short) in %.2f s%s%s\n", program->name,
           (unsigned long long)result.runs, result.steps_max, (unsigned long long)result.cut_short,
           seconds_now() - start, result.failed ? ": " : "", result.message);
    fflush(stdout);
    return result;
}

static void test_case(void **state)
{
    struct model_result result = explore(*state, false);
    assert_false(result.failed);
    assert_true(result.runs > 1);
}

/* Whether some case fails as it should. */
static int expect(const char *message)
{
    for (size_t i = 0; i < case_count; i++) {
        struct model_result result = explore(&cases[i], true);
        if (result.failed) {
            return strstr(result.message, message) ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    }
    fprintf(stderr, "the defect was not found\n");
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    gather_cases();
    if (argc == 3 && strcmp(argv[1], "expect") == 0) {
        return expect(argv[2]);
    }
    struct CMUnitTest tests[CASES_MAX] = {0};
    for (size_t i = 0; i < case_count; i++) {
        tests[i] = (struct CMUnitTest){.name = cases[i].name, .test_func = test_case, .initial_state = &cases[i]};
    }
    return _cmocka_run_group_tests("slots_model_test", tests, case_count, NULL, NULL);
}
