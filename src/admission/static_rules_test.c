/* SPDX-License-Identifier: Apache-2.0 */
/* static_rules_test.c - rules R6 to R18, each with a module that breaks it and no other. */

#include "admission/static_rules.h"

#include "base/allocate.h"
#include "counting_allocator.h"
#include "module_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BIT(hook) (1u << CCLB_HOOK_##hook)
#define TRANSFORMS (BIT(TRANSFORM_RESPONSE) | BIT(TRANSFORM_SSE_EVENT))

enum { METADATA_SIZE = 1024 };

/* A plugin that a test takes apart before it is judged. */
struct fixture {
    char metadata[METADATA_SIZE];
    struct builder_plugin plugin;
    struct builder module;
    struct module_sections sections;
    cclb_allocator allocator;
    struct arena arena;
    struct static_facts facts;
    cclb_error error;
};

static void init(struct fixture *fixture, cclb_form form, uint32_t hooks)
{
    *fixture = (struct fixture){.allocator = allocator_or_default((cclb_allocator){0})};
    fixture->plugin = builder_good_plugin(form, hooks, fixture->metadata, METADATA_SIZE);
    arena_init(&fixture->arena, &fixture->allocator);
}

static void deinit(struct fixture *fixture)
{
    builder_deinit(&fixture->module);
    arena_deinit(&fixture->arena);
}

/* Replaces the first occurrence of a piece of the metadata. */
static void edit(struct fixture *fixture, const char *piece, const char *replacement)
{
    char edited[METADATA_SIZE];
    char *found = strstr(fixture->metadata, piece);
    assert_non_null(found);
    int len = snprintf(edited, sizeof edited, "%.*s%s%s", (int)(found - fixture->metadata), fixture->metadata,
                       replacement, found + strlen(piece));
    assert_in_range(len, 1, METADATA_SIZE - 1);
    memcpy(fixture->metadata, edited, (size_t)len + 1);
}

static void build(struct fixture *fixture)
{
    builder_deinit(&fixture->module);
    builder_plugin(&fixture->module, &fixture->plugin);
    assert_int_equal(sections_walk(builder_bytes(&fixture->module), &fixture->sections, &fixture->error), CCLB_OK);
}

static cclb_status judge(struct fixture *fixture, cclb_reference reference, cclb_hook slot)
{
    build(fixture);
    return static_inspect(&fixture->sections, reference, slot, &fixture->arena, &fixture->facts, &fixture->error);
}

static void expect_ok(struct fixture *fixture, cclb_reference reference, cclb_hook slot)
{
    if (judge(fixture, reference, slot) != CCLB_OK) {
        fail_msg("%s: %s", cclb_reference_name(reference), fixture->error.message);
    }
    assert_int_equal(fixture->facts.reference, reference);
}

static void expect_text(const struct fixture *fixture, uint32_t rule, cclb_hook hook, const char *text)
{
    static const char start[] = "module rejected at load time: ";
    assert_memory_equal(fixture->error.message, start, sizeof start - 1);
    assert_string_equal(fixture->error.message + sizeof start - 1, text);
    assert_int_equal(fixture->error.rule, rule);
    assert_int_equal(fixture->error.hook, hook);
    assert_int_equal(fixture->error.phase, CCLB_PHASE_INSPECT);
}

static void expect_fault(struct fixture *fixture, cclb_reference reference, cclb_hook slot, uint32_t rule,
                         cclb_hook hook, const char *text)
{
    assert_int_equal(judge(fixture, reference, slot), CCLB_REJECTED);
    expect_text(fixture, rule, hook, text);
}

static void test_generic_json(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W6, BIT(FILTER));
    edit(&fixture, "{\"name\"", "{\"x\":1e999,\"name\"");
    for (cclb_reference reference = CCLB_REFERENCE_0_1_2; reference <= CCLB_REFERENCE_0_1_4; reference++) {
        expect_fault(&fixture, reference, CCLB_HOOK_FILTER, 6, CCLB_HOOK_NONE,
                     "invalid `cc_lb.plugin.v1` metadata JSON: number out of range at line 1 column 6");
        assert_int_equal(fixture.error.offset, sections_offset(&fixture.sections, fixture.sections.metadata) + 5);
        assert_memory_equal(fixture.module.data + fixture.error.offset, "1e999", 5);
    }
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_SHAPE, 9, CCLB_HOOK_SHAPE,
                 "metadata does not declare required `shape` hook for this slot");
    fixture.plugin.fingerprints[CCLB_HOOK_FILTER] = wire_fingerprint(CCLB_HOOK_FILTER, CCLB_FORM_W9);
    expect_ok(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_FILTER);
    deinit(&fixture);
}

