/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_log_test.c - the record that a host's log gets of every call, raw, typed or by a hook (cclb/log.h). */

#include "hooks_fixture.h"

static cclb_lease lease;

static int set_up_plugins(void **state)
{
    int status = set_up(state);
    lease = (cclb_lease){0};
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[1]);
    return status;
}

static void expect_principal_and_plugin(const char *plugin)
{
    assert_string_equal(fixture.logged.principal, "__global__");
    assert_string_equal(fixture.logged.plugin, plugin);
}

/* What a call that went well is told as, whoever made it. */
static void expect_good_record(uint64_t bytes_in, uint64_t bytes_out)
{
    const cclb_call_record *record = &fixture.logged.record;
    assert_int_equal(record->struct_size, sizeof *record);
    expect_principal_and_plugin("f");
    assert_int_equal(record->version, 1);
    assert_true(fixture.logged.has_digest);
    assert_int_equal(record->hook, CCLB_HOOK_FILTER);
    assert_int_equal(record->form, CCLB_FORM_W6);
    assert_int_equal(record->reference, CCLB_REFERENCE_0_1_2);
    assert_int_equal(record->outcome, CCLB_OK);
    assert_false(record->passed_through);
    assert_true(record->called);
    assert_false(fixture.logged.has_fault);
    assert_int_equal(record->bytes_in, bytes_in);
    assert_int_equal(record->bytes_out, bytes_out);
    assert_int_equal(record->duration_ns, HOOK_NS);
    assert_int_equal(record->guest_ns, HOOK_NS);
    assert_int_equal(record->memory_bytes, FAKE_MEMORY_BYTES);
}

static cclb_status raw(const char *key, cclb_hook hook)
{
    const cclb_bytes pieces[] = {cclb_text("abc"), cclb_text("de")};
    cclb_target target = target_of(key);
    return cclb_call_raw(fixture.runtime, &target, hook, pieces, 2, &lease, &fixture.error);
}

static cclb_status typed(void)
{
    const cclb_filter_request request = {.method = cclb_text("GET")};
    cclb_filter_response_view view;
    cclb_target target = target_of("f");
    return cclb_call_filter(fixture.runtime, &target, &request, &lease, &view, &fixture.error);
}

static cclb_status by_hook(void)
{
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    cclb_filter_result result;
    cclb_target target = target_of("f");
    cclb_status status = cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error);
    if (status == CCLB_OK) {
        lease = result.lease;
    }
    return status;
}

static void each_kind_of_call_has_one_record(void **state)
{
    (void)state;
    expect_ok(raw("f", CCLB_HOOK_FILTER));
    assert_int_equal(fixture.log_calls, 1);
    expect_good_record(5, 8);
    assert_int_equal(fixture.logged.record.fuel, 0);
    cclb_lease_return(&lease);
    expect_ok(typed());
    assert_int_equal(fixture.log_calls, 2);
    expect_good_record(fixture.input.len, 8);
    cclb_lease_return(&lease);
    expect_ok(by_hook());
    assert_int_equal(fixture.log_calls, 3);
    expect_good_record(fixture.input.len, 8);
    assert_int_equal(lease.duration_ns, HOOK_NS);
    cclb_lease_return(&lease);
    assert_int_equal(fixture.log_calls, 3); /* to return a lease is no call */
}

static void the_digest_is_that_of_the_reports(void **state)
{
    (void)state;
    cclb_bytes wasm = data_file("plugins/accept_all-pdk0.1.1.wasm");
    cclb_report *report = NULL;
    expect_ok(cclb_inspect(wasm, CCLB_SLOT_FILTER, CCLB_REFERENCE_ANY, NULL, NULL, &report, &fixture.error));
    expect_ok(raw("f", CCLB_HOOK_FILTER));
    assert_memory_equal(fixture.logged.digest, report->digest, CCLB_DIGEST_SIZE);
    cclb_lease_return(&lease);
    cclb_report_destroy(report);
    free((void *)(uintptr_t)wasm.data);
}

static void fuel_is_told_if_it_is_counted(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.metering = true;
    fixture_restart(&options);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[1]);
    expect_ok(by_hook());
    assert_int_equal(fixture.logged.record.fuel, 1);
    assert_int_equal(lease.fuel, 1);
    cclb_lease_return(&lease);
}

/* An answer that does not read is a failed typed or hook call, though the guest returned, and a good raw one (R59). */
static void the_outcome_is_that_which_the_host_is_told(void **state)
{
    (void)state;
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("nonsense of 24 characters"));
    expect_ok(raw("f", CCLB_HOOK_FILTER));
    expect_good_record(5, 25);
    cclb_lease_return(&lease);
    for (int i = 0; i < 2; i++) {
        expect_fault(i == 0 ? typed() : by_hook(), CCLB_DECODE, 0, "");
        const cclb_call_record *record = &fixture.logged.record;
        assert_int_equal(record->outcome, CCLB_DECODE);
        assert_true(record->called);
        assert_int_equal(record->bytes_out, 25);
        assert_int_equal(record->guest_ns, HOOK_NS);
        assert_true(fixture.logged.has_fault);
        assert_memory_equal(&fixture.logged.fault, &fixture.error, sizeof(cclb_error));
    }
    answer(CCLB_HOOK_FILTER, "{'results': [{'upstream_id': 'u', 'decision': 'accept', 'reason': ''}]}");
    expect_ok(typed());
    assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
    cclb_lease_return(&lease);
    expect_fault(by_hook(), CCLB_REJECTED, 87, "");
    assert_int_equal(fixture.logged.record.outcome, CCLB_REJECTED);
    assert_int_equal(fixture.logged.fault.rule, 87);
}

