/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - a sign of life on a terminal, for what takes longer than two seconds.
 *
 * The library works on the thread that called it and cannot be interrupted to report, so a thread of our own does.
 * Nothing is printed, and no thread made, where standard error is no terminal.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stddef.h>

/* From now on says what is being done, until progress_stop(). `what` must be safe to print and live as long. */
void progress_start(const char *what);

/* Stops and wipes the line; does nothing if nothing was started. */
void progress_stop(void);

/* Shows as a bar how much of what can be counted is done, if not shown a moment ago; wipes it when all is done. */
void progress_bar(const char *what, size_t done, size_t total);

#endif
