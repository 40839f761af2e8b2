/* SPDX-License-Identifier: Apache-2.0 */
/* free_trial.h - whether answers may be given back to a plugin with cc_lb_free (docs/adr/0011-stream-sessions.md). */
#ifndef ADMISSION_FREE_TRIAL_H
#define ADMISSION_FREE_TRIAL_H

#include "dispatch/call.h"

/*
 * Goes on where a successful call ended whose output this is: makes the same call some tens of times on its instance, each
 * after the last answer was freed. True if nothing failed, each answer was the same, and request and answer soon lay where
 * they had lain before, so that nothing leaks. Takes no longer than the deadline of one such call, and at most one call
 * more. The instance may be gone afterwards. None of these is counted.
 */
bool free_trial(struct dispatch *dispatch, struct lane *lane, const struct callee *callee, cclb_hook hook,
                const struct call_input *input, const struct call_output *output);

#endif
