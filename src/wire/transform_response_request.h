/* SPDX-License-Identifier: Apache-2.0 */
/* transform_response_request.h - TransformResponseRequest: a whole response, on its way back. */
#ifndef WIRE_TRANSFORM_RESPONSE_REQUEST_H
#define WIRE_TRANSFORM_RESPONSE_REQUEST_H

#include "wire/generate.h"

#define WIRE_TRANSFORM_RESPONSE_REQUEST(FIELD)                                                                         \
    FIELD(text, request_id, WIRE_ALL(0))                                                                               \
    FIELD(principal, principal, WIRE_ALL(8))                                                                           \
    FIELD(upstream, upstream, WIRE_ALL(32))                                                                            \
    FIELD(text, request_method, WIRE_ALL(48))                                                                          \
    FIELD(text, request_path, WIRE_ALL(56))                                                                            \
    FIELD(text, canonical_model_id, WIRE_ALL(64))                                                                      \
    FIELD(u16, response_status, WIRE_ALL(72))                                                                          \
    FIELD(headers, response_headers, WIRE_ALL(76))                                                                     \
    FIELD(spans, body, WIRE_ALL(84))
#define WIRE_TRANSFORM_RESPONSE_REQUEST_SIZE WIRE_FROM_W6(92)

WIRE_MESSAGE_API(transform_response_request, cclb_transform_response_request)

#endif
