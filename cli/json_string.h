/* SPDX-License-Identifier: Apache-2.0 */
/* json_string.h - strings in text that is known to be JSON. */
#ifndef CLI_JSON_STRING_H
#define CLI_JSON_STRING_H

#include "cclb/bytes.h"

/* Where the string whose quotation mark is at `at` ends: behind the other one. */
size_t json_string_end(cclb_bytes json, size_t at);

/* What a string says, whichever way it is spelt. `spelt` is with its quotation marks; `said` has as much room as that. */
cclb_bytes json_string_read(cclb_bytes spelt, uint8_t *said);

#endif
