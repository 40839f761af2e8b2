/* SPDX-License-Identifier: Apache-2.0 */
/* slots_test.c - the rules of slots (R31 to R33, R36 to R42, R44), by one thread. */

#include "slots/slots.h"

#include "slots_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static cclb_status refuse_plugin(void *context, struct cell_payload *payload, cclb_error *problem)
{
    (void)context;
    (void)payload;
    problem->status = CCLB_COMPILE;
    problem->rule = 22;
    return CCLB_COMPILE;
}

static cclb_slot_registration put(cclb_slot_key key, uint32_t number)
{
    cclb_slot_registration registration = {0};
    assert_int_equal(try_register(key, CCLB_SLOT_FILTER, number, &registration), CCLB_OK);
    return registration;
}

static cclb_slot_key customer_key(const char *principal, const char *plugin)
{
    return (cclb_slot_key){.principal = cclb_text(principal), .plugin = cclb_text(plugin)};
}

/* A whole call; 0 if there is no such slot. */
static uint32_t call(cclb_slot_key key)
{
    struct lane *lane = lane_claim(&lanes);
    assert_non_null(lane);
    const struct cell *cell = slots_guard(&slots, lane, key);
    uint32_t number = cell ? number_of(cell) : 0;
    slots_release(&slots, lane);
    return number;
}

static void test_r31_principals_are_independent(void **state)
{
    (void)state;
    cclb_slot_key everyone = cclb_global_key("p");
    cclb_slot_key one = customer_key("one", "p");
    cclb_slot_key two = customer_key("two", "p");
    put(everyone, 1);
    put(one, 2);
    assert_int_equal(call(everyone), 1);
    assert_int_equal(call(one), 2);
    assert_int_equal(call(two), 0);
    assert_int_equal(call(customer_key("one", "q")), 0);
    assert_int_equal(slots_count(&slots), 2);
    assert_true(slots_evict(&slots, everyone));
    assert_int_equal(call(everyone), 0);
    assert_int_equal(call(one), 2);
    assert_int_equal(call(customer_key("", "")), 0);
}

static void test_r31_keys_are_checked(void **state)
{
    (void)state;
    cclb_slot_registration registration;
    assert_int_equal(try_register(customer_key("", "p"), CCLB_SLOT_FILTER, 1, &registration), CCLB_BAD_INPUT);
    assert_int_equal(try_register(customer_key("p", ""), CCLB_SLOT_FILTER, 1, &registration), CCLB_BAD_INPUT);
    assert_int_equal(atomic_load(&admitted), 0);
}

static void test_r33_same_content_is_the_same_cell(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    cclb_slot_registration first = put(key, 1);
    assert_int_equal(first.outcome, CCLB_SLOT_CREATED);
    assert_int_equal(first.version, 1);
    assert_false(first.draining);
    struct cell *before = NULL;
    struct cell *after = NULL;
    assert_int_equal(slots_handle(&slots, key, &before, &error), CCLB_OK);
    cclb_slot_registration second = put(key, 1);
    assert_int_equal(second.outcome, CCLB_SLOT_UNCHANGED);
    assert_int_equal(second.version, 1);
    assert_false(second.draining);
    assert_int_equal(slots_handle(&slots, key, &after, &error), CCLB_OK);
    assert_ptr_equal(before, after);
    assert_int_equal(atomic_load(&admitted), 1);
    slots_handle_drop(&slots, before);
    slots_handle_drop(&slots, after);
}

static void test_r36_r37_replacing(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    put(key, 1);
    cclb_slot_registration second = put(key, 2);
    assert_int_equal(second.outcome, CCLB_SLOT_REPLACED);
    assert_int_equal(second.version, 2);
    assert_false(second.draining);
    assert_int_equal(atomic_load(&alive), 1);
    assert_int_equal(call(key), 2);
    assert_int_equal(put(key, 1).version, 3);
    assert_true(slots_evict(&slots, key));
    cclb_slot_registration again = put(key, 1);
    assert_int_equal(again.outcome, CCLB_SLOT_CREATED);
    assert_int_equal(again.version, 1);
}

