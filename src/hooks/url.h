/* SPDX-License-Identifier: Apache-2.0 */
/* url.h - URLs by the URL standard's parser, with their texts in an arena. */
#ifndef HOOKS_URL_H
#define HOOKS_URL_H

#include "base/arena.h"
#include "cclb/shape.h"

/* A host's base URL as the standard writes it (rule R83). CCLB_BAD_INPUT, CCLB_NO_MEMORY. */
cclb_status url_normalise(cclb_bytes text, struct arena *arena, cclb_bytes *normal, cclb_error *error);

/* A plugin's URL and its parts (rule R94). CCLB_REJECTED, CCLB_NO_MEMORY. */
cclb_status url_read(cclb_bytes text, struct arena *arena, cclb_url *url, cclb_error *error);

/* An origin as text: scheme, host and port in ASCII, or "null"; of a URL all that is no secret. */
struct url_origin {
    char text[180];
};

/*
 * Whether two URLs have the same scheme, host and port; URLs whose origin is not of that kind never do (rule R95). Fills
 * both origins.
 */
bool url_same_origin(cclb_bytes a, cclb_bytes b, struct url_origin *origin_a, struct url_origin *origin_b);

/* A base URL with a path and a query behind its own path, parsed. CCLB_BAD_INPUT, CCLB_NO_MEMORY. */
cclb_status url_below(cclb_bytes base, cclb_bytes path, cclb_optional_bytes query, struct arena *arena, cclb_url *url,
                      cclb_error *error);

#endif
