/* SPDX-License-Identifier: Apache-2.0 */
/* filter_response.c - FilterResponse, from its table. */

#include "wire/filter_response.h"

#include "wire/records.h"

WIRE_RECORD_KIND(candidate_reason, cclb_candidate_reason, WIRE_CANDIDATE_REASON)
WIRE_ARRAY_KIND(candidate_reasons, cclb_candidate_reasons, candidate_reason, WIRE_CANDIDATE_REASON,
                WIRE_CANDIDATE_REASON_SIZE, 4)
WIRE_RECORD_KIND(filter_response, cclb_filter_response, WIRE_FILTER_RESPONSE)
WIRE_MESSAGE_PASSES(filter_response, cclb_filter_response, FilterResponse, WIRE_FILTER_RESPONSE_SIZE, WIRE_ALL(4))
WIRE_MESSAGE_IN_ONE_LAYOUT(filter_response, cclb_filter_response, CCLB_FORM_W9)
