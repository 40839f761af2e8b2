/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_read.c - host documents (docs/json.md): what each object may have, and the document that owns what was read.
 *
 * Texts point into the tree, everything else into the arena; both live as long as the document. The text that it was
 * read from may go at once.
 */

#include "json/host_values.h"

#include "base/allocate.h"
#include "base/error.h"

struct cclb_host_document {
    cclb_allocator allocator;
    struct arena arena;
    json_t *tree;
    bool has_request;
    bool has_response;
    bool has_event;
    bool has_observation;
    cclb_request request;
    cclb_response response;
    cclb_sse_event event;
    cclb_observation observation;
};

#define OBJECT(table)                                                                                                  \
    {                                                                                                                  \
        .members = (table), .count = sizeof(table) / sizeof *(table)                                                   \
    }

/* ---- the request ---- */

#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_cache_pricing, name)                                                                \
    }
static const struct host_member pricing_members[] = {
    MEMBER(status, host_text),
    MEMBER(input_micros_per_million, host_optional_u64),
    MEMBER(cache_creation_5m_micros_per_million, host_optional_u64),
    MEMBER(cache_creation_1h_micros_per_million, host_optional_u64),
    MEMBER(cache_read_micros_per_million, host_optional_u64),
};
#undef MEMBER

static cclb_status read_pricing(const struct host_reading *reading, const struct place *place, json_t *tree,
                                void *value)
{
    static const struct host_object object = OBJECT(pricing_members);
    return host_read_object(reading, place, &object, tree, value);
}

#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_request_principal, name)                                                            \
    }
static const struct host_member principal_members[] = {
    MEMBER(id, host_text),
    MEMBER(kind, host_principal_kind),
    MEMBER(claims, host_claims),
};
#undef MEMBER

static cclb_status read_principal(const struct host_reading *reading, const struct place *place, json_t *tree,
                                  void *value)
{
    static const struct host_object object = OBJECT(principal_members);
    return host_read_object(reading, place, &object, tree, value);
}

/* The ratio of a whole candidate. */
static cclb_status read_ratio(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    cclb_candidate *candidate = value;
    candidate->has_plan_capacity_ratio = true;
    return read_double(&reading->values, place, tree, &candidate->plan_capacity_ratio);
}

#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_candidate, name)                                                                    \
    }
static const struct host_member candidate_members[] = {
    MEMBER(id, host_uuid),
    MEMBER(name, host_text),
    MEMBER(kind, host_candidate_kind),
    MEMBER(observed_at_unix_secs, host_u64),
    MEMBER(predicted_cache_read_tokens, host_u32),
    MEMBER(predicted_cache_creation_tokens_5m, host_u32),
    MEMBER(predicted_cache_creation_tokens_1h, host_u32),
    MEMBER(predicted_uncached_input_tokens, host_u32),
    {"plan_capacity_ratio", read_ratio, 0},
    MEMBER(organization_type, host_text),
    MEMBER(rate_limit_tier, host_text),
    MEMBER(seat_tier, host_text),
};
#undef MEMBER

static cclb_status read_candidate(const struct host_reading *reading, const struct place *place, json_t *tree,
                                  cclb_candidate *candidate)
{
    static const struct host_object object = OBJECT(candidate_members);
    cclb_status status = host_read_object(reading, place, &object, tree, candidate);
    json_t *id = json_object_get(tree, "id");
    if (status == CCLB_OK && (id == NULL || json_is_null(id))) {
        candidate->id = cclb_uuid_from_name(candidate->name);
    }
    return status;
}

/* The candidates of a whole request. */
static cclb_status read_candidates(const struct host_reading *reading, const struct place *place, json_t *tree,
                                   void *value)
{
    cclb_request *request = value;
    if (!json_is_array(tree)) {
        return read_refuse_kind(&reading->values, place, "an array", tree);
    }
    size_t count = json_array_size(tree);
    cclb_candidate *candidates = arena_array(reading->values.arena, count, sizeof *candidates);
    if (candidates == NULL) {
        return error_no_memory(reading->values.error, count * sizeof *candidates);
    }
    request->candidates = candidates;
    request->candidate_count = count;
    cclb_status status = CCLB_OK;
    for (size_t i = 0; i < count && status == CCLB_OK; i++) {
        struct place element = {.outer = place, .index = i};
        status = read_candidate(reading, &element, json_array_get(tree, i), &candidates[i]);
    }
    return status;
}

#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_request, name)                                                                      \
    }
