/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - what stands against a module, and what to do about it.
 *
 * Everything here follows from the static rules; no guest code runs. It is for inspect, for reports and for the line
 * that an operator reads when a plugin was refused.
 */
#ifndef ADMISSION_EXPLAIN_H
#define ADMISSION_EXPLAIN_H

#include "admission/static_rules.h"
#include "cclb/admission.h"

/* The published runtimes, those with the same rules as another one included. */
enum { EXPLAIN_RUNTIMES = 7 };

/*
 * What each published runtime says to a module in a slot (as static_rules.h names it), oldest first. Fails, with
 * *verdicts undefined, for want of memory alone: a refusal is a verdict.
 */
cclb_status explain_verdicts(const struct module_sections *sections, cclb_hook slot, struct arena *arena,
                             cclb_verdict verdicts[EXPLAIN_RUNTIMES], cclb_error *error);

/* The same for a module that the section walk refused: every runtime refuses it with this error. */
void explain_refused(const cclb_error *refusal, cclb_verdict verdicts[EXPLAIN_RUNTIMES]);

/* The guest kit whose plugins a runtime takes ("0.1.2" for runtime 0.1.4); NULL for CCLB_REFERENCE_ANY. Static. */
const char *explain_kit(cclb_reference reference);

enum { EXPLAIN_FORMS_SIZE = 32 };

/* Forms as wire_fingerprint_forms() gives them, in words: "W8, W9", or "no published form". Returns text. */
const char *explain_forms(uint32_t forms, char text[EXPLAIN_FORMS_SIZE]);

/*
 * One line on what to do about a refusal under `reference` (CCLB_REFERENCE_ANY: the newest is wanted): rebuild, and
 * with which kit; run it under which reference instead; or what the module lacks. "" if there is nothing to say.
 * `sections` is NULL if the walk refused the module. `verdicts` are those of explain_verdicts().
 */
void explain_remedy(const struct module_sections *sections, cclb_reference reference, const cclb_error *refusal,
                    const cclb_verdict verdicts[EXPLAIN_RUNTIMES], char text[CCLB_EXPLANATION_SIZE]);

/*
 * If a refusal is about the fingerprint of another published form: which fields set that form and the wanted one apart;
 * else "".
 */
void explain_differences(const struct module_sections *sections, cclb_reference reference, const cclb_error *refusal,
                         char text[CCLB_EXPLANATION_SIZE]);

#endif
