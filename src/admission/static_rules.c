/* SPDX-License-Identifier: Apache-2.0 */
/*
 * static_rules.c - the rules of every runtime as one list of steps; a runtime that lacks a rule passes its step.
 *
 * A step that fails leaves the number of steps before it in `progress`, which orders refusals by how much of the module
 * had been found right.
 */

#include "admission/static_rules.h"

#include "base/error.h"
#include "base/hex.h"
#include "wire/fingerprint.h"
#include "wire/layout.h"

#include <stdarg.h>
#include <stdio.h>

#define REJECTED "module rejected at load time: "

/* The steps in order; the hooks of R16 follow, each with HOOK_STEPS steps. */
enum step {
    STEP_GENERIC_JSON,
    STEP_JSON,
    STEP_CONTENT,
    STEP_MODES,
    STEP_SLOT,
    STEP_SLOT_TRANSFORMS,
    STEP_SLOT_MODES,
    STEP_MEMORY,
    STEP_ALLOC,
    STEP_FREE,
    STEP_HOOKS
};

enum { STEP_HOOK_VERSION, STEP_HOOK_EXPORT, STEP_HOOK_SCHEMA, STEP_HOOK_FINGERPRINT, HOOK_STEPS };

static const cclb_hook slot_kinds[] = {CCLB_HOOK_FILTER, CCLB_HOOK_SHAPE, CCLB_HOOK_OBSERVE};
enum { SLOT_KINDS = sizeof slot_kinds / sizeof *slot_kinds };

struct inspection {
    const struct module_sections *sections;
    cclb_reference reference;
    struct arena *arena;
    struct static_facts facts;
    uint32_t progress;
    cclb_error *error;
};

/* ---- faults ---- */

