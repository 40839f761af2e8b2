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
#define ISOLATION_OPTION                                                                                               \
    {                                                                                                                  \
        "isolation", 0, "HOW", "how the sandbox is made: checked (default), guarded,\non_demand; a plugin cannot tell" \
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
enum exit_status choose_isolation(struct session *session, cclb_isolation *isolation);

/* Sets the limits (limits.h) and reads the module that the first operand names. */
enum exit_status choose_module(struct session *session, cclb_module_limits *limits, struct file *module);

/*
 * What to do about a module that was refused: what the report (which may be NULL) says, unless the file plainly is
 * something else. "" if there is nothing to say.
 */
const char *choose_remedy(const struct file *module, const cclb_report *report);

/* What the command can do about a runtime that could not be made. "" if nothing. */
const char *choose_runtime_remedy(const cclb_runtime_options *options, const cclb_error *error);

#endif
