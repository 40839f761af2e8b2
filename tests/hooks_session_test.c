/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_session_test.c - streams that keep their instance (docs/adr/0011-stream-sessions.md), over the fake engine: what is
 * kept and for how long, what a failure does to it, and that each event is a call like any other.
 */

#include "session_fixture.h"

/* ---- what is kept ---- */

static void without_the_option_nothing_is_kept(void **state)
{
    (void)state;
    open_stream(0, false);
    events(0, 3);
    expect_session(0, false, 0, 0);
    expect_used(0, 0);
    assert_int_equal(fake_frees(), 0);
}

static void one_instance_serves_the_stream(void **state)
{
    (void)state;
    uint64_t alive = fake_alive();
    open_stream(0, true);
    events(0, 1);
    const uint8_t *first_guest = guest_at;
    expect_session(0, true, 0, 0);
    expect_used(1, 1);
    for (int i = 0; i < 50; i++) {
        events(0, 1);
        assert_ptr_equal(guest_at, first_guest);
        assert_int_equal(fake_alive(), alive + 1);
    }
    assert_int_equal(fake_frees(), 50);
    assert_int_equal(fixture.log_calls, 51);
    assert_int_equal(fixture.guest_calls, 51);
    expect_metrics(0, 0, 1);
    expect_ok(cclb_sse_stream_finish(streams[0], count, &bytes_out[0], &fixture.error));
    expect_session(0, false, 0, 0); /* not until it is destroyed */
    expect_used(0, 0);
    assert_int_equal(fake_alive(), alive);
    assert_int_equal(bytes_out[0], 51 * 9);
}

static void a_destroyed_stream_gives_it_back(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    expect_used(1, 1);
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    expect_used(0, 0);
}

static void an_event_is_logged_and_bounded_like_any_call(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.deadline[CCLB_HOOK_TRANSFORM_SSE_EVENT] = (cclb_deadline){.base_ns = 1000000};
    options.metering = true;
    restart(&options);
    open_stream(0, true);
    for (uint32_t i = 1; i <= 5; i++) {
        uint64_t start_ns = fixture_now(NULL);
        deadlines[0] = deadlines[1] = 0;
        events(0, 1);
        assert_int_equal(deadlines[0] + deadlines[1], start_ns + 1000000);
        assert_int_equal(fixture.log_calls, i);
        assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
        assert_true(fixture.logged.record.called);
        assert_int_equal(fixture.logged.record.guest_ns, HOOK_NS);
        assert_int_equal(fixture.logged.record.duration_ns, HOOK_NS);
        assert_int_equal(fixture.logged.record.fuel, 1);
        assert_int_equal(fixture.logged.record.bytes_out, 12);
        assert_string_equal(fixture.logged.plugin, "p");
        for (size_t lane = 0; lane < 2; lane++) {
            assert_int_equal(atomic_load(&fixture.runtime->dispatch.lanes.lane[lane].deadline_ns), 0);
        }
        atomic_fetch_add(&fixture.now_ns, UINT64_C(1) << 40); /* an idle session runs into no deadline */
    }
}

static void a_quarter_of_the_permits_is_kept_and_one_at_least(void **state)
{
    (void)state;
    open_stream(0, true);
    open_stream(1, true);
    events(0, 1);
    events(1, 3);
    expect_session(0, true, 0, 0);
    expect_session(1, false, 0, 0);
    expect_used(1, 1);
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    events(1, 1);
    expect_session(1, true, 0, 0);

    cclb_sse_stream_destroy(streams[1]);
    streams[1] = NULL;
    cclb_runtime_options options = fixture_options();
    options.stores_max = 8;
    restart(&options);
    for (size_t i = 0; i < STREAMS; i++) {
        open_stream(i, true);
        events(i, 2);
        expect_session(i, i < 2, 0, 0);
    }
    expect_used(2, 2);
}

/* ---- wear ---- */

