/* SPDX-License-Identifier: Apache-2.0 */
/* memory_pool_test.c - who gets which memory, and that each finds it empty. */

#include "counting_allocator.h"
#include "engine/memory_pool.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define KIB (UINT64_C(1) << 10)
#define MIB (UINT64_C(1) << 20)

/* Three instances; two memories for larger requests, one for the largest. */
static const struct memory_budget budget = {
    .class_count = 3,
    .classes = {{16 * KIB, 64 * KIB, 3, false}, {128 * KIB, 256 * KIB, 2, false}, {1024 * KIB, 1024 * KIB, 1, false}},
};

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct memory_pool *pool;

static int make_pool(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    pool = memory_pool_create(&budget, 4 * MIB, CCLB_RESET_DECOMMIT, &allocator);
    return pool ? 0 : -1;
}

static int destroy_pool(void **state)
{
    (void)state;
    assert_int_equal(memory_pool_taken(pool), 0);
    memory_pool_destroy(pool);
    return counts.live == 0 ? 0 : -1;
}

/* By the place of its class among the three. */
static unsigned class_of(const struct pooled_memory *memory)
{
    uint64_t body = pooled_memory_class(memory)->body_bytes;
    return body == 16 * KIB ? 0 : body == 128 * KIB ? 1 : 2;
}

static void requests_get_memories_of_their_size(void **state)
{
    (void)state;
    static const struct {
        uint64_t request;
        unsigned class;
    } cases[] = {{0, 0},         {16 * KIB, 0},      {22 * KIB, 0}, {22 * KIB + 1, 1}, {128 * KIB, 1},
                 {148 * KIB, 1}, {148 * KIB + 1, 2}, {1 * MIB, 2},  {2 * MIB, 2},      {UINT64_MAX, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pooled_memory *memory = memory_pool_take(pool, 64 * KIB, cases[i].request);
        assert_non_null(memory);
        assert_int_equal(class_of(memory), cases[i].class);
        assert_int_equal(memory_pool_taken(pool), 1);
        pooled_memory_give(memory);
    }
}

static void what_is_taken_is_replaced_by_another_size(void **state)
{
    (void)state;
    struct pooled_memory *taken[3];
    /* the largest is gone: the next smaller */
    taken[0] = memory_pool_take(pool, 0, 1 * MIB);
    taken[1] = memory_pool_take(pool, 0, 1 * MIB);
    assert_int_equal(class_of(taken[0]), 2);
    assert_int_equal(class_of(taken[1]), 1);
    /* of the middle one there is one more, and then nothing above */
    taken[2] = memory_pool_take(pool, 0, 100 * KIB);
    assert_int_equal(class_of(taken[2]), 1);
    /* no more instances than the smallest class has memories */
    assert_null(memory_pool_take(pool, 0, 0));
    assert_null(memory_pool_take(pool, 0, 1 * MIB));
    pooled_memory_give(taken[1]);
    pooled_memory_give(taken[2]);
    /* both of the middle: a larger one is taken only if it is free, else one of the smallest */
    taken[1] = memory_pool_take(pool, 0, 100 * KIB);
    taken[2] = memory_pool_take(pool, 0, 100 * KIB);
    assert_int_equal(class_of(taken[1]), 1);
    assert_int_equal(class_of(taken[2]), 1);
    pooled_memory_give(taken[0]);
    pooled_memory_give(taken[2]);
    taken[0] = memory_pool_take(pool, 0, 100 * KIB);
    taken[2] = memory_pool_take(pool, 0, 100 * KIB);
    assert_int_equal(class_of(taken[0]), 1);
    assert_int_equal(class_of(taken[2]), 2);
    for (size_t i = 0; i < 3; i++) {
        pooled_memory_give(taken[i]);
    }
}

static void a_request_that_finds_only_small_ones_gets_one(void **state)
{
    (void)state;
    static const struct memory_budget poor = {
        .class_count = 2, .classes = {{16 * KIB, 64 * KIB, 2, false}, {1 * MIB, 1 * MIB, 1, false}}};
    struct memory_pool *small = memory_pool_create(&poor, 4 * MIB, CCLB_RESET_DECOMMIT, &allocator);
    assert_non_null(small);
    struct pooled_memory *large = memory_pool_take(small, 64 * KIB, 1 * MIB);
    struct pooled_memory *other = memory_pool_take(small, 64 * KIB, 1 * MIB);
    assert_non_null(other);
    assert_true(pooled_memory_grow(other, 4 * MIB)); /* as large as any, only slower */
    memset(pooled_memory_base(other), 1, 4 * MIB);
    pooled_memory_give(other);
    pooled_memory_give(large);
    memory_pool_destroy(small);
}

static void expect_zero(const uint8_t *base, uint64_t bytes)
{
    for (uint64_t at = 0; at < bytes; at++) {
        if (base[at] != 0) {
            fail_msg("byte %llu is %u", (unsigned long long)at, base[at]);
        }
    }
}

static void every_user_finds_zeros(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        uint64_t request = round % 3 == 0 ? 1 * MIB : round % 3 == 1 ? 100 * KIB : 100;
        struct pooled_memory *memory = memory_pool_take(pool, 128 * KIB, request);
        assert_non_null(memory);
        uint8_t *base = pooled_memory_base(memory);
        expect_zero(base, 128 * KIB);
        memset(base, 0xee, 128 * KIB);
        assert_true(pooled_memory_grow(memory, round % 2 ? 2 * MIB : 256 * KIB));
        assert_ptr_equal(pooled_memory_base(memory), base);
        expect_zero(base + 128 * KIB, 128 * KIB);
        memset(base, 0xdd, round % 2 ? 2 * MIB : 256 * KIB);
        pooled_memory_give(memory);
    }
}

