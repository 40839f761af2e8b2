/* SPDX-License-Identifier: Apache-2.0 */
/* event_text.h - a server-sent event as a stream has it. */
#ifndef CLI_EVENT_TEXT_H
#define CLI_EVENT_TEXT_H

#include "files.h"

#include "cclb/message.h"

/*
 * Writes it, with its name if it has one, its data line by line, and the empty line behind it. *text, which was empty, stays so if no
 * stream has such an event: one without data, or with a CR. False if there is no memory.
 */
bool event_text_write(const cclb_sse_event *event, struct file *text);

#endif
