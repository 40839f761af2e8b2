/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout.c - the tables once more, as data.
 *
 * While a table is expanded, RECORD is the C struct that its members stand in, and BASE the place of that struct in
 * the type's own: they differ for the arms of ObserveEvent only.
 */

#include "wire/layout.h"

#include "wire/codec.h"
#include "wire/filter_request.h"
#include "wire/filter_response.h"
#include "wire/observe_event.h"
#include "wire/records.h"
#include "wire/shape_request.h"
#include "wire/shape_response.h"
#include "wire/transform_response_request.h"
#include "wire/transform_response_result.h"
#include "wire/transform_sse_event_request.h"
#include "wire/transform_sse_event_result.h"

#define PLAIN(KIND, element, member) KIND, false, element, BASE + offsetof(RECORD, member), 0
#define OPTIONAL(KIND, element, value, present)                                                                        \
    KIND, true, element, BASE + offsetof(RECORD, value), BASE + offsetof(RECORD, present)

#define KIND_u16(member) PLAIN(WIRE_U16, NULL, member)
#define KIND_u32(member) PLAIN(WIRE_U32, NULL, member)
#define KIND_u64(member) PLAIN(WIRE_U64, NULL, member)
#define KIND_f64(member) PLAIN(WIRE_F64, NULL, member)
#define KIND_text(member) PLAIN(WIRE_TEXT, NULL, member)
#define KIND_bytes(member) PLAIN(WIRE_BYTES, NULL, member)
#define KIND_spans(member) PLAIN(WIRE_SPANS, NULL, member)
#define KIND_claims(member) PLAIN(WIRE_ARRAY, &claim_type, member)
#define KIND_headers(member) PLAIN(WIRE_ARRAY, &header_type, member)
#define KIND_sse_events(member) PLAIN(WIRE_ARRAY, &sse_event_type, member)
#define KIND_upstream_candidates(member) PLAIN(WIRE_ARRAY, &upstream_candidate_type, member)
#define KIND_candidate_reasons(member) PLAIN(WIRE_ARRAY, &candidate_reason_type, member)
#define KIND_principal(member) PLAIN(WIRE_RECORD, &principal_type, member)
#define KIND_upstream(member) PLAIN(WIRE_RECORD, &upstream_type, member)
#define KIND_cache_pricing(member) PLAIN(WIRE_RECORD, &cache_pricing_type, member)
#define KIND_sse_event(member) PLAIN(WIRE_RECORD, &sse_event_type, member)
#define KIND_optional_u64(member) OPTIONAL(WIRE_U64, NULL, member.value, member.present)
#define KIND_optional_text(member) OPTIONAL(WIRE_TEXT, NULL, member.value, member.present)
#define KIND_optional_u16(member) OPTIONAL(WIRE_U16, NULL, member, has_##member)
#define KIND_optional_headers(member) OPTIONAL(WIRE_ARRAY, &header_type, member, has_##member)
#define KIND_optional_spans(member) OPTIONAL(WIRE_SPANS, NULL, member, has_##member)

#define FIELD(kind, member, ...) {#member, KIND_##kind(member), {__VA_ARGS__}},
#define COUNT_FIELD(kind, member, ...) +1

/* The last item is not counted: it keeps the array of a variant without fields from being empty. */
#define FIELDS_OF(TABLE) {(const struct wire_field[]){TABLE(FIELD){0}}, 0 TABLE(COUNT_FIELD)}

#define VARIANT(enumerator, name, TABLE) [enumerator] = {#name, FIELDS_OF(TABLE)},
#define COUNT_VARIANT(...) +1

#define STRUCT_TYPE(NAME, SIZES, ALIGNS, TABLE)                                                                        \
    .name = NAME, .c_size = sizeof(RECORD), .size = {SIZES}, .align = {ALIGNS}, .fields = FIELDS_OF(TABLE)

#define ENUM_TYPE(NAME, SIZES, ALIGNS, TABLE)                                                                          \
    .name = NAME, .c_size = sizeof(RECORD), .size = {SIZES}, .align = {ALIGNS},                                        \
    .variants = (const struct wire_variant[]){TABLE(VARIANT)}, .variant_count = 0 TABLE(COUNT_VARIANT)

#define BASE 0

#define RECORD cclb_claim
static const struct wire_type claim_type = {
    STRUCT_TYPE("Claim", WIRE_CLAIM_SIZE, WIRE_ALL(4), WIRE_CLAIM),
};
#undef RECORD

#define RECORD cclb_header
static const struct wire_type header_type = {
    STRUCT_TYPE("Header", WIRE_HEADER_SIZE, WIRE_ALL(4), WIRE_HEADER),
};
#undef RECORD

#define RECORD cclb_sse_event
static const struct wire_type sse_event_type = {
    STRUCT_TYPE("SseEvent", WIRE_SSE_EVENT_SIZE, WIRE_ALL(4), WIRE_SSE_EVENT),
};
#undef RECORD

