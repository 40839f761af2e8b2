/* SPDX-License-Identifier: Apache-2.0 */
/* diff.h - in which lines two texts differ. */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cclb/bytes.h"

#include <stdio.h>

/*
 * Writes the lines in which texts differ: "- " stands before those of `from` alone, "+ " before those of `to` alone, two
 * spaces before the lines around them, and "..." for the others. All of it is safe to show; of long lines that take each
 * other's place, the part where they part. Of very many lines that differ the first ones, and how many more there are.
 */
void diff_write(FILE *out, cclb_bytes from, cclb_bytes to);

#endif
