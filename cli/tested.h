/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tested.h - a plugin with a handle for each kind of slot that it serves in, all of one runtime.
 */
#ifndef CLI_TESTED_H
#define CLI_TESTED_H

#include "plugin.h"

struct tested {
    struct plugin plugin;
    cclb_handle *handles[CCLB_SLOT_OBSERVE + 1]; /* by kind; NULL where it has no such hook */
};

/*
 * Makes the runtime and admits the plugin, whose options and module were chosen. One that is refused is explained as by
 * `cclb admit`.
 */
enum exit_status tested_open(struct session *session, struct tested *tested);

/* The handle to call a hook by; NULL if the plugin does not have it. */
cclb_handle *tested_handle(const struct tested *tested, cclb_hook hook);

/* Whether the plugin could have a hook that it has not: its form does. Says in `why` what to do about it. */
enum { TESTED_WHY_SIZE = 192 };
bool tested_could_have(const struct tested *tested, cclb_hook hook, char why[TESTED_WHY_SIZE]);

/* Closes whatever is open. Returns `status`, or that of a failure to close. */
enum exit_status tested_close(struct session *session, struct tested *tested, enum exit_status status);

#endif
