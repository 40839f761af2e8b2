/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_policy_slot_test.c - where policies come from, what they are called, and which are of the content (rules R35, R66).
 */

#include "policy_fixture.h"

/* ---- where policies come from ---- */

static cclb_slot_registration register_again(const char *key, cclb_failure_policy policy)
{
    cclb_slot_registration registration = {0};
    cclb_bytes wasm = data_file("plugins/accept_all-pdk0.2.0.wasm");
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = policy;
    expect_ok(cclb_slot_register(fixture.runtime, cclb_global_key(key), CCLB_SLOT_FILTER, wasm, &options, &registration,
                                 &fixture.error));
    free((void *)(uintptr_t)wasm.data);
    return registration;
}

static cclb_failure_policy policy_of(const char *key)
{
    cclb_slot_info info;
    expect_ok(cclb_slot_lookup(fixture.runtime, cclb_global_key(key), &info, &fixture.error));
    return info.failure_policy;
}

static void a_slot_takes_its_policy_from_the_runtime_or_has_its_own(void **state)
{
    (void)state;
    static const cclb_failure_policy of_runtime[] = {CCLB_FAILURE_DEFAULT, CCLB_FAILURE_PASS_THROUGH,
                                                     CCLB_FAILURE_FAIL_CLOSED};
    for (size_t i = 0; i < COUNT(of_runtime); i++) {
        cclb_runtime_options options = fixture_options();
        options.failure_policy = of_runtime[i];
        restart_with(&options);
        register_again("x", CCLB_FAILURE_DEFAULT);
        assert_int_equal(policy_of("x"), of_runtime[i] == CCLB_FAILURE_FAIL_CLOSED ? CCLB_FAILURE_FAIL_CLOSED
                                                                                   : CCLB_FAILURE_PASS_THROUGH);
        register_again("y", CCLB_FAILURE_PASS_THROUGH);
        assert_int_equal(policy_of("y"), CCLB_FAILURE_PASS_THROUGH);
        register_again("z", CCLB_FAILURE_FAIL_CLOSED);
        assert_int_equal(policy_of("z"), CCLB_FAILURE_FAIL_CLOSED);
    }
}

static void one_policy(void *context, const cclb_slot_info *info)
{
    if (cclb_bytes_equal(info->key.plugin, cclb_text("x"))) {
        *(cclb_failure_policy *)context = info->failure_policy;
    }
}

/* R35: the same content under another policy is the same cell. */
static void a_policy_is_changed_by_registering_the_same_bytes(void **state)
{
    (void)state;
    assert_int_equal(register_again("x", CCLB_FAILURE_PASS_THROUGH).outcome, CCLB_SLOT_CREATED);
    cclb_handle *handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("x"), &handle, &fixture.error));
    cclb_target by_handle = cclb_by_handle(handle);
    cclb_target by_key = target_of("x");
    static const cclb_failure_policy policies[] = {CCLB_FAILURE_FAIL_CLOSED, CCLB_FAILURE_PASS_THROUGH,
                                                   CCLB_FAILURE_FAIL_CLOSED, CCLB_FAILURE_DEFAULT};
    for (size_t i = 0; i < COUNT(policies); i++) {
        bool closed = policies[i] == CCLB_FAILURE_FAIL_CLOSED;
        fake_script_set(NULL);
        cclb_slot_registration registration = register_again("x", policies[i]);
        assert_int_equal(registration.outcome, CCLB_SLOT_UNCHANGED);
        assert_int_equal(registration.version, 1);
        fixture.script.hook_fault = CCLB_TRAP;
        fixture_play();
        const cclb_target *const targets[] = {&by_handle, &by_key};
        for (size_t j = 0; j < COUNT(targets); j++) {
            cclb_status status = call(CCLB_HOOK_FILTER, targets[j]);
            assert_int_equal(status, closed ? CCLB_TRAP : CCLB_OK);
            cclb_lease_return(&made.lease);
        }
        cclb_failure_policy wanted = closed ? CCLB_FAILURE_FAIL_CLOSED : CCLB_FAILURE_PASS_THROUGH;
        cclb_failure_policy visited = CCLB_FAILURE_DEFAULT;
        cclb_slot_info info;
        assert_int_equal(policy_of("x"), wanted);
        expect_ok(cclb_handle_describe(handle, &info, &fixture.error));
        assert_int_equal(info.failure_policy, wanted);
        expect_ok(cclb_slot_visit(fixture.runtime, one_policy, &visited, &fixture.error));
        assert_int_equal(visited, wanted);
    }
    cclb_handle_destroy(handle);
}

