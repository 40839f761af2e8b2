/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_capsule_test.c - capsules (cclb/capsule.h): which calls leave one, and what stands in it. What is masked is tested
 * beside src/capsule/mask.c.
 */

#include "capsule_fixture.h"

/* ---- when ---- */

static void each_fault_of_a_plugin_leaves_one(void **state)
{
    (void)state;
    static const cclb_status statuses[] = {CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL};
    uint32_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        play_fault(statuses[i]);
        assert_int_equal(filter(), statuses[i]);
        expect_taken(++count, CCLB_HOOK_FILTER, statuses[i], CCLB_PHASE_HOOK);
    }
    play_fault(CCLB_OK);
    fixture.script.fail_at = 1;
    fixture_play();
    assert_int_equal(filter(), CCLB_INSTANTIATE);
    expect_taken(++count, CCLB_HOOK_FILTER, CCLB_INSTANTIATE, CCLB_PHASE_INSTANTIATE);
    fixture.script.fail_at = 0;
    fixture.script.start_fault = CCLB_DEADLINE;
    fixture_play();
    assert_int_equal(filter(), CCLB_DEADLINE);
    expect_taken(++count, CCLB_HOOK_FILTER, CCLB_DEADLINE, CCLB_PHASE_INSTANTIATE);
    fixture.script.start_fault = CCLB_OK;
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("no archive"));
    assert_int_equal(filter(), CCLB_DECODE);
    expect_taken(++count, CCLB_HOOK_FILTER, CCLB_DECODE, CCLB_PHASE_DECODE);
    assert_int_equal(taken.info.answer_bytes, strlen("no archive"));
    answer(CCLB_HOOK_FILTER, no_uuid);
    assert_int_equal(filter(), CCLB_REJECTED);
    expect_taken(++count, CCLB_HOOK_FILTER, CCLB_REJECTED, CCLB_PHASE_ANSWER);
    fixture.script.use_result = true; /* 0: no answer at all */
    fixture_play();
    assert_int_equal(filter(), CCLB_REJECTED);
    expect_taken(++count, CCLB_HOOK_FILTER, CCLB_REJECTED, CCLB_PHASE_OUTPUT);
}

