/* SPDX-License-Identifier: Apache-2.0 */
/* model_test.c - programs whose interleavings and outcomes are known, to prove the explorer. */

#include "model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the programs share. */
static struct world {
    _Atomic uint32_t x;
    _Atomic uint32_t y;
    struct step_mutex mutex_a;
    struct step_mutex mutex_b;
    uint32_t seen[2];
    uint32_t outcomes; /* bit seen[0] * 2 + seen[1]; kept between runs */
    cclb_allocator allocator;
    void *memory;
} world;

static const struct model_options reduced = {.quiet = true};
static const struct model_options ordered = {.quiet = true, .ordered_stores = true};
static const struct model_options every_order = {.quiet = true, .ordered_stores = true, .every_order = true};

static void setup(void *context)
{
    struct world *w = context;
    uint32_t outcomes = w->outcomes;
    *w = (struct world){.outcomes = outcomes, .allocator = model_allocator()};
    step_mutex_init(&w->mutex_a);
    step_mutex_init(&w->mutex_b);
}

static void note_outcome(void *context)
{
    struct world *w = context;
    w->outcomes |= 1u << (w->seen[0] * 2 + w->seen[1]);
}

static struct model_result explore(void (*first)(void *), void (*second)(void *), const struct model_options *options)
{
    world.outcomes = 0;
    struct model_program program = {
        .name = "program", .setup = setup, .thread = {first, second}, .check = note_outcome, .world = &world};
    return model_explore(&program, options);
}

static void write_x_3_times(void *context)
{
    struct world *w = context;
    step_store(&w->x, 1u, memory_order_seq_cst);
    step_store(&w->x, 2u, memory_order_seq_cst);
    step_store(&w->x, 3u, memory_order_seq_cst);
}

static void write_y_3_times(void *context)
{
    struct world *w = context;
    step_store(&w->y, 1u, memory_order_seq_cst);
    step_store(&w->y, 2u, memory_order_seq_cst);
    step_store(&w->y, 3u, memory_order_seq_cst);
}

static void test_runs_are_counted(void **state)
{
    (void)state;
    /* 6! / (3! 3!) orders; nothing to leave out where all steps touch the same, all but one where none do. */
    assert_int_equal(explore(write_x_3_times, write_x_3_times, &every_order).runs, 20);
    assert_int_equal(explore(write_x_3_times, write_x_3_times, &ordered).runs, 20);
    assert_int_equal(explore(write_x_3_times, write_y_3_times, &every_order).runs, 20);
    assert_int_equal(explore(write_x_3_times, write_y_3_times, &ordered).runs, 1);
}

static void store_x_load_y_weak(void *context)
{
    struct world *w = context;
    step_store(&w->x, 1u, memory_order_release);
    w->seen[0] = step_load(&w->y, memory_order_seq_cst);
}

static void store_y_load_x_weak(void *context)
{
    struct world *w = context;
    step_store(&w->y, 1u, memory_order_release);
    w->seen[1] = step_load(&w->x, memory_order_seq_cst);
}

static void store_x_load_y(void *context)
{
    struct world *w = context;
    step_store(&w->x, 1u, memory_order_seq_cst);
    w->seen[0] = step_load(&w->y, memory_order_seq_cst);
}

static void store_y_load_x(void *context)
{
    struct world *w = context;
    step_store(&w->y, 1u, memory_order_seq_cst);
    w->seen[1] = step_load(&w->x, memory_order_seq_cst);
}

static void test_dekker_needs_seq_cst(void **state)
{
    (void)state;
    assert_false(explore(store_x_load_y, store_y_load_x, &reduced).failed);
    assert_int_equal(world.outcomes, 1 << 1 | 1 << 2 | 1 << 3);
    assert_false(explore(store_x_load_y_weak, store_y_load_x, &reduced).failed);
    assert_int_equal(world.outcomes, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3);
    assert_false(explore(store_x_load_y_weak, store_y_load_x_weak, &ordered).failed);
    assert_int_equal(world.outcomes, 1 << 1 | 1 << 2 | 1 << 3);
}