static void policies_are_checked(void **state)
{
    (void)state;
    cclb_runtime *none = NULL;
    cclb_runtime_options options = fixture_options();
    options.failure_policy = (cclb_failure_policy)3;
    expect_fault(cclb_runtime_create(&options, &none, &fixture.error), CCLB_INVALID_ARGUMENT, 0,
                 "option failure_policy is 3");
    options = fixture_options();
    options.origin_policy = (cclb_origin_policy)2;
    expect_fault(cclb_runtime_create(&options, &none, &fixture.error), CCLB_INVALID_ARGUMENT, 0,
                 "option origin_policy is 2");
    cclb_slot_options slot_options = cclb_slot_options_init();
    slot_options.failure_policy = (cclb_failure_policy)3;
    expect_fault(cclb_slot_register(fixture.runtime, cclb_global_key("x"), CCLB_SLOT_FILTER, cclb_text(""),
                                    &slot_options, NULL, &fixture.error),
                 CCLB_INVALID_ARGUMENT, 66, "failure policy 3");
}

static void policies_have_names(void **state)
{
    (void)state;
    static const char *const failures[] = {"default", "pass-through", "fail-closed"};
    static const char *const origins[] = {"unrestricted", "selected-upstream-origin"};
    for (size_t i = 0; i < COUNT(failures); i++) {
        cclb_failure_policy policy = (cclb_failure_policy)99;
        assert_string_equal(cclb_failure_policy_name((cclb_failure_policy)i), failures[i]);
        assert_true(cclb_failure_policy_from_name(cclb_text(failures[i]), &policy));
        assert_int_equal(policy, i);
    }
    for (size_t i = 0; i < COUNT(origins); i++) {
        cclb_origin_policy policy = (cclb_origin_policy)99;
        assert_string_equal(cclb_origin_policy_name((cclb_origin_policy)i), origins[i]);
        assert_true(cclb_origin_policy_from_name(cclb_text(origins[i]), &policy));
        assert_int_equal(policy, i);
    }
    cclb_failure_policy failure = (cclb_failure_policy)99;
    cclb_origin_policy origin = (cclb_origin_policy)99;
    assert_false(cclb_failure_policy_from_name(cclb_text("pass_through"), &failure));
    assert_false(cclb_origin_policy_from_name(cclb_text(""), &origin));
    assert_int_equal(failure, 99);
    assert_int_equal(origin, 99);
    assert_string_equal(cclb_failure_policy_name((cclb_failure_policy)3), "");
    assert_string_equal(cclb_origin_policy_name((cclb_origin_policy)2), "");
}

/* R35: what is, and what is not, of the content. */
static void some_policies_are_of_the_content_and_some_are_not(void **state)
{
    (void)state;
    const cclb_runtime_options base = fixture_options();
    cclb_runtime_options changed[12];
    size_t count = 0;
#define CHANGED(member, value) (changed[count] = base, changed[count].member = (value), count++)
    CHANGED(stores_max, 3);        /* nothing that matters, so that the hash is seen to be stable */
    changed[0].pool_instances = 6; /* what it follows from stores_max by default */
    CHANGED(origin_policy, CCLB_ORIGIN_SELECTED_UPSTREAM);
    CHANGED(failure_policy, CCLB_FAILURE_FAIL_CLOSED);
    const size_t same = count;
    CHANGED(wire_bounds.output_body_bytes, 1);
    CHANGED(wire_bounds.max_headers, 1);
    CHANGED(wire_bounds.max_header_value_bytes, 1);
    CHANGED(wire_bounds.reason_bytes, 1);
    CHANGED(wire_bounds.max_items, 1);
    CHANGED(wire_bounds.url_bytes, 1);
    CHANGED(wire_bounds.claims_bytes, 1);
    CHANGED(wire_bounds.pass_through_bytes, 1);
    CHANGED(cookie_redaction, true);
    uint8_t first[CCLB_SLOT_HASH_SIZE];
    cclb_slot_info info;
    restart_with(&base);
    expect_ok(cclb_slot_lookup(fixture.runtime, cclb_global_key("f-pass"), &info, &fixture.error));
    memcpy(first, info.hash, sizeof first);
    for (size_t i = 0; i < count; i++) {
        restart_with(&changed[i]);
        expect_ok(cclb_slot_lookup(fixture.runtime, cclb_global_key("f-pass"), &info, &fixture.error));
        if ((memcmp(first, info.hash, sizeof first) == 0) != (i < same)) {
            fail_msg("change %zu", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        POLICY_TEST(a_slot_takes_its_policy_from_the_runtime_or_has_its_own),
        POLICY_TEST(a_policy_is_changed_by_registering_the_same_bytes),
        POLICY_TEST(policies_are_checked),
        POLICY_TEST(policies_have_names),
        POLICY_TEST(some_policies_are_of_the_content_and_some_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