static void every_hook_leaves_them_passed_through_or_not(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    const cclb_sse_event event = {cclb_text("e"), cclb_text("d")};
    cclb_shape_result shape;
    cclb_transform_response_answer transformed;
    cclb_transform_sse_event_answer event_answer;
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    request.upstream_base_url = cclb_optional_text("https://api.example.test");
    response.status = 200;
    play_fault(CCLB_TRAP);
    expect_fault(cclb_shape(fixture.runtime, &target, &request, &shape, &fixture.error), CCLB_TRAP, 50, "");
    expect_taken(1, CCLB_HOOK_SHAPE, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_true(cclb_bytes_equal(cclb_bytes_of(taken.input.data, taken.input.len),
                                 cclb_bytes_of(fixture.input.data, fixture.input.len)));
    expect_fault(cclb_transform_response(fixture.runtime, &target, &request, &response, &transformed, &fixture.error),
                 CCLB_TRAP, 50, "");
    expect_taken(2, CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_memory_equal(taken.input.data, fixture.input.data, fixture.input.len);
    expect_fault(
        cclb_transform_sse_event(fixture.runtime, &target, &request, &response, &event, &event_answer, &fixture.error),
        CCLB_TRAP, 50, "");
    expect_taken(3, CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_memory_equal(taken.input.data, fixture.input.data, fixture.input.len);

    expect_ok(try_register("s", CCLB_SLOT_SHAPE, "all_hooks", &kits[3], CCLB_FAILURE_PASS_THROUGH));
    expect_ok(cclb_shape(fixture.runtime, &target, &request, &shape, &fixture.error));
    assert_true(shape.passed_through);
    cclb_lease_return(&shape.lease);
    expect_taken(4, CCLB_HOOK_SHAPE, CCLB_TRAP, CCLB_PHASE_HOOK);

    register_plugin("o", CCLB_SLOT_OBSERVE, "all_hooks", &kits[2]);
    const cclb_target observer = target_of("o");
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    cclb_lease lease;
    expect_fault(cclb_observe(fixture.runtime, &observer, &observation, &lease, &fixture.error), CCLB_TRAP, 50, "");
    expect_taken(5, CCLB_HOOK_OBSERVE, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_memory_equal(taken.input.data, fixture.input.data, fixture.input.len);
    expect_nothing_open();
}

static void nothing_else_leaves_one(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    cclb_handle *on_filter = NULL;
    expect_ok(filter());
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &on_filter, &fixture.error));
    const cclb_target shapeless = cclb_by_handle(on_filter);
    play_fault(CCLB_TRAP);
    assert_int_equal(call_raw(&shapeless, CCLB_HOOK_SHAPE, cclb_text("x")), CCLB_TRAP); /* which it does not declare */
    play_fault(CCLB_OK);
    cclb_handle_destroy(on_filter);
    cclb_target nobody = target_of("nobody");
    assert_int_equal(call_raw(&nobody, CCLB_HOOK_FILTER, cclb_text("x")), CCLB_REJECTED);
    nobody = target_of("f");
    assert_int_equal(call_raw(&nobody, CCLB_HOOK_SHAPE, cclb_text("x")), CCLB_REJECTED);
    assert_int_equal(call_raw(&nobody, CCLB_HOOK_COUNT, cclb_text("x")), CCLB_INVALID_ARGUMENT);
    cclb_lease leases[2];
    for (size_t i = 0; i < 2; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_SHAPE, NULL, 0, &leases[i], &fixture.error));
    }
    assert_int_equal(filter(), CCLB_SATURATED);
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
    cclb_request bad = cclb_request_init();
    bad.method = cclb_text("no token");
    cclb_filter_result result;
    assert_int_equal(cclb_filter(fixture.runtime, &nobody, &bad, &result, &fixture.error), CCLB_BAD_INPUT);
    cclb_runtime_options options = capsule_options();
    options.breaker.faults = 1;
    restart_with(&options);
    play_fault(CCLB_TRAP);
    assert_int_equal(filter(), CCLB_TRAP);
    assert_int_equal(atomic_load(&taken.count), 1);
    assert_int_equal(filter(), CCLB_QUARANTINED);
    assert_int_equal(atomic_load(&taken.count), 1);
    expect_counts(1, 0, 0);
}