static void exchange_x_load_y(void *context)
{
    struct world *w = context;
    step_store(&w->x, 1u, memory_order_relaxed);
    w->seen[0] = step_exchange(&w->y, 1u, memory_order_acq_rel);
}

static void exchange_y_load_x(void *context)
{
    struct world *w = context;
    uint32_t second = step_exchange(&w->y, 1u, memory_order_acq_rel);
    w->seen[1] = second ? step_load(&w->x, memory_order_acquire) : 1;
}

static void test_who_exchanges_second_sees_the_first(void **state)
{
    (void)state;
    assert_false(explore(exchange_x_load_y, exchange_y_load_x, &reduced).failed);
    assert_int_equal(world.outcomes, 1 << 1 | 1 << 3);
}

static void send(void *context)
{
    struct world *w = context;
    step_store(&w->x, 1u, memory_order_relaxed);
    step_store(&w->y, 1u, memory_order_release);
}

static void receive(void *context)
{
    struct world *w = context;
    w->seen[0] = step_load(&w->y, memory_order_acquire);
    w->seen[1] = step_load(&w->x, memory_order_relaxed);
}

static void test_stores_stay_in_order(void **state)
{
    (void)state;
    assert_false(explore(send, receive, &reduced).failed);
    assert_int_equal(world.outcomes, 1 << 0 | 1 << 1 | 1 << 3);
}

static void add_under_mutex(void *context)
{
    struct world *w = context;
    step_lock(&w->mutex_a);
    uint32_t x = step_load(&w->x, memory_order_relaxed);
    step_store(&w->x, x + 1, memory_order_relaxed);
    w->seen[0] = x + 1 == 2;
    step_unlock(&w->mutex_a);
}

static void add_without_mutex(void *context)
{
    struct world *w = context;
    uint32_t x = step_load(&w->x, memory_order_relaxed);
    step_store(&w->x, x + 1, memory_order_relaxed);
    w->seen[0] = x + 1 == 2;
}

static void test_mutex_excludes(void **state)
{
    (void)state;
    assert_false(explore(add_under_mutex, add_under_mutex, &reduced).failed);
    assert_int_equal(world.outcomes, 1 << 2);
    assert_false(explore(add_under_mutex, add_without_mutex, &reduced).failed);
    assert_int_equal(world.outcomes, 1 << 0 | 1 << 2);
}

static void lock_a_b(void *context)
{
    struct world *w = context;
    step_lock(&w->mutex_a);
    step_lock(&w->mutex_b);
    step_unlock(&w->mutex_b);
    step_unlock(&w->mutex_a);
}

static void lock_b_a(void *context)
{
    struct world *w = context;
    step_lock(&w->mutex_b);
    step_lock(&w->mutex_a);
    step_unlock(&w->mutex_a);
    step_unlock(&w->mutex_b);
}

static void test_deadlock_is_found(void **state)
{
    (void)state;
    assert_false(explore(lock_a_b, lock_a_b, &reduced).failed);
    struct model_result result = explore(lock_a_b, lock_b_a, &reduced);
    assert_true(result.failed);
    assert_non_null(strstr(result.message, "deadlock"));
}

static void setup_with_memory(void *context)
{
    struct world *w = context;
    setup(w);
    w->memory = w->allocator.allocate(w->allocator.context, 24);
}

static void free_memory(void *context)
{
    struct world *w = context;
    w->allocator.release(w->allocator.context, w->memory, 24);
}

static void check_memory_gone(void *context)
{
    (void)context;
    if (model_allocated() != 0) {
        model_fail("freed memory counts as allocated");
    }
}

static void touch_memory(void *context)
{
    struct world *w = context;
    step_touch(w->memory);
}

