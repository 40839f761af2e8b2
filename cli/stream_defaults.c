/* SPDX-License-Identifier: Apache-2.0 */
/* stream_defaults.c - an empty POST request, and a response that is a stream. */

#include "stream_defaults.h"

void stream_defaults_set(struct stream_defaults *defaults)
{
    defaults->request = cclb_request_init();
    defaults->request.method = cclb_text("POST");
    defaults->request.path = cclb_text("/");
    defaults->content_type = (cclb_header){cclb_text("content-type"), cclb_text("text/event-stream")};
    defaults->response = cclb_response_init();
    defaults->response.status = 200;
    defaults->response.headers = (cclb_headers){&defaults->content_type, 1};
}
