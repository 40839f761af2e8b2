/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h - capsules (cclb/capsule.h) read, and their calls made once more.
 *
 * cclb_capsule_read(), cclb_capsule_options_set() on options for a runtime of its own, the module registered there, a handle
 * on it, cclb_capsule_replay().
 */
#ifndef CCLB_REPLAY_H
#define CCLB_REPLAY_H

#include "cclb/capsule.h"
#include "cclb/runtime.h"
#include "cclb/slot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A capsule that was read. Thread class: SHARED, until it is destroyed. */
typedef struct cclb_capsule cclb_capsule;

/*
 * Reads a capsule. Strict: every member is there, and no other. CCLB_OK sets *capsule, which is the caller's to destroy and
 * keeps nothing of `json`. CCLB_BAD_INPUT names the place in the text (offset, or path: "$.fault.phase: no such kind");
 * CCLB_LIMIT (above 1 GiB of text); CCLB_NO_MEMORY. `allocator` may be NULL (malloc), and must outlive the capsule. Any
 * thread that has 256 KiB of stack left; allocates; does not block.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_capsule_read(cclb_bytes json, const cclb_allocator *allocator,
                                                       cclb_capsule **capsule, cclb_error *error);

/* What stands in it; borrowed from the capsule, and ends with it. Any thread; neither blocks nor allocates; cannot fail. */
CCLB_API const cclb_capsule_info *cclb_capsule_describe(const cclb_capsule *capsule);

/*
 * Sets what decides of a call to what it was: isolation, reference, metering, memory, stack, table, fuel, and the deadline of
 * the hook. Other options stay, and so does `reset`: no guest can tell, and this machine may not have it. Any thread;
 * neither blocks nor allocates; cannot fail, but cclb_runtime_create() may refuse what no runtime ever had.
 */
CCLB_API void cclb_capsule_options_set(const cclb_capsule *capsule, cclb_runtime_options *options);

/* What became of a replay. */
typedef struct cclb_replay {
    bool same; /* the fault again: status, rule, phase and trap; or, of an answer that was refused, its length */
    bool other_module;     /* the handle's module has another digest than the capsule */
    cclb_error found;      /* how the call ended this time; .status CCLB_OK: it succeeded */
    uint64_t answer_bytes; /* of what it answered; 0: nothing */
    uint64_t fuel;         /* used, with metering */
    uint64_t memory_bytes; /* size of the sandbox's memory after the call */
} cclb_replay;

/*
 * Makes the capsule's call on the plugin of a handle. CCLB_OK fills *replay, whether or not it is the fault again.
 * Otherwise nothing is known, and *replay is untouched: CCLB_BAD_INPUT (the capsule has no request), CCLB_REJECTED (the
 * plugin is called in another form than the capsule's), or what keeps cclb_call_raw() from a call. Any thread; blocks and
 * allocates like cclb_call_raw().
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_capsule_replay(const cclb_capsule *capsule, cclb_handle *handle,
                                                         cclb_replay *replay, cclb_error *error);

/* Frees a capsule; NULL is fine. Any thread; neither blocks nor allocates; cannot fail. */
CCLB_API void cclb_capsule_destroy(cclb_capsule *capsule);

#ifdef __cplusplus
}
#endif

#endif
