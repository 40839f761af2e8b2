/* SPDX-License-Identifier: Apache-2.0 */
/* table_test.c - finding, adding, moving; with hashes that collide. */

#include "slots/table.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct counting_allocator counts;
static cclb_allocator allocator;

static int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return counts.live == 0 ? 0 : -1;
}

struct name {
    char text[16];
};

static cclb_slot_key numbered(struct name *name, size_t number)
{
    snprintf(name->text, sizeof name->text, "p%zu", number);
    return cclb_global_key(name->text);
}

static struct slot *add(struct table *table, uint64_t hash, size_t number)
{
    static const uint8_t content[CCLB_SLOT_HASH_SIZE];
    struct name name;
    struct cell *cell = cell_create(&allocator, numbered(&name, number), CCLB_SLOT_FILTER, content);
    struct slot *slot = slot_create(&allocator, hash, cell);
    table_add(table, slot);
    return slot;
}

static void empty(struct slot *slot)
{
    cell_destroy(&allocator, atomic_load(&slot->cell));
    atomic_store(&slot->cell, NULL);
}

static struct slot *find(const struct table *table, uint64_t hash, size_t number)
{
    struct name name;
    return table_find(table, hash, numbered(&name, number));
}

static void test_finds_what_was_added_and_nothing_else(void **state)
{
    (void)state;
    struct table *table = table_create(&allocator, 100);
    struct slot *slots[100];
    for (size_t i = 0; i < 100; i++) {
        assert_true(table_has_room(table));
        slots[i] = add(table, i * 77, i);
    }
    for (size_t i = 0; i < 100; i++) {
        assert_ptr_equal(find(table, i * 77, i), slots[i]);
        assert_null(find(table, i * 77, i + 100));
        assert_null(find(table, i * 77 + 1, i));
    }
    for (size_t i = 0; i < 100; i++) {
        empty(slots[i]);
        assert_ptr_equal(find(table, i * 77, i), slots[i]);
    }
    table_destroy_last(&allocator, table);
}

static void test_equal_hashes_are_told_apart(void **state)
{
    (void)state;
    struct table *table = table_create(&allocator, 10);
    struct slot *slots[10];
    for (size_t i = 0; i < 10; i++) {
        slots[i] = add(table, UINT64_MAX, i);
    }
    for (size_t i = 0; i < 10; i++) {
        assert_ptr_equal(find(table, UINT64_MAX, i), slots[i]);
        empty(slots[i]);
    }
    assert_null(find(table, UINT64_MAX, 10));
    table_destroy_last(&allocator, table);
}

static void test_room_ends_before_the_table_is_full(void **state)
{
    (void)state;
    for (size_t count = 0; count < 40; count++) {
        struct table *table = table_create(&allocator, count);
        size_t added = 0;
        while (table_has_room(table)) {
            empty(add(table, added, added));
            added++;
        }
        assert_true(added >= count && added < table->capacity);
        assert_null(find(table, 0, 1000));
        table_destroy_last(&allocator, table);
    }
}

static void test_move_leaves_empty_slots_behind(void **state)
{
    (void)state;
    struct table *table = table_create(&allocator, 3);
    struct slot *first = add(table, 1, 1);
    struct slot *second = add(table, 1, 2);
    struct slot *third = add(table, 1, 3);
    empty(second);
    struct table *next = table_create(&allocator, 3);
    table_move(table, next);
    assert_ptr_equal(find(next, 1, 1), first);
    assert_null(find(next, 1, 2));
    assert_ptr_equal(find(next, 1, 3), third);
    assert_int_equal(next->used, 2);
    assert_ptr_equal(find(table, 1, 2), second);
    assert_ptr_equal(table->dropped, second);
    assert_null(second->next_dropped);
    table_destroy(&allocator, table);
    empty(first);
    empty(third);
    table_destroy_last(&allocator, next);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const uint8_t content[CCLB_SLOT_HASH_SIZE];
    counts.fail_at = counts.calls + 1;
    assert_null(table_create(&allocator, 1));
    counts.fail_at = counts.calls + 1;
    assert_null(cell_create(&allocator, cclb_global_key("x"), CCLB_SLOT_FILTER, content));
    struct cell *cell = cell_create(&allocator, cclb_global_key("x"), CCLB_SLOT_FILTER, content);
    counts.fail_at = counts.calls + 1;
    assert_null(slot_create(&allocator, 1, cell));
    cell_destroy(&allocator, cell);
    slot_destroy(&allocator, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds_what_was_added_and_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_equal_hashes_are_told_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_room_ends_before_the_table_is_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_move_leaves_empty_slots_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
