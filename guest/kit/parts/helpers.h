/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What plugins often do ---- */

/* The candidate may take the request. */
static inline void cclb_accept(cclb_filter_response *answer, cclb_bytes upstream_id)
{
    cclb_candidate_reason verdict = CCLB_ZERO_;
    verdict.upstream_id = upstream_id;
    verdict.decision = CCLB_TEXT("accept");
    cclb_candidate_reason_list_add(&answer->results, verdict);
}

/* The candidate may not take the request; the reason is text for people, and may be empty. */
static inline void cclb_reject(cclb_filter_response *answer, cclb_bytes upstream_id, cclb_bytes reason)
{
    cclb_candidate_reason verdict = CCLB_ZERO_;
    verdict.upstream_id = upstream_id;
    verdict.decision = CCLB_TEXT("reject");
    verdict.reason = reason;
    cclb_candidate_reason_list_add(&answer->results, verdict);
}

/* The value of the first header of that name, whatever its case. */
static inline cclb_optional_bytes cclb_find_header(cclb_headers headers, cclb_bytes name)
{
    cclb_optional_bytes found = CCLB_ZERO_;
    for (size_t i = 0; i < headers.count && !found.present; i++) {
        cclb_header header = cclb_header_at(headers, i);
        if (cclb_bytes_equal_ignoring_case(header.name, name)) {
            found.present = true;
            found.value = header.value;
        }
    }
    return found;
}

/* The value of the first claim of that key. */
static inline cclb_optional_bytes cclb_find_claim(cclb_claims claims, cclb_bytes key)
{
    cclb_optional_bytes found = CCLB_ZERO_;
    for (size_t i = 0; i < claims.count && !found.present; i++) {
        cclb_claim claim = cclb_claim_at(claims, i);
        if (cclb_bytes_equal(claim.key, key)) {
            found.present = true;
            found.value = claim.value;
        }
    }
    return found;
}

/* The value, or `otherwise` where there is none. */
static inline cclb_bytes cclb_value_or(cclb_optional_bytes optional, cclb_bytes otherwise)
{
    return optional.present ? optional.value : otherwise;
}

/* Adds one header to those of an answer. */
static inline void cclb_add_header(cclb_header_list *list, cclb_bytes name, cclb_bytes value)
{
    cclb_header header;
    header.name = name;
    header.value = value;
    cclb_header_list_add(list, header);
}

/* Adds all headers of a request to those of an answer. */
static inline void cclb_add_headers(cclb_header_list *list, cclb_headers headers)
{
    for (size_t i = 0; i < headers.count; i++) {
        cclb_header_list_add(list, cclb_header_at(headers, i));
    }
}

/* Fills in method, headers and body as they came; the URL is still to be said. */
static inline void cclb_pass_on(const cclb_shape_request *request, cclb_shape_response *answer)
{
    answer->method = request->method;
    cclb_add_headers(&answer->headers, request->headers);
    cclb_bytes_list_add(&answer->body, request->body);
}

/* Another event in place of the one that came; called again, one more behind it. */
static inline void cclb_replace_event(cclb_transform_sse_event_result *answer, cclb_bytes event, cclb_bytes data)
{
    cclb_sse_event replacement;
    replacement.event = event;
    replacement.data = data;
    answer->kind = CCLB_TRANSFORM_SSE_EVENT_REPLACE;
    cclb_sse_event_list_add(&answer->events, replacement);
}

/* No event in place of the one that came. */
static inline void cclb_drop_event(cclb_transform_sse_event_result *answer)
{
    answer->kind = CCLB_TRANSFORM_SSE_EVENT_DROP;
}

/* Another status, other headers or another body; what is not replaced goes on as it came. */
static inline void cclb_replace_status(cclb_transform_response_result *answer, uint16_t status)
{
    answer->kind = CCLB_TRANSFORM_RESPONSE_REPLACE;
    answer->has_status = true;
    answer->status = status;
}

/* The list is empty; it takes all headers of the response. */
static inline cclb_header_list *cclb_replace_headers(cclb_transform_response_result *answer)
{
    answer->kind = CCLB_TRANSFORM_RESPONSE_REPLACE;
    answer->has_headers = true;
    return &answer->headers;
}

/* The list is empty; it takes the pieces of the body. */
static inline cclb_bytes_list *cclb_replace_body(cclb_transform_response_result *answer)
{
    answer->kind = CCLB_TRANSFORM_RESPONSE_REPLACE;
    answer->has_body = true;
    return &answer->body;
}

/* All of some pieces in one, in memory of cclb_alloc. */
static inline cclb_bytes cclb_join(const cclb_bytes *pieces, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(len, pieces[i].len, &len)) {
            cclb_plugin_fail();
        }
    }
    uint8_t *text = (uint8_t *)cclb_alloc(len, 1);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].len > 0) { /* nothing may have no place, to which not even nothing is added */
            cclb_copy(text + at, pieces[i].data, pieces[i].len);
            at += pieces[i].len;
        }
    }
    return cclb_bytes_of(text, len);
}

/* A number in decimal digits, in memory of cclb_alloc. */
static inline cclb_bytes cclb_decimal(uint64_t number)
{
    enum { DIGITS = 20 };
    uint8_t *text = (uint8_t *)cclb_alloc(DIGITS, 1);
    size_t at = DIGITS;
    do {
        text[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return cclb_bytes_of(text + at, DIGITS - at);
}

/* The number that `digits` are, all of them; absent if they are none, something else, or too large. */
static inline cclb_optional_u64 cclb_parse_decimal(cclb_bytes digits)
{
    cclb_optional_u64 number = CCLB_ZERO_;
    uint64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)digits.data[i] - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10) {
            return number;
        }
        value = value * 10 + digit;
    }
    number.present = digits.len > 0;
    number.value = value;
    return number;
}
