/* SPDX-License-Identifier: Apache-2.0 */
/* key_test.c - names of slots (rule R31), and of kinds and outcomes. */

#include "slots/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_siphash_is_siphash_1_3(void **state)
{
    (void)state;
    /* As CPython computes them (hash() of bytes with PYTHONHASHSEED=0, which is the zero key). */
    static const struct {
        const char *text;
        uint64_t hash;
    } known[] = {
        {"a", UINT64_C(0x407448d2b89b1813)},
        {"abc", UINT64_C(0xc03bc3a0042630f2)},
        {"abcdefg", UINT64_C(0x6db12aae9070f506)},
        {"01234567", UINT64_C(0xda3dcedf84ea6cc6)},
        {"012345678", UINT64_C(0xb79d8581f8552753)},
        {"0123456789abcdef", UINT64_C(0x1d42b30f7e060c24)},
        {"0123456789abcdefghi", UINT64_C(0x0cbcef883fcbf5d2)},
    };
    const struct key_seed zero = {{0, 0}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(key_siphash(&zero, cclb_text(known[i].text)) == known[i].hash);
    }
    const struct key_seed first = {{1, 0}};
    const struct key_seed second = {{0, 1}};
    assert_true(key_siphash(&first, cclb_text("a")) != known[0].hash);
    assert_true(key_siphash(&second, cclb_text("a")) != known[0].hash);
}

static cclb_slot_key key_of(const char *principal, const char *plugin)
{
    return (cclb_slot_key){.principal = cclb_text(principal), .plugin = cclb_text(plugin)};
}

static void test_hash_tells_the_parts_apart(void **state)
{
    (void)state;
    const struct key_seed seed = {{3, 4}};
    uint64_t hash = key_hash(&seed, key_of("ab", "c"));
    assert_true(hash == key_hash(&seed, key_of("ab", "c")));
    assert_true(hash != key_hash(&seed, key_of("a", "bc")));
    assert_true(hash != key_hash(&seed, key_of("c", "ab")));
    assert_true(hash != key_hash(&seed, key_of("xb", "c")));
    assert_true(hash != key_hash(&seed, key_of("ab", "d")));
    assert_true(key_hash(&seed, key_of("", "")) != key_hash(&seed, key_of("", "a")));
    assert_true(key_hash(&seed, (cclb_slot_key){0}) == key_hash(&seed, key_of("", "")));
}

static void test_equal(void **state)
{
    (void)state;
    assert_true(key_equal(key_of("ab", "c"), key_of("ab", "c")));
    assert_false(key_equal(key_of("ab", "c"), key_of("a", "bc")));
    assert_false(key_equal(key_of("ab", "c"), key_of("ab", "d")));
    assert_false(key_equal(key_of("ab", "c"), key_of("xb", "c")));
}

static void test_copy_owns_its_bytes(void **state)
{
    (void)state;
    char principal[] = "principal";
    char plugin[] = "plugin";
    cclb_slot_key key = key_of(principal, plugin);
    uint8_t text[32];
    assert_int_equal(key_size(key), 15);
    cclb_slot_key copy = key_copy(key, text);
    principal[0] = 'x';
    plugin[0] = 'x';
    assert_true(key_equal(copy, key_of("principal", "plugin")));
}

static void check_refused(cclb_slot_key key, const char *what)
{
    cclb_error error = {0};
    assert_int_equal(key_check(key, &error), CCLB_BAD_INPUT);
    assert_int_equal(error.status, CCLB_BAD_INPUT);
    assert_int_equal(error.rule, 31);
    assert_non_null(strstr(error.message, what));
}

static void test_check_bounds(void **state)
{
    (void)state;
    char longest[CCLB_SLOT_NAME_MAX_BYTES + 2];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    cclb_bytes too_long = cclb_text(longest);
    cclb_bytes just_fits = cclb_bytes_of(longest, CCLB_SLOT_NAME_MAX_BYTES);
    cclb_bytes one = cclb_text("x");
    cclb_error error;

    assert_int_equal(key_check((cclb_slot_key){just_fits, just_fits}, &error), CCLB_OK);
    assert_int_equal(key_check((cclb_slot_key){one, one}, &error), CCLB_OK);
    assert_int_equal(key_check(cclb_global_key("x"), &error), CCLB_OK);
    assert_int_equal(key_check(key_of("\xc3\xa9\n", "\xe2\x82\xac"), &error), CCLB_OK);
    assert_int_equal(key_check((cclb_slot_key){one, cclb_bytes_of("a\0b", 3)}, &error), CCLB_OK);

    check_refused((cclb_slot_key){{0}, one}, "principal of a slot key is empty");
    check_refused((cclb_slot_key){one, {0}}, "plugin of a slot key is empty");
    check_refused((cclb_slot_key){too_long, one}, "principal of a slot key has 256 bytes; the most is 255");
    check_refused((cclb_slot_key){one, too_long}, "plugin of a slot key has 256 bytes");
    check_refused(key_of("\xff\x1b", "x"), "principal `\\xff\\x1b` of a slot key is not UTF-8");
    check_refused(key_of("x", "a\xc3"), "plugin `a\\xc3`");
}

static void test_kind_names(void **state)
{
    (void)state;
    for (cclb_slot_kind kind = CCLB_SLOT_ANY; kind <= CCLB_SLOT_OBSERVE; kind++) {
        cclb_slot_kind found = CCLB_SLOT_ANY;
        assert_true(cclb_slot_kind_from_name(cclb_text(cclb_slot_kind_name(kind)), &found));
        assert_int_equal(found, kind);
    }
    assert_string_equal(cclb_slot_kind_name(CCLB_SLOT_ANY), "any");
    assert_string_equal(cclb_slot_kind_name(CCLB_SLOT_SHAPE), "shape");
    assert_string_equal(cclb_slot_kind_name((cclb_slot_kind)99), "");
    cclb_slot_kind kind = CCLB_SLOT_SHAPE;
    assert_false(cclb_slot_kind_from_name(cclb_text("Filter"), &kind));
    assert_false(cclb_slot_kind_from_name(cclb_text(""), &kind));
    assert_int_equal(kind, CCLB_SLOT_SHAPE);
}

static void test_kind_hooks(void **state)
{
    (void)state;
    assert_int_equal(cclb_slot_kind_hook(CCLB_SLOT_FILTER), CCLB_HOOK_FILTER);
    assert_int_equal(cclb_slot_kind_hook(CCLB_SLOT_SHAPE), CCLB_HOOK_SHAPE);
    assert_int_equal(cclb_slot_kind_hook(CCLB_SLOT_OBSERVE), CCLB_HOOK_OBSERVE);
    assert_int_equal(cclb_slot_kind_hook(CCLB_SLOT_ANY), CCLB_HOOK_NONE);
}

static void test_outcome_names(void **state)
{
    (void)state;
    assert_string_equal(cclb_slot_outcome_name(CCLB_SLOT_CREATED), "created");
    assert_string_equal(cclb_slot_outcome_name(CCLB_SLOT_REPLACED), "replaced");
    assert_string_equal(cclb_slot_outcome_name(CCLB_SLOT_UNCHANGED), "unchanged");
    assert_string_equal(cclb_slot_outcome_name((cclb_slot_outcome)99), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siphash_is_siphash_1_3),
        cmocka_unit_test(test_hash_tells_the_parts_apart),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_copy_owns_its_bytes),
        cmocka_unit_test(test_check_bounds),
        cmocka_unit_test(test_kind_names),
        cmocka_unit_test(test_kind_hooks),
        cmocka_unit_test(test_outcome_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
