/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.h - what a runtime counts, as values and as Prometheus text.
 *
 * Names, types, labels and help are one table, cclb/metric.def; cc_lb_* are the contract's names (rules R67 to R73),
 * cclb_* ours. Calls add to counters without a lock, and reading sums them up. The number of plugin labels is bounded: a
 * plugin beyond the bound is counted under the label `other`, and cclb_plugin_labels_refused_total says so.
 *
 * A host that forks workers can have all of them count in one mapping: before it forks it makes a shared mapping of
 * cclb_metrics_shared_bytes() and calls cclb_metrics_shared_init() on it; each worker gives it to its runtime
 * (cclb_runtime_options.metrics). Counters are then sums over all workers, whichever is asked, and outlive a worker.
 * Gauges are those of the runtime that is asked.
 *
 * Every function here may be called from any thread, also while calls run, and waits for no call and makes none wait.
 * Those that make text allocate; the others do not.
 */
#ifndef CCLB_METRICS_H
#define CCLB_METRICS_H

#include "cclb/bytes.h"

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

#ifdef __cplusplus
}
#endif

#endif
