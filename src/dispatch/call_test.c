/* SPDX-License-Identifier: Apache-2.0 */
/* call_test.c - the steps of a call (R43 to R59), over the fake engine. */

#include "dispatch/call.h"

#include "base/clock.h"
#include "fake_engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A clock that stands still until it is moved. */
static _Atomic uint64_t test_time_ns;

static uint64_t test_now(void *context)
{
    (void)context;
    return atomic_load(&test_time_ns);
}

struct fixture {
    struct counting_allocator counts;
    cclb_allocator allocator;
    struct engine *engine;
    struct engine_module *module;
    struct dispatch dispatch;
    struct callee callee;
    struct lane *lane;
    cclb_error error;
};

static struct dispatch_options default_options(void)
{
    struct dispatch_options options = {
        .permits = 2,
        .reserved = 1,
        .table_elements_max = 100,
        .memory_max_bytes = 1 << 20,
        .stack_max_bytes = 64 << 10,
        .host_ticks = true,
        .clock = {.now_ns = test_now},
    };
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        options.deadline[i] = (struct call_deadline){.base_ns = 1000, .per_mib_ns = 500};
    }
    return options;
}

static int set_up_with(void **state, const struct dispatch_options *options)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    fixture.allocator = counting_allocator(&fixture.counts);
    atomic_store(&test_time_ns, 1);
    struct engine_options engine_options = {.budget = {1, {{.memories = 3}}}};
    struct engine_fault fault;
    fixture.engine = fake_engine_begin(&fixture.allocator, &engine_options);
    assert_int_equal(engine_compile(fixture.engine, cclb_text("module"), &fixture.module, &fault), CCLB_OK);
    assert_int_equal(dispatch_init(&fixture.dispatch, options, fixture.engine, &fixture.allocator, &fixture.error),
                     CCLB_OK);
    fixture.callee = (struct callee){fixture.module, CCLB_REFERENCE_0_3_0};
    fixture.lane = lane_claim(&fixture.dispatch.lanes);
    assert_non_null(fixture.lane);
    *state = &fixture;
    return 0;
}

static int set_up(void **state)
{
    struct dispatch_options options = default_options();
    return set_up_with(state, &options);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    lane_release(fixture->lane);
    assert_int_equal(atomic_load(&fixture->dispatch.memory_reserved_bytes), 0);
    dispatch_deinit(&fixture->dispatch);
    engine_module_destroy(fixture->module);
    fake_engine_end(fixture->engine, &fixture->counts);
    return 0;
}

static cclb_status run(struct fixture *fixture, cclb_hook hook, struct call_output *output)
{
    static const cclb_bytes pieces[] = {{(const uint8_t *)"re", 2}, {NULL, 0}, {(const uint8_t *)"quest", 5}};
    struct call_spans spans = {pieces, 3};
    struct call_input input = call_input_of_spans(&spans);
    return call_run(&fixture->dispatch, fixture->lane, &fixture->callee, hook, &input, output, &fixture->error);
}

/* Expects a failure and that it left nothing behind. */
static void expect(struct fixture *fixture, cclb_hook hook, cclb_status status, uint32_t rule, cclb_phase phase,
                   const char *words)
{
    struct call_output output = {.bytes = {(const uint8_t *)"old", 3}};
    assert_int_equal(run(fixture, hook, &output), status);
    assert_int_equal(fixture->error.status, status);
    assert_int_equal(fixture->error.rule, rule);
    assert_int_equal(fixture->error.phase, phase);
    assert_int_equal(fixture->error.hook, hook);
    if (strstr(fixture->error.message, words) == NULL) {
        fail_msg("'%s' does not contain '%s'", fixture->error.message, words);
    }
    assert_null(output.bytes.data);
    assert_int_equal(fake_alive(), 2); /* engine and module, no instance */
    assert_int_equal(atomic_load(&fixture->lane->deadline_ns), 0);
}

static cclb_bytes seen_input;
static uint8_t seen_bytes[64];

