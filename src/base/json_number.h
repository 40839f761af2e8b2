/* SPDX-License-Identifier: Apache-2.0 */
/* json_number.h - which numbers of JSON are too large for the published runtimes' parser (spec rules R6, R78). */
#ifndef BASE_JSON_NUMBER_H
#define BASE_JSON_NUMBER_H

#include "cclb/bytes.h"

/*
 * Whether a number, which follows the grammar of JSON, has a finite value by the arithmetic of the published runtimes'
 * parser. That one rounds twice, so it differs from a correctly rounded conversion at the very end of the range.
 */
bool number_is_finite(cclb_bytes number);

#endif
