/* SPDX-License-Identifier: Apache-2.0 */
/* ingredients.h - the long, the many and the strange, of which conformance requests are made. */
#ifndef CLI_INGREDIENTS_H
#define CLI_INGREDIENTS_H

#include "conformance_requests.h"

/* All requests together stay below 64 KiB, one page of memory: a plugin with less room is none. */
enum {
    MANY = 256,
    REPEATED = 8,
    LIMITS = 4,
    LONG_TEXT_BYTES = 1536,
    NESTED = 1000, /* levels of JSON: a reader that recurses for each has to stop somewhere */
    NAME_SIZE = 16,
    ID_SIZE = 40
};

struct ingredients {
    char long_text[LONG_TEXT_BYTES];
    uint8_t every_byte[256];
    char nested[2 * NESTED];
    char prose[REQUEST_BODY_MAX_BYTES]; /* JSON of that size */
    char names[MANY][NAME_SIZE];
    char ids[MANY][ID_SIZE]; /* UUIDs */
    cclb_header headers[MANY];
    cclb_claim claims[MANY];
    cclb_upstream_candidate candidates[MANY];
    cclb_header strange_header; /* whose value has every byte */
    cclb_header repeated_headers[REPEATED];
    cclb_upstream_candidate repeated_candidates[REPEATED];
    cclb_upstream_candidate limits[LIMITS]; /* numbers at their limits, and what is no number */
};

/* Makes JSON of exactly `len` bytes, as a client might send it; len is at least 64. */
void ingredients_prose(char *text, size_t len);

/* Fills them. */
void ingredients_fill(struct ingredients *ingredients);

#endif
