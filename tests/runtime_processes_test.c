/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_processes_test.c - forked children, small stacks, and the host's own clock. */

#include "engine/handover.h"
#include "in_child.h"
#include "runtime_fixture.h"
#include "table.h"

#include <pthread.h>
#include <stdlib.h>

struct inherited {
    struct fixture *fixture;
    cclb_lease lease;
    cclb_handle *handle;
};

static int in_the_child(void *context)
{
    struct inherited *inherited = context;
    struct fixture *fixture = inherited->fixture;
    cclb_runtime *own = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_slot_info slot;
    cclb_report *report = NULL;
    cclb_slot_key key = cclb_global_key("f");
    cclb_lease none = {0};
    bool forked = call_filter(fixture, "f", &none) == CCLB_FORKED &&
                        cclb_runtime_describe(fixture->runtime, &info, NULL) == CCLB_FORKED &&
                        cclb_slot_register(fixture->runtime, key, CCLB_SLOT_FILTER, fixture->filter, NULL, NULL,
                                           NULL) == CCLB_FORKED &&
                        cclb_slot_evict(fixture->runtime, key, NULL, NULL) == CCLB_FORKED &&
                        cclb_slot_retain(fixture->runtime, NULL, 0, NULL, NULL, NULL) == CCLB_FORKED &&
                        cclb_slot_lookup(fixture->runtime, key, &slot, NULL) == CCLB_FORKED &&
                        cclb_slot_visit(fixture->runtime, NULL, NULL, NULL) == CCLB_FORKED &&
                        cclb_handle_describe(inherited->handle, &slot, NULL) == CCLB_FORKED &&
                        cclb_admit(fixture->runtime, fixture->filter, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report,
                                   NULL) == CCLB_FORKED;
    cclb_runtime_tick(fixture->runtime);
    cclb_lease_return(&inherited->lease);
    cclb_handle_destroy(inherited->handle);
    if (!forked || cclb_runtime_destroy(fixture->runtime, NULL) != CCLB_OK) {
        return 1;
    }
    cclb_runtime_options options = test_options(fixture);
    fixture->runtime = NULL;
    if (cclb_runtime_create(&options, &own, NULL) != CCLB_OK) {
        return 2;
    }
    fixture->runtime = own;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    if (call_filter(fixture, "f", &none) != CCLB_OK) {
        return 3;
    }
    cclb_lease_return(&none);
    return cclb_runtime_destroy(own, NULL) == CCLB_OK ? 0 : 4;
}

static void a_forked_child_makes_its_own(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct inherited inherited = {.fixture = fixture};
    assert_int_equal(call_filter(fixture, "f", &inherited.lease), CCLB_OK);
    assert_int_equal(
        cclb_handle_create(fixture->runtime, cclb_global_key("f"), &inherited.handle, &fixture->error), CCLB_OK);
    assert_int_equal(told_by_child(in_the_child, &inherited), 0);
    cclb_lease_return(&inherited.lease); /* the parent's is as it was */
    cclb_handle_destroy(inherited.handle);
}

/* A runtime with a thread of its own, which no child has; it was called, so that the thread runs. */
static bool make_called(struct fixture *fixture)
{
    cclb_runtime_options options = test_options(fixture);
    options.host_ticks = HANDOVER_WATCHED; /* the thread sanitizer cannot start threads in a forked child */
    cclb_lease lease = {0};
    if (cclb_runtime_create(&options, &fixture->runtime, &fixture->error) != CCLB_OK) {
        return false;
    }
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    bool called = call_filter(fixture, "f", &lease) == CCLB_OK;
    cclb_lease_return(&lease);
    return called;
}

/* Returns 0, or which step failed. */
static int live_a_life(void *context)
{
    struct fixture *fixture = context;
    if (!make_called(fixture)) {
        return 1;
    }
    return cclb_runtime_destroy(fixture->runtime, &fixture->error) == CCLB_OK ? 0 : 2;
}

/* The same where the parent has a runtime. */
static int live_a_life_beside(void *context)
{
    struct fixture *fixture = context;
    cclb_runtime_info info = cclb_runtime_info_init();
    if (cclb_runtime_describe(fixture->runtime, &info, NULL) != CCLB_FORKED) {
        return 3;
    }
    return live_a_life(fixture);
}

