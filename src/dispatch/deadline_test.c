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

/* As the ticker would note it: CPU time of the thread so far, and whose call it was. */
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

/* ---- as the ticker itself notes it; the clock stands still unless it is set ---- */

static uint64_t now_ns;

static uint64_t standing(void *context)
{
    (void)context;
    return now_ns;
}

static cclb_clock still = {.now_ns = standing};
static struct lanes lanes = {.lane = &lane, .permits = 1};
static struct ticker ticker = {.lanes = &lanes, .clock = &still, .measures_cpu = true};

enum { FIRST_NS = 1000, NEXT_NS = 1001 }; /* deadlines of two calls in the lane */

/* The lane passes to the next call while the ticker asks for the CPU time. */
static bool passes_on;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    if (passes_on) {
        passes_on = false;
        atomic_store(&lane.deadline_ns, NEXT_NS);
    }
    return __real_clock_gettime(clock, now);
}

/* A call of this thread, which has been looked at once, ahead of its deadline. */
static void begin_seen_call(void)
{
    clockid_t cpu_clock;
    assert_int_equal(pthread_getcpuclockid(pthread_self(), &cpu_clock), 0);
    lane = (struct lane){.clock = &still, .bound_ns = 1, .measures_cpu = true};
    atomic_store(&lane.cpu_clock, cpu_clock);
    atomic_store(&lane.deadline_ns, FIRST_NS);
    now_ns = FIRST_NS - 1;
    assert_true(ticker_tick(&ticker));
}

static void use_cpu_time(void)
{
    uint64_t start_ns = thread_ns();
    while (thread_ns() - start_ns < lane.bound_ns) {
    }
}

static bool is_overdue_at(uint64_t moment_ns)
{
    now_ns = moment_ns;
    return lane_overdue(&lane);
}

static void test_what_the_ticker_noted_is_of_the_call_that_it_saw(void **state)
{
    (void)state;
    passes_on = false;
    begin_seen_call();
    use_cpu_time();
    assert_true(is_overdue_at(FIRST_NS));
    atomic_store(&lane.deadline_ns, NEXT_NS);
    assert_false(is_overdue_at(NEXT_NS));
    now_ns = FIRST_NS;
    assert_true(ticker_tick(&ticker));
    use_cpu_time();
    assert_true(is_overdue_at(NEXT_NS));
}

static void test_and_no_other_that_came_meanwhile(void **state)
{
    (void)state;
    passes_on = true;
    begin_seen_call();
    assert_false(passes_on);
    use_cpu_time();
    assert_false(is_overdue_at(NEXT_NS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_time_of_the_call_decides),
        cmocka_unit_test(test_cpu_time_of_another_call_does_not),
        cmocka_unit_test(test_what_the_ticker_noted_is_of_the_call_that_it_saw),
        cmocka_unit_test(test_and_no_other_that_came_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
