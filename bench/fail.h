/* SPDX-License-Identifier: Apache-2.0 */
/* fail.h - the end of a benchmark that cannot go on: one line on stderr, exit status 1. */
#ifndef BENCH_FAIL_H
#define BENCH_FAIL_H

#include <stddef.h>

__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/* Memory, zeroed; fails where there is none. */
void *take_memory(size_t size);

#endif
