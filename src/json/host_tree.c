/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_tree.c - what hooks answered, in a host's terms, as JSON. Every key is always there; what does not apply is
 * null. Headers, bodies and events are spelt as in a host document, so that one answer can be the next request.
 */

#include "json/tree.h"

static json_t *optional_tree(cclb_optional_bytes optional)
{
    return optional.present ? tree_bytes(optional.value) : json_null();
}

static json_t *uuid_tree(cclb_uuid uuid)
{
    char text[CCLB_UUID_TEXT_SIZE];
    cclb_uuid_format(uuid, text);
    return tree_name(text);
}

static json_t *headers_tree(cclb_headers headers)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < headers.count && whole; i++) {
        json_t *pair = json_array();
        bool both = tree_append(pair, tree_bytes(headers.items[i].name)) &&
                    tree_append(pair, tree_bytes(headers.items[i].value));
        whole = tree_append(array, tree_whole(pair, both));
    }
    return tree_whole(array, whole);
}

/* ---- filter ---- */

/* The place of a candidate in the request. */
static json_t *candidate_tree(size_t candidate)
{
    return candidate == CCLB_NO_CANDIDATE ? json_null() : tree_u64(candidate);
}

static json_t *kept_tree(const cclb_filter_result *result)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < result->kept_count && whole; i++) {
        const cclb_kept *kept = &result->kept[i];
        json_t *object = json_object();
        bool row = tree_put(object, "id", uuid_tree(kept->id)) &&
                   tree_put(object, "candidate", candidate_tree(kept->candidate)) &&
                   tree_put(object, "repeated", json_boolean(kept->repeated));
        whole = tree_append(array, tree_whole(object, row));
    }
    return tree_whole(array, whole);
}

static json_t *rejected_tree(const cclb_filter_result *result)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < result->rejected_count && whole; i++) {
        const cclb_rejected *rejected = &result->rejected[i];
        json_t *object = json_object();
        bool row = tree_put(object, "id", uuid_tree(rejected->id)) &&
                   tree_put(object, "candidate", candidate_tree(rejected->candidate)) &&
                   tree_put(object, "rejection", tree_name(cclb_rejection_name(rejected->rejection))) &&
                   tree_put(object, "decision", tree_bytes(rejected->decision)) &&
                   tree_put(object, "reason", tree_bytes(rejected->reason));
        whole = tree_append(array, tree_whole(object, row));
    }
    return tree_whole(array, whole);
}

static json_t *filter_tree(const cclb_filter_result *result)
{
    json_t *object = json_object();
    bool whole = tree_put(object, "passed_through", json_boolean(result->passed_through)) &&
                 tree_put(object, "kept", kept_tree(result)) && tree_put(object, "rejected", rejected_tree(result)) &&
                 tree_put(object, "reasons", tree_bytes(result->reasons));
    return tree_whole(object, whole);
}

cclb_status cclb_filter_result_to_json(const cclb_filter_result *result, const cclb_allocator *allocator,
                                       cclb_buffer *json, cclb_error *error)
{
    cclb_error local;
    return tree_write(filter_tree(result), allocator, json, error ? error : &local);
}

/* ---- shape ---- */

static json_t *url_tree(const cclb_url *url)
{
    json_t *object = json_object();
    bool whole =
        tree_put(object, "text", tree_bytes(url->text)) && tree_put(object, "scheme", tree_bytes(url->scheme)) &&
        tree_put(object, "username", tree_bytes(url->username)) &&
        tree_put(object, "password", optional_tree(url->password)) &&
        tree_put(object, "host", optional_tree(url->host)) &&
        tree_put(object, "port", url->port < 0 ? json_null() : json_integer(url->port)) &&
        tree_put(object, "path", tree_bytes(url->path)) && tree_put(object, "query", optional_tree(url->query)) &&
        tree_put(object, "fragment", optional_tree(url->fragment));
    return tree_whole(object, whole);
}

static json_t *shape_tree(const cclb_shape_result *result)
{
    json_t *object = json_object();
    bool whole = tree_put(object, "passed_through", json_boolean(result->passed_through)) &&
                 tree_put(object, "url", result->has_url ? url_tree(&result->url) : json_null()) &&
                 tree_put(object, "method", tree_bytes(result->method)) &&
                 tree_put(object, "headers", headers_tree(result->headers)) &&
                 tree_put(object, "body", tree_spans(result->body));
    return tree_whole(object, whole);
}

cclb_status cclb_shape_result_to_json(const cclb_shape_result *result, const cclb_allocator *allocator,
                                      cclb_buffer *json, cclb_error *error)
{
    cclb_error local;
    return tree_write(shape_tree(result), allocator, json, error ? error : &local);
}

/* ---- transforms ---- */

static json_t *response_tree(const cclb_transform_response_answer *answer)
{
    json_t *object = json_object();
    bool whole = tree_put(object, "called", json_boolean(answer->called)) &&
                 tree_put(object, "passed_through", json_boolean(answer->passed_through)) &&
                 tree_put(object, "status_replaced", json_boolean(answer->status_replaced)) &&
                 tree_put(object, "headers_replaced", json_boolean(answer->headers_replaced)) &&
                 tree_put(object, "body_replaced", json_boolean(answer->body_replaced)) &&
                 tree_put(object, "status", json_integer(answer->status)) &&
                 tree_put(object, "headers", headers_tree(answer->headers)) &&
                 tree_put(object, "body", tree_spans(answer->body));
    return tree_whole(object, whole);
}

cclb_status cclb_transform_response_answer_to_json(const cclb_transform_response_answer *answer,
                                                   const cclb_allocator *allocator, cclb_buffer *json,
                                                   cclb_error *error)
{
    cclb_error local;
    return tree_write(response_tree(answer), allocator, json, error ? error : &local);
}

static const char *event_kind_name(cclb_transform_sse_event_kind kind)
{
    switch (kind) {
    case CCLB_TRANSFORM_SSE_EVENT_UNCHANGED:
        return "unchanged";
    case CCLB_TRANSFORM_SSE_EVENT_REPLACE:
        return "replace";
    case CCLB_TRANSFORM_SSE_EVENT_DROP:
        return "drop";
    }
    return "";
}

static json_t *events_tree(cclb_sse_events events)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < events.count && whole; i++) {
        json_t *object = json_object();
        bool row = tree_put(object, "event", tree_bytes(events.items[i].event)) &&
                   tree_put(object, "data", tree_bytes(events.items[i].data));
        whole = tree_append(array, tree_whole(object, row));
    }
    return tree_whole(array, whole);
}

static json_t *sse_event_tree(const cclb_transform_sse_event_answer *answer)
{
    json_t *object = json_object();
    bool replaced = answer->kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE;
    bool whole = tree_put(object, "called", json_boolean(answer->called)) &&
                 tree_put(object, "passed_through", json_boolean(answer->passed_through)) &&
                 tree_put(object, "kind", tree_name(event_kind_name(answer->kind))) &&
                 tree_put(object, "events", replaced ? events_tree(answer->events) : json_null());
    return tree_whole(object, whole);
}

cclb_status cclb_transform_sse_event_answer_to_json(const cclb_transform_sse_event_answer *answer,
                                                    const cclb_allocator *allocator, cclb_buffer *json,
                                                    cclb_error *error)
{
    cclb_error local;
    return tree_write(sse_event_tree(answer), allocator, json, error ? error : &local);
}
