/* SPDX-License-Identifier: Apache-2.0 */
/* shape_response.h - ShapeResponse: the request that the plugin wants sent instead. */
#ifndef WIRE_SHAPE_RESPONSE_H
#define WIRE_SHAPE_RESPONSE_H

#include "wire/generate.h"

#define WIRE_SHAPE_RESPONSE(FIELD)                                                                                     \
    FIELD(text, url, WIRE_ALL(0))                                                                                      \
    FIELD(text, method, WIRE_ALL(8))                                                                                   \
    FIELD(headers, headers, WIRE_ALL(16))                                                                              \
    FIELD(spans, body, WIRE_ALL(24))
#define WIRE_SHAPE_RESPONSE_SIZE WIRE_ALL(32)

WIRE_MESSAGE_API(shape_response, cclb_shape_response)

#endif
