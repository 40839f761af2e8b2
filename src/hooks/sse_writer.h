/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_writer.h - writes events as the lines of an event stream.
 *
 * What it writes reads back as what it was given, with two exceptions that the format has no way around: a line end in data
 * comes back as LF, whichever it was, and one in a name is replaced. A name comes from a plugin, and with its line ends it
 * could say whatever it liked in lines of its own; each CR and LF in it becomes U+FFFD, so that the line stays one line and
 * the name cannot be taken for another one that means something (cutting it there could make "error\nx" an "error").
 *
 * Small pieces are gathered, large ones go to the sink as they lie; nothing is allocated and nothing can fail.
 * Thread class: CONFINED to the function that has it on its stack.
 */
#ifndef HOOKS_SSE_WRITER_H
#define HOOKS_SSE_WRITER_H

#include "cclb/message.h"
#include "hooks/sse_framing.h"

/* Takes bytes of the output, borrowed for the call; never none. */
typedef void sse_sink(void *context, cclb_bytes bytes);

struct sse_writer {
    sse_sink *sink;
    void *context;
    uint64_t written; /* bytes, gathered ones too */
    size_t gathered;
    bool line_is_open; /* its LF comes with whatever follows */
    uint8_t room[1000];
};

/* Starts without bytes. */
void sse_writer_init(struct sse_writer *writer, sse_sink *sink, void *context);

/* Bytes of whole lines, or lines that are to stay as they came, as they are; `open`: their last line has no end. */
void sse_writer_raw(struct sse_writer *writer, cclb_bytes bytes, bool open);

/* One line "name: value"; neither may hold line ends. */
void sse_writer_field(struct sse_writer *writer, const char *name, cclb_bytes value);

/* The lines of one event, which sse_writer_end() ends: "event" if it has a name, and one "data" for each line of data. */
void sse_writer_event(struct sse_writer *writer, const cclb_sse_event *event);

/* Ends the block whose lines were written, with an empty line or cut off like another block. */
void sse_writer_end(struct sse_writer *writer, enum sse_end end);

/* Hands over what was gathered. */
void sse_writer_flush(struct sse_writer *writer);

#endif
