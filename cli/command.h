/* SPDX-License-Identifier: Apache-2.0 */
/* command.h - what there is to run. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "session.h"

struct command {
    const char *name; /* one word or two: "wire check" */
    const char *synopsis;
    const char *summary;  /* one line */
    const char *about;    /* what it does, for someone who does not know; lines end in newlines */
    const char *examples; /* likewise */
    struct command_line line;
    enum exit_status (*run)(struct session *session);
};

extern const struct command inspect_command;
extern const struct command admit_command;
extern const struct command call_command;
extern const struct command sse_command;
extern const struct command replay_command;
extern const struct command bench_command;
extern const struct command new_command;
extern const struct command test_command;
extern const struct command conformance_command;
extern const struct command schema_command;
extern const struct command wire_check_command;
extern const struct command wire_encode_command;
extern const struct command wire_decode_command;

#endif
