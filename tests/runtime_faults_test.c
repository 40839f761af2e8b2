/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_faults_test.c - each allocation and each engine call fails once, in the whole life of a runtime. */

#include "runtime_fixture.h"

/* Everything a host does at start-up and in a call, once; whatever was made is gone when it returns. */
static cclb_status whole_life(struct counting_allocator *counts, cclb_bytes wasm)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.allocator = counting_allocator(counts);
    options.clock.now_ns = now;
    options.host_ticks = true;
    cclb_runtime *runtime = NULL;
    cclb_error error = {0};
    cclb_report *report = NULL;
    cclb_handle *handle = NULL;
    cclb_lease lease = {0};
    cclb_slot_options slot_options = cclb_slot_options_init();
    slot_options.report = &report;
    cclb_slot_key key = cclb_global_key("f");
    cclb_status status = cclb_runtime_create(&options, &runtime, &error);
    if (status != CCLB_OK) {
        assert_int_equal(error.status, status);
        assert_null(runtime);
        return status;
    }
    status = cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, &slot_options, NULL, &error);
    cclb_slot_info info;
    if (status != CCLB_OK) {
        assert_int_equal(cclb_slot_lookup(runtime, key, &info, NULL), CCLB_REJECTED); /* nothing half-published */
    }
    if (status == CCLB_OK) {
        status = cclb_handle_create(runtime, key, &handle, &error);
    }
    if (status == CCLB_OK) {
        cclb_target target = cclb_by_handle(handle);
        status = cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &error);
    }
    if (status != CCLB_OK) {
        assert_int_equal(error.status, status);
        assert_true(error.message[0] != '\0');
    }
    cclb_report_destroy(report);
    report = NULL;
    if (status == CCLB_OK) {
        status = cclb_admit(runtime, wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report, &error);
    }
    cclb_report_destroy(report);
    cclb_lease_return(&lease);
    cclb_handle_destroy(handle);
    assert_int_equal(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *fixture = *state;
    struct counting_allocator counts = {0};
    cclb_status status = CCLB_INTERNAL;
    uint64_t failures = 0;
    while (status != CCLB_OK) {
        atomic_store(&counts.calls, 0);
        counts.fail_at = failures + 1;
        status = whole_life(&counts, fixture->filter);
        assert_int_equal(atomic_load(&counts.live), 0);
        /* An instance that cannot be made is a fault of the call; it, too, is the allocator's. */
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY || status == CCLB_INSTANTIATE ||
                    status == CCLB_PROBE);
        failures++;
        assert_true(failures < 1000);
    }
    assert_true(failures > 10);
}

static void every_engine_call_may_fail(void **state)
{
    struct fixture *fixture = *state;
    struct counting_allocator counts = {0};
    uint64_t calls = 0;
    for (uint64_t fail_at = 1; calls + 1 >= fail_at; fail_at++) {
        struct fake_script script = {.fail_at = fail_at};
        fake_script_set(&script);
        cclb_status status = whole_life(&counts, fixture->filter);
        calls = fake_calls();
        assert_int_equal(atomic_load(&counts.live), 0);
        assert_true(status >= CCLB_OK || status == CCLB_ENGINE);
        assert_true(fail_at < 1000);
    }
    assert_true(calls > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_allocation_may_fail),
        TEST(every_engine_call_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
