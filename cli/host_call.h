/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_call.h - a call in the terms of a proxy: a host document goes in, what the answer means to a host comes out,
 * judged and under the policies of the command line.
 */
#ifndef CLI_HOST_CALL_H
#define CLI_HOST_CALL_H

#include "document.h"
#include "emit.h"
#include "hook_result.h"
#include "plugin.h"

/* The options that mean nothing without a host document: these, and what becomes of a failure. */
#define HOST_POLICY_OPTIONS                                                                                            \
    {"origin-policy", 0, "POLICY",                                                                                     \
     "where shape may send a request: unrestricted (default), or\n"                                                    \
     "selected-upstream-origin"},                                                                                      \
    {                                                                                                                  \
        "cookie-redaction", 0, NULL, "do not send cookies of the request to the plugin"                                \
    }
#define HOST_CALL_OPTIONS FAILURE_POLICY_OPTION, HOST_POLICY_OPTIONS

/* Sets the policies that were given. */
enum exit_status host_call_choose(struct session *session, cclb_runtime_options *options);

/* Refuses those that were given, where there is no --request. */
enum exit_status host_call_refuse_options(struct session *session);

/* Refuses a policy that was given and means nothing to any hook of which `called` is true. */
enum exit_status host_call_check_policies(struct session *session, const bool called[CCLB_HOOK_COUNT]);

/* The same where one hook is called. */
enum exit_status host_call_check_hook(struct session *session, cclb_hook hook);

/*
 * Calls the hook that result->hook names with a document that was checked. CCLB_OK fills *result, which is to be given
 * back with hook_result_return(); otherwise it is as it was.
 */
cclb_status host_call_once(cclb_runtime *runtime, cclb_handle *handle, const cclb_host_document *document,
                           struct hook_result *result, cclb_error *error);

/*
 * Calls an admitted plugin with a document that was checked, and tells the result; `raw_out`, if it is not NULL, is
 * where to store the answer's archive. With --json the result goes into the object of `emitter`.
 */
enum exit_status host_call_make(struct session *session, const struct document *document, const struct plugin *plugin,
                                cclb_hook hook, const char *raw_out, struct emitter *emitter);

#endif
