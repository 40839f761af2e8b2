/* SPDX-License-Identifier: Apache-2.0 */
/* copy_test.c - copies of every length, distance and overlap that matters, against one byte after the other. */

#include "engine/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 32 << 10 };

static uint8_t got[SIZE];
static uint8_t wanted[SIZE];

static void fill(void)
{
    uint32_t state = 1;
    for (size_t i = 0; i < SIZE; i++) {
        state = state * 1664525 + 1013904223;
        got[i] = wanted[i] = (uint8_t)(state >> 24);
    }
}

/* One byte after the other, from whichever end is right. */
static void move_slowly(size_t to, size_t from, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        size_t at = to < from ? i : len - 1 - i;
        wanted[to + at] = wanted[from + at];
    }
}

static void expect_same(size_t to, size_t from, size_t len)
{
    if (memcmp(got, wanted, SIZE) != 0) {
        fail_msg("%zu bytes from %zu to %zu", len, from, to);
    }
}

static void moves_are_right(void **state)
{
    (void)state;
    static const size_t lens[] = {0, 1, 100, 1984, 1985, 3967, 3968, 3969, 5952, 5953, 8191, 8192, 12000};
    static const size_t froms[] = {0, 5, 4096, 9000};
    fill();
    for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++) {
        for (size_t f = 0; f < sizeof froms / sizeof froms[0]; f++) {
            for (size_t to = 0; to + lens[l] <= SIZE && to < 17000; to += to % 4096 < 80 ? 1 : 401) {
                if (froms[f] + lens[l] > SIZE) {
                    continue;
                }
                move_slowly(to, froms[f], lens[l]);
                assert_ptr_equal(__wrap_memmove(got + to, got + froms[f], lens[l]), got + to);
                expect_same(to, froms[f], lens[l]);
            }
        }
    }
}

static void copies_are_right(void **state)
{
    (void)state;
    fill();
    for (size_t behind = 0; behind < 130; behind++) {
        for (size_t len = 3900; len < 8200; len += 331) {
            size_t to = 8192 + behind;
            move_slowly(to, 0, len);
            assert_ptr_equal(__wrap_memcpy(got + to, got, len), got + to);
            expect_same(to, 0, len);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_are_right),
        cmocka_unit_test(copies_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