static void test_r36_failed_admission_leaves_the_cell(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    struct slots_candidate refused = {.kind = CCLB_SLOT_FILTER, .hash = hash_of(9, hash), .admit = refuse_plugin};
    cclb_slot_registration registration = {.version = 77};
    assert_int_equal(slots_register(&slots, key, &refused, &registration, &error), CCLB_COMPILE);
    assert_int_equal(error.rule, 22);
    assert_int_equal(slots_count(&slots), 0);
    put(key, 1);
    assert_int_equal(slots_register(&slots, key, &refused, &registration, &error), CCLB_COMPILE);
    assert_int_equal(registration.version, 77);
    assert_int_equal(call(key), 1);
    assert_int_equal(put(key, 2).version, 2);
}

/* Registers plugin 2 under the key itself, while plugin 2 (or 3) is being admitted. */
struct meanwhile {
    cclb_slot_key key;
    cclb_slot_kind kind;
    uint32_t number;
};

static cclb_status admit_while_another_does(void *context, struct cell_payload *payload, cclb_error *problem)
{
    const struct meanwhile *meanwhile = context;
    cclb_slot_registration theirs;
    assert_int_equal(try_register(meanwhile->key, CCLB_SLOT_FILTER, 2, &theirs), CCLB_OK);
    uint32_t number = meanwhile->number;
    return admit_plugin(&number, payload, problem);
}

static cclb_status register_meanwhile(struct meanwhile *meanwhile, cclb_slot_registration *registration)
{
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    struct slots_candidate candidate = {.kind = meanwhile->kind,
                                        .hash = hash_of(meanwhile->number, hash),
                                        .admit = admit_while_another_does,
                                        .context = meanwhile};
    return slots_register(&slots, meanwhile->key, &candidate, registration, &error);
}

static void test_r36_second_look(void **state)
{
    (void)state;
    cclb_slot_registration registration;
    struct meanwhile same = {cclb_global_key("same"), CCLB_SLOT_FILTER, 2};
    assert_int_equal(register_meanwhile(&same, &registration), CCLB_OK);
    assert_int_equal(registration.outcome, CCLB_SLOT_UNCHANGED);
    assert_int_equal(registration.version, 1);
    assert_int_equal(atomic_load(&admitted), 2);
    assert_int_equal(atomic_load(&alive), 1);

    struct meanwhile other = {cclb_global_key("other"), CCLB_SLOT_FILTER, 3};
    assert_int_equal(register_meanwhile(&other, &registration), CCLB_OK);
    assert_int_equal(registration.outcome, CCLB_SLOT_REPLACED);
    assert_int_equal(registration.version, 2);
    assert_int_equal(call(other.key), 3);

    struct meanwhile kind = {cclb_global_key("kind"), CCLB_SLOT_SHAPE, 3};
    assert_int_equal(register_meanwhile(&kind, &registration), CCLB_REJECTED);
    assert_int_equal(error.rule, 38);
    assert_int_equal(call(kind.key), 2);
    assert_int_equal(atomic_load(&alive), 3);
}

