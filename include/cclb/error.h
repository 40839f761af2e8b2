/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error.h - how anything ends, and why.
 *
 * Every function that can fail returns a cclb_status and takes a cclb_error that the caller owns, as its last
 * argument; NULL is allowed. Reporting therefore cannot fail and allocates nothing. On failure the struct is filled
 * whole and every other output is untouched; on success it is untouched, but where a failure policy passed something
 * through and it says what failed (cclb/policy.h).
 *
 * Programs act on the fields; the message is for people. It is one line: text that comes from a plugin is escaped
 * and cut before it gets there.
 *
 * Every function here may be called from any thread, and neither blocks nor allocates. What is returned is static.
 */
#ifndef CCLB_ERROR_H
#define CCLB_ERROR_H

#include "cclb/bytes.h"
#include "cclb/hook.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 0: done; above 0: an outcome to handle; below 0: a fault to forward. The table is cclb/status.def. */
typedef enum cclb_status {
#define STATUS(NAME, value, name, meaning) CCLB_##NAME = value,
#include "cclb/status.def"
#undef STATUS
} cclb_status;

/* Where it happened. The table is cclb/phase.def. */
typedef enum cclb_phase {
#define PHASE(NAME, name) CCLB_PHASE_##NAME,
#include "cclb/phase.def"
#undef PHASE
} cclb_phase;

/* Why guest code trapped. The table is cclb/trap.def. */
typedef enum cclb_trap {
#define TRAP(NAME, name, text) CCLB_TRAP_##NAME,
#include "cclb/trap.def"
#undef TRAP
} cclb_trap;

/* What ran out, for CCLB_SATURATED. */
typedef enum cclb_resource {
    CCLB_RESOURCE_NONE,
    CCLB_RESOURCE_STORES, /* permits for calls at the same time (rule R44) */
    CCLB_RESOURCE_POOL,   /* instances of the engine's pool (rule R45) */
    CCLB_RESOURCE_MEMORY  /* memory_total_max_bytes */
} cclb_resource;

/* Room for a message, with its NUL. */
enum { CCLB_MESSAGE_SIZE = 512 };

/* The `offset` of an error that has no place. */
#define CCLB_NO_OFFSET UINT64_MAX

/* One failure. Plain data: copy it, keep it, zero it. Thread class: CONFINED to whoever passed it. */
typedef struct cclb_error {
    cclb_status status;
    cclb_status inner;     /* of CCLB_PROBE: how the trial call ended (rule R29); else CCLB_OK */
    cclb_phase phase;
    cclb_hook hook;        /* CCLB_HOOK_NONE where no hook is concerned */
    cclb_trap trap;
    cclb_resource resource;
    uint32_t rule;         /* N of the rule RN in spec/ that was broken; 0 if none */
    uint64_t offset;       /* byte in the module, archive or file; CCLB_NO_OFFSET if none */
    char message[CCLB_MESSAGE_SIZE]; /* NUL-terminated, one line, no control characters */
} cclb_error;

/*
 * The short name of a status ("reject"), as metrics, JSON and exit messages use it; "unknown" for what is none; never
 * NULL.
 */
CCLB_API const char *cclb_status_name(cclb_status status);

/* What a status means, in words; never NULL. */
CCLB_API const char *cclb_status_meaning(cclb_status status);

/* The name of a phase ("cc_lb_alloc"); "" for CCLB_PHASE_NONE and what is none; never NULL. */
CCLB_API const char *cclb_phase_name(cclb_phase phase);

/* The name of a trap ("unreachable"); "" for CCLB_TRAP_NONE and what is none; never NULL. */
CCLB_API const char *cclb_trap_name(cclb_trap trap);

/* The name of a resource ("stores", "pool", "memory"); "" for CCLB_RESOURCE_NONE and what is none; never NULL. */
CCLB_API const char *cclb_resource_name(cclb_resource resource);

#ifdef __cplusplus
}
#endif

#endif
