/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_observe_test.c - what observers are told, and what becomes of what they say (rule R105). */

#include "hooks_fixture.h"

static cclb_lease lease;

static cclb_status tell(const cclb_observation *observation)
{
    cclb_lease_return(&lease);
    cclb_target target = target_of("o");
    return cclb_observe(fixture.runtime, &target, observation, &lease, &fixture.error);
}

static void done(void)
{
    cclb_lease_return(&lease);
    expect_nothing_open();
}

static int set_up_observer(void **state)
{
    int status = set_up(state);
    lease = (cclb_lease){0};
    expect_ok(try_register("o", CCLB_SLOT_OBSERVE, "observe_noop", &kits[2], CCLB_FAILURE_PASS_THROUGH));
    return status;
}

/* Tells plugins of every form that has the hook, and what each is given. */
static void expect_told(const cclb_observation *observation, const char *wanted)
{
    for (size_t i = 0; i + 1 < KITS; i++) {
        register_plugin("o", CCLB_SLOT_OBSERVE, "observe_noop", &kits[i]);
        expect_ok(tell(observation));
        expect_given(CCLB_HOOK_OBSERVE, kits[i].form, wanted);
        assert_int_equal(lease.form, kits[i].form);
    }
}

static void six_events_are_told_in_every_form(void **state)
{
    (void)state;
    cclb_observation started = cclb_observation_init(CCLB_OBSERVE_REQUEST_STARTED);
    started.request_id = cclb_text("req-1");
    started.user_agent = cclb_optional_text("curl/8");
    expect_told(&started, "{'kind': 'RequestStarted', 'request_id': 'req-1', 'downstream_user_agent': 'curl/8'}");

    cclb_observation chosen = cclb_observation_init(CCLB_OBSERVE_UPSTREAM_CHOSEN);
    chosen.upstream_base_url = cclb_optional_text("HTTPS://h.test:443");
    expect_told(&chosen, "{'kind': 'UpstreamChosen', 'upstream': {'kind': 'AnthropicDirect', 'base_url': "
                         "'https://h.test/'}}");

    cclb_observation chunk = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    chunk.batch_index = UINT64_MAX;
    chunk.event_count = UINT64_C(1) << 32;
    chunk.total_bytes = 7;
    expect_told(&chunk, "{'kind': 'Chunk', 'batch_index': '18446744073709551615', 'event_count': 4294967296, "
                        "'total_bytes': 7}");

    cclb_observation finished = cclb_observation_init(CCLB_OBSERVE_REQUEST_FINISHED);
    finished.status = 65535;
    finished.duration_ms = UINT64_C(1) << 40;
    finished.input_tokens = (cclb_optional_u64){true, 1};
    finished.output_tokens = (cclb_optional_u64){true, 2};
    finished.cache_creation_input_tokens = (cclb_optional_u64){true, 3};
    finished.cache_read_input_tokens = (cclb_optional_u64){true, 0};
    expect_told(&finished, "{'kind': 'RequestFinished', 'status': 65535, 'duration_ms': 1099511627776, 'input_tokens': "
                           "1, 'output_tokens': 2, 'cache_creation_input_tokens': 3, 'cache_read_input_tokens': 0}");

    cclb_observation error = cclb_observation_init(CCLB_OBSERVE_ERROR);
    error.error_code = cclb_text("e1");
    error.error_message = cclb_text("line\n2");
    error.error_source = cclb_text("upstream");
    expect_told(&error, "{'kind': 'Error', 'code': 'e1', 'message': 'line\\n2', 'source': 'upstream'}");
    done();
}

/* R76, R77. */
static void a_principal_is_spelled_as_the_form_knows_it(void **state)
{
    (void)state;
    static const struct {
        cclb_principal_kind kind;
        const char *old_name, *name;
    } kinds[] = {
        {CCLB_PRINCIPAL_API_KEY, "api_key", "api_key"},
        {CCLB_PRINCIPAL_OAUTH_SUBJECT, "o_auth_subject", "oauth_subject"},
        {CCLB_PRINCIPAL_INTERNAL_KEY, "internal_key", "internal_key"},
        {CCLB_PRINCIPAL_WORKLOAD_IDENTITY, "workload_identity", "workload_identity"},
        {CCLB_PRINCIPAL_SUBSCRIPTION_BEARER, "subscription_bearer", "subscription_bearer"},
    };
    for (size_t i = 0; i + 1 < KITS; i++) {
        register_plugin("o", CCLB_SLOT_OBSERVE, "observe_noop", &kits[i]);
        for (size_t j = 0; j < sizeof kinds / sizeof kinds[0]; j++) {
            char wanted[128];
            cclb_observation authn = cclb_observation_init(CCLB_OBSERVE_AUTHN_COMPLETE);
            authn.principal_id = cclb_text("tenant-a");
            authn.principal_kind = kinds[j].kind;
            snprintf(wanted, sizeof wanted,
                     "{'kind': 'AuthnComplete', 'principal_id': 'tenant-a', 'principal_kind': '%s'}",
                     kits[i].form == CCLB_FORM_W2 ? kinds[j].old_name : kinds[j].name);
            expect_ok(tell(&authn));
            expect_given(CCLB_HOOK_OBSERVE, kits[i].form, wanted);
        }
    }
    done();
}

