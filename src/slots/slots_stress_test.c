/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots_stress_test.c - calls, swaps, evictions, handles and visits at once, on real threads. What the explorer of
 * tests/model.h cannot see, loads and stores that real machines reorder, the thread sanitizer sees here.
 */

#include "slots_fixture.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

enum { STRESS_SECONDS = 2, STRESS_KEYS = 8, STRESS_ROUNDS_PER_KEY = 16 };

static atomic_bool stop;
static _Atomic uint64_t stress_calls;
static _Atomic uint64_t stress_changes;
static _Atomic uint32_t stress_faults; /* cmocka's asserts are for the main thread alone */

/* The keys in use are STRESS_KEYS numbers from here on; it moves, so that slots are made and dropped all the time. */
static _Atomic uint32_t stress_first;

static cclb_slot_key stress_key(struct name *name, uint32_t number)
{
    snprintf(name->text, sizeof name->text, "p%u", number);
    return cclb_global_key(name->text);
}

/* A plugin's number tells its key, so that a call that reached a wrong cell is seen. */
static void check_stress_cell(const struct cell *cell, uint32_t key)
{
    uint32_t number = number_of(cell);
    if (number == 0 || number / STRESS_ROUNDS_PER_KEY != key) {
        atomic_fetch_add(&stress_faults, 1);
    }
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static uint32_t next_key(uint64_t *seed)
{
    return atomic_load_explicit(&stress_first, memory_order_relaxed) + next_random(seed) % STRESS_KEYS;
}

/* Calls, one of them with an answer on loan over the next. */
static void *stress_call(void *context)
{
    uint64_t seed = (uintptr_t)context;
    struct lane *lent = NULL;
    const struct cell *lent_cell = NULL;
    uint32_t lent_key = 0;
    struct name name;
    while (!atomic_load(&stop)) {
        uint32_t key = next_key(&seed);
        struct lane *lane = lane_claim(&lanes);
        if (lane == NULL) {
            atomic_fetch_add(&stress_faults, 1); /* there is a lane for everybody */
            continue;
        }
        const struct cell *cell = slots_guard(&slots, lane, stress_key(&name, key));
        if (cell) {
            check_stress_cell(cell, key);
        }
        if (lent) {
            check_stress_cell(lent_cell, lent_key);
            slots_release(&slots, lent);
            lent = NULL;
        }
        if (cell && key % 2 == 0) {
            lent = lane;
            lent_cell = cell;
            lent_key = key;
        } else {
            slots_release(&slots, lane);
        }
        atomic_fetch_add_explicit(&stress_calls, 1, memory_order_relaxed);
    }
    if (lent) {
        slots_release(&slots, lent);
    }
    return NULL;
}

static void *stress_change(void *context)
{
    uint64_t seed = (uintptr_t)context;
    struct name name;
    for (uint32_t round = 1; !atomic_load(&stop); round++) {
        uint32_t key = next_key(&seed);
        cclb_slot_registration registration;
        if (round % STRESS_ROUNDS_PER_KEY == 0) {
            uint32_t first = atomic_fetch_add_explicit(&stress_first, 1, memory_order_relaxed);
            slots_evict(&slots, stress_key(&name, first));
        } else if (round % 101 == 0) {
            cclb_slot_key keep = stress_key(&name, key);
            slots_retain(&slots, &keep, 1, NULL, NULL);
        } else if (try_register(stress_key(&name, key), CCLB_SLOT_FILTER,
                                key * STRESS_ROUNDS_PER_KEY + round % STRESS_ROUNDS_PER_KEY,
                                &registration) != CCLB_OK) {
            atomic_fetch_add(&stress_faults, 1);
        }
        atomic_fetch_add_explicit(&stress_changes, 1, memory_order_relaxed);
    }
    return NULL;
}

static void check_visit(void *context, const cclb_slot_info *info)
{
    (void)context;
    if (info->version == 0 || info->key.plugin.data[0] != 'p') {
        atomic_fetch_add(&stress_faults, 1);
    }
}

static void *stress_handles(void *context)
{
    uint64_t seed = (uintptr_t)context;
    cclb_error local;
    struct name name;
    while (!atomic_load(&stop)) {
        uint32_t key = next_key(&seed);
        struct cell *cell = NULL;
        if (slots_handle(&slots, stress_key(&name, key), &cell, &local) == CCLB_OK) {
            struct lane *lane = lane_claim(&lanes);
            if (lane == NULL) {
                atomic_fetch_add(&stress_faults, 1);
                slots_handle_drop(&slots, cell);
                continue;
            }
            slots_guard_cell(lane, cell);
            slots_handle_drop(&slots, cell);
            check_stress_cell(cell, key);
            slots_release(&slots, lane);
        }
        if (slots_visit(&slots, check_visit, NULL, &local) != CCLB_OK) {
            atomic_fetch_add(&stress_faults, 1);
        }
    }
    return NULL;
}

static void test_stress(void **state)
{
    (void)state;
    static void *(*const bodies[])(void *) = {stress_call, stress_call, stress_change, stress_handles};
    enum { THREADS = sizeof bodies / sizeof bodies[0] };
    pthread_t threads[THREADS];
    atomic_store(&stop, false);
    atomic_store(&stress_first, 1);
    for (uintptr_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, bodies[i], (void *)(i + 1)), 0);
    }
    struct timespec pause = {.tv_sec = STRESS_SECONDS};
    nanosleep(&pause, NULL);
    atomic_store(&stop, true);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&stress_faults), 0);
    assert_true(atomic_load(&stress_calls) > 1000 && atomic_load(&stress_changes) > 100);
    /* All is quiet: nothing retired is left, and as many plugins live as there are slots. */
    assert_null(slots.retired_cells);
    assert_null(slots.retired_tables);
    assert_int_equal(atomic_load(&alive), slots_count(&slots));
    print_message("%llu calls during %llu changes\n", (unsigned long long)atomic_load(&stress_calls),
                  (unsigned long long)atomic_load(&stress_changes));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
