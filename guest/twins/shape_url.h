/* SPDX-License-Identifier: Apache-2.0 */
/* shape_url.h - the URL of the plugins that pass requests on: the upstream's, then path and query as they came. */
#ifndef TWINS_SHAPE_URL_H
#define TWINS_SHAPE_URL_H

#include "cclb_plugin.h"

static inline cclb_bytes shape_url(const cclb_shape_request *request)
{
    cclb_bytes base = cclb_value_or(request->upstream.base_url, CCLB_TEXT("https://api.anthropic.com"));
    if (cclb_ends_with(base, CCLB_TEXT("/"))) {
        base.len--;
    }
    const cclb_bytes pieces[] = {base, request->path, CCLB_TEXT("?"), request->query.value};
    return cclb_join(pieces, request->query.present ? 4 : 2);
}

#endif
