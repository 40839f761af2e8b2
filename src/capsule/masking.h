/* SPDX-License-Identifier: Apache-2.0 */
/* masking.h - one request being masked, and the pieces of it that are texts of a form of their own. */
#ifndef CAPSULE_MASKING_H
#define CAPSULE_MASKING_H

#include "capsule/names.h"
#include "cclb/message.h"

/* What is masked for another reason than its name. */
enum masked_unnamed {
    MASKED_CLAIM_NO_JSON,
    MASKED_CLAIM_WITH_QUOTES,
    MASKED_PARAMETER_ESCAPED,
    MASKED_UPSTREAM_USER,
    MASKED_PRINCIPAL_ID,
    MASKED_GAPS,
    MASKED_UNNAMED_COUNT
};

struct masking {
    struct arena *arena;
    struct names headers;
    struct names claims;
    struct names parameters;
    bool met[MASKED_UNNAMED_COUNT];
    bool drop_bodies;
    bool no_memory;
};

/* All that is masked lies in the caller's copy of the archive, which is not constant. */
static inline void mask_bytes(cclb_bytes bytes)
{
    if (bytes.len > 0) {
        memset((void *)(uintptr_t)bytes.data, '*', bytes.len);
    }
}

void mask_claim(struct masking *masking, const cclb_claim *claim);

/* Of a query, which has no question mark, the values of parameters; of a path or another reference, of those behind it. */
void mask_query(struct masking *masking, cclb_bytes query);
void mask_reference(struct masking *masking, cclb_bytes reference);

/* Of an absolute URL that too, and the user and password before its host. */
void mask_url(struct masking *masking, cclb_bytes url);

#endif