static void faults_of_the_guest_are_told(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    expect_fault(raw("f", CCLB_HOOK_FILTER), CCLB_TRAP, 50, "");
    const cclb_call_record *record = &fixture.logged.record;
    assert_int_equal(record->outcome, CCLB_TRAP);
    assert_true(record->called);
    assert_int_equal(record->bytes_in, 5);
    assert_int_equal(record->bytes_out, 0);
    assert_int_equal(record->guest_ns, HOOK_NS);
    assert_int_equal(record->memory_bytes, FAKE_MEMORY_BYTES);
    assert_int_equal(fixture.logged.fault.trap, CCLB_TRAP_UNREACHABLE);
    assert_int_equal(fixture.logged.fault.phase, CCLB_PHASE_HOOK);
    fixture.script.hook_fault = CCLB_OK;
    fixture.script.fail_at = 1; /* no instance: no guest code was entered */
    fixture_play();
    expect_fault(raw("f", CCLB_HOOK_FILTER), CCLB_INSTANTIATE, 45, "");
    assert_false(record->called);
    assert_int_equal(record->guest_ns, 0);
    assert_int_equal(record->version, 1);
}

static void calls_that_reach_no_plugin_are_told(void **state)
{
    (void)state;
    const cclb_call_record *record = &fixture.logged.record;
    expect_fault(raw("nobody", CCLB_HOOK_FILTER), CCLB_REJECTED, 41, "");
    assert_int_equal(fixture.log_calls, 1);
    expect_principal_and_plugin("nobody");
    assert_int_equal(record->version, 0);
    assert_false(fixture.logged.has_digest);
    assert_int_equal(record->form, CCLB_FORM_NONE);
    assert_int_equal(record->reference, CCLB_REFERENCE_ANY);
    assert_int_equal(record->bytes_in, 0);
    assert_int_equal(record->duration_ns, 0);
    assert_false(record->called);
    assert_int_equal(fixture.logged.fault.rule, 41);
    expect_fault(raw("f", CCLB_HOOK_SHAPE), CCLB_REJECTED, 41, "");
    assert_int_equal(record->hook, CCLB_HOOK_SHAPE);
    cclb_lease leases[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        expect_ok(raw("f", CCLB_HOOK_FILTER));
        leases[i] = lease;
    }
    expect_fault(raw("f", CCLB_HOOK_FILTER), CCLB_SATURATED, 44, "");
    assert_int_equal(record->outcome, CCLB_SATURATED);
    expect_principal_and_plugin("f");
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
}

/* A request that cannot be sent is a call that was made. */
static void requests_that_are_none_are_told(void **state)
{
    (void)state;
    const cclb_filter_request request = {.path = cclb_text("\xff")};
    cclb_filter_response_view view;
    cclb_target target = target_of("f");
    expect_fault(cclb_call_filter(fixture.runtime, &target, &request, &lease, &view, &fixture.error), CCLB_BAD_INPUT, 0,
                 "");
    assert_int_equal(fixture.logged.record.outcome, CCLB_BAD_INPUT);
    assert_int_equal(fixture.logged.record.bytes_in, 0);
    assert_int_equal(fixture.logged.record.version, 1);
    assert_int_equal(fixture.logged.fault.hook, CCLB_HOOK_FILTER);
}

static void the_version_and_the_name_are_those_of_the_cell(void **state)
{
    (void)state;
    cclb_handle *handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &handle, &fixture.error));
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    expect_ok(by_hook());
    assert_int_equal(fixture.logged.record.version, 2);
    assert_int_equal(fixture.logged.record.form, CCLB_FORM_W9);
    cclb_lease_return(&lease);
    expect_ok(cclb_slot_evict(fixture.runtime, cclb_global_key("f"), NULL, &fixture.error));
    cclb_target target = cclb_by_handle(handle);
    expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture.error));
    expect_principal_and_plugin("f");
    assert_int_equal(fixture.logged.record.version, 1);
    assert_int_equal(fixture.logged.record.form, CCLB_FORM_W6);
    cclb_lease_return(&lease);
    cclb_handle_destroy(handle);
}

/* ---- what a log may do ---- */

static uint32_t depth;
static uint32_t deepest;

/* Calls on, until there is no permit. */
static void call_again(void *context, const cclb_call_record *record)
{
    cclb_lease inner;
    cclb_error error;
    cclb_target target = target_of("f");
    (void)context;
    depth++;
    deepest = depth > deepest ? depth : deepest;
    if (record->outcome == CCLB_OK &&
        cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &inner, &error) == CCLB_OK) {
        cclb_lease_return(&inner);
    }
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture.runtime, &info, &error), CCLB_OK);
    depth--;
}

static void a_log_may_call(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.log = (cclb_log){.call = call_again};
    fixture_restart(&options);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[1]);
    deepest = 0;
    expect_ok(by_hook());
    assert_int_equal(deepest, 3); /* two permits, and the call that found none */
    cclb_lease_return(&lease);
    expect_nothing_open();
}

static void without_a_log_nothing_is_told(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.log = (cclb_log){.context = &fixture.logged};
    fixture_restart(&options);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[1]);
    expect_ok(by_hook());
    assert_int_equal(fixture.log_calls, 0);
    cclb_lease_return(&lease);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_plugins, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_call_has_one_record),
        TEST(the_digest_is_that_of_the_reports),
        TEST(fuel_is_told_if_it_is_counted),
        TEST(the_outcome_is_that_which_the_host_is_told),
        TEST(faults_of_the_guest_are_told),
        TEST(calls_that_reach_no_plugin_are_told),
        TEST(requests_that_are_none_are_told),
        TEST(the_version_and_the_name_are_those_of_the_cell),
        TEST(a_log_may_call),
        TEST(without_a_log_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
