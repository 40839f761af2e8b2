/* SPDX-License-Identifier: Apache-2.0 */
/* visit.c - from counters to series: for each row of the table the values that its last label can have. */

#include "metrics/label.h"
#include "metrics/rows.h"
#include "metrics/tally.h"

#include <assert.h>
#include <math.h>

static_assert(METRIC_PRINCIPAL_SECONDS - METRIC_PRINCIPAL_CALLS == USAGE_NS &&
                  METRIC_PRINCIPAL_BYTES_IN - METRIC_PRINCIPAL_CALLS == USAGE_BYTES_IN &&
                  METRIC_PRINCIPAL_BYTES_OUT - METRIC_PRINCIPAL_CALLS == USAGE_BYTES_OUT,
              "rows on principals stand in the order of enum usage");

/* What a reading needs. */
struct reading {
    void (*visit)(void *context, const cclb_metric_sample *sample);
    void *context;
    const struct metrics_gauges *gauges; /* NULL: there are none */
    struct tally tally;
};

static const char *const no_values[METRIC_LABELS_MAX];

/* A series of a row, for one plugin and hook. */
struct series {
    const char *label; /* value of the row's third label */
    uint32_t counter;  /* of enum counter */
    uint32_t witness;  /* the counter that says whether there is this series */
};

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

/* Fills in what comes from the table, and shows it; `values` are METRIC_LABELS_MAX, of which the row says how many. */
static void show(const struct reading *reading, enum metric metric, const char *const *values,
                 cclb_metric_sample *sample)
{
    const struct metric_row *row = &metric_rows[metric];
    cclb_metric_label labels[METRIC_LABELS_MAX];
    size_t count = 0;
    while (count < METRIC_LABELS_MAX && row->label[count]) {
        labels[count] = (cclb_metric_label){row->label[count], cclb_text(values[count])};
        count++;
    }
    sample->name = row->name;
    sample->help = row->help;
    sample->type = row->type;
    sample->labels = labels;
    sample->label_count = count;
    reading->visit(reading->context, sample);
}

static void show_count(const struct reading *reading, enum metric metric, const char *const *values, uint64_t count)
{
    cclb_metric_sample sample = {.value = (double)count, .count = count};
    show(reading, metric, values, &sample);
}

/* ---- series with a plugin and a hook ---- */

static const char *phase_name(enum metrics_trap trap, cclb_hook hook)
{
    static const char *const exports[CCLB_HOOK_COUNT] = {
#define HOOK(NAME, name) "cc_lb_" #name,
#include "cclb/hook.def"
#undef HOOK
    };
    switch (trap) {
    case METRICS_TRAP_NONE:
        break;
    case METRICS_TRAP_FREE:
        return cclb_phase_name(CCLB_PHASE_FREE);
    case METRICS_TRAP_ALLOC:
        return cclb_phase_name(CCLB_PHASE_ALLOC);
    case METRICS_TRAP_WRITE:
        return cclb_phase_name(CCLB_PHASE_WRITE);
    case METRICS_TRAP_EXPORT:
        return exports[hook];
    case METRICS_TRAP_REJECT:
        return cclb_status_name(CCLB_REJECTED);
    }
    return "";
}

static const char *const outcome_names[OUTCOME_COUNT] = {
#define STATUS(NAME, value, name, meaning) name,
#include "cclb/status.def"
#undef STATUS
};

static const char *const policy_names[POLICIES] = {"pass_through", "fail_closed"};

static const char *const principal_names[PRINCIPALS] = {
#define PRINCIPAL(NAME, name, old_name) name,
#include "cclb/principal.def"
#undef PRINCIPAL
    "none",
};