static void test_r38_another_kind_is_refused_after_admission(void **state)
{
    (void)state;
    cclb_slot_key key = customer_key("one\n", "p");
    put(key, 1);
    uint32_t number = 1;
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    struct slots_candidate candidate = {
        .kind = CCLB_SLOT_SHAPE, .hash = hash_of(1, hash), .admit = refuse_plugin, .context = &number};
    cclb_slot_registration registration;
    /* The new bytes are judged first, also when they are those of the present cell. */
    assert_int_equal(slots_register(&slots, key, &candidate, &registration, &error), CCLB_COMPILE);
    candidate.admit = admit_plugin;
    assert_int_equal(slots_register(&slots, key, &candidate, &registration, &error), CCLB_REJECTED);
    assert_int_equal(error.rule, 38);
    assert_string_equal(error.message,
                        "the slot of principal `one\\x0a`, plugin `p` is already registered as `filter`");
    assert_int_equal(atomic_load(&admitted), 2);
    assert_int_equal(atomic_load(&alive), 1);
    assert_int_equal(call(key), 1);
    /* R32 is for the slot's life: after it the key is free for any kind. */
    assert_true(slots_evict(&slots, key));
    assert_int_equal(slots_register(&slots, key, &candidate, &registration, &error), CCLB_OK);
    cclb_slot_info info;
    assert_true(slots_lookup(&slots, key, &info));
    assert_int_equal(info.kind, CCLB_SLOT_SHAPE);
}

static void test_r39_lookup(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    cclb_slot_info info = {.version = 77};
    assert_false(slots_lookup(&slots, key, &info));
    assert_int_equal(info.version, 77);
    put(key, 1);
    put(key, 2);
    struct cell *cell = NULL;
    assert_int_equal(slots_handle(&slots, key, &cell, &error), CCLB_OK);
    assert_true(slots_lookup(&slots, key, &info));
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    assert_int_equal(info.kind, CCLB_SLOT_FILTER);
    assert_int_equal(info.version, 2);
    assert_int_equal(info.handles, 1);
    assert_memory_equal(info.hash, hash_of(2, hash), sizeof hash);
    assert_ptr_equal(info.key.plugin.data, key.plugin.data);
    info = slots_cell_info(&slots, cell);
    assert_int_equal(info.version, 2);
    assert_true(key_equal(info.key, key));
    slots_handle_drop(&slots, cell);
}

static void test_r39_evict_is_repeatable(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    assert_false(slots_evict(&slots, key));
    put(key, 1);
    assert_true(slots_evict(&slots, key));
    assert_int_equal(atomic_load(&alive), 0);
    assert_false(slots_evict(&slots, key));
    assert_int_equal(call(key), 0);
    assert_int_equal(slots_count(&slots), 0);
}

enum { MANY = 500 };

struct names {
    char text[MANY][16];
    bool removed[MANY];
};

static cclb_slot_key many_key(struct names *names, size_t i)
{
    snprintf(names->text[i], sizeof names->text[i], "p%zu", i);
    return cclb_global_key(names->text[i]);
}

static void note_removed(void *context, cclb_slot_key key)
{
    struct names *names = context;
    size_t i = 0;
    assert_int_equal(sscanf((const char *)key.plugin.data, "p%zu", &i), 1);
    assert_true(i < MANY && !names->removed[i]);
    names->removed[i] = true;
    /* No lock is held, and the slot is gone already. */
    assert_false(slots_evict(&slots, key));
}

static void test_r39_retain(void **state)
{
    (void)state;
    static struct names names;
    names = (struct names){0};
    static cclb_slot_key keep[MANY];
    size_t kept = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        cclb_slot_key key = many_key(&names, i);
        put(key, i + 1);
        if (i % 3 == 0) {
            keep[kept++] = key;
        }
    }
    keep[kept++] = cclb_global_key("never heard of");
    keep[kept++] = keep[0];
    slots_retain(&slots, keep, kept, note_removed, &names);
    assert_int_equal(slots_count(&slots), (MANY + 2) / 3);
    assert_int_equal(atomic_load(&alive), (MANY + 2) / 3);
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(names.removed[i], i % 3 != 0);
        assert_int_equal(call(many_key(&names, i)), i % 3 == 0 ? i + 1 : 0);
    }
    slots_retain(&slots, NULL, 0, NULL, NULL);
    assert_int_equal(slots_count(&slots), 0);
    assert_int_equal(atomic_load(&alive), 0);
}

