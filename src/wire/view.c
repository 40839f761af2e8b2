/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view.c - the public views: one check, then the root's boxes turned into pointers. Every answer has one layout.
 */

#include "cclb/view.h"

#include "wire/filter_response.h"
#include "wire/records.h"
#include "wire/shape_response.h"
#include "wire/transform_response_result.h"
#include "wire/transform_sse_event_result.h"
#include "wire/wire.h"

#define FORM CCLB_FORM_W9

WIRE_INLINE void view_bytes(const uint8_t *at, cclb_bytes *out)
{
    *out = raw_box(at);
}

WIRE_INLINE void view_array(const uint8_t *at, cclb_array_view *out)
{
    cclb_bytes box = raw_box(at);
    *out = (cclb_array_view){.records = box.data, .count = box.len};
}

#define view_text view_bytes
#define view_spans view_bytes
#define view_headers view_array
#define view_sse_events view_array
#define view_candidate_reasons view_array

/* One row of a table, in a function that has `record`, archived, and `out`. */
#define VIEW_ROW(kind, member, ...) view_##kind(record + WIRE_AT(FORM, __VA_ARGS__), &out.member);

/* Checks an archive and gives its root; NULL with *status and *error if it is none. */
static const uint8_t *open_answer(cclb_hook hook, cclb_bytes archive, cclb_status *status, cclb_error *error)
{
    cclb_error unwanted;
    const struct wire_type *type = wire_answer_type(hook);
    *status = wire_check(type, FORM, archive, 0, error ? error : &unwanted);
    if (*status != CCLB_OK) {
        if (error) {
            error->hook = hook;
        }
        return NULL;
    }
    return archive.data + (archive.len - type->size[FORM]);
}

cclb_status cclb_filter_response_read(cclb_bytes archive, cclb_filter_response_view *view, cclb_error *error)
{
    cclb_status status;
    const uint8_t *record = open_answer(CCLB_HOOK_FILTER, archive, &status, error);
    if (record) {
        cclb_filter_response_view out;
        WIRE_FILTER_RESPONSE(VIEW_ROW)
        *view = out;
    }
    return status;
}

cclb_status cclb_shape_response_read(cclb_bytes archive, cclb_shape_response_view *view, cclb_error *error)
{
    cclb_status status;
    const uint8_t *record = open_answer(CCLB_HOOK_SHAPE, archive, &status, error);
    if (record) {
        cclb_shape_response_view out;
        WIRE_SHAPE_RESPONSE(VIEW_ROW)
        *view = out;
    }
    return status;
}

/* The offsets of a variant's fields by name, for views whose members are not like the message's. */
#define OFFSET_ROW(kind, member, ...) replace_##member = WIRE_AT(CCLB_FORM_W9, __VA_ARGS__),

cclb_status cclb_transform_response_read(cclb_bytes archive, cclb_transform_response_view *view, cclb_error *error)
{
    enum { WIRE_RESPONSE_REPLACE(OFFSET_ROW) };
    cclb_status status;
    const uint8_t *record = open_answer(CCLB_HOOK_TRANSFORM_RESPONSE, archive, &status, error);
    if (record) {
        cclb_transform_response_view out = {.kind = record[0]};
        if (out.kind == CCLB_TRANSFORM_RESPONSE_REPLACE) {
            out.has_status = record[replace_status] == 1;
            if (out.has_status) {
                out.status = raw_u16(record + replace_status + 2);
            }
            out.has_headers = record[replace_headers] == 1;
            if (out.has_headers) {
                view_array(record + replace_headers + 4, &out.headers);
            }
            out.body.present = record[replace_body] == 1;
            if (out.body.present) {
                view_bytes(record + replace_body + 4, &out.body.value);
            }
        }
        *view = out;
    }
    return status;
}

cclb_status cclb_transform_sse_event_read(cclb_bytes archive, cclb_transform_sse_event_view *view, cclb_error *error)
{
    cclb_status status;
    const uint8_t *record = open_answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, archive, &status, error);
    if (record) {
        cclb_transform_sse_event_view out = {.kind = record[0]};
        if (out.kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
            WIRE_SSE_EVENT_REPLACE(VIEW_ROW)
        }
        *view = out;
    }
    return status;
}

cclb_candidate_reason cclb_candidate_reason_at(cclb_array_view array, size_t index)
{
    const uint8_t *record = array.records + index * WIRE_AT(FORM, WIRE_CANDIDATE_REASON_SIZE);
    cclb_candidate_reason out;
    WIRE_CANDIDATE_REASON(VIEW_ROW)
    return out;
}

cclb_header cclb_header_at(cclb_array_view array, size_t index)
{
    const uint8_t *record = array.records + index * WIRE_AT(FORM, WIRE_HEADER_SIZE);
    cclb_header out;
    WIRE_HEADER(VIEW_ROW)
    return out;
}

cclb_sse_event cclb_sse_event_at(cclb_array_view array, size_t index)
{
    const uint8_t *record = array.records + index * WIRE_AT(FORM, WIRE_SSE_EVENT_SIZE);
    cclb_sse_event out;
    WIRE_SSE_EVENT(VIEW_ROW)
    return out;
}
