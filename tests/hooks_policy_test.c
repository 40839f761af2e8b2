/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_policy_test.c - what becomes of a request whose plugin failed (rule R66, cclb/policy.h), for every hook that has a
 * failure policy and every way to fail.
 */

#include "in_child.h"
#include "policy_fixture.h"

#include <pthread.h>

/* ---- every way to fail ---- */

static void a_plugin_that_traps(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_TRAP;
    expect_policies_hold((struct fault){.status = CCLB_TRAP, .rule = 50, .called = true});
    fixture.script.hook_fault = CCLB_OK;
    fixture.script.fail_at = 2; /* cc_lb_alloc */
    expect_policies_hold((struct fault){.status = CCLB_TRAP, .rule = 48, .called = true});
}

static void a_plugin_that_takes_too_long(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_DEADLINE;
    expect_policies_hold((struct fault){.status = CCLB_DEADLINE, .rule = 21, .called = true});
    fixture.script.hook_fault = CCLB_FUEL;
    expect_policies_hold((struct fault){.status = CCLB_FUEL, .rule = 21, .called = true});
}

static void a_plugin_that_cannot_be_instantiated(void **state)
{
    (void)state;
    fixture.script.fail_at = 1;
    expect_policies_hold((struct fault){.status = CCLB_INSTANTIATE, .rule = 45});
}

static void a_plugin_that_answers_nonsense(void **state)
{
    (void)state;
    static const uint8_t nonsense[40] = {[8] = 0xff, [39] = 0x80, [28] = 9};
    for (size_t i = 0; i < COUNT(hooks); i++) {
        answer_bytes(hooks[i], cclb_bytes_of(nonsense, sizeof nonsense));
    }
    expect_policies_hold((struct fault){.status = CCLB_DECODE, .called = true});
    fixture.script.use_result = true; /* pointer and length 0 */
    expect_policies_hold((struct fault){.status = CCLB_REJECTED, .rule = 53, .called = true});
}