static void sink(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

/* A kept instance is tried again with a fresh one, and only the failure of that counts. */
static void a_session_leaves_one_for_the_fresh_try(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_sse_stream *stream = NULL;
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    response.status = 200;
    options.session = true;
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Unchanged'}");
    fixture.script.traps_from = 2;
    fixture_play();
    expect_ok(cclb_sse_stream_create(fixture.runtime, &target, &request, &response, &options, &stream, &fixture.error));
    uint32_t before = fixture.guest_calls;
    expect_ok(cclb_sse_stream_feed(stream, cclb_text("data: 1\n\ndata: 2\n\n"), sink, NULL, &fixture.error));
    assert_true(fixture.guest_calls > before);
    cclb_sse_info info = cclb_sse_info_init();
    expect_ok(cclb_sse_stream_describe(stream, &info, &fixture.error));
    assert_true(info.session_over);
    expect_counts(0, 0, 0);
    fixture.script.traps_from = 1;
    fixture_play();
    expect_fault(cclb_sse_stream_feed(stream, cclb_text("data: 3\n\n"), sink, NULL, &fixture.error), CCLB_TRAP, 50, "");
    expect_taken(1, CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_TRAP, CCLB_PHASE_HOOK);
    cclb_sse_stream_destroy(stream);
}

/* ---- what ---- */

static void overwrite_request(void *context, cclb_hook hook, cclb_bytes input)
{
    fixture_hook(context, hook, input);
    memset((void *)(uintptr_t)input.data, 0xee, input.len);
}

static void the_request_is_what_the_guest_got(void **state)
{
    (void)state;
    play_fault(CCLB_TRAP);
    fixture.script.in_hook = overwrite_request;
    fake_script_set(&fixture.script);
    assert_int_equal(filter(), CCLB_TRAP);
    expect_taken(1, CCLB_HOOK_FILTER, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_int_equal(taken.input.len, fixture.input.len);
    assert_memory_equal(taken.input.data, fixture.input.data, fixture.input.len);
    assert_true(taken.info.readable);
    assert_int_equal(taken.info.masked_count, 0);
    assert_int_equal(taken.info.input_bytes, fixture.input.len);
    assert_int_equal(taken.info.form, CCLB_FORM_W9);
    assert_int_equal(taken.info.reference, CCLB_REFERENCE_0_3_0);
    assert_memory_equal(taken.info.digest, fixture.logged.digest, sizeof taken.info.digest);
    assert_int_equal(taken.info.memory_max_bytes, 128 << 20);
    assert_int_equal(taken.info.deadline_base_ns, 100000000);
    assert_null(strstr(taken.json, CCLB_PRINCIPAL_GLOBAL));
}

static void secrets_are_masked_in_what_is_told(void **state)
{
    (void)state;
    const cclb_header header = {cclb_text("X-Auth-Token"), cclb_text("Bearer 123")};
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    request.headers = (cclb_headers){&header, 1};
    request.principal.id = cclb_text("tenant-a");
    request.principal.claims = cclb_text("{\"org\":{\"token\":\"456\"}}");
    const cclb_target target = cclb_by_handle(handle);
    cclb_shape_result result;
    play_fault(CCLB_TRAP);
    assert_int_equal(cclb_shape(fixture.runtime, &target, &request, &result, &fixture.error), CCLB_TRAP);
    const char *wanted[] = {"\"header x-auth-token\"", "\"claim token\"", "\"principal id\""};
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(strstr(taken.json, wanted[i]));
    }
    static const char *const secrets[] = {"Bearer 123", "tenant-a", "456"};
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(memmem(fixture.input.data, fixture.input.len, secrets[i], strlen(secrets[i])));
        assert_null(memmem(taken.input.data, taken.input.len, secrets[i], strlen(secrets[i])));
    }
    assert_int_equal(taken.input.len, fixture.input.len);
}

static void a_request_that_does_not_read_is_left_out(void **state)
{
    (void)state;
    const cclb_target target = cclb_by_handle(handle);
    play_fault(CCLB_TRAP);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_text("authorization")), CCLB_TRAP);
    expect_taken(1, CCLB_HOOK_SHAPE, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_false(taken.info.readable);
    assert_false(taken.info.has_input);
    assert_int_equal(taken.info.input_bytes, strlen("authorization"));
    assert_int_equal(taken.input.len, 0);
    assert_non_null(strstr(taken.json, "\"input\": null"));
    cclb_runtime_options options = capsule_options();
    options.capsules.keep_unreadable = true;
    options.capsules.drop_bodies = true;
    restart_with(&options);
    const cclb_target again = cclb_by_handle(handle);
    assert_int_equal(call_raw(&again, CCLB_HOOK_SHAPE, cclb_text("authorization")), CCLB_TRAP);
    assert_false(taken.info.readable);
    assert_false(taken.info.bodies_dropped);
    expect_text(cclb_bytes_of(taken.input.data, taken.input.len), "authorization");
}

/* A raw call may carry anything between what it says. */
static void what_no_field_reaches_is_not_kept(void **state)
{
    (void)state;
    static const char secret[16] = "Bearer 123456789";
    const cclb_target target = target_of("f");
    play_fault(CCLB_TRAP);
    assert_int_equal(filter(), CCLB_TRAP);
    cclb_buffer request = copy_of(cclb_bytes_of(fixture.input.data, fixture.input.len));
    uint8_t *whole = malloc(sizeof secret + request.len);
    assert_non_null(whole);
    memcpy(whole, secret, sizeof secret);
    memcpy(whole + sizeof secret, request.data, request.len);
    assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER, cclb_bytes_of(whole, sizeof secret + request.len)), CCLB_TRAP);
    expect_taken(2, CCLB_HOOK_FILTER, CCLB_TRAP, CCLB_PHASE_HOOK);
    assert_true(taken.info.readable);
    assert_int_equal(taken.input.len, sizeof secret + request.len);
    assert_memory_equal(taken.input.data + sizeof secret, request.data, request.len);
    assert_null(memmem(taken.input.data, taken.input.len, "Bearer", 6));
    assert_non_null(strstr(taken.json, "\"bytes of no field\""));
    free(whole);
    cclb_buffer_deinit(&request);
}