static void test_r39_holders_are_not_disturbed(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    put(key, 1);
    struct lane *first = lane_claim(&lanes);
    struct lane *second = lane_claim(&lanes);
    const struct cell *cell = slots_guard(&slots, first, key);
    assert_ptr_equal(slots_guard(&slots, second, key), cell);
    assert_true(put(key, 2).draining);
    assert_int_equal(number_of(cell), 1);
    assert_int_equal(call(key), 2);
    assert_true(slots_evict(&slots, key));
    assert_int_equal(number_of(cell), 1);
    assert_int_equal(atomic_load(&alive), 1);
    slots_release(&slots, first);
    assert_int_equal(number_of(cell), 1);
    slots_release(&slots, second);
    assert_int_equal(atomic_load(&alive), 0);
}

static void test_r40_handle_keeps_its_cell(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    struct cell *cell = NULL;
    assert_int_equal(slots_handle(&slots, key, &cell, &error), CCLB_REJECTED);
    assert_int_equal(error.rule, 41);
    assert_string_equal(error.message, "no slot registered for principal `__global__`, plugin `p`");
    assert_null(cell);
    put(key, 1);
    assert_int_equal(slots_handle(&slots, key, &cell, &error), CCLB_OK);
    assert_true(put(key, 2).draining);
    assert_true(slots_evict(&slots, key));
    assert_int_equal(number_of(cell), 1);
    assert_int_equal(atomic_load(&alive), 1);

    /* A call by it may end later than the handle. */
    struct lane *lane = lane_claim(&lanes);
    slots_guard_cell(lane, cell);
    slots_handle_drop(&slots, cell);
    assert_int_equal(number_of(cell), 1);
    slots_release(&slots, lane);
    assert_int_equal(atomic_load(&alive), 0);
    slots_handle_drop(&slots, NULL);
}

static void test_r41_unknown_key_holds_nothing(void **state)
{
    (void)state;
    struct lane *lane = lane_claim(&lanes);
    assert_null(slots_guard(&slots, lane, cclb_global_key("p")));
    assert_null(atomic_load(&lane->guard[LANE_GUARD_TABLE]));
    assert_null(atomic_load(&lane->guard[LANE_GUARD_CELL]));
    slots_release(&slots, lane);
    assert_int_equal(lanes_claimed(&lanes), 0);
}

static void test_calls_allocate_nothing(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    put(key, 1);
    uint64_t before = counts.calls;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(call(key), 1);
    }
    assert_true(slots_evict(&slots, key));
    slots_retain(&slots, NULL, 0, NULL, NULL);
    assert_int_equal(counts.calls, before);
}

struct visitor {
    struct names *names;
    uint64_t versions;
};

static void note_visited(void *context, const cclb_slot_info *info)
{
    struct visitor *visitor = context;
    size_t i = 0;
    assert_int_equal(sscanf((const char *)info->key.plugin.data, "p%zu", &i), 1);
    assert_true(i < MANY && !visitor->names->removed[i]);
    visitor->names->removed[i] = true;
    visitor->versions += info->version;
    assert_int_equal(info->kind, CCLB_SLOT_FILTER);
    assert_int_equal(info->handles, 0);
    /* What is shown is the moment when the visit began, whatever is done meanwhile. */
    (void)slots_evict(&slots, info->key);
    assert_int_equal(slots_deinit(&slots, &error), CCLB_BUSY);
}

static void test_visit_shows_one_moment(void **state)
{
    (void)state;
    static struct names names;
    names = (struct names){0};
    struct visitor visitor = {.names = &names};
    assert_int_equal(slots_visit(&slots, note_visited, &visitor, &error), CCLB_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        put(many_key(&names, i), i + 1);
    }
    put(many_key(&names, 7), MANY + 1);
    assert_int_equal(slots_visit(&slots, note_visited, &visitor, &error), CCLB_OK);
    assert_int_equal(visitor.versions, MANY + 1);
    for (size_t i = 0; i < MANY; i++) {
        assert_true(names.removed[i]);
    }
    assert_int_equal(slots_count(&slots), 0);
    assert_int_equal(atomic_load(&alive), 0);
}

