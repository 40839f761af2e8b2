/* SPDX-License-Identifier: Apache-2.0 */
/* shape_request.c - ShapeRequest, from its table. */

#include "wire/shape_request.h"

#include "wire/records.h"

WIRE_RECORD_KIND(shape_request, cclb_shape_request, WIRE_SHAPE_REQUEST)
WIRE_MESSAGE_PASSES(shape_request, cclb_shape_request, ShapeRequest, WIRE_SHAPE_REQUEST_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(shape_request, cclb_shape_request, CCLB_FORM_W9)
