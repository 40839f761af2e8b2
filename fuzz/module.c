/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module.c - any bytes as a module, up to where it would be compiled: sections, limits, static rules.
 *
 * Property: nothing outside the bytes is read; the verdict is the same twice; what was found lies in the module; the
 * candidates under "any" are the runtimes that take the module when they are asked alone, newest first.
 */

#include "admission/limits.h"
#include "admission/static_rules.h"
#include "counting_allocator.h"
#include "property.h"
#include "target.h"

static void views_hold(const struct module_sections *sections)
{
    cclb_bytes module = sections->module;
    HOLDS(sections->metadata.data != NULL && lies_in(sections->metadata, module));
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        for (size_t version = 0; version < SCHEMA_VERSIONS; version++) {
            HOLDS(lies_in(sections->schemas[hook][version], module));
        }
    }
    HOLDS(sections->export_offset <= module.len && sections->function_offset <= module.len);
    HOLDS(sections->memory_offset <= module.len);
    HOLDS(sections->table_section_offset <= module.len && sections->table_offset <= module.len);
}

/* Limits say the same in both of their ways. */
static void limits_hold(const struct module_sections *sections)
{
    const cclb_module_limits limits = limits_or_default((cclb_module_limits){0});
    struct limit_figure figure;
    cclb_error error;
    cclb_status status = limits_check(sections, &limits, &error);
    HOLDS(limits_exceeded(sections->module, sections, &limits, &figure) == (status != CCLB_OK));
    if (status != CCLB_OK) {
        HOLDS(status == CCLB_LIMIT);
        error_holds(&error, status, sections->module.len);
        HOLDS(figure.value > figure.limit && figure.offset == error.offset);
    }
}

/* Whether one runtime takes the module; what it says otherwise is an error in words. */
static bool takes(const struct module_sections *sections, cclb_reference reference, cclb_hook slot, struct arena *arena)
{
    struct static_facts facts;
    cclb_error error;
    cclb_status status = static_inspect(sections, reference, slot, arena, &facts, &error);
    if (status != CCLB_OK) {
        HOLDS(status == CCLB_REJECTED);
        error_holds(&error, status, sections->module.len);
        return false;
    }
    HOLDS(facts.reference == reference);
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        HOLDS(lies_in(facts.fingerprints[hook], sections->module));
        HOLDS(facts.declares[hook] == (facts.fingerprints[hook].data != NULL));
    }
    return true;
}

static void candidates_hold(const struct module_sections *sections, cclb_hook slot, struct arena *arena)
{
    struct static_candidates candidates = {0};
    cclb_error error;
    cclb_status status = static_candidates(sections, CCLB_REFERENCE_ANY, slot, arena, &candidates, &error);
    size_t count = 0;
    for (int reference = CCLB_REFERENCE_COUNT - 1; reference > CCLB_REFERENCE_ANY; reference--) {
        if (takes(sections, (cclb_reference)reference, slot, arena)) {
            HOLDS(status == CCLB_OK && count < candidates.count);
            HOLDS(candidates.facts[count].reference == (cclb_reference)reference);
            count++;
        }
    }
    HOLDS(count == candidates.count);
    if (status != CCLB_OK) {
        HOLDS(count == 0);
        error_holds(&error, status, sections->module.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const cclb_hook slots[] = {CCLB_HOOK_NONE, CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_OBSERVE};
    cclb_bytes module = exact_copy(cclb_bytes_of(data, size));
    cclb_bytes other = exact_copy(module);
    struct module_sections sections;
    struct module_sections again;
    cclb_error error;
    cclb_error error_again;
    cclb_status status = sections_walk(module, &sections, &error);
    HOLDS(sections_walk(other, &again, &error_again) == status);
    exact_free(other);
    if (status != CCLB_OK) {
        HOLDS(status == CCLB_REJECTED && error.phase == CCLB_PHASE_INSPECT);
        error_holds(&error, status, size);
        HOLDS(error_equal(&error, &error_again));
    } else {
        struct counting_allocator counts = {0};
        cclb_allocator allocator = counting_allocator(&counts);
        struct arena arena;
        arena_init(&arena, &allocator);
        views_hold(&sections);
        limits_hold(&sections);
        for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
            candidates_hold(&sections, slots[i], &arena);
        }
        arena_deinit(&arena);
        HOLDS(counts.live == 0);
    }
    exact_free(module);
    return 0;
}
