/* SPDX-License-Identifier: Apache-2.0 */
/* free_trial_test.c - calls on an instance that has answered already, and who may be given answers back. */

#include "admission/free_trial.h"

#include "admission_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { BASE_NS = 1000 };

#define HOOK CCLB_HOOK_TRANSFORM_SSE_EVENT

static struct {
    struct fixture *fixture;
    struct engine_module *module;
    struct callee callee;
    struct lane *lane;
    struct call_output output;
    uint64_t hooks;       /* since the script was set */
    uint64_t deadline_ns; /* of the lane, in the last of them */
    uint8_t answer[16];
    uint64_t moves_ns; /* by how much a hook moves the clock */
} trial;

static uint64_t time_ns;

static uint64_t now(void *context)
{
    (void)context;
    return time_ns;
}

static void in_hook(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)hook;
    (void)input;
    trial.hooks++;
    trial.deadline_ns = atomic_load(&trial.lane->deadline_ns);
    time_ns += trial.moves_ns;
    if (context) {
        trial.answer[0] = (uint8_t)trial.hooks;
    }
}

static const cclb_bytes request = {(const uint8_t *)"request", 7};
static struct call_spans spans = {&request, 1};

static int set_up(void **state)
{
    assert_int_equal(fixture_set_up(state), 0);
    struct fixture *fixture = *state;
    struct engine_fault fault;
    memset(&trial, 0, sizeof trial);
    time_ns = 5;
    trial.fixture = fixture;
    fixture->dispatch.options.clock = (cclb_clock){.now_ns = now};
    fixture->dispatch.options.deadline[HOOK].base_ns = BASE_NS;
    assert_int_equal(engine_compile(fixture->engine, cclb_text("module"), &trial.module, &fault), CCLB_OK);
    trial.callee = (struct callee){trial.module, CCLB_REFERENCE_0_3_0};
    trial.lane = lane_claim_reserved(&fixture->dispatch.lanes);
    return 0;
}

static int tear_down(void **state)
{
    call_end(&trial.fixture->dispatch, trial.lane);
    lane_release(trial.lane);
    engine_module_destroy(trial.module);
    return fixture_tear_down(state);
}

/* Puts a script in force and makes the call that all go on from. */
static void begin(struct fake_script script)
{
    struct call_input input = call_input_of_spans(&spans);
    script.in_hook = in_hook;
    call_end(&trial.fixture->dispatch, trial.lane);
    fake_script_set(&script);
    trial.hooks = 0;
    if (call_run(&trial.fixture->dispatch, trial.lane, &trial.callee, HOOK, &input, &trial.output,
                 &trial.fixture->error) != CCLB_OK) {
        fail_msg("%s", trial.fixture->error.message);
    }
}

static bool go_on(bool frees, uint64_t now_ns, struct call_output *output)
{
    struct call_input input = call_input_of_spans(&spans);
    return call_run_again(&trial.fixture->dispatch, trial.lane, &trial.callee, HOOK, &input, frees, now_ns, output,
                          &trial.fixture->error) == CCLB_OK;
}

static bool passes(struct fake_script script)
{
    struct call_input input = call_input_of_spans(&spans);
    begin(script);
    return free_trial(&trial.fixture->dispatch, trial.lane, &trial.callee, HOOK, &input, &trial.output);
}

/* ---- one call more ---- */

static void each_call_has_its_own_deadline_and_fuel(void **state)
{
    (void)state;
    struct call_output output;
    trial.moves_ns = 3;
    begin((struct fake_script){0});
    assert_int_equal(trial.deadline_ns, 5 + BASE_NS);
    assert_int_equal(trial.output.fuel, 1);
    assert_int_equal(atomic_load(&trial.lane->deadline_ns), 0); /* while nobody runs */
    time_ns = 77;
    assert_true(go_on(false, 70, &output));
    assert_int_equal(trial.deadline_ns, 70 + BASE_NS);
    assert_int_equal(atomic_load(&trial.lane->deadline_ns), 0);
    assert_int_equal(output.fuel, 1);
    assert_int_equal(output.started_ns, 70);
    assert_int_equal(output.entered_ns, 70); /* R67: the first export that is used is one of the instance that is there */
    assert_int_equal(output.ended_ns, 80);
    assert_int_equal(output.memory_bytes, FAKE_MEMORY_BYTES);
    assert_true(cclb_bytes_equal(output.bytes, trial.output.bytes));
}

static void an_answer_is_freed_once_and_only_if_asked(void **state)
{
    (void)state;
    struct call_output output;
    begin((struct fake_script){0});
    assert_int_equal(fake_frees(), 0);
    assert_true(go_on(false, 5, &output));
    assert_int_equal(fake_frees(), 0);
    assert_true(go_on(true, 5, &output)); /* the fake would trap if it were not its last answer, as it lies there */
    assert_true(go_on(true, 5, &output));
    assert_int_equal(fake_frees(), 2);
    assert_int_equal(trial.hooks, 4);
}