static void look(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    memcpy(seen_bytes, input.data, input.len);
    seen_input = cclb_bytes_of(seen_bytes, input.len);
}

static void the_request_arrives_joined_and_the_answer_is_read_in_place(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.in_hook = look, .answer[CCLB_HOOK_FILTER] = cclb_text("answer")};
    fake_script_set(&script);
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    assert_true(cclb_bytes_equal(seen_input, cclb_text("request")));
    assert_true(cclb_bytes_equal(output.bytes, cclb_text("answer")));
    struct engine_memory memory = engine_instance_memory(&fixture->lane->instance);
    assert_ptr_equal(output.bytes.data, memory.base + FAKE_ANSWER_AT);
    assert_int_equal(output.memory_bytes, FAKE_MEMORY_BYTES);
    call_end(&fixture->dispatch, fixture->lane);
}

static void exports_are_fetched_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.odd_export = "memory", .odd_kind = ENGINE_EXPORT_NONE};
    fake_script_set(&script);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS, "does not export `memory`");
    script = (struct fake_script){.odd_export = "cc_lb_alloc", .odd_kind = ENGINE_EXPORT_OTHER};
    fake_script_set(&script);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS, "missing or mistyped export `cc_lb_alloc`");
    script = (struct fake_script){.odd_export = "cc_lb_shape", .odd_kind = ENGINE_EXPORT_ALLOC};
    fake_script_set(&script);
    expect(fixture, CCLB_HOOK_SHAPE, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS, "missing or mistyped export `cc_lb_shape`");
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK); /* other hooks are not looked at */
    call_end(&fixture->dispatch, fixture->lane);
}

/* What is wrong with several of them is told of the first. */
static void the_first_export_at_fault_is_told(void **state)
{
    struct fixture *fixture = *state;
    const struct {
        const char *names; /* all that start with this are mistyped */
        const char *words;
    } cases[] = {
        {"", "does not export `memory`"},
        {"cc_lb_", "export `cc_lb_alloc`"},
        {"cc_lb_f", "export `cc_lb_free`"}, /* and cc_lb_filter */
        {"cc_lb_fi", "export `cc_lb_filter`"},
    };
    fixture->callee.reference = CCLB_REFERENCE_0_1_4;
    for (size_t i = 0; i < 4; i++) {
        struct fake_script script = {.odd_export = cases[i].names, .odd_kind = ENGINE_EXPORT_OTHER};
        fake_script_set(&script);
        expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS, cases[i].words);
    }
}

static void free_is_checked_up_to_0_1_4_only(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.odd_export = "cc_lb_free", .odd_kind = ENGINE_EXPORT_OTHER};
    fake_script_set(&script);
    const cclb_reference old[] = {CCLB_REFERENCE_0_1_1, CCLB_REFERENCE_0_1_2, CCLB_REFERENCE_0_1_4};
    for (size_t i = 0; i < 3; i++) {
        fixture->callee.reference = old[i];
        expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS, "`cc_lb_free`");
    }
    fixture->callee.reference = CCLB_REFERENCE_0_3_0;
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    call_end(&fixture->dispatch, fixture->lane);
}

static void a_request_of_4_gib_is_too_large(void **state)
{
    struct fixture *fixture = *state;
    const cclb_bytes pieces[] = {{(const uint8_t *)"x", UINT64_C(1) << 31}, {(const uint8_t *)"x", UINT64_C(1) << 31}};
    struct call_spans spans = {pieces, 2};
    struct call_input input = call_input_of_spans(&spans);
    struct call_output output;
    assert_int_equal(call_run(&fixture->dispatch, fixture->lane, &fixture->callee, CCLB_HOOK_FILTER, &input, &output,
                              &fixture->error),
                     CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 47);
    assert_non_null(strstr(fixture->error.message, "input too large"));
    const cclb_bytes wrapping[] = {{(const uint8_t *)"x", SIZE_MAX}, {(const uint8_t *)"x", 2}};
    spans = (struct call_spans){wrapping, 2};
    assert_int_equal(call_input_of_spans(&spans).len, UINT64_MAX);
}

