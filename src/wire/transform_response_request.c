/* SPDX-License-Identifier: Apache-2.0 */
/* transform_response_request.c - TransformResponseRequest, from its table. */

#include "wire/transform_response_request.h"

#include "wire/records.h"

WIRE_RECORD_KIND(transform_response_request, cclb_transform_response_request, WIRE_TRANSFORM_RESPONSE_REQUEST)
WIRE_MESSAGE_PASSES(transform_response_request, cclb_transform_response_request, TransformResponseRequest,
                    WIRE_TRANSFORM_RESPONSE_REQUEST_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(transform_response_request, cclb_transform_response_request, CCLB_FORM_W9)