/* Whatever was before the fork, the child can live a whole life, and so can the parent after it. */
static void forks_before_between_and_after_all_runtimes(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    fake_script_set(NULL);
    fixture.filter = data_file("plugins/accept_all-pdk0.2.0.wasm");
    assert_int_equal(told_by_child(live_a_life, &fixture), 0);
    assert_int_equal(live_a_life(&fixture), 0);
    assert_int_equal(told_by_child(live_a_life, &fixture), 0);
    assert_true(make_called(&fixture));
    assert_int_equal(told_by_child(live_a_life_beside, &fixture), 0);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(&fixture, "f", &lease), CCLB_OK);
    cclb_lease_return(&lease);
    assert_int_equal(cclb_runtime_destroy(fixture.runtime, &fixture.error), CCLB_OK);
    assert_int_equal(told_by_child(live_a_life, &fixture), 0);
    assert_int_equal(live_a_life(&fixture), 0);
    assert_int_equal(fake_alive(), 0);
    assert_int_equal(atomic_load(&fixture.counts.live), 0);
    free((void *)(uintptr_t)fixture.filter.data);
}

struct on_thread {
    struct fixture *fixture;
    cclb_status call;
    cclb_status registration;
    cclb_error error;
};

static void *call_on_thread(void *context)
{
    struct on_thread *job = context;
    cclb_lease lease = {0};
    job->call = call_filter(job->fixture, "f", &lease);
    job->error = job->fixture->error;
    job->registration = cclb_slot_register(job->fixture->runtime, cclb_global_key("g"), CCLB_SLOT_SHAPE,
                                           job->fixture->shape, NULL, NULL, NULL);
    cclb_lease_return(&lease);
    return NULL;
}

static void a_thread_with_too_small_a_stack_is_told_both_sizes(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 1 << 20), 0); /* exactly the guest's, nothing beside it */
    pthread_t thread;
    struct on_thread job = {.fixture = fixture};
    assert_int_equal(pthread_create(&thread, &attributes, call_on_thread, &job), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    assert_int_equal(job.call, CCLB_STACK_TOO_SMALL);
    assert_int_equal(job.registration, CCLB_STACK_TOO_SMALL); /* trial calls run there too */
    assert_non_null(strstr(job.error.message, "1310720 bytes"));
    cclb_slot_info info;
    assert_int_equal(cclb_slot_lookup(fixture->runtime, cclb_global_key("g"), &info, &fixture->error), CCLB_REJECTED);
}

static _Atomic bool hook_entered;

static void note_entered(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    atomic_store(&hook_entered, true);
}

/* Not before the guest runs: time that passes between the permit and the start of the deadline is not the guest's. */
static void *tick_when_called(void *context)
{
    struct fixture *fixture = context;
    cclb_runtime_info info = cclb_runtime_info_init();
    while (!atomic_load(&hook_entered)) {
        sched_yield();
    }
    atomic_fetch_add(&time_ns, UINT64_C(3600) * 1000000000);
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, NULL), CCLB_OK);
    while (info.stores_used != 0) {
        cclb_runtime_tick(fixture->runtime);
        assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, NULL), CCLB_OK);
    }
    return NULL;
}

static void the_hosts_clock_and_tick_end_a_loop_without_sleeping(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct fake_script script = {.loop = FAKE_LOOP_HOOK, .in_hook = note_entered};
    fake_script_set(&script);
    atomic_store(&hook_entered, false);
    pthread_t host;
    assert_int_equal(pthread_create(&host, NULL, tick_when_called, fixture), 0);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_DEADLINE);
    assert_int_equal(pthread_join(host, NULL), 0);
    assert_int_equal(fixture->error.phase, CCLB_PHASE_HOOK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forks_before_between_and_after_all_runtimes), /* the first: no runtime was made yet */
        TEST(a_forked_child_makes_its_own),
        TEST(a_thread_with_too_small_a_stack_is_told_both_sizes),
        TEST(the_hosts_clock_and_tick_end_a_loop_without_sleeping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
