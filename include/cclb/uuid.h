/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uuid.h - the identifiers of candidates.
 *
 * An identifier is 16 bytes here and text on the wire (rules R79, R87).
 *
 * Every function here may be called from any thread, and neither blocks nor allocates.
 */
#ifndef CCLB_UUID_H
#define CCLB_UUID_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for an identifier as text, with its NUL. */
enum { CCLB_UUID_TEXT_SIZE = 37 };

/* The bytes in the order of the text. Plain data. */
typedef struct cclb_uuid {
    uint8_t bytes[16];
} cclb_uuid;

/* The namespace of cclb_uuid_from_name(): drawn at random once, and never to change. */
#define CCLB_UUID_NAMESPACE "45551dd2-96f5-4871-9b91-6353dc5abf3e"

/*
 * The identifier of an upstream that has a name and no UUID: version 5 (RFC 9562) in a namespace of cclb's own, so the
 * same name has the same identifier in every process and release. Any bytes are a name. Cannot fail.
 */
CCLB_API cclb_uuid cclb_uuid_from_name(cclb_bytes name);

/*
 * Reads 32 hex digits, the hyphenated form, that in braces, or that after "urn:uuid:", in any case (rule R87); false, and
 * *uuid alone, if the text is none of these.
 */
CCLB_API CCLB_MUST_CHECK bool cclb_uuid_parse(cclb_bytes text, cclb_uuid *uuid);

/* Writes the hyphenated form in lower case, with a NUL (rule R79). Cannot fail. */
CCLB_API void cclb_uuid_format(cclb_uuid uuid, char text[CCLB_UUID_TEXT_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