static void answers_that_are_not_freed_renew_it(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_events_max = 3;
    restart_with(&options, never_frees);
    open_stream(0, true);
    const uint8_t *guest[8];
    for (int i = 1; i <= 7; i++) {
        events(0, 1);
        guest[i] = guest_at;
        expect_session(0, i % 3 != 0, (uint64_t)(i / 3), 0);
    }
    assert_ptr_equal(guest[1], guest[2]);
    assert_ptr_equal(guest[5], guest[6]);
    assert_int_equal(fake_frees(), 0);
    expect_metrics(2, 0, 1);
    cclb_sse_stream_destroy(streams[0]);
    streams[0] = NULL;
    restart(&options);
    open_stream(0, true);
    events(0, 20);
    expect_session(0, true, 0, 0); /* whose answers are freed */
}

static void one_event_each_is_no_session(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_events_max = 1;
    restart_with(&options, never_frees);
    open_stream(0, true);
    events(0, 3);
    expect_session(0, false, 0, 0);
    expect_metrics(0, 0, 0);
}

static void growth_renews_it(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_growth_max_bytes = 4096;
    restart(&options);
    fixture.script.grows_by = 2048;
    play();
    open_stream(0, true);
    for (int i = 1; i <= 9; i++) { /* two reach the bound, the third exceeds it */
        events(0, 1);
        expect_session(0, i % 3 != 0, (uint64_t)(i / 3), 0);
    }
}

/* However large the first event made it: growth counts from the trial call. */
static void what_grew_in_its_first_event_is_not_kept(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.session_growth_max_bytes = 4096;
    restart(&options);
    fixture.script.grows_by = 8192;
    play();
    open_stream(0, true);
    events(0, 3);
    expect_session(0, false, 0, 0);
    expect_used(0, 0);
}

/* ---- failures ---- */

struct traps {
    cclb_bytes phase;
    uint64_t count;
};

static void count_trap(void *context, const cclb_metric_sample *sample)
{
    struct traps *traps = context;
    if (strcmp(sample->name, "cc_lb_plugin_trap_total") == 0 &&
        (traps->phase.len == 0 || cclb_bytes_equal(sample->labels[2].value, traps->phase))) {
        traps->count += sample->count;
    }
}

/* Of one phase, or if it is "" of all. */
static uint64_t traps_in(const char *phase)
{
    struct traps traps = {.phase = cclb_text(phase)};
    expect_ok(cclb_metrics_visit(fixture.runtime, count_trap, &traps, &fixture.error));
    return traps.count;
}

