/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_policy_test.c - what becomes of a request whose plugin failed (rule R66, cclb/policy.h), for every hook that has a
 * failure policy and every way to fail.
 */

#include "hooks_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }
#define HEADER(name, value)                                                                                            \
    {                                                                                                                  \
        TEXT(name), TEXT(value)                                                                                        \
    }

static const cclb_hook hooks[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_TRANSFORM_RESPONSE,
                                  CCLB_HOOK_TRANSFORM_SSE_EVENT};

static const cclb_candidate candidates[] = {{.id = {{9}}}, {.id = {{3}}}, {.id = {{9}}}};
static const cclb_header own_headers[] = {
    HEADER("Host", "gate.test"),     HEADER("A", "1"), HEADER("TE", "gzip"),      HEADER("b", "2"),
    HEADER("x-api-key", "s"),        HEADER("a", "3"), HEADER("Connection", "b"), HEADER("Cookie", "c=1"),
    HEADER("X-Anthropic-Beta", "y"),
};
static const cclb_bytes own_body[] = {TEXT("own "), TEXT("body")};
static cclb_request request;
static cclb_response response;

static union {
    cclb_lease lease; /* each of them begins with it */
    cclb_filter_result filter;
    cclb_shape_result shape;
    cclb_transform_response_answer response;
    cclb_transform_sse_event_answer event;
} made;

static bool passed(cclb_hook hook)
{
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return made.filter.passed_through;
    case CCLB_HOOK_SHAPE:
        return made.shape.passed_through;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return made.response.passed_through;
    default:
        return made.event.passed_through;
    }
}

static cclb_status call(cclb_hook hook, const cclb_target *target)
{
    static const cclb_sse_event event = {TEXT("delta"), TEXT("data")};
    memset(&made, 0, sizeof made);
    memset(&fixture.error, 0, sizeof fixture.error);
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return cclb_filter(fixture.runtime, target, &request, &made.filter, &fixture.error);
    case CCLB_HOOK_SHAPE:
        return cclb_shape(fixture.runtime, target, &request, &made.shape, &fixture.error);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return cclb_transform_response(fixture.runtime, target, &request, &response, &made.response, &fixture.error);
    default:
        return cclb_transform_sse_event(fixture.runtime, target, &request, &response, &event, &made.event,
                                        &fixture.error);
    }
}

/* ---- plugins: a filter and a shape plugin of either policy, and one whose leases take what there is ---- */

enum { PASSING, CLOSED, POLICIES };

static cclb_handle *handles[POLICIES][2]; /* of the filter, of the shape plugin */
static cclb_lease held[2];

static cclb_target target_for(int policy, cclb_hook hook)
{
    return cclb_by_handle(handles[policy][hook != CCLB_HOOK_FILTER]);
}

static void register_all(void)
{
    static const char *const keys[POLICIES][2] = {{"f-pass", "s-pass"}, {"f-closed", "s-closed"}};
    static const cclb_failure_policy policies[POLICIES] = {CCLB_FAILURE_PASS_THROUGH, CCLB_FAILURE_FAIL_CLOSED};
    for (int i = 0; i < POLICIES; i++) {
        expect_ok(try_register(keys[i][0], CCLB_SLOT_FILTER, "accept_all", &kits[3], policies[i]));
        expect_ok(try_register(keys[i][1], CCLB_SLOT_SHAPE, "shape_redact", &kits[3], policies[i]));
        for (int j = 0; j < 2; j++) {
            expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key(keys[i][j]), &handles[i][j], &fixture.error));
        }
    }
    register_plugin("holder", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
}

static void drop_handles(void)
{
    for (int i = 0; i < POLICIES; i++) {
        for (int j = 0; j < 2; j++) {
            cclb_handle_destroy(handles[i][j]);
            handles[i][j] = NULL;
        }
    }
}

static void restart_with(const cclb_runtime_options *options)
{
    drop_handles();
    fixture_restart(options);
    register_all();
}

static void hold(size_t count)
{
    cclb_target target = target_of("holder");
    for (size_t i = 0; i < count; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &held[i], &fixture.error));
    }
}

static void let_go(void)
{
    for (size_t i = 0; i < COUNT(held); i++) {
        cclb_lease_return(&held[i]);
    }
}

static int set_up_policies(void **state)
{
    int status = set_up(state);
    memset(handles, 0, sizeof handles);
    memset(held, 0, sizeof held);
    memset(&made, 0, sizeof made);
    request = cclb_request_init();
    request.method = cclb_text("pOST");
    request.path = cclb_text("/v1/x");
    request.query = cclb_optional_text("q=1");
    request.headers = (cclb_headers){own_headers, COUNT(own_headers)};
    request.body = (cclb_spans){own_body, COUNT(own_body)};
    request.candidates = candidates;
    request.candidate_count = COUNT(candidates);
    request.upstream_base_url = cclb_optional_text("https://East.test:443/base/");
    response = cclb_response_init();
    response.status = 206;
    response.headers = (cclb_headers){own_headers, COUNT(own_headers)};
    response.body = (cclb_spans){own_body, COUNT(own_body)};
    register_all();
    return status;
}

