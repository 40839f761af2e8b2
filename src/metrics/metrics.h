/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.h - what a runtime counts, for those who have something to count.
 *
 * Counters lie in a region (region.h): memory of the runtime's own, or a mapping that it shares with other processes.
 * Whoever calls says which stripe it counts in, a lane's number for instance; any number will do. Nothing here takes a
 * lock or waits, and none of it allocates but metrics_init(). Thread class: SHARED, but for init and deinit.
 */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include "cclb/buffer.h"
#include "cclb/metrics.h"
#include "cclb/runtime.h"

struct region;

/* Zeroed: none; deinit takes it. */
struct metrics {
    struct region *region;
    uint32_t plugins_max; /* of the region; asked here, so that nobody who writes there can lead us outside */
    uint32_t stripe;      /* where this process begins among the stripes */
    bool owned;           /* the region is this runtime's alone */
};

/* Kinds of principals, in the order of the table, and calls that were made for none. */
enum metrics_principal {
#define PRINCIPAL(NAME, name, old_name) METRICS_PRINCIPAL_##NAME,
#include "cclb/principal.def"
#undef PRINCIPAL
    METRICS_NO_PRINCIPAL
};

/* A plugin that is none, of a call for which no slot was found: counted as `other`. */
#define METRICS_NO_PLUGIN UINT32_MAX

/* In what a call failed once it had reached the guest (rule R68). */
enum metrics_trap {
    METRICS_TRAP_NONE,
    METRICS_TRAP_FREE, /* of the answer before, in a session; it is no phase of the published runtimes */
    METRICS_TRAP_ALLOC,
    METRICS_TRAP_WRITE,
    METRICS_TRAP_EXPORT, /* the hook itself */
    METRICS_TRAP_REJECT  /* nothing trapped, but what came of it breaks a rule */
};

/* What a policy made of a failed call. */
enum metrics_policy { METRICS_POLICY_NONE, METRICS_POLICY_PASS_THROUGH, METRICS_POLICY_FAIL_CLOSED };

/* One call that has ended. */
struct metrics_call {
    uint32_t plugin; /* of metrics_plugin(), or METRICS_NO_PLUGIN */
    cclb_hook hook;
    cclb_status outcome;
    unsigned principal_kind; /* of enum metrics_principal */
    bool reached_guest;      /* an export of the instance was used: there is a sample (rule R67) */
    enum metrics_trap trap;
    cclb_resource resource;  /* of CCLB_SATURATED, which leaves no sample and no trap (rule R70) */
    enum metrics_policy policy;
    uint64_t guest_ns;       /* the sample */
    uint64_t total_ns;
    uint64_t bytes_in;
    uint64_t bytes_out;
};

/* What the cache of compiled modules tells (rule R73). */
enum metrics_cache { METRICS_CACHE_HIT, METRICS_CACHE_MISS, METRICS_CACHE_EVICTION };

/* How the instance of a session ended before its stream did. */
enum metrics_session { METRICS_SESSION_RENEWED, METRICS_SESSION_REVOKED };

/* What became of a capsule (cclb/capsule.h). */
enum metrics_capsule {
    METRICS_CAPSULE_WRITTEN,
    METRICS_CAPSULE_DROPPED, /* by a bound of the host's */
    METRICS_CAPSULE_FAILED,  /* no memory, or no file */
    METRICS_CAPSULE_COUNT
};

/*
 * Attaches to the mapping in the options, or makes a region of its own. That one is mapped, and nothing is taken from
 * the allocator, because only the kernel has zeros that take no memory. CCLB_INVALID_ARGUMENT (plugins_max, or the
 * mapping), CCLB_NO_MEMORY; there is then nothing to deinit.
 */
cclb_status metrics_init(struct metrics *metrics, const cclb_metrics_options *options, const cclb_allocator *allocator,
                         cclb_error *error);

/* A shared mapping stays as it is. */
void metrics_deinit(struct metrics *metrics);

/*
 * Under which number a registered plugin is counted: the same for the same name, in every process that shares the
 * region, and for as long as the region lives. When all labels are taken it is that of `other`, and
 * cclb_plugin_labels_refused_total goes up.
 */
uint32_t metrics_plugin(struct metrics *metrics, cclb_bytes name);

/*
 * The same for a name that nobody registered and that stands in a module's own metadata (rule R30). Such names take at
 * most half of the labels, so that whoever uploads modules cannot push registered plugins out.
 */
uint32_t metrics_plugin_untrusted(struct metrics *metrics, cclb_bytes name);

/* Counts one call. */
void metrics_count_call(struct metrics *metrics, uint32_t stripe, const struct metrics_call *call);

/* Counts what happened to one request for compiled code. */
void metrics_count_cache(struct metrics *metrics, uint32_t stripe, enum metrics_cache event);

/* Counts the end of one instance that a session kept. */
void metrics_count_session(struct metrics *metrics, uint32_t stripe, enum metrics_session end);

/* Counts what became of one capsule. */
void metrics_count_capsule(struct metrics *metrics, uint32_t stripe, enum metrics_capsule outcome);

/* ---- a mapping that processes share ---- */

/* How large it is for so many labels (0: the default); 0 if that many are not possible. */
size_t metrics_shared_bytes(uint32_t plugins_max);

/* Makes a region of memory that is all zero. CCLB_INVALID_ARGUMENT: plugins_max, alignment, size, or in use. */
cclb_status metrics_shared_init(void *memory, size_t bytes, uint32_t plugins_max, cclb_error *error);

/* For reading alone, from memory that may be write-protected; not to be deinit'ed. CCLB_INVALID_ARGUMENT. */
cclb_status metrics_shared_view(struct metrics *metrics, const void *memory, size_t bytes, cclb_error *error);

/* ---- reading ---- */

/* The rows of cclb/metric.def. */
enum metric {
#define METRIC(ID, name, TYPE, labels, help) METRIC_##ID,
#include "cclb/metric.def"
#undef METRIC
    METRIC_COUNT
};

enum { METRIC_LABELS_MAX = 4 };

/* What is measured at the moment of reading, by who has it at hand. */
struct metrics_gauges {
    double value[METRIC_COUNT];          /* of the rows that are gauges or untyped, but METRIC_RUNTIME_INFO */
    const char *info[METRIC_LABELS_MAX]; /* values of the labels of METRIC_RUNTIME_INFO */
    /* METRIC_QUARANTINED: by plugin, as metrics_plugin() numbers them, times CCLB_HOOK_COUNT, and hook; NULL: none */
    const _Atomic uint32_t *quarantined;
};

/*
 * Shows everything in the order of the table; without gauges, what was counted. Series with labels that were never
 * counted are left out. Allocates nothing.
 */
void metrics_visit(const struct metrics *metrics, const struct metrics_gauges *gauges,
                   void (*visit)(void *context, const cclb_metric_sample *sample), void *context);

/* The same as text in the exposition format of Prometheus, version 0.0.4. CCLB_NO_MEMORY. */
cclb_status metrics_to_prometheus(const struct metrics *metrics, const struct metrics_gauges *gauges,
                                  const cclb_allocator *allocator, cclb_buffer *text, cclb_error *error);

#endif
