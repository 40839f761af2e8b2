/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_script.h - verdicts on events that depend on nothing but the event's place in the stream, so that two programs
 * that are asked in any chunks give the same.
 *
 * A text has a letter for each event, the last one also for all that follow:
 *     u unchanged   r replaced by one event   m by several odd ones   z by none   d dropped
 *     p failed and passed through   e failed and the end
 */
#ifndef TESTS_SSE_SCRIPT_H
#define TESTS_SSE_SCRIPT_H

#include "cclb/message.h"

enum { SSE_SCRIPT_EVENTS = 4 };

/* The letter for the event of that place, from 0. */
char sse_script_letter(const char *verdicts, size_t place);

/* The events that replace one, for the letters r and m; how many. They live as long as the program. */
size_t sse_script_events(char letter, const cclb_sse_event **events);

#endif
