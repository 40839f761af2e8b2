/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h - calling a plugin.
 *
 * A call names its target, by handle or by key, and a hook. It runs on the caller's thread in a sandbox made for it
 * alone and ends within its deadline. The answer is lent, not copied: it lies in the sandbox's memory, which lives
 * until the lease is returned. Use it before the next blocking call or event-loop return, or copy it; an open lease
 * holds one of the runtime's permits.
 */
#ifndef CCLB_CALL_H
#define CCLB_CALL_H

#include "cclb/buffer.h"
#include "cclb/message.h"
#include "cclb/slot.h"
#include "cclb/view.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Who is called. With a handle: its cell, for good (rule R40); the key is not looked at. With handle NULL: whatever
 * cell the slot of that key holds at this moment (rule R41), for the hook of the slot's own kind (rule R42).
 */
typedef struct cclb_target {
    cclb_handle *handle;
    cclb_slot_key key;
} cclb_target;

/* The cell of a handle, which is borrowed for as long as the target is used. */
static inline cclb_target cclb_by_handle(cclb_handle *handle)
{
    cclb_target target;
    memset(&target, 0, sizeof target);
    target.handle = handle;
    return target;
}

/* Whatever cell the slot of that key holds when a call begins. Both texts are borrowed for as long as it is used. */
static inline cclb_target cclb_by_key(cclb_bytes principal, cclb_bytes plugin)
{
    cclb_target target;
    memset(&target, 0, sizeof target);
    target.key.principal = principal;
    target.key.plugin = plugin;
    return target;
}

/*
 * An answer on loan. Thread class: HANDOFF. Zeroed: no lease. Every successful call fills one; every filled one must
 * be returned, once, by any thread.
 */
typedef struct cclb_lease {
    cclb_bytes output;      /* the answer's bytes, in the sandbox */
    cclb_form form;         /* in which the plugin was called */
    cclb_reference reference; /* by whose rules */
    uint64_t version;       /* of the cell that answered (rule R37) */
    uint64_t duration_ns;   /* from the permit to the answer */
    uint64_t memory_bytes;  /* size of the sandbox's memory after the call */
    uint64_t fuel;          /* used, with metering */
    void *lane;             /* for cclb_lease_return, like memory; both NULL: nothing is lent */
    void *memory;
} cclb_lease;

/*
 * Calls a hook with an archive in the plugin's own form, given in `count` pieces. The answer's bytes are not judged
 * (rule R59). CCLB_OK fills *lease. Otherwise *lease is untouched and nothing is lent: CCLB_REJECTED, CCLB_TRAP,
 * CCLB_DEADLINE, CCLB_FUEL, CCLB_INSTANTIATE, CCLB_SATURATED, CCLB_FORKED, CCLB_STACK_TOO_SMALL, CCLB_INVALID_ARGUMENT
 * (no such hook, or a handle of another runtime), CCLB_INTERNAL (the ticker could not be started, or the stack not be
 * measured). Any thread; blocks for as long as the guest computes, up to its deadline, and like cclb_lease_return where
 * it takes the place of an idle stream session (cclb/sse.h); allocates nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_call_raw(cclb_runtime *runtime, const cclb_target *target, cclb_hook hook,
                                                   const cclb_bytes *pieces, size_t count, cclb_lease *lease,
                                                   cclb_error *error);

/*
 * The same with a request struct, which is encoded in the plugin's form straight into the sandbox, and an answer that
 * is checked and opened as a view. CCLB_OK fills *lease and *answer, and the view ends with the lease; otherwise both
 * are untouched and nothing is lent. Beyond the outcomes of cclb_call_raw: CCLB_BAD_INPUT (a text of the request is not
 * UTF-8), CCLB_LIMIT (the archive would exceed 2^31-1 bytes), CCLB_DECODE (the answer does not read). Any thread;
 * blocks and allocates like cclb_call_raw.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_call_filter(cclb_runtime *runtime, const cclb_target *target,
                                                      const cclb_filter_request *request, cclb_lease *lease,
                                                      cclb_filter_response_view *answer, cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_call_shape(cclb_runtime *runtime, const cclb_target *target,
                                                     const cclb_shape_request *request, cclb_lease *lease,
                                                     cclb_shape_response_view *answer, cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_call_transform_response(cclb_runtime *runtime, const cclb_target *target,
                                                                  const cclb_transform_response_request *request,
                                                                  cclb_lease *lease,
                                                                  cclb_transform_response_view *answer,
                                                                  cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_call_transform_sse_event(cclb_runtime *runtime, const cclb_target *target,
                                                                   const cclb_transform_sse_event_request *request,
                                                                   cclb_lease *lease,
                                                                   cclb_transform_sse_event_view *answer,
                                                                   cclb_error *error);

/*
 * The same for observe, whose hook answers with bytes of its own, or none. CCLB_OK fills *lease, with them in
 * lease->output; otherwise it is untouched and nothing is lent. Beyond the outcomes of cclb_call_raw: CCLB_BAD_INPUT,
 * CCLB_LIMIT, and CCLB_INVALID_ARGUMENT for a kind that is none. Any thread; blocks and allocates like cclb_call_raw.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_call_observe(cclb_runtime *runtime, const cclb_target *target,
                                                       const cclb_observe_event *event, cclb_lease *lease,
                                                       cclb_error *error);

/*
 * Copies the answer's bytes, so that the lease can be returned; read them again with the functions of cclb/view.h.
 * CCLB_OK fills *copy, which is the caller's to deinit; the lease stays as it is. `allocator` may be NULL (malloc).
 * CCLB_NO_MEMORY. Any thread that has the lease; does not block; allocates the copy.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_lease_copy(const cclb_lease *lease, const cclb_allocator *allocator,
                                                     cclb_buffer *copy, cclb_error *error);

/*
 * Gives an answer back and zeroes the lease; NULL or a zeroed one is fine. Views into it are then dead. Any thread;
 * allocates nothing; blocks only where it frees a cell that was replaced and has no other user left, for as long as
 * another thread changes the slots. In a forked child it zeroes the lease and does nothing else. Cannot fail.
 */
CCLB_API void cclb_lease_return(cclb_lease *lease);

#ifdef __cplusplus
}
#endif

#endif
