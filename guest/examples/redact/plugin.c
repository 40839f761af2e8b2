/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.c - takes secrets and personal data out of what comes back: out of a whole response, out of one event of a
 * stream, and in a stream session out of the text that the events of a message make up together.
 */

#define CCLB_PLUGIN_NAME "redact"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Redacts keys, tokens, e-mail addresses and card numbers in responses."
#define CCLB_PLUGIN_USAGE                                                                                              \
    "Nothing to set. Without a stream session, a secret that is spread over several events gets through."
#define CCLB_PLUGIN_SHAPE "Passes the request on as it came."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "Redacts the strings of a JSON body, and any other text."
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Redacts the strings of an event, and in a session the text of a message."
#include "cclb_plugin.h"

#include "shape_url.h"
#include "stream.h"

#if CCLB_PLUGIN_FORM < 6
#error "redact: runtimes before 0.1.2 let plugins change no responses; build it for form 6, 8 or 9"
#endif

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = shape_url(request, request->path);
}

/* Whether a response says that it is JSON, or something made of it, as application/problem+json. */
static bool is_json(cclb_headers headers)
{
    const cclb_bytes json = CCLB_TEXT("json");
    cclb_bytes type = cclb_find_header(headers, CCLB_TEXT("content-type")).value;
    for (; type.len >= json.len; type = cclb_bytes_from(type, 1)) {
        if (cclb_bytes_equal_ignoring_case(cclb_bytes_of(type.data, json.len), json)) {
            return true;
        }
    }
    return false;
}

/* Adds a text, redacted, to `out`; whether it changed. */
static bool redact(cclb_bytes text, bool as_json, cclb_bytes_list *out)
{
    if (as_json) {
        return redact_json(text, out);
    }
    const bool changed = redact_whole(&text);
    cclb_bytes_list_add(out, text);
    return changed;
}

void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    cclb_bytes_list body = {NULL, 0, 0};
    if (redact(request->body, is_json(request->response_headers), &body)) {
        *cclb_replace_body(answer) = body;
    }
}

/* An event by itself. Anything that was sent in its place before stays before it. */
static void redact_event(const cclb_sse_event *event, cclb_transform_sse_event_result *answer)
{
    cclb_bytes_list data = {NULL, 0, 0};
    const bool changed = redact(event->data, cclb_starts_with(event->data, CCLB_TEXT("{")), &data);
    if (changed || answer->kind != CCLB_TRANSFORM_SSE_EVENT_UNCHANGED) {
        cclb_replace_event(answer, event->event, cclb_join(data.items, data.count));
    }
}

/* Pings come at any time, and say nothing about the text. */
void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    const cclb_sse_event *event = &request->event;
    if (redact_delta(event, answer)) {
        return;
    }
    if (!cclb_bytes_equal(event->event, CCLB_TEXT("ping"))) {
        release(answer);
    }
    redact_event(event, answer);
    if (cclb_bytes_equal(event->event, CCLB_TEXT("message_start"))) {
        stream.in_message = true;
    } else if (cclb_bytes_equal(event->event, CCLB_TEXT("message_stop"))) {
        stream.in_message = false;
    }
}