static void a_plugin_whose_answer_breaks_a_rule(void **state)
{
    (void)state;
    static const struct {
        cclb_hook hook;
        uint32_t rule;
        const char *answer;
    } cases[] = {
        {CCLB_HOOK_FILTER, 87, "{'results': [{'upstream_id': 'u-1', 'decision': 'accept', 'reason': 'r'}]}"},
        {CCLB_HOOK_SHAPE, 94, "{'url': '/v1', 'method': 'GET', 'headers': [], 'body': ''}"},
        {CCLB_HOOK_SHAPE, 96, "{'url': 'https://x.test', 'method': '', 'headers': [], 'body': ''}"},
        {CCLB_HOOK_SHAPE, 98,
         "{'url': 'https://x.test', 'method': 'GET', 'headers': [{'name': '', 'value': ''}], 'body': ''}"},
        {CCLB_HOOK_TRANSFORM_RESPONSE, 102, "{'kind': 'Replace', 'status': 7}"},
        {CCLB_HOOK_TRANSFORM_RESPONSE, 102,
         "{'kind': 'Replace', 'status': 500, 'headers': [{'name': 'a', 'value': '\\n'}]}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault = {.status = CCLB_REJECTED, .called = true};
        answer(cases[i].hook, cases[i].answer);
        expect_passed(cases[i].hook, &fault, cases[i].rule);
        expect_failed(cases[i].hook, &fault, cases[i].rule);
    }
    static const uint32_t too_long[] = {84, 92, 101, 101};
    cclb_runtime_options options = fixture_options();
    options.wire_bounds.output_body_bytes = 7;
    restart_with(&options);
    for (size_t i = 0; i < COUNT(hooks); i++) {
        struct fault fault = {.status = CCLB_REJECTED, .called = true};
        expect_passed(hooks[i], &fault, too_long[i]);
        expect_failed(hooks[i], &fault, too_long[i]);
    }
}

static void a_moment_without_a_permit(void **state)
{
    (void)state;
    hold(2);
    expect_policies_hold(
        (struct fault){.status = CCLB_SATURATED, .rule = 44, .no_lane = true, .resource = CCLB_RESOURCE_STORES});
    let_go();
}

static void a_moment_without_room_in_the_pool(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.pool_instances = 1;
    restart_with(&options);
    hold(1);
    expect_policies_hold((struct fault){.status = CCLB_SATURATED, .rule = 45, .resource = CCLB_RESOURCE_POOL});
    let_go();
}

static void a_moment_without_memory_to_reserve(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.memory_max_bytes = 1 << 20;
    options.memory_total_max_bytes = 1 << 20;
    restart_with(&options);
    hold(1);
    atomic_fetch_add(&fixture.now_ns, 5000);
    expect_policies_hold((struct fault){.status = CCLB_SATURATED, .resource = CCLB_RESOURCE_MEMORY});
    /* Such a call was over before it began; its lease is no older for that. */
    let_go();
    hold(1);
    cclb_target target = target_for(PASSING, CCLB_HOOK_FILTER);
    expect_ok(call(CCLB_HOOK_FILTER, &target));
    let_go();
    atomic_fetch_add(&fixture.now_ns, 11);
    cclb_runtime_info info = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
    assert_int_equal(info.oldest_lease_ns, 11);
    cclb_lease_return(&made.lease);
}

/* ---- what no policy lets pass ---- */

static void targets_that_are_none(void **state)
{
    (void)state;
    /* With a permit, and without one: what is wrong with the target comes first. */
    for (size_t held_leases = 0; held_leases <= 2; held_leases += 2) {
        hold(held_leases);
        cclb_target nobody = target_of("nobody");
        cclb_target filter = target_of("f-pass");
        cclb_target shape = target_of("s-pass");
        for (size_t i = 0; i < COUNT(hooks); i++) {
            expect_never_passed(hooks[i], &nobody, CCLB_REJECTED, 41);
            assert_int_equal(fixture.logged.record.version, 0);
            assert_false(fixture.logged.has_digest);
            assert_int_equal(fixture.logged.record.form, CCLB_FORM_NONE);
            assert_int_equal(fixture.logged.record.reference, CCLB_REFERENCE_ANY);
            assert_string_equal(fixture.logged.plugin, "nobody");
        }
        expect_never_passed(CCLB_HOOK_SHAPE, &filter, CCLB_REJECTED, 41);
        expect_never_passed(CCLB_HOOK_FILTER, &shape, CCLB_REJECTED, 41);
        expect_never_passed(CCLB_HOOK_TRANSFORM_RESPONSE, &shape, CCLB_REJECTED, 42);
        expect_never_passed(CCLB_HOOK_TRANSFORM_SSE_EVENT, &shape, CCLB_REJECTED, 42);
        expect_never_passed(CCLB_HOOK_TRANSFORM_RESPONSE, &filter, CCLB_REJECTED, 42);
        let_go();
    }
}

static void hooks_that_the_plugin_does_not_declare(void **state)
{
    (void)state;
    fixture.script.odd_export = "cc_lb_shape"; /* as it is in the filter plugin */
    fixture.script.odd_kind = ENGINE_EXPORT_NONE;
    cclb_target filter = target_for(PASSING, CCLB_HOOK_FILTER);
    expect_never_passed(CCLB_HOOK_SHAPE, &filter, CCLB_REJECTED, 46);
}

static void faults_of_the_host(void **state)
{
    (void)state;
    cclb_runtime *other = NULL;
    cclb_runtime_options options = fixture_options();
    expect_ok(cclb_runtime_create(&options, &other, &fixture.error));
    cclb_runtime *own = fixture.runtime;
    for (size_t i = 0; i < COUNT(hooks); i++) {
        cclb_target target = target_for(PASSING, hooks[i]);
        fixture.runtime = other;
        expect_never_passed(hooks[i], &target, CCLB_INVALID_ARGUMENT, 0);
        fixture.runtime = own;
    }
    expect_ok(cclb_runtime_destroy(other, &fixture.error));
}

static void *call_on_a_small_stack(void *context)
{
    cclb_status *statuses = context;
    for (size_t i = 0; i < COUNT(hooks); i++) {
        cclb_target target = target_for(PASSING, hooks[i]);
        statuses[i] = call(hooks[i], &target);
    }
    return NULL;
}

static void threads_that_cannot_hold_a_guest(void **state)
{
    (void)state;
    cclb_status statuses[COUNT(hooks)] = {0};
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 1 << 20), 0); /* the guest's, and nothing beside it */
    assert_int_equal(pthread_create(&thread, &attributes, call_on_a_small_stack, statuses), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    for (size_t i = 0; i < COUNT(hooks); i++) {
        assert_int_equal(statuses[i], CCLB_STACK_TOO_SMALL);
    }
    assert_false(fixture.logged.record.passed_through);
}

static int calls_refused_as_forked(void *context)
{
    (void)context;
    int forked = 0;
    for (size_t i = 0; i < COUNT(hooks); i++) {
        cclb_target target = target_for(PASSING, hooks[i]);
        forked += call(hooks[i], &target) == CCLB_FORKED;
    }
    return forked;
}

static void a_forked_child(void **state)
{
    (void)state;
    assert_int_equal(told_by_child(calls_refused_as_forked, NULL), COUNT(hooks));
}

