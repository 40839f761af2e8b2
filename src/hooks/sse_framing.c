/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_framing.c - a line is looked at once, when it is complete, and what a block is known to say is a handful of offsets.
 *
 * A block is read in the chunk as long as it lies there. When a chunk ends inside a block, all of the block goes to `held`,
 * and the lines that follow are appended there, so that its bytes are always in one place.
 */

#include "hooks/sse_framing.h"

#include "base/error.h"

#include <inttypes.h>

static const uint8_t byte_order_mark[] = {0xef, 0xbb, 0xbf};

/* A piece that is no event. The rest of it stays as it is: to clear it would take as long as to find the next line. */
static void give(struct sse_piece *piece, enum sse_kind kind, cclb_bytes raw)
{
    piece->kind = kind;
    piece->raw = raw;
}

bool sse_begins_with_mark(cclb_bytes bytes)
{
    return bytes.len >= sizeof byte_order_mark && memcmp(bytes.data, byte_order_mark, sizeof byte_order_mark) == 0;
}

void sse_framing_init(struct sse_framing *framing, const cclb_allocator *allocator, uint64_t event_max_bytes)
{
    *framing = (struct sse_framing){
        .held.allocator = allocator,
        .made.allocator = allocator,
        .event_max_bytes = event_max_bytes,
    };
}

void sse_framing_deinit(struct sse_framing *framing)
{
    sse_hold_deinit(&framing->held);
    sse_hold_deinit(&framing->made);
}

uint64_t sse_framing_held(const struct sse_framing *framing)
{
    return framing->state == SSE_AT_START ? framing->mark_len : framing->given ? 0 : framing->held.len;
}

void sse_framing_feed(struct sse_framing *framing, cclb_bytes chunk)
{
    sse_lines_init(&framing->lines, chunk);
}

static bool chunk_is_used_up(const struct sse_framing *framing)
{
    return framing->lines.at == framing->lines.bytes.len;
}

/* The chunk from a place to where it is used up. */
static cclb_bytes chunk_from(const struct sse_framing *framing, size_t start)
{
    return cclb_bytes_of(framing->lines.bytes.data + start, framing->lines.at - start);
}

static bool chunk_ended_with_cr(const struct sse_framing *framing)
{
    return chunk_is_used_up(framing) && framing->lines.bytes.data[framing->lines.at - 1] == '\r';
}

/* Takes the LF of the CRLF that ended an event, if its CR was the last byte of the chunk before. */
static bool take_lf_of_event(struct sse_framing *framing)
{
    bool expected = framing->cr_of_event;
    framing->cr_of_event = false;
    if (!expected || framing->lines.bytes.data[framing->lines.at] != '\n') {
        return false;
    }
    framing->lines.at++;
    return true;
}

/* The bytes of the block that is open. */
static cclb_bytes block_bytes(const struct sse_framing *framing)
{
    if (framing->held.len > 0) {
        return cclb_bytes_of(framing->held.data, framing->held.len);
    }
    return cclb_bytes_of(framing->lines.bytes.data + framing->block_start, framing->block_len);
}

/* ---- Between blocks */

static void open_block(struct sse_framing *framing, size_t start, size_t len)
{
    framing->state = SSE_IN_BLOCK;
    framing->block = (struct sse_block){0};
    framing->block_start = start;
    framing->block_len = len;
    framing->line_start = 0;
}

/* The first bytes of the stream: one byte order mark is no part of it ("UTF-8 decode", Encoding standard). */
static cclb_status take_mark(struct sse_framing *framing, struct sse_piece *piece, cclb_error *error)
{
    struct sse_lines *lines = &framing->lines;
    size_t len = sizeof byte_order_mark - framing->mark_len;
    if (len > lines->bytes.len) {
        len = lines->bytes.len;
    }
    if (memcmp(lines->bytes.data, byte_order_mark + framing->mark_len, len) == 0) {
        lines->at = len;
        framing->mark_len = (uint8_t)(framing->mark_len + len);
        if (framing->mark_len == sizeof byte_order_mark) {
            framing->state = SSE_BETWEEN;
            give(piece, SSE_PASS, cclb_bytes_of(byte_order_mark, sizeof byte_order_mark));
        }
        return CCLB_OK;
    }
    framing->state = SSE_BETWEEN;
    if (framing->mark_len == 0) {
        return CCLB_OK;
    }
    /* It was no mark but a field with an odd name. */
    open_block(framing, 0, framing->mark_len);
    return sse_hold_append(&framing->held, cclb_bytes_of(byte_order_mark, framing->mark_len), error);
}

/* Empty lines, and comments in front of a block. */
static void take_loose_lines(struct sse_framing *framing, struct sse_piece *piece)
{
    struct sse_lines *lines = &framing->lines;
    size_t start = lines->at;
    struct sse_line line;
    if (take_lf_of_event(framing)) {
        give(piece, SSE_EVENT_LF, chunk_from(framing, start));
        return;
    }
    /* The LF of any other CRLF that two chunks share is taken for an empty line, which passes as well. */
    bool inside = framing->state == SSE_IN_COMMENT;
    while (!chunk_is_used_up(framing)) {
        uint8_t first = lines->bytes.data[lines->at];
        if (!inside && first != ':' && first != '\n' && first != '\r') {
            break;
        }
        if (sse_lines_next(lines, &line)) {
            inside = line.end_len == 0;
        }
    }
    if (lines->at > start) {
        give(piece, SSE_PASS, chunk_from(framing, start));
    }
    framing->state = inside ? SSE_IN_COMMENT : SSE_BETWEEN;
    if (!chunk_is_used_up(framing)) {
        open_block(framing, lines->at, 0);
    }
}

