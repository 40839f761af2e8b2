/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_admission_test.c - registering and reports, through the front door. */

#include "runtime_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static void the_same_bytes_under_a_thousand_principals_compile_once(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 1000; i++) {
        char principal[32];
        snprintf(principal, sizeof principal, "principal-%d", i);
        cclb_slot_key key = {cclb_text(principal), cclb_text("f")};
        assert_int_equal(cclb_slot_register(fixture->runtime, key, CCLB_SLOT_FILTER, fixture->filter, NULL, NULL,
                                            &fixture->error),
                         CCLB_OK);
    }
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.slots, 1000);
    assert_int_equal(info.compiled_modules, 1);
    assert_int_equal(fake_alive(), 2); /* the engine and one module */
}

/* The content hash of the fixture's filter in a runtime of its own. */
static void content_hash(struct fixture *fixture, const cclb_runtime_options *options, cclb_reference reference,
                         uint8_t hash[CCLB_SLOT_HASH_SIZE])
{
    cclb_runtime *runtime = NULL;
    cclb_slot_info info;
    cclb_slot_options slot_options = cclb_slot_options_init();
    slot_options.has_reference = true;
    slot_options.reference = reference;
    cclb_slot_key key = cclb_global_key("f");
    assert_int_equal(cclb_runtime_create(options, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, fixture->filter, &slot_options, NULL,
                                        &fixture->error),
                     CCLB_OK);
    assert_int_equal(cclb_slot_lookup(runtime, key, &info, &fixture->error), CCLB_OK);
    memcpy(hash, info.hash, CCLB_SLOT_HASH_SIZE);
    assert_int_equal(cclb_runtime_destroy(runtime, &fixture->error), CCLB_OK);
}

static void the_content_hash_covers_every_setting_that_a_plugin_depends_on(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options base = test_options(fixture);
    base.wire_bounds.pass_through_bytes = 1 << 20; /* else it changes with memory_max_bytes */
    cclb_runtime_options changed[23];
    size_t count = 0;
#define CHANGED(member, value) (changed[count] = base, changed[count].member = (value), count++)
    CHANGED(isolation, CCLB_ISOLATION_GUARDED); /* and with it reservation and guard */
    CHANGED(reset, CCLB_RESET_DECOMMIT);
    CHANGED(metering, true);
    CHANGED(pool_instances, 9);
    CHANGED(memory_max_bytes, 64 << 20);
    CHANGED(stack_max_bytes, 512 << 10);
    CHANGED(fuel, 1000000);
    CHANGED(fast_body_bytes, 2 << 20);
    CHANGED(module_limits.module_bytes, 1 << 20);
    CHANGED(module_limits.metadata_bytes, 100000);
    CHANGED(module_limits.functions, 1000);
    CHANGED(module_limits.body_bytes, 100000);
    CHANGED(module_limits.locals, 500);
    CHANGED(module_limits.nesting, 1000);
    CHANGED(module_limits.exports, 1000);
    CHANGED(module_limits.table_elements, 1000);
    CHANGED(module_limits.type_bytes, 10000);
    CHANGED(module_limits.globals, 1000);
    CHANGED(module_limits.element_bytes, 10000);
    CHANGED(module_limits.data_segments, 1000);
    CHANGED(module_limits.code_work, 10000000);
    CHANGED(module_limits.loop_nesting, 32);
    CHANGED(module_limits.loop_locals, 10000);
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    uint8_t other[CCLB_SLOT_HASH_SIZE];
    content_hash(fixture, &base, CCLB_REFERENCE_ANY, hash);
    content_hash(fixture, &base, CCLB_REFERENCE_ANY, other);
    assert_memory_equal(hash, other, sizeof hash);
    for (size_t i = 0; i < count; i++) {
        content_hash(fixture, &changed[i], CCLB_REFERENCE_ANY, other);
        if (memcmp(hash, other, sizeof hash) == 0) {
            fail_msg("change %zu does not change the hash", i);
        }
    }
    content_hash(fixture, &base, CCLB_REFERENCE_0_1_4, other);
    assert_memory_not_equal(hash, other, sizeof hash);
}

