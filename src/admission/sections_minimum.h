/* SPDX-License-Identifier: Apache-2.0 */
/* sections_minimum.h - how much the tables and memories of a module ask for at the start, for limits.h. */
#ifndef ADMISSION_SECTIONS_MINIMUM_H
#define ADMISSION_SECTIONS_MINIMUM_H

#include "admission/section_reader.h"

/*
 * Looks through `count` tables, or memories, and sets *largest and *offset to the largest minimum and to where that
 * entry starts; leaves both alone if there is none. It stops at an entry that is malformed or needs a feature that the
 * engine has not, which the compiler refuses anyway: a table of other than functions and external references, or one
 * with an initial value.
 */
void sections_largest_minimum(struct section_reader section, uint32_t count, bool is_memory, uint64_t *largest,
                              uint64_t *offset);

#endif