static void touch_beyond_memory(void *context)
{
    struct world *w = context;
    step_touch((const uint8_t *)w->memory + 24);
}

static void test_misuse_of_memory_is_found(void **state)
{
    (void)state;
    struct model_program program = {.name = "free",
                                    .setup = setup_with_memory,
                                    .thread = {free_memory, touch_memory},
                                    .check = note_outcome,
                                    .world = &world};
    assert_non_null(strstr(model_explore(&program, &reduced).message, "use after free"));
    program.thread[1] = free_memory;
    assert_non_null(strstr(model_explore(&program, &reduced).message, "use after free"));
    program.thread[1] = touch_beyond_memory;
    assert_non_null(strstr(model_explore(&program, &reduced).message, "never allocated"));
    program.thread[1] = NULL;
    program.check = check_memory_gone;
    assert_false(model_explore(&program, &reduced).failed);
}

static void spin_until_x(void *context)
{
    struct world *w = context;
    while (step_load(&w->x, memory_order_acquire) == 0) {
    }
}

static void test_endless_run_is_found(void **state)
{
    (void)state;
    struct model_result result = explore(spin_until_x, write_y_3_times, &reduced);
    assert_non_null(strstr(result.message, "no end"));
}

/* ---- programs made at random: leaving orders out must not leave states out ---- */

enum { VARIABLES = 2, OPERATIONS = 3, RANDOM_THREADS = 3, STATES_MAX = 4096, PROGRAMS = 24 };

enum operation { LOAD, STORE_WEAK, STORE, EXCHANGE_WEAK, EXCHANGE, LOCK_STORE_UNLOCK, OPERATION_KINDS };

struct instruction {
    enum operation operation;
    uint32_t variable;
};

/* A thread that waits for the mutex in a run that is cut short must be seen to race for it. */
static const struct instruction waiting[RANDOM_THREADS][OPERATIONS] = {
    {{EXCHANGE, 1}, {STORE_WEAK, 0}, {LOCK_STORE_UNLOCK, 0}},
    {{LOCK_STORE_UNLOCK, 1}, {STORE, 0}, {LOAD, 0}},
    {{LOCK_STORE_UNLOCK, 0}, {EXCHANGE_WEAK, 0}, {LOAD, 1}},
};

static struct random_world {
    struct instruction instruction[RANDOM_THREADS][OPERATIONS];
    _Atomic uint32_t value[VARIABLES];
    struct step_mutex mutex;
    uint64_t seen[RANDOM_THREADS]; /* all that a thread read, digit by digit */
    uint64_t states[STATES_MAX];
    size_t state_count;
} random_world;

static void run_operations(struct random_world *w, uint32_t thread)
{
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        _Atomic uint32_t *variable = &w->value[w->instruction[thread][i].variable];
        uint32_t mark = thread * OPERATIONS + i + 1;
        uint32_t seen = 0;
        switch (w->instruction[thread][i].operation) {
        case LOAD:
            seen = step_load(variable, memory_order_seq_cst);
            break;
        case STORE_WEAK:
            step_store(variable, mark, memory_order_release);
            break;
        case STORE:
            step_store(variable, mark, memory_order_seq_cst);
            break;
        case EXCHANGE_WEAK:
            seen = step_exchange(variable, mark, memory_order_acquire);
            break;
        case EXCHANGE:
            seen = step_exchange(variable, mark, memory_order_acq_rel);
            break;
        case LOCK_STORE_UNLOCK:
            step_lock(&w->mutex);
            step_store(variable, mark, memory_order_relaxed);
            step_unlock(&w->mutex);
            break;
        case OPERATION_KINDS:
            break;
        }
        w->seen[thread] = w->seen[thread] * 16 + seen;
    }
}

static void random_thread_0(void *context)
{
    run_operations(context, 0);
}

static void random_thread_1(void *context)
{
    run_operations(context, 1);
}