#define RECORD cclb_principal
static const struct wire_type principal_type = {
    STRUCT_TYPE("Principal", WIRE_PRINCIPAL_SIZE, WIRE_ALL(4), WIRE_PRINCIPAL),
};
#undef RECORD

#define RECORD cclb_upstream
static const struct wire_type upstream_type = {
    ENUM_TYPE("Upstream", WIRE_UPSTREAM_SIZE, WIRE_ALL(4), WIRE_UPSTREAM),
};
#undef RECORD

#define RECORD cclb_cache_pricing
static const struct wire_type cache_pricing_type = {
    STRUCT_TYPE("CachePricingSummary", WIRE_CACHE_PRICING_SIZE, WIRE_ALL(8), WIRE_CACHE_PRICING),
};
#undef RECORD

#define RECORD cclb_upstream_candidate
static const struct wire_type upstream_candidate_type = {
    STRUCT_TYPE("UpstreamCandidate", WIRE_UPSTREAM_CANDIDATE_SIZE, WIRE_ALL(8), WIRE_UPSTREAM_CANDIDATE),
};
#undef RECORD

#define RECORD cclb_candidate_reason
static const struct wire_type candidate_reason_type = {
    STRUCT_TYPE("PerCandidateReason", WIRE_CANDIDATE_REASON_SIZE, WIRE_ALL(4), WIRE_CANDIDATE_REASON),
};
#undef RECORD

#define RECORD cclb_filter_request
static const struct wire_type filter_request_type = {
    STRUCT_TYPE("FilterRequest", WIRE_FILTER_REQUEST_SIZE, WIRE_FILTER_REQUEST_ALIGN, WIRE_FILTER_REQUEST),
    .codec = &wire_filter_request_codec,
};
#undef RECORD

#define RECORD cclb_filter_response
static const struct wire_type filter_response_type = {
    STRUCT_TYPE("FilterResponse", WIRE_FILTER_RESPONSE_SIZE, WIRE_ALL(4), WIRE_FILTER_RESPONSE),
    .codec = &wire_filter_response_codec,
};
#undef RECORD

#define RECORD cclb_shape_request
static const struct wire_type shape_request_type = {
    STRUCT_TYPE("ShapeRequest", WIRE_SHAPE_REQUEST_SIZE, WIRE_ALL(4), WIRE_SHAPE_REQUEST),
    .codec = &wire_shape_request_codec,
};
#undef RECORD

#define RECORD cclb_shape_response
static const struct wire_type shape_response_type = {
    STRUCT_TYPE("ShapeResponse", WIRE_SHAPE_RESPONSE_SIZE, WIRE_ALL(4), WIRE_SHAPE_RESPONSE),
    .codec = &wire_shape_response_codec,
};
#undef RECORD

#define RECORD cclb_transform_response_request
static const struct wire_type transform_response_request_type = {
    STRUCT_TYPE("TransformResponseRequest", WIRE_TRANSFORM_RESPONSE_REQUEST_SIZE, WIRE_ALL(4),
                WIRE_TRANSFORM_RESPONSE_REQUEST),
    .codec = &wire_transform_response_request_codec,
};
#undef RECORD

#define RECORD cclb_transform_response_result
static const struct wire_type transform_response_result_type = {
    ENUM_TYPE("TransformResponseResult", WIRE_TRANSFORM_RESPONSE_RESULT_SIZE, WIRE_ALL(4),
              WIRE_TRANSFORM_RESPONSE_RESULT),
    .codec = &wire_transform_response_result_codec,
};
#undef RECORD

#define RECORD cclb_transform_sse_event_request
static const struct wire_type transform_sse_event_request_type = {
    STRUCT_TYPE("TransformSseEventRequest", WIRE_TRANSFORM_SSE_EVENT_REQUEST_SIZE, WIRE_ALL(4),
                WIRE_TRANSFORM_SSE_EVENT_REQUEST),
    .codec = &wire_transform_sse_event_request_codec,
};
#undef RECORD

#define RECORD cclb_transform_sse_event_result
static const struct wire_type transform_sse_event_result_type = {
    ENUM_TYPE("TransformSseEventResult", WIRE_TRANSFORM_SSE_EVENT_RESULT_SIZE, WIRE_ALL(4),
              WIRE_TRANSFORM_SSE_EVENT_RESULT),
    .codec = &wire_transform_sse_event_result_codec,
};
#undef RECORD

#undef BASE