/* What a request is refused for is tested in hooks_refusal_test.c; here: whatever else is wrong. */
static void requests_that_are_none(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_TRAP;
    request.principal.claims = cclb_text("{");
    for (size_t i = 0; i < COUNT(hooks); i++) {
        cclb_target target = target_for(PASSING, hooks[i]);
        expect_never_passed(hooks[i], &target, CCLB_BAD_INPUT, 78);
    }
}

static void memory_that_is_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hooks); i++) {
        cclb_target target = target_for(PASSING, hooks[i]);
        fixture.counts.fail_at = atomic_load(&fixture.counts.calls) + 1; /* of the arena, which is new */
        cclb_status status = call(hooks[i], &target);
        fixture.counts.fail_at = 0;
        if (i == 0) {
            expect_fault(status, CCLB_NO_MEMORY, 0, "");
            assert_false(fixture.logged.record.passed_through);
        }
        cclb_lease_return(&made.lease);
    }
}

/* ---- what a shape plugin that changes nothing would answer ---- */

static void expect_url(const char *base, const char *path, const char *query, const char *wanted)
{
    cclb_target target = target_for(PASSING, CCLB_HOOK_SHAPE);
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    request.upstream_base_url = cclb_optional_text(base);
    request.path = cclb_text(path);
    request.query = cclb_optional_text(query);
    expect_ok(call(CCLB_HOOK_SHAPE, &target));
    assert_int_equal(made.shape.has_url, wanted != NULL);
    if (wanted) {
        expect_text(made.shape.url.text, wanted);
    }
    cclb_lease_return(&made.lease);
}

static void the_url_is_the_base_with_path_and_query(void **state)
{
    (void)state;
    expect_url("https://h.test", "/v1", NULL, "https://h.test/v1");
    expect_url("https://h.test/", "/v1", "", "https://h.test/v1?");
    expect_url("https://h.test/a/b", "/v1/", "x=y?z", "https://h.test/a/b/v1/?x=y?z");
    expect_url("https://h.test/a/", "/v1", NULL, "https://h.test/a/v1");
    expect_url("https://h.test/a//", "/v1", NULL, "https://h.test/a//v1");
    expect_url("https://u:p@h.test:8443/", "/v1", NULL, "https://u:p@h.test:8443/v1");
    expect_url("https://h.test/a?key=1#f", "/v1", "q", "https://h.test/a/v1?q");
    expect_url("  https:\\\\h.test\\a \t", "/v1", NULL, "https://h.test/a/v1");
    expect_url("https://h.test", "", NULL, "https://h.test/");
    expect_url("https://h.test", "*", NULL, "https://h.test/*");
    expect_url("https://h.test", "@evil.test/", NULL, "https://h.test/@evil.test/");
    expect_url("https://h.test", "//evil.test/", NULL, "https://h.test//evil.test/");
    expect_url("https://h.test", "/%20\xc3\xa9", "\xc3\xa9", "https://h.test/%20%C3%A9?%C3%A9");
    expect_url(NULL, "/v1", "q", NULL);
    /* what is absent has no length */
    cclb_target target = target_for(PASSING, CCLB_HOOK_SHAPE);
    request.upstream_base_url = cclb_optional_text("https://h.test");
    request.query = (cclb_optional_bytes){.value.len = SIZE_MAX};
    expect_ok(call(CCLB_HOOK_SHAPE, &target));
    expect_text(made.shape.url.text, "https://h.test/v1");
    cclb_lease_return(&made.lease);
}

static void cookies_that_no_plugin_sees_go_out_with_none(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.cookie_redaction = true;
    restart_with(&options);
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    cclb_target target = target_for(PASSING, CCLB_HOOK_SHAPE);
    expect_ok(call(CCLB_HOOK_SHAPE, &target));
    assert_int_equal(made.shape.headers.count, 3);
    cclb_lease_return(&made.lease);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        POLICY_TEST(a_plugin_that_traps),
        POLICY_TEST(a_plugin_that_takes_too_long),
        POLICY_TEST(a_plugin_that_cannot_be_instantiated),
        POLICY_TEST(a_plugin_that_answers_nonsense),
        POLICY_TEST(a_plugin_whose_answer_breaks_a_rule),
        POLICY_TEST(a_moment_without_a_permit),
        POLICY_TEST(a_moment_without_room_in_the_pool),
        POLICY_TEST(a_moment_without_memory_to_reserve),
        POLICY_TEST(targets_that_are_none),
        POLICY_TEST(hooks_that_the_plugin_does_not_declare),
        POLICY_TEST(faults_of_the_host),
        POLICY_TEST(threads_that_cannot_hold_a_guest),
        POLICY_TEST(a_forked_child),
        POLICY_TEST(requests_that_are_none),
        POLICY_TEST(memory_that_is_short),
        POLICY_TEST(the_url_is_the_base_with_path_and_query),
        POLICY_TEST(cookies_that_no_plugin_sees_go_out_with_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