static void other_bytes_are_other_content(void **state)
{
    struct fixture *fixture = *state;
    cclb_slot_info before;
    cclb_slot_info after;
    cclb_slot_key key = cclb_global_key("f");
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    assert_int_equal(cclb_slot_lookup(fixture->runtime, key, &before, &fixture->error), CCLB_OK);
    uint8_t *copy = malloc(fixture->filter.len + 3);
    assert_non_null(copy);
    memcpy(copy, fixture->filter.data, fixture->filter.len);
    memcpy(copy + fixture->filter.len, "\0\1", 3); /* an empty custom section without a name */
    register_as(fixture, "f", CCLB_SLOT_FILTER, cclb_bytes_of(copy, fixture->filter.len + 3));
    free(copy);
    assert_int_equal(cclb_slot_lookup(fixture->runtime, key, &after, &fixture->error), CCLB_OK);
    assert_memory_not_equal(before.hash, after.hash, sizeof before.hash);
    assert_int_equal(after.version, 2);
}

static void evicting_a_slot_leaves_its_compiled_code(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_info info = cclb_runtime_info_init();
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("f"), NULL, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.slots, 0);
    assert_int_equal(info.compiled_modules, 1);
    struct fake_script script = {.compile_fault = CCLB_COMPILE};
    fake_script_set(&script);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
}

static void a_registration_gives_its_report_also_when_refused(void **state)
{
    struct fixture *fixture = *state;
    cclb_report *report = NULL;
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &report;
    cclb_slot_registration registration = {0};
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, &registration, &fixture->error),
                     CCLB_OK);
    assert_int_equal(registration.outcome, CCLB_SLOT_CREATED);
    assert_non_null(report);
    assert_int_equal(report->verdict.status, CCLB_OK);
    assert_true(cclb_bytes_equal(report->name, cclb_text("accept-all")));
    assert_true(report->hooks[0].probed);
    cclb_report_destroy(report);
    report = NULL;
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, &registration, &fixture->error),
                     CCLB_OK);
    assert_int_equal(registration.outcome, CCLB_SLOT_UNCHANGED);
    assert_null(report); /* nothing was admitted (R33) */
    options.has_reference = true;
    options.reference = CCLB_REFERENCE_0_1_1;
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, &registration, &fixture->error),
                     CCLB_REJECTED);
    assert_non_null(report);
    assert_int_equal(report->verdict.rule, fixture->error.rule);
    assert_true(report->explanation[0] != '\0');
    cclb_report_destroy(report);
    cclb_slot_info info;
    assert_int_equal(cclb_slot_lookup(fixture->runtime, cclb_global_key("f"), &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.version, 1); /* the old cell stayed (R36) */
}

static void bad_arguments_are_told(void **state)
{
    struct fixture *fixture = *state;
    cclb_report *report = NULL;
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_ANY, fixture->filter, NULL,
                                        NULL, &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key(""), CCLB_SLOT_FILTER, fixture->filter, NULL,
                                        NULL, &fixture->error),
                     CCLB_BAD_INPUT);
    assert_int_equal(cclb_inspect(fixture->filter, (cclb_slot_kind)77, CCLB_REFERENCE_ANY, NULL, NULL, &report,
                                  &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_int_equal(cclb_inspect(fixture->filter, CCLB_SLOT_ANY, CCLB_REFERENCE_COUNT, NULL, NULL, &report,
                                  &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_null(report);
    assert_int_equal(cclb_inspect((cclb_bytes){0}, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, NULL, NULL, &report,
                                  &fixture->error),
                     CCLB_OK); /* a report about nothing at all */
    assert_int_equal(report->verdict.status, CCLB_REJECTED);
    assert_int_equal(report->verdict.rule, 1);
    cclb_report_destroy(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_bytes_under_a_thousand_principals_compile_once),
        TEST(the_content_hash_covers_every_setting_that_a_plugin_depends_on),
        TEST(other_bytes_are_other_content),
        TEST(evicting_a_slot_leaves_its_compiled_code),
        TEST(a_registration_gives_its_report_also_when_refused),
        TEST(bad_arguments_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