/* The i-th series of a row; false behind the last. */
static bool series_at(enum metric metric, cclb_hook hook, uint32_t i, struct series *series)
{
    switch (metric) {
    case METRIC_TRAPS:
        *series = (struct series){phase_name((enum metrics_trap)(i + 1), hook), COUNTER_TRAP + i, COUNTER_TRAP + i};
        return i < TRAP_PHASES;
    case METRIC_CALLS:
        *series = (struct series){i < OUTCOME_COUNT ? outcome_names[i] : "", COUNTER_OUTCOME + i, COUNTER_OUTCOME + i};
        return i < OUTCOME_COUNT;
    case METRIC_POLICY:
        *series = (struct series){i < POLICIES ? policy_names[i] : "", COUNTER_POLICY + i, COUNTER_POLICY + i};
        return i < POLICIES;
    default: {
        uint32_t usage = COUNTER_USAGE + i * USAGE_COUNT;
        *series = (struct series){i < PRINCIPALS ? principal_names[i] : "",
                                  usage + (uint32_t)(metric - METRIC_PRINCIPAL_CALLS), usage + USAGE_CALLS};
        return i < PRINCIPALS;
    }
    }
}

static void show_series(const struct reading *reading, enum metric metric, struct tally_group group, cclb_hook hook,
                        const char *plugin)
{
    struct series series;
    for (uint32_t i = 0; series_at(metric, hook, i, &series); i++) {
        if (tally_counters(&reading->tally, group, hook, series.witness) == 0) {
            continue;
        }
        const char *const values[METRIC_LABELS_MAX] = {plugin, cclb_hook_name(hook), series.label};
        uint64_t count = tally_counters(&reading->tally, group, hook, series.counter);
        if (metric == METRIC_PRINCIPAL_SECONDS) {
            cclb_metric_sample sample = {.value = seconds(count)};
            show(reading, metric, values, &sample);
        } else {
            show_count(reading, metric, values, count);
        }
    }
}

static void show_durations(const struct reading *reading, struct tally_group group, cclb_hook hook, const char *plugin)
{
    cclb_metric_bucket buckets[BUCKETS];
    cclb_metric_sample sample = {.buckets = buckets, .bucket_count = BUCKETS};
    for (uint32_t i = 0; i < BUCKETS; i++) {
        sample.count += tally_counters(&reading->tally, group, hook, COUNTER_BUCKET + i);
        buckets[i] = (cclb_metric_bucket){
            .upper_bound = i + 1 < BUCKETS ? seconds(bucket_bound_ns[i]) : (double)INFINITY,
            .count = sample.count,
        };
    }
    if (sample.count > 0) {
        sample.sum = seconds(tally_counters(&reading->tally, group, hook, COUNTER_DURATION_NS));
        const char *const values[METRIC_LABELS_MAX] = {plugin, cclb_hook_name(hook)};
        show(reading, METRIC_CALL_DURATION, values, &sample);
    }
}

/* Where there can be no quarantine there is no series; where there is none at this moment it is 0. */
static void show_quarantined(const struct reading *reading, struct tally_group group, cclb_hook hook,
                             const char *plugin)
{
    if (reading->gauges == NULL || reading->gauges->quarantined == NULL) {
        return;
    }
    cclb_metric_sample sample = {0};
    for (uint32_t i = 0; i < group.count; i++) {
        uint32_t label = reading->tally.label[group.first + i];
        sample.value += atomic_load_explicit(&reading->gauges->quarantined[label * CCLB_HOOK_COUNT + hook],
                                             memory_order_relaxed);
    }
    const char *const values[METRIC_LABELS_MAX] = {plugin, cclb_hook_name(hook)};
    show(reading, METRIC_QUARANTINED, values, &sample);
}

static bool is_called(const struct reading *reading, struct tally_group group, cclb_hook hook)
{
    uint64_t calls = 0;
    for (uint32_t i = 0; i < OUTCOME_COUNT; i++) {
        calls += tally_counters(&reading->tally, group, hook, COUNTER_OUTCOME + i);
    }
    return calls > 0;
}

