/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expected_fault.h - what a case expects of a call that fails: {"error": {"status": ..., "phase": ..., "message": ...}},
 * of which parts may be missing, in any order and spelling. A message is a part of what is said.
 */
#ifndef CLI_EXPECTED_FAULT_H
#define CLI_EXPECTED_FAULT_H

#include "cclb/error.h"

enum fault_part { FAULT_STATUS, FAULT_PHASE, FAULT_MESSAGE, FAULT_PARTS };

/* Zeroed: nothing, and so that the call succeeds. The parts are views of the text, in its order. */
struct expected_fault {
    cclb_bytes name; /* "error", as it is spelt */
    struct {
        enum fault_part part;
        cclb_bytes key; /* both as they are spelt */
        cclb_bytes value;
    } each[FAULT_PARTS];
    size_t count;
};

/*
 * Looks for it in JSON that was laid out. CCLB_BAD_INPUT: there is an "error" with something that no fault has, or with
 * none of its parts; CCLB_NO_MEMORY.
 */
cclb_status expected_fault_find(cclb_bytes laid_out, struct expected_fault *expected, cclb_error *error);

/*
 * The text of a fault, laid out, from malloc; NULL if there is no memory. It has the parts that are expected, and those
 * that are as expected stand as they do there, so that a fault is what is expected if and only if its text is. Where
 * nothing is expected it has all of them.
 */
char *expected_fault_text(const struct expected_fault *expected, const cclb_error *fault, size_t *len);

#endif
