/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vectors.h - test vectors of the wire, run against this library.
 *
 * A file of them (spec/wire.md section 11) is about the codec, the fingerprints, the metadata rules and the header
 * rules. Running it is how a build proves, on the machine where it runs, that it speaks the wire.
 */
#ifndef CCLB_VECTORS_H
#define CCLB_VECTORS_H

#include "cclb/allocator.h"
#include "cclb/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One case of the file, as it is reported; borrowed for the length of the callback. */
typedef struct cclb_vector_result {
    size_t line;     /* from 1 */
    cclb_bytes kind; /* "L", "E" ... */
    cclb_bytes name; /* what the case is about: its second field */
    bool passed;
    const char *reason; /* why not, one line, escaped; "" if it passed */
} cclb_vector_result;

/* How many cases passed. */
typedef struct cclb_vector_summary {
    size_t passed;
    size_t failed;
} cclb_vector_summary;

/*
 * Runs every case of `text`; a line that is no case of a known kind counts as failed. `report`, if not NULL, is called
 * for each case in order, on this thread. CCLB_OK fills *summary, also when cases failed; CCLB_BAD_INPUT if the text
 * has no case at all; CCLB_NO_MEMORY. Any thread; blocks for as long as it computes; allocates from `allocator` (NULL:
 * malloc) and gives everything back.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_vectors_run(cclb_bytes text, const cclb_allocator *allocator,
                                                      void (*report)(void *context, const cclb_vector_result *result),
                                                      void *context, cclb_vector_summary *summary, cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
