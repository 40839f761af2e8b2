/* SPDX-License-Identifier: Apache-2.0 */
/* header_groups_test.c - equal names side by side, against a slow way to the same order (spec rules R74, R98). */

#include "hooks/headers.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 200 };

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct arena arena;
static cclb_error error;
static const struct key_seed seed = {{3, 4}};
static cclb_header items[MOST];
static char names[26][2];
static char values[MOST][4];

static int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    arena_init(&arena, &allocator);
    for (size_t i = 0; i < 26; i++) {
        names[i][0] = (char)('a' + i);
    }
    for (size_t i = 0; i < MOST; i++) {
        snprintf(values[i], sizeof values[i], "%zu", i);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return counts.live == 0 ? 0 : -1;
}

/* Headers with the names of these letters, each with its place as value. */
static size_t spell(const char *letters)
{
    size_t count = strlen(letters);
    for (size_t i = 0; i < count; i++) {
        items[i] = (cclb_header){cclb_text(names[letters[i] - 'a']), cclb_text(values[i])};
    }
    return count;
}

/* The same order by looking through all of them for each. */
static void group_slowly(const cclb_header *from, size_t count, cclb_header *to)
{
    bool taken[MOST] = {false};
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i; j < count; j++) {
            if (!taken[j] && cclb_bytes_equal(from[i].name, from[j].name)) {
                taken[j] = true;
                to[used++] = from[j];
            }
        }
    }
    assert_int_equal(used, count);
}

static void expect_grouped(const char *letters)
{
    cclb_header wanted[MOST];
    size_t count = spell(letters);
    group_slowly(items, count, wanted);
    assert_int_equal(headers_group(items, count, &seed, &arena, &error), CCLB_OK);
    for (size_t i = 0; i < count; i++) {
        if (items[i].name.data != wanted[i].name.data || items[i].value.data != wanted[i].value.data) {
            fail_msg("%s: place %zu", letters, i);
        }
    }
}

static void every_short_list_is_grouped(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 4 * 4 * 4 * 4 * 4 * 4; number++) {
        char letters[7] = "";
        for (unsigned i = 0, rest = number; i < 6; i++, rest /= 4) {
            letters[i] = (char)('a' + rest % 4);
        }
        for (size_t len = 0; len <= 6; len++) {
            char shorter[7] = "";
            memcpy(shorter, letters, len);
            expect_grouped(shorter);
        }
        arena_reset(&arena);
    }
}

static void random_lists_are_grouped(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (int round = 0; round < 500; round++) {
        char letters[MOST + 1] = "";
        random = random * 1664525 + 1013904223;
        size_t count = random >> 8 & 127;
        for (size_t i = 0; i < count; i++) {
            random = random * 1664525 + 1013904223;
            letters[i] = (char)('a' + (random >> 16) % 26);
        }
        expect_grouped(letters);
        arena_reset(&arena);
    }
}

static void names_are_compared_whole(void **state)
{
    (void)state;
    const cclb_bytes given[] = {cclb_text("a"), cclb_text("ab"), cclb_bytes_of("a\0", 2), cclb_text("a"),
                                cclb_text("")};
    cclb_header list[5];
    for (size_t i = 0; i < 5; i++) {
        list[i] = (cclb_header){.name = given[i]};
    }
    assert_int_equal(headers_group(list, 5, &seed, &arena, &error), CCLB_OK);
    static const size_t lengths[] = {1, 1, 2, 2, 0};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(list[i].name.len, lengths[i]);
    }
}

static void memory_may_be_short(void **state)
{
    (void)state;
    static char letters[MOST + 1];
    for (size_t i = 0; i < MOST; i++) {
        letters[i] = (char)('a' + i % 26);
    }
    for (uint64_t failures = 0;; failures++) {
        size_t count = spell(letters);
        arena_deinit(&arena);
        counts.fail_at = counts.calls + failures + 1;
        cclb_status status = headers_group(items, count, &seed, &arena, &error);
        counts.fail_at = 0;
        if (status == CCLB_OK) {
            assert_true(failures > 2);
            break;
        }
        assert_int_equal(status, CCLB_NO_MEMORY);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_short_list_is_grouped),
        TEST(random_lists_are_grouped),
        TEST(names_are_compared_whole),
        TEST(memory_may_be_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