static void what_is_not_known_is_absent(void **state)
{
    (void)state;
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_REQUEST_STARTED);
    expect_told(&observation, "{'kind': 'RequestStarted', 'request_id': ''}");
    observation.kind = CCLB_OBSERVE_UPSTREAM_CHOSEN;
    expect_told(&observation, "{'kind': 'UpstreamChosen', 'upstream': {'kind': 'AnthropicDirect'}}");
    observation.kind = CCLB_OBSERVE_REQUEST_FINISHED;
    expect_told(&observation, "{'kind': 'RequestFinished', 'status': 0, 'duration_ms': 0}");
    /* an older caller's struct ends somewhere in the middle */
    observation.cache_read_input_tokens = (cclb_optional_u64){true, 1};
    observation.duration_ms = 5;
    observation.struct_size = offsetof(cclb_observation, input_tokens);
    expect_told(&observation, "{'kind': 'RequestFinished', 'status': 0, 'duration_ms': 5}");
    done();
}

static void what_an_observer_returns_is_not_read(void **state)
{
    (void)state;
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    expect_ok(tell(&observation));
    assert_int_equal(lease.output.len, 0);
    answer_bytes(CCLB_HOOK_OBSERVE, cclb_text("no archive at all\n\xff"));
    expect_ok(tell(&observation));
    expect_text(lease.output, "no archive at all\n\xff");
    /* nor is its size */
    done();
    cclb_runtime_options options = fixture_options();
    options.wire_bounds.output_body_bytes = 1;
    fixture_restart(&options);
    register_plugin("o", CCLB_SLOT_OBSERVE, "observe_noop", &kits[0]);
    expect_ok(tell(&observation));
    assert_int_equal(lease.output.len, 19);
    done();
}

/* An event that cannot be told is dropped; no policy makes anything else of it, and nothing is tried twice. */
static void faults_drop_the_event(void **state)
{
    (void)state;
    static const struct {
        uint64_t fail_at;
        cclb_status hook_fault, status;
        uint32_t rule;
    } faults[] = {
        {0, CCLB_TRAP, CCLB_TRAP, 50},      {0, CCLB_DEADLINE, CCLB_DEADLINE, 21}, {0, CCLB_FUEL, CCLB_FUEL, 21},
        {1, CCLB_OK, CCLB_INSTANTIATE, 45}, {2, CCLB_OK, CCLB_TRAP, 48},
    };
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        fixture.script.fail_at = faults[i].fail_at;
        fixture.script.hook_fault = faults[i].hook_fault;
        fixture_play();
        uint32_t log_calls = fixture.log_calls;
        expect_fault(tell(&observation), faults[i].status, faults[i].rule, "observe event dropped: ");
        assert_int_equal(fixture.error.hook, CCLB_HOOK_OBSERVE);
        assert_null(lease.lane);
        assert_int_equal(fixture.log_calls, log_calls + 1);
        assert_false(fixture.logged.record.passed_through);
    }
    fixture.script.hook_fault = CCLB_TRAP;
    fixture.script.fail_at = 0;
    fixture_play();
    expect_fault(tell(&observation), CCLB_TRAP, 50, "observe event dropped: ");
    assert_non_null(strstr(fixture.error.message, "cc_lb_observe: scripted"));
    fixture.script.hook_fault = CCLB_OK;
    fixture_play();
    cclb_lease leases[2] = {0};
    cclb_target target = target_of("o");
    for (size_t i = 0; i < 2; i++) {
        expect_ok(cclb_observe(fixture.runtime, &target, &observation, &leases[i], &fixture.error));
    }
    expect_fault(tell(&observation), CCLB_SATURATED, 44, "observe event dropped: ");
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
    target = target_of("nobody");
    expect_fault(cclb_observe(fixture.runtime, &target, &observation, &lease, &fixture.error), CCLB_REJECTED, 41,
                 "observe event dropped: no slot registered");
    done();
}

/* R52: from 0.2.0 on there is no such hook. */
static void a_plugin_of_the_last_form_has_no_observe(void **state)
{
    (void)state;
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    cclb_handle *handle = NULL;
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("f"), &handle, &fixture.error));
    cclb_target target = cclb_by_handle(handle);
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    expect_fault(cclb_observe(fixture.runtime, &target, &observation, &lease, &fixture.error), CCLB_REJECTED, 46,
                 "observe event dropped: ");
    cclb_handle_destroy(handle);
    done();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_observer, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(six_events_are_told_in_every_form),
        TEST(a_principal_is_spelled_as_the_form_knows_it),
        TEST(what_is_not_known_is_absent),
        TEST(what_an_observer_returns_is_not_read),
        TEST(faults_drop_the_event),
        TEST(a_plugin_of_the_last_form_has_no_observe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
