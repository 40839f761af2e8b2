/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c - the table, expanded. */

#include "metrics/rows.h"

#define BARE(...) __VA_ARGS__

const struct metric_row metric_rows[METRIC_COUNT] = {
#define METRIC(ID, name, TYPE, labels, help) {name, help, CCLB_METRIC_##TYPE, {BARE labels}},
#include "cclb/metric.def"
#undef METRIC
};

const char *cclb_metric_type_name(cclb_metric_type type)
{
    switch (type) {
    case CCLB_METRIC_COUNTER:
        return "counter";
    case CCLB_METRIC_GAUGE:
        return "gauge";
    case CCLB_METRIC_HISTOGRAM:
        return "histogram";
    case CCLB_METRIC_UNTYPED:
        return "untyped";
    }
    return "";
}
