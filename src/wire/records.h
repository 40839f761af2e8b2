/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.h - the records that several messages share (spec/wire.md section 4), in the order of their nesting.
 */
#ifndef WIRE_RECORDS_H
#define WIRE_RECORDS_H

#include "wire/generate.h"

#define WIRE_CLAIM(FIELD)                                                                                              \
    FIELD(text, key, WIRE_ALL(0))                                                                                      \
    FIELD(bytes, value, WIRE_ALL(8))
#define WIRE_CLAIM_SIZE WIRE_ALL(16)

WIRE_RECORD_KIND(claim, cclb_claim, WIRE_CLAIM)
WIRE_ARRAY_KIND(claims, cclb_claims, claim, WIRE_CLAIM, WIRE_CLAIM_SIZE, 4)

#define WIRE_HEADER(FIELD)                                                                                             \
    FIELD(text, name, WIRE_ALL(0))                                                                                     \
    FIELD(bytes, value, WIRE_ALL(8))
#define WIRE_HEADER_SIZE WIRE_ALL(16)

WIRE_RECORD_KIND(header, cclb_header, WIRE_HEADER)
WIRE_ARRAY_KIND(headers, cclb_headers, header, WIRE_HEADER, WIRE_HEADER_SIZE, 4)

#define WIRE_SSE_EVENT(FIELD)                                                                                          \
    FIELD(text, event, WIRE_ALL(0))                                                                                    \
    FIELD(bytes, data, WIRE_ALL(8))
#define WIRE_SSE_EVENT_SIZE WIRE_FROM_W6(16)

WIRE_RECORD_KIND(sse_event, cclb_sse_event, WIRE_SSE_EVENT)

#define WIRE_PRINCIPAL(FIELD)                                                                                          \
    FIELD(text, id, WIRE_ALL(0))                                                                                       \
    FIELD(text, kind, WIRE_ALL(8))                                                                                     \
    FIELD(claims, claims, WIRE_ALL(16))
#define WIRE_PRINCIPAL_SIZE WIRE_ALL(24)

WIRE_RECORD_KIND(principal, cclb_principal, WIRE_PRINCIPAL)

#define WIRE_ANTHROPIC_DIRECT(FIELD) FIELD(optional_text, base_url, WIRE_ALL(4))

/* A form with more variants needs a row here, an enumerator in cclb/message.h, and nothing else in the codec. */
#define WIRE_UPSTREAM(VARIANT) VARIANT(CCLB_UPSTREAM_ANTHROPIC_DIRECT, AnthropicDirect, WIRE_ANTHROPIC_DIRECT)
#define WIRE_UPSTREAM_SIZE WIRE_ALL(16)

WIRE_INLINE bool sizer_upstream(struct sizer *sizer, const cclb_upstream *record, cclb_form form)
{
    (void)form;
    switch (record->kind) {
        WIRE_UPSTREAM(SIZER_VARIANT)
    }
    return wire_fault_set(sizer->fault, WIRE_FAULT_VARIANT, sizer->end);
}

WIRE_INLINE void writer_upstream(struct writer *writer, const cclb_upstream *record, size_t place, cclb_form form)
{
    writer->out[place] = (uint8_t)record->kind;
    switch (record->kind) {
        WIRE_UPSTREAM(WRITER_VARIANT)
    }
}

WIRE_INLINE bool reader_upstream(struct reader *reader, size_t place, cclb_form form)
{
    (void)form;
    switch (reader->data[place]) {
        WIRE_UPSTREAM(READER_VARIANT)
    }
    return wire_fault_set(reader->fault, WIRE_FAULT_VARIANT, place);
}

#define WIRE_CACHE_PRICING(FIELD)                                                                                      \
    FIELD(text, status, WIRE_ALL(0))                                                                                   \
    FIELD(optional_u64, input_micros_per_million, WIRE_ALL(8))                                                         \
    FIELD(optional_u64, cache_creation_5m_micros_per_million, WIRE_ALL(24))                                            \
    FIELD(optional_u64, cache_creation_1h_micros_per_million, WIRE_ALL(40))                                            \
    FIELD(optional_u64, cache_read_micros_per_million, WIRE_ALL(56))
#define WIRE_CACHE_PRICING_SIZE WIRE_FROM_W5(72)

WIRE_RECORD_KIND(cache_pricing, cclb_cache_pricing, WIRE_CACHE_PRICING)

#endif