static void test_metadata(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W8, BIT(FILTER));
    edit(&fixture, ",\"mode\":\"active\"", "");
    expect_ok(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_FILTER);
    expect_fault(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_FILTER, 7, CCLB_HOOK_NONE,
                 "invalid `cc_lb.plugin.v1` metadata: invalid JSON: missing field `mode` at line 1 column 122");
    assert_int_equal(fixture.module.data[fixture.error.offset], '}');
    edit(&fixture, "\"description\":\"d\",\"usage\":\"u\"}", "\"description\":\" \",\"usage\":\"u\"}");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_FILTER, 7, CCLB_HOOK_FILTER,
                 "invalid `cc_lb.plugin.v1` metadata: hook 'filter' missing description");
    assert_memory_equal(fixture.module.data + fixture.error.offset, "\" \"", 3);
    edit(&fixture, "\"name\":\"n\"", "\"name\":\"\"");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER, 7, CCLB_HOOK_NONE,
                 "invalid `cc_lb.plugin.v1` metadata: missing plugin name");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W8, BIT(OBSERVE));
    expect_ok(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_OBSERVE);
    expect_fault(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_OBSERVE, 7, CCLB_HOOK_NONE,
                 "invalid `cc_lb.plugin.v1` metadata: unknown hook name: observe");
    deinit(&fixture);
}

static void test_noop(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W2, BIT(FILTER) | BIT(SHAPE) | BIT(OBSERVE));
    edit(&fixture, "active", "noop");
    edit(&fixture, "active", "noop");
    edit(&fixture, "active", "noop");
    expect_ok(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER);
    expect_fault(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_FILTER, 8, CCLB_HOOK_FILTER,
                 "hook `filter` declares mode `noop`, which only transform hooks may");
    edit(&fixture, "noop", "active");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_FILTER, 8, CCLB_HOOK_SHAPE,
                 "hook `shape` declares mode `noop`, which only transform hooks may");
    edit(&fixture, "noop", "active");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_FILTER, 8, CCLB_HOOK_OBSERVE,
                 "hook `observe` declares mode `noop`, which only transform hooks may");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W9, BIT(SHAPE) | TRANSFORMS);
    edit(&fixture, "\"mode\":\"active\"}}}", "\"mode\":\"noop\"}}}");
    expect_ok(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_SHAPE);
    deinit(&fixture);
}

static void test_slots_of_the_oldest_runtime(void **state)
{
    (void)state;
    static const cclb_hook kinds[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_OBSERVE};
    for (size_t declared = 0; declared < 3; declared++) {
        struct fixture fixture;
        init(&fixture, CCLB_FORM_W2, 1u << kinds[declared]);
        for (size_t asked = 0; asked < 3; asked++) {
            if (asked == declared) {
                expect_ok(&fixture, CCLB_REFERENCE_0_1_1, kinds[asked]);
                assert_true(fixture.facts.fits[kinds[asked]]);
            } else {
                char text[128];
                snprintf(text, sizeof text, "metadata does not declare required `%s` hook for this slot",
                         cclb_hook_name(kinds[asked]));
                expect_fault(&fixture, CCLB_REFERENCE_0_1_1, kinds[asked], 9, kinds[asked], text);
            }
        }
        expect_ok(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_NONE);
        deinit(&fixture);
    }
}

static void test_slots_since(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W8, BIT(FILTER));
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_OBSERVE, 10, CCLB_HOOK_OBSERVE,
                 "metadata does not declare required `observe` hook for this slot");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_SHAPE, 10, CCLB_HOOK_SHAPE,
                 "metadata does not declare required `shape` hook for shape plugin");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W6, BIT(SHAPE));
    expect_fault(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_FILTER, 10, CCLB_HOOK_FILTER,
                 "metadata does not declare required `filter` hook for this slot");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_SHAPE, 10, CCLB_HOOK_TRANSFORM_RESPONSE,
                 "metadata does not declare required `transform_response` hook for shape plugin");
    /* Of all slots the one that it came closest to tells. */
    expect_fault(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_NONE, 10, CCLB_HOOK_TRANSFORM_RESPONSE,
                 "metadata does not declare required `transform_response` hook for shape plugin");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W6, BIT(SHAPE) | BIT(TRANSFORM_RESPONSE));
    expect_fault(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_SHAPE, 10, CCLB_HOOK_TRANSFORM_SSE_EVENT,
                 "metadata does not declare required `transform_sse_event` hook for shape plugin");
    deinit(&fixture);
}

