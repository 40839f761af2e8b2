/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.h - what came of a case, as text to hold against a file.
 *
 * Of a hook that is JSON, laid out by lines: {"result": ...} as `cclb call --json` has it, or
 * {"error": {"status": ..., "phase": ..., "message": ...}}. Of a stream it is the stream that came out; one that failed
 * ends with the comment ": failed: STATUS in PHASE".
 */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include "cases.h"
#include "document.h"
#include "files.h"
#include "tested.h"

/* What goes in. */
struct question {
    const struct test_case *of;
    struct document document; /* nothing is read: a stream without one */
    struct file stream;
};

/* Zeroed: none yet. */
struct reply {
    char *text;
    size_t len;
    bool is_fault;    /* of a call, and `text` says so */
    bool is_cut_off;  /* a stream that failed */
    uint64_t events;  /* of a stream: how many came, the one that failed last */
    cclb_error fault; /* what failed last, be it passed through; CCLB_OK: nothing */
};

/*
 * Asks once a plugin that has the hook. CCLB_OK: it replied, be it with a fault. Else the question is wrong, or the
 * machine at fault, and *error says how.
 */
cclb_status reply_get(const struct tested *tested, const struct question *question, struct reply *reply,
                      cclb_error *error);

/* Frees it. */
void reply_deinit(struct reply *reply);

#endif
