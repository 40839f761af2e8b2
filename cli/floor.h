/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.h - the least that a call of any plugin costs: a plugin that looks at nothing and answers the least.
 *
 * It is made for the plugin that it is measured beside: of the same form, with the same hooks, admitted by the rules of
 * the same runtime. So a call of it differs from a call of that one in what the guest does, and in nothing else.
 */
#ifndef CLI_FLOOR_H
#define CLI_FLOOR_H

#include "cclb/admission.h"

/*
 * Registers one in the runtime of an admitted plugin and makes a handle on it, which is the caller's to destroy. On
 * failure, which is told in *error, *floor is untouched.
 */
cclb_status floor_register(cclb_runtime *runtime, cclb_slot_kind kind, const cclb_report *plugin, cclb_handle **floor,
                           cclb_error *error);

#endif