static uint8_t *seen_place;

static void look_where(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    seen_place = (uint8_t *)(uintptr_t)input.data;
}

static void the_guest_is_asked_for_16_aligned_memory(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.in_hook = look_where};
    fake_script_set(&script);
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    /* The first free byte is 17; so 20 or 24 would be a smaller alignment, 64 a larger one. */
    assert_int_equal(seen_place - engine_instance_memory(&fixture->lane->instance).base, 32);
    call_end(&fixture->dispatch, fixture->lane);
}

static void an_empty_request_is_passed_on_like_any_other(void **state)
{
    struct fixture *fixture = *state;
    struct call_spans spans = {NULL, 0};
    struct call_input input = call_input_of_spans(&spans);
    struct call_output output;
    struct fake_script script = {.in_hook = look};
    fake_script_set(&script);
    seen_input = cclb_text("not called");
    assert_int_equal(call_run(&fixture->dispatch, fixture->lane, &fixture->callee, CCLB_HOOK_FILTER, &input, &output,
                              &fixture->error),
                     CCLB_OK);
    assert_int_equal(seen_input.len, 0);
    call_end(&fixture->dispatch, fixture->lane);
    script = (struct fake_script){.use_address = true, .address = 0}; /* as guests made with a kit answer */
    fake_script_set(&script);
    assert_int_equal(call_run(&fixture->dispatch, fixture->lane, &fixture->callee, CCLB_HOOK_FILTER, &input, &output,
                              &fixture->error),
                     CCLB_TRAP);
    assert_int_equal(fixture->error.rule, 48);
}

static void alloc_faults(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.use_address = true, .address = 0};
    fake_script_set(&script);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_TRAP, 48, CCLB_PHASE_ALLOC, "null pointer");
    assert_int_equal(fixture->error.trap, CCLB_TRAP_NULL_POINTER);
    script.address = FAKE_MEMORY_BYTES - 6; /* one byte too far */
    fake_script_set(&script);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_TRAP, 49, CCLB_PHASE_WRITE, "guest trap during memory.write");
    script.address = UINT32_MAX;
    fake_script_set(&script);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_TRAP, 49, CCLB_PHASE_WRITE, "memory.write");
    script.address = FAKE_MEMORY_BYTES - 7; /* ends exactly at the end, unaligned: fine (R49) */
    fake_script_set(&script);
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    call_end(&fixture->dispatch, fixture->lane);
}

/* A hook's result in its packed form. */
static void answer_with(uint64_t address, uint64_t len)
{
    struct fake_script script = {.use_result = true, .result = address << 32 | len};
    fake_script_set(&script);
}

static void answers_are_checked_against_the_memory(void **state)
{
    struct fixture *fixture = *state;
    struct call_output output;
    answer_with(0, 5);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 53, CCLB_PHASE_OUTPUT, "guest returned invalid (ptr=0, len=5)");
    answer_with(5, 0);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 53, CCLB_PHASE_OUTPUT, "invalid (ptr=5, len=0)");
    answer_with(0, 0);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 53, CCLB_PHASE_OUTPUT, "invalid (ptr=0, len=0)");
    answer_with(FAKE_MEMORY_BYTES - 4, 5);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 54, CCLB_PHASE_OUTPUT, "out of bounds (memory 65536 bytes");
    answer_with(UINT32_MAX, UINT32_MAX);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 54, CCLB_PHASE_OUTPUT, "out of bounds");
    answer_with(FAKE_MEMORY_BYTES - 5, 5); /* R55: unaligned, at the very end */
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    assert_int_equal(output.bytes.len, 5);
    call_end(&fixture->dispatch, fixture->lane);
}

