/* SPDX-License-Identifier: Apache-2.0 */
/* shape_response.c - ShapeResponse, from its table. */

#include "wire/shape_response.h"

#include "wire/records.h"

WIRE_RECORD_KIND(shape_response, cclb_shape_response, WIRE_SHAPE_RESPONSE)
WIRE_MESSAGE_PASSES(shape_response, cclb_shape_response, ShapeResponse, WIRE_SHAPE_RESPONSE_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(shape_response, cclb_shape_response, CCLB_FORM_W9)