/* What a plugin copies out of its request into its answer comes back in the words that refuse it. */
static void the_message_tells_nothing_of_the_answer(void **state)
{
    (void)state;
    static const struct {
        cclb_hook hook;
        const char *answer;
    } cases[] = {
        {CCLB_HOOK_FILTER, "{'results': [{'upstream_id': 's3cret', 'decision': 'accept', 'reason': ''}]}"},
        {CCLB_HOOK_FILTER, "{'results': [{'upstream_id': 's3cret`s3cret', 'decision': 'accept', 'reason': ''}]}"},
        {CCLB_HOOK_SHAPE, "{'url': 's3cret', 'method': 'POST', 'headers': [], 'body': ''}"},
        {CCLB_HOOK_SHAPE, "{'url': 'https://s3cret.test/', 'method': 'POST', 'headers': [], 'body': ''}"},
        {CCLB_HOOK_SHAPE, "{'url': 'https://api.example.test/', 'method': 's3cret ', 'headers': [], 'body': ''}"},
        {CCLB_HOOK_SHAPE, "{'url': 'https://api.example.test/', 'method': 'POST', 'headers': [{'name': 's3cret ', "
                          "'value': ''}], 'body': ''}"},
        {CCLB_HOOK_SHAPE, "{'url': 'https://api.example.test/', 'method': 'POST', 'headers': [{'name': 's3cret', "
                          "'value': '\\n'}], 'body': ''}"},
    };
    cclb_runtime_options options = capsule_options();
    options.origin_policy = CCLB_ORIGIN_SELECTED_UPSTREAM;
    restart_with(&options);
    const cclb_target target = cclb_by_handle(handle);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    request.upstream_base_url = cclb_optional_text("https://api.example.test");
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cclb_shape_result shaped;
        answer(cases[i].hook, cases[i].answer);
        assert_int_equal(cases[i].hook == CCLB_HOOK_FILTER
                             ? filter()
                             : cclb_shape(fixture.runtime, &target, &request, &shaped, &fixture.error),
                         CCLB_REJECTED);
        assert_non_null(strstr(fixture.error.message, "s3cret"));
        expect_taken(i + 1, cases[i].hook, CCLB_REJECTED, CCLB_PHASE_ANSWER);
        assert_null(strstr(taken.json, "s3cret"));
        assert_non_null(strchr(taken.info.fault.message, '*'));
    }
}

static void bodies_are_dropped_if_the_host_says_so(void **state)
{
    (void)state;
    cclb_runtime_options options = capsule_options();
    options.capsules.drop_bodies = true;
    restart_with(&options);
    play_fault(CCLB_TRAP);
    assert_int_equal(filter(), CCLB_TRAP);
    assert_true(taken.info.bodies_dropped);
    assert_null(memmem(taken.input.data, taken.input.len, "the body", 8));
    assert_non_null(memmem(taken.input.data, taken.input.len, "********", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAPSULE_TEST(each_fault_of_a_plugin_leaves_one),
        CAPSULE_TEST(every_hook_leaves_them_passed_through_or_not),
        CAPSULE_TEST(nothing_else_leaves_one),
        CAPSULE_TEST(a_session_leaves_one_for_the_fresh_try),
        CAPSULE_TEST(the_request_is_what_the_guest_got),
        CAPSULE_TEST(secrets_are_masked_in_what_is_told),
        CAPSULE_TEST(a_request_that_does_not_read_is_left_out),
        CAPSULE_TEST(what_no_field_reaches_is_not_kept),
        CAPSULE_TEST(the_message_tells_nothing_of_the_answer),
        CAPSULE_TEST(bodies_are_dropped_if_the_host_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
