/* SPDX-License-Identifier: Apache-2.0 */
/* observe.c - telling a plugin what happens; what it answers is its own affair (rule R105). */

#include "hooks/answer.h"
#include "hooks/prepare.h"

static const struct fault_words words = {"observe event dropped: ", "observe event dropped: "};

cclb_status hook_observe(const struct hooks *hooks, const cclb_target *target, const cclb_observation *observation,
                         cclb_lease *lease, cclb_error *error)
{
    struct run run;
    cclb_observe_event message;
    cclb_status status = run_enter(&run, hooks->calls, target, CCLB_HOOK_OBSERVE, error);
    if (status == CCLB_OK) {
        status = prepare_observe(observation, run.plugin->callee.reference, run.arena, &message, error);
    }
    if (status == CCLB_OK) {
        status = run_message(&run, &message, error);
    }
    return run_end(&run, answer_fault(&run, status, words, error), lease, error);
}
