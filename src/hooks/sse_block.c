/* SPDX-License-Identifier: Apache-2.0 */
/* sse_block.c - one look at each line; a second one only where data lines are joined. */

#include "hooks/sse_block.h"

#include "base/utf8.h"
#include "base/utf8_repair.h"
#include "hooks/sse_lines.h"

#define NAME(text) cclb_bytes_of(text, sizeof text - 1)

static bool is_number(cclb_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.len > 0;
}

static bool has_nul(cclb_bytes text)
{
    return text.len > 0 && memchr(text.data, '\0', text.len) != NULL;
}

void sse_block_note(struct sse_block *block, const uint8_t *base, cclb_bytes text, bool whole)
{
    cclb_bytes value = {0};
    struct sse_value *noted = NULL;
    if (text.data[0] == ':') {
        block->has_comments = true;
    } else if (sse_line_is_field(text, NAME("data"), &value)) {
        block->data_len += value.len + 1;
        block->data_lines++;
        noted = &block->data;
    } else if (sse_line_is_field(text, NAME("event"), &value)) {
        noted = &block->event;
    } else if (sse_line_is_field(text, NAME("id"), &value)) {
        noted = whole && !has_nul(value) ? &block->id : NULL;
    } else if (sse_line_is_field(text, NAME("retry"), &value)) {
        noted = whole && is_number(value) ? &block->retry : NULL;
    }
    if (noted) {
        *noted = (struct sse_value){.present = true, .at = (size_t)(value.data - base), .len = value.len};
    }
}

cclb_optional_bytes sse_value_in(const struct sse_value *value, cclb_bytes raw)
{
    cclb_optional_bytes found = {.present = value->present};
    if (value->present) {
        found.value = cclb_bytes_of(raw.data + value->at, value->len);
    }
    return found;
}

static cclb_bytes repair_name(struct sse_hold *made, cclb_bytes name)
{
    uint8_t *start = made->data + made->len;
    size_t len = utf8_repair(name, start);
    made->len += len;
    return cclb_bytes_of(start, len);
}

static cclb_bytes join_data(struct sse_hold *made, cclb_bytes raw)
{
    uint8_t *start = made->data + made->len;
    uint8_t *end = start;
    bool first = true;
    struct sse_lines lines;
    struct sse_line line;
    cclb_bytes value;
    sse_lines_init(&lines, raw);
    while (sse_lines_next(&lines, &line)) {
        if (sse_line_is_field(line.text, NAME("data"), &value)) {
            if (!first) {
                *end++ = '\n';
            }
            first = false;
            memcpy(end, value.data, value.len);
            end += value.len;
        }
    }
    made->len += (size_t)(end - start);
    return cclb_bytes_of(start, (size_t)(end - start));
}

cclb_status sse_block_event(const struct sse_block *block, cclb_bytes raw, struct sse_hold *made, cclb_sse_event *event,
                            cclb_error *error)
{
    cclb_bytes name = sse_value_in(&block->event, raw).value;
    bool repaired = !utf8_valid(name);
    bool joined = block->data_lines > 1;
    size_t room = (joined ? block->data_len : 0) + (repaired ? name.len * UTF8_REPAIR_GROWTH : 0);
    sse_hold_clear(made);
    if (room > 0) {
        cclb_status status = sse_hold_reserve(made, room, error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    event->event = repaired ? repair_name(made, name) : name;
    event->data = joined ? join_data(made, raw) : sse_value_in(&block->data, raw).value;
    return CCLB_OK;
}
