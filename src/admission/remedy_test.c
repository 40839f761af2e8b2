/* SPDX-License-Identifier: Apache-2.0 */
/* remedy_test.c - what people are told to do when a limit, the compiler or a trial call refused their plugin. */

#include "admission/remedy.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const cclb_module_limits no_limits;

static const char *remedy(const struct remedy_facts *facts, const cclb_error *refusal)
{
    static char text[CCLB_EXPLANATION_SIZE];
    memset(text, 'x', sizeof text);
    remedy_write(facts, refusal, text);
    assert_non_null(memchr(text, '\0', sizeof text - 1)); /* nothing was cut */
    assert_null(strchr(text, '\n'));
    return text;
}

/* A refusal by a trial call. */
static cclb_error probe_error(cclb_hook hook, uint32_t rule, cclb_status inner, cclb_phase phase, cclb_trap trap)
{
    cclb_error error;
    error_set(&error, CCLB_PROBE, rule, phase, "refused");
    error.hook = hook;
    error.inner = inner;
    error.trap = trap;
    return error;
}

static void trial_calls_by_the_rule_that_they_broke(void **state)
{
    (void)state;
    static const char run_time[] =
        "let the data and element segments lie inside the memory and table as they are at the "
        "start, and the start function return";
    static const struct {
        cclb_hook hook;
        uint32_t rule;
        cclb_status inner;
        cclb_phase phase;
        cclb_trap trap;
        const char *words;
    } cases[] = {
        {CCLB_HOOK_FILTER, 21, CCLB_DEADLINE, CCLB_PHASE_INSTANTIATE, CCLB_TRAP_NONE,
         "find what takes so long in the start function, or never ends: the trial request is small, a POST to "
         "/v1/messages with no candidates; a host can raise its option deadline for the hook"},
        {CCLB_HOOK_OBSERVE, 21, CCLB_DEADLINE, CCLB_PHASE_ALLOC, CCLB_TRAP_NONE,
         "find what takes so long in cc_lb_alloc, or never ends: the trial request is small, the event RequestStarted; "
         "a host can raise its option deadline for the hook"},
        {CCLB_HOOK_SHAPE, 21, CCLB_FUEL, CCLB_PHASE_HOOK, CCLB_TRAP_NONE,
         "find what takes so long in the hook, or never ends: the trial request is small, a POST to /v1/messages with "
         "no messages in its body; a host can raise its option fuel"},
        {CCLB_HOOK_TRANSFORM_RESPONSE, 28, CCLB_DECODE, CCLB_PHASE_DECODE, CCLB_TRAP_NONE,
         "let the kit write the answer: it must be an archive of TransformResponseResult in the form that the hook's "
         "fingerprint says"},
        {CCLB_HOOK_FILTER, 45, CCLB_INSTANTIATE, CCLB_PHASE_INSTANTIATE, CCLB_TRAP_MEMORY_OUT_OF_BOUNDS, run_time},
        {CCLB_HOOK_FILTER, 45, CCLB_INSTANTIATE, CCLB_PHASE_INSTANTIATE, CCLB_TRAP_UNREACHABLE, run_time},
        {CCLB_HOOK_FILTER, 45, CCLB_INSTANTIATE, CCLB_PHASE_INSTANTIATE, CCLB_TRAP_NONE,
         "the machine had no room for an instance, which is not the plugin's fault: give the process more address "
         "space (ulimit -v) and memory"},
        {CCLB_HOOK_FILTER, 45, CCLB_SATURATED, CCLB_PHASE_INSTANTIATE, CCLB_TRAP_NONE,
         "try again when fewer calls run, or raise the host's option pool_instances"},
        {CCLB_HOOK_FILTER, 46, CCLB_REJECTED, CCLB_PHASE_EXPORTS, CCLB_TRAP_NONE,
         "export memory, cc_lb_alloc (i32 i32) -> i32, cc_lb_free (i32 i32 i32) -> () and each hook (i32 i32) -> i64, "
         "as the kit does"},
        {CCLB_HOOK_FILTER, 48, CCLB_TRAP, CCLB_PHASE_ALLOC, CCLB_TRAP_NULL_POINTER,
         "let cc_lb_alloc(size, align) answer with an address behind which that many bytes of memory are free, as the "
         "kit's does"},
        {CCLB_HOOK_FILTER, 49, CCLB_TRAP, CCLB_PHASE_WRITE, CCLB_TRAP_MEMORY_OUT_OF_BOUNDS,
         "let cc_lb_alloc(size, align) answer with an address behind which that many bytes of memory are free, as the "
         "kit's does"},
        {CCLB_HOOK_TRANSFORM_SSE_EVENT, 50, CCLB_TRAP, CCLB_PHASE_HOOK, CCLB_TRAP_UNREACHABLE,
         "let the hook answer every request of its form without a trap; the trial request is an event "
         "content_block_start"},
        {CCLB_HOOK_FILTER, 53, CCLB_REJECTED, CCLB_PHASE_OUTPUT, CCLB_TRAP_NONE,
         "let the hook return address << 32 | length of an answer inside its memory, as the kit does"},
        {CCLB_HOOK_FILTER, 54, CCLB_REJECTED, CCLB_PHASE_OUTPUT, CCLB_TRAP_NONE,
         "let the hook return address << 32 | length of an answer inside its memory, as the kit does"},
    };
    const struct remedy_facts facts = {.limits = &no_limits};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cclb_error error = probe_error(cases[i].hook, cases[i].rule, cases[i].inner, cases[i].phase, cases[i].trap);
        assert_string_equal(remedy(&facts, &error), cases[i].words);
    }
}

