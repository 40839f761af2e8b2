/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_block.h - what the lines of one block say (HTML standard, "Interpreting an event stream").
 *
 * A block is noted line by line as it comes, while its bytes may still move; so what is known of it are offsets from its
 * first byte, a handful however many lines it has.
 */
#ifndef HOOKS_SSE_BLOCK_H
#define HOOKS_SSE_BLOCK_H

#include "cclb/message.h"
#include "hooks/sse_hold.h"

/* The value of a field. */
struct sse_value {
    bool present;
    size_t at;
    size_t len;
};

/* Zeroed: nothing was said yet. */
struct sse_block {
    size_t data_lines;
    size_t data_len;        /* of all of them, an LF behind each */
    struct sse_value data;  /* the last one */
    struct sse_value event; /* the last one */
    struct sse_value id;    /* the last one without NUL */
    struct sse_value retry; /* the last one of digits; one that is empty is no number */
    bool has_comments;
};

/*
 * Notes the line that text is of the block that begins at base; not an empty one. A line that the stream's end cut off is
 * not `whole`: it counts for what a plugin shall see, while half an id or half a number is none.
 */
void sse_block_note(struct sse_block *block, const uint8_t *base, cclb_bytes text, bool whole);

/* The value as it stands in the block's bytes. */
cclb_optional_bytes sse_value_in(const struct sse_value *value, cclb_bytes raw);

/*
 * The event that a block with data lines makes, in place where it can be: several data lines are joined, with an LF
 * between two, and a name that is not UTF-8 is repaired, in `made`, whose bytes are replaced. CCLB_NO_MEMORY.
 */
CCLB_MUST_CHECK cclb_status sse_block_event(const struct sse_block *block, cclb_bytes raw, struct sse_hold *made,
                                            cclb_sse_event *event, cclb_error *error);

#endif
