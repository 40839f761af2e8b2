/* SPDX-License-Identifier: Apache-2.0 */
/* slow_schema.c - section 4 as lists of fields, then section 3 as arithmetic over them. */

#include "slow_schema.h"

#include <stdlib.h>
#include <string.h>

#define TYPE(...)      (&(const struct slow_type){__VA_ARGS__})
#define ARRAY(type)    TYPE(.kind = SLOW_ARRAY, .of = (type))
#define OPTIONAL(type) TYPE(.kind = SLOW_OPTIONAL, .of = (type))
#define FIELDS(...)    ((const struct slow_field[]){__VA_ARGS__, {NULL, NULL, 0}})
#define NO_FIELDS      ((const struct slow_field[]){{NULL, NULL, 0}})
#define VARIANTS(...)  ((const struct slow_variant[]){__VA_ARGS__, {NULL, NULL}})

static const struct slow_type u16 = {.kind = SLOW_U16};
static const struct slow_type u32 = {.kind = SLOW_U32};
static const struct slow_type u64 = {.kind = SLOW_U64};
static const struct slow_type f64 = {.kind = SLOW_F64};
static const struct slow_type text = {.kind = SLOW_TEXT};
static const struct slow_type bytes = {.kind = SLOW_BYTES};

static const struct slow_type claim = {
    .kind = SLOW_STRUCT,
    .name = "Claim",
    .fields = FIELDS({"key", &text, 0}, {"value", &bytes, 0}),
};

static const struct slow_type header = {
    .kind = SLOW_STRUCT,
    .name = "Header",
    .fields = FIELDS({"name", &text, 0}, {"value", &bytes, 0}),
};

static const struct slow_type sse_event = {
    .kind = SLOW_STRUCT,
    .name = "SseEvent",
    .since = 6,
    .fields = FIELDS({"event", &text, 0}, {"data", &bytes, 0}),
};

static const struct slow_type principal = {
    .kind = SLOW_STRUCT,
    .name = "Principal",
    .fields = FIELDS({"id", &text, 0}, {"kind", &text, 0}, {"claims", ARRAY(&claim), 0}),
};

static const struct slow_type upstream = {
    .kind = SLOW_ENUM,
    .name = "Upstream",
    .variants = VARIANTS({"AnthropicDirect", FIELDS({"base_url", OPTIONAL(&text), 0})}),
};

static const struct slow_type cache_pricing_summary = {
    .kind = SLOW_STRUCT,
    .name = "CachePricingSummary",
    .since = 5,
    .fields = FIELDS({"status", &text, 0}, {"input_micros_per_million", OPTIONAL(&u64), 0},
                     {"cache_creation_5m_micros_per_million", OPTIONAL(&u64), 0},
                     {"cache_creation_1h_micros_per_million", OPTIONAL(&u64), 0},
                     {"cache_read_micros_per_million", OPTIONAL(&u64), 0}),
};

static const struct slow_type upstream_candidate = {
    .kind = SLOW_STRUCT,
    .name = "UpstreamCandidate",
    .fields = FIELDS({"upstream_id", &text, 0}, {"name", &text, 0}, {"kind", &text, 0},
                     {"observed_at_unix_secs", &u64, 0}, {"predicted_cache_read_tokens", &u32, 0},
                     {"predicted_cache_creation_tokens_5m", &u32, 5}, {"predicted_cache_creation_tokens_1h", &u32, 5},
                     {"predicted_uncached_input_tokens", &u32, 5}, {"plan_capacity_ratio", &f64, 3},
                     {"organization_type", &text, 3}, {"rate_limit_tier", &text, 3}, {"seat_tier", &text, 3}),
};

static const struct slow_type filter_request = {
    .kind = SLOW_STRUCT,
    .name = "FilterRequest",
    .root = true,
    .fields = FIELDS({"request_id", &text, 0}, {"thread_id", OPTIONAL(&text), 4}, {"service_tier", OPTIONAL(&text), 8},
                     {"canonical_model_id", &text, 5}, {"cache_pricing", &cache_pricing_summary, 5},
                     {"method", &text, 0}, {"path", &text, 0}, {"query", OPTIONAL(&text), 0},
                     {"headers", ARRAY(&header), 0}, {"body", &bytes, 0}, {"principal", &principal, 0},
                     {"candidates", ARRAY(&upstream_candidate), 0}),
};