/* The arms of ObserveEvent's union are structs without a name. */
#define BASE offsetof(cclb_observe_event, as)
#define RECORD __typeof__(((cclb_observe_event *)0)->as.request_started)
static const struct wire_field request_started_fields[] = {WIRE_REQUEST_STARTED(FIELD)};
#undef RECORD
#define RECORD __typeof__(((cclb_observe_event *)0)->as.authn_complete)
static const struct wire_field authn_complete_fields[] = {WIRE_AUTHN_COMPLETE(FIELD)};
#undef RECORD
#define RECORD __typeof__(((cclb_observe_event *)0)->as.upstream_chosen)
static const struct wire_field upstream_chosen_fields[] = {WIRE_UPSTREAM_CHOSEN(FIELD)};
#undef RECORD
#define RECORD __typeof__(((cclb_observe_event *)0)->as.chunk)
static const struct wire_field chunk_fields[] = {WIRE_CHUNK(FIELD)};
#undef RECORD
#define RECORD __typeof__(((cclb_observe_event *)0)->as.request_finished)
static const struct wire_field request_finished_fields[] = {WIRE_REQUEST_FINISHED(FIELD)};
#undef RECORD
#define RECORD __typeof__(((cclb_observe_event *)0)->as.error)
static const struct wire_field error_fields[] = {WIRE_ERROR(FIELD)};
#undef RECORD
#undef BASE

#define ARM(enumerator, name, arm, TABLE) [enumerator] = {#name, {arm##_fields, 0 TABLE(COUNT_FIELD)}},
static const struct wire_variant observe_event_variants[] = {WIRE_OBSERVE_EVENT(ARM)};
#undef ARM

static const struct wire_type observe_event_type = {
    .name = "ObserveEvent",
    .c_size = sizeof(cclb_observe_event),
    .size = {WIRE_OBSERVE_EVENT_SIZE},
    .align = {WIRE_ALL(8)},
    .variants = observe_event_variants,
    .variant_count = 0 WIRE_OBSERVE_EVENT(COUNT_VARIANT),
    .codec = &wire_observe_event_codec,
};

_Static_assert(offsetof(cclb_observe_event, kind) == 0 && offsetof(cclb_upstream, kind) == 0 &&
                   offsetof(cclb_transform_response_result, kind) == 0 &&
                   offsetof(cclb_transform_sse_event_result, kind) == 0,
               "an enum's struct begins with its variant");

static const struct wire_type *const types[] = {
    &claim_type,
    &header_type,
    &sse_event_type,
    &principal_type,
    &upstream_type,
    &cache_pricing_type,
    &upstream_candidate_type,
    &candidate_reason_type,
#define MESSAGE(name) &name##_type,
#include "wire/message.def"
#undef MESSAGE
};

const struct wire_type *wire_type_at(size_t index)
{
    return index < sizeof types / sizeof types[0] ? types[index] : NULL;
}

const struct wire_type *wire_type_by_name(cclb_bytes name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (cclb_bytes_equal(name, cclb_text(types[i]->name))) {
            return types[i];
        }
    }
    return NULL;
}

size_t wire_number_size(enum wire_kind kind)
{
    switch (kind) {
    case WIRE_U16:
        return sizeof(uint16_t);
    case WIRE_U32:
        return sizeof(uint32_t);
    case WIRE_U64:
        return sizeof(uint64_t);
    case WIRE_F64:
        return sizeof(double);
    default:
        return 0;
    }
}

size_t wire_payload_offset(enum wire_kind kind)
{
    size_t number_size = wire_number_size(kind);
    return number_size > 0 ? number_size : 4; /* that of a box */
}

struct hook_contract {
    const struct wire_type *request;
    const struct wire_type *answer;
    const char *export_name;
    const char *section_name;
};

#define CONTRACT(name, request, answer) {request, answer, "cc_lb_" #name, "cc_lb.schema." #name ".v1"}

static const struct hook_contract contracts[CCLB_HOOK_COUNT] = {
    [CCLB_HOOK_FILTER] = CONTRACT(filter, &filter_request_type, &filter_response_type),
    [CCLB_HOOK_SHAPE] = CONTRACT(shape, &shape_request_type, &shape_response_type),
    [CCLB_HOOK_OBSERVE] = CONTRACT(observe, &observe_event_type, NULL),
    [CCLB_HOOK_TRANSFORM_RESPONSE] =
        CONTRACT(transform_response, &transform_response_request_type, &transform_response_result_type),
    [CCLB_HOOK_TRANSFORM_SSE_EVENT] =
        CONTRACT(transform_sse_event, &transform_sse_event_request_type, &transform_sse_event_result_type),
};

const struct wire_type *wire_request_type(cclb_hook hook)
{
    return hook < CCLB_HOOK_COUNT ? contracts[hook].request : NULL;
}

const struct wire_type *wire_answer_type(cclb_hook hook)
{
    return hook < CCLB_HOOK_COUNT ? contracts[hook].answer : NULL;
}

const char *wire_export_name(cclb_hook hook)
{
    return hook < CCLB_HOOK_COUNT ? contracts[hook].export_name : NULL;
}

const char *wire_section_name(cclb_hook hook)
{
    return hook < CCLB_HOOK_COUNT ? contracts[hook].section_name : NULL;
}
