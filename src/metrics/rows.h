/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h - cclb/metric.def as data. */
#ifndef METRICS_ROWS_H
#define METRICS_ROWS_H

#include "metrics/metrics.h"

struct metric_row {
    const char *name;
    const char *help;
    cclb_metric_type type;
    const char *label[METRIC_LABELS_MAX]; /* names, then NULL */
};

extern const struct metric_row metric_rows[METRIC_COUNT];

#endif
