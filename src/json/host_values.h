/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_values.h - the members of a host document: a table for each object, a function for each kind of value.
 *
 * A function fills the place that the table names, which is zeroed before. It is not called for a member that is
 * missing or null.
 */
#ifndef JSON_HOST_VALUES_H
#define JSON_HOST_VALUES_H

#include "json/host_raw.h"
#include "json/read.h"

struct host_reading {
    struct reading values;
    const struct host_raw *raw;
};

typedef cclb_status host_value(const struct host_reading *reading, const struct place *place, json_t *tree,
                               void *value);

struct host_member {
    const char *name;
    host_value *read;
    size_t offset;
};

enum { HOST_MEMBERS_MAX = 16 };

/* The members of one object. */
struct host_object {
    const struct host_member *members;
    size_t count; /* at most HOST_MEMBERS_MAX */
};

/* Reads an object; a member that its table does not have is refused. */
cclb_status host_read_object(const struct host_reading *reading, const struct place *place,
                             const struct host_object *object, json_t *tree, void *values);

host_value host_skip;          /* of a member that is read by other means */
host_value host_text;          /* cclb_bytes */
host_value host_optional_text; /* cclb_optional_bytes */
host_value host_u16;
host_value host_u32;
host_value host_u64;
host_value host_optional_u64;
host_value host_status;         /* uint16_t, 100 to 999 */
host_value host_uuid;           /* cclb_uuid */
host_value host_principal_kind; /* cclb_principal_kind */
host_value host_candidate_kind; /* cclb_candidate_kind */
host_value host_claims;         /* cclb_bytes */
host_value host_headers;        /* cclb_headers */
host_value host_request_body;   /* cclb_spans */
host_value host_response_body;  /* cclb_spans */
host_value host_event_data;     /* cclb_bytes */

#endif
