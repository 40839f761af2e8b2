/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_raw.h - the parts of a host document that plugins get as they stand in the file: claims, and bodies given as
 * JSON.
 *
 * jansson keeps values and not their spelling, and refuses what serde_json takes (integers of twenty digits). So these
 * parts are found in the text first, and blanked in the copy that jansson reads; whatever else it finds wrong lies
 * where it lay before.
 */
#ifndef JSON_HOST_RAW_H
#define JSON_HOST_RAW_H

#include "cclb/allocator.h"
#include "cclb/error.h"

enum host_raw_place {
    HOST_RAW_CLAIMS,        /* $.request.principal.claims, if it is an object */
    HOST_RAW_REQUEST_BODY,  /* $.request.body.json */
    HOST_RAW_RESPONSE_BODY, /* $.response.body.json */
    HOST_RAW_EVENT_DATA,    /* $.event.data.json */
    HOST_RAW_COUNT
};

/* Each whole and valid JSON of at most 127 levels, as it stands in the document; data NULL: it is not there. */
struct host_raw {
    cclb_bytes text[HOST_RAW_COUNT];
};

/*
 * Finds the parts in a document, which need not be valid outside of them. CCLB_BAD_INPUT with the offset of what is no
 * JSON, CCLB_NO_MEMORY.
 */
cclb_status host_raw_find(cclb_bytes json, const cclb_allocator *allocator, struct host_raw *raw, cclb_error *error);

/* Blanks the parts in `copy`, the bytes of `json`: claims become {}, the others 0. */
void host_raw_blank(const struct host_raw *raw, cclb_bytes json, uint8_t *copy);

#endif