static void a_memory_has_its_limit(void **state)
{
    (void)state;
    assert_null(memory_pool_take(pool, 4 * MIB + 65536, 0));
    assert_int_equal(memory_pool_taken(pool), 0);
    struct pooled_memory *memory = memory_pool_take(pool, 4 * MIB, 0);
    assert_non_null(memory);
    assert_false(pooled_memory_grow(memory, 4 * MIB + 65536));
    pooled_memory_base(memory)[4 * MIB - 1] = 1;
    pooled_memory_give(memory);
}

static void what_the_machine_does_not_give_is_told(void **state)
{
    (void)state;
    uint64_t live = counts.live;
    assert_null(memory_pool_create(&budget, UINT64_C(1) << 46, CCLB_RESET_DECOMMIT, &allocator));
    for (uint64_t fail = 1; fail <= 2; fail++) {
        counts.fail_at = counts.calls + fail;
        assert_null(memory_pool_create(&budget, 4 * MIB, CCLB_RESET_DECOMMIT, &allocator));
    }
    counts.fail_at = 0;
    assert_int_equal(counts.live, live);
}

/* Writable memory of this process, as it is charged to it. */
static uint64_t charged_bytes(void)
{
    unsigned long data = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*s %*s %*s %*s %*s %lu", &data), 1);
    fclose(file);
    return data * UINT64_C(4096);
}

static void what_one_call_mapped_is_not_charged_for_ever(void **state)
{
    (void)state;
    struct memory_pool *large = memory_pool_create(&budget, 256 * MIB, CCLB_RESET_DECOMMIT, &allocator);
    assert_non_null(large);
    uint64_t before = charged_bytes();
    for (unsigned round = 0; round < 3; round++) {
        struct pooled_memory *memory = memory_pool_take(large, 64 * KIB, 0);
        assert_true(pooled_memory_grow(memory, 256 * MIB));
        pooled_memory_base(memory)[256 * MIB - 1] = 1;
        assert_true(charged_bytes() >= before + 250 * MIB);
        pooled_memory_give(memory);
        assert_true(charged_bytes() <= before + 32 * MIB);
        memory = memory_pool_take(large, 256 * MIB, 0);
        assert_int_equal(pooled_memory_base(memory)[256 * MIB - 1], 0);
        pooled_memory_give(memory);
    }
    memory_pool_destroy(large);
}

