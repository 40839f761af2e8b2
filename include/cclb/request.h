/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - a request, its candidates and its response, as a host has them.
 *
 * One cclb_request serves every hook and every wire form: what a plugin's form lacks is left out, what it needs and the
 * host does not give has the default that the field's comment names (rules R80 to R83; those marked "cclb" are this
 * library's own choice). Start from cclb_request_init() and set what there is. All pointers are borrowed, by a call
 * until its lease is returned, by a stream until it is destroyed.
 *
 * Texts are UTF-8. A request that is none is refused with CCLB_BAD_INPUT, which names the member and is never passed
 * through by a failure policy: a header whose name is no token or whose value has control characters, a method that is
 * no token, claims that are no JSON object.
 *
 * Every function here may be called from any thread, and neither blocks nor allocates. What is returned is static.
 */
#ifndef CCLB_REQUEST_H
#define CCLB_REQUEST_H

#include "cclb/message.h"
#include "cclb/uuid.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of caller a principal is. The table is cclb/principal.def. */
typedef enum cclb_principal_kind {
#define PRINCIPAL(NAME, name, old_name) CCLB_PRINCIPAL_##NAME,
#include "cclb/principal.def"
#undef PRINCIPAL
    CCLB_PRINCIPAL_KIND_COUNT
} cclb_principal_kind;

/* The name of a kind, as runtimes from 0.1.2 on spell it (rule R77): "api_key" ...; "" for none; never NULL. */
CCLB_API const char *cclb_principal_kind_name(cclb_principal_kind kind);

/* The kind of that name, in either spelling (rules R76, R77); false, and *kind alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_principal_kind_from_name(cclb_bytes name, cclb_principal_kind *kind);

/* Who sent the request. */
typedef struct cclb_request_principal {
    cclb_bytes id; /* text */
    cclb_principal_kind kind;
    /*
     * The text of a JSON object, as it was received; empty: no claims. Plugins get one claim a member, in bytewise order
     * of the names, each with its value's text without white space and otherwise as it stands (rule R78). Of members with
     * one name the last one counts.
     */
    cclb_bytes claims;
} cclb_request_principal;

/* How an upstream is paid for; what plugins read as its kind (rule R79). */
typedef enum cclb_candidate_kind { CCLB_CANDIDATE_ANTHROPIC_API_KEY, CCLB_CANDIDATE_ANTHROPIC_OAUTH } cclb_candidate_kind;

/* The name of a kind: "anthropic_api_key", "anthropic_oauth"; "" for what is none; never NULL. */
CCLB_API const char *cclb_candidate_kind_name(cclb_candidate_kind kind);

/* The kind of that name; false, and *kind alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_candidate_kind_from_name(cclb_bytes name, cclb_candidate_kind *kind);

/* An upstream that may take the request; for filter. */
typedef struct cclb_candidate {
    cclb_uuid id; /* plugins name candidates by it; cclb_uuid_from_name() makes one of any name */
    cclb_bytes name; /* text */
    cclb_candidate_kind kind;
    uint64_t observed_at_unix_secs; /* 0: not known (cclb) */
    /* Tokens, by the host's cache score; all 0 without one (rules R80, R81). */
    uint32_t predicted_cache_read_tokens;
    uint32_t predicted_cache_creation_tokens_5m;
    uint32_t predicted_cache_creation_tokens_1h;
    uint32_t predicted_uncached_input_tokens;
    bool has_plan_capacity_ratio;
    double plan_capacity_ratio;   /* 1.0 if it is not known (rule R81) */
    cclb_bytes organization_type; /* text; empty: not known, like the next two (rule R81) */
    cclb_bytes rate_limit_tier;   /* text */
    cclb_bytes seat_tier;         /* text */
} cclb_candidate;

/* A request. Plain data; everything that it points to is the host's. */
typedef struct cclb_request {
    size_t struct_size; /* set by cclb_request_init */
    cclb_bytes request_id;            /* text; empty: none (cclb) */
    cclb_optional_bytes thread_id;    /* text; absent: not known (rule R81) */
    cclb_optional_bytes service_tier; /* text; the tier that the client asked for (rule R82) */
    cclb_bytes canonical_model_id;    /* text; empty: not known (cclb) */
    cclb_cache_pricing cache_pricing; /* zeroed: status "unknown", no prices (rule R81) */
    cclb_bytes method; /* of HTTP; case kept */
    cclb_bytes path;   /* text; percent-encoded as it was received */
    cclb_optional_bytes query; /* text, without the question mark (rule R83) */
    /*
     * As they were received, one item a value, repeated names and all. Filter and shape get them without authorization,
     * x-api-key, host and proxy-authorization, and without cookie if the runtime redacts it; names in lower case, equal
     * ones side by side where the first stood (R74).
     */
    cclb_headers headers;
    cclb_spans body; /* unchanged bytes (rule R83) */
    cclb_request_principal principal;
    const cclb_candidate *candidates; /* for filter, in the order that plugins shall see (rule R79) */
    size_t candidate_count;
    /* For shape and the transforms: the chosen upstream's URL; absent: not configured. Plugins get it as the URL standard
       serialises it (rule R83). */
    cclb_optional_bytes upstream_base_url;
} cclb_request;

/* The empty request. */
static inline cclb_request cclb_request_init(void)
{
    cclb_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    return request;
}

/* What came back from the upstream; for the transforms. */
typedef struct cclb_response {
    size_t struct_size;   /* set by cclb_response_init */
    uint16_t status;      /* of HTTP, 100 to 999 */
    cclb_headers headers; /* sent to plugins as they are, but for names in lower case and equal ones side by side (R75) */
    cclb_spans body;      /* for transform_response */
} cclb_response;

/* The empty response. */
static inline cclb_response cclb_response_init(void)
{
    cclb_response response;
    memset(&response, 0, sizeof response);
    response.struct_size = sizeof response;
    return response;
}

#ifdef __cplusplus
}
#endif

#endif