static void test_modes_of_shape_plugins(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W6, BIT(SHAPE) | TRANSFORMS);
    edit(&fixture, ",\"mode\":\"active\"", ""); /* shape need not have it */
    expect_ok(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_SHAPE);
    edit(&fixture, ",\"mode\":\"active\"}}}", "}}}");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_SHAPE, 11, CCLB_HOOK_TRANSFORM_SSE_EVENT,
                 "hook `transform_sse_event` of a shape plugin must explicitly declare mode");
    edit(&fixture, ",\"mode\":\"active\"", "");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_NONE, 11, CCLB_HOOK_TRANSFORM_RESPONSE,
                 "hook `transform_response` of a shape plugin must explicitly declare mode");
    deinit(&fixture);
}

static void test_transform_hooks_have_no_slot(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W9, BIT(SHAPE) | TRANSFORMS);
    for (cclb_reference reference = CCLB_REFERENCE_0_1_2; reference < CCLB_REFERENCE_COUNT; reference++) {
        expect_fault(&fixture, reference, CCLB_HOOK_TRANSFORM_RESPONSE, 12, CCLB_HOOK_TRANSFORM_RESPONSE,
                     "`transform_response` is a shape-owned hook and has no slot of its own");
        expect_fault(&fixture, reference, CCLB_HOOK_TRANSFORM_SSE_EVENT, 12, CCLB_HOOK_TRANSFORM_SSE_EVENT,
                     "`transform_sse_event` is a shape-owned hook and has no slot of its own");
    }
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W2, BIT(SHAPE));
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_TRANSFORM_RESPONSE, 9, CCLB_HOOK_TRANSFORM_RESPONSE,
                 "metadata does not declare required `transform_response` hook for this slot");
    deinit(&fixture);
}

static void test_transforms_without_shape(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W8, BIT(FILTER) | BIT(TRANSFORM_SSE_EVENT));
    expect_ok(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_FILTER); /* R13 */
    assert_true(fixture.facts.fits[CCLB_HOOK_FILTER]);
    assert_false(fixture.facts.fits[CCLB_HOOK_SHAPE]);
    assert_false(fixture.facts.fits[CCLB_HOOK_OBSERVE]);
    expect_fault(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_NONE, 14, CCLB_HOOK_TRANSFORM_SSE_EVENT,
                 "hook `transform_sse_event` requires a declared `shape` hook");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W9, TRANSFORMS);
    expect_fault(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_NONE, 14, CCLB_HOOK_TRANSFORM_RESPONSE,
                 "hook `transform_response` requires a declared `shape` hook");
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W9, BIT(SHAPE) | BIT(FILTER));
    expect_fault(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_NONE, 10, CCLB_HOOK_TRANSFORM_RESPONSE,
                 "metadata does not declare required `transform_response` hook for shape plugin");
    expect_ok(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_FILTER);
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W6, BIT(FILTER) | BIT(TRANSFORM_SSE_EVENT)); /* R14 is not in 0.1.2 */
    expect_ok(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_NONE);
    deinit(&fixture);
}

static void test_exports(void **state)
{
    (void)state;
    for (cclb_reference reference = CCLB_REFERENCE_0_1_1; reference < CCLB_REFERENCE_COUNT; reference++) {
        struct fixture fixture;
        init(&fixture, cclb_reference_form(reference), BIT(FILTER));
        fixture.plugin.exports_free = false;
        expect_fault(&fixture, reference, CCLB_HOOK_FILTER, 15, CCLB_HOOK_NONE,
                     "missing required function export `cc_lb_free`");
        fixture.plugin.exports_alloc = false;
        expect_fault(&fixture, reference, CCLB_HOOK_FILTER, 15, CCLB_HOOK_NONE,
                     "missing required function export `cc_lb_alloc`");
        fixture.plugin.exports_memory = false;
        fixture.plugin.exports_hook[CCLB_HOOK_FILTER] = false;
        expect_fault(&fixture, reference, CCLB_HOOK_FILTER, 15, CCLB_HOOK_NONE, "missing required export `memory`");
        assert_int_equal(fixture.error.offset, CCLB_NO_OFFSET);
        deinit(&fixture);
    }
}

