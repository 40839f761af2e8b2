/* SPDX-License-Identifier: Apache-2.0 */
/* shares_test.c - how a runtime's capsules are shared out. */

#include "capsule/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct owner {
    uint8_t hash[BLAKE3_SIZE];
};

static struct owner owner(uint32_t number)
{
    return (struct owner){{(uint8_t)number, (uint8_t)(number >> 8)}};
}

/* Until there is none left for it. */
static uint32_t take_all(struct shares *shares, uint32_t number)
{
    uint32_t taken = 0;
    struct owner who = owner(number);
    while (shares_left(shares, who.hash)) {
        uint32_t before = shares->taken;
        assert_int_equal(shares_take(shares, who.hash), before + 1);
        taken++;
    }
    assert_int_equal(shares_take(shares, who.hash), 0);
    return taken;
}

static void each_gets_half_of_what_others_left(void **state)
{
    (void)state;
    static const uint32_t wanted[] = {8, 4, 2, 1, 1, 0, 0};
    struct shares shares = {.most = 16};
    for (uint32_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(take_all(&shares, i), wanted[i]);
        assert_int_equal(take_all(&shares, i), 0); /* however often it comes */
    }
    assert_int_equal(shares.taken, 16);
}

static void one_is_for_whoever_comes(void **state)
{
    (void)state;
    struct shares shares = {.most = 1};
    assert_int_equal(take_all(&shares, 1), 1);
    assert_int_equal(take_all(&shares, 2), 0);
}

static void very_many_are_no_overflow(void **state)
{
    (void)state;
    struct shares shares = {.most = UINT32_MAX, .taken = UINT32_MAX - 2};
    assert_int_equal(take_all(&shares, 1), 1);
    assert_int_equal(take_all(&shares, 2), 1);
    assert_int_equal(take_all(&shares, 3), 0);
}

/* Who comes when all places of the list are taken shares the last one. */
static void more_than_are_known_have_one_together(void **state)
{
    (void)state;
    enum { MOST = 100000 };
    struct shares shares = {.most = MOST};
    for (uint32_t i = 0; i < SHARES_KNOWN; i++) {
        struct owner who = owner(i);
        assert_int_equal(shares_take(&shares, who.hash), i + 1);
    }
    uint32_t left = MOST - SHARES_KNOWN;
    assert_int_equal(take_all(&shares, SHARES_KNOWN), (left + 1 + 1) / 2 - 1); /* the last one known has one of it */
    assert_int_equal(take_all(&shares, SHARES_KNOWN + 1), 0);
    assert_int_equal(take_all(&shares, SHARES_KNOWN - 1), 0);
    assert_true(take_all(&shares, 0) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_gets_half_of_what_others_left),
        cmocka_unit_test(one_is_for_whoever_comes),
        cmocka_unit_test(very_many_are_no_overflow),
        cmocka_unit_test(more_than_are_known_have_one_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
