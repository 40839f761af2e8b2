/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - what the judgement of every hook's answer has in common. */
#ifndef HOOKS_ANSWER_H
#define HOOKS_ANSWER_H

#include "hooks/hooks.h"

/* How the faults of one hook begin (rules R91, R92, R104, R105). */
struct fault_words {
    const char *trap;
    const char *other;
};

/*
 * Refuses an answer: CCLB_REJECTED in the phase CCLB_PHASE_ANSWER. Text of the answer stands between backquotes in the
 * message, by which capsules know what they have to mask.
 */
__attribute__((format(printf, 4, 5))) cclb_status answer_reject(cclb_error *error, cclb_hook hook, uint32_t rule,
                                                                const char *format, ...);

/* Whether an answer has no more than wire_bounds.max_items; `what` are they, for messages. */
cclb_status answer_check_items(const struct hooks *hooks, const struct run *run, size_t count, const char *what,
                               cclb_error *error);

/* Whether an answer is within wire_bounds.output_body_bytes; `rule` says so if it is not. */
cclb_status answer_check_size(const struct hooks *hooks, const struct run *run, uint32_t rule, cclb_error *error);

/*
 * How a failed call is told: by its hook, and with the words in front, but for what is wrong with the request
 * (CCLB_BAD_INPUT) and for faults of the host and the machine (below CCLB_OK), which stay as they are.
 */
cclb_status answer_fault(const struct run *run, cclb_status status, struct fault_words words, cclb_error *error);

#endif
