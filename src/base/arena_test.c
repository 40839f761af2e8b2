/* SPDX-License-Identifier: Apache-2.0 */
/* arena_test.c - memory that is given back all at once, or kept for the next time. */

#include "base/arena.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    arena_init(&arena, &allocator);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return counts.live == 0 ? 0 : -1;
}

static void expect_zeroed(const uint8_t *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(memory[i], 0);
    }
}

/* Takes memory, and writes over all of it. */
static uint8_t *take(size_t size)
{
    uint8_t *unset = arena_array_unset(&arena, 1, size); /* what follows is zeroed none the less */
    assert_non_null(unset);
    assert_int_equal((uintptr_t)unset % _Alignof(max_align_t), 0);
    memset(unset, 0xdd, size);
    uint8_t *memory = arena_alloc(&arena, size);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
    expect_zeroed(memory, size);
    memset(memory, 0xee, size);
    return memory;
}

static void what_is_taken_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    enum { TAKEN = 200 };
    uint8_t *taken[TAKEN];
    for (size_t i = 0; i < TAKEN; i++) {
        taken[i] = take(i * 7);
        memset(taken[i], (int)i, i * 7);
    }
    for (size_t i = 0; i < TAKEN; i++) {
        for (size_t at = 0; at < i * 7; at++) {
            assert_int_equal(taken[i][at], (uint8_t)i);
        }
    }
    assert_ptr_not_equal(take(0), take(0));
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX / 2 + 1));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_int_equal(counts.calls, 0);
    assert_non_null(arena_array(&arena, 0, SIZE_MAX));
}

static void memory_may_be_short(void **state)
{
    (void)state;
    cclb_bytes copy = cclb_text("as it was");
    counts.fail_at = 1;
    assert_false(arena_copy(&arena, cclb_text("x"), &copy));
    assert_true(cclb_bytes_equal(copy, cclb_text("as it was")));
    assert_true(arena_copy(&arena, cclb_text("x"), &copy));
    assert_true(cclb_bytes_equal(copy, cclb_text("x")));
    counts.fail_at = counts.calls + 1;
    assert_null(arena_alloc(&arena, 5000));
    take(5000);
    assert_true(arena_copy(&arena, (cclb_bytes){0}, &copy));
    assert_non_null(copy.data);
    assert_int_equal(copy.len, 0);
}

/* As a lane uses it: again and again for about the same. */
static void a_warm_arena_asks_for_nothing(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        uint64_t before = counts.calls;
        for (size_t i = 0; i < 100; i++) {
            take(i * 3);
        }
        if (round >= 5) {
            assert_int_equal(counts.calls, before);
        }
        arena_reset(&arena);
        assert_true(counts.live <= 1);
    }
    assert_int_equal(counts.live, 1);
}

/* Nothing of the last call is seen by the next, in the block that is kept or in a new one. */
static void a_reset_arena_gives_zeroed_memory(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        for (size_t i = 0; i < 50; i++) {
            take(round % 2 == 0 ? 100 : 33);
        }
        take(3000);
        arena_reset(&arena);
    }
}

static void what_is_large_is_not_kept(void **state)
{
    (void)state;
    take(10);
    take(ARENA_KEPT_BYTES * 4);
    arena_reset(&arena);
    assert_true(counts.live_bytes <= ARENA_KEPT_BYTES + 64);
    assert_int_equal(counts.live, 1); /* the first block, which was small */
    take(ARENA_KEPT_BYTES + 1);
    arena_reset(&arena);
    assert_true(counts.live_bytes <= ARENA_KEPT_BYTES + 64);
    arena_deinit(&arena);
    take(ARENA_KEPT_BYTES * 2);
    arena_reset(&arena);
    assert_int_equal(counts.live, 0); /* there was no small one */
    take(10);
}

static void to_reset_what_is_empty_is_fine(void **state)
{
    (void)state;
    arena_reset(&arena);
    arena_reset(&arena);
    arena_deinit(&arena);
    take(10);
    arena_reset(&arena);
    arena_reset(&arena);
    assert_int_equal(counts.live, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_taken_is_zeroed_aligned_and_apart),
        TEST(sizes_that_cannot_be_are_refused),
        TEST(memory_may_be_short),
        TEST(a_warm_arena_asks_for_nothing),
        TEST(a_reset_arena_gives_zeroed_memory),
        TEST(what_is_large_is_not_kept),
        TEST(to_reset_what_is_empty_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