static const struct slow_type per_candidate_reason = {
    .kind = SLOW_STRUCT,
    .name = "PerCandidateReason",
    .fields = FIELDS({"upstream_id", &text, 0}, {"decision", &text, 0}, {"reason", &text, 0}),
};

static const struct slow_type filter_response = {
    .kind = SLOW_STRUCT,
    .name = "FilterResponse",
    .root = true,
    .fields = FIELDS({"results", ARRAY(&per_candidate_reason), 0}),
};

static const struct slow_type shape_request = {
    .kind = SLOW_STRUCT,
    .name = "ShapeRequest",
    .root = true,
    .fields = FIELDS({"request_id", &text, 0}, {"method", &text, 0}, {"path", &text, 0}, {"query", OPTIONAL(&text), 0},
                     {"headers", ARRAY(&header), 0}, {"body", &bytes, 0}, {"principal", &principal, 0},
                     {"upstream", &upstream, 0}),
};

static const struct slow_type shape_response = {
    .kind = SLOW_STRUCT,
    .name = "ShapeResponse",
    .root = true,
    .fields = FIELDS({"url", &text, 0}, {"method", &text, 0}, {"headers", ARRAY(&header), 0}, {"body", &bytes, 0}),
};

static const struct slow_type transform_response_request = {
    .kind = SLOW_STRUCT,
    .name = "TransformResponseRequest",
    .since = 6,
    .root = true,
    .fields = FIELDS({"request_id", &text, 0}, {"principal", &principal, 0}, {"upstream", &upstream, 0},
                     {"request_method", &text, 0}, {"request_path", &text, 0}, {"canonical_model_id", &text, 0},
                     {"response_status", &u16, 0}, {"response_headers", ARRAY(&header), 0}, {"body", &bytes, 0}),
};

static const struct slow_type transform_response_result = {
    .kind = SLOW_ENUM,
    .name = "TransformResponseResult",
    .since = 6,
    .root = true,
    .variants = VARIANTS({"Unchanged", NO_FIELDS},
                         {"Replace", FIELDS({"status", OPTIONAL(&u16), 0}, {"headers", OPTIONAL(ARRAY(&header)), 0},
                                            {"body", OPTIONAL(&bytes), 0})}),
};

static const struct slow_type transform_sse_event_request = {
    .kind = SLOW_STRUCT,
    .name = "TransformSseEventRequest",
    .since = 6,
    .root = true,
    .fields = FIELDS({"request_id", &text, 0}, {"principal", &principal, 0}, {"upstream", &upstream, 0},
                     {"request_method", &text, 0}, {"request_path", &text, 0}, {"canonical_model_id", &text, 0},
                     {"response_status", &u16, 0}, {"response_headers", ARRAY(&header), 0}, {"event", &sse_event, 0}),
};

static const struct slow_type transform_sse_event_result = {
    .kind = SLOW_ENUM,
    .name = "TransformSseEventResult",
    .since = 6,
    .root = true,
    .variants = VARIANTS({"Unchanged", NO_FIELDS}, {"Replace", FIELDS({"events", ARRAY(&sse_event), 0})},
                         {"Drop", NO_FIELDS}),
};

static const struct slow_type observe_event = {
    .kind = SLOW_ENUM,
    .name = "ObserveEvent",
    .until = 8,
    .root = true,
    .variants = VARIANTS(
        {"RequestStarted", FIELDS({"request_id", &text, 0}, {"downstream_user_agent", OPTIONAL(&text), 0})},
        {"AuthnComplete", FIELDS({"principal_id", &text, 0}, {"principal_kind", &text, 0})},
        {"UpstreamChosen", FIELDS({"upstream", &upstream, 0})},
        {"Chunk", FIELDS({"batch_index", &u64, 0}, {"event_count", &u64, 0}, {"total_bytes", &u64, 0})},
        {"RequestFinished",
         FIELDS({"status", &u16, 0}, {"input_tokens", OPTIONAL(&u64), 0}, {"output_tokens", OPTIONAL(&u64), 0},
                {"cache_creation_input_tokens", OPTIONAL(&u64), 0}, {"cache_read_input_tokens", OPTIONAL(&u64), 0},
                {"duration_ms", &u64, 0})},
        {"Error", FIELDS({"code", &text, 0}, {"message", &text, 0}, {"source", &text, 0})}),
};

const struct slow_type *const slow_types[] = {
    &claim,
    &header,
    &sse_event,
    &principal,
    &upstream,
    &cache_pricing_summary,
    &upstream_candidate,
    &filter_request,
    &per_candidate_reason,
    &filter_response,
    &shape_request,
    &shape_response,
    &transform_response_request,
    &transform_response_result,
    &transform_sse_event_request,
    &transform_sse_event_result,
    &observe_event,
};
const size_t slow_type_count = sizeof slow_types / sizeof slow_types[0];

