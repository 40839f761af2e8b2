/* SPDX-License-Identifier: Apache-2.0 */
/* admit_test.c - the order of admission (R19, R22) and its trial calls (R24 to R29), over the fake engine. */

#include "admission/admit.h"

#include "admission_fixture.h"
#include "wire_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define VECTORS CCLB_SOURCE_DIR "/spec/vectors/wire-vectors.txt"

enum { FILTER = 1 << CCLB_HOOK_FILTER, SHAPE = 1 << CCLB_HOOK_SHAPE, PROBE_SIZE = 512 };

/* The module is gone by the time the outcome is looked at. */
static cclb_status admit_as(struct fixture *fixture, cclb_hook slot, cclb_reference reference)
{
    admitted_destroy(fixture->admitted);
    fixture->admitted = NULL;
    cclb_bytes wasm = fixture_build(fixture);
    cclb_status status =
        admit(&fixture->admission, wasm, fixture->digest, slot, reference, &fixture->admitted, &fixture->error);
    builder_deinit(&fixture->module);
    return status;
}

static void expect_admitted(struct fixture *fixture, cclb_hook slot, cclb_reference reference)
{
    if (admit_as(fixture, slot, reference) != CCLB_OK) {
        fail_msg("%s", fixture->error.message);
    }
}

static void expect_message(const struct fixture *fixture, const char *start)
{
    if (strncmp(fixture->error.message, start, strlen(start)) != 0) {
        fail_msg("'%s' does not start with '%s'", fixture->error.message, start);
    }
}

/* ---- what the guest gets to see ---- */

struct seen {
    size_t count;
    cclb_hook hooks[16];
    uint8_t input[CCLB_HOOK_COUNT][PROBE_SIZE];
    size_t input_len[CCLB_HOOK_COUNT];
    uint64_t frees;
};

static struct seen seen;

static void look(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    if (seen.frees != fake_frees()) {
        seen.frees = fake_frees();
        return; /* after an answer was freed: no trial call, but what follows on one (free_trial.h) */
    }
    assert_true(seen.count < 16 && input.len <= PROBE_SIZE);
    seen.hooks[seen.count++] = hook;
    memcpy(seen.input[hook], input.data, input.len);
    seen.input_len[hook] = input.len;
}

static void play(struct fake_script script)
{
    seen = (struct seen){0};
    script.in_hook = look;
    fake_script_set(&script);
}

static void expect_seen(const cclb_hook *hooks, size_t count)
{
    assert_int_equal(seen.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(seen.hooks[i], hooks[i]);
    }
}

/* ---- inspect, compile, link, probe: R19, R22 ---- */

static void what_inspection_refuses_is_not_compiled(void **state)
{
    struct fixture *fixture = *state;
    play((struct fake_script){.compile_fault = CCLB_COMPILE});
    fixture->plugin.exports_free = false;
    assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY), CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 15);
    assert_int_equal(fake_calls(), 0);
    assert_int_equal(code_cache_usage(&fixture->admission.cache).entries, 0);
}

static void what_does_not_compile_is_not_tried(void **state)
{
    struct fixture *fixture = *state;
    play((struct fake_script){.compile_fault = CCLB_COMPILE});
    assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY), CCLB_COMPILE);
    expect_message(fixture, "failed to compile wasm module: scripted");
    assert_int_equal(fixture->error.rule, 22);
    assert_int_equal(fixture->error.phase, CCLB_PHASE_COMPILE);
    assert_int_equal(seen.count, 0);
}

static void a_fault_of_linking_is_one_of_instantiation(void **state)
{
    struct fixture *fixture = *state;
    play((struct fake_script){.compile_fault = CCLB_INSTANTIATE});
    assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY), CCLB_INSTANTIATE);
    expect_message(fixture, "failed to instantiate module: scripted");
    assert_int_equal(fixture->error.rule, 22);
    assert_int_equal(seen.count, 0);
}

/* ---- which hooks are tried: R13, R24, R25 ---- */

static const cclb_hook probing_order[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_OBSERVE,
                                          CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_HOOK_TRANSFORM_SSE_EVENT};

static void every_declared_hook_is_tried_once_whatever_the_slot(void **state)
{
    struct fixture *fixture = *state;
    const cclb_hook slots[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_OBSERVE, CCLB_HOOK_NONE};
    for (size_t i = 0; i < 4; i++) {
        play((struct fake_script){0});
        expect_admitted(fixture, slots[i], CCLB_REFERENCE_0_1_4);
        expect_seen(probing_order, CCLB_HOOK_COUNT);
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            assert_true(fixture->admitted->probes[hook].made);
        }
    }
    fixture_plugin(fixture, CCLB_FORM_W8, 1 << CCLB_HOOK_OBSERVE);
    play((struct fake_script){0});
    expect_admitted(fixture, CCLB_HOOK_NONE, CCLB_REFERENCE_0_1_4);
    expect_seen(&probing_order[2], 1);
}