__attribute__((format(printf, 4, 5))) static cclb_status reject(struct inspection *inspection, uint32_t rule,
                                                                cclb_hook hook, const char *format, ...)
{
    char text[CCLB_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error_set(inspection->error, CCLB_REJECTED, rule, CCLB_PHASE_INSPECT, REJECTED "%s", text);
    inspection->error->hook = hook;
    return CCLB_REJECTED;
}

/* A fault in the metadata, told with the words that `what` is to put before it. */
static cclb_status reject_metadata(struct inspection *inspection, const cclb_error *inner, const char *what)
{
    if (inner->status != CCLB_REJECTED) {
        *inspection->error = *inner;
        return inner->status;
    }
    reject(inspection, inner->rule, inner->hook, "invalid `%s` %s: %s", METADATA_SECTION, what, inner->message);
    inspection->error->offset = sections_offset(inspection->sections, inspection->sections->metadata) + inner->offset;
    return CCLB_REJECTED;
}

/* ---- metadata: R6 to R8 ---- */

static cclb_status check_metadata(struct inspection *inspection)
{
    cclb_bytes json = inspection->sections->metadata;
    cclb_reference reference = inspection->reference;
    cclb_error inner;
    if (reference == CCLB_REFERENCE_0_1_2 || reference == CCLB_REFERENCE_0_1_4) {
        inspection->progress = STEP_GENERIC_JSON;
        if (metadata_generic_check(json, &inner) != CCLB_OK) {
            return reject_metadata(inspection, &inner, "metadata JSON");
        }
    }
    enum metadata_fault fault;
    if (metadata_parse(json, cclb_reference_form(reference), inspection->arena, &inspection->facts.metadata, &fault,
                       &inner) != CCLB_OK) {
        inspection->progress = fault == METADATA_FAULT_JSON ? STEP_JSON : STEP_CONTENT;
        return reject_metadata(inspection, &inner, "metadata");
    }
    return CCLB_OK;
}

static const struct hook_metadata *find_hook(const struct inspection *inspection, cclb_hook hook)
{
    const struct plugin_metadata *metadata = &inspection->facts.metadata;
    for (size_t i = 0; i < metadata->hook_count; i++) {
        if (metadata->hooks[i].hook == hook) {
            return &metadata->hooks[i];
        }
    }
    return NULL;
}

static cclb_status check_modes(struct inspection *inspection)
{
    inspection->progress = STEP_MODES;
    if (inspection->reference == CCLB_REFERENCE_0_1_1) {
        return CCLB_OK;
    }
    for (size_t i = 0; i < SLOT_KINDS; i++) {
        const struct hook_metadata *hook = find_hook(inspection, slot_kinds[i]);
        if (hook && hook->mode == MODE_NOOP) {
            return reject(inspection, 8, hook->hook, "hook `%s` declares mode `noop`, which only transform hooks may",
                          cclb_hook_name(hook->hook));
        }
    }
    return CCLB_OK;
}

/* ---- slots: R9 to R14 ---- */

static cclb_status check_shape_slot(struct inspection *inspection)
{
    static const cclb_hook transforms[] = {CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_HOOK_TRANSFORM_SSE_EVENT};
    static const char missing[] = "metadata does not declare required `%s` hook for shape plugin";
    inspection->progress = STEP_SLOT;
    if (!inspection->facts.declares[CCLB_HOOK_SHAPE]) {
        return reject(inspection, 10, CCLB_HOOK_SHAPE, missing, cclb_hook_name(CCLB_HOOK_SHAPE));
    }
    inspection->progress = STEP_SLOT_TRANSFORMS;
    for (size_t i = 0; i < 2; i++) {
        if (!inspection->facts.declares[transforms[i]]) {
            return reject(inspection, 10, transforms[i], missing, cclb_hook_name(transforms[i]));
        }
    }
    inspection->progress = STEP_SLOT_MODES;
    for (size_t i = 0; i < 2 && inspection->reference <= CCLB_REFERENCE_0_1_4; i++) {
        if (!find_hook(inspection, transforms[i])->mode_written) {
            return reject(inspection, 11, transforms[i], "hook `%s` of a shape plugin must explicitly declare mode",
                          cclb_hook_name(transforms[i]));
        }
    }
    return CCLB_OK;
}

static cclb_status check_slot(struct inspection *inspection, cclb_hook slot)
{
    inspection->progress = STEP_SLOT;
    bool oldest = inspection->reference == CCLB_REFERENCE_0_1_1;
    if (!oldest && (slot == CCLB_HOOK_TRANSFORM_RESPONSE || slot == CCLB_HOOK_TRANSFORM_SSE_EVENT)) {
        return reject(inspection, 12, slot, "`%s` is a shape-owned hook and has no slot of its own",
                      cclb_hook_name(slot));
    }
    if (!oldest && slot == CCLB_HOOK_SHAPE) {
        return check_shape_slot(inspection);
    }
    if (!inspection->facts.declares[slot]) {
        return reject(inspection, oldest ? 9 : 10, slot, "metadata does not declare required `%s` hook for this slot",
                      cclb_hook_name(slot));
    }
    return CCLB_OK;
}

/* R14: a transform hook needs the shape hook that it belongs to. */
static cclb_status check_agnostic(struct inspection *inspection)
{
    if (inspection->facts.declares[CCLB_HOOK_SHAPE]) {
        return check_slot(inspection, CCLB_HOOK_SHAPE);
    }
    inspection->progress = STEP_SLOT;
    for (cclb_hook hook = CCLB_HOOK_TRANSFORM_RESPONSE; hook <= CCLB_HOOK_TRANSFORM_SSE_EVENT; hook++) {
        if (inspection->facts.declares[hook]) {
            return reject(inspection, 14, hook, "hook `%s` requires a declared `shape` hook", cclb_hook_name(hook));
        }
    }
    return CCLB_OK;
}

/* Before R14: whether some kind of slot takes it; if none, the refusal that came last of all in the rules. */
static cclb_status check_some_slot(struct inspection *inspection)
{
    cclb_error furthest_error = {0};
    uint32_t furthest = 0;
    for (size_t i = 0; i < SLOT_KINDS; i++) {
        cclb_status status = check_slot(inspection, slot_kinds[i]);
        if (status == CCLB_OK) {
            return CCLB_OK;
        }
        if (i == 0 || inspection->progress > furthest) {
            furthest = inspection->progress;
            furthest_error = *inspection->error;
        }
    }
    inspection->progress = furthest;
    *inspection->error = furthest_error;
    return furthest_error.status;
}

static cclb_status check_slots(struct inspection *inspection, cclb_hook slot)
{
    cclb_status status;
    if (slot != CCLB_HOOK_NONE) {
        status = check_slot(inspection, slot);
    } else if (inspection->reference >= CCLB_REFERENCE_0_1_4) {
        status = check_agnostic(inspection);
    } else {
        status = check_some_slot(inspection);
    }
    if (status != CCLB_OK) {
        return status;
    }
    cclb_error unused;
    struct inspection trial = *inspection;
    trial.error = &unused;
    for (size_t i = 0; i < SLOT_KINDS; i++) {
        inspection->facts.fits[slot_kinds[i]] = check_slot(&trial, slot_kinds[i]) == CCLB_OK;
    }
    return CCLB_OK;
}

/* ---- exports and fingerprints: R15, R16 ---- */

static cclb_status check_exports(struct inspection *inspection)
{
    const struct module_sections *sections = inspection->sections;
    inspection->progress = STEP_MEMORY;
    if (!sections->exports_memory) {
        return reject(inspection, 15, CCLB_HOOK_NONE, "missing required export `memory`");
    }
    inspection->progress = STEP_ALLOC;
    if (!sections->exports_alloc) {
        return reject(inspection, 15, CCLB_HOOK_NONE, "missing required function export `cc_lb_alloc`");
    }
    inspection->progress = STEP_FREE;
    if (!sections->exports_free) {
        return reject(inspection, 15, CCLB_HOOK_NONE, "missing required function export `cc_lb_free`");
    }
    return CCLB_OK;
}

/* R16, the last step: what the module carries against what the host's layout has. */
static cclb_status check_fingerprint(struct inspection *inspection, const struct hook_metadata *hook, cclb_bytes schema)
{
    const uint8_t *expected = wire_fingerprint(hook->hook, cclb_reference_form(inspection->reference));
    if (memcmp(schema.data, expected, WIRE_FINGERPRINT_SIZE) != 0) {
        char wanted[2 * WIRE_FINGERPRINT_SIZE];
        char found[2 * WIRE_FINGERPRINT_SIZE];
        hex_encode(cclb_bytes_of(expected, WIRE_FINGERPRINT_SIZE), wanted);
        hex_encode(schema, found);
        reject(inspection, 16, hook->hook,
               "`" SCHEMA_SECTION_PREFIX "%s.v%d` hash mismatch (host expects %.*s, plugin has %.*s)",
               cclb_hook_name(hook->hook), WIRE_VERSION, (int)sizeof wanted, wanted, (int)sizeof found, found);
        inspection->error->offset = sections_offset(inspection->sections, schema);
        return CCLB_REJECTED;
    }
    inspection->facts.fingerprints[hook->hook] = schema;
    return CCLB_OK;
}

static cclb_status check_hook(struct inspection *inspection, const struct hook_metadata *hook, uint32_t progress)
{
    const struct module_sections *sections = inspection->sections;
    const char *name = cclb_hook_name(hook->hook);
    inspection->progress = progress + STEP_HOOK_VERSION;
    if (hook->wire_version != WIRE_VERSION) {
        return reject(inspection, 16, hook->hook, "hook `%s` declares unsupported wire version %u", name,
                      (unsigned)hook->wire_version);
    }
    inspection->progress = progress + STEP_HOOK_EXPORT;
    if (!sections->exports_hook[hook->hook]) {
        return reject(inspection, 16, hook->hook, "missing required function export `cc_lb_%s`", name);
    }
    inspection->progress = progress + STEP_HOOK_SCHEMA;
    cclb_bytes schema = sections->schemas[hook->hook][WIRE_VERSION - 1];
    if (schema.data == NULL) {
        return reject(inspection, 16, hook->hook, "missing `" SCHEMA_SECTION_PREFIX "%s.v%d` custom section", name,
                      WIRE_VERSION);
    }
    inspection->progress = progress + STEP_HOOK_FINGERPRINT;
    return check_fingerprint(inspection, hook, schema);
}

static cclb_status check_hooks(struct inspection *inspection)
{
    const struct plugin_metadata *metadata = &inspection->facts.metadata;
    for (size_t i = 0; i < metadata->hook_count; i++) {
        cclb_status status = check_hook(inspection, &metadata->hooks[i], STEP_HOOKS + (uint32_t)i * HOOK_STEPS);
        if (status != CCLB_OK) {
            return status;
        }
    }
    return CCLB_OK;
}

/* ---- all of it ---- */

static void note_declared(struct static_facts *facts)
{
    for (size_t i = 0; i < facts->metadata.hook_count; i++) {
        facts->declares[facts->metadata.hooks[i].hook] = true;
    }
    facts->primary = CCLB_HOOK_NONE;
    if (facts->reference <= CCLB_REFERENCE_0_1_4) {
        facts->primary = 0;
        while (!facts->declares[facts->primary]) {
            facts->primary++;
        }
    }
}

static cclb_status inspect(struct inspection *inspection, cclb_hook slot)
{
    inspection->facts = (struct static_facts){.reference = inspection->reference};
    cclb_status status = check_metadata(inspection);
    if (status != CCLB_OK) {
        return status;
    }
    note_declared(&inspection->facts);
    status = check_modes(inspection);
    if (status == CCLB_OK) {
        status = check_slots(inspection, slot);
    }
    if (status == CCLB_OK) {
        status = check_exports(inspection);
    }
    return status == CCLB_OK ? check_hooks(inspection) : status;
}

cclb_status static_inspect(const struct module_sections *sections, cclb_reference reference, cclb_hook slot,
                           struct arena *arena, struct static_facts *facts, cclb_error *error)
{
    struct inspection inspection = {.sections = sections, .reference = reference, .arena = arena, .error = error};
    cclb_status status = inspect(&inspection, slot);
    if (status == CCLB_OK) {
        *facts = inspection.facts;
    }
    return status;
}

/* How many of the module's schema sections have the fingerprint that a form has for the hook. */
static uint32_t count_matches(const struct module_sections *sections, cclb_form form)
{
    uint32_t matches = 0;
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        cclb_bytes schema = sections->schemas[hook][WIRE_VERSION - 1];
        const uint8_t *expected = wire_fingerprint(hook, form);
        matches += schema.data && expected && memcmp(schema.data, expected, WIRE_FINGERPRINT_SIZE) == 0;
    }
    return matches;
}