const struct slow_form slow_forms[] = {
    {2, "0.2.0"}, {3, "0.3.0"}, {4, "0.4.0"}, {5, "0.5.0"}, {6, "0.6.1"}, {8, "0.8.0"}, {9, "0.9.0"},
};
const size_t slow_form_count = sizeof slow_forms / sizeof slow_forms[0];

int slow_form_number(const char *name)
{
    for (size_t i = 0; i < slow_form_count; i++) {
        if (strcmp(slow_forms[i].name, name) == 0) {
            return slow_forms[i].number;
        }
    }
    return 0;
}

bool slow_form_has(int form, const struct slow_type *type)
{
    return form >= type->since && (type->until == 0 || form <= type->until);
}

const struct slow_type *slow_type_named(const char *name, int form)
{
    for (size_t i = 0; i < slow_type_count; i++) {
        if (strcmp(slow_types[i]->name, name) == 0 && slow_form_has(form, slow_types[i])) {
            return slow_types[i];
        }
    }
    return NULL;
}

size_t slow_variant_count(const struct slow_type *type)
{
    size_t count = 0;
    while (type->variants[count].name) {
        count++;
    }
    return count;
}

static size_t round_up(size_t at, size_t align)
{
    return (at + align - 1) / align * align;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* "fields in order, each at its alignment", after `start` bytes of something else of alignment 1. */
static struct slow_record place_fields(const struct slow_field *fields, size_t start, int form)
{
    struct slow_record record = {.end = start, .align = 1};
    for (size_t i = 0; fields[i].name; i++) {
        if (fields[i].since > form) {
            continue;
        }
        if (record.count == SLOW_FIELDS_MAX) {
            abort();
        }
        size_t align = slow_align(fields[i].type, form);
        size_t offset = round_up(record.end, align);
        record.places[record.count++] = (struct slow_place){fields[i].name, fields[i].type, offset};
        record.end = offset + slow_size(fields[i].type, form);
        record.align = larger(record.align, align);
    }
    return record;
}

struct slow_record slow_struct_record(const struct slow_type *type, int form)
{
    return place_fields(type->fields, 0, form);
}

struct slow_record slow_variant_record(const struct slow_type *type, size_t variant, int form)
{
    return place_fields(type->variants[variant].fields, 1, form);
}

size_t slow_align(const struct slow_type *type, int form)
{
    size_t align = 1;
    switch (type->kind) {
    case SLOW_U16:
        return 2;
    case SLOW_U32:
        return 4;
    case SLOW_U64:
    case SLOW_F64:
        return 8;
    case SLOW_TEXT:
    case SLOW_BYTES:
    case SLOW_ARRAY:
        return 4;
    case SLOW_OPTIONAL:
        return slow_align(type->of, form);
    case SLOW_STRUCT:
        return slow_struct_record(type, form).align;
    case SLOW_ENUM:
        for (size_t i = 0; i < slow_variant_count(type); i++) {
            align = larger(align, slow_variant_record(type, i, form).align);
        }
        return align;
    }
    abort();
}

size_t slow_size(const struct slow_type *type, int form)
{
    size_t end = 0;
    switch (type->kind) {
    case SLOW_U16:
        return 2;
    case SLOW_U32:
        return 4;
    case SLOW_U64:
    case SLOW_F64:
    case SLOW_TEXT:
    case SLOW_BYTES:
    case SLOW_ARRAY:
        return 8;
    case SLOW_OPTIONAL:
        return round_up(slow_align(type->of, form) + slow_size(type->of, form), slow_align(type->of, form));
    case SLOW_STRUCT:
        end = slow_struct_record(type, form).end;
        return round_up(end, slow_align(type, form));
    case SLOW_ENUM:
        for (size_t i = 0; i < slow_variant_count(type); i++) {
            end = larger(end, slow_variant_record(type, i, form).end);
        }
        return round_up(end, slow_align(type, form));
    }
    abort();
}

bool slow_layout(const char *type, const char *form, size_t *size, size_t *align)
{
    int number = slow_form_number(form);
    const struct slow_type *described = slow_type_named(type, number);
    if (!described) {
        return false;
    }
    *size = slow_size(described, number);
    *align = slow_align(described, number);
    return true;
}
