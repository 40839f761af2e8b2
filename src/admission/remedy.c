/* SPDX-License-Identifier: Apache-2.0 */
/* remedy.c - one function for each status; those of a trial call go by how the call ended, and where. */

#include "admission/remedy.h"

#include "wire/layout.h"

#include <inttypes.h>
#include <stdio.h>

/* The pages that a memory can have, and those that the option memory_max_bytes goes up to. */
enum { MEMORY_PAGES_MAX = 65536, MEMORY_PAGES_OPTION_MAX = 65535 };

static void write_limit(const struct remedy_facts *facts, char text[CCLB_EXPLANATION_SIZE])
{
    struct limit_figure figure;
    if (!limits_exceeded(facts->module, facts->sections, facts->limits, &figure)) {
        return;
    }
    if (figure.value > figure.most) {
        snprintf(text, CCLB_EXPLANATION_SIZE, "make the plugin smaller: the limit `%s` can be no higher than %" PRIu64,
                 figure.name, figure.most);
        return;
    }
    snprintf(text, CCLB_EXPLANATION_SIZE,
             "make the plugin smaller; or, if you trust it with what it costs, raise the limit: --limit %s=%" PRIu64
             " (in a host: module_limits.%s)",
             figure.name, figure.value, figure.name);
}

/* R61. The pool refuses such a module when it is compiled, allocation on demand when it is instantiated. */
static bool write_memory(const struct remedy_facts *facts, char text[CCLB_EXPLANATION_SIZE])
{
    uint64_t pages = facts->sections ? facts->sections->memory_min_pages : 0;
    if (facts->memory_max_bytes == 0 || pages <= facts->memory_max_bytes >> 16 || pages > MEMORY_PAGES_MAX) {
        return false;
    }
    int used =
        snprintf(text, CCLB_EXPLANATION_SIZE,
                 "the module asks for %" PRIu64 " bytes of memory at the start (%" PRIu64
                 " pages) and an instance may have %" PRIu64 ": build it with less (--initial-memory of wasm-ld)",
                 pages << 16, pages, facts->memory_max_bytes);
    if (pages <= MEMORY_PAGES_OPTION_MAX) {
        snprintf(text + used, CCLB_EXPLANATION_SIZE - (size_t)used,
                 ", or raise the host's option memory_max_bytes (of the command, `cclb replay` alone has it: --memory)");
    }
    return true;
}

/* R22: the compiler refuses what R20 turns off, and what is no valid code. */
static const char compile_words[] =
    "build for wasm32-unknown-unknown without -C target-feature: threads, tail calls, exceptions, relaxed SIMD, GC, "
    "typed and external references, 64-bit and several memories are off (rule R20); if the compiler names none of them, "
    "the module is damaged: build it again";

/* What the trial requests are like (rule R26), for authors whose plugin stumbles over theirs. */
static const char *trial_request(cclb_hook hook)
{
    static const char *const words[CCLB_HOOK_COUNT] = {
        [CCLB_HOOK_FILTER] = "a POST to /v1/messages with no candidates",
        [CCLB_HOOK_SHAPE] = "a POST to /v1/messages with no messages in its body",
        [CCLB_HOOK_OBSERVE] = "the event RequestStarted",
        [CCLB_HOOK_TRANSFORM_RESPONSE] = "an answer of status 200 with no content in its body",
        [CCLB_HOOK_TRANSFORM_SSE_EVENT] = "an event content_block_start",
    };
    return hook < CCLB_HOOK_COUNT ? words[hook] : "a small one";
}

static const char *where_it_ran(cclb_phase phase)
{
    switch (phase) {
    case CCLB_PHASE_INSTANTIATE:
        return "the start function";
    case CCLB_PHASE_ALLOC:
        return "cc_lb_alloc";
    default:
        return "the hook";
    }
}

static void write_stopped(const cclb_error *refusal, char text[CCLB_EXPLANATION_SIZE])
{
    snprintf(
        text, CCLB_EXPLANATION_SIZE,
        "find what takes so long in %s, or never ends: the trial request is small, %s; a host can raise its option %s",
        where_it_ran(refusal->phase), trial_request(refusal->hook),
        refusal->inner == CCLB_FUEL ? "fuel" : "deadline for the hook");
}

static void write_answer(const cclb_error *refusal, char text[CCLB_EXPLANATION_SIZE])
{
    const struct wire_type *type = wire_answer_type(refusal->hook);
    snprintf(text, CCLB_EXPLANATION_SIZE,
             "let the kit write the answer: it must be an archive of %s in the form that the hook's fingerprint says",
             type ? type->name : "the hook's answer");
}

/* R45. Only what the module itself does wrong has a trap. */
static const char *of_instantiation(const cclb_error *refusal)
{
    if (refusal->inner == CCLB_SATURATED) {
        return "try again when fewer calls run, or raise the host's option pool_instances";
    }
    if (refusal->trap == CCLB_TRAP_NONE) {
        return "the machine had no room for an instance, which is not the plugin's fault: give the process more "
               "address space (ulimit -v) and memory";
    }
    return "let the data and element segments lie inside the memory and table as they are at the start, and the start "
           "function return";
}

/* By the rule that the trial call broke. */
static void write_probe(const cclb_error *refusal, char text[CCLB_EXPLANATION_SIZE])
{
    const char *words = "";
    switch (refusal->rule) {
    case 21:
        write_stopped(refusal, text);
        return;
    case 28:
        write_answer(refusal, text);
        return;
    case 45:
        words = of_instantiation(refusal);
        break;
    case 46:
        words = "export memory, cc_lb_alloc (i32 i32) -> i32, cc_lb_free (i32 i32 i32) -> () and each hook "
                "(i32 i32) -> i64, as the kit does";
        break;
    case 48:
    case 49:
        words = "let cc_lb_alloc(size, align) answer with an address behind which that many bytes of memory are free, "
                "as the kit's does";
        break;
    case 50:
        snprintf(text, CCLB_EXPLANATION_SIZE,
                 "let the hook answer every request of its form without a trap; the trial request is %s",
                 trial_request(refusal->hook));
        return;
    case 53:
    case 54:
        words = "let the hook return address << 32 | length of an answer inside its memory, as the kit does";
        break;
    default:
        break;
    }
    snprintf(text, CCLB_EXPLANATION_SIZE, "%s", words);
}

void remedy_write(const struct remedy_facts *facts, const cclb_error *refusal, char text[CCLB_EXPLANATION_SIZE])
{
    text[0] = '\0';
    bool of_engine = refusal->status == CCLB_COMPILE || refusal->inner == CCLB_INSTANTIATE;
    if (of_engine && write_memory(facts, text)) {
        return;
    }
    switch (refusal->status) {
    case CCLB_LIMIT:
        write_limit(facts, text);
        break;
    case CCLB_COMPILE:
        snprintf(text, CCLB_EXPLANATION_SIZE, "%s", compile_words);
        break;
    case CCLB_INSTANTIATE:
        snprintf(text, CCLB_EXPLANATION_SIZE, "build it without imports: nothing is linked into a plugin");
        break;
    case CCLB_PROBE:
        write_probe(refusal, text);
        break;
    default:
        break;
    }
}