static void the_first_failure_ends_admission(void **state)
{
    struct fixture *fixture = *state;
    play((struct fake_script){.answer[CCLB_HOOK_SHAPE] = cclb_text("nonsense")});
    assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4), CCLB_PROBE);
    assert_int_equal(fixture->error.hook, CCLB_HOOK_SHAPE);
    expect_seen(probing_order, 2);
    assert_null(fixture->admitted);
}

static void transform_hooks_without_shape_are_tried_in_a_filter_slot(void **state)
{
    struct fixture *fixture = *state;
    const cclb_hook tried[] = {CCLB_HOOK_FILTER, CCLB_HOOK_TRANSFORM_SSE_EVENT};
    fixture_plugin(fixture, CCLB_FORM_W8, FILTER | 1 << CCLB_HOOK_TRANSFORM_SSE_EVENT);
    play((struct fake_script){0});
    expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4);
    expect_seen(tried, 2);
}

/* Gives both transform hooks the mode "noop"; they are the last in the metadata. */
static void make_transforms_noop(struct fixture *fixture)
{
    char *first = strstr(fixture->metadata, "\"transform_response\"");
    assert_non_null(first);
    for (char *mode = first; (mode = strstr(mode, "\"active\"")) != NULL;) {
        memcpy(mode, "\"noop\"  ", 8);
    }
}

static void a_noop_hook_is_not_tried(void **state)
{
    struct fixture *fixture = *state;
    make_transforms_noop(fixture);
    play((struct fake_script){0});
    expect_admitted(fixture, CCLB_HOOK_SHAPE, CCLB_REFERENCE_0_1_4);
    expect_seen(probing_order, 3);
    assert_false(fixture->admitted->probes[CCLB_HOOK_TRANSFORM_RESPONSE].made);
}

static void a_noop_hook_needs_its_export_and_its_schema(void **state)
{
    struct fixture *fixture = *state;
    make_transforms_noop(fixture);
    const struct builder_plugin whole = fixture->plugin;
    fixture->plugin.exports_hook[CCLB_HOOK_TRANSFORM_SSE_EVENT] = false;
    assert_int_equal(admit_as(fixture, CCLB_HOOK_SHAPE, CCLB_REFERENCE_0_1_4), CCLB_REJECTED);
    expect_message(fixture, "module rejected at load time: missing required function export "
                            "`cc_lb_transform_sse_event`");
    fixture->plugin = whole;
    fixture->plugin.fingerprints[CCLB_HOOK_TRANSFORM_RESPONSE] = NULL;
    assert_int_equal(admit_as(fixture, CCLB_HOOK_SHAPE, CCLB_REFERENCE_0_1_4), CCLB_REJECTED);
    expect_message(fixture, "module rejected at load time: missing `cc_lb.schema.transform_response.v1`");
}

/* ---- the trial call itself: R26, R27 ---- */

/* The archive of the line "P runtime-VERSION HOOK ..."; NULL if there is none. */
static const struct wire_archive_case *published_probe(const struct wire_vectors *vectors, const char *version,
                                                       cclb_hook hook)
{
    char crate[64];
    snprintf(crate, sizeof crate, "runtime-%s", version);
    for (size_t i = 0; i < vectors->archive_count; i++) {
        const struct wire_archive_case *line = &vectors->archives[i];
        if (line->kind == 'P' && strcmp(line->name, crate) == 0 && strcmp(line->hook, cclb_hook_name(hook)) == 0) {
            return line;
        }
    }
    return NULL;
}

static void the_guest_sees_the_published_probe_of_its_runtime(void **state)
{
    struct fixture *fixture = *state;
    struct wire_vectors vectors;
    wire_vectors_init(&vectors, VECTORS);
    for (cclb_reference reference = CCLB_REFERENCE_0_1_1; reference < CCLB_REFERENCE_COUNT; reference++) {
        cclb_form form = cclb_reference_form(reference);
        uint32_t hooks = 0;
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            hooks |= cclb_form_has_hook(form, hook) ? 1u << hook : 0;
        }
        fixture_plugin(fixture, form, hooks);
        play((struct fake_script){0});
        expect_admitted(fixture, CCLB_HOOK_FILTER, reference);
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            const struct wire_archive_case *probe =
                published_probe(&vectors, cclb_reference_name(reference), hook);
            assert_int_equal(probe != NULL, hooks >> hook & 1);
            assert_int_equal(seen.input_len[hook], probe ? probe->archive_len : 0);
            if (probe) {
                assert_memory_equal(seen.input[hook], probe->archive, probe->archive_len);
            }
        }
    }
    wire_vectors_deinit(&vectors);
}

