/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - one record a call, for the host's own log.
 *
 * The library writes nothing anywhere. A host that wants a request log gives a function in cclb_runtime_options.log; it is
 * called on the thread of the call when its outcome is known, before the call returns, with no lock held.
 */
#ifndef CCLB_LOG_H
#define CCLB_LOG_H

#include "cclb/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One call. Thread class: CONFINED; everything that it points to is borrowed for the callback. */
typedef struct cclb_call_record {
    size_t struct_size;   /* of what follows, as the library knows it */
    cclb_bytes principal; /* the slot's key; not escaped, like plugin */
    cclb_bytes plugin;
    uint64_t version;      /* of the cell; 0: no cell was reached */
    const uint8_t *digest; /* BLAKE3 of the module, 32 bytes; NULL: no cell was reached */
    cclb_hook hook;
    cclb_form form;           /* CCLB_FORM_NONE: no cell was reached */
    cclb_reference reference; /* CCLB_REFERENCE_ANY: no cell was reached */
    cclb_status outcome;      /* what the plugin's call came to, also if policy passed it through */
    bool passed_through;
    bool called;             /* guest code was entered */
    const cclb_error *fault; /* all that is known of a failure (rule, phase, trap, resource, message); NULL: CCLB_OK */
    uint64_t bytes_in;       /* of the request's archive; 0: it was not made */
    uint64_t bytes_out;      /* of the answer's archive */
    uint64_t duration_ns;    /* from the permit to the outcome; of a second try, from its own start */
    uint64_t guest_ns;       /* of it, from the first use of an export to the guest's return (rule R67) */
    uint64_t memory_bytes;   /* size of the sandbox's memory after the call */
    uint64_t fuel;           /* used, with metering */
    bool tried_again;        /* a kept sandbox of a stream failed; the record of a call in a fresh one follows */
} cclb_call_record;

/* Where records go; zeroed: nowhere. Thread class: SHARED. */
typedef struct cclb_log {
    /* May call any function but cclb_runtime_destroy; the breaker knows of this call. What it takes, the call takes. */
    void (*call)(void *context, const cclb_call_record *record);
    void *context;
} cclb_log;

#ifdef __cplusplus
}
#endif

#endif
