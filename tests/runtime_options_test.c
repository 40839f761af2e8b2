/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_options_test.c - options of a runtime: what they may be, their defaults, and callers of other versions. */

#include "runtime_fixture.h"

#include <sys/resource.h>

#include <stdio.h>
#include <stdlib.h>

static void bad_options_name_the_field(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *none = NULL;
    const struct {
        const char *field;
        cclb_runtime_options options;
    } cases[] = {
#define CASE(member, value)                                                                                            \
    {                                                                                                                  \
        #member,                                                                                                       \
        {                                                                                                              \
            .struct_size = sizeof(cclb_runtime_options), .member = value                                               \
        }                                                                                                              \
    }
        CASE(isolation, (cclb_isolation)7),
        CASE(reset, (cclb_reset)9),
        CASE(reference, CCLB_REFERENCE_COUNT),
        CASE(stores_max, 100000),
        CASE(pool_instances, 100000),
        CASE(memory_max_bytes, 65535),
        CASE(memory_max_bytes, 65536 * 3 + 1),
        CASE(memory_max_bytes, UINT64_C(1) << 32),
        CASE(memory_total_max_bytes, 65536),
        CASE(stack_max_bytes, 1000),
        CASE(module_limits.table_elements, UINT64_C(1) << 40),
        CASE(metrics.plugins_max, 1025),
        CASE(allocator.release, (void (*)(void *, void *, size_t))abort),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(cclb_runtime_create(&cases[i].options, &none, &fixture->error), CCLB_INVALID_ARGUMENT);
        char field[64];
        snprintf(field, sizeof field, "%s", cases[i].field);
        field[strcspn(field, i + 1 == sizeof cases / sizeof cases[0] ? "." : "")] = '\0';
        if (strstr(fixture->error.message, field) == NULL) {
            fail_msg("'%s' does not name %s", fixture->error.message, field);
        }
        assert_null(none);
    }
}

static void sized_options_work_across_versions(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *runtime = NULL;
    /* A newer caller: members behind ours must be zero. */
    struct {
        cclb_runtime_options known;
        uint64_t unknown;
    } newer = {.known = test_options(fixture)};
    newer.known.struct_size = sizeof newer;
    assert_int_equal(cclb_runtime_create(&newer.known, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_destroy(runtime, &fixture->error), CCLB_OK);
    newer.unknown = 1;
    assert_int_equal(cclb_runtime_create(&newer.known, &runtime, &fixture->error), CCLB_INVALID_ARGUMENT);
    assert_non_null(strstr(fixture->error.message, "does not know"));
    /* An older caller: what it does not know has its default. */
    cclb_runtime_options older = test_options(fixture);
    older.stack_max_bytes = 1; /* behind the end of the older struct, so not looked at */
    older.struct_size = offsetof(cclb_runtime_options, stack_max_bytes);
    assert_int_equal(cclb_runtime_create(&older, &runtime, &fixture->error), CCLB_OK);
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stack_max_bytes, 1 << 20);
    assert_int_equal(cclb_runtime_destroy(runtime, &fixture->error), CCLB_OK);
    cclb_runtime_options unsized = {0};
    assert_int_equal(cclb_runtime_create(&unsized, &runtime, &fixture->error), CCLB_INVALID_ARGUMENT);
}

static void the_defaults_are_the_published_ones(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *runtime = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_create(NULL, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_describe(runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.isolation, CCLB_ISOLATION_CHECKED);
    assert_int_not_equal(info.reset, CCLB_RESET_AUTO);
    assert_int_equal(info.stores_max, 64);                       /* R44, R62 */
    assert_int_equal(info.memory_max_bytes, 2048 * UINT64_C(65536)); /* R61 */
    assert_int_equal(info.stack_max_bytes, 1 << 20);             /* R62 */
    assert_int_equal(info.pool_instances, 64 + 4);               /* R62, and those of admission (R27) */
    assert_true(info.resident_max_bytes <= UINT64_C(256) << 20);
    assert_int_equal(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
}

static void without_a_pool_nothing_is_set_aside(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *runtime = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_runtime_options options = test_options(fixture);
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    assert_int_equal(cclb_runtime_create(&options, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_describe(runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.isolation, CCLB_ISOLATION_ON_DEMAND);
    assert_int_equal(info.pool_instances, 0);
    assert_int_equal(info.resident_max_bytes, 0);
    assert_int_equal(info.virtual_reservation_bytes, 0);
    assert_int_equal(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
}

static void an_engine_that_cannot_be_made_is_told_as_such(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.fail_at = 1};
    fake_script_set(&script);
    cclb_runtime *none = NULL;
    assert_int_equal(cclb_runtime_create(NULL, &none, &fixture->error), CCLB_ENGINE);
    assert_int_equal(fixture->error.rule, 22);
    assert_string_equal(fixture->error.message, "failed to construct wasmtime engine: scripted");
    assert_null(none);
}

/* The bound here is far above what the test uses: what counts is that there is one. */
static void a_bound_on_address_space_is_told_with_what_to_do(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.fail_at = 1};
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit bound = {.rlim_cur = (rlim_t)1 << 47, .rlim_max = before.rlim_max};
    if (before.rlim_max < bound.rlim_cur) {
        skip();
    }
    assert_int_equal(setrlimit(RLIMIT_AS, &bound), 0);
    fake_script_set(&script);
    cclb_runtime *none = NULL;
    cclb_runtime_options options = cclb_runtime_options_init();
    cclb_status pooled = cclb_runtime_create(&options, &none, &fixture->error);
    cclb_error on_demand;
    fake_script_set(&script);
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    cclb_status mapped = cclb_runtime_create(&options, &none, &on_demand);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(pooled, CCLB_ENGINE);
    assert_string_equal(fixture->error.message,
                        "failed to construct wasmtime engine: scripted; the pool reserves 8.5 GiB of address space and "
                        "the process may have 131072.0 GiB (ulimit -v): raise that, lower stores_max or "
                        "memory_max_bytes, or take isolation on_demand");
    assert_int_equal(mapped, CCLB_ENGINE);
    assert_string_equal(on_demand.message, "failed to construct wasmtime engine: scripted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_options_name_the_field),
        TEST(sized_options_work_across_versions),
        TEST(the_defaults_are_the_published_ones),
        TEST(without_a_pool_nothing_is_set_aside),
        TEST(an_engine_that_cannot_be_made_is_told_as_such),
        TEST(a_bound_on_address_space_is_told_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