/* How many mappings of this process ask for huge pages. */
static unsigned huge_wishes(void)
{
    char line[512];
    unsigned wishes = 0;
    FILE *file = fopen("/proc/self/smaps", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        wishes += strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " hg");
    }
    fclose(file);
    return wishes;
}

/* A kernel without huge pages takes no wishes. */
static void who_maps_very_much_gets_huge_pages_for_that_call(void **state)
{
    (void)state;
    struct memory_pool *large = memory_pool_create(&budget, 64 * MIB, CCLB_RESET_DECOMMIT, &allocator);
    assert_non_null(large);
    bool has_huge_pages = access("/sys/kernel/mm/transparent_hugepage", F_OK) == 0;
    unsigned before = huge_wishes();
    for (unsigned round = 0; round < 2; round++) {
        struct pooled_memory *memory = memory_pool_take(large, 64 * KIB, 0);
        assert_true(pooled_memory_grow(memory, 16 * MIB));
        assert_int_equal(huge_wishes(), before);
        assert_true(pooled_memory_grow(memory, 64 * MIB));
        assert_int_equal(huge_wishes(), before + has_huge_pages);
        memset(pooled_memory_base(memory), 1, 64 * MIB);
        pooled_memory_give(memory);
        assert_int_equal(huge_wishes(), before);
        memory = memory_pool_take(large, 64 * MIB, 0);
        expect_zero(pooled_memory_base(memory), 64 * MIB);
        pooled_memory_give(memory);
    }
    memory_pool_destroy(large);
}

/* Where the kernel has huge pages, and where it has none. */
static void what_is_beyond_every_budget_works(void **state)
{
    (void)state;
    static const struct memory_budget with_huge = {.class_count = 2,
                                                   .classes = {{16 * KIB, 64 * KIB, 2, false}, {8 * MIB, 0, 1, true}}};
    struct memory_pool *huge = memory_pool_create(&with_huge, 7 * MIB, CCLB_RESET_DECOMMIT, &allocator);
    assert_non_null(huge);
    for (unsigned round = 0; round < 3; round++) {
        struct pooled_memory *memory = memory_pool_take(huge, 64 * KIB, 1 * MIB);
        assert_non_null(memory);
        assert_true(pooled_memory_class(memory)->huge);
        assert_int_equal((uintptr_t)pooled_memory_base(memory) % 4096, 0);
        expect_zero(pooled_memory_base(memory), 64 * KIB);
        assert_true(pooled_memory_grow(memory, 7 * MIB)); /* the last page is no whole huge one */
        expect_zero(pooled_memory_base(memory), 7 * MIB);
        memset(pooled_memory_base(memory), 0xee, 7 * MIB);
        assert_false(pooled_memory_grow(memory, 8 * MIB));
        pooled_memory_give(memory);
    }
    memory_pool_destroy(huge);
}

static void *use_it_again_and_again(void *context)
{
    unsigned *failures = context;
    for (unsigned i = 0; i < 2000; i++) {
        struct pooled_memory *memory = memory_pool_take(pool, 64 * KIB, i % 3 == 0 ? 200 * KIB : 0);
        if (memory) {
            uint8_t *base = pooled_memory_base(memory);
            *failures += base[i % 65536] != 0;
            base[i % 65536] = 1;
            pooled_memory_give(memory);
        }
    }
    return NULL;
}

static void threads_do_not_meet(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    unsigned failures[THREADS] = {0};
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, use_it_again_and_again, &failures[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(failures[i], 0);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_pool, destroy_pool)
    const struct CMUnitTest tests[] = {
        TEST(requests_get_memories_of_their_size),
        TEST(what_is_taken_is_replaced_by_another_size),
        TEST(a_request_that_finds_only_small_ones_gets_one),
        TEST(every_user_finds_zeros),
        TEST(a_memory_has_its_limit),
        TEST(what_the_machine_does_not_give_is_told),
        TEST(what_one_call_mapped_is_not_charged_for_ever),
        TEST(who_maps_very_much_gets_huge_pages_for_that_call),
        TEST(what_is_beyond_every_budget_works),
        TEST(threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
