/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.h - a plugin admitted as a host would admit it, in a runtime of its own, with a handle to call it by.
 */
#ifndef CLI_PLUGIN_H
#define CLI_PLUGIN_H

#include "files.h"

#include "cclb/admission.h"
#include "cclb/call.h"

/* Zeroed: nothing is open. */
struct plugin {
    const char *name; /* what to call its file */
    cclb_runtime_options options;
    struct file module;
    cclb_runtime *runtime;
    cclb_report *report;
    cclb_handle *handle; /* transform hooks are called by nothing else (rule R42) */
};

/* Starts with options of one call at a time; the caller may set others before it is admitted. */
void plugin_init(struct session *session, struct plugin *plugin);

/*
 * Sets what --reference, the sandbox's options and the limits say, and reads the module that the first operand names.
 * `judged`: its answers will be, so there may be limits on them too.
 */
enum exit_status plugin_choose(struct session *session, struct plugin *plugin, bool judged);

/* Whether answers of a hook are judged in calls in a host's terms: what an observer returns is nobody's affair. */
bool plugin_is_judged(cclb_hook hook);

/* The kind of slot in which a plugin with this hook serves. */
cclb_slot_kind plugin_kind(cclb_hook hook);

/* Makes the runtime, if there is none yet, and admits the plugin into the kind of slot in which one with this hook serves. */
enum exit_status plugin_admit(struct session *session, struct plugin *plugin, cclb_hook hook);

/* Whether an admitted plugin is called for a hook, and if not, why: "declares it noop", say. */
bool plugin_calls(const struct plugin *plugin, cclb_hook hook, const char **why);

/* Closes whatever is open. Returns `status`, or that of a failure to close. */
enum exit_status plugin_close(struct session *session, struct plugin *plugin, enum exit_status status);

#endif