/* R16: within a hook its four parts in order, and the hooks bytewise by name. */
static void test_parts_of_a_hook(void **state)
{
    (void)state;
    static const char mismatch[] =
        "`cc_lb.schema.shape.v1` hash mismatch (host expects "
        "4d8dc5140a59b01f57eed210a82d30acd078dd1e6a6e047237bd46990d10e8b6, plugin has "
        "a488b2dd3cfa89b8f586ca51e003d2fe5eee8f88bd99e41a7168523ac0e7429a)";
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W2, BIT(FILTER) | BIT(SHAPE) | BIT(OBSERVE));
    fixture.plugin.fingerprints[CCLB_HOOK_SHAPE] = wire_fingerprint(CCLB_HOOK_OBSERVE, CCLB_FORM_W2);
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER, 16, CCLB_HOOK_SHAPE, mismatch);
    assert_memory_equal(fixture.module.data + fixture.error.offset, fixture.plugin.fingerprints[CCLB_HOOK_SHAPE], 32);
    assert_true(fixture.error.offset + 32 < fixture.module.len);
    fixture.plugin.fingerprints[CCLB_HOOK_OBSERVE] = NULL;
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER, 16, CCLB_HOOK_OBSERVE,
                 "missing `cc_lb.schema.observe.v1` custom section");
    fixture.plugin.exports_hook[CCLB_HOOK_OBSERVE] = false;
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER, 16, CCLB_HOOK_OBSERVE,
                 "missing required function export `cc_lb_observe`");
    edit(&fixture, "\"observe\":{\"wire_version\":1", "\"observe\":{\"wire_version\":2");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER, 16, CCLB_HOOK_OBSERVE,
                 "hook `observe` declares unsupported wire version 2");
    edit(&fixture, "\"filter\":{\"wire_version\":1", "\"filter\":{\"wire_version\":0");
    expect_fault(&fixture, CCLB_REFERENCE_0_1_1, CCLB_HOOK_FILTER, 16, CCLB_HOOK_FILTER,
                 "hook `filter` declares unsupported wire version 0");
    deinit(&fixture);
}

/* Which of the seven forms' filters each runtime takes: those of its own fingerprint. */
static void test_filter_fingerprints(void **state)
{
    (void)state;
    static const uint32_t taken[CCLB_REFERENCE_COUNT] = {
        [CCLB_REFERENCE_0_1_1] = 1u << CCLB_FORM_W2 | 1u << CCLB_FORM_W3,
        [CCLB_REFERENCE_0_1_2] = 1u << CCLB_FORM_W4 | 1u << CCLB_FORM_W5 | 1u << CCLB_FORM_W6,
        [CCLB_REFERENCE_0_1_4] = 1u << CCLB_FORM_W8 | 1u << CCLB_FORM_W9,
        [CCLB_REFERENCE_0_3_0] = 1u << CCLB_FORM_W8 | 1u << CCLB_FORM_W9,
    };
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        struct fixture fixture;
        init(&fixture, form, BIT(FILTER));
        for (cclb_reference reference = CCLB_REFERENCE_0_1_1; reference < CCLB_REFERENCE_COUNT; reference++) {
            cclb_status expected = taken[reference] >> form & 1 ? CCLB_OK : CCLB_REJECTED;
            assert_int_equal(judge(&fixture, reference, CCLB_HOOK_FILTER), expected);
            assert_true(expected == CCLB_OK || strstr(fixture.error.message, "hash mismatch"));
        }
        deinit(&fixture);
    }
}