static void trial_calls_have_a_budget_of_their_own(void **state)
{
    struct fixture *fixture = *state;
    struct lane *lane = lane_claim(&fixture->dispatch.lanes);
    assert_non_null(lane);
    assert_null(lane_claim(&fixture->dispatch.lanes));
    expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4);
    lane_release(lane);
    assert_int_equal(lanes_claimed(&fixture->dispatch.lanes), 0);
}

struct waiting {
    struct fixture *fixture;
    bool admitted;
};

static void *admit_on_thread(void *context)
{
    struct waiting *waiting = context;
    struct builder module = {0};
    cclb_error error;
    builder_plugin(&module, &waiting->fixture->plugin);
    cclb_bytes wasm = builder_bytes(&module);
    uint8_t digest[BLAKE3_SIZE];
    rust_blake3(&wasm, 1, digest);
    waiting->admitted = true;
    for (int i = 0; i < 200 && waiting->admitted; i++) {
        struct admitted *admitted = NULL;
        waiting->admitted = admit(&waiting->fixture->admission, wasm, digest, CCLB_HOOK_NONE, CCLB_REFERENCE_0_1_4,
                                  &admitted, &error) == CCLB_OK;
        admitted_destroy(admitted);
    }
    builder_deinit(&module);
    return NULL;
}

static void admissions_at_once_wait_for_each_other(void **state)
{
    enum { THREADS = 4 };
    struct fixture *fixture = *state;
    pthread_t threads[THREADS];
    struct waiting waiting[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        waiting[i] = (struct waiting){.fixture = fixture};
        assert_int_equal(pthread_create(&threads[i], NULL, admit_on_thread, &waiting[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(waiting[i].admitted);
    }
}

/* ---- its answer: R28 ---- */

static void an_answer_must_read(void **state)
{
    struct fixture *fixture = *state;
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        struct fake_script script = {0};
        script.answer[hook] = cclb_text("no archive of any kind, this one");
        play(script);
        if (hook == CCLB_HOOK_OBSERVE) {
            expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4); /* its answer is not read */
            continue;
        }
        char start[128];
        snprintf(start, sizeof start, "runtime probe failed for hook %s: decode: ", cclb_hook_name(hook));
        assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4), CCLB_PROBE);
        expect_message(fixture, start);
        assert_int_equal(fixture->error.rule, 28);
        assert_int_equal(fixture->error.inner, CCLB_DECODE);
        assert_int_equal(fixture->error.phase, CCLB_PHASE_DECODE);
        assert_int_equal(fixture->error.hook, hook);
    }
}

static void an_answer_reads_at_any_address(void **state)
{
    struct fixture *fixture = *state;
    fixture_plugin(fixture, CCLB_FORM_W8, FILTER);
    for (uint64_t address = FAKE_ANSWER_AT; address < FAKE_ANSWER_AT + 16; address++) {
        play((struct fake_script){.use_result = true, .result = address << 32 | 8}); /* zeros: no results */
        expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4);
    }
}

static void what_an_answer_says_is_not_judged(void **state)
{
    /* FilterResponse [("u-1", "accept", "")] (spec/wire.md section 6): "u-1" is no UUID. */
    static const uint8_t answer[] = {
        0x75, 0x2d, 0x31, 0x61, 0x63, 0x63, 0x65, 0x70, 0x74, 0x00, 0x00, 0x00, 0xf4, 0xff, 0xff,
        0xff, 0x03, 0x00, 0x00, 0x00, 0xef, 0xff, 0xff, 0xff, 0x06, 0x00, 0x00, 0x00, 0xed, 0xff,
        0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xe8, 0xff, 0xff, 0xff, 0x01, 0x00, 0x00, 0x00,
    };
    struct fixture *fixture = *state;
    play((struct fake_script){.answer[CCLB_HOOK_FILTER] = cclb_bytes_of(answer, sizeof answer)});
    expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4);
}

/* ---- its faults: R29, and what they mean under the reference any ---- */

static void expect_probe_fault(struct fixture *fixture, cclb_status inner, uint32_t rule, const char *start)
{
    assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4), CCLB_PROBE);
    expect_message(fixture, start);
    assert_int_equal(fixture->error.inner, inner);
    assert_int_equal(fixture->error.rule, rule);
    assert_int_equal(fixture->error.hook, CCLB_HOOK_FILTER);
}

