/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capsule_fixture.h - failed calls over the fake engine, and the capsules that they leave. Each test program has its own.
 *
 * "f" is a plugin of filter, and "s" one of all hooks, with a handle on it.
 */
#ifndef TESTS_CAPSULE_FIXTURE_H
#define TESTS_CAPSULE_FIXTURE_H

#include "hooks_fixture.h"

/* What the function was told last, copied, and how often. */
static struct {
    _Atomic uint32_t count;
    bool copies;
    char json[8192];
    cclb_capsule_info info; /* its texts must not be followed */
    cclb_buffer input;
} taken;

/* An answer of a filter that a host refuses (rule R87). */
static const char no_uuid[] = "{'results': [{'upstream_id': 'x', 'decision': 'accept', 'reason': ''}]}";

static cclb_handle *handle; /* on "s" */

static inline void take(void *context, cclb_bytes json, const cclb_capsule_info *info)
{
    assert_ptr_equal(context, &taken);
    assert_int_equal(json.data[json.len], 0);
    atomic_fetch_add(&taken.count, 1);
    if (!taken.copies) {
        return;
    }
    assert_true(json.len < sizeof taken.json);
    memcpy(taken.json, json.data, json.len + 1);
    taken.info = *info;
    cclb_buffer_deinit(&taken.input);
    taken.input = copy_of(info->input);
}

static inline cclb_runtime_options capsule_options(void)
{
    cclb_runtime_options options = fixture_options();
    options.capsules.call = take;
    options.capsules.context = &taken;
    options.capsules.count_max = UINT32_MAX;
    return options;
}

static inline void restart_with(const cclb_runtime_options *options)
{
    cclb_handle_destroy(handle);
    fixture_restart(options);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("s", CCLB_SLOT_SHAPE, "all_hooks", &kits[3]);
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("s"), &handle, &fixture.error));
}

static inline int set_up_capsules(void **state)
{
    int status = set_up(state);
    handle = NULL;
    memset(&taken, 0, sizeof taken);
    taken.copies = true;
    cclb_runtime_options options = capsule_options();
    restart_with(&options);
    answer(CCLB_HOOK_FILTER, "{'results': []}");
    return status;
}

static inline int tear_down_capsules(void **state)
{
    cclb_handle_destroy(handle);
    cclb_buffer_deinit(&taken.input);
    return tear_down(state);
}

static inline double counted(const char *outcome)
{
    char wanted[64];
    cclb_buffer text = {0};
    expect_ok(cclb_metrics_to_prometheus(fixture.runtime, NULL, &text, &fixture.error));
    snprintf(wanted, sizeof wanted, "\ncclb_capsules_total{outcome=\"%s\"} ", outcome);
    const char *place = strstr((const char *)text.data, wanted);
    double value = place ? strtod(place + strlen(wanted), NULL) : 0;
    cclb_buffer_deinit(&text);
    return value;
}

static inline void expect_counts(uint32_t written, uint32_t dropped, uint32_t failed)
{
    assert_int_equal((int)counted("written"), written);
    assert_int_equal((int)counted("dropped"), dropped);
    assert_int_equal((int)counted("failed"), failed);
}

static inline cclb_status filter(void)
{
    const cclb_bytes body = cclb_text("the body");
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/");
    request.body = (cclb_spans){&body, 1};
    cclb_target target = target_of("f");
    cclb_filter_result result = {0};
    cclb_status status = cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error);
    if (status == CCLB_OK) {
        cclb_lease_return(&result.lease);
    }
    return status;
}

static inline cclb_status call_raw(const cclb_target *target, cclb_hook hook, cclb_bytes request)
{
    cclb_lease lease;
    cclb_status status = cclb_call_raw(fixture.runtime, target, hook, &request, 1, &lease, &fixture.error);
    if (status == CCLB_OK) {
        cclb_lease_return(&lease);
    }
    return status;
}

static inline void play_fault(cclb_status fault)
{
    fixture.script.hook_fault = fault;
    fixture_play();
}

/* That a message is the error's; what that quotes of an answer is masked. */
static inline void expect_masked_message(const char *message)
{
    char wanted[CCLB_MESSAGE_SIZE];
    memcpy(wanted, fixture.error.message, sizeof wanted);
    char *first = strchr(wanted, '`');
    char *last = strrchr(wanted, '`');
    for (char *at = first; fixture.error.phase == CCLB_PHASE_ANSWER && at < last; at++) {
        *at = at == first ? '`' : '*';
    }
    assert_string_equal(message, wanted);
}

/* That one more was taken, of this fault. */
static inline void expect_taken(uint32_t count, cclb_hook hook, cclb_status status, cclb_phase phase)
{
    assert_int_equal(atomic_load(&taken.count), count);
    expect_counts(count, 0, 0);
    assert_int_equal(taken.info.hook, hook);
    assert_int_equal(taken.info.fault.status, status);
    assert_int_equal(taken.info.fault.phase, phase);
    expect_masked_message(taken.info.fault.message);
    assert_int_equal(taken.info.fault.rule, fixture.error.rule);
}

#define CAPSULE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_capsules, tear_down_capsules)

#endif