static void only_observe_may_return_zeros_and_only_to_0_1_4(void **state)
{
    struct fixture *fixture = *state;
    struct call_output output;
    answer_with(0, 0);
    expect(fixture, CCLB_HOOK_OBSERVE, CCLB_REJECTED, 53, CCLB_PHASE_OUTPUT, "invalid (ptr=0");
    assert_null(strstr(fixture->error.message, "only observe"));
    fixture->callee.reference = CCLB_REFERENCE_0_1_4;
    assert_int_equal(run(fixture, CCLB_HOOK_OBSERVE, &output), CCLB_OK);
    assert_int_equal(output.bytes.len, 0);
    call_end(&fixture->dispatch, fixture->lane);
    expect(fixture, CCLB_HOOK_FILTER, CCLB_REJECTED, 53, CCLB_PHASE_OUTPUT, "only observe may return (0, 0)");
    answer_with(0, 3);
    expect(fixture, CCLB_HOOK_OBSERVE, CCLB_REJECTED, 53, CCLB_PHASE_OUTPUT, "invalid (ptr=0, len=3)");
    answer_with(16, 3); /* any other answer of observe is returned, not read (R52) */
    assert_int_equal(run(fixture, CCLB_HOOK_OBSERVE, &output), CCLB_OK);
    assert_int_equal(output.bytes.len, 3);
    call_end(&fixture->dispatch, fixture->lane);
}

static void every_engine_call_may_fail(void **state)
{
    struct fixture *fixture = *state;
    const struct {
        cclb_status status;
        uint32_t rule;
        cclb_phase phase;
        const char *words;
    } faults[] = {
        {CCLB_INSTANTIATE, 45, CCLB_PHASE_INSTANTIATE, "failed to instantiate module: scripted"},
        {CCLB_TRAP, 48, CCLB_PHASE_ALLOC, "guest trap during cc_lb_alloc: scripted"},
        {CCLB_TRAP, 50, CCLB_PHASE_HOOK, "guest trap during cc_lb_filter: scripted"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct fake_script script = {.fail_at = i + 1};
        fake_script_set(&script);
        expect(fixture, CCLB_HOOK_FILTER, faults[i].status, faults[i].rule, faults[i].phase, faults[i].words);
    }
}

static void a_full_pool_is_saturation(void **state)
{
    struct fixture *fixture = *state;
    struct engine_instance others[3] = {0};
    struct engine_limits limits = {.memory_max_bytes = 1 << 20};
    struct engine_fault fault;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(engine_instantiate(fixture->module, &limits, &others[i], &fault), CCLB_OK);
    }
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_SATURATED);
    assert_int_equal(fixture->error.rule, 45);
    assert_int_equal(fixture->error.resource, CCLB_RESOURCE_POOL);
    assert_non_null(strstr(fixture->error.message, "plugin runtime saturated: pool limit reached"));
    for (size_t i = 0; i < 3; i++) {
        engine_instance_drop(&others[i]);
    }
}

static int set_up_with_memory_for_one(void **state)
{
    struct dispatch_options options = default_options();
    options.memory_total_max_bytes = (3 << 20) / 2; /* one and a half */
    return set_up_with(state, &options);
}

static void memory_is_reserved_for_the_length_of_a_call_and_its_lease(void **state)
{
    struct fixture *fixture = *state;
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    struct lane *first = fixture->lane;
    fixture->lane = lane_claim(&fixture->dispatch.lanes);
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_SATURATED);
    assert_int_equal(fixture->error.resource, CCLB_RESOURCE_MEMORY);
    call_end(&fixture->dispatch, first);
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_OK);
    call_end(&fixture->dispatch, fixture->lane);
    lane_release(first);
}

/* Moves the clock and ticks, as a host would, from inside a guest that will not return. */
static void *tick_until_free(void *context)
{
    struct fixture *fixture = context;
    while (atomic_load(&fixture->lane->deadline_ns) == 0) {
        sched_yield();
    }
    assert_true(ticker_tick(&fixture->dispatch.ticker)); /* running, not overdue */
    atomic_fetch_add(&test_time_ns, 2000);
    while (atomic_load(&fixture->lane->deadline_ns) != 0) {
        ticker_tick(&fixture->dispatch.ticker);
        sched_yield();
    }
    return NULL;
}

