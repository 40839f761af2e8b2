/* SPDX-License-Identifier: Apache-2.0 */
/* explain.c - verdicts come from static_rules.c, one for each set of rules; the words here are for people. */

#include "admission/explain.h"

#include "wire/difference.h"
#include "wire/fingerprint.h"
#include "wire/layout.h"

#include <stdio.h>

struct runtime {
    const char *version;
    cclb_reference reference;
};

static const struct runtime runtimes[EXPLAIN_RUNTIMES] = {
    {"0.1.0", CCLB_REFERENCE_0_1_1}, {"0.1.1", CCLB_REFERENCE_0_1_1}, {"0.1.2", CCLB_REFERENCE_0_1_2},
    {"0.1.3", CCLB_REFERENCE_0_1_2}, {"0.1.4", CCLB_REFERENCE_0_1_4}, {"0.2.0", CCLB_REFERENCE_0_3_0},
    {"0.3.0", CCLB_REFERENCE_0_3_0},
};

const char *explain_kit(cclb_reference reference)
{
    return cclb_form_kit(cclb_reference_form(reference));
}

cclb_status explain_verdicts(const struct module_sections *sections, cclb_hook slot, struct arena *arena,
                             cclb_verdict verdicts[EXPLAIN_RUNTIMES], cclb_error *error)
{
    for (size_t i = 0; i < EXPLAIN_RUNTIMES; i++) {
        verdicts[i] = (cclb_verdict){.runtime = runtimes[i].version, .kit = explain_kit(runtimes[i].reference)};
        if (i > 0 && runtimes[i].reference == runtimes[i - 1].reference) {
            verdicts[i].admits = verdicts[i - 1].admits;
            verdicts[i].error = verdicts[i - 1].error;
            continue;
        }
        struct static_facts facts;
        cclb_error refusal;
        cclb_status status = static_inspect(sections, runtimes[i].reference, slot, arena, &facts, &refusal);
        if (status == CCLB_REJECTED) {
            verdicts[i].error = refusal;
        } else if (status != CCLB_OK) {
            *error = refusal;
            return status;
        }
        verdicts[i].admits = status == CCLB_OK;
    }
    return CCLB_OK;
}

void explain_refused(const cclb_error *refusal, cclb_verdict verdicts[EXPLAIN_RUNTIMES])
{
    for (size_t i = 0; i < EXPLAIN_RUNTIMES; i++) {
        verdicts[i] = (cclb_verdict){
            .runtime = runtimes[i].version,
            .kit = explain_kit(runtimes[i].reference),
            .error = *refusal,
        };
    }
}

const char *explain_forms(uint32_t forms, char text[EXPLAIN_FORMS_SIZE])
{
    int used = 0;
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        if (forms >> form & 1) {
            used += snprintf(text + used, EXPLAIN_FORMS_SIZE - (size_t)used, "%s%s", used ? ", " : "",
                             cclb_form_name(form));
        }
    }
    if (used == 0) {
        snprintf(text, EXPLAIN_FORMS_SIZE, "no published form");
    }
    return text;
}

/* ---- remedies ---- */

/* The newest runtime with nothing against the module, or CCLB_REFERENCE_ANY. */
static cclb_reference newest_admitting(const cclb_verdict verdicts[EXPLAIN_RUNTIMES])
{
    for (size_t i = EXPLAIN_RUNTIMES; i > 0; i--) {
        if (verdicts[i - 1].admits) {
            return runtimes[i - 1].reference;
        }
    }
    return CCLB_REFERENCE_ANY;
}

/* Of several forms with one fingerprint, the last that a kit made: nothing else is in the field. */
static cclb_form kit_form(uint32_t forms)
{
    for (cclb_form form = CCLB_FORM_COUNT; form > 0; form--) {
        if ((forms >> (form - 1) & 1) && cclb_form_kit(form - 1)) {
            return form - 1;
        }
    }
    return CCLB_FORM_NONE;
}

/* ": rebuild with kit K", and where the module would run as it is. */
static void append_ways(char text[CCLB_EXPLANATION_SIZE], int used, cclb_reference wanted,
                        const cclb_verdict verdicts[EXPLAIN_RUNTIMES])
{
    cclb_reference other = newest_admitting(verdicts);
    if (used < 0 || used >= CCLB_EXPLANATION_SIZE) {
        return;
    }
    size_t room = CCLB_EXPLANATION_SIZE - (size_t)used;
    if (other == CCLB_REFERENCE_ANY) {
        snprintf(text + used, room, ": rebuild with kit %s", explain_kit(wanted));
    } else {
        snprintf(text + used, room, ": rebuild with kit %s, or run it under reference %s", explain_kit(wanted),
                 cclb_reference_name(other));
    }
}

