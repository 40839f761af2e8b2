/* SPDX-License-Identifier: Apache-2.0 */
/* probe_requests.h - the fixed requests of the trial calls (rule R26), as messages. */
#ifndef ADMISSION_PROBE_REQUESTS_H
#define ADMISSION_PROBE_REQUESTS_H

#include "cclb/hook.h"

/*
 * The request that every runtime sends to `hook` when it tries a module out: a struct of the hook's request type. What a
 * form lacks (service_tier before W8) is left out when it is encoded. Static.
 */
const void *probe_request(cclb_hook hook);

#endif
