/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_leases_test.c - answers on loan, and what they hold until they are given back. */

#include "runtime_fixture.h"

#include <pthread.h>

static void an_answer_on_loan_is_not_disturbed_by_other_calls(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_target target = target_of("f");
    cclb_lease first = {0};
    cclb_lease second = {0};
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("the first answer")};
    fake_script_set(&script);
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &first, &fixture->error),
                     CCLB_OK);
    for (int i = 0; i < 3; i++) {
        script.answer[CCLB_HOOK_FILTER] = cclb_text("AND THE NEXT ONE");
        fake_script_set(&script);
        assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &second, &fixture->error),
                         CCLB_OK);
        assert_true(cclb_bytes_equal(first.output, cclb_text("the first answer")));
        assert_true(cclb_bytes_equal(second.output, cclb_text("AND THE NEXT ONE")));
        cclb_lease_return(&second);
    }
    assert_true(cclb_bytes_equal(first.output, cclb_text("the first answer")));
    cclb_lease_return(&first);
}

static void leases_hold_permits_and_are_shown(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease leases[3] = {0};
    assert_int_equal(call_filter(fixture, "f", &leases[0]), CCLB_OK);
    atomic_fetch_add(&time_ns, 500);
    assert_int_equal(call_filter(fixture, "f", &leases[1]), CCLB_OK);
    atomic_fetch_add(&time_ns, 250);
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stores_used, 2);
    assert_int_equal(info.leases_open, 2);
    assert_int_equal(info.oldest_lease_ns, 750);
    assert_int_equal(call_filter(fixture, "f", &leases[2]), CCLB_SATURATED);
    assert_int_equal(fixture->error.status, CCLB_SATURATED);
    assert_int_equal(fixture->error.rule, 44);
    assert_int_equal(fixture->error.resource, CCLB_RESOURCE_STORES);
    assert_non_null(strstr(fixture->error.message, "plugin runtime saturated: stores limit reached"));
    /* an unknown key is told before a shortage */
    assert_int_equal(call_filter(fixture, "nobody", &leases[2]), CCLB_REJECTED);
    cclb_lease_return(&leases[0]);
    assert_int_equal(call_filter(fixture, "f", &leases[2]), CCLB_OK);
    cclb_lease_return(&leases[1]);
    cclb_lease_return(&leases[2]);
    cclb_lease_return(&leases[2]); /* a returned lease is zeroed, and a zeroed one is fine */
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stores_used, 0);
    assert_int_equal(info.leases_open, 0);
}

static void destroy_waits_for_nobody_and_breaks_nothing(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease lease;
    cclb_handle *handle = NULL;
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK);
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_BUSY);
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    cclb_lease_return(&lease);
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_BUSY);
    cclb_handle_destroy(handle);
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK); /* nothing has changed */
    cclb_lease_return(&lease);
    assert_int_equal(cclb_runtime_destroy(NULL, &fixture->error), CCLB_OK);
    cclb_handle_destroy(NULL);
    cclb_report_destroy(NULL);
}

static void *return_lease(void *context)
{
    cclb_lease_return(context);
    return NULL;
}

static void a_lease_may_be_returned_by_another_thread_after_its_handle_is_gone(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    cclb_lease lease;
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_OK);
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("f"), NULL, &fixture->error), CCLB_OK);
    cclb_handle_destroy(handle);
    assert_int_equal(lease.output.data[0], 0); /* still there to be read */
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, return_lease, &lease), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_null(lease.lane);
}

static void a_copy_outlives_its_lease(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("answer")};
    fake_script_set(&script);
    cclb_target target = target_of("f");
    cclb_lease lease;
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_OK);
    cclb_buffer copy = {0};
    cclb_allocator allocator = counting_allocator(&fixture->counts);
    fixture->counts.fail_at = atomic_load(&fixture->counts.calls) + 1;
    assert_int_equal(cclb_lease_copy(&lease, &allocator, &copy, &fixture->error), CCLB_NO_MEMORY);
    assert_null(copy.data);
    fixture->counts.fail_at = 0;
    assert_int_equal(cclb_lease_copy(&lease, &allocator, &copy, &fixture->error), CCLB_OK);
    cclb_lease_return(&lease);
    assert_true(cclb_bytes_equal(cclb_bytes_of(copy.data, copy.len), cclb_text("answer")));
    cclb_buffer_deinit(&copy);
    cclb_buffer_deinit(&copy);
    cclb_buffer_deinit(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_on_loan_is_not_disturbed_by_other_calls),
        TEST(leases_hold_permits_and_are_shown),
        TEST(destroy_waits_for_nobody_and_breaks_nothing),
        TEST(a_lease_may_be_returned_by_another_thread_after_its_handle_is_gone),
        TEST(a_copy_outlives_its_lease),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
