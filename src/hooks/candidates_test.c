/* SPDX-License-Identifier: Apache-2.0 */
/* candidates_test.c - what ids are found to be, and when that takes a table (spec rule R89). */

#include "hooks/candidates.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { GIVEN = 100 };

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct arena arena;
static cclb_candidate given[GIVEN];
static struct candidates candidates;
static const struct key_seed seed = {{1, 2}};

static cclb_uuid id_of(size_t number)
{
    return (cclb_uuid){{(uint8_t)(number >> 8), (uint8_t)number}};
}

static int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    arena_init(&arena, &allocator);
    for (size_t i = 0; i < GIVEN; i++) {
        given[i] = (cclb_candidate){.id = id_of(i)};
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return counts.live == 0 ? 0 : -1;
}

static void begin(size_t count, size_t ids_max)
{
    cclb_request request = cclb_request_init();
    request.candidates = given;
    request.candidate_count = count;
    assert_true(candidates_init(&candidates, &request, ids_max, &seed, &arena));
}

static void expect_kept(size_t number, size_t place, bool repeated)
{
    size_t found = 12345;
    bool was_kept = !repeated;
    assert_true(candidates_keep(&candidates, id_of(number), &found, &was_kept));
    assert_int_equal(found, place);
    assert_int_equal(was_kept, repeated);
}

static void expect_found(size_t number, size_t place)
{
    size_t found = 12345;
    assert_true(candidates_find(&candidates, id_of(number), &found));
    assert_int_equal(found, place);
}

static void ids_in_order_take_no_table(void **state)
{
    (void)state;
    begin(GIVEN, GIVEN);
    for (size_t i = 0; i < GIVEN; i++) {
        if (i % 3 == 0) {
            expect_found(i, i);
        } else {
            expect_kept(i, i, false);
        }
    }
    assert_null(candidates.table);
    expect_kept(0, 0, false);
    expect_kept(1, 1, true);
    assert_non_null(candidates.table);
}

static void ids_are_found_in_any_order(void **state)
{
    (void)state;
    begin(GIVEN, GIVEN);
    for (size_t i = 0; i < GIVEN; i++) {
        size_t number = (i * 37 + 50) % GIVEN;
        expect_kept(number, number, false);
    }
    for (size_t i = 0; i < GIVEN; i++) {
        expect_kept(i, i, true);
    }
}

static void given_ids_that_do_not_ascend_are_found_in_order_all_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < GIVEN; i++) {
        given[i].id = id_of(GIVEN - i);
    }
    begin(GIVEN, 0);
    for (size_t i = 0; i < GIVEN; i++) {
        expect_kept(GIVEN - i, i, false);
    }
}

static void the_first_of_equals_is_meant(void **state)
{
    (void)state;
    given[1].id = given[0].id;
    given[4].id = given[2].id;
    begin(5, 0);
    expect_kept(0, 0, false);
    expect_kept(0, 0, true);
    expect_kept(2, 2, false);
    expect_kept(3, 3, false);
    expect_kept(2, 2, true);
}

static void ids_of_nobody_are_remembered(void **state)
{
    (void)state;
    begin(2, 2000);
    for (size_t i = 0; i < 1000; i++) {
        expect_kept(1000 + i, CCLB_NO_CANDIDATE, false);
    }
    for (size_t i = 0; i < 1000; i++) {
        expect_kept(1000 + i, CCLB_NO_CANDIDATE, true);
    }
    expect_found(5000, CCLB_NO_CANDIDATE);
    expect_kept(5000, CCLB_NO_CANDIDATE, false); /* to be found is not to be kept */
    expect_kept(1, 1, false);
}

static void nobody_given_and_nobody_asked_for(void **state)
{
    (void)state;
    begin(0, 0);
    begin(0, 1);
    expect_kept(0, CCLB_NO_CANDIDATE, false);
}

static void memory_may_be_short(void **state)
{
    (void)state;
    cclb_request request = cclb_request_init();
    request.candidates = given;
    request.candidate_count = 2;
    counts.fail_at = counts.calls + 1;
    assert_false(candidates_init(&candidates, &request, 100000, &seed, &arena));
    counts.fail_at = 0;
    assert_true(candidates_init(&candidates, &request, 100000, &seed, &arena));
    size_t place;
    bool repeated;
    counts.fail_at = counts.calls + 1;
    assert_false(candidates_keep(&candidates, id_of(1), &place, &repeated));
    assert_true(candidates_keep(&candidates, id_of(1), &place, &repeated));
    assert_int_equal(place, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(ids_in_order_take_no_table),
        TEST(ids_are_found_in_any_order),
        TEST(given_ids_that_do_not_ascend_are_found_in_order_all_the_same),
        TEST(the_first_of_equals_is_meant),
        TEST(ids_of_nobody_are_remembered),
        TEST(nobody_given_and_nobody_asked_for),
        TEST(memory_may_be_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