static void the_fault_of_a_trial_call_is_wrapped(void **state)
{
    struct fixture *fixture = *state;
    play((struct fake_script){.use_address = true});
    expect_probe_fault(fixture, CCLB_TRAP, 48,
                       "runtime probe failed for hook filter: guest trap during cc_lb_alloc: guest cc_lb_alloc");
    assert_int_equal(fixture->error.trap, CCLB_TRAP_NULL_POINTER);
    assert_int_equal(fixture->error.phase, CCLB_PHASE_ALLOC);
    play((struct fake_script){.use_result = true});
    expect_probe_fault(fixture, CCLB_REJECTED, 53,
                       "runtime probe failed for hook filter: module rejected at load time: guest returned invalid");
    play((struct fake_script){.fail_at = 1}); /* the module is compiled already */
    expect_probe_fault(fixture, CCLB_INSTANTIATE, 45,
                       "runtime probe failed for hook filter: failed to instantiate module: scripted");
}

static void saturation_of_the_pool_is_wrapped_too(void **state)
{
    struct fixture *fixture = *state;
    expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_0_1_4);
    struct engine_instance others[FIXTURE_POOL] = {0};
    struct engine_limits limits = {.memory_max_bytes = 1 << 20};
    struct engine_module *module = NULL;
    struct engine_fault fault;
    assert_int_equal(engine_compile(fixture->engine, cclb_text("other"), &module, &fault), CCLB_OK);
    for (size_t i = 0; i < FIXTURE_POOL; i++) {
        assert_int_equal(engine_instantiate(module, &limits, &others[i], &fault), CCLB_OK);
    }
    expect_probe_fault(fixture, CCLB_SATURATED, 45,
                       "runtime probe failed for hook filter: plugin runtime saturated: pool limit reached");
    assert_int_equal(fixture->error.resource, CCLB_RESOURCE_POOL);
    for (size_t i = 0; i < FIXTURE_POOL; i++) {
        engine_instance_drop(&others[i]);
    }
    engine_module_destroy(module);
}

static void a_mistyped_export_passes_inspection_and_fails_its_trial(void **state)
{
    struct fixture *fixture = *state;
    play((struct fake_script){.odd_export = "cc_lb_filter", .odd_kind = ENGINE_EXPORT_OTHER});
    expect_probe_fault(fixture, CCLB_REJECTED, 46,
                       "runtime probe failed for hook filter: module rejected at load time: missing or mistyped");
}

static void a_plugin_that_fails_by_the_newest_rules_is_tried_by_older_ones(void **state)
{
    struct fixture *fixture = *state;
    fixture_plugin(fixture, CCLB_FORM_W9, FILTER);
    expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY);
    assert_int_equal(fixture->admitted->callee.reference, CCLB_REFERENCE_0_3_0);
    play((struct fake_script){.fail_at = 3}); /* the first hook that is called traps */
    expect_admitted(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY);
    assert_int_equal(fixture->admitted->callee.reference, CCLB_REFERENCE_0_1_4);
    assert_int_equal(fixture->admitted->form, CCLB_FORM_W8);
}

static void a_fault_that_says_nothing_of_the_plugin_makes_it_no_older_one(void **state)
{
    struct fixture *fixture = *state;
    fixture_plugin(fixture, CCLB_FORM_W9, FILTER);
    play((struct fake_script){.fail_at = 2}); /* the first instance; the second would succeed */
    assert_int_equal(admit_as(fixture, CCLB_HOOK_FILTER, CCLB_REFERENCE_ANY), CCLB_PROBE);
    assert_int_equal(fixture->error.inner, CCLB_INSTANTIATE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_inspection_refuses_is_not_compiled),
        TEST(what_does_not_compile_is_not_tried),
        TEST(a_fault_of_linking_is_one_of_instantiation),
        TEST(every_declared_hook_is_tried_once_whatever_the_slot),
        TEST(the_first_failure_ends_admission),
        TEST(transform_hooks_without_shape_are_tried_in_a_filter_slot),
        TEST(a_noop_hook_is_not_tried),
        TEST(a_noop_hook_needs_its_export_and_its_schema),
        TEST(the_guest_sees_the_published_probe_of_its_runtime),
        TEST(trial_calls_have_a_budget_of_their_own),
        TEST(admissions_at_once_wait_for_each_other),
        TEST(an_answer_must_read),
        TEST(an_answer_reads_at_any_address),
        TEST(what_an_answer_says_is_not_judged),
        TEST(the_fault_of_a_trial_call_is_wrapped),
        TEST(saturation_of_the_pool_is_wrapped_too),
        TEST(a_mistyped_export_passes_inspection_and_fails_its_trial),
        TEST(a_plugin_that_fails_by_the_newest_rules_is_tried_by_older_ones),
        TEST(a_fault_that_says_nothing_of_the_plugin_makes_it_no_older_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
