/* SPDX-License-Identifier: Apache-2.0 */
/* plots.h - results as pictures: data files and a script that gnuplot makes SVG files of. */
#ifndef BENCH_PLOTS_H
#define BENCH_PLOTS_H

#include "report.h"

/*
 * Writes into a folder that is there: plots.gp, to be run in it, and what it reads. For each row with a distribution
 * latency-ROW, and how calls scale with threads and with the size of the body. Fails if it cannot be written.
 */
void plots_write(const struct report *report, const char *folder);

#endif
