/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_random.h - requests and responses of a host that nobody thought of; the same in every run. All of them are good:
 * what is no request is tested elsewhere.
 */
#ifndef TESTS_HOST_RANDOM_H
#define TESTS_HOST_RANDOM_H

#include "cclb/request.h"

enum {
    HOST_RANDOM_HEADERS = 16,
    HOST_RANDOM_CANDIDATES = 10,
    HOST_RANDOM_SPANS = 6,
    HOST_RANDOM_TEXT = 1 << 16,
};

/* One request at a time, with memory of its own. Zeroed but for the state, which may be anything. CONFINED. */
struct host_random {
    uint64_t state;
    cclb_request request;
    cclb_response response;
    cclb_sse_event event;
    /* What they point to: */
    cclb_header headers[HOST_RANDOM_HEADERS];
    cclb_header response_headers[HOST_RANDOM_HEADERS];
    cclb_candidate candidates[HOST_RANDOM_CANDIDATES];
    cclb_bytes spans[2][HOST_RANDOM_SPANS];
    uint8_t text[HOST_RANDOM_TEXT];
    size_t used; /* of text */
};

/* Makes the next request, response and event in place of the last ones. */
void host_random_next(struct host_random *random);

#endif