static const struct host_member request_members[] = {
    MEMBER(request_id, host_text),
    MEMBER(thread_id, host_optional_text),
    MEMBER(service_tier, host_optional_text),
    MEMBER(canonical_model_id, host_text),
    MEMBER(cache_pricing, read_pricing),
    MEMBER(method, host_text),
    MEMBER(path, host_text),
    MEMBER(query, host_optional_text),
    MEMBER(headers, host_headers),
    MEMBER(body, host_request_body),
    MEMBER(principal, read_principal),
    {"candidates", read_candidates, 0},
    MEMBER(upstream_base_url, host_optional_text),
};
#undef MEMBER

/* ---- the response and its events ---- */

#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_response, name)                                                                     \
    }
static const struct host_member response_members[] = {
    MEMBER(status, host_status),
    MEMBER(headers, host_headers),
    MEMBER(body, host_response_body),
};
#undef MEMBER

#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_sse_event, name)                                                                    \
    }
static const struct host_member event_members[] = {
    MEMBER(event, host_text),
    MEMBER(data, host_event_data),
};
#undef MEMBER

/* ---- the observation: its kind says which members it has ---- */

#define KIND                                                                                                           \
    {                                                                                                                  \
        "kind", host_skip, 0                                                                                           \
    }
#define MEMBER(name, read)                                                                                             \
    {                                                                                                                  \
#name, read, offsetof(cclb_observation, name)                                                                  \
    }
static const struct host_member request_started_members[] = {
    KIND,
    MEMBER(request_id, host_text),
    MEMBER(user_agent, host_optional_text),
};
static const struct host_member authn_complete_members[] = {
    KIND,
    MEMBER(principal_id, host_text),
    MEMBER(principal_kind, host_principal_kind),
};
static const struct host_member upstream_chosen_members[] = {
    KIND,
    MEMBER(upstream_base_url, host_optional_text),
};
static const struct host_member chunk_members[] = {
    KIND,
    MEMBER(batch_index, host_u64),
    MEMBER(event_count, host_u64),
    MEMBER(total_bytes, host_u64),
};
static const struct host_member request_finished_members[] = {
    KIND,
    MEMBER(status, host_u16),
    MEMBER(duration_ms, host_u64),
    MEMBER(input_tokens, host_optional_u64),
    MEMBER(output_tokens, host_optional_u64),
    MEMBER(cache_creation_input_tokens, host_optional_u64),
    MEMBER(cache_read_input_tokens, host_optional_u64),
};
static const struct host_member error_members[] = {
    KIND,
    MEMBER(error_code, host_text),
    MEMBER(error_message, host_text),
    MEMBER(error_source, host_text),
};
#undef MEMBER
#undef KIND

enum { OBSERVATIONS = CCLB_OBSERVE_ERROR + 1 };

static const char *const observation_names[OBSERVATIONS] = {
    [CCLB_OBSERVE_REQUEST_STARTED] = "request_started",   [CCLB_OBSERVE_AUTHN_COMPLETE] = "authn_complete",
    [CCLB_OBSERVE_UPSTREAM_CHOSEN] = "upstream_chosen",   [CCLB_OBSERVE_CHUNK] = "chunk",
    [CCLB_OBSERVE_REQUEST_FINISHED] = "request_finished", [CCLB_OBSERVE_ERROR] = "error",
};

static const struct host_object observation_objects[OBSERVATIONS] = {
    [CCLB_OBSERVE_REQUEST_STARTED] = OBJECT(request_started_members),
    [CCLB_OBSERVE_AUTHN_COMPLETE] = OBJECT(authn_complete_members),
    [CCLB_OBSERVE_UPSTREAM_CHOSEN] = OBJECT(upstream_chosen_members),
    [CCLB_OBSERVE_CHUNK] = OBJECT(chunk_members),
    [CCLB_OBSERVE_REQUEST_FINISHED] = OBJECT(request_finished_members),
    [CCLB_OBSERVE_ERROR] = OBJECT(error_members),
};

/* ---- the document; these four fill a whole one ---- */

static cclb_status read_request(const struct host_reading *reading, const struct place *place, json_t *tree,
                                void *value)
{
    static const struct host_object object = OBJECT(request_members);
    cclb_host_document *document = value;
    document->has_request = true;
    document->request = cclb_request_init();
    return host_read_object(reading, place, &object, tree, &document->request);
}

