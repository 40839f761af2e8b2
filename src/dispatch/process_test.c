/* SPDX-License-Identifier: Apache-2.0 */
/* process_test.c - the fork mark and the stack measure. */

#include "dispatch/process.h"

#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

static void a_child_is_another_process(void **state)
{
    (void)state;
    struct fork_mark mark = {0};
    cclb_error error;
    assert_int_equal(fork_mark_init(&mark, &error), CCLB_OK);
    assert_false(fork_mark_is_foreign(&mark));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool foreign = fork_mark_is_foreign(&mark);
        fork_mark_deinit(&mark);
        _exit(foreign ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(fork_mark_is_foreign(&mark));
    fork_mark_deinit(&mark);
    fork_mark_deinit(&mark);
}

enum { MIB = 1 << 20 };

struct answer {
    cclb_status enough;
    cclb_status too_small;
    cclb_error error;
};

static void *ask(void *context)
{
    struct answer *answer = context;
    answer->enough = stack_check(MIB / 2, &answer->error);
    answer->too_small = stack_check(4 * MIB, &answer->error);
    return NULL;
}

static void a_small_stack_is_told_with_both_sizes(void **state)
{
    (void)state;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 2 * MIB), 0);
    pthread_t thread;
    struct answer answer;
    assert_int_equal(pthread_create(&thread, &attributes, ask, &answer), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    assert_int_equal(answer.enough, CCLB_OK);
    assert_int_equal(answer.too_small, CCLB_STACK_TOO_SMALL);
    assert_non_null(strstr(answer.error.message, "4194304 bytes"));
    assert_non_null(strstr(answer.error.message, "are left"));
}

static void the_main_thread_is_measured_too(void **state)
{
    (void)state;
    cclb_error error;
    assert_int_equal(stack_check(MIB, &error), CCLB_OK);
    assert_int_equal(stack_check(SIZE_MAX / 2, &error), CCLB_STACK_TOO_SMALL);
}

static ucontext_t home;
static cclb_status foreign_status;
static cclb_error foreign_error;

static void on_foreign_stack(void)
{
    foreign_status = stack_check(1024, &foreign_error);
}

static void a_stack_of_the_hosts_own_cannot_be_measured(void **state)
{
    (void)state;
    static _Alignas(16) char stack[MIB];
    ucontext_t other;
    assert_int_equal(getcontext(&other), 0);
    other.uc_stack.ss_sp = stack;
    other.uc_stack.ss_size = sizeof stack;
    other.uc_link = &home;
    makecontext(&other, on_foreign_stack, 0);
    assert_int_equal(swapcontext(&home, &other), 0);
    assert_int_equal(foreign_status, CCLB_STACK_TOO_SMALL);
    assert_non_null(strstr(foreign_error.message, "foreign_stacks"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_is_another_process),
        cmocka_unit_test(a_small_stack_is_told_with_both_sizes),
        cmocka_unit_test(the_main_thread_is_measured_too),
        cmocka_unit_test(a_stack_of_the_hosts_own_cannot_be_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