static void a_guest_that_loops_is_stopped(void **state)
{
    struct fixture *fixture = *state;
    const struct {
        int loop;
        cclb_phase phase;
        const char *words;
    } cases[] = {
        {FAKE_LOOP_START, CCLB_PHASE_INSTANTIATE, "guest stopped during instantiate: its deadline"},
        {FAKE_LOOP_ALLOC, CCLB_PHASE_ALLOC, "guest stopped during cc_lb_alloc: its deadline"},
        {FAKE_LOOP_HOOK, CCLB_PHASE_HOOK, "guest stopped during cc_lb_filter: its deadline"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct fake_script script = {0};
        script.loop = (__typeof__(script.loop))cases[i].loop;
        fake_script_set(&script);
        pthread_t host;
        assert_int_equal(pthread_create(&host, NULL, tick_until_free, fixture), 0);
        struct call_output output;
        assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_DEADLINE);
        assert_int_equal(pthread_join(host, NULL), 0);
        assert_int_equal(fixture->error.phase, cases[i].phase);
        assert_non_null(strstr(fixture->error.message, cases[i].words));
    }
}

static int set_up_with_thread(void **state)
{
    struct dispatch_options options = default_options();
    options.host_ticks = false;
    options.clock = clock_or_default((cclb_clock){0});
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        options.deadline[i] = (struct call_deadline){.base_ns = 1000000};
    }
    return set_up_with(state, &options);
}

static void the_librarys_own_ticker_stops_it_too(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(atomic_load(&fixture->dispatch.ticker.state), TICKER_STOPPED); /* no thread before the first call */
    struct fake_script script = {.loop = FAKE_LOOP_HOOK};
    fake_script_set(&script);
    struct call_output output;
    assert_int_equal(run(fixture, CCLB_HOOK_FILTER, &output), CCLB_DEADLINE);
    assert_int_equal(atomic_load(&fixture->dispatch.ticker.state), TICKER_AWAKE);
}

static void the_deadline_grows_with_the_request(void **state)
{
    struct fixture *fixture = *state;
    const cclb_bytes piece = {(const uint8_t *)"x", 2 << 20};
    struct call_spans spans = {&piece, 1};
    struct call_input input = call_input_of_spans(&spans);
    struct call_output output;
    struct fake_script script = {.loop = FAKE_LOOP_ALLOC};
    fake_script_set(&script);
    pthread_t host;
    assert_int_equal(pthread_create(&host, NULL, tick_until_free, fixture), 0);
    assert_int_equal(call_run(&fixture->dispatch, fixture->lane, &fixture->callee, CCLB_HOOK_FILTER, &input, &output,
                              &fixture->error),
                     CCLB_DEADLINE);
    assert_int_equal(pthread_join(host, NULL), 0);
    /* base 1000 ns + 2 * 500 ns = 2000 ns: exactly what the host moved its clock by */
    assert_int_equal(atomic_load(&test_time_ns), 2001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_request_arrives_joined_and_the_answer_is_read_in_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(exports_are_fetched_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_export_at_fault_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(free_is_checked_up_to_0_1_4_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_of_4_gib_is_too_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_guest_is_asked_for_16_aligned_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_request_is_passed_on_like_any_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alloc_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_are_checked_against_the_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_observe_may_return_zeros_and_only_to_0_1_4, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_engine_call_may_fail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_pool_is_saturation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_is_reserved_for_the_length_of_a_call_and_its_lease,
                                        set_up_with_memory_for_one, tear_down),
        cmocka_unit_test_setup_teardown(a_guest_that_loops_is_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_librarys_own_ticker_stops_it_too, set_up_with_thread, tear_down),
        cmocka_unit_test_setup_teardown(the_deadline_grows_with_the_request, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
