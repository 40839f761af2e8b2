/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slot.h - where admitted plugins live, and under which key calls find them.
 *
 * A slot is named by a pair, principal and plugin (rule R31), and serves one kind of plugin for life (R32). It holds a
 * cell: one admitted module. Registering other bytes swaps the cell at once and never disturbs a call that is running:
 * that call finishes on the cell it began with, which is freed when its last call, lease and handle are gone (R36,
 * R39). A handle keeps the cell it was made from, whatever is registered later (R40).
 *
 * Every function here may be called from any thread; what takes a runtime or a handle, at any time between
 * cclb_runtime_create and cclb_runtime_destroy, and it answers CCLB_FORKED in a forked child. None of them makes a call
 * wait, nor waits for one, and none but cclb_slot_register() blocks for longer than another one of them changes the
 * slots. Names are static, and what returns them allocates nothing.
 */
#ifndef CCLB_SLOT_H
#define CCLB_SLOT_H

#include "cclb/error.h"
#include "cclb/runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The principal of slots that serve the whole proxy and not one customer (rule R31). */
#define CCLB_PRINCIPAL_GLOBAL "__global__"

/* A principal and a plugin's name are each 1 to this many bytes of UTF-8 (NUL included in what is allowed). */
enum { CCLB_SLOT_NAME_MAX_BYTES = 255 };

/* BLAKE3. */
enum { CCLB_SLOT_HASH_SIZE = 32 };

/* What a slot serves (rule R32). */
typedef enum cclb_slot_kind {
    CCLB_SLOT_ANY, /* no kind in particular: for inspection and admission, never the kind of a slot */
    CCLB_SLOT_FILTER,
    CCLB_SLOT_SHAPE, /* with the two transform hooks, where the plugin's form has them (rule R10) */
    CCLB_SLOT_OBSERVE
} cclb_slot_kind;

/* The name of a kind: "any", "filter", "shape", "observe"; "" for what is none; never NULL. */
CCLB_API const char *cclb_slot_kind_name(cclb_slot_kind kind);

/* The kind of that name; false, and *kind alone, if there is none. */
CCLB_API CCLB_MUST_CHECK bool cclb_slot_kind_from_name(cclb_bytes name, cclb_slot_kind *kind);

/* The hook that a slot of this kind is called for by key (rule R42); CCLB_HOOK_NONE for CCLB_SLOT_ANY and none. */
CCLB_API cclb_hook cclb_slot_kind_hook(cclb_slot_kind kind);

/* The name of a slot. The bytes are borrowed from whoever filled the struct. */
typedef struct cclb_slot_key {
    cclb_bytes principal; /* CCLB_PRINCIPAL_GLOBAL for everyone */
    cclb_bytes plugin;    /* the host's name for it; need not be the name in its metadata */
} cclb_slot_key;

/* The key of a proxy-wide slot. `plugin` is borrowed and NUL-terminated. */
static inline cclb_slot_key cclb_global_key(const char *plugin)
{
    cclb_slot_key key;
    key.principal = cclb_text(CCLB_PRINCIPAL_GLOBAL);
    key.plugin = cclb_text(plugin);
    return key;
}

/* A slot and its present cell, or a handle's cell, at the moment of asking. */
typedef struct cclb_slot_info {
    cclb_slot_key key; /* borrowed as the function that fills it says */
    cclb_slot_kind kind;
    uint64_t version;                  /* 1, one more for each replacement, 1 again after an eviction (rule R37) */
    uint32_t handles;                  /* open handles on this cell */
    cclb_failure_policy failure_policy; /* never CCLB_FAILURE_DEFAULT */
    uint8_t hash[CCLB_SLOT_HASH_SIZE]; /* of the content and what it was admitted under (R34, R35); means something
                                          only within this process */
} cclb_slot_info;

/* What a registration did. */
typedef enum cclb_slot_outcome {
    CCLB_SLOT_CREATED,   /* the key had no cell */
    CCLB_SLOT_REPLACED,  /* another cell was there before */
    CCLB_SLOT_UNCHANGED  /* this very content is there already, from before or from another thread (rules R33, R36) */
} cclb_slot_outcome;

/* The name of an outcome: "created", "replaced", "unchanged"; "" for what is none; never NULL. */
CCLB_API const char *cclb_slot_outcome_name(cclb_slot_outcome outcome);

/* How a registration ended that returned CCLB_OK. */
typedef struct cclb_slot_registration {
    cclb_slot_outcome outcome;
    uint64_t version; /* of the cell that is there now */
    bool draining;    /* calls, leases or handles still held the replaced cell; it is freed when the last is gone */
} cclb_slot_registration;

struct cclb_report; /* cclb/admission.h */

