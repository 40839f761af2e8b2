/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transform_response_result.h - TransformResponseResult: leave the response alone, or replace parts of it.
 */
#ifndef WIRE_TRANSFORM_RESPONSE_RESULT_H
#define WIRE_TRANSFORM_RESPONSE_RESULT_H

#include "wire/generate.h"

#define WIRE_RESPONSE_UNCHANGED(FIELD)
#define WIRE_RESPONSE_REPLACE(FIELD)                                                                                   \
    FIELD(optional_u16, status, WIRE_ALL(2))                                                                           \
    FIELD(optional_headers, headers, WIRE_ALL(8))                                                                      \
    FIELD(optional_spans, body, WIRE_ALL(20))

#define WIRE_TRANSFORM_RESPONSE_RESULT(VARIANT)                                                                        \
    VARIANT(CCLB_TRANSFORM_RESPONSE_UNCHANGED, Unchanged, WIRE_RESPONSE_UNCHANGED)                                     \
    VARIANT(CCLB_TRANSFORM_RESPONSE_REPLACE, Replace, WIRE_RESPONSE_REPLACE)
#define WIRE_TRANSFORM_RESPONSE_RESULT_SIZE WIRE_FROM_W6(32)

WIRE_MESSAGE_API(transform_response_result, cclb_transform_response_result)

#endif