/* Refusals are told apart by what the module was made for, then by how much of it was found right. */
static uint64_t closeness(const struct inspection *inspection)
{
    uint64_t matches = count_matches(inspection->sections, cclb_reference_form(inspection->reference));
    return matches << 32 | inspection->progress;
}

cclb_status static_candidates(const struct module_sections *sections, cclb_reference reference, cclb_hook slot,
                              struct arena *arena, struct static_candidates *candidates, cclb_error *error)
{
    cclb_reference newest = reference == CCLB_REFERENCE_ANY ? CCLB_REFERENCE_COUNT - 1 : reference;
    cclb_reference oldest = reference == CCLB_REFERENCE_ANY ? 1 : reference;
    cclb_error closest_error = {0};
    uint64_t closest = 0;
    struct static_candidates found = {0};
    for (cclb_reference asked = newest; asked >= oldest; asked--) {
        cclb_error refusal;
        struct inspection inspection = {.sections = sections, .reference = asked, .arena = arena, .error = &refusal};
        cclb_status status = inspect(&inspection, slot);
        if (status == CCLB_OK) {
            found.facts[found.count++] = inspection.facts;
            continue;
        }
        if (status != CCLB_REJECTED) {
            *error = refusal;
            return status;
        }
        if (asked == newest || closeness(&inspection) > closest) {
            closest = closeness(&inspection);
            closest_error = refusal;
        }
    }
    if (found.count == 0) {
        *error = closest_error;
        return closest_error.status;
    }
    *candidates = found;
    return CCLB_OK;
}