static cclb_status read_response(const struct host_reading *reading, const struct place *place, json_t *tree,
                                 void *value)
{
    static const struct host_object object = OBJECT(response_members);
    cclb_host_document *document = value;
    document->has_response = true;
    document->response = cclb_response_init();
    return host_read_object(reading, place, &object, tree, &document->response);
}

static cclb_status read_event(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    static const struct host_object object = OBJECT(event_members);
    cclb_host_document *document = value;
    document->has_event = true;
    return host_read_object(reading, place, &object, tree, &document->event);
}

static cclb_status read_observation(const struct host_reading *reading, const struct place *place, json_t *tree,
                                    void *value)
{
    cclb_host_document *document = value;
    if (!json_is_object(tree)) {
        return read_refuse_kind(&reading->values, place, "an object", tree);
    }
    json_t *name = json_object_get(tree, "kind");
    size_t kind = 0;
    while (kind < OBSERVATIONS &&
           !(json_is_string(name) && cclb_bytes_equal(read_string(name), cclb_text(observation_names[kind])))) {
        kind++;
    }
    if (kind == OBSERVATIONS) {
        struct place member = {.outer = place, .member = "kind"};
        return read_refuse_name(&reading->values, &member, json_is_null(name) ? NULL : name, observation_names,
                                OBSERVATIONS);
    }
    document->has_observation = true;
    document->observation = cclb_observation_init((cclb_observe_kind)kind);
    return host_read_object(reading, place, &observation_objects[kind], tree, &document->observation);
}

static const struct host_member document_members[] = {
    {"request", read_request, 0},
    {"response", read_response, 0},
    {"event", read_event, 0},
    {"observation", read_observation, 0},
};

/* Makes the tree of a document in which the parts that go on as they stand are blanked. */
static cclb_status read_tree(cclb_host_document *document, cclb_bytes json, const struct host_raw *raw,
                             cclb_error *error)
{
    uint8_t *copy = allocate(&document->allocator, json.len + 1);
    if (copy == NULL) {
        return error_no_memory(error, json.len + 1);
    }
    if (json.len > 0) {
        memcpy(copy, json.data, json.len);
    }
    host_raw_blank(raw, json, copy);
    cclb_status status = tree_read(cclb_bytes_of(copy, json.len), &document->tree, error);
    release(&document->allocator, copy, json.len + 1);
    return status;
}

static cclb_status read_document(cclb_host_document *document, cclb_bytes json, cclb_error *error)
{
    static const struct host_object object = OBJECT(document_members);
    struct host_raw raw;
    cclb_status status = tree_check_length(json, error);
    if (status == CCLB_OK) {
        status = host_raw_find(json, &document->allocator, &raw, error);
    }
    if (status == CCLB_OK) {
        status = read_tree(document, json, &raw, error);
    }
    if (status == CCLB_OK) {
        struct host_reading reading = {.values = {.arena = &document->arena, .error = error}, .raw = &raw};
        struct place root = {.outer = NULL};
        status = host_read_object(&reading, &root, &object, document->tree, document);
    }
    return status;
}

cclb_status cclb_host_document_read(cclb_bytes json, const cclb_allocator *allocator, cclb_host_document **document,
                                    cclb_error *error)
{
    cclb_error local;
    error = error ? error : &local;
    cclb_allocator chosen = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    cclb_host_document *made = allocate(&chosen, sizeof *made);
    if (made == NULL) {
        return error_no_memory(error, sizeof *made);
    }
    made->allocator = chosen;
    arena_init(&made->arena, &made->allocator);
    cclb_status status = read_document(made, json, error);
    if (status != CCLB_OK) {
        cclb_host_document_destroy(made);
        return status;
    }
    *document = made;
    return CCLB_OK;
}

const cclb_request *cclb_host_document_request(const cclb_host_document *document)
{
    return document->has_request ? &document->request : NULL;
}

const cclb_response *cclb_host_document_response(const cclb_host_document *document)
{
    return document->has_response ? &document->response : NULL;
}

const cclb_sse_event *cclb_host_document_event(const cclb_host_document *document)
{
    return document->has_event ? &document->event : NULL;
}

const cclb_observation *cclb_host_document_observation(const cclb_host_document *document)
{
    return document->has_observation ? &document->observation : NULL;
}

void cclb_host_document_destroy(cclb_host_document *document)
{
    if (document == NULL) {
        return;
    }
    cclb_allocator allocator = document->allocator;
    json_decref(document->tree);
    arena_deinit(&document->arena);
    release(&allocator, document, sizeof *document);
}
