/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conformance_requests.c - a request of the harness with one property changed, so that what fails names its cause.
 *
 * All are archives that a host may send: hostile is what stands in them, not how they are made.
 */

#include "conformance_requests.h"

#include "ingredients.h"

#include <stdlib.h>

/* What a property is about: hooks whose messages have none of it are not asked. */
enum about {
    ABOUT_TEXTS = 1,
    ABOUT_HEADERS = 2,
    ABOUT_CLAIMS = 4,
    ABOUT_CANDIDATES = 8,
    ABOUT_NUMBERS = 16,
    ABOUT_BODY = 32
};

struct property {
    const char *name;
    unsigned about;
    bool optionals; /* the texts that may be absent are there */
    cclb_bytes text;
    cclb_bytes body;
    cclb_headers headers;
    cclb_claims claims;
    cclb_upstream_candidates candidates;
};

#define TEXT(literal) cclb_bytes_of(literal, sizeof(literal) - 1)

static void set_principal(cclb_principal *principal, const struct property *property)
{
    if (property->about & ABOUT_TEXTS) {
        principal->id = principal->kind = property->text;
    }
    if (property->about & ABOUT_CLAIMS) {
        principal->claims = property->claims;
    }
}

static cclb_optional_bytes optional_text(const struct property *property)
{
    return (cclb_optional_bytes){property->optionals, property->text};
}

static void set_filter(cclb_filter_request *request, const struct property *property)
{
    set_principal(&request->principal, property);
    if (property->about & ABOUT_TEXTS) {
        request->request_id = request->canonical_model_id = request->cache_pricing.status = property->text;
        request->method = request->path = property->text;
        request->thread_id = request->service_tier = request->query = optional_text(property);
    }
    if (property->about & ABOUT_HEADERS) {
        request->headers = property->headers;
    }
    if (property->about & ABOUT_CANDIDATES) {
        request->candidates = property->candidates;
    }
    if (property->about & ABOUT_NUMBERS) {
        cclb_cache_pricing *pricing = &request->cache_pricing;
        pricing->input_micros_per_million = pricing->cache_read_micros_per_million =
            pricing->cache_creation_5m_micros_per_million = pricing->cache_creation_1h_micros_per_million =
                (cclb_optional_u64){true, UINT64_MAX};
    }
    if (property->about & ABOUT_BODY) {
        request->body = (cclb_spans){&property->body, 1};
    }
}

static void set_shape(cclb_shape_request *request, const struct property *property)
{
    set_principal(&request->principal, property);
    if (property->about & ABOUT_TEXTS) {
        request->request_id = request->method = request->path = property->text;
        request->query = request->upstream.base_url = optional_text(property);
    }
    if (property->about & ABOUT_HEADERS) {
        request->headers = property->headers;
    }
    if (property->about & ABOUT_BODY) {
        request->body = (cclb_spans){&property->body, 1};
    }
}

static void set_response(cclb_transform_response_request *request, const struct property *property)
{
    set_principal(&request->principal, property);
    if (property->about & ABOUT_TEXTS) {
        request->request_id = request->canonical_model_id = property->text;
        request->request_method = request->request_path = property->text;
        request->upstream.base_url = optional_text(property);
    }
    if (property->about & ABOUT_HEADERS) {
        request->response_headers = property->headers;
    }
    if (property->about & ABOUT_NUMBERS) {
        request->response_status = UINT16_MAX;
    }
    if (property->about & ABOUT_BODY) {
        request->body = (cclb_spans){&property->body, 1};
    }
}

static void set_sse_event(cclb_transform_sse_event_request *request, const struct property *property)
{
    set_principal(&request->principal, property);
    if (property->about & ABOUT_TEXTS) {
        request->request_id = request->canonical_model_id = request->event.event = property->text;
        request->request_method = request->request_path = property->text;
        request->upstream.base_url = optional_text(property);
    }
    if (property->about & ABOUT_HEADERS) {
        request->response_headers = property->headers;
    }
    if (property->about & ABOUT_NUMBERS) {
        request->response_status = UINT16_MAX;
    }
    if (property->about & ABOUT_BODY) {
        request->event.data = property->body;
    }
}

/* Texts are those of the first kind, numbers those of the end of a request. */
static void set_event(cclb_observe_event *event, const struct property *property)
{
    if (property->about & ABOUT_NUMBERS) {
        static const cclb_optional_u64 most = {true, UINT64_MAX};
        *event = (cclb_observe_event){
            .kind = CCLB_OBSERVE_REQUEST_FINISHED,
            .as.request_finished = {UINT16_MAX, most, most, most, most, UINT64_MAX},
        };
    } else {
        event->as.request_started.request_id = property->text;
        event->as.request_started.downstream_user_agent = optional_text(property);
    }
}

static void set(struct message *message, const struct property *property)
{
    switch (message->hook) {
    case CCLB_HOOK_FILTER:
        set_filter(&message->as.filter, property);
        break;
    case CCLB_HOOK_SHAPE:
        set_shape(&message->as.shape, property);
        break;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        set_response(&message->as.response, property);
        break;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        set_sse_event(&message->as.sse_event, property);
        break;
    default:
        set_event(&message->as.event, property);
        break;
    }
}

static unsigned abouts_of(cclb_hook hook)
{
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return ABOUT_TEXTS | ABOUT_HEADERS | ABOUT_CLAIMS | ABOUT_CANDIDATES | ABOUT_NUMBERS | ABOUT_BODY;
    case CCLB_HOOK_SHAPE:
        return ABOUT_TEXTS | ABOUT_HEADERS | ABOUT_CLAIMS | ABOUT_BODY;
    case CCLB_HOOK_OBSERVE:
        return ABOUT_TEXTS | ABOUT_NUMBERS;
    default:
        return ABOUT_TEXTS | ABOUT_HEADERS | ABOUT_CLAIMS | ABOUT_NUMBERS | ABOUT_BODY;
    }
}

