/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_fixture.h - plugins of either failure policy, a request for each hook, and what holds of every failure. Each test
 * program has its own.
 */
#ifndef TESTS_POLICY_FIXTURE_H
#define TESTS_POLICY_FIXTURE_H

#include "hooks_fixture.h"

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

static inline bool passed(cclb_hook hook)
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

static inline cclb_status call(cclb_hook hook, const cclb_target *target)
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

static inline cclb_target target_for(int policy, cclb_hook hook)
{
    return cclb_by_handle(handles[policy][hook != CCLB_HOOK_FILTER]);
}

static inline void register_all(void)
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

static inline void drop_handles(void)
{
    for (int i = 0; i < POLICIES; i++) {
        for (int j = 0; j < 2; j++) {
            cclb_handle_destroy(handles[i][j]);
            handles[i][j] = NULL;
        }
    }
}

static inline void restart_with(const cclb_runtime_options *options)
{
    drop_handles();
    fixture_restart(options);
    register_all();
}

static inline void hold(size_t count)
{
    cclb_target target = target_of("holder");
    for (size_t i = 0; i < count; i++) {
        expect_ok(cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &held[i], &fixture.error));
    }
}

static inline void let_go(void)
{
    for (size_t i = 0; i < COUNT(held); i++) {
        cclb_lease_return(&held[i]);
    }
}

static inline int set_up_policies(void **state)
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

static inline int tear_down_policies(void **state)
{
    expect_nothing_open();
    drop_handles();
    return tear_down(state);
}

/* ---- what takes the place of an answer ---- */

static inline void expect_all_are_kept(void)
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

static inline void expect_request_as_it_was(void)
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

static inline void expect_response_as_it_was(void)
{
    const cclb_transform_response_answer *answer = &made.response;
    assert_true(answer->called);
    assert_false(answer->status_replaced || answer->headers_replaced || answer->body_replaced);
    assert_int_equal(answer->status, 206);
    assert_ptr_equal(answer->headers.items, own_headers);
    assert_ptr_equal(answer->body.spans, own_body);
}

static inline void expect_nothing_changed(cclb_hook hook)
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

static inline void expect_logged(cclb_hook hook, const struct fault *fault, bool passed_through)
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

static inline void expect_passed(cclb_hook hook, const struct fault *fault, uint32_t rule)
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

static inline void expect_failed(cclb_hook hook, const struct fault *fault, uint32_t rule)
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

static inline void expect_policies_hold(struct fault fault)
{
    for (size_t i = 0; i < COUNT(hooks); i++) {
        expect_passed(hooks[i], &fault, fault.rule);
        expect_failed(hooks[i], &fault, fault.rule);
    }
}

static inline void expect_never_passed(cclb_hook hook, const cclb_target *target, cclb_status status, uint32_t rule)
{
    fixture_play();
    expect_fault(call(hook, target), status, rule, "");
    assert_null(made.lease.lane);
    assert_null(made.lease.memory);
    assert_false(fixture.logged.record.passed_through);
    assert_int_equal(fixture.logged.record.outcome, status);
}

#define POLICY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_policies, tear_down_policies)

#endif
