/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - where and under what conditions results were made, without which they mean nothing. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stddef.h>

/* How many processes wanted a CPU over the last minute; negative: not known. */
double machine_load(void);

/* Writes the machine as members of a JSON object, the last with a comma behind it; cut to fit. */
void machine_describe(double load_before, char *text, size_t capacity);

#endif
