/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.h - what a runtime counts, as values and as Prometheus text.
 *
 * Names, types, labels and help are one table, cclb/metric.def; cc_lb_* are the contract's names (rules R67 to R73),
 * cclb_* ours. Calls add to counters without a lock, and reading sums them up. The number of plugin labels is bounded:
 * a plugin beyond the bound is counted under the label `other`, and cclb_plugin_labels_refused_total says so. The name
 * of a plugin is shown escaped (cclb/escape.h) and cut at 263 characters.
 *
 * A host that forks workers can have all of them count in one mapping: before it forks it makes a shared mapping of
 * cclb_metrics_shared_bytes() and calls cclb_metrics_shared_init() on it; each worker gives it to its runtime
 * (cclb_runtime_options.metrics). Counters are then sums over all workers, whichever is asked, and outlive a worker.
 * Gauges are those of the runtime that is asked.
 *
 * Every function here may be called from any thread, also while calls run; it waits for no call, makes none wait, and
 * blocks for no longer than another thread changes the slots or the compiled modules. Those that make text allocate;
 * the others do not.
 */
#ifndef CCLB_METRICS_H
#define CCLB_METRICS_H

#include "cclb/buffer.h"
#include "cclb/runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a metric is shown; the types of Prometheus. */
typedef enum cclb_metric_type {
    CCLB_METRIC_COUNTER,
    CCLB_METRIC_GAUGE,
    CCLB_METRIC_HISTOGRAM,
    CCLB_METRIC_UNTYPED /* gauges that the contract gave a counter's name (rule R72) */
} cclb_metric_type;

/* "counter", "gauge", "histogram", "untyped"; "" for what is none; never NULL, static. */
CCLB_API const char *cclb_metric_type_name(cclb_metric_type type);

/* One label of a series. */
typedef struct cclb_metric_label {
    const char *name; /* static */
    cclb_bytes value; /* safe to show: escaped and cut where it came from a plugin */
} cclb_metric_label;

/* One bucket of a histogram. */
typedef struct cclb_metric_bucket {
    double upper_bound; /* inclusive; the last is infinite */
    uint64_t count;     /* of all samples up to it */
} cclb_metric_bucket;

/* One time series at this moment; borrowed for the callback. */
typedef struct cclb_metric_sample {
    const char *name; /* static, like help; all samples of one name come one after another */
    const char *help;
    cclb_metric_type type;
    const cclb_metric_label *labels;
    size_t label_count;
    double value;   /* of all but histograms; seconds, bytes, ratios, counts, as the name says */
    uint64_t count; /* of a counter of whole numbers, exactly; of a histogram: its samples */
    const cclb_metric_bucket *buckets; /* of a histogram */
    size_t bucket_count;
    double sum; /* of a histogram */
} cclb_metric_sample;

/*
 * Calls `visit` on this thread for every time series there is, in the order of the table; the sample is borrowed for
 * the callback. Of the series with labels only those that were ever counted are shown. CCLB_OK, CCLB_FORKED.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_metrics_visit(cclb_runtime *runtime,
                                                        void (*visit)(void *context, const cclb_metric_sample *sample),
                                                        void *context, cclb_error *error);

/*
 * The same as text in the exposition format of Prometheus, version 0.0.4. CCLB_OK fills *text, which is the caller's to
 * deinit. `allocator` may be NULL (malloc). CCLB_NO_MEMORY, CCLB_FORKED.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_metrics_to_prometheus(cclb_runtime *runtime, const cclb_allocator *allocator,
                                                                cclb_buffer *text, cclb_error *error);

/* How large a shared mapping for `plugins_max` plugin labels (0: the default, 64) has to be; 0 for more than 1,024. */
CCLB_API size_t cclb_metrics_shared_bytes(uint32_t plugins_max);

/*
 * Prepares a mapping that was just made and is all zero: once, before the first runtime uses it. What of it is never
 * counted in takes no memory. It stays the caller's. CCLB_OK; CCLB_INVALID_ARGUMENT, with the reason: `memory` is not
 * aligned to a page, smaller than cclb_metrics_shared_bytes(plugins_max), or in use; plugins_max is more than 1,024.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_metrics_shared_init(void *memory, size_t bytes, uint32_t plugins_max,
                                                              cclb_error *error);

/*
 * Calls `visit` likewise for the counters in a mapping, without a runtime: for the process that forks the workers and
 * makes no calls itself. It may be mapped for reading alone. CCLB_OK; CCLB_INVALID_ARGUMENT, with the reason: it was
 * not prepared, is of a version of cclb that counts otherwise, is too small or damaged.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_metrics_shared_visit(const void *memory, size_t bytes,
                                                               void (*visit)(void *context,
                                                                             const cclb_metric_sample *sample),
                                                               void *context, cclb_error *error);

/*
 * The same as text. CCLB_OK fills *text, which is the caller's to deinit. `allocator` may be NULL (malloc).
 * CCLB_NO_MEMORY, CCLB_INVALID_ARGUMENT.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_metrics_shared_to_prometheus(const void *memory, size_t bytes,
                                                                       const cclb_allocator *allocator,
                                                                       cclb_buffer *text, cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
