/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conformance_requests.h - what `cclb conformance` asks a plugin: the requests of the published harness (rule R107), and
 * requests that each have one property to the extreme.
 */
#ifndef CLI_CONFORMANCE_REQUESTS_H
#define CLI_CONFORMANCE_REQUESTS_H

#include "message.h"

/*
 * Room for all the requests of a hook, and the largest body among them. Larger ones only measure (growth.h): a plugin
 * may have little room, and whoever sends requests bounds them.
 */
enum { REQUESTS_MAX = 24, REQUEST_BODY_MAX_BYTES = 16384 };

struct conformance_request {
    const char *name; /* static */
    struct message message;
};

/* What requests point to. */
struct conformance_stock;

struct conformance_requests {
    struct conformance_request items[REQUESTS_MAX];
    size_t count;
    struct conformance_stock *stock;
};

/* The requests of the published harness for a hook, in their order: items[count], static. */
const struct message *harness_requests(cclb_hook hook, size_t *count);

/* Makes the requests of a hook, those of the harness first. False if there is no memory for them. */
bool conformance_requests_make(cclb_hook hook, struct conformance_requests *requests);

/* Frees what they point to; zeroed ones are fine. */
void conformance_requests_free(struct conformance_requests *requests);

/*
 * The first request of the harness with `payload` in place of the body, or of what else may be large: an event's data,
 * an error's message, which has to be UTF-8.
 */
struct message payload_request(cclb_hook hook, const cclb_bytes *payload);

#endif