static void random_thread_2(void *context)
{
    run_operations(context, 2);
}

static void random_setup(void *context)
{
    struct random_world *w = context;
    memset(w->seen, 0, sizeof w->seen);
    for (uint32_t i = 0; i < VARIABLES; i++) {
        atomic_store(&w->value[i], 0);
    }
    step_mutex_init(&w->mutex);
}

/* Adds the state at the end of a run to the set, which is kept in order. */
static void random_check(void *context)
{
    struct random_world *w = context;
    uint64_t state = 0;
    for (uint32_t i = 0; i < RANDOM_THREADS; i++) {
        state = state << 4 * OPERATIONS | w->seen[i];
    }
    for (uint32_t i = 0; i < VARIABLES; i++) {
        state = state << 4 | atomic_load(&w->value[i]);
    }
    size_t at = 0;
    while (at < w->state_count && w->states[at] < state) {
        at++;
    }
    if (at < w->state_count && w->states[at] == state) {
        return;
    }
    if (w->state_count == STATES_MAX) {
        model_fail("the test has no room for so many states");
    }
    memmove(w->states + at + 1, w->states + at, (w->state_count - at) * sizeof *w->states);
    w->states[at] = state;
    w->state_count++;
}

static struct model_result explore_random(bool ordered_stores, bool orders)
{
    struct model_program program = {.name = "random",
                                    .setup = random_setup,
                                    .thread = {random_thread_0, random_thread_1, random_thread_2},
                                    .check = random_check,
                                    .world = &random_world};
    struct model_options options = {.ordered_stores = ordered_stores, .every_order = orders};
    random_world.state_count = 0;
    return model_explore(&program, &options);
}

/* Runs the program in random_world in all orders and in those that are left; both must reach the same states. */
static void compare_states(bool ordered_stores, uint64_t *runs_all, uint64_t *runs_reduced)
{
    static uint64_t states[STATES_MAX];
    struct model_result all = explore_random(ordered_stores, true);
    size_t count = random_world.state_count;
    memcpy(states, random_world.states, count * sizeof *states);
    struct model_result some = explore_random(ordered_stores, false);
    assert_false(all.failed || some.failed);
    assert_int_equal(random_world.state_count, count);
    assert_memory_equal(random_world.states, states, count * sizeof *states);
    *runs_all += all.runs;
    *runs_reduced += some.runs;
}

static void test_no_state_is_left_out(void **state)
{
    (void)state;
    uint64_t seed = 1;
    uint64_t runs_reduced = 0;
    uint64_t runs_all = 0;
    memcpy(random_world.instruction, waiting, sizeof waiting);
    compare_states(false, &runs_all, &runs_reduced);
    for (uint32_t program = 0; program < PROGRAMS; program++) {
        for (uint32_t i = 0; i < RANDOM_THREADS * OPERATIONS; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            random_world.instruction[i / OPERATIONS][i % OPERATIONS] = (struct instruction){
                .operation = (enum operation)((seed >> 33) % OPERATION_KINDS),
                .variable = (uint32_t)(seed >> 40) % VARIABLES,
            };
        }
        compare_states(program % 4 == 0, &runs_all, &runs_reduced);
    }
    assert_true(runs_reduced < runs_all / 100);
    print_message("%llu runs instead of %llu\n", (unsigned long long)runs_reduced, (unsigned long long)runs_all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_are_counted),
        cmocka_unit_test(test_dekker_needs_seq_cst),
        cmocka_unit_test(test_who_exchanges_second_sees_the_first),
        cmocka_unit_test(test_stores_stay_in_order),
        cmocka_unit_test(test_mutex_excludes),
        cmocka_unit_test(test_deadlock_is_found),
        cmocka_unit_test(test_misuse_of_memory_is_found),
        cmocka_unit_test(test_endless_run_is_found),
        cmocka_unit_test(test_no_state_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