/* The stream goes on as if nothing had been; the host is told what was. */
static void a_failure_of_a_kept_instance_is_told_and_tried_again(void **state)
{
    (void)state;
    const struct {
        struct fake_script script;
        cclb_status status;
        cclb_phase phase;
        const char *counted; /* as the metric has the phase */
    } cases[] = {
        {{.traps_from = 3}, CCLB_TRAP, CCLB_PHASE_HOOK, "cc_lb_transform_sse_event"},
        {{.free_fault = CCLB_TRAP}, CCLB_TRAP, CCLB_PHASE_FREE, "cc_lb_free"},
        {{.free_fault = CCLB_DEADLINE}, CCLB_DEADLINE, CCLB_PHASE_FREE, "cc_lb_free"},
        {{.free_fault = CCLB_FUEL}, CCLB_FUEL, CCLB_PHASE_FREE, "cc_lb_free"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture.script = cases[i].script;
        play();
        fixture.log_calls = 0;
        fixture.log_faults = 0;
        uint64_t traps = traps_in("");
        uint64_t of_phase = traps_in(cases[i].counted);
        open_stream(0, true);
        events(0, 6);
        assert_int_equal(traps_in("") - traps, 1);
        assert_int_equal(traps_in(cases[i].counted) - of_phase, 1);
        cclb_sse_info info = describe(0);
        assert_true(info.session_over);
        assert_false(info.session_kept);
        assert_int_equal(info.unchanged, 6);
        assert_int_equal(fixture.log_calls, 7);
        assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
        assert_int_equal(fixture.log_faults, 1);
        assert_int_equal(fixture.last_fault.status, cases[i].status);
        assert_int_equal(fixture.last_fault.phase, cases[i].phase);
        expect_used(0, 0);
        cclb_sse_stream_destroy(streams[0]);
        streams[0] = NULL;
    }
    fixture.script = (struct fake_script){0};
}

static void a_failure_of_the_plugin_is_told_and_ends_it(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    open_stream(0, true);
    events(0, 2);
    expect_session(0, true, 0, 0);
    fixture.script.hook_fault = CCLB_TRAP;
    play();
    expect_ok(event(0));
    expect_fault(fixture.error.status, CCLB_TRAP, 50, "transform_sse_event trap error: guest trap during");
    assert_true(describe(0).session_over);
    expect_used(0, 0);
    fixture.script.hook_fault = CCLB_OK;
    play();
    events(0, 2);
    cclb_sse_info info = describe(0);
    assert_int_equal(info.passed_through, 1);
    assert_int_equal(info.unchanged, 4);
    assert_false(info.session_kept);
}

static void an_answer_that_breaks_a_rule_ends_it(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    open_stream(0, true);
    events(0, 2);
    answer_bytes(CCLB_HOOK_TRANSFORM_SSE_EVENT, cclb_text("nonsense"));
    play();
    expect_ok(event(0));
    expect_fault(fixture.error.status, CCLB_DECODE, 0, "transform_sse_event runtime error: ");
    assert_true(describe(0).session_over);
    expect_used(0, 0);
}

/* The first call from here on answers what is none, and every later one what it should. */
static void answer_once_wrongly(void *context, cclb_hook hook, cclb_bytes input)
{
    static uint32_t calls;
    fixture_hook(context, hook, input);
    if (fixture.script.answer[hook].len > 0 && ++calls % 2 == 0) {
        fixture.script.answer[hook] = (cclb_bytes){0};
        fake_script_set(&fixture.script);
    }
}

/* A failure of a kept instance, and what followed, as the log was told of them; the log itself takes its time. */
enum { LOG_NS = 100 };

struct tries {
    uint32_t count;
    cclb_call_record record[2]; /* what they point to is gone */
};

static void log_tries(void *context, const cclb_call_record *record)
{
    struct tries *tries = context;
    atomic_fetch_add(&fixture.now_ns, LOG_NS);
    if (record->tried_again || tries->count == 1) {
        assert_in_range(tries->count, 0, 1);
        tries->record[tries->count++] = *record;
    }
}

static void each_try_has_its_own_time(void **state)
{
    (void)state;
    struct tries tries = {0};
    cclb_runtime_options options = fixture_options();
    options.log = (cclb_log){.call = log_tries, .context = &tries};
    for (int answers_wrongly = 0; answers_wrongly < 2; answers_wrongly++) {
        restart(&options);
        open_stream(0, true);
        events(0, 2);
        if (answers_wrongly) {
            answer_bytes(CCLB_HOOK_TRANSFORM_SSE_EVENT, cclb_text("nonsense"));
            fixture.script.in_hook = answer_once_wrongly;
            fake_script_set(&fixture.script);
        } else {
            fixture.script.traps_from = 3;
            play();
        }
        uint64_t start_ns = fixture_now(NULL);
        tries.count = 0;
        events(0, 1);
        assert_int_equal(tries.count, 2);
        assert_true(tries.record[0].tried_again);
        assert_false(tries.record[1].tried_again);
        assert_int_equal(tries.record[0].duration_ns, HOOK_NS);
        assert_int_equal(tries.record[1].duration_ns, HOOK_NS);
        assert_int_equal(tries.record[0].duration_ns + tries.record[1].duration_ns + 2 * LOG_NS,
                         fixture_now(NULL) - start_ns);
        cclb_sse_stream_destroy(streams[0]);
        streams[0] = NULL;
        fixture.script.traps_from = 0;
        play();
    }
}

/* A kept instance that has confused itself is no failure of the stream. */
static void a_wrong_answer_of_a_kept_instance_is_told_and_tried_again(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_FAIL_CLOSED);
    open_stream(0, true);
    events(0, 2);
    fixture.log_calls = 0;
    answer_bytes(CCLB_HOOK_TRANSFORM_SSE_EVENT, cclb_text("nonsense"));
    fixture.script.in_hook = answer_once_wrongly;
    fake_script_set(&fixture.script);
    events(0, 1);
    cclb_sse_info info = describe(0);
    assert_true(info.session_over);
    assert_false(info.session_kept);
    assert_int_equal(info.unchanged, 3);
    assert_int_equal(fixture.log_calls, 2);
    assert_int_equal(fixture.logged.record.outcome, CCLB_OK);
    assert_int_equal(fixture.last_fault.status, CCLB_DECODE);
    events(0, 2);
    expect_used(0, 0);
}

