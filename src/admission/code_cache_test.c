/* SPDX-License-Identifier: Apache-2.0 */
/* code_cache_test.c - rule R23: what is shared, what is kept, and what goes; over the fake engine. */

#include "admission/code_cache.h"

#include "base/clock.h"
#include "fake_engine.h"
#include "metrics/tally.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture {
    struct counting_allocator counts;
    cclb_allocator allocator;
    struct engine *engine;
    struct metrics metrics;
    struct code_cache cache;
    cclb_error error;
};

static uint64_t test_time_ns;

static uint64_t ticking_clock(void *context)
{
    (void)context;
    return test_time_ns += 7;
}

static const cclb_clock test_clock = {.now_ns = ticking_clock};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    fixture.allocator = counting_allocator(&fixture.counts);
    struct engine_options options = {.budget = {1, {{.memories = 1}}}};
    fixture.engine = fake_engine_begin(&fixture.allocator, &options);
    const cclb_metrics_options metrics_options = {.plugins_max = 1};
    assert_int_equal(metrics_init(&fixture.metrics, &metrics_options, &fixture.allocator, &fixture.error), CCLB_OK);
    code_cache_init(&fixture.cache, fixture.engine, &fixture.metrics, &fixture.allocator);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    code_cache_deinit(&fixture->cache);
    metrics_deinit(&fixture->metrics);
    fake_engine_end(fixture->engine, &fixture->counts);
    return 0;
}

/* What the cache counted (rule R73). */
static uint64_t counted(const struct code_cache *cache, enum common_counter counter)
{
    const struct tally tally = {.region = cache->metrics->region};
    return tally_common(&tally, counter);
}

/* Module `number`, whose compiled form has `size` bytes; the fake looks at neither. */
static cclb_status lease(struct fixture *fixture, uint32_t number, size_t size, struct code **code, cclb_error *error)
{
    static const uint8_t nothing;
    uint8_t digest[BLAKE3_SIZE] = {0};
    memcpy(digest, &number, sizeof number);
    uint64_t compile_ns;
    return code_lease(&fixture->cache, cclb_bytes_of(&nothing, size), digest, &test_clock, code, &compile_ns, error);
}

/* Leases module `number` and gives it back; says whether it had to be compiled. */
static bool compiles(struct fixture *fixture, uint32_t number, size_t size)
{
    struct code *code = NULL;
    uint64_t before = counted(&fixture->cache, COMMON_CACHE_MISSES);
    assert_int_equal(lease(fixture, number, size, &code, &fixture->error), CCLB_OK);
    code_return(&fixture->cache, code);
    return counted(&fixture->cache, COMMON_CACHE_MISSES) != before;
}

static void the_same_content_is_compiled_once_and_stays(void **state)
{
    struct fixture *fixture = *state;
    struct code *first = NULL;
    struct code *second = NULL;
    assert_int_equal(lease(fixture, 1, 10, &first, &fixture->error), CCLB_OK);
    assert_int_equal(lease(fixture, 1, 10, &second, &fixture->error), CCLB_OK);
    assert_ptr_equal(code_module(first), code_module(second));
    code_return(&fixture->cache, first);
    code_return(&fixture->cache, second);
    /* Nobody uses it, and it is there for the next. */
    assert_false(compiles(fixture, 1, 10));
    assert_true(compiles(fixture, 2, 20));
    struct code_cache_usage usage = code_cache_usage(&fixture->cache);
    assert_int_equal(usage.entries, 2);
    assert_int_equal(usage.bytes, 30);
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_HITS), 2);
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_MISSES), 2);
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_EVICTIONS), 0);
}

static void the_time_that_compiling_took_is_told_to_who_waited_for_it(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t digest[BLAKE3_SIZE] = {9};
    struct code *code = NULL;
    uint64_t compile_ns = 77;
    assert_int_equal(
        code_lease(&fixture->cache, cclb_text("m"), digest, &test_clock, &code, &compile_ns, &fixture->error), CCLB_OK);
    assert_int_equal(compile_ns, 7);
    code_return(&fixture->cache, code);
    assert_int_equal(
        code_lease(&fixture->cache, cclb_text("m"), digest, &test_clock, &code, &compile_ns, &fixture->error), CCLB_OK);
    assert_int_equal(compile_ns, 0);
    code_return(&fixture->cache, code);
}

/* ---- bounds ---- */

static void beyond_64_entries_the_least_recently_used_goes(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 1; i <= 64; i++) {
        assert_true(compiles(fixture, i, 1));
    }
    assert_int_equal(code_cache_usage(&fixture->cache).entries, 64);
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_EVICTIONS), 0);
    assert_false(compiles(fixture, 1, 1)); /* so 2 is now the one that was not used for longest */
    assert_true(compiles(fixture, 65, 1));
    assert_int_equal(code_cache_usage(&fixture->cache).entries, 64);
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_EVICTIONS), 1);
    assert_false(compiles(fixture, 1, 1));
    assert_false(compiles(fixture, 3, 1));
    assert_true(compiles(fixture, 2, 1));
}

static void beyond_48_mib_the_least_recently_used_goes(void **state)
{
    struct fixture *fixture = *state;
    const size_t third = 16 << 20;
    for (uint32_t i = 1; i <= 3; i++) {
        assert_true(compiles(fixture, i, third));
    }
    assert_int_equal(code_cache_usage(&fixture->cache).bytes, 48 << 20); /* exactly full */
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_EVICTIONS), 0);
    assert_true(compiles(fixture, 4, 1));
    assert_int_equal(code_cache_usage(&fixture->cache).bytes, 2 * third + 1);
    assert_false(compiles(fixture, 2, third));
    assert_false(compiles(fixture, 3, third));
    assert_true(compiles(fixture, 1, third));
}

