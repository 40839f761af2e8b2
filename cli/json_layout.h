/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_layout.h - JSON with each member and element on a line of its own, but for arrays of a few plain values, such as
 * headers; so that what differs can be told by lines.
 */
#ifndef CLI_JSON_LAYOUT_H
#define CLI_JSON_LAYOUT_H

#include "cclb/error.h"

#include <stdio.h>

/*
 * Writes JSON so, with two spaces for each level and a newline at the end; tokens stay as they are spelt. Text that is no
 * JSON is CCLB_BAD_INPUT, with its place in *error, and nothing is written then.
 */
cclb_status json_layout(FILE *out, cclb_bytes json, cclb_error *error);

#endif