static void before_anything_is_kept_a_failure_ends_nothing(void **state)
{
    (void)state;
    take_plugin(frees, CCLB_FAILURE_PASS_THROUGH);
    fixture.script.hook_fault = CCLB_TRAP;
    play();
    open_stream(0, true);
    expect_ok(event(0));
    expect_used(0, 0);
    fixture.script.hook_fault = CCLB_OK;
    play();
    events(0, 1);
    expect_session(0, true, 0, 0);
}

/* Under fail-closed the stream ends with the first failure, and what it kept with it. */
static void a_stream_that_fails_keeps_nothing(void **state)
{
    (void)state;
    open_stream(0, true);
    events(0, 2);
    fixture.script.hook_fault = CCLB_DEADLINE;
    play();
    assert_int_equal(event(0), CCLB_DEADLINE);
    assert_int_equal(event(0), CCLB_DEADLINE);
    expect_used(0, 0);
    expect_session(0, false, 0, 0);
}

static void an_event_that_is_too_long_ends_it_with_the_stream(void **state)
{
    (void)state;
    open_bounded_stream(0, true, 16);
    events(0, 2);
    expect_used(1, 1);
    assert_int_equal(cclb_sse_stream_feed(streams[0], cclb_text("data: 0123456789abcdef\n\n"), count, &bytes_out[0],
                                          &fixture.error),
                     CCLB_LIMIT);
    expect_used(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(without_the_option_nothing_is_kept),
        SESSION_TEST(one_instance_serves_the_stream),
        SESSION_TEST(a_destroyed_stream_gives_it_back),
        SESSION_TEST(an_event_is_logged_and_bounded_like_any_call),
        SESSION_TEST(a_quarter_of_the_permits_is_kept_and_one_at_least),
        SESSION_TEST(answers_that_are_not_freed_renew_it),
        SESSION_TEST(one_event_each_is_no_session),
        SESSION_TEST(growth_renews_it),
        SESSION_TEST(what_grew_in_its_first_event_is_not_kept),
        SESSION_TEST(a_failure_of_a_kept_instance_is_told_and_tried_again),
        SESSION_TEST(a_failure_of_the_plugin_is_told_and_ends_it),
        SESSION_TEST(an_answer_that_breaks_a_rule_ends_it),
        SESSION_TEST(each_try_has_its_own_time),
        SESSION_TEST(a_wrong_answer_of_a_kept_instance_is_told_and_tried_again),
        SESSION_TEST(before_anything_is_kept_a_failure_ends_nothing),
        SESSION_TEST(a_stream_that_fails_keeps_nothing),
        SESSION_TEST(an_event_that_is_too_long_ends_it_with_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
