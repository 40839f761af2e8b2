/* SPDX-License-Identifier: Apache-2.0 */
/* stream_defaults.h - a request and a response in place of those that no document has, for a stream of events. */
#ifndef CLI_STREAM_DEFAULTS_H
#define CLI_STREAM_DEFAULTS_H

#include "cclb/request.h"

struct stream_defaults {
    cclb_request request;
    cclb_header content_type;
    cclb_response response;
};

/* Sets them; the response points into the same struct. */
void stream_defaults_set(struct stream_defaults *defaults);

#endif
