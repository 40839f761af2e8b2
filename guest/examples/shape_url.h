/* SPDX-License-Identifier: Apache-2.0 */
/* shape_url.h - where shape sends a request: the upstream's URL, a path, and the query as it came. */
#ifndef EXAMPLES_SHAPE_URL_H
#define EXAMPLES_SHAPE_URL_H

#include "cclb_plugin.h"

static inline cclb_bytes shape_url(const cclb_shape_request *request, cclb_bytes path)
{
    cclb_bytes base = cclb_value_or(request->upstream.base_url, CCLB_TEXT("https://api.anthropic.com"));
    if (cclb_ends_with(base, CCLB_TEXT("/"))) {
        base.len--;
    }
    const cclb_bytes pieces[] = {base, path, CCLB_TEXT("?"), request->query.value};
    return cclb_join(pieces, request->query.present ? 4 : 2);
}

#endif
