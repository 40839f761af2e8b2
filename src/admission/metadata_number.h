/* SPDX-License-Identifier: Apache-2.0 */
/* metadata_number.h - which numbers are too large for the generic parse of rule R6. */
#ifndef ADMISSION_METADATA_NUMBER_H
#define ADMISSION_METADATA_NUMBER_H

#include "cclb/bytes.h"

/*
 * Whether a number, which follows the grammar of JSON, has a finite value by the arithmetic of the published runtimes'
 * parser. That one rounds twice, so it differs from a correctly rounded conversion at the very end of the range.
 */
bool number_is_finite(cclb_bytes number);

#endif
