/* SPDX-License-Identifier: Apache-2.0 */
/* sized_test.c - structs of callers that are older, newer, or none. */

#include "base/sized.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* What this library knows, and what a newer caller does. */
struct known {
    size_t struct_size;
    uint32_t a;
    uint32_t b;
};

struct newer {
    struct known known;
    uint8_t unknown[3];
    uint8_t padding[5];
};

static cclb_error error;

static void a_struct_of_our_size_is_taken_as_it_is(void **state)
{
    (void)state;
    struct known given = {sizeof given, 1, 2};
    struct known storage = {0};
    assert_ptr_equal(sized_view("known", &given, given.struct_size, &storage, sizeof storage, &error), &given);
    assert_int_equal(sized_copy("known", &given, given.struct_size, &storage, sizeof storage, &error), CCLB_OK);
    assert_memory_equal(&storage, &given, sizeof given);
}

static void what_an_older_caller_does_not_have_is_zero(void **state)
{
    (void)state;
    struct known given = {offsetof(struct known, b), 1, 2};
    struct known storage = {77, 77, 77};
    const struct known *view = sized_view("known", &given, given.struct_size, &storage, sizeof storage, &error);
    assert_ptr_equal(view, &storage);
    assert_int_equal(view->struct_size, offsetof(struct known, b));
    assert_int_equal(view->a, 1);
    assert_int_equal(view->b, 0);
    given.struct_size = sizeof given.struct_size;
    view = sized_view("known", &given, given.struct_size, &storage, sizeof storage, &error);
    assert_int_equal(view->a, 0);
}

static void what_a_newer_caller_has_must_be_zero(void **state)
{
    (void)state;
    struct newer given = {.known = {sizeof given, 1, 2}};
    struct known storage;
    const struct known *view = sized_view("known", &given, given.known.struct_size, &storage, sizeof storage, &error);
    assert_ptr_equal(view, &storage);
    assert_int_equal(view->b, 2);
    for (size_t i = 0; i < sizeof given.unknown + sizeof given.padding; i++) {
        char message[64];
        uint8_t *byte = (uint8_t *)&given + sizeof(struct known) + i;
        *byte = 1;
        assert_null(sized_view("known", &given, given.known.struct_size, &storage, sizeof storage, &error));
        assert_int_equal(error.status, CCLB_INVALID_ARGUMENT);
        snprintf(message, sizeof message, "known has a member at byte %zu that", sizeof(struct known) + i);
        assert_memory_equal(error.message, message, strlen(message));
        *byte = 0;
    }
}

static void a_size_that_holds_not_even_itself_is_none(void **state)
{
    (void)state;
    struct known given = {0};
    struct known storage = {77, 77, 77};
    for (size_t size = 0; size < sizeof(size_t); size++) {
        given.struct_size = size;
        assert_null(sized_view("known", &given, size, &storage, sizeof storage, &error));
        assert_int_equal(error.status, CCLB_INVALID_ARGUMENT);
        assert_int_equal(sized_copy("known", &given, size, &storage, sizeof storage, &error), CCLB_INVALID_ARGUMENT);
        storage.a = 77;
        assert_int_equal(sized_fill("known", &given, sizeof given, &storage, size, &error), CCLB_INVALID_ARGUMENT);
        assert_int_equal(storage.a, 77);
    }
    assert_string_equal(error.message, "known.struct_size is 7; start from known_init()");
}

static void a_description_is_filled_as_far_as_its_size_goes(void **state)
{
    (void)state;
    const struct known ours = {sizeof ours, 1, 2};
    struct newer theirs;
    memset(&theirs, 0xee, sizeof theirs);
    assert_int_equal(sized_fill("known", &ours, sizeof ours, &theirs, offsetof(struct known, b), &error), CCLB_OK);
    assert_int_equal(theirs.known.a, 1);
    assert_int_equal(theirs.known.b, 0xeeeeeeee);
    assert_int_equal(sized_fill("known", &ours, sizeof ours, &theirs, sizeof theirs, &error), CCLB_OK);
    assert_int_equal(theirs.known.b, 2);
    for (size_t i = 0; i < sizeof theirs.unknown; i++) {
        assert_int_equal(theirs.unknown[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_struct_of_our_size_is_taken_as_it_is),
        cmocka_unit_test(what_an_older_caller_does_not_have_is_zero),
        cmocka_unit_test(what_a_newer_caller_has_must_be_zero),
        cmocka_unit_test(a_size_that_holds_not_even_itself_is_none),
        cmocka_unit_test(a_description_is_filled_as_far_as_its_size_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