static void explain_fingerprint(const struct module_sections *sections, cclb_reference wanted, cclb_hook hook,
                                const cclb_verdict verdicts[EXPLAIN_RUNTIMES], char text[CCLB_EXPLANATION_SIZE])
{
    cclb_bytes schema = sections->schemas[hook][WIRE_VERSION - 1];
    cclb_form form = kit_form(wire_fingerprint_forms(hook, schema.data));
    const char *form_wanted = cclb_form_name(cclb_reference_form(wanted));
    int used;
    if (form == CCLB_FORM_NONE) {
        used = snprintf(text, CCLB_EXPLANATION_SIZE,
                        "the %s hook has a fingerprint of no published form; runtime %s wants %s", cclb_hook_name(hook),
                        cclb_reference_name(wanted), form_wanted);
    } else {
        used = snprintf(text, CCLB_EXPLANATION_SIZE, "the %s hook is of form %s (kit %s); runtime %s wants %s",
                        cclb_hook_name(hook), cclb_form_name(form), cclb_form_kit(form), cclb_reference_name(wanted),
                        form_wanted);
    }
    append_ways(text, used, wanted, verdicts);
}

/* What a rule wants, for those that a rebuild with the same kit does not mend; NULL for all others. */
static const char *advice(uint32_t rule)
{
    switch (rule) {
    case 1:
        return "give the binary of a core module: not text, not a component, whole";
    case 2:
        return "build for wasm32-unknown-unknown, without WASI and without imported functions or memory";
    case 3:
        return "a schema section holds one 32-byte fingerprint; let the kit write it";
    case 5:
        return "build the plugin with a plugin kit, and do not strip custom sections";
    case 8:
        return "only transform_response and transform_sse_event may be declared noop";
    case 9:
    case 10:
        return "declare the hooks of the slot, or register the plugin in a slot of another kind";
    case 12:
        return "register the plugin in a shape slot";
    case 14:
        return "declare the shape hook that the transform hooks belong to";
    case 15:
        return "export memory, cc_lb_alloc and cc_lb_free, as the kit does";
    default:
        return NULL;
    }
}

/* Of the faults of R16 only a fingerprint has a place in the module. One that `form` has is no fault of that form. */
static bool is_fingerprint_fault(const struct module_sections *sections, const cclb_error *refusal, cclb_form form)
{
    if (refusal->rule != 16 || refusal->offset == CCLB_NO_OFFSET) {
        return false;
    }
    cclb_bytes schema = sections->schemas[refusal->hook][WIRE_VERSION - 1];
    return !(wire_fingerprint_forms(refusal->hook, schema.data) >> form & 1);
}

/* Which runtime's form a refusal under `reference` is held against. */
static cclb_reference wanted_under(cclb_reference reference)
{
    return reference == CCLB_REFERENCE_ANY ? CCLB_REFERENCE_COUNT - 1 : reference;
}

void explain_remedy(const struct module_sections *sections, cclb_reference reference, const cclb_error *refusal,
                    const cclb_verdict verdicts[EXPLAIN_RUNTIMES], char text[CCLB_EXPLANATION_SIZE])
{
    cclb_reference wanted = wanted_under(reference);
    text[0] = '\0';
    if (refusal->status != CCLB_REJECTED) {
        return;
    }
    if (is_fingerprint_fault(sections, refusal, cclb_reference_form(wanted))) {
        explain_fingerprint(sections, wanted, refusal->hook, verdicts, text);
        return;
    }
    const char *words = advice(refusal->rule);
    if (words) {
        snprintf(text, CCLB_EXPLANATION_SIZE, "%s", words);
    } else if (newest_admitting(verdicts) != CCLB_REFERENCE_ANY) {
        int used = snprintf(text, CCLB_EXPLANATION_SIZE, "the plugin was made for another runtime than %s",
                            cclb_reference_name(wanted));
        append_ways(text, used, wanted, verdicts);
    } else if (refusal->rule == 6 || refusal->rule == 7) {
        snprintf(text, CCLB_EXPLANATION_SIZE, "correct the metadata in the section %s", METADATA_SECTION);
    } else if (refusal->rule == 16) {
        snprintf(text, CCLB_EXPLANATION_SIZE,
                 "each declared hook needs its function export and its schema section: rebuild with kit %s",
                 explain_kit(wanted));
    }
}

void explain_differences(const struct module_sections *sections, cclb_reference reference, const cclb_error *refusal,
                         char text[CCLB_EXPLANATION_SIZE])
{
    cclb_form wanted = cclb_reference_form(wanted_under(reference));
    text[0] = '\0';
    if (sections == NULL || refusal->status != CCLB_REJECTED || !is_fingerprint_fault(sections, refusal, wanted)) {
        return;
    }
    cclb_bytes schema = sections->schemas[refusal->hook][WIRE_VERSION - 1];
    cclb_form form = kit_form(wire_fingerprint_forms(refusal->hook, schema.data));
    wire_difference(refusal->hook, form, wanted, text, CCLB_EXPLANATION_SIZE);
}
