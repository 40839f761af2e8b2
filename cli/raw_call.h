/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_call.h - a call in the terms of the wire: an archive, or the JSON of its message, goes in, and nothing is judged.
 */
#ifndef CLI_RAW_CALL_H
#define CLI_RAW_CALL_H

#include "emit.h"
#include "plugin.h"

struct raw_call {
    const char *raw_in; /* the file with the request; NULL: archive_json has it */
    const char *archive_json;
    struct file request;
};

/* Reads the request. It is encoded later: the plugin's form is not known yet. */
enum exit_status raw_call_read(struct session *session, struct raw_call *call);

/* Calls an admitted plugin, and tells the answer (answer.h). */
enum exit_status raw_call_make(struct session *session, const struct raw_call *call, const struct plugin *plugin,
                               cclb_hook hook, const char *raw_out, struct emitter *emitter);

/* Frees the request. */
void raw_call_deinit(struct raw_call *call);

#endif
