/* SPDX-License-Identifier: Apache-2.0 */
/* in_child.h - runs a part of a test in a forked child. */
#ifndef TESTS_IN_CHILD_H
#define TESTS_IN_CHILD_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * Uses more stack than any part does. Under valgrind what a child uses of it for the first time is a mapping of its own,
 * and the C library takes the stack to end where that begins: nothing is left of it then (CCLB_STACK_TOO_SMALL).
 */
static inline void use_stack(void)
{
    volatile uint8_t deep[1024 * 1024];
    for (size_t i = 0; i < sizeof deep; i += 1024) {
        deep[i] = 0;
    }
}

/*
 * What `part` returns in a child. It tells through a pipe and is ended at once: what the parent left in it is no leak
 * for anyone to report. Fails the test if the child ends without telling.
 */
static inline int told_by_child(int (*part)(void *context), void *context)
{
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    use_stack();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int result = part(context);
        (void)!write(pipe_ends[1], &result, sizeof result);
        raise(SIGKILL);
    }
    close(pipe_ends[1]);
    int result = 0;
    ssize_t taken = read(pipe_ends[0], &result, sizeof result);
    close(pipe_ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(taken, sizeof result);
    return result;
}

#endif
