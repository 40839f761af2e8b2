/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_policy_permit_test.c - failure policies where a call got no permit: it passes all the same, under the slot's policy,
 * and holds what it needs of cell and runtime (rules R44, R66).
 */

#include "policy_fixture.h"

/* ---- calls without a permit ---- */

/* By key nothing is known of the plugin but its slot's policy. */
static void without_a_permit_a_call_by_key_passes_too(void **state)
{
    (void)state;
    hold(2);
    static const struct {
        cclb_hook hook;
        const char *passing, *closed;
    } cases[] = {{CCLB_HOOK_FILTER, "f-pass", "f-closed"}, {CCLB_HOOK_SHAPE, "s-pass", "s-closed"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        cclb_target target = target_of(cases[i].passing);
        expect_ok(call(cases[i].hook, &target));
        assert_true(passed(cases[i].hook));
        expect_fault(fixture.error.status, CCLB_SATURATED, 44, "");
        expect_nothing_changed(cases[i].hook);
        assert_int_equal(made.lease.form, CCLB_FORM_NONE);
        assert_int_equal(made.lease.reference, CCLB_REFERENCE_ANY);
        assert_int_equal(made.lease.version, 0);
        assert_true(fixture.logged.record.passed_through);
        assert_int_equal(fixture.logged.record.version, 0);
        assert_false(fixture.logged.has_digest);
        assert_int_equal(fixture.logged.record.form, CCLB_FORM_NONE);
        assert_int_equal(fixture.logged.record.duration_ns, 0);
        cclb_error busy;
        assert_int_equal(cclb_runtime_destroy(fixture.runtime, &busy), CCLB_BUSY);
        cclb_lease_return(&made.lease);
        target = target_of(cases[i].closed);
        expect_fault(call(cases[i].hook, &target), CCLB_SATURATED, 44, "");
        assert_false(fixture.logged.record.passed_through);
    }
    let_go();
}

/* A lease without a permit is one all the same: nothing else keeps its runtime. */
static void leases_without_a_permit_keep_the_runtime(void **state)
{
    (void)state;
    cclb_lease leases[3];
    hold(2);
    cclb_target target = target_of("f-pass");
    for (size_t i = 0; i < COUNT(leases); i++) {
        expect_ok(call(CCLB_HOOK_FILTER, &target));
        leases[i] = made.lease;
    }
    let_go();
    drop_handles();
    for (size_t i = 0; i < COUNT(leases); i++) {
        cclb_runtime_info info = cclb_runtime_info_init();
        expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
        assert_int_equal(info.leases_open, COUNT(leases) - i);
        assert_int_equal(info.stores_used, 0);
        assert_int_equal(cclb_runtime_destroy(fixture.runtime, &fixture.error), CCLB_BUSY);
        assert_non_null(strstr(fixture.error.message, "passed through"));
        cclb_lease_return(&leases[i]);
        cclb_lease_return(&leases[i]); /* a returned one is zeroed, and a zeroed one is fine */
    }
}

/* A request that cannot even be passed on is told as that, and whatever was made for it is given back. */
static void without_a_permit_a_request_that_is_none_is_told(void **state)
{
    (void)state;
    hold(2);
    cclb_target target = target_of("s-pass");
    uint64_t live = atomic_load(&fixture.counts.live);
    request.method = cclb_text("G T");
    expect_never_passed(CCLB_HOOK_SHAPE, &target, CCLB_BAD_INPUT, 96);
    request.method = cclb_text("GET");
    request.upstream_base_url = cclb_optional_text("no url");
    expect_never_passed(CCLB_HOOK_SHAPE, &target, CCLB_BAD_INPUT, 83);
    request.upstream_base_url.present = false;
    const cclb_header bad = HEADER("a", "\n");
    request.headers = (cclb_headers){&bad, 1};
    expect_never_passed(CCLB_HOOK_SHAPE, &target, CCLB_BAD_INPUT, 74);
    assert_int_equal(atomic_load(&fixture.counts.live), live);
    let_go();
}

static void without_a_permit_memory_may_be_short_too(void **state)
{
    (void)state;
    hold(2);
    static const char *const keys[] = {"f-pass", "s-pass"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        cclb_target target = target_of(keys[i]);
        uint64_t live = atomic_load(&fixture.counts.live);
        uint64_t failures = 0;
        for (cclb_status status = CCLB_INTERNAL; status != CCLB_OK; failures++) {
            fixture.counts.fail_at = atomic_load(&fixture.counts.calls) + failures + 1;
            status = call(hooks[i], &target);
            fixture.counts.fail_at = 0;
            if (status != CCLB_OK) {
                /* the saturation itself, if there was no memory to let anything pass with */
                assert_true(status == CCLB_SATURATED || status == CCLB_NO_MEMORY);
                assert_int_equal(fixture.error.status, status);
                assert_int_equal(fixture.logged.record.outcome, status);
                assert_false(fixture.logged.record.passed_through);
                assert_int_equal(atomic_load(&fixture.counts.live), live);
            }
        }
        assert_true(failures > 2);
        expect_nothing_changed(hooks[i]);
        cclb_lease_return(&made.lease);
        assert_int_equal(atomic_load(&fixture.counts.live), live);
    }
    let_go();
}

/* ---- what holds a cell that no lane guards ---- */

static cclb_handle *last_handle;

static void destroy_the_last_handle(void *context, const cclb_call_record *record)
{
    uint64_t *version = context;
    cclb_handle_destroy(last_handle);
    last_handle = NULL;
    *version = record->version;
}

/* The handle was all that kept the cell, and it goes while the call that got no permit is told and lent. */
static void without_a_permit_a_call_by_handle_keeps_its_cell(void **state)
{
    (void)state;
    uint64_t told_version = 0;
    cclb_runtime *runtime = NULL;
    cclb_runtime_options options = fixture_options();
    options.stores_max = 1;
    options.log = (cclb_log){.call = destroy_the_last_handle, .context = &told_version};
    cclb_bytes first = data_file("plugins/accept_all-pdk0.2.0.wasm");
    cclb_bytes second = data_file("plugins/accept_all_view-pdk0.2.0.wasm");
    cclb_slot_key key = cclb_global_key("x");
    cclb_target by_key = cclb_by_key(key.principal, key.plugin);
    cclb_lease lease;
    cclb_filter_result result;
    cclb_request asked = cclb_request_init();
    cclb_handle *handle = NULL;
    asked.method = cclb_text("POST");
    expect_ok(cclb_runtime_create(&options, &runtime, &fixture.error));
    expect_ok(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, first, NULL, NULL, &fixture.error));
    expect_ok(cclb_handle_create(runtime, key, &handle, &fixture.error));
    expect_ok(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, second, NULL, NULL, &fixture.error));
    expect_ok(cclb_call_raw(runtime, &by_key, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture.error));
    assert_int_equal(told_version, 2);
    cclb_target target = cclb_by_handle(handle);
    last_handle = handle;
    expect_ok(cclb_filter(runtime, &target, &asked, &result, &fixture.error));
    assert_true(result.passed_through);
    assert_int_equal(told_version, 1);
    assert_int_equal(result.lease.version, 1);
    assert_int_equal(result.lease.form, CCLB_FORM_W9);
    cclb_lease_return(&result.lease);
    cclb_lease_return(&lease);
    expect_ok(cclb_runtime_destroy(runtime, &fixture.error));
    free((void *)(uintptr_t)first.data);
    free((void *)(uintptr_t)second.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        POLICY_TEST(without_a_permit_a_call_by_handle_keeps_its_cell),
        POLICY_TEST(without_a_permit_a_call_by_key_passes_too),
        POLICY_TEST(leases_without_a_permit_keep_the_runtime),
        POLICY_TEST(without_a_permit_a_request_that_is_none_is_told),
        POLICY_TEST(without_a_permit_memory_may_be_short_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
