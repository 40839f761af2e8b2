/* SPDX-License-Identifier: Apache-2.0 */
/* explain_test.c - what people are told of a module that fits one runtime and not another. */

#include "admission/explain.h"

#include "base/allocate.h"
#include "module_builder.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BIT(hook) (1u << CCLB_HOOK_##hook)
#define TRANSFORMS (BIT(TRANSFORM_RESPONSE) | BIT(TRANSFORM_SSE_EVENT))

struct fixture {
    char metadata[1024];
    struct builder_plugin plugin;
    struct builder module;
    struct module_sections sections;
    cclb_allocator allocator;
    struct arena arena;
    cclb_verdict verdicts[EXPLAIN_RUNTIMES];
    char remedy[CCLB_EXPLANATION_SIZE];
    cclb_error error;
};

static void init(struct fixture *fixture, cclb_form form, uint32_t hooks)
{
    *fixture = (struct fixture){.allocator = allocator_or_default((cclb_allocator){0})};
    fixture->plugin = builder_good_plugin(form, hooks, fixture->metadata, sizeof fixture->metadata);
    arena_init(&fixture->arena, &fixture->allocator);
}

static void deinit(struct fixture *fixture)
{
    builder_deinit(&fixture->module);
    arena_deinit(&fixture->arena);
}

static void explain(struct fixture *fixture, cclb_hook slot)
{
    builder_deinit(&fixture->module);
    builder_plugin(&fixture->module, &fixture->plugin);
    assert_int_equal(sections_walk(builder_bytes(&fixture->module), &fixture->sections, &fixture->error), CCLB_OK);
    assert_int_equal(explain_verdicts(&fixture->sections, slot, &fixture->arena, fixture->verdicts, &fixture->error),
                     CCLB_OK);
}

/* The remedy for what a runtime, or all of them, say to the module. */
static void expect_remedy(struct fixture *fixture, cclb_reference reference, cclb_hook slot, const char *expected)
{
    struct static_candidates candidates;
    explain(fixture, slot);
    assert_int_equal(static_candidates(&fixture->sections, reference, slot, &fixture->arena, &candidates,
                                       &fixture->error),
                     CCLB_REJECTED);
    explain_remedy(&fixture->sections, reference, &fixture->error, fixture->verdicts, fixture->remedy);
    assert_string_equal(fixture->remedy, expected);
}

static void test_verdicts(void **state)
{
    (void)state;
    static const char *const versions[] = {"0.1.0", "0.1.1", "0.1.2", "0.1.3", "0.1.4", "0.2.0", "0.3.0"};
    static const char *const kits[] = {"0.1.0", "0.1.0", "0.1.1", "0.1.1", "0.1.2", "0.2.0", "0.2.0"};
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W6, BIT(FILTER));
    explain(&fixture, CCLB_HOOK_NONE);
    for (size_t i = 0; i < EXPLAIN_RUNTIMES; i++) {
        const cclb_verdict *verdict = &fixture.verdicts[i];
        assert_string_equal(verdict->runtime, versions[i]);
        assert_string_equal(verdict->kit, kits[i]);
        assert_int_equal(verdict->admits, i == 2 || i == 3);
        assert_int_equal(verdict->error.rule, verdict->admits ? 0 : 16);
        assert_int_equal(verdict->error.status, verdict->admits ? CCLB_OK : CCLB_REJECTED);
    }
    deinit(&fixture);
    cclb_error refusal = {.status = CCLB_REJECTED, .rule = 2};
    explain_refused(&refusal, fixture.verdicts);
    for (size_t i = 0; i < EXPLAIN_RUNTIMES; i++) {
        assert_string_equal(fixture.verdicts[i].runtime, versions[i]);
        assert_false(fixture.verdicts[i].admits);
        assert_int_equal(fixture.verdicts[i].error.rule, 2);
    }
}

