/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pump.h - an event stream from standard input through a plugin to standard output, as it comes.
 */
#ifndef CLI_PUMP_H
#define CLI_PUMP_H

#include "cclb/sse.h"

/* The calls of a runtime, watched by its log. Zeroed: none yet. CONFINED to the thread that calls. */
struct pump_calls {
    uint64_t count;    /* one for each event, whether or not the plugin could be called */
    uint64_t total_ns; /* from the permit to the outcome, like the next */
    uint64_t slowest_ns;
    cclb_error passed; /* the first failure that passed through; CCLB_OK: none did */
    cclb_error kept;   /* what ended the session; CCLB_OK: nothing that the plugin did */
};

/* For cclb_runtime_options.log. Tells of the first failure that passes through when it happens. */
cclb_log pump_watch(struct pump_calls *calls);

/* How a stream came out. */
struct pump_result {
    cclb_sse_info info;
    uint64_t bytes_written; /* as far as standard output took them */
    uint64_t duration_ns;   /* from the first wait for a byte to the end */
    cclb_status status;     /* of the stream; if it is no CCLB_OK, error says why it ended */
    cclb_error error;
    int input_number;  /* the errno of standard input, which then had no proper end; 0: it had one */
    int output_number; /* the errno of standard output, which then took no more; 0: it took all */
};

/* Feeds the stream until something ends it, and describes it. */
void pump_run(cclb_sse_stream *stream, struct pump_result *result);

#endif
