/* SPDX-License-Identifier: Apache-2.0 */
/* rust_url.h - the URL standard's parser, by the crate that the reference uses (rust/src/url.rs). */
#ifndef BASE_RUST_URL_H
#define BASE_RUST_URL_H

#include "cclb/bytes.h"

/* One parsed URL. Thread class: HANDOFF. */
struct rust_url;

enum rust_url_part {
    RUST_URL_SERIALISED,
    RUST_URL_ORIGIN,
    RUST_URL_SCHEME,
    RUST_URL_USERNAME,
    RUST_URL_PASSWORD,
    RUST_URL_HOST,
    RUST_URL_PATH,
    RUST_URL_QUERY,
    RUST_URL_FRAGMENT
};

/* Parses an absolute URL. NULL when it is none, with the parser's words, cut to fit, in message[capacity]. */
struct rust_url *rust_url_parse(cclb_bytes text, char *message, size_t capacity);

/* A part of it, alive as long as the URL; data is NULL if the part is absent. */
cclb_bytes rust_url_part(const struct rust_url *url, enum rust_url_part part);

/* The port, with the scheme's default filled in; -1 if there is none. */
int32_t rust_url_port(const struct rust_url *url);

/* Whether its origin is scheme, host and port, and not opaque. */
bool rust_url_has_tuple_origin(const struct rust_url *url);

/* Whether both have the same origin; opaque ones equal nothing (rule R95). */
bool rust_url_same_origin(const struct rust_url *a, const struct rust_url *b);

/* Frees it; NULL is fine. */
void rust_url_destroy(struct rust_url *url);

#endif
