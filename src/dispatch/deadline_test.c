/* SPDX-License-Identifier: Apache-2.0 */
/* deadline_test.c - what the ticker noted of one call is not held against the next one in its lane. */

#include "dispatch/deadline.h"

#include "base/clock.h"
#include "cpu_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { BOUND_NS = 1000000000 };

static struct lane lane;
static cclb_clock machine;

/* A call that has just passed its deadline by the clock. */
static uint64_t late_call(void)
{
    machine = clock_or_default((cclb_clock){0});
    uint64_t deadline_ns = clock_now_ns(&machine);
    lane.clock = &machine;
    lane.bound_ns = BOUND_NS;
    lane.measures_cpu = true;
    atomic_store(&lane.deadline_ns, deadline_ns);
    return deadline_ns;
}

/* As the ticker notes it: CPU time of the thread so far, and whose call it was. */
static void note(uint64_t cpu_ns, uint64_t deadline_ns)
{
    atomic_store(&lane.cpu_seen_ns, cpu_ns);
    atomic_store(&lane.cpu_seen_for, deadline_ns);
}

static void test_cpu_time_of_the_call_decides(void **state)
{
    (void)state;
    uint64_t deadline_ns = late_call();
    note(thread_ns(), deadline_ns);
    assert_false(lane_overdue(&lane));
    note(thread_ns() - BOUND_NS, deadline_ns);
    assert_true(lane_overdue(&lane));
}

/* The ticker may write it down when the lane has passed to another thread, which used more. */
static void test_cpu_time_of_another_call_does_not(void **state)
{
    (void)state;
    uint64_t deadline_ns = late_call();
    note(thread_ns() - BOUND_NS, deadline_ns - 1);
    assert_false(lane_overdue(&lane));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_time_of_the_call_decides),
        cmocka_unit_test(test_cpu_time_of_another_call_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
