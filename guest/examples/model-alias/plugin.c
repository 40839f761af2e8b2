/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.c - clients name a model by what it is for, and upstreams get its own name; paths are rewritten by prefix. The
 * rest of the body goes through byte for byte.
 */

#define CCLB_PLUGIN_NAME "model-alias"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Replaces aliases of models in requests, and beginnings of paths."
#define CCLB_PLUGIN_USAGE                                                                                              \
    "Claim model_aliases: {\"fast\": \"claude-haiku-4-5\"}. Claim path_rewrites: {\"/anthropic/\": \"/\"}."
#define CCLB_PLUGIN_SHAPE "Replaces the model's alias in a JSON body and the beginning of the path."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#include "cclb_plugin.h"

#include "json_walk.h"
#include "shape_url.h"

/* What an alias stands for, as it is written in the claim, which is JSON as the body is; the alias itself if nothing. */
static cclb_bytes model_of(const cclb_shape_request *request, cclb_bytes alias)
{
    struct json aliases = json_of(cclb_find_claim(request->principal.claims, CCLB_TEXT("model_aliases")).value);
    cclb_bytes model;
    return json_find(&aliases, alias) && json_string(&aliases, &model) ? model : alias;
}

/* The body with the aliases of every "model" of its outermost object replaced; up to where it is no JSON. */
static void rewrite_body(const cclb_shape_request *request, cclb_bytes_list *body)
{
    struct json json = json_of(request->body);
    size_t written = 0;
    cclb_bytes name;
    cclb_bytes alias;
    for (uint8_t before = '{'; json_member(&json, before, &name); before = ',') {
        if (cclb_bytes_equal(name, CCLB_TEXT("model")) && json_peek(&json) == '"') {
            if (!json_string(&json, &alias)) {
                break;
            }
            const size_t start = (size_t)(alias.data - request->body.data);
            cclb_bytes_list_add(body, cclb_bytes_of(request->body.data + written, start - written));
            cclb_bytes_list_add(body, model_of(request, alias));
            written = start + alias.len;
        } else if (!json_skip(&json)) {
            break;
        }
    }
    cclb_bytes_list_add(body, cclb_bytes_from(request->body, written));
}

/*
 * The path, with the first beginning that the claim has for it replaced. A replacement has to begin with a slash, or it
 * could become part of the host's name; one with an escape in it is none.
 */
static cclb_bytes rewrite_path(const cclb_shape_request *request)
{
    struct json json = json_of(cclb_find_claim(request->principal.claims, CCLB_TEXT("path_rewrites")).value);
    cclb_bytes from;
    cclb_bytes to;
    for (uint8_t before = '{'; json_member(&json, before, &from) && json_string(&json, &to); before = ',') {
        if (cclb_starts_with(request->path, from) && cclb_starts_with(to, CCLB_TEXT("/")) &&
            cclb_find(to, CCLB_TEXT("\\"), 0) == to.len) {
            const cclb_bytes pieces[] = {to, cclb_bytes_from(request->path, from.len)};
            return cclb_join(pieces, 2);
        }
    }
    return request->path;
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    answer->url = shape_url(request, rewrite_path(request));
    answer->method = request->method;
    cclb_add_headers(&answer->headers, request->headers);
    rewrite_body(request, &answer->body);
}