/* Options of one registration; zero means the default of a field. */
typedef struct cclb_slot_options {
    size_t struct_size; /* set by cclb_slot_options_init */
    /* By whose rules this module is admitted, if not by the runtime's own option `reference`. */
    bool has_reference;
    cclb_reference reference;
    /*
     * What becomes of requests when the plugin fails, if not the runtime's own option. It is no part of the content:
     * registering bytes that are there already is CCLB_SLOT_UNCHANGED and changes the policy all the same.
     */
    cclb_failure_policy failure_policy;
    /*
     * If not NULL: where to put the report of the admission, also of one that was refused; the caller's, to be freed
     * with cclb_report_destroy. Untouched if there was no admission: the content was there already, or the key, the
     * options or the size of the module were refused before.
     */
    struct cclb_report **report;
} cclb_slot_options;

/* Options with every field at its default. */
static inline cclb_slot_options cclb_slot_options_init(void)
{
    cclb_slot_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    return options;
}

/*
 * Admits a module and makes it the cell of a slot (rules R33, R36 to R38). `key` and `wasm` are borrowed for the call;
 * `kind` is not CCLB_SLOT_ANY; `options` may be NULL. CCLB_OK fills *registration, if it is not NULL.
 *
 * On any failure the slot is as before: CCLB_REJECTED (a rule of admission; or rule 38: the slot has another kind),
 * CCLB_COMPILE, CCLB_INSTANTIATE, CCLB_PROBE (with `inner` CCLB_SATURATED nothing is wrong with the plugin: the pool
 * was full, try again later), CCLB_LIMIT, CCLB_BAD_INPUT (the key is empty, too long or not UTF-8),
 * CCLB_STACK_TOO_SMALL (compiler and trial calls run on this thread), CCLB_FORKED, CCLB_NO_MEMORY,
 * CCLB_INVALID_ARGUMENT, CCLB_INTERNAL.
 *
 * Blocks its caller alone, for as long as compiling and the trial calls take: the latter within their deadlines, the
 * former as long as the limits on modules let it be. Registrations on several threads go on side by side; they wait for
 * each other where they compile the same module, and where more than 4 make trial calls. Allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_slot_register(cclb_runtime *runtime, cclb_slot_key key, cclb_slot_kind kind,
                                                        cclb_bytes wasm, const cclb_slot_options *options,
                                                        cclb_slot_registration *registration, cclb_error *error);

/*
 * Takes a slot away (rule R39); *existed, if not NULL, says whether it was there. Its cell goes on serving those who
 * hold it. CCLB_OK also if there was none; CCLB_FORKED. `key` is borrowed for the call. Allocates nothing; frees the
 * cell if nobody holds it.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_slot_evict(cclb_runtime *runtime, cclb_slot_key key, bool *existed,
                                                     cclb_error *error);

/*
 * Takes every slot away that is not among keep[count] (rule R39); keys there that have no slot do no harm. `removed`,
 * if not NULL, is called on this thread for each slot that was taken away, after all of them were, in no particular
 * order, and may call any function of this header; the key is borrowed for the callback. While it runs the runtime is
 * busy: it cannot be destroyed. CCLB_OK, CCLB_FORKED. `keep` is borrowed for the call. Allocates nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_slot_retain(cclb_runtime *runtime, const cclb_slot_key *keep, size_t count,
                                                      void (*removed)(void *context, cclb_slot_key key), void *context,
                                                      cclb_error *error);

/*
 * Looks a slot up (rule R39). CCLB_OK fills *info, whose key is the caller's own bytes. CCLB_REJECTED (rule 41) if
 * there is none; CCLB_FORKED. Allocates nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_slot_lookup(cclb_runtime *runtime, cclb_slot_key key, cclb_slot_info *info,
                                                      cclb_error *error);

/*
 * Calls `visit` on this thread for every slot there is at one moment, in no particular order; *info and what it points
 * to are borrowed for the callback, which may call any function of this header. While it runs the runtime is busy: it
 * cannot be destroyed. CCLB_OK, CCLB_NO_MEMORY (nothing was visited), CCLB_FORKED. Allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_slot_visit(cclb_runtime *runtime,
                                                     void (*visit)(void *context, const cclb_slot_info *info),
                                                     void *context, cclb_error *error);

/*
 * A handle: calls by it reach one cell, for good (rule R40). Thread class: SHARED; any number of threads may call by
 * one handle at the same time. The runtime cannot be destroyed while one is open.
 */
typedef struct cclb_handle cclb_handle;

/*
 * Makes a handle on the cell that the slot of `key` holds now; give it back with cclb_handle_destroy. CCLB_OK sets
 * *handle. CCLB_REJECTED: no such slot (rule 41); CCLB_NO_MEMORY, CCLB_FORKED; *handle is then untouched. Allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_handle_create(cclb_runtime *runtime, cclb_slot_key key, cclb_handle **handle,
                                                        cclb_error *error);

/*
 * Gives a handle back; no call by it may be beginning or begin any more, those that have their permit and their leases go
 * on. NULL is fine. Frees the cell if it was the last to hold it; allocates nothing. In a forked child it does nothing.
 * Cannot fail.
 */
CCLB_API void cclb_handle_destroy(cclb_handle *handle);

/*
 * Tells what a handle calls. CCLB_OK fills *info, whose key is borrowed from the handle; CCLB_FORKED. Allocates
 * nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_handle_describe(const cclb_handle *handle, cclb_slot_info *info,
                                                          cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
