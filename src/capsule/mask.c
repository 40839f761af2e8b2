/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask.c - the archive is decoded into C structs whose texts point into it, and written to through them: what is read
 * back was checked to lie inside, and no two values to lie over one another (spec/wire.md section 6).
 */

#include "capsule/mask.h"

#include "base/json_scan.h"
#include "wire/decode.h"

struct masking {
    struct arena *arena;
    struct names headers;
    struct names claims;
    bool drop_bodies;
    bool principal_met;
    bool other_claim_met; /* one that is no JSON */
    bool no_memory;
};

/* All that is masked lies in the caller's copy of the archive, which is not constant. */
static void mask_bytes(cclb_bytes bytes)
{
    if (bytes.len > 0) {
        memset((void *)(uintptr_t)bytes.data, '*', bytes.len);
    }
}

/* One JSON value, with its quotes left if it is a string. */
static void mask_value(const uint8_t *start, const uint8_t *end)
{
    bool is_string = *start == '"';
    mask_bytes(cclb_bytes_of(start + is_string, (size_t)(end - start) - 2 * is_string));
}

static bool is_json(cclb_bytes text)
{
    struct scan scan;
    scan_init(&scan, text, NULL);
    return scan_skip(&scan, SCAN_STRICT) && scan_finish(&scan);
}

/* The members at any depth of what is JSON. A string that a colon follows is a member's name, and nothing else is. */
static void mask_members(struct masking *masking, cclb_bytes json)
{
    struct scan scan;
    scan_init(&scan, json, masking->arena);
    for (uint8_t byte = scan_peek(&scan); byte != '\0'; byte = scan_peek(&scan)) {
        struct scan_string string;
        if (byte != '"') {
            scan.at++;
            continue;
        }
        if (!scan_string(&scan, SCAN_STRICT, &string)) {
            return;
        }
        if (scan_peek(&scan) != ':') {
            continue;
        }
        scan.at++;
        cclb_bytes name = string.raw;
        if (string.escaped && !scan_decode(&scan, string, &name)) {
            masking->no_memory = true;
            return;
        }
        scan_peek(&scan);
        const uint8_t *start = scan.at;
        if (names_meet(&masking->claims, name) && scan_skip(&scan, SCAN_STRICT)) {
            mask_value(start, scan.at);
        }
    }
}

static void mask_claim(struct masking *masking, const cclb_claim *claim)
{
    if (!is_json(claim->value)) {
        masking->other_claim_met = true; /* nobody can tell what stands in it */
        mask_bytes(claim->value);
    } else if (names_meet(&masking->claims, claim->key)) {
        const uint8_t *end = claim->value.data + claim->value.len;
        mask_value(claim->value.data, end);
    } else {
        mask_members(masking, claim->value);
    }
}

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
    masking->principal_met = masking->principal_met || id.len > 0;
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
        mask_headers(masking, &request->filter.headers);
        mask_principal(masking, &request->filter.principal);
        mask_body(masking, &request->filter.body);
        break;
    case CCLB_HOOK_SHAPE:
        mask_headers(masking, &request->shape.headers);
        mask_principal(masking, &request->shape.principal);
        mask_body(masking, &request->shape.body);
        break;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        mask_headers(masking, &request->response.response_headers);
        mask_principal(masking, &request->response.principal);
        mask_body(masking, &request->response.body);
        break;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        mask_headers(masking, &request->event.response_headers);
        mask_principal(masking, &request->event.principal);
        if (masking->drop_bodies) {
            mask_bytes(request->event.event.data);
        }
        break;
    default:
        if (request->observation.kind == CCLB_OBSERVE_AUTHN_COMPLETE) {
            mask_id(masking, request->observation.as.authn_complete.principal_id);
        }
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
    cclb_bytes *place =
        arena_array(arena, names_count(&masking->headers) + names_count(&masking->claims) + 2, sizeof *place);
    *result = (struct masking_result){.names = place};
    return place && add_names(arena, result, place, "header ", &masking->headers) &&
           add_names(arena, result, place, "claim ", &masking->claims) &&
           (!masking->other_claim_met || add_name(arena, result, place, "claim ", cclb_text("that is no JSON"))) &&
           (!masking->principal_met || add_name(arena, result, place, "principal ", cclb_text("id")));
}

cclb_status mask_request(const cclb_capsule_options *options, cclb_hook hook, cclb_form form, uint8_t *archive,
                         size_t len, struct arena *arena, struct masking_result *result)
{
    struct masking masking = {.arena = arena, .drop_bodies = options->drop_bodies};
    union request request;
    cclb_error untold;
    cclb_status status =
        wire_decode(wire_request_type(hook), form, cclb_bytes_of(archive, len), arena, &request, &untold);
    if (status != CCLB_OK) {
        return status;
    }
    if (!names_of_headers(&masking.headers, options, arena) || !names_of_claims(&masking.claims, options, arena)) {
        return CCLB_NO_MEMORY;
    }
    mask_message(&masking, hook, &request);
    return !masking.no_memory && tell_names(&masking, arena, result) ? CCLB_OK : CCLB_NO_MEMORY;
}
