/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expected_fault.h - what a case expects of a call that fails: {"error": {"status": ..., "phase": ..., "message": ...}},
 * of which parts may be missing. A message is a part of what is said.
 */
#ifndef CLI_EXPECTED_FAULT_H
#define CLI_EXPECTED_FAULT_H

#include "cclb/error.h"

#include <jansson.h>

/* Zeroed: nothing, and so that the call succeeds. */
struct expected_fault {
    json_t *parts; /* owned: an object with at least one of them, and nothing else */
};

/*
 * Looks for it in JSON that cclb_host_document_read() takes for JSON. CCLB_BAD_INPUT: there is an "error" with something
 * that no fault has, or with none of its parts; CCLB_NO_MEMORY. Without CCLB_OK nothing is expected.
 */
cclb_status expected_fault_find(cclb_bytes json, struct expected_fault *expected, cclb_error *error);

void expected_fault_deinit(struct expected_fault *expected);

/*
 * A fault as such JSON, laid out, from malloc; NULL if there is no memory. It has the parts that are expected, or all if
 * nothing is. A part that is as expected is written as it is there, so that the texts of a fault and of what is expected
 * (`fault` NULL) are the same if and only if the fault is as expected.
 */
char *expected_fault_text(const struct expected_fault *expected, const cclb_error *fault, size_t *len);

#endif
