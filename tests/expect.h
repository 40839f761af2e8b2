/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expect.h - assertions for programs that cannot run under cmocka, which puts its own handlers in place of the engine's
 * in the isolations that have any. The first that fails ends the program; it is told with the case that RUN() began.
 */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *expect_case;

/* Whether a case is to be run; as in test_filter.c, though by its whole name alone. */
static inline bool expect_begin(const char *name)
{
    const char *wanted = getenv("CCLB_TEST_CASE");
    expect_case = name;
    return wanted == NULL || strcmp(wanted, name) == 0;
}

/* Runs a case, a function without arguments. */
#define RUN(name) (expect_begin(#name) ? name() : (void)0)

static inline void expect_at(bool holds, const char *what, const char *detail, const char *file, int line)
{
    if (!holds) {
        printf("%s:%d: %s: expected %s%s%s\n", file, line, expect_case, what, *detail ? "; " : "", detail);
        exit(1);
    }
}

static inline void expect_equal_at(int64_t value, int64_t wanted, const char *what, const char *file, int line)
{
    char detail[64];
    snprintf(detail, sizeof detail, "it is %" PRId64, value);
    expect_at(value == wanted, what, detail, file, line);
}

/* A condition. */
#define EXPECT(condition) expect_at((condition), #condition, "", __FILE__, __LINE__)

/* A condition, with a text that explains a failure. */
#define EXPECT_OR(condition, detail) expect_at((condition), #condition, (detail), __FILE__, __LINE__)

/* Two integers. */
#define EXPECT_EQUAL(value, wanted)                                                                                    \
    expect_equal_at((int64_t)(value), (int64_t)(wanted), #value " == " #wanted, __FILE__, __LINE__)

#endif