static void test_result(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W8, 0x1f);
    expect_ok(&fixture, CCLB_REFERENCE_0_1_4, CCLB_HOOK_NONE);
    assert_int_equal(fixture.facts.metadata.hook_count, 5);
    assert_int_equal(fixture.facts.primary, CCLB_HOOK_FILTER);
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        assert_true(fixture.facts.declares[hook]);
        assert_int_equal(fixture.facts.fits[hook], hook <= CCLB_HOOK_OBSERVE);
        assert_memory_equal(fixture.facts.fingerprints[hook].data, wire_fingerprint(hook, CCLB_FORM_W8), 32);
    }
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W6, BIT(OBSERVE) | BIT(TRANSFORM_RESPONSE));
    expect_ok(&fixture, CCLB_REFERENCE_0_1_2, CCLB_HOOK_OBSERVE);
    assert_int_equal(fixture.facts.primary, CCLB_HOOK_OBSERVE);
    assert_null(fixture.facts.fingerprints[CCLB_HOOK_FILTER].data);
    deinit(&fixture);
    init(&fixture, CCLB_FORM_W9, BIT(FILTER));
    expect_ok(&fixture, CCLB_REFERENCE_0_3_0, CCLB_HOOK_NONE);
    assert_int_equal(fixture.facts.primary, CCLB_HOOK_NONE);
    deinit(&fixture);
}

/* ---- several runtimes ---- */

static cclb_status ask_all(struct fixture *fixture, cclb_hook slot, struct static_candidates *candidates)
{
    build(fixture);
    return static_candidates(&fixture->sections, CCLB_REFERENCE_ANY, slot, &fixture->arena, candidates,
                             &fixture->error);
}

static void expect_candidates(cclb_form form, uint32_t hooks, const char *expected)
{
    struct fixture fixture;
    struct static_candidates candidates;
    init(&fixture, form, hooks);
    assert_int_equal(ask_all(&fixture, CCLB_HOOK_NONE, &candidates), CCLB_OK);
    char names[64] = "";
    for (size_t i = 0; i < candidates.count; i++) {
        strcat(names, cclb_reference_name(candidates.facts[i].reference));
        strcat(names, " ");
    }
    assert_string_equal(names, expected);
    assert_int_equal(static_candidates(&fixture.sections, candidates.facts[0].reference, CCLB_HOOK_NONE, &fixture.arena,
                                       &candidates, &fixture.error),
                     CCLB_OK);
    assert_int_equal(candidates.count, 1);
    deinit(&fixture);
}

/* What a kit-made module of each form meets (spec/wire.md section 1). */
static void test_candidates_by_form(void **state)
{
    (void)state;
    expect_candidates(CCLB_FORM_W2, BIT(FILTER), "0.1.1 ");
    expect_candidates(CCLB_FORM_W2, BIT(SHAPE), "0.1.1 ");
    expect_candidates(CCLB_FORM_W2, BIT(OBSERVE), "0.1.4 0.1.2 0.1.1 ");
    expect_candidates(CCLB_FORM_W6, BIT(FILTER), "0.1.2 ");
    expect_candidates(CCLB_FORM_W6, BIT(SHAPE) | TRANSFORMS, "0.3.0 0.1.4 0.1.2 ");
    expect_candidates(CCLB_FORM_W8, BIT(FILTER), "0.3.0 0.1.4 ");
    expect_candidates(CCLB_FORM_W8, BIT(FILTER) | BIT(OBSERVE), "0.1.4 ");
    expect_candidates(CCLB_FORM_W9, BIT(FILTER) | BIT(SHAPE) | TRANSFORMS, "0.3.0 0.1.4 ");
}

static void test_the_closest_refusal_is_told(void **state)
{
    (void)state;
    struct fixture fixture;
    struct static_candidates candidates = {.count = 77};
    uint8_t flipped[32];
    init(&fixture, CCLB_FORM_W2, BIT(FILTER));
    edit(&fixture, ",\"mode\":\"active\"", "");
    fixture.plugin.exports_free = false;
    assert_int_equal(ask_all(&fixture, CCLB_HOOK_NONE, &candidates), CCLB_REJECTED);
    expect_text(&fixture, 15, CCLB_HOOK_NONE, "missing required function export `cc_lb_free`");
    fixture.plugin.exports_free = true;
    memcpy(flipped, fixture.plugin.fingerprints[CCLB_HOOK_FILTER], sizeof flipped);
    flipped[0] ^= 1;
    fixture.plugin.fingerprints[CCLB_HOOK_FILTER] = flipped;
    assert_int_equal(ask_all(&fixture, CCLB_HOOK_NONE, &candidates), CCLB_REJECTED);
    assert_int_equal(fixture.error.rule, 16);
    assert_non_null(strstr(fixture.error.message, "hash mismatch (host expects f20f6695"));
    assert_int_equal(candidates.count, 77);
    deinit(&fixture);
    /* Runtime 0.1.1, which has no R8, gets further; but the fingerprint says that the plugin was made for 0.1.2. */
    init(&fixture, CCLB_FORM_W6, BIT(FILTER));
    edit(&fixture, "active", "noop");
    assert_int_equal(ask_all(&fixture, CCLB_HOOK_NONE, &candidates), CCLB_REJECTED);
    assert_int_equal(fixture.error.rule, 8);
    deinit(&fixture);
}

