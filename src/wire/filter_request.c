/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_request.c - one copy of each pass per layout: two tables with columns of their own make five of them.
 */

#include "wire/filter_request.h"

#include "wire/records.h"

WIRE_RECORD_KIND(upstream_candidate, cclb_upstream_candidate, WIRE_UPSTREAM_CANDIDATE)
WIRE_ARRAY_KIND(upstream_candidates, cclb_upstream_candidates, upstream_candidate, WIRE_UPSTREAM_CANDIDATE,
                WIRE_UPSTREAM_CANDIDATE_SIZE, 8)
WIRE_RECORD_KIND(filter_request, cclb_filter_request, WIRE_FILTER_REQUEST)
WIRE_MESSAGE_PASSES(filter_request, cclb_filter_request, FilterRequest, WIRE_FILTER_REQUEST_SIZE,
                    WIRE_FILTER_REQUEST_ALIGN)

bool wire_measure_filter_request(const cclb_filter_request *message, cclb_form form, size_t *size,
                                 struct wire_fault *fault)
{
    switch (form) {
    case CCLB_FORM_W2:
        return measure_filter_request(message, CCLB_FORM_W2, size, fault);
    case CCLB_FORM_W3:
        return measure_filter_request(message, CCLB_FORM_W3, size, fault);
    case CCLB_FORM_W4:
        return measure_filter_request(message, CCLB_FORM_W4, size, fault);
    case CCLB_FORM_W5:
    case CCLB_FORM_W6:
        return measure_filter_request(message, CCLB_FORM_W6, size, fault);
    default:
        return measure_filter_request(message, CCLB_FORM_W9, size, fault);
    }
}

void wire_write_filter_request(const cclb_filter_request *message, cclb_form form, uint8_t *out, size_t size)
{
    switch (form) {
    case CCLB_FORM_W2:
        write_filter_request(message, CCLB_FORM_W2, out, size);
        break;
    case CCLB_FORM_W3:
        write_filter_request(message, CCLB_FORM_W3, out, size);
        break;
    case CCLB_FORM_W4:
        write_filter_request(message, CCLB_FORM_W4, out, size);
        break;
    case CCLB_FORM_W5:
    case CCLB_FORM_W6:
        write_filter_request(message, CCLB_FORM_W6, out, size);
        break;
    default:
        write_filter_request(message, CCLB_FORM_W9, out, size);
        break;
    }
}

bool wire_check_filter_request(cclb_bytes archive, cclb_form form, size_t misalign, struct wire_fault *fault)
{
    switch (form) {
    case CCLB_FORM_W2:
        return check_filter_request(archive, CCLB_FORM_W2, misalign, fault);
    case CCLB_FORM_W3:
        return check_filter_request(archive, CCLB_FORM_W3, misalign, fault);
    case CCLB_FORM_W4:
        return check_filter_request(archive, CCLB_FORM_W4, misalign, fault);
    case CCLB_FORM_W5:
    case CCLB_FORM_W6:
        return check_filter_request(archive, CCLB_FORM_W6, misalign, fault);
    default:
        return check_filter_request(archive, CCLB_FORM_W9, misalign, fault);
    }
}
