/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remedy.h - what to do about a module that the static rules took and that a limit, the compiler or a trial call
 * refused. explain.h has the words for the static rules.
 */
#ifndef ADMISSION_REMEDY_H
#define ADMISSION_REMEDY_H

#include "admission/limits.h"
#include "cclb/admission.h"

/* What the words are made from, besides the refusal. */
struct remedy_facts {
    cclb_bytes module;
    const struct module_sections *sections; /* NULL: it was not walked over */
    const cclb_module_limits *limits;
    uint64_t memory_max_bytes; /* of one instance; 0: no runtime was asked */
};

/*
 * One line. A module that asks for more memory at the start than an instance may have is told so, whichever part of the
 * engine refused it: that depends on the isolation (rule R61). "" for CCLB_REJECTED and for faults of the host.
 */
void remedy_write(const struct remedy_facts *facts, const cclb_error *refusal, char text[CCLB_EXPLANATION_SIZE]);

#endif