static void test_visit_without_memory(void **state)
{
    (void)state;
    static struct names names;
    put(cclb_global_key("p1"), 1);
    counts.fail_at = counts.calls + 1;
    struct visitor visitor = {.names = &names};
    assert_int_equal(slots_visit(&slots, note_visited, &visitor, &error), CCLB_NO_MEMORY);
    assert_int_equal(visitor.versions, 0);
    assert_int_equal(call(cclb_global_key("p1")), 1);
}

static void test_deinit_is_busy_while_something_is_open(void **state)
{
    (void)state;
    cclb_slot_key key = cclb_global_key("p");
    put(key, 1);
    struct lane *lane = lane_claim(&lanes);
    assert_int_equal(slots_deinit(&slots, &error), CCLB_BUSY);
    assert_non_null(strstr(error.message, "calls and leases 1"));
    slots_release(&slots, lane);
    lane = lane_claim_reserved(&lanes);
    assert_int_equal(slots_deinit(&slots, &error), CCLB_BUSY);
    lane_release(lane);
    struct cell *cell = NULL;
    assert_int_equal(slots_handle(&slots, key, &cell, &error), CCLB_OK);
    assert_int_equal(slots_deinit(&slots, &error), CCLB_BUSY);
    assert_non_null(strstr(error.message, "handles 1"));
    assert_int_equal(call(key), 1);
    slots_handle_drop(&slots, cell);
    assert_int_equal(slots_deinit(&slots, &error), CCLB_OK);
    assert_int_equal(atomic_load(&alive), 0);
    assert_int_equal(slots_deinit(&slots, &error), CCLB_OK);
}

static void test_keys_that_come_and_go_do_not_pile_up(void **state)
{
    (void)state;
    cclb_slot_key stays = cclb_global_key("stays");
    put(stays, 1);
    uint64_t most = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        char name[16];
        snprintf(name, sizeof name, "p%u", i);
        cclb_slot_key key = cclb_global_key(name);
        assert_int_equal(put(key, i).version, 1);
        assert_true(slots_evict(&slots, key));
        uint64_t live = counts.live_bytes;
        most = live > most ? live : most;
    }
    assert_int_equal(call(stays), 1);
    assert_true(most < 16 * 1024);
}

static void test_ten_thousand_slots(void **state)
{
    (void)state;
    char name[16];
    for (uint32_t i = 0; i < 10000; i++) {
        snprintf(name, sizeof name, "principal%u", i);
        assert_int_equal(put(customer_key(name, "p"), i + 1).outcome, CCLB_SLOT_CREATED);
    }
    assert_int_equal(slots_count(&slots), 10000);
    for (uint32_t i = 0; i < 10000; i++) {
        snprintf(name, sizeof name, "principal%u", i);
        assert_int_equal(call(customer_key(name, "p")), i + 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_r31_principals_are_independent),
        TEST(test_r31_keys_are_checked),
        TEST(test_r33_same_content_is_the_same_cell),
        TEST(test_r36_r37_replacing),
        TEST(test_r36_failed_admission_leaves_the_cell),
        TEST(test_r36_second_look),
        TEST(test_r38_another_kind_is_refused_after_admission),
        TEST(test_r39_lookup),
        TEST(test_r39_evict_is_repeatable),
        TEST(test_r39_retain),
        TEST(test_r39_holders_are_not_disturbed),
        TEST(test_r40_handle_keeps_its_cell),
        TEST(test_r41_unknown_key_holds_nothing),
        TEST(test_calls_allocate_nothing),
        TEST(test_visit_shows_one_moment),
        TEST(test_visit_without_memory),
        TEST(test_deinit_is_busy_while_something_is_open),
        TEST(test_keys_that_come_and_go_do_not_pile_up),
        TEST(test_ten_thousand_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