static int tear_down_policies(void **state)
{
    expect_nothing_open();
    drop_handles();
    return tear_down(state);
}

/* ---- what takes the place of an answer ---- */

static void expect_all_are_kept(void)
{
    const cclb_filter_result *result = &made.filter;
    static const size_t places[] = {0, 1, 0};
    assert_int_equal(result->kept_count, COUNT(candidates));
    for (size_t i = 0; i < COUNT(candidates); i++) {
        assert_memory_equal(&result->kept[i].id, &candidates[i].id, sizeof(cclb_uuid));
        assert_int_equal(result->kept[i].candidate, places[i]);
        assert_int_equal(result->kept[i].repeated, i == 2);
    }
    assert_int_equal(result->rejected_count, 0);
    assert_int_equal(result->reasons.len, 0);
}

static void expect_request_as_it_was(void)
{
    const cclb_shape_result *result = &made.shape;
    static const cclb_header wanted[] = {HEADER("a", "1"), HEADER("a", "3"), HEADER("b", "2"), HEADER("cookie", "c=1")};
    assert_true(result->has_url);
    expect_text(result->url.text, "https://east.test/base/v1/x?q=1");
    expect_text(result->url.path, "/base/v1/x");
    assert_int_equal(result->url.port, 443);
    expect_text(result->method, "pOST");
    assert_int_equal(result->headers.count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_true(cclb_bytes_equal(result->headers.items[i].name, wanted[i].name));
        assert_true(cclb_bytes_equal(result->headers.items[i].value, wanted[i].value));
    }
    assert_ptr_equal(result->body.spans, own_body);
    assert_int_equal(result->body.count, COUNT(own_body));
}

static void expect_response_as_it_was(void)
{
    const cclb_transform_response_answer *answer = &made.response;
    assert_true(answer->called);
    assert_false(answer->status_replaced || answer->headers_replaced || answer->body_replaced);
    assert_int_equal(answer->status, 206);
    assert_ptr_equal(answer->headers.items, own_headers);
    assert_ptr_equal(answer->body.spans, own_body);
}

static void expect_nothing_changed(cclb_hook hook)
{
    if (hook == CCLB_HOOK_FILTER) {
        expect_all_are_kept();
    } else if (hook == CCLB_HOOK_SHAPE) {
        expect_request_as_it_was();
    } else if (hook == CCLB_HOOK_TRANSFORM_RESPONSE) {
        expect_response_as_it_was();
    } else {
        assert_true(made.event.called);
        assert_int_equal(made.event.kind, CCLB_TRANSFORM_SSE_EVENT_UNCHANGED);
        assert_int_equal(made.event.events.count, 0);
    }
}

/* ---- one way to fail, by either policy ---- */

struct fault {
    cclb_status status;
    uint32_t rule; /* 0: by hook */
    bool called;   /* the guest was entered */
    bool no_lane;  /* there was no permit */
    cclb_resource resource;
};

static void expect_logged(cclb_hook hook, const struct fault *fault, bool passed_through)
{
    const struct logged *logged = &fixture.logged;
    const cclb_call_record *record = &logged->record;
    assert_int_equal(record->struct_size, sizeof *record);
    assert_int_equal(record->hook, hook);
    assert_int_equal(record->outcome, fault->status);
    assert_int_equal(record->passed_through, passed_through);
    assert_int_equal(record->called, fault->called);
    assert_true(logged->has_fault);
    assert_string_equal(logged->fault.message, fixture.error.message);
    assert_int_equal(logged->fault.rule, fixture.error.rule);
    assert_string_equal(logged->principal, "__global__");
    assert_string_equal(logged->plugin, hook == CCLB_HOOK_FILTER ? (passed_through ? "f-pass" : "f-closed")
                                                                 : (passed_through ? "s-pass" : "s-closed"));
    /* by handle the cell is known, also without a permit */
    assert_int_equal(record->version, 1);
    assert_true(logged->has_digest);
    assert_int_equal(record->form, CCLB_FORM_W9);
    assert_int_equal(record->reference, CCLB_REFERENCE_0_3_0);
    assert_int_equal(record->bytes_in > 0, !fault->no_lane);
}

