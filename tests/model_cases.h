/* SPDX-License-Identifier: Apache-2.0 */
/* model_cases.h - what slots_model_test.c explores, and the setups and threads that more than one file uses. */
#ifndef TESTS_MODEL_CASES_H
#define TESTS_MODEL_CASES_H

#include "slots_world.h"

struct model_cases {
    const struct model_program *program;
    size_t count;
};

/* Lanes as permits. */
extern const struct model_cases lane_cases;

/* What calls hold and give back. */
extern const struct model_cases lease_cases;

/* What streams keep between events, and who takes it from them. */
extern const struct model_cases session_cases;

/* Writers, against calls and each other. */
extern const struct model_cases slot_cases;

/* A slot of key 0 with plugin 1, and two permits. */
void one_slot(void *context);
void one_slot_and_handle(void *context);

/* Plugin 2 takes the place of the one that key 0 has. */
void swap(void *context);
void swap_then_flag(void *context);

/* A call that may be turned away; its outcome is world.status[1], and what it saw world.saw[1]. */
void try_to_call_too(void *context);

/* Whether a call succeeded or found everything taken. */
bool is_in_or_turned_away(cclb_status status);

void try_to_end(void *context);

void register_2(void *context);
void evict(void *context);

#endif
