/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_framing.h - finds the events in a stream of bytes that comes in any chunks (HTML standard, section 9.2, "Server-sent
 * events", its parts "Parsing" and "Interpreting an event stream").
 *
 * The stream comes out again as pieces. Put together they are what went in, byte for byte, however it was cut, and which
 * of the bytes make an event does not depend on the cuts either. A block of lines up to an empty one is an event if it has
 * a data line, also an empty one: the standard asks whether the data buffer is empty before it takes the last line feed
 * away. All the rest needs nobody's judgement and comes out as early as can be: the byte order mark, comments in front of
 * a block (byte for byte as they come), empty lines, blocks without data once they are complete.
 *
 *     sse_framing_feed(framing, chunk);
 *     do {
 *         status = sse_framing_next(framing, &piece, error);
 *     } while (status == CCLB_OK && piece.kind != SSE_NOTHING);
 *
 * An event that lies in one chunk is seen where it lies; only what several chunks share is copied. Time is linear in the
 * bytes. Thread class: HANDOFF.
 */
#ifndef HOOKS_SSE_FRAMING_H
#define HOOKS_SSE_FRAMING_H

#include "hooks/sse_block.h"
#include "hooks/sse_hold.h"
#include "hooks/sse_lines.h"

enum sse_kind {
    SSE_NOTHING, /* the chunk is used up */
    SSE_PASS,    /* bytes that belong to no event */
    SSE_EVENT,
    SSE_EVENT_LF /* the LF of the CRLF whose CR ended the event before: it is part of that event's bytes */
};

/* How a block ends. */
enum sse_end {
    SSE_END_WHOLE, /* with its empty line */
    SSE_END_LINE,  /* the stream ended behind a line */
    SSE_END_CUT    /* the stream ended inside a line */
};

/* A piece of the stream. What it points to is alive until the next call on the framing, within the fed chunk's life. */
struct sse_piece {
    enum sse_kind kind;
    cclb_bytes raw; /* the bytes themselves; empty for SSE_NOTHING */
    /* The rest is set for SSE_EVENT alone. */
    enum sse_end end;
    /*
     * The name is text: what is not UTF-8 is U+FFFD; empty if there is none. Data are bytes: the lines as they came, with
     * an LF between two. A line that the stream's end cut off counts like any other.
     */
    cclb_sse_event event;
    cclb_optional_bytes id;    /* the last one without NUL; not one that the stream's end cut off, like the next */
    cclb_optional_bytes retry; /* the last one of digits, one or more */
    bool has_comments;         /* other than those in front of it, which came out before */
};

struct sse_framing {
    struct sse_lines lines; /* of the chunk */
    struct sse_hold held;   /* the block so far, if it began in an earlier chunk */
    struct sse_hold made;   /* the joined data and the repaired name of the event given last */
    uint64_t event_max_bytes;
    enum {
        SSE_AT_START,   /* of the stream; mark_len bytes of a byte order mark have come */
        SSE_BETWEEN,    /* blocks, at the start of a line */
        SSE_IN_COMMENT, /* in front of a block */
        SSE_IN_BLOCK
    } state;
    uint8_t mark_len;
    struct sse_block block;
    size_t block_start; /* in the chunk, where nothing of the block is held */
    size_t block_len;   /* so far */
    size_t line_start;  /* of its line that is not complete, as an offset in the block */
    bool cr_of_line;    /* the chunk before ended with the CR of a line of the block, to which an LF still belongs */
    bool cr_of_event;   /* the same for the event given last */
    bool given;         /* what is held went out with the last piece */
};

/*
 * Starts a stream. An event is too long if it has more than event_max_bytes from its first line that is no comment to its
 * end, the LF of a CRLF at the very end not counted. Memory is bounded by that: the event once, its data once more, its
 * name three times if it is not UTF-8. The allocator must outlive it. Allocates nothing.
 */
void sse_framing_init(struct sse_framing *framing, const cclb_allocator *allocator, uint64_t event_max_bytes);

/* Lends a chunk, until sse_framing_next gave SSE_NOTHING; the one before has come to that. */
void sse_framing_feed(struct sse_framing *framing, cclb_bytes chunk);

/*
 * The next piece. CCLB_LIMIT (an event is too long) or CCLB_NO_MEMORY: the stream cannot go on. Allocates only for what
 * chunks share and for joined data.
 */
CCLB_MUST_CHECK cclb_status sse_framing_next(struct sse_framing *framing, struct sse_piece *piece, cclb_error *error);

/*
 * What is left at the end of the stream: an event that was cut off (to the standard it is none; here it is, so that nobody
 * who reads less strictly gets what was not looked at), bytes to pass, or nothing. CCLB_NO_MEMORY. Comes once, and last.
 */
CCLB_MUST_CHECK cclb_status sse_framing_finish(struct sse_framing *framing, struct sse_piece *piece, cclb_error *error);

/* Whether bytes begin with a byte order mark; only at the start of a stream it is one. */
bool sse_begins_with_mark(cclb_bytes bytes);

/* How many bytes came in and have not gone out, once the chunk is used up. */
uint64_t sse_framing_held(const struct sse_framing *framing);

/* Gives its memory back. */
void sse_framing_deinit(struct sse_framing *framing);

#endif
