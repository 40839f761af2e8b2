/* SPDX-License-Identifier: Apache-2.0 */
/* shape_request.h - ShapeRequest: the request as it would go to the chosen upstream. */
#ifndef WIRE_SHAPE_REQUEST_H
#define WIRE_SHAPE_REQUEST_H

#include "wire/generate.h"

#define WIRE_SHAPE_REQUEST(FIELD)                                                                                      \
    FIELD(text, request_id, WIRE_ALL(0))                                                                               \
    FIELD(text, method, WIRE_ALL(8))                                                                                   \
    FIELD(text, path, WIRE_ALL(16))                                                                                    \
    FIELD(optional_text, query, WIRE_ALL(24))                                                                          \
    FIELD(headers, headers, WIRE_ALL(36))                                                                              \
    FIELD(spans, body, WIRE_ALL(44))                                                                                   \
    FIELD(principal, principal, WIRE_ALL(52))                                                                          \
    FIELD(upstream, upstream, WIRE_ALL(76))
#define WIRE_SHAPE_REQUEST_SIZE WIRE_ALL(92)

WIRE_MESSAGE_API(shape_request, cclb_shape_request)

#endif
