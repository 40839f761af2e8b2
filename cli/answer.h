/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - what a plugin answered, shown or stored. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "emit.h"
#include "session.h"

#include "cclb/call.h"

/*
 * Stores the answer of a call in `raw_out`, if that is not NULL, and tells about it: facts and a note on what does not
 * read to standard error, the answer as JSON, or as far as it goes in hex, to standard output; with --json into the
 * object of `emitter`.
 */
enum exit_status answer_tell(struct session *session, cclb_hook hook, const cclb_lease *lease, const char *raw_out,
                             struct emitter *emitter);

/* What a call cost, and by whose rules it was made, to standard error. */
void answer_facts(cclb_hook hook, const cclb_lease *lease);

#endif