/* Whatever fails, and after whatever, the instance is gone and nothing runs. */
static void a_failure_ends_the_instance(void **state)
{
    (void)state;
    const struct fake_script scripts[] = {
        {.traps_from = 2},
        {.free_fault = CCLB_TRAP},
        {.free_fault = CCLB_DEADLINE},
        {.free_fault = CCLB_FUEL},
    };
    uint64_t alive = fake_alive();
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct call_output output;
        begin(scripts[i]);
        assert_int_equal(fake_alive(), alive + 1);
        assert_false(go_on(true, 5, &output));
        assert_int_equal(fake_alive(), alive);
        assert_int_equal(atomic_load(&trial.lane->deadline_ns), 0);
        assert_int_equal(trial.lane->answer_len, 0);
        assert_null(output.bytes.data);
    }
}

static void every_engine_call_may_fail(void **state)
{
    (void)state;
    begin((struct fake_script){0});
    uint64_t first = fake_calls();
    for (uint64_t at = 1; at <= 4; at++) { /* free, alloc, hook, and then none is left */
        struct call_output output;
        begin((struct fake_script){.fail_at = first + at});
        assert_int_equal(go_on(true, 5, &output), at == 4);
    }
}

/* ---- the trial ---- */

static void who_frees_passes(void **state)
{
    (void)state;
    assert_true(passes((struct fake_script){0}));
    assert_true(fake_frees() >= 20);
    assert_int_equal(trial.hooks, fake_frees() + 1);
}

static void without_a_cc_lb_free_nothing_is_tried(void **state)
{
    (void)state;
    assert_false(passes((struct fake_script){.odd_export = "cc_lb_free", .odd_kind = ENGINE_EXPORT_NONE}));
    assert_false(passes((struct fake_script){.odd_export = "cc_lb_free", .odd_kind = ENGINE_EXPORT_OTHER}));
    assert_false(passes((struct fake_script){.odd_export = "cc_lb_free", .odd_kind = ENGINE_EXPORT_ALLOC}));
    assert_int_equal(trial.hooks, 1);
}

static void who_fails_does_not_pass(void **state)
{
    (void)state;
    assert_false(passes((struct fake_script){.free_fault = CCLB_TRAP}));
    assert_false(passes((struct fake_script){.free_fault = CCLB_DEADLINE}));
    assert_false(passes((struct fake_script){.traps_from = 20}));
}

static void who_leaks_does_not_pass(void **state)
{
    (void)state;
    assert_false(passes((struct fake_script){.leaks = true}));
    assert_false(passes((struct fake_script){.grows_by = 16}));
}

static void who_grows_at_first_passes(void **state)
{
    (void)state;
    /* Twice, and then there is no room for more. */
    assert_true(passes((struct fake_script){.grows_by = FAKE_MEMORY_BYTES / 2}));
}

static void who_answers_otherwise_does_not_pass(void **state)
{
    (void)state;
    cclb_bytes answer = cclb_bytes_of(trial.answer, sizeof trial.answer);
    assert_true(passes((struct fake_script){.answer[HOOK] = answer}));
    assert_false(passes((struct fake_script){.answer[HOOK] = answer, .context = &trial}));
}

static void what_is_long_does_not_pass(void **state)
{
    (void)state;
    static const uint8_t zeros[4097];
    assert_true(passes((struct fake_script){.answer[HOOK] = cclb_bytes_of(zeros, 4096)}));
    assert_false(passes((struct fake_script){.answer[HOOK] = cclb_bytes_of(zeros, 4097)}));
}

static void it_takes_no_longer_than_one_call_may(void **state)
{
    (void)state;
    trial.moves_ns = BASE_NS / 5;
    assert_false(passes((struct fake_script){0}));
    assert_int_equal(trial.hooks, 1 + 6); /* the sixth was one too many */
    trial.moves_ns = BASE_NS / 100;
    assert_true(passes((struct fake_script){0}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_call_has_its_own_deadline_and_fuel),
        TEST(an_answer_is_freed_once_and_only_if_asked),
        TEST(a_failure_ends_the_instance),
        TEST(every_engine_call_may_fail),
        TEST(who_frees_passes),
        TEST(without_a_cc_lb_free_nothing_is_tried),
        TEST(who_fails_does_not_pass),
        TEST(who_leaks_does_not_pass),
        TEST(who_grows_at_first_passes),
        TEST(who_answers_otherwise_does_not_pass),
        TEST(what_is_long_does_not_pass),
        TEST(it_takes_no_longer_than_one_call_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
