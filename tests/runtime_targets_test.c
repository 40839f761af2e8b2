/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_targets_test.c - who is called, with what request, and what becomes of the answer. */

#include "runtime_fixture.h"

/* ---- targets ---- */

static void calling_by_key_follows_the_slots_kind(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(fixture, "nobody", &lease), CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 41);
    assert_non_null(strstr(fixture->error.message, "no slot registered"));
    assert_int_equal(call_filter(fixture, "s", &lease), CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 41);
    assert_non_null(strstr(fixture->error.message, "callable as"));
    assert_non_null(strstr(fixture->error.message, "`shape`"));
    cclb_target target = target_of("s");
    const cclb_bytes piece = {0};
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_TRANSFORM_RESPONSE, &piece, 1, &lease,
                                   &fixture->error),
                     CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 42);
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_COUNT, &piece, 1, &lease, &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_null(lease.lane);
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK);
    assert_int_equal(lease.form, CCLB_FORM_W9);
    assert_int_equal(lease.reference, CCLB_REFERENCE_0_3_0);
    assert_int_equal(lease.version, 1);
    cclb_lease_return(&lease);
}

static void a_handle_reaches_every_hook_of_its_own_cell(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("none"), &handle, &fixture->error),
                     CCLB_REJECTED);
    assert_null(handle);
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("s"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    const cclb_transform_response_request response = {.response_status = 200};
    const cclb_transform_sse_event_request event = {.response_status = 200};
    cclb_transform_response_view response_view;
    cclb_transform_sse_event_view event_view;
    cclb_lease lease;
    assert_int_equal(cclb_call_transform_response(fixture->runtime, &target, &response, &lease, &response_view,
                                                  &fixture->error),
                     CCLB_OK);
    assert_int_equal(response_view.kind, CCLB_TRANSFORM_RESPONSE_UNCHANGED);
    cclb_lease_return(&lease);
    assert_int_equal(
        cclb_call_transform_sse_event(fixture->runtime, &target, &event, &lease, &event_view, &fixture->error), CCLB_OK);
    assert_int_equal(event_view.kind, CCLB_TRANSFORM_SSE_EVENT_UNCHANGED);
    cclb_lease_return(&lease);
    /* W9 has no observe */
    const cclb_observe_event seen = {.kind = CCLB_OBSERVE_CHUNK};
    assert_int_equal(cclb_call_observe(fixture->runtime, &target, &seen, &lease, &fixture->error), CCLB_REJECTED);
    /* a swap and an eviction do not reach it */
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("s"), NULL, &fixture->error), CCLB_OK);
    const cclb_shape_request request = {.path = cclb_text("/")};
    cclb_shape_response_view view;
    assert_int_equal(cclb_call_shape(fixture->runtime, &target, &request, &lease, &view, &fixture->error), CCLB_OK);
    cclb_lease_return(&lease);
    cclb_slot_info info;
    assert_int_equal(cclb_handle_describe(handle, &info, &fixture->error), CCLB_OK);
    assert_true(cclb_bytes_equal(info.key.plugin, cclb_text("s")));
    cclb_handle_destroy(handle);
}

static void a_handle_of_another_runtime_is_refused(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *other = NULL;
    cclb_runtime_options options = test_options(fixture);
    assert_int_equal(cclb_runtime_create(&options, &other, &fixture->error), CCLB_OK);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    cclb_lease lease;
    assert_int_equal(cclb_call_raw(other, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    cclb_handle_destroy(handle);
    assert_int_equal(cclb_runtime_destroy(other, &fixture->error), CCLB_OK);
}

static void observe_answers_with_bytes_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "o", CCLB_SLOT_OBSERVE, fixture->observe);
    cclb_target target = target_of("o");
    const cclb_observe_event event = {.kind = CCLB_OBSERVE_CHUNK, .as.chunk = {.batch_index = 3}};
    cclb_lease lease;
    assert_int_equal(cclb_call_observe(fixture->runtime, &target, &event, &lease, &fixture->error), CCLB_OK);
    assert_int_equal(lease.output.len, 0);
    assert_int_equal(lease.form, CCLB_FORM_W8);
    cclb_lease_return(&lease);
    struct fake_script script = {.answer[CCLB_HOOK_OBSERVE] = cclb_text("record")};
    fake_script_set(&script);
    assert_int_equal(cclb_call_observe(fixture->runtime, &target, &event, &lease, &fixture->error), CCLB_OK);
    assert_true(cclb_bytes_equal(lease.output, cclb_text("record")));
    cclb_lease_return(&lease);
}

/* ---- requests and answers ---- */

static void a_request_that_cannot_be_sent_is_told_by_its_field(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_target target = target_of("f");
    cclb_filter_response_view view;
    cclb_lease lease = {0};
    const cclb_filter_request request = {.path = cclb_text("/\xff")};
    assert_int_equal(cclb_call_filter(fixture->runtime, &target, &request, &lease, &view, &fixture->error),
                     CCLB_BAD_INPUT);
    assert_non_null(strstr(fixture->error.message, "path"));
    assert_null(lease.lane);
}

static void an_answer_that_does_not_read_is_not_lent(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("nonsense, sixteen")};
    fake_script_set(&script);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_DECODE);
    assert_int_equal(fixture->error.hook, CCLB_HOOK_FILTER);
    assert_null(lease.lane);
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stores_used, 0);
    /* but raw bytes are anybody's (R59) */
    cclb_target target = target_of("f");
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_OK);
    assert_int_equal(lease.output.len, 17);
    cclb_lease_return(&lease);
}

static void an_answer_at_an_odd_address_reads_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("s"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    const cclb_transform_response_request request = {.response_status = 200};
    cclb_transform_response_view view = {.kind = CCLB_TRANSFORM_RESPONSE_REPLACE};
    cclb_lease lease;
    for (uint64_t address = FAKE_ANSWER_AT; address < FAKE_ANSWER_AT + 16; address++) {
        struct fake_script script = {.use_result = true, .result = address << 32 | 32}; /* zeros: Unchanged */
        fake_script_set(&script);
        assert_int_equal(
            cclb_call_transform_response(fixture->runtime, &target, &request, &lease, &view, &fixture->error), CCLB_OK);
        assert_int_equal(view.kind, CCLB_TRANSFORM_RESPONSE_UNCHANGED);
        cclb_lease_return(&lease);
    }
    cclb_handle_destroy(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calling_by_key_follows_the_slots_kind),
        TEST(a_handle_reaches_every_hook_of_its_own_cell),
        TEST(a_handle_of_another_runtime_is_refused),
        TEST(observe_answers_with_bytes_of_its_own),
        TEST(a_request_that_cannot_be_sent_is_told_by_its_field),
        TEST(an_answer_that_does_not_read_is_not_lent),
        TEST(an_answer_at_an_odd_address_reads_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
