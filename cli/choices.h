/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choices.h - the options that several commands share, as values of the library.
 *
 * Each sets its value from the option, or leaves it alone if that was not given; anything but EXIT_DONE has been told.
 */
#ifndef CLI_CHOICES_H
#define CLI_CHOICES_H

#include "files.h"
#include "limits.h"

#include "cclb/admission.h"

#define SLOT_OPTION                                                                                                    \
    {                                                                                                                  \
        "slot", 0, "KIND", "the kind of slot that should take it: filter, shape, observe,\nor any (default)"           \
    }
#define REFERENCE_OPTION                                                                                               \
    {                                                                                                                  \
        "reference", 0, "VERSION",                                                                                     \
            "the published runtime whose rules hold: 0.1.1, 0.1.2, 0.1.4,\n0.3.0, or any (default): the newest that "  \
            "takes it"                                                                                                 \
    }
#define SANDBOX_OPTIONS                                                                                                \
    {"isolation", 0, "HOW", "how the sandbox is made: checked (default), guarded,\non_demand; a plugin cannot tell"},  \
    {                                                                                                                  \
        "reset", 0, "HOW",                                                                                             \
            "how its memory is reset: auto (default), scan, pagemap, rewrite,\n"                                       \
            "decommit"                                                                                                 \
    }
#define DEADLINE_OPTION_OF(standard)                                                                                   \
    {                                                                                                                  \
        "deadline", 0, "TIME",                                                                                         \
            "how long guest code may compute, beside 50 ms for each MiB of the\nrequest: " standard                    \
            " (default), 2s ..."                                                                                       \
    }
#define DEADLINE_OPTION DEADLINE_OPTION_OF("100ms")
#define FAILURE_POLICY_OPTION                                                                                          \
    {                                                                                                                  \
        "failure-policy", 0, "POLICY",                                                                                 \
            "what becomes of a failure: fail-closed (default), it ends the\n"                                          \
            "command with status 1; pass-through, all goes on as if the\n"                                             \
            "plugin had changed nothing"                                                                               \
    }
#define JSON_OPTION                                                                                                    \
    {                                                                                                                  \
        "json", 0, NULL, "print one JSON object, also on failure"                                                      \
    }
#define HELP_OPTION                                                                                                    \
    {                                                                                                                  \
        "help", 'h', NULL, "print this page"                                                                           \
    }

enum exit_status choose_slot(struct session *session, cclb_slot_kind *kind);
enum exit_status choose_reference(struct session *session, cclb_reference *reference);

/* How sandboxes are made and reset. */
enum exit_status choose_sandbox(struct session *session, cclb_runtime_options *options);

/* Sets the time bound of every hook, beside the library's own default for each MiB. */
void choices_set_deadline(cclb_runtime_options *options, uint64_t base_ns);

/* A number of bytes, of the option of that name. */
enum exit_status choose_size(struct session *session, const char *option, uint64_t *bytes);

/* The time bound of every hook. */
enum exit_status choose_deadline(struct session *session, cclb_runtime_options *options);

/* pass-through or fail-closed; fail-closed if the option was not given. */
enum exit_status choose_failure_policy(struct session *session, cclb_failure_policy *policy);
enum exit_status choose_origin_policy(struct session *session, cclb_origin_policy *policy);

/* The hook of that name. */
enum exit_status choose_hook(struct session *session, const char *name, cclb_hook *hook);

/* The form of that name: "W9", "9" as plugins and `new` have it, or the version of its wire crate. Else CCLB_FORM_NONE. */
cclb_form form_named(const char *text);

/* The form that --form names; CCLB_FORM_NONE if the option was not given. */
enum exit_status choose_form(struct session *session, cclb_form *form);

/* Refuses a request from standard input where the plugin comes from there. */
enum exit_status choose_request_file(struct session *session, const char *file);

/* Sets the limits (limits.h; `bounds` may be NULL) and reads the module in the file of that name. */
enum exit_status choose_module(struct session *session, const char *path, cclb_module_limits *limits,
                               cclb_wire_bounds *bounds, struct file *module);

/*
 * What to do about a module that was refused: what the report (which may be NULL) says, unless the file plainly is
 * something else. "" if there is nothing to say.
 */
const char *choose_remedy(const struct file *module, const cclb_report *report);

/* Tells why no runtime could be made with these options, and what the command can do about it. */
enum exit_status choose_fail_runtime(struct session *session, const cclb_runtime_options *options,
                                     const cclb_error *error);

#endif
