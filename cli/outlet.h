/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outlet.h - standard output as it comes, for what is too long to gather, or has to be there while more is awaited.
 *
 * A terminal gets the same text with everything escaped that could steer it.
 */
#ifndef CLI_OUTLET_H
#define CLI_OUTLET_H

#include "cclb/bytes.h"

struct outlet {
    bool is_terminal;
    uint64_t written; /* bytes that were taken whole */
    int number;       /* the errno of the first write that failed; 0: none has */
};

/* Starts it. */
void outlet_init(struct outlet *outlet);

/* Writes bytes at once, unless a write has failed: a cclb_sse_sink, whose context is the outlet. */
void outlet_put(void *outlet, cclb_bytes bytes);

#endif
