/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime.h - one runtime: an engine with its pool, the slots, and the bounds that hold for every call.
 *
 * A host makes one runtime at start-up, uses it from all its threads, and destroys it when its last call has returned.
 * Options are a sized struct: start from cclb_runtime_options_init(), set what matters; zero means the default of a
 * field.
 *
 * Rules of the process: calls run on the caller's thread and stack. A runtime belongs to the process that made it; in a
 * forked child every function on it answers CCLB_FORKED, and the child makes its own. The library never logs, never
 * exits, and installs no signal handler unless a runtime with CCLB_ISOLATION_GUARDED or _ON_DEMAND is made; a host that
 * sets handlers of its own for SIGSEGV, SIGILL, SIGFPE or SIGBUS does so before that. Where memory is reset by scan or
 * pagemap, a runtime keeps /proc/self/pagemap open (with CCLB_ISOLATION_GUARDED the engine does, for the life of the
 * process, and reopens it after a fork under the same number): a host that closes descriptors that are not its own leaves
 * that one alone, or takes CCLB_RESET_DECOMMIT.
 */
#ifndef CCLB_RUNTIME_H
#define CCLB_RUNTIME_H

#include "cclb/allocator.h"
#include "cclb/capsule.h"
#include "cclb/error.h"
#include "cclb/isolation.h"
#include "cclb/log.h"
#include "cclb/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A runtime. Thread class: SHARED. */
typedef struct cclb_runtime cclb_runtime;

/*
 * A bound on the time that the guest code of one call may take: base_ns + per_mib_ns for each MiB of the request. Both
 * zero: the default. It is CPU time, so that a call is not stopped for having waited on a crowded machine; ten times as
 * long on the clock ends it in any case. With a clock of the host's own it is time by that clock.
 */
typedef struct cclb_deadline {
    uint64_t base_ns;    /* default 100 ms */
    uint64_t per_mib_ns; /* default 50 ms */
} cclb_deadline;

/*
 * Bounds on a module before anything compiles it; exceeding one is CCLB_LIMIT. Together they bound what compiling takes,
 * and that grows with code_work (docs/adr/0015-compile-bounds.md).
 */
typedef struct cclb_module_limits {
    uint64_t module_bytes;   /* default 32 MiB */
    uint64_t metadata_bytes; /* of the text with the plugin's name and hooks; default 1 MiB */
    uint64_t type_bytes;     /* of the type section; default 16 KiB */
    uint64_t functions;      /* default 20,000 */
    uint64_t globals;        /* default 10,000 */
    uint64_t exports;        /* default 10,000 */
    uint64_t element_bytes;  /* of the element section; default 64 KiB */
    uint64_t data_segments;  /* default 2,000 */
    uint64_t code_work;      /* to compile functions and initial values, in units of its own; default 20,000,000 */
    uint64_t body_bytes;     /* of one function; default 128 KiB */
    uint64_t locals;         /* of one function, parameters included; default 1,000 */
    uint64_t nesting;        /* of blocks; default 10,000 */
    uint64_t loop_nesting;   /* of loops; default 64 */
    uint64_t loop_locals;    /* locals times loops of one function, with which compiling grows; default 20,000 */
    uint64_t tables;         /* default 4, and no more than that */
    uint64_t table_elements; /* of one table, at the start and after growth; default 20,000 */
} cclb_module_limits;

/* Where a runtime counts (cclb/metrics.h). */
typedef struct cclb_metrics_options {
    uint32_t plugins_max; /* plugin labels, at most 1,024; default 64; of a shared mapping its own bound holds */
    void *shared;         /* a mapping prepared by cclb_metrics_shared_init, which outlives the runtime; NULL: none */
    size_t shared_bytes;
} cclb_metrics_options;

/* What a runtime is to be; a value out of range is refused. */
typedef struct cclb_runtime_options {
    size_t struct_size; /* set by cclb_runtime_options_init */
    cclb_allocator allocator;
    cclb_clock clock;
    cclb_isolation isolation; /* default CCLB_ISOLATION_CHECKED */
    cclb_reset reset;         /* default CCLB_RESET_AUTO */
    cclb_reference reference; /* default CCLB_REFERENCE_ANY; a registration may name another */
    bool metering;            /* count fuel; costs some speed */
    bool host_ticks;          /* no ticker thread; the host calls cclb_runtime_tick every few milliseconds */
    bool foreign_stacks;      /* calls may run on stacks that the host made; cclb does not measure them */
    uint32_t stores_max;      /* calls and leases at the same time (rule R44), 1 to 4,096; default 64 */
    uint32_t pool_instances;  /* pooled instances; default stores_max and 4 for admission */
    uint64_t memory_max_bytes;       /* of one instance, a multiple of 64 KiB, below 4 GiB; default 128 MiB (rule R61) */
    /*
     * Reserved by all calls at the same time, memory_max_bytes each, and no less than that; default: no bound but the
     * above. Trial calls, at most 4, come on top. A stream session holds its share until a call needs it.
     */
    uint64_t memory_total_max_bytes;
    uint64_t resident_budget_bytes;  /* pooled memory that may stay resident; default 256 MiB */
    uint64_t fast_body_bytes;        /* largest body that should cause no page fault; default 1 MiB */
    uint64_t stack_max_bytes;        /* guest's part of a caller's stack, 64 KiB to 64 MiB; default 1 MiB (rule R62) */
    uint64_t fuel;                   /* for one call, with metering; default 100,000,000,000 */
    cclb_deadline deadline[CCLB_HOOKS_MAX]; /* by hook: [CCLB_HOOK_FILTER] ... */
    cclb_module_limits module_limits;
    cclb_wire_bounds wire_bounds; /* rule R64 */
    bool cookie_redaction;        /* plugins are not sent request cookies (rule R74) */
    cclb_origin_policy origin_policy;     /* default CCLB_ORIGIN_UNRESTRICTED (rule R65) */
    cclb_failure_policy failure_policy;   /* of slots that have none of their own; default pass through (rule R66) */
    cclb_log log;
    cclb_metrics_options metrics;
    /*
     * When the instance of a stream session (cclb/sse.h) is renewed: after so many events, if cc_lb_free did not prove
     * itself at admission; when its memory is larger than after its trial call by more than this, in any case.
     */
    uint32_t session_events_max;       /* default 256 */
    uint64_t session_growth_max_bytes; /* default 1 MiB */
    cclb_breaker_options breaker;      /* default: off */
    cclb_capsule_options capsules;     /* default: none */
} cclb_runtime_options;