static void test_forms_and_kits(void **state)
{
    (void)state;
    char text[EXPLAIN_FORMS_SIZE];
    assert_string_equal(explain_forms(1u << CCLB_FORM_W8 | 1u << CCLB_FORM_W9, text), "W8, W9");
    assert_string_equal(explain_forms((1u << CCLB_FORM_COUNT) - 1, text), "W2, W3, W4, W5, W6, W8, W9");
    assert_string_equal(explain_forms(0, text), "no published form");
    assert_string_equal(explain_kit(CCLB_REFERENCE_0_1_1), "0.1.0");
    assert_string_equal(explain_kit(CCLB_REFERENCE_0_1_4), "0.1.2");
    assert_string_equal(explain_kit(CCLB_REFERENCE_0_3_0), "0.2.0");
    assert_null(explain_kit(CCLB_REFERENCE_ANY));
}

static void test_fingerprint_remedies(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W6, BIT(FILTER));
    expect_remedy(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_FILTER,
                  "the filter hook is of form W6 (kit 0.1.1); runtime 0.3.0 wants W9: rebuild with kit 0.2.0, or run "
                  "it under reference 0.1.2");
    char differences[CCLB_EXPLANATION_SIZE];
    explain_differences(&fixture.sections, CCLB_REFERENCE_0_3_0, &fixture.error, differences);
    assert_string_equal(differences, "FilterRequest of W9 adds service_tier");
    fixture.plugin.exports_memory = false;
    expect_remedy(&fixture, CCLB_REFERENCE_ANY, CCLB_HOOK_FILTER,
                  "export memory, cc_lb_alloc and cc_lb_free, as the kit does");
    explain_differences(&fixture.sections, CCLB_REFERENCE_ANY, &fixture.error, differences);
    assert_string_equal(differences, "");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W8, BIT(FILTER));
    expect_remedy(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER,
                  "the filter hook is of form W9 (kit 0.2.0); runtime 0.1.1 wants W2: rebuild with kit 0.1.0, or run "
                  "it under reference 0.3.0");
    uint8_t unknown[32] = {0};
    fixture.plugin.fingerprints[CCLB_HOOK_FILTER] = unknown;
    expect_remedy(&fixture, CCLB_REFERENCE_ANY, CCLB_HOOK_NONE,
                  "the filter hook has a fingerprint of no published form; runtime 0.3.0 wants W9: rebuild with kit "
                  "0.2.0");
    deinit(&fixture);
}

static void test_other_remedies(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W8, BIT(FILTER) | BIT(OBSERVE));
    expect_remedy(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_NONE,
                  "the plugin was made for another runtime than 0.3.0: rebuild with kit 0.2.0, or run it under "
                  "reference 0.1.4");
    expect_remedy(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_SHAPE,
                  "declare the hooks of the slot, or register the plugin in a slot of another kind");
    fixture.plugin.fingerprints[CCLB_HOOK_OBSERVE] = NULL;
    expect_remedy(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_NONE,
                  "each declared hook needs its function export and its schema section: rebuild with kit 0.1.2");
    fixture.plugin.metadata = "{}";
    expect_remedy(&fixture, CCLB_REFERENCE_ANY, CCLB_HOOK_NONE,
                  "correct the metadata in the section cc_lb.plugin.v1");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W9, TRANSFORMS);
    expect_remedy(&fixture, CCLB_REFERENCE_ANY, CCLB_HOOK_TRANSFORM_RESPONSE, "register the plugin in a shape slot");
    expect_remedy(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_NONE,
                  "declare the shape hook that the transform hooks belong to");
    deinit(&fixture);
}

static void test_remedies_without_sections(void **state)
{
    (void)state;
    cclb_verdict verdicts[EXPLAIN_RUNTIMES];
    char text[CCLB_EXPLANATION_SIZE];
    static const uint32_t rules[] = {1, 2, 3, 5};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        cclb_error refusal = {.status = CCLB_REJECTED, .rule = rules[i], .hook = CCLB_HOOK_NONE};
        explain_refused(&refusal, verdicts);
        explain_remedy(NULL, CCLB_REFERENCE_ANY, &refusal, verdicts, text);
        assert_true(strlen(text) > 20);
    }
    cclb_error refusal = {.status = CCLB_LIMIT};
    explain_remedy(NULL, CCLB_REFERENCE_ANY, &refusal, verdicts, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_forms_and_kits),
        cmocka_unit_test(test_fingerprint_remedies),
        cmocka_unit_test(test_other_remedies),
        cmocka_unit_test(test_remedies_without_sections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
