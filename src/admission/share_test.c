/* SPDX-License-Identifier: Apache-2.0 */
/* share_test.c - one admission for all who want the same, and another for who wants anything else. */

#include "admission/share.h"

#include "admission_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint32_t trials;

static void count_trial(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    trials++;
}

static void count_trials(void)
{
    struct fake_script script = {.in_hook = count_trial};
    trials = 0;
    fake_script_set(&script);
}

static struct admitted *get(struct fixture *fixture, cclb_bytes wasm, cclb_hook slot, cclb_reference reference)
{
    struct admitted *admitted = NULL;
    if (admit_shared(&fixture->admission, wasm, fixture->digest, slot, reference, &admitted, &fixture->error) !=
        CCLB_OK) {
        fail_msg("%s", fixture->error.message);
    }
    return admitted;
}

static void the_same_is_admitted_once(void **state)
{
    struct fixture *fixture = *state;
    cclb_bytes wasm = fixture_build(fixture);
    count_trials();
    struct admitted *first = get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY);
    assert_true(trials > 0);
    trials = 0;
    uint64_t live = fixture->counts.live;
    for (size_t i = 0; i < 1000; i++) {
        assert_ptr_equal(get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY), first);
    }
    assert_int_equal(trials, 0);
    assert_int_equal(fixture->counts.live, live);
    for (size_t i = 0; i < 1000; i++) {
        admitted_return(first);
    }
    assert_memory_equal(first->digest, fixture->digest, sizeof first->digest); /* one is left */
    admitted_return(first);
    /* and when none is, it is admitted anew */
    admitted_return(get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY));
    assert_true(trials > 0);
}

static void anything_else_is_admitted_for_itself(void **state)
{
    struct fixture *fixture = *state;
    cclb_bytes wasm = fixture_build(fixture);
    struct admitted *first = get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY);
    struct admitted *slot = get(fixture, wasm, CCLB_HOOK_SHAPE, CCLB_REFERENCE_ANY);
    struct admitted *reference = get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4);
    assert_ptr_not_equal(slot, first);
    assert_ptr_not_equal(reference, first);
    assert_ptr_not_equal(reference, slot);
    /* other bytes, also if their digests are in one bucket */
    struct admitted *others[ADMISSION_SHARED_BUCKETS + 1];
    for (size_t i = 0; i <= ADMISSION_SHARED_BUCKETS; i++) {
        fixture->digest[1] = (uint8_t)(i + 1);
        others[i] = get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY);
        for (size_t k = 0; k < i; k++) {
            assert_ptr_not_equal(others[i], others[k]);
        }
    }
    /* given back in an order that takes from the middle and from both ends */
    for (size_t i = 0; i <= ADMISSION_SHARED_BUCKETS; i += 2) {
        admitted_return(others[i]);
    }
    for (size_t i = 1; i <= ADMISSION_SHARED_BUCKETS; i += 2) {
        admitted_return(others[i]);
    }
    admitted_return(first);
    admitted_return(slot);
    admitted_return(reference);
    admitted_return(NULL);
}

static void what_is_refused_is_not_shared(void **state)
{
    struct fixture *fixture = *state;
    cclb_bytes wasm = fixture_build(fixture);
    struct fake_script script = {.hook_fault = CCLB_TRAP};
    struct admitted *admitted = NULL;
    fake_script_set(&script);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(admit_shared(&fixture->admission, wasm, fixture->digest, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY,
                                      &admitted, &fixture->error),
                         CCLB_PROBE);
        assert_null(admitted);
    }
    fake_script_set(NULL);
    admitted_return(get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY));
}

/* One that admit() made is its caller's alone. */
static void one_that_is_not_shared_is_destroyed(void **state)
{
    struct fixture *fixture = *state;
    cclb_bytes wasm = fixture_build(fixture);
    struct admitted *own = NULL;
    assert_int_equal(admit(&fixture->admission, wasm, fixture->digest, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY, &own,
                           &fixture->error),
                     CCLB_OK);
    struct admitted *shared = get(fixture, wasm, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY);
    assert_ptr_not_equal(shared, own);
    admitted_return(own);
    admitted_return(shared);
}

struct worker {
    struct fixture *fixture;
    cclb_bytes wasm;
    pthread_barrier_t *gate;
    bool failed;
};

static void *get_and_return(void *context)
{
    struct worker *worker = context;
    pthread_barrier_wait(worker->gate);
    for (int i = 0; i < 5000; i++) {
        struct admitted *admitted = NULL;
        cclb_error error;
        worker->failed = worker->failed || admit_shared(&worker->fixture->admission, worker->wasm,
                                                        worker->fixture->digest, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY,
                                                        &admitted, &error) != CCLB_OK;
        admitted_return(admitted);
    }
    return NULL;
}

static void threads_may_do_so_at_once(void **state)
{
    enum { THREADS = 4 };
    struct fixture *fixture = *state;
    cclb_bytes wasm = fixture_build(fixture);
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    pthread_barrier_t gate;
    assert_int_equal(pthread_barrier_init(&gate, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){fixture, wasm, &gate, false};
        assert_int_equal(pthread_create(&threads[i], NULL, get_and_return, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(workers[i].failed);
    }
    pthread_barrier_destroy(&gate);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_same_is_admitted_once),
        TEST(anything_else_is_admitted_for_itself),
        TEST(what_is_refused_is_not_shared),
        TEST(one_that_is_not_shared_is_destroyed),
        TEST(threads_may_do_so_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