/* Options with every field at its default. */
static inline cclb_runtime_options cclb_runtime_options_init(void)
{
    cclb_runtime_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    return options;
}

/* What a runtime made of its options; for people and dashboards. */
typedef struct cclb_runtime_info {
    size_t struct_size;        /* set by cclb_runtime_info_init */
    const char *engine;        /* "wasmtime 48.0.8"; static */
    cclb_isolation isolation;
    cclb_reset reset;          /* decided: never CCLB_RESET_AUTO */
    const char *reset_reason;  /* why, in words; static */
    bool metering;
    uint32_t stores_max;
    uint32_t pool_instances;        /* 0 on demand */
    uint64_t memory_max_bytes;
    uint64_t memory_total_max_bytes; /* 0: no bound */
    uint64_t memory_keep_bytes;     /* of a memory for small requests, kept resident between calls */
    uint64_t resident_max_bytes;    /* the most that all pooled memories, also larger ones, keep; 0 if none does */
    uint64_t fast_body_bytes;       /* the largest body that finds all pages there (docs/adr/0013-memories.md) */
    uint64_t virtual_reservation_bytes; /* address space of the pool; 0 on demand (rule R63) */
    uint64_t stack_max_bytes;
    /* At this moment: */
    uint32_t stores_used;
    uint32_t leases_open;     /* also of calls that passed through without a permit, which stores_used has not */
    uint64_t oldest_lease_ns; /* age of the oldest open lease that has a permit; 0 without one */
    uint64_t memory_reserved_bytes;
    uint64_t compiled_modules;
    uint64_t compiled_bytes;
    size_t slots;
    uint32_t sessions_open; /* instances that streams keep; among stores_used, and at most a quarter of stores_max */
    uint32_t session_events_max; /* this and the next as the options made it */
    uint64_t session_growth_max_bytes;
    int capsule_errno; /* of the last capsule that could not be stored as a file; 0: none */
} cclb_runtime_info;

/* An empty description, to be filled by cclb_runtime_describe. */
static inline cclb_runtime_info cclb_runtime_info_init(void)
{
    cclb_runtime_info info;
    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    return info;
}

/*
 * Makes a runtime. `options` may be NULL (all defaults) and is copied. CCLB_OK sets *runtime, which is the caller's to
 * destroy. CCLB_INVALID_ARGUMENT (the message names the field), CCLB_ENGINE, CCLB_NO_MEMORY, CCLB_INTERNAL; *runtime is
 * then untouched. Any thread with 64 KiB of stack left; blocks for a few milliseconds, and with isolation `guarded` for
 * some 20 microseconds more for each of pool_instances; allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_runtime_create(const cclb_runtime_options *options, cclb_runtime **runtime,
                                                         cclb_error *error);

/*
 * Destroys a runtime with all its slots. CCLB_BUSY, and nothing has changed, while a call, a lease, a handle or an
 * admission is open. No other thread may enter a function on it from here on; those that are inside are what BUSY is
 * for, but for calls that found no permit (CCLB_SATURATED): they hold nothing, and must have returned. In a forked
 * child: does nothing and returns CCLB_OK. NULL is fine. Any thread; waits for the ticker thread to end, which takes no
 * longer than a tick; allocates nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_runtime_destroy(cclb_runtime *runtime, cclb_error *error);

/*
 * One look at the deadlines of running calls, for hosts with the option host_ticks. Deadlines are kept to within the
 * time between two ticks. In a forked child it does nothing. Any thread, also while calls run; neither blocks nor
 * allocates; cannot fail.
 */
CCLB_API void cclb_runtime_tick(cclb_runtime *runtime);

/*
 * Tells what a runtime is and how it does. CCLB_OK fills *info, as far as its struct_size goes; CCLB_FORKED,
 * CCLB_INVALID_ARGUMENT (struct_size). Any thread; blocks for no longer than another thread changes the slots or the
 * compiled modules; allocates nothing.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_runtime_describe(cclb_runtime *runtime, cclb_runtime_info *info,
                                                           cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
