/* SPDX-License-Identifier: Apache-2.0 */
/* filter_response.h - FilterResponse: a decision and a reason per candidate. */
#ifndef WIRE_FILTER_RESPONSE_H
#define WIRE_FILTER_RESPONSE_H

#include "wire/generate.h"

#define WIRE_CANDIDATE_REASON(FIELD)                                                                                   \
    FIELD(text, upstream_id, WIRE_ALL(0))                                                                              \
    FIELD(text, decision, WIRE_ALL(8))                                                                                 \
    FIELD(text, reason, WIRE_ALL(16))
#define WIRE_CANDIDATE_REASON_SIZE WIRE_ALL(24)

#define WIRE_FILTER_RESPONSE(FIELD) FIELD(candidate_reasons, results, WIRE_ALL(0))
#define WIRE_FILTER_RESPONSE_SIZE WIRE_ALL(8)

WIRE_MESSAGE_API(filter_response, cclb_filter_response)

#endif
