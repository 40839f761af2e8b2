/* SPDX-License-Identifier: Apache-2.0 */
/* redact.h - the transform hooks of the plugins that take the word secret out of what comes back. */
#ifndef TWINS_REDACT_H
#define TWINS_REDACT_H

#include "cclb_plugin.h"

/* Overwrites the word wherever it stands, in the request itself; whether it stood anywhere. */
static inline bool redact(cclb_bytes text)
{
    cclb_bytes word = CCLB_TEXT("secret");
    bool found = false;
    for (size_t at = cclb_find(text, word, 0); at < text.len; at = cclb_find(text, word, at + word.len)) {
        __builtin_memset(cclb_writable(text) + at, '#', word.len);
        found = true;
    }
    return found;
}

static inline void redact_response(const cclb_transform_response_request *request,
                                   cclb_transform_response_result *answer)
{
    if (redact(request->body)) {
        cclb_header_list *headers = cclb_replace_headers(answer);
        cclb_add_headers(headers, request->response_headers);
        cclb_add_header(headers, CCLB_TEXT("x-redacted"), CCLB_TEXT("1"));
        cclb_bytes_list_add(cclb_replace_body(answer), request->body);
    }
}

/* Pings are dropped. */
static inline void redact_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    if (cclb_bytes_equal(request->event.event, CCLB_TEXT("ping"))) {
        cclb_drop_event(answer);
    } else if (redact(request->event.data)) {
        cclb_replace_event(answer, request->event.event, request->event.data);
    }
}

#endif