static void show_plugins(const struct reading *reading, enum metric metric)
{
    const struct tally *tally = &reading->tally;
    for (struct tally_group group = tally_next(tally, (struct tally_group){0}); group.count > 0;
         group = tally_next(tally, group)) {
        char plugin[LABEL_TEXT_MAX + 1];
        (void)label_read(&tally->region->label[tally->label[group.first]], plugin);
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            if (metric == METRIC_CALL_DURATION) {
                show_durations(reading, group, hook, plugin);
            } else if (metric == METRIC_QUARANTINED) {
                if (is_called(reading, group, hook)) {
                    show_quarantined(reading, group, hook, plugin);
                }
            } else {
                show_series(reading, metric, group, hook, plugin);
            }
        }
    }
}

/* ---- series without ---- */

static void show_saturation(const struct reading *reading)
{
    for (cclb_resource resource = CCLB_RESOURCE_STORES; resource <= CCLB_RESOURCE_MEMORY; resource++) {
        uint64_t count = tally_common(&reading->tally, COMMON_SATURATED_STORES + resource - CCLB_RESOURCE_STORES);
        if (count > 0) {
            const char *const values[METRIC_LABELS_MAX] = {cclb_resource_name(resource)};
            show_count(reading, METRIC_SATURATION, values, count);
        }
    }
}

static void show_capsules(const struct reading *reading)
{
    static const char *const outcomes[METRICS_CAPSULE_COUNT] = {"written", "dropped", "failed"};
    for (uint32_t i = 0; i < METRICS_CAPSULE_COUNT; i++) {
        uint64_t count = tally_common(&reading->tally, COMMON_CAPSULES_WRITTEN + i);
        if (count > 0) {
            const char *const values[METRIC_LABELS_MAX] = {outcomes[i]};
            show_count(reading, METRIC_CAPSULES, values, count);
        }
    }
}

static void show_gauge(const struct reading *reading, enum metric metric)
{
    const struct metrics_gauges *gauges = reading->gauges;
    cclb_metric_sample sample = {.value = metric == METRIC_RUNTIME_INFO ? 1 : gauges->value[metric]};
    show(reading, metric, gauges->info, &sample);
}

/* A row that is one series: a counter, or measured now. */
static void show_alone(const struct reading *reading, enum metric metric)
{
    static const struct {
        enum metric metric;
        enum common_counter counter;
    } counters[] = {
        {METRIC_CACHE_HITS, COMMON_CACHE_HITS},
        {METRIC_CACHE_MISSES, COMMON_CACHE_MISSES},
        {METRIC_CACHE_EVICTIONS, COMMON_CACHE_EVICTIONS},
        {METRIC_LABELS_REFUSED, COMMON_LABELS_REFUSED},
        {METRIC_SESSION_RENEWALS, COMMON_SESSIONS_RENEWED},
        {METRIC_SESSION_REVOCATIONS, COMMON_SESSIONS_REVOKED},
    };
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        if (counters[i].metric == metric) {
            show_count(reading, metric, no_values, tally_common(&reading->tally, counters[i].counter));
            return;
        }
    }
    if (reading->gauges) {
        show_gauge(reading, metric);
    }
}

void metrics_visit(const struct metrics *metrics, const struct metrics_gauges *gauges,
                   void (*visit)(void *context, const cclb_metric_sample *sample), void *context)
{
    struct reading reading = {.visit = visit, .context = context, .gauges = gauges};
    tally_init(&reading.tally, metrics->region, metrics->plugins_max);
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        switch (metric) {
        case METRIC_CALL_DURATION:
        case METRIC_TRAPS:
        case METRIC_CALLS:
        case METRIC_POLICY:
        case METRIC_PRINCIPAL_CALLS:
        case METRIC_PRINCIPAL_SECONDS:
        case METRIC_PRINCIPAL_BYTES_IN:
        case METRIC_PRINCIPAL_BYTES_OUT:
        case METRIC_QUARANTINED:
            show_plugins(&reading, metric);
            break;
        case METRIC_SATURATION:
            show_saturation(&reading);
            break;
        case METRIC_CAPSULES:
            show_capsules(&reading);
            break;
        default:
            show_alone(&reading, metric);
            break;
        }
    }
}