enum { PROPERTIES_MAX = REQUESTS_MAX };

struct conformance_stock {
    struct ingredients ingredients;
    struct property properties[PROPERTIES_MAX];
    cclb_upstream_candidate named[PROPERTIES_MAX]; /* by place of a property: a candidate with its text */
    size_t count;
};

static struct property *add(struct conformance_stock *stock, const char *name, unsigned about)
{
    struct property *property = &stock->properties[stock->count++];
    *property = (struct property){.name = name, .about = about};
    return property;
}

static void add_text(struct conformance_stock *stock, const char *name, bool optionals, cclb_bytes text,
                     cclb_headers headers)
{
    cclb_upstream_candidate *named = &stock->named[stock->count];
    struct property *property = add(stock, name, ABOUT_TEXTS | ABOUT_HEADERS | ABOUT_CANDIDATES);
    *named = stock->ingredients.candidates[0];
    named->upstream_id = named->name = named->kind = text;
    named->organization_type = named->rate_limit_tier = named->seat_tier = text;
    property->optionals = optionals;
    property->text = text;
    property->headers = headers;
    property->candidates = (cclb_upstream_candidates){named, optionals ? 1 : 0};
}

static void add_body(struct conformance_stock *stock, const char *name, cclb_bytes body)
{
    add(stock, name, ABOUT_BODY)->body = body;
}

static void fill(struct conformance_stock *stock)
{
    struct ingredients *all = &stock->ingredients;
    ingredients_fill(all);
    const cclb_headers none = {NULL, 0};
    add_text(stock, "empty", false, TEXT(""), none);
    add_text(stock, "empty, nothing absent", true, TEXT(""), none);
    add_text(
        stock, "Unicode", true,
        TEXT("Zo\u00eb \u4f60\u597d \u0645\u0631\u062d\u0628\u0627 e\u0301 \U0001f9ea \ufeff\u202e\ufffd\U0010ffff"),
        (cclb_headers){all->headers, 1});
    add_text(stock, "control characters", true,
             TEXT("\0\1\2\3\4\5\6\a\b\t\n\v\f\r\x0e\x0f\x10\x1b[2J\x7f\xc2\x85\u2028\"\\'</>%s%n${x}"),
             (cclb_headers){&all->strange_header, 1});
    add_text(stock, "long texts", true, cclb_bytes_of(all->long_text, sizeof all->long_text), none);
    add(stock, "many headers", ABOUT_HEADERS)->headers = (cclb_headers){all->headers, MANY};
    add(stock, "many claims", ABOUT_CLAIMS)->claims = (cclb_claims){all->claims, MANY};
    add(stock, "many candidates", ABOUT_CANDIDATES)->candidates = (cclb_upstream_candidates){all->candidates, MANY};
    struct property *repeated = add(stock, "repeated names", ABOUT_HEADERS | ABOUT_CANDIDATES);
    repeated->headers = (cclb_headers){all->repeated_headers, REPEATED};
    repeated->candidates = (cclb_upstream_candidates){all->repeated_candidates, REPEATED};
    add(stock, "numbers at their limits", ABOUT_NUMBERS | ABOUT_CANDIDATES)->candidates =
        (cclb_upstream_candidates){all->limits, LIMITS};
    add_body(stock, "body empty", TEXT(""));
    add_body(stock, "body of every byte", cclb_bytes_of(all->every_byte, sizeof all->every_byte));
    add_body(stock, "body cut short", TEXT("{\"model\":\"claude-3-haiku-20240307\",\"messages\":[{\"role\":\"us"));
    add_body(stock, "body nested 1,000 deep", cclb_bytes_of(all->nested, sizeof all->nested));
    add_body(stock, "body of 16 KiB", cclb_bytes_of(all->prose, sizeof all->prose));
}

static const char *harness_name(const struct message *message)
{
    static const char *const events[] = {
        [CCLB_OBSERVE_REQUEST_STARTED] = "conformance, request started",
        [CCLB_OBSERVE_AUTHN_COMPLETE] = "conformance, principal known",
        [CCLB_OBSERVE_UPSTREAM_CHOSEN] = "conformance, upstream chosen",
        [CCLB_OBSERVE_CHUNK] = "conformance, chunk",
        [CCLB_OBSERVE_REQUEST_FINISHED] = "conformance, request finished",
        [CCLB_OBSERVE_ERROR] = "conformance, error",
    };
    return message->hook == CCLB_HOOK_OBSERVE ? events[message->as.event.kind] : "conformance";
}

bool conformance_requests_make(cclb_hook hook, struct conformance_requests *requests)
{
    struct conformance_stock *stock = calloc(1, sizeof *stock);
    if (stock == NULL) {
        return false;
    }
    fill(stock);
    *requests = (struct conformance_requests){.stock = stock};
    size_t harness_count;
    const struct message *harness = harness_requests(hook, &harness_count);
    for (size_t i = 0; i < harness_count; i++) {
        requests->items[requests->count++] = (struct conformance_request){harness_name(&harness[i]), harness[i]};
    }
    for (size_t i = 0; i < stock->count; i++) {
        if (stock->properties[i].about & abouts_of(hook)) {
            struct conformance_request *request = &requests->items[requests->count++];
            *request = (struct conformance_request){stock->properties[i].name, harness[0]};
            set(&request->message, &stock->properties[i]);
        }
    }
    return true;
}

void conformance_requests_free(struct conformance_requests *requests)
{
    free(requests->stock);
    *requests = (struct conformance_requests){0};
}