/* ---- damage ---- */

static void test_every_truncation_is_an_error(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W8, 0x1f);
    build(&fixture);
    struct static_candidates candidates;
    for (size_t cut = 0; cut < fixture.module.len; cut++) {
        uint8_t *copy = malloc(cut + 1);
        assert_non_null(copy);
        memcpy(copy, fixture.module.data, cut);
        struct module_sections sections;
        cclb_status status = sections_walk(cclb_bytes_of(copy, cut), &sections, &fixture.error);
        if (status == CCLB_OK) {
            status = static_candidates(&sections, CCLB_REFERENCE_ANY, CCLB_HOOK_NONE, &fixture.arena, &candidates,
                                       &fixture.error);
        }
        assert_int_equal(status, CCLB_REJECTED);
        assert_in_range(fixture.error.rule, 1, 16);
        free(copy);
    }
    deinit(&fixture);
}

static void test_random_damage(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W9, BIT(FILTER) | BIT(SHAPE) | TRANSFORMS);
    build(&fixture);
    uint8_t *copy = malloc(fixture.module.len);
    assert_non_null(copy);
    uint32_t seed = 7;
    size_t admitted = 0;
    enum { ROUNDS = 20000 };
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(copy, fixture.module.data, fixture.module.len);
        seed = seed * 1664525u + 1013904223u;
        size_t at = (seed >> 8) % fixture.module.len;
        seed = seed * 1664525u + 1013904223u;
        copy[at] ^= (uint8_t)(1u << (seed >> 29));
        struct module_sections sections;
        struct static_candidates candidates;
        struct arena arena;
        arena_init(&arena, &fixture.allocator);
        cclb_status status = sections_walk(cclb_bytes_of(copy, fixture.module.len), &sections, &fixture.error);
        if (status == CCLB_OK) {
            status = static_candidates(&sections, CCLB_REFERENCE_ANY, CCLB_HOOK_NONE, &arena, &candidates,
                                       &fixture.error);
        }
        assert_true(status == CCLB_OK || status == CCLB_REJECTED);
        admitted += status == CCLB_OK;
        arena_deinit(&arena);
    }
    assert_in_range(admitted, ROUNDS / 50, ROUNDS / 2);
    free(copy);
    deinit(&fixture);
}

static void test_without_memory(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture, CCLB_FORM_W9, BIT(FILTER));
    build(&fixture);
    struct counting_allocator counts = {.fail_at = 1};
    cclb_allocator allocator = counting_allocator(&counts);
    struct arena arena;
    struct static_candidates candidates;
    arena_init(&arena, &allocator);
    assert_int_equal(static_candidates(&fixture.sections, CCLB_REFERENCE_ANY, CCLB_HOOK_NONE, &arena, &candidates,
                                       &fixture.error),
                     CCLB_NO_MEMORY);
    assert_int_equal(fixture.error.status, CCLB_NO_MEMORY);
    arena_deinit(&arena);
    assert_int_equal(counts.live, 0);
    deinit(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generic_json),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_noop),
        cmocka_unit_test(test_slots_of_the_oldest_runtime),
        cmocka_unit_test(test_slots_since),
        cmocka_unit_test(test_modes_of_shape_plugins),
        cmocka_unit_test(test_transform_hooks_have_no_slot),
        cmocka_unit_test(test_transforms_without_shape),
        cmocka_unit_test(test_exports),
        cmocka_unit_test(test_parts_of_a_hook),
        cmocka_unit_test(test_filter_fingerprints),
        cmocka_unit_test(test_result),
        cmocka_unit_test(test_candidates_by_form),
        cmocka_unit_test(test_the_closest_refusal_is_told),
        cmocka_unit_test(test_every_truncation_is_an_error),
        cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