static void one_larger_than_the_limit_is_used_and_not_kept(void **state)
{
    struct fixture *fixture = *state;
    const size_t too_large = (48 << 20) + 1;
    struct code *code = NULL;
    assert_int_equal(lease(fixture, 1, too_large, &code, &fixture->error), CCLB_OK);
    assert_non_null(code_module(code));
    assert_int_equal(code_cache_usage(&fixture->cache).entries, 1);
    code_return(&fixture->cache, code);
    assert_int_equal(code_cache_usage(&fixture->cache).entries, 0);
    assert_int_equal(code_cache_usage(&fixture->cache).bytes, 0);
    assert_true(compiles(fixture, 1, too_large));
}

static void code_in_use_is_never_dropped(void **state)
{
    struct fixture *fixture = *state;
    struct code *used = NULL;
    assert_int_equal(lease(fixture, 1, 1, &used, &fixture->error), CCLB_OK);
    for (uint32_t i = 2; i <= 200; i++) {
        assert_true(compiles(fixture, i, 1));
    }
    assert_int_equal(code_cache_usage(&fixture->cache).entries, 64);
    assert_int_equal(engine_module_size(code_module(used)), 1);
    assert_false(compiles(fixture, 1, 1));
    code_return(&fixture->cache, used);
    code_return(&fixture->cache, NULL);
}

/* ---- threads ---- */

enum { WAITERS = 5 };

/* A compilation that does not end before all others have asked for the same module. */
static void wait_for_the_others(void *context)
{
    struct code_cache *cache = context;
    while (counted(cache, COMMON_CACHE_HITS) < WAITERS) {
        sched_yield();
    }
}

struct asker {
    struct fixture *fixture;
    struct code *code;
    const struct engine_module *module; /* as it was when the lease was given */
    cclb_status status;
    cclb_error error;
};

static void *ask(void *context)
{
    struct asker *asker = context;
    asker->status = lease(asker->fixture, 1, 10, &asker->code, &asker->error);
    asker->module = asker->status == CCLB_OK ? code_module(asker->code) : NULL;
    return NULL;
}

static void ask_from_all_threads(struct fixture *fixture, struct asker askers[WAITERS + 1])
{
    pthread_t threads[WAITERS + 1];
    for (size_t i = 0; i <= WAITERS; i++) {
        askers[i] = (struct asker){.fixture = fixture};
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (size_t i = 0; i <= WAITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void threads_that_ask_at_once_share_one_compilation(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.in_compile = wait_for_the_others, .context = &fixture->cache};
    fake_script_set(&script);
    struct asker askers[WAITERS + 1];
    ask_from_all_threads(fixture, askers);
    for (size_t i = 0; i <= WAITERS; i++) {
        assert_int_equal(askers[i].status, CCLB_OK);
        assert_non_null(askers[i].module);
        assert_ptr_equal(askers[i].module, askers[0].module);
        code_return(&fixture->cache, askers[i].code);
    }
    assert_int_equal(counted(&fixture->cache, COMMON_CACHE_MISSES), 1);
    assert_int_equal(fake_alive(), 2); /* the engine and one module */
}

static void who_waits_shares_the_fault_and_the_next_tries_again(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {
        .compile_fault = CCLB_COMPILE, .in_compile = wait_for_the_others, .context = &fixture->cache};
    fake_script_set(&script);
    struct asker askers[WAITERS + 1];
    ask_from_all_threads(fixture, askers);
    for (size_t i = 0; i <= WAITERS; i++) {
        assert_int_equal(askers[i].status, CCLB_COMPILE);
        assert_int_equal(askers[i].error.rule, 22);
        assert_string_equal(askers[i].error.message, "failed to compile wasm module: scripted");
        assert_null(askers[i].code);
    }
    assert_int_equal(code_cache_usage(&fixture->cache).entries, 0);
    fake_script_set(NULL);
    assert_true(compiles(fixture, 1, 10));
}

/* ---- faults ---- */

static void every_allocation_may_fail(void **state)
{
    struct fixture *fixture = *state;
    struct code *code = NULL;
    uint64_t failures = 0;
    for (;; failures++) {
        atomic_store(&fixture->counts.calls, 0);
        fixture->counts.fail_at = failures + 1;
        cclb_status status = lease(fixture, 1, 10, &code, &fixture->error);
        if (status == CCLB_OK) {
            break;
        }
        assert_int_equal(status, CCLB_NO_MEMORY);
        assert_null(code);
        assert_int_equal(code_cache_usage(&fixture->cache).entries, 0);
    }
    assert_int_equal(failures, 2); /* the entry, the module */
    fixture->counts.fail_at = 0;
    code_return(&fixture->cache, code);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_same_content_is_compiled_once_and_stays),
        TEST(the_time_that_compiling_took_is_told_to_who_waited_for_it),
        TEST(beyond_64_entries_the_least_recently_used_goes),
        TEST(beyond_48_mib_the_least_recently_used_goes),
        TEST(one_larger_than_the_limit_is_used_and_not_kept),
        TEST(code_in_use_is_never_dropped),
        TEST(threads_that_ask_at_once_share_one_compilation),
        TEST(who_waits_shares_the_fault_and_the_next_tries_again),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
