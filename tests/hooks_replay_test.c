/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_replay_test.c - capsules replayed (cclb/replay.h) over an engine that does as it is told, the same again or not. */

#include "capsule_fixture.h"

static cclb_capsule *read_taken(void)
{
    cclb_capsule *capsule = NULL;
    expect_ok(cclb_capsule_read(cclb_text(taken.json), NULL, &capsule, &fixture.error));
    return capsule;
}

static cclb_replay replay(const cclb_capsule *capsule, cclb_handle *on)
{
    cclb_replay result = {0};
    expect_ok(cclb_capsule_replay(capsule, on, &result, &fixture.error));
    return result;
}

static void a_replay_is_compared(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    cclb_request request = cclb_request_init();
    cclb_shape_result shaped;
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    play_fault(CCLB_TRAP);
    assert_int_equal(cclb_shape(fixture.runtime, &target, &request, &shaped, &fixture.error), CCLB_TRAP);
    cclb_capsule *capsule = read_taken();
    cclb_replay result = replay(capsule, handle);
    assert_true(result.same);
    assert_false(result.other_module);
    assert_int_equal(result.found.status, CCLB_TRAP);
    assert_memory_equal(fixture.input.data, taken.input.data, taken.input.len);
    play_fault(CCLB_DEADLINE);
    result = replay(capsule, handle);
    assert_false(result.same);
    assert_int_equal(result.found.status, CCLB_DEADLINE);
    play_fault(CCLB_OK);
    fixture.script.loop = FAKE_LOOP_NEVER;
    answer_bytes(CCLB_HOOK_SHAPE, cclb_text("12345"));
    result = replay(capsule, handle);
    assert_false(result.same);
    assert_int_equal(result.found.status, CCLB_OK);
    assert_int_equal(result.answer_bytes, 5);

    register_plugin("other", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
    cclb_handle *other = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("other"), &other, &fixture.error));
    play_fault(CCLB_TRAP);
    result = replay(capsule, other);
    assert_true(result.same && result.other_module);
    cclb_handle_destroy(other);
    cclb_capsule_destroy(capsule);
    expect_nothing_open();
}

static void a_judged_answer_is_compared_too(void **state)
{
    (void)state;
    cclb_handle *on_filter = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &on_filter, &fixture.error));
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("no archive"));
    assert_int_equal(filter(), CCLB_DECODE);
    cclb_capsule *capsule = read_taken();
    assert_true(replay(capsule, on_filter).same);
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("none either"));
    assert_true(replay(capsule, on_filter).same);
    answer(CCLB_HOOK_FILTER, "{'results': []}");
    assert_false(replay(capsule, on_filter).same);
    cclb_capsule_destroy(capsule);

    answer(CCLB_HOOK_FILTER, no_uuid);
    assert_int_equal(filter(), CCLB_REJECTED);
    capsule = read_taken();
    assert_true(replay(capsule, on_filter).same);
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("no archive"));
    assert_false(replay(capsule, on_filter).same);
    play_fault(CCLB_TRAP);
    assert_false(replay(capsule, on_filter).same);
    cclb_capsule_destroy(capsule);
    cclb_handle_destroy(on_filter);
}

static void what_cannot_be_replayed_says_why(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    cclb_replay result = {.answer_bytes = 99};
    play_fault(CCLB_TRAP);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_text("x")), CCLB_TRAP);
    cclb_capsule *capsule = read_taken();
    expect_fault(cclb_capsule_replay(capsule, handle, &result, &fixture.error), CCLB_BAD_INPUT, 0, "$.input: ");
    cclb_capsule_destroy(capsule);

    assert_int_equal(filter(), CCLB_TRAP);
    capsule = read_taken();
    register_plugin("w2", CCLB_SLOT_FILTER, "accept_all", &kits[0]);
    cclb_handle *old = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("w2"), &old, &fixture.error));
    expect_fault(cclb_capsule_replay(capsule, old, &result, &fixture.error), CCLB_REJECTED, 0,
                 "the plugin is called in form W2, and the capsule's request is in form W9");
    cclb_handle_destroy(old);
    cclb_handle *on_filter = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &on_filter, &fixture.error));
    cclb_lease leases[2];
    play_fault(CCLB_OK);
    for (size_t i = 0; i < 2; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_SHAPE, NULL, 0, &leases[i], &fixture.error));
    }
    expect_fault(cclb_capsule_replay(capsule, on_filter, &result, &fixture.error), CCLB_SATURATED, 44, "");
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
    cclb_handle_destroy(on_filter);
    cclb_capsule_destroy(capsule);
    assert_int_equal(result.answer_bytes, 99);
}

static void options_are_those_of_the_capsule(void **state)
{
    (void)state;
    cclb_runtime_options options = capsule_options();
    options.metering = true;
    options.memory_max_bytes = 3 << 16;
    options.stack_max_bytes = 5 << 16;
    options.module_limits.table_elements = 77;
    options.fuel = 88;
    options.deadline[CCLB_HOOK_FILTER] = (cclb_deadline){1000000, 2};
    restart_with(&options);
    play_fault(CCLB_TRAP);
    assert_int_equal(filter(), CCLB_TRAP);
    cclb_capsule *capsule = read_taken();
    cclb_runtime_options made = cclb_runtime_options_init();
    made.stores_max = 9;
    cclb_capsule_options_set(capsule, &made);
    assert_int_equal(made.isolation, CCLB_ISOLATION_CHECKED);
    assert_int_equal(made.reset, CCLB_RESET_AUTO);
    assert_int_equal(made.reference, CCLB_REFERENCE_0_3_0);
    assert_true(made.metering);
    assert_int_equal(made.memory_max_bytes, 3 << 16);
    assert_int_equal(made.stack_max_bytes, 5 << 16);
    assert_int_equal(made.module_limits.table_elements, 77);
    assert_int_equal(made.fuel, 88);
    assert_int_equal(made.deadline[CCLB_HOOK_FILTER].base_ns, 1000000);
    assert_int_equal(made.deadline[CCLB_HOOK_FILTER].per_mib_ns, 2);
    assert_int_equal(made.deadline[CCLB_HOOK_SHAPE].base_ns, 0);
    assert_int_equal(made.stores_max, 9);
    cclb_capsule_destroy(capsule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAPSULE_TEST(a_replay_is_compared),
        CAPSULE_TEST(a_judged_answer_is_compared_too),
        CAPSULE_TEST(what_cannot_be_replayed_says_why),
        CAPSULE_TEST(options_are_those_of_the_capsule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