static void the_compiler(void **state)
{
    (void)state;
    const struct remedy_facts facts = {.limits = &no_limits, .memory_max_bytes = 1 << 20};
    cclb_error error;
    error_set(&error, CCLB_COMPILE, 22, CCLB_PHASE_COMPILE, "refused");
    const char *words = remedy(&facts, &error);
    static const char *const off[] = {"threads", "tail calls",    "exceptions",     "relaxed SIMD",
                                      "GC",      "typed and ext", "64-bit and sev", "rule R20"};
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        assert_non_null(strstr(words, off[i]));
    }
    error_set(&error, CCLB_INSTANTIATE, 22, CCLB_PHASE_COMPILE, "refused");
    assert_string_equal(remedy(&facts, &error), "build it without imports: nothing is linked into a plugin");
}

/* R61: refused when it is compiled or when it is instantiated, the words are the same. */
static void memory_at_the_start(void **state)
{
    (void)state;
    struct module_sections sections = {.memory_min_pages = 17};
    const struct remedy_facts facts = {.sections = &sections, .limits = &no_limits, .memory_max_bytes = 1 << 20};
    cclb_error probe = probe_error(CCLB_HOOK_FILTER, 45, CCLB_INSTANTIATE, CCLB_PHASE_INSTANTIATE, CCLB_TRAP_NONE);
    cclb_error compile;
    error_set(&compile, CCLB_COMPILE, 22, CCLB_PHASE_COMPILE, "refused");
    static const char words[] =
        "the module asks for 1114112 bytes of memory at the start (17 pages) and an instance may "
        "have 1048576: build it with less (--initial-memory of wasm-ld), or raise the host's "
        "option memory_max_bytes (of the command, `cclb replay` alone has it: --memory)";
    assert_string_equal(remedy(&facts, &probe), words);
    assert_string_equal(remedy(&facts, &compile), words);
    sections.memory_min_pages = 65536; /* 4 GiB, which is more than the option takes */
    assert_non_null(
        strstr(remedy(&facts, &probe), "(65536 pages) and an instance may have 1048576: build it with less"));
    assert_null(strstr(remedy(&facts, &compile), "raise"));
    sections.memory_min_pages = UINT64_C(1) << 32; /* of a 64-bit memory, which is off */
    assert_non_null(strstr(remedy(&facts, &compile), "64-bit"));
    sections.memory_min_pages = 16;
    assert_null(strstr(remedy(&facts, &compile), "pages"));
    /* Memory is no matter where something else went wrong. */
    sections.memory_min_pages = 17;
    cclb_error trap = probe_error(CCLB_HOOK_FILTER, 50, CCLB_TRAP, CCLB_PHASE_HOOK, CCLB_TRAP_UNREACHABLE);
    assert_null(strstr(remedy(&facts, &trap), "pages"));
}

static void limits_by_their_name(void **state)
{
    (void)state;
    struct module_sections sections = {.function_count = 7};
    const cclb_module_limits limits = {.functions = 6, .module_bytes = 10, .tables = 3};
    struct remedy_facts facts = {.sections = &sections, .limits = &limits};
    cclb_error error;
    error_set(&error, CCLB_LIMIT, 0, CCLB_PHASE_INSPECT, "refused");
    assert_string_equal(remedy(&facts, &error),
                        "make the plugin smaller; or, if you trust it with what it costs, raise the limit: --limit "
                        "functions=7 (in a host: module_limits.functions)");
    sections = (struct module_sections){.table_count = 5};
    assert_string_equal(remedy(&facts, &error), "make the plugin smaller: the limit `tables` can be no higher than 4");
    static const uint8_t bytes[11];
    facts.module = cclb_bytes_of(bytes, sizeof bytes);
    facts.sections = NULL;
    assert_string_equal(remedy(&facts, &error),
                        "make the plugin smaller; or, if you trust it with what it costs, raise the limit: --limit "
                        "module_bytes=11 (in a host: module_limits.module_bytes)");
}

static void nothing_to_say(void **state)
{
    (void)state;
    const struct remedy_facts facts = {.limits = &no_limits};
    static const cclb_status statuses[] = {CCLB_OK, CCLB_REJECTED, CCLB_NO_MEMORY, CCLB_ENGINE, CCLB_INTERNAL};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        cclb_error error;
        error_set(&error, statuses[i], 0, CCLB_PHASE_NONE, "refused");
        assert_string_equal(remedy(&facts, &error), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial_calls_by_the_rule_that_they_broke),
        cmocka_unit_test(the_compiler),
        cmocka_unit_test(memory_at_the_start),
        cmocka_unit_test(limits_by_their_name),
        cmocka_unit_test(nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
