/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view.h - answers read in place.
 *
 * A view is made from bytes that were checked whole (spec/wire.md section 6), so its accessors cannot fail and read
 * nothing outside them. It points into those bytes: an answer's view ends when its lease is returned. Thread class:
 * CONFINED to the holder of the bytes; views are plain data.
 *
 * Every function here may be called from any thread that has the bytes, and neither blocks nor allocates.
 */
#ifndef CCLB_VIEW_H
#define CCLB_VIEW_H

#include "cclb/error.h"
#include "cclb/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An array inside checked bytes; read it with the accessor of its element type. */
typedef struct cclb_array_view {
    const uint8_t *records;
    size_t count;
} cclb_array_view;

/* What a filter answered. */
typedef struct cclb_filter_response_view {
    cclb_array_view results; /* of cclb_candidate_reason */
} cclb_filter_response_view;

/* What shape answered. */
typedef struct cclb_shape_response_view {
    cclb_bytes url;
    cclb_bytes method;
    cclb_array_view headers; /* of cclb_header */
    cclb_bytes body;
} cclb_shape_response_view;

/* What transform_response answered. */
typedef struct cclb_transform_response_view {
    cclb_transform_response_kind kind; /* the rest is for REPLACE */
    bool has_status;
    uint16_t status;
    bool has_headers;
    cclb_array_view headers; /* of cclb_header */
    cclb_optional_bytes body;
} cclb_transform_response_view;

/* What transform_sse_event answered. */
typedef struct cclb_transform_sse_event_view {
    cclb_transform_sse_event_kind kind;
    cclb_array_view events; /* of cclb_sse_event, for REPLACE */
} cclb_transform_sse_event_view;

/*
 * Check an archive and open it. CCLB_OK fills *view, which points into `archive`; CCLB_DECODE, with the offset of the
 * fault, leaves it alone. The bytes need no alignment; the verdict is the one for bytes at a 16-aligned address (rule
 * R86).
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_filter_response_read(cclb_bytes archive, cclb_filter_response_view *view,
                                                               cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_shape_response_read(cclb_bytes archive, cclb_shape_response_view *view,
                                                              cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_transform_response_read(cclb_bytes archive,
                                                                  cclb_transform_response_view *view,
                                                                  cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_transform_sse_event_read(cclb_bytes archive,
                                                                   cclb_transform_sse_event_view *view,
                                                                   cclb_error *error);

/* Element `index` of an array whose type its member's comment names; index < array.count. Cannot fail. */
CCLB_API cclb_candidate_reason cclb_candidate_reason_at(cclb_array_view array, size_t index);
CCLB_API cclb_header cclb_header_at(cclb_array_view array, size_t index);
CCLB_API cclb_sse_event cclb_sse_event_at(cclb_array_view array, size_t index);

#ifdef __cplusplus
}
#endif

#endif