static void expect_passed(cclb_hook hook, const struct fault *fault, uint32_t rule)
{
    cclb_target target = target_for(PASSING, hook);
    uint32_t log_calls = fixture.log_calls;
    cclb_runtime_info before = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &before, &fixture.error));
    fixture_play();
    expect_ok(call(hook, &target));
    assert_true(passed(hook));
    expect_fault(fixture.error.status, fault->status, rule, "");
    assert_int_equal(fixture.error.resource, fault->resource);
    assert_int_equal(fixture.error.hook, hook);
    expect_nothing_changed(hook);
    assert_int_equal(fixture.log_calls, log_calls + 1);
    expect_logged(hook, fault, true);
    /* The lease holds no answer, but memory, and the permit if there was one; and it has to go home. */
    assert_int_equal(made.lease.output.len, 0);
    assert_true(made.lease.lane || made.lease.memory);
    assert_int_equal(made.lease.lane == NULL, fault->no_lane);
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error busy;
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &busy));
    assert_int_equal(info.leases_open, before.leases_open + 1);
    assert_int_equal(info.stores_used, before.stores_used + (fault->no_lane ? 0 : 1));
    assert_int_equal(cclb_runtime_destroy(fixture.runtime, &busy), CCLB_BUSY);
    cclb_lease_return(&made.lease);
    assert_null(made.lease.memory);
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &busy));
    assert_int_equal(info.leases_open, before.leases_open);
    assert_int_equal(info.stores_used, before.stores_used);
}

static void expect_failed(cclb_hook hook, const struct fault *fault, uint32_t rule)
{
    cclb_target target = target_for(CLOSED, hook);
    uint32_t log_calls = fixture.log_calls;
    cclb_runtime_info before = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &before, &fixture.error));
    fixture_play();
    expect_fault(call(hook, &target), fault->status, rule, "");
    assert_null(made.lease.lane);
    assert_null(made.lease.memory);
    assert_int_equal(fixture.log_calls, log_calls + 1);
    expect_logged(hook, fault, false);
    cclb_runtime_info info = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
    assert_int_equal(info.leases_open, before.leases_open);
    assert_int_equal(info.stores_used, before.stores_used);
}

static void expect_policies_hold(struct fault fault)
{
    for (size_t i = 0; i < COUNT(hooks); i++) {
        expect_passed(hooks[i], &fault, fault.rule);
        expect_failed(hooks[i], &fault, fault.rule);
    }
}

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

static void expect_never_passed(cclb_hook hook, const cclb_target *target, cclb_status status, uint32_t rule)
{
    fixture_play();
    expect_fault(call(hook, target), status, rule, "");
    assert_null(made.lease.lane);
    assert_null(made.lease.memory);
    assert_false(fixture.logged.record.passed_through);
    assert_int_equal(fixture.logged.record.outcome, status);
}

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

static void a_forked_child(void **state)
{
    (void)state;
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Told through a pipe, and ended at once: what the parent left here is no leak for anyone to report. */
        char forked = 0;
        for (size_t i = 0; i < COUNT(hooks); i++) {
            cclb_target target = target_for(PASSING, hooks[i]);
            forked = (char)(forked + (call(hooks[i], &target) == CCLB_FORKED));
        }
        (void)!write(told[1], &forked, 1);
        raise(SIGKILL);
    }
    close(told[1]);
    char forked = 0;
    assert_int_equal(read(told[0], &forked, 1), 1);
    close(told[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(forked, COUNT(hooks));
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_policies, tear_down_policies)
    const struct CMUnitTest tests[] = {
        TEST(a_plugin_that_traps),
        TEST(a_plugin_that_takes_too_long),
        TEST(a_plugin_that_cannot_be_instantiated),
        TEST(a_plugin_that_answers_nonsense),
        TEST(a_plugin_whose_answer_breaks_a_rule),
        TEST(a_moment_without_a_permit),
        TEST(a_moment_without_room_in_the_pool),
        TEST(a_moment_without_memory_to_reserve),
        TEST(targets_that_are_none),
        TEST(without_a_permit_a_call_by_handle_keeps_its_cell),
        TEST(hooks_that_the_plugin_does_not_declare),
        TEST(faults_of_the_host),
        TEST(threads_that_cannot_hold_a_guest),
        TEST(a_forked_child),
        TEST(requests_that_are_none),
        TEST(memory_that_is_short),
        TEST(without_a_permit_a_call_by_key_passes_too),
        TEST(leases_without_a_permit_keep_the_runtime),
        TEST(without_a_permit_a_request_that_is_none_is_told),
        TEST(without_a_permit_memory_may_be_short_too),
        TEST(the_url_is_the_base_with_path_and_query),
        TEST(cookies_that_no_plugin_sees_go_out_with_none),
        TEST(a_slot_takes_its_policy_from_the_runtime_or_has_its_own),
        TEST(a_policy_is_changed_by_registering_the_same_bytes),
        TEST(policies_are_checked),
        TEST(policies_have_names),
        TEST(some_policies_are_of_the_content_and_some_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
