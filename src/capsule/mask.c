/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask.c - the archive is decoded into C structs whose texts point into it, and written to through them: what is read
 * back was checked to lie inside, and no two values to lie over one another (spec/wire.md section 6).
 */

#include "capsule/mask.h"

#include "capsule/masking.h"
#include "wire/decode.h"
#include "wire/gaps.h"

static void mask_headers(struct masking *masking, const cclb_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (names_meet(&masking->headers, headers->items[i].name)) {
            mask_bytes(headers->items[i].value);
        }
    }
}

static void mask_id(struct masking *masking, cclb_bytes id)
{
    masking->met[MASKED_PRINCIPAL_ID] = masking->met[MASKED_PRINCIPAL_ID] || id.len > 0;
    mask_bytes(id);
}

static void mask_principal(struct masking *masking, const cclb_principal *principal)
{
    mask_id(masking, principal->id);
    for (size_t i = 0; i < principal->claims.count; i++) {
        mask_claim(masking, &principal->claims.items[i]);
    }
}

static void mask_body(const struct masking *masking, const cclb_spans *body)
{
    for (size_t i = 0; masking->drop_bodies && i < body->count; i++) {
        mask_bytes(body->spans[i]);
    }
}

static void mask_upstream(struct masking *masking, const cclb_upstream *upstream)
{
    if (upstream->base_url.present) {
        mask_url(masking, upstream->base_url.value);
    }
}

static void mask_optional_query(struct masking *masking, cclb_optional_bytes query)
{
    if (query.present) {
        mask_query(masking, query.value);
    }
}

static void mask_observation(struct masking *masking, const cclb_observe_event *event)
{
    switch (event->kind) {
    case CCLB_OBSERVE_AUTHN_COMPLETE:
        mask_id(masking, event->as.authn_complete.principal_id);
        break;
    case CCLB_OBSERVE_UPSTREAM_CHOSEN:
        mask_upstream(masking, &event->as.upstream_chosen.upstream);
        break;
    default:
        break;
    }
}

/* A request of any hook. */
union request {
    cclb_filter_request filter;
    cclb_shape_request shape;
    cclb_transform_response_request response;
    cclb_transform_sse_event_request event;
    cclb_observe_event observation;
};

static void mask_message(struct masking *masking, cclb_hook hook, const union request *request)
{
    switch (hook) {
    case CCLB_HOOK_FILTER:
        mask_reference(masking, request->filter.path);
        mask_optional_query(masking, request->filter.query);
        mask_headers(masking, &request->filter.headers);
        mask_principal(masking, &request->filter.principal);
        mask_body(masking, &request->filter.body);
        break;
    case CCLB_HOOK_SHAPE:
        mask_reference(masking, request->shape.path);
        mask_optional_query(masking, request->shape.query);
        mask_headers(masking, &request->shape.headers);
        mask_principal(masking, &request->shape.principal);
        mask_upstream(masking, &request->shape.upstream);
        mask_body(masking, &request->shape.body);
        break;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        mask_principal(masking, &request->response.principal);
        mask_upstream(masking, &request->response.upstream);
        mask_reference(masking, request->response.request_path);
        mask_headers(masking, &request->response.response_headers);
        mask_body(masking, &request->response.body);
        break;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        mask_principal(masking, &request->event.principal);
        mask_upstream(masking, &request->event.upstream);
        mask_reference(masking, request->event.request_path);
        mask_headers(masking, &request->event.response_headers);
        if (masking->drop_bodies) {
            mask_bytes(request->event.event.data);
        }
        break;
    default:
        mask_observation(masking, &request->observation);
        break;
    }
}

/* "header authorization" */
static bool add_name(struct arena *arena, struct masking_result *result, cclb_bytes *place, const char *kind,
                     cclb_bytes name)
{
    size_t kind_len = strlen(kind);
    uint8_t *text = arena_alloc(arena, kind_len + name.len);
    if (text == NULL) {
        return false;
    }
    memcpy(text, kind, kind_len);
    if (name.len > 0) {
        memcpy(text + kind_len, name.data, name.len);
    }
    place[result->count++] = cclb_bytes_of(text, kind_len + name.len);
    return true;
}

static bool add_names(struct arena *arena, struct masking_result *result, cclb_bytes *place, const char *kind,
                      const struct names *names)
{
    for (size_t i = 0; i < names_count(names); i++) {
        if (names->met[i] && !add_name(arena, result, place, kind, names_at(names, i))) {
            return false;
        }
    }
    return true;
}

static bool tell_names(const struct masking *masking, struct arena *arena, struct masking_result *result)
{
    static const char *const unnamed[MASKED_UNNAMED_COUNT] = {
        [MASKED_CLAIM_NO_JSON] = "claim that is no JSON",
        [MASKED_CLAIM_WITH_QUOTES] = "claim with quotation marks in a string",
        [MASKED_PARAMETER_ESCAPED] = "parameter with an escaped name",
        [MASKED_UPSTREAM_USER] = "user of the upstream's URL",
        [MASKED_PRINCIPAL_ID] = "principal id",
        [MASKED_GAPS] = "bytes of no field",
    };
    cclb_bytes *place = arena_array(arena,
                                    names_count(&masking->headers) + names_count(&masking->claims) +
                                        names_count(&masking->parameters) + MASKED_UNNAMED_COUNT,
                                    sizeof *place);
    *result = (struct masking_result){.names = place};
    bool whole = place && add_names(arena, result, place, "header ", &masking->headers) &&
                 add_names(arena, result, place, "claim ", &masking->claims) &&
                 add_names(arena, result, place, "parameter ", &masking->parameters);
    for (size_t i = 0; i < MASKED_UNNAMED_COUNT && whole; i++) {
        if (masking->met[i]) {
            place[result->count++] = cclb_text(unnamed[i]);
        }
    }
    return whole;
}

cclb_status mask_request(const cclb_capsule_options *options, cclb_hook hook, cclb_form form, uint8_t *archive,
                         size_t len, struct arena *arena, struct masking_result *result)
{
    const struct wire_type *type = wire_request_type(hook);
    struct masking masking = {.arena = arena, .drop_bodies = options->drop_bodies};
    union request request;
    cclb_error untold;
    cclb_status status = wire_decode(type, form, cclb_bytes_of(archive, len), arena, &request, &untold);
    if (status != CCLB_OK) {
        return status;
    }
    if (!names_of_headers(&masking.headers, options, arena) || !names_of_claims(&masking.claims, options, arena) ||
        !names_of_parameters(&masking.parameters, options, arena) ||
        !wire_clear_gaps(type, form, archive, len, arena, &masking.met[MASKED_GAPS])) {
        return CCLB_NO_MEMORY;
    }
    mask_message(&masking, hook, &request);
    return !masking.no_memory && tell_names(&masking, arena, result) ? CCLB_OK : CCLB_NO_MEMORY;
}

void mask_quoted(char *message)
{
    enum { CHARACTER_MAX = 4 };
    size_t len = strlen(message);
    char *first = strchr(message, '`');
    if (first == NULL) {
        return;
    }
    /* One that was cut may have lost its last mark, and is shorter than it might be by less than a character. */
    char *last = strrchr(message, '`');
    bool is_whole = last > first && len + CHARACTER_MAX < CCLB_MESSAGE_SIZE;
    char *end = is_whole ? last : message + len;
    memset(first + 1, '*', (size_t)(end - first) - 1);
}