/* ---- Inside a block */

/* Gives the block that is open away, as an event if it has data. */
static cclb_status give_block(struct sse_framing *framing, enum sse_end end, struct sse_piece *piece, cclb_error *error)
{
    const struct sse_block *block = &framing->block;
    cclb_bytes raw = block_bytes(framing);
    if (block->data_lines > 0) {
        cclb_status status = sse_block_event(block, raw, &framing->made, &piece->event, error);
        if (status != CCLB_OK) {
            return status;
        }
        piece->end = end;
        piece->id = sse_value_in(&block->id, raw);
        piece->retry = sse_value_in(&block->retry, raw);
        piece->has_comments = block->has_comments;
    }
    give(piece, block->data_lines > 0 ? SSE_EVENT : SSE_PASS, raw);
    framing->state = SSE_BETWEEN;
    framing->given = true;
    return CCLB_OK;
}

/* The next line of the block, or more of it. */
static cclb_status take_line(struct sse_framing *framing, struct sse_piece *piece, cclb_error *error)
{
    struct sse_lines *lines = &framing->lines;
    struct sse_line line = {0};
    size_t start = lines->at;
    bool late_lf = framing->cr_of_line && lines->bytes.data[start] == '\n';
    (void)sse_lines_next(lines, &line); /* the chunk is not used up */
    bool blank = !late_lf && line.text.len == 0 && framing->line_start == framing->block_len;
    size_t len = lines->at - start;
    /* The LF that ends a block may come late, when the block is gone, so it is not counted when it comes in time. */
    size_t counted = blank ? 1 : len;
    uint64_t max = framing->event_max_bytes;
    if (framing->block_len > max || counted > max - framing->block_len) {
        return error_set(error, CCLB_LIMIT, 0, CCLB_PHASE_NONE,
                         "an event is longer than event_max_bytes, %" PRIu64 ", which a host can raise", max);
    }
    if (framing->held.len > 0) {
        cclb_status status = sse_hold_append(&framing->held, chunk_from(framing, start), error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    framing->block_len += len;
    framing->cr_of_line = false;
    if (late_lf) {
        framing->line_start = framing->block_len;
        return CCLB_OK;
    }
    if (line.end_len == 0) {
        return CCLB_OK;
    }
    if (blank) {
        framing->cr_of_event = framing->block.data_lines > 0 && chunk_ended_with_cr(framing);
        return give_block(framing, SSE_END_WHOLE, piece, error);
    }
    const uint8_t *base = block_bytes(framing).data;
    size_t text_len = framing->block_len - line.end_len - framing->line_start;
    sse_block_note(&framing->block, base, cclb_bytes_of(base + framing->line_start, text_len), true);
    framing->line_start = framing->block_len;
    framing->cr_of_line = chunk_ended_with_cr(framing);
    return CCLB_OK;
}

/* ---- The stream */

cclb_status sse_framing_next(struct sse_framing *framing, struct sse_piece *piece, cclb_error *error)
{
    cclb_status status = CCLB_OK;
    give(piece, SSE_NOTHING, (cclb_bytes){0});
    if (framing->given) {
        framing->given = false;
        sse_hold_clear(&framing->held);
    }
    sse_hold_clear(&framing->made);
    while (status == CCLB_OK && piece->kind == SSE_NOTHING && !chunk_is_used_up(framing)) {
        switch (framing->state) {
        case SSE_AT_START:
            status = take_mark(framing, piece, error);
            break;
        case SSE_BETWEEN:
        case SSE_IN_COMMENT:
            take_loose_lines(framing, piece);
            break;
        case SSE_IN_BLOCK:
            status = take_line(framing, piece, error);
            break;
        }
    }
    if (status == CCLB_OK && piece->kind == SSE_NOTHING && framing->state == SSE_IN_BLOCK && framing->held.len == 0) {
        /* The chunk goes, and the block is not complete. */
        status = sse_hold_append(&framing->held, block_bytes(framing), error);
    }
    return status;
}

cclb_status sse_framing_finish(struct sse_framing *framing, struct sse_piece *piece, cclb_error *error)
{
    give(piece, SSE_NOTHING, (cclb_bytes){0});
    switch (framing->state) {
    case SSE_AT_START:
        if (framing->mark_len > 0) {
            give(piece, SSE_PASS, cclb_bytes_of(byte_order_mark, framing->mark_len));
        }
        framing->state = SSE_BETWEEN;
        return CCLB_OK;
    case SSE_IN_BLOCK: {
        cclb_bytes raw = block_bytes(framing);
        bool cut = framing->line_start < raw.len;
        if (cut) {
            cclb_bytes text = cclb_bytes_of(raw.data + framing->line_start, raw.len - framing->line_start);
            sse_block_note(&framing->block, raw.data, text, false);
        }
        return give_block(framing, cut ? SSE_END_CUT : SSE_END_LINE, piece, error);
    }
    case SSE_BETWEEN:
    case SSE_IN_COMMENT:
        break;
    }
    return CCLB_OK;
}
