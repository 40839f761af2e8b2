/* SPDX-License-Identifier: Apache-2.0 */
/* probe.h - the trial calls of admission (rules R24 to R30). */
#ifndef ADMISSION_PROBE_H
#define ADMISSION_PROBE_H

#include "admission/admit.h"

/*
 * Calls every declared hook of a compiled plugin once, in probing order, leaving out what is declared as noop, under
 * the reference and in the form that *admitted says. Notes in it what each call cost. CCLB_PROBE, with the hook and the
 * inner fault, ends it at the first that fails; faults of the host (below 0) are passed on as they are.
 * dispatch_check_thread() was asked.
 */
cclb_status probe_hooks(struct admitted *admitted, cclb_error *error);

#endif
