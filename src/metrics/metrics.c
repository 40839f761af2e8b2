/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c - a call is counted by at most nine additions, all on cache lines of its own stripe. */

#include "metrics/metrics.h"

#include "base/error.h"
#include "metrics/label.h"

#include <assert.h>
#include <inttypes.h>
#include <sys/mman.h>

static_assert((REGION_STRIPES & (REGION_STRIPES - 1)) == 0 && REGION_STRIPES <= 64, "stripes are the bits of `used`");

/*
 * Where the process that is the number-th to attach begins: halfway between those before it (0, 32, 16, 48 ...), so
 * that many workers of one thread keep apart as well as a few of many threads.
 */
static uint32_t first_stripe(uint32_t number)
{
    uint32_t first = 0;
    for (uint32_t step = REGION_STRIPES / 2; step > 0; step /= 2, number /= 2) {
        first += number % 2 * step;
    }
    return first;
}

static cclb_status attach(struct metrics *metrics, const cclb_metrics_options *options, cclb_error *error)
{
    uint32_t plugins_max = 0;
    cclb_status status = region_check(options->shared, options->shared_bytes, &plugins_max, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct region *region = options->shared;
    uint32_t number = atomic_fetch_add_explicit(&region->attached, 1, memory_order_relaxed);
    *metrics = (struct metrics){region, plugins_max, first_stripe(number), false};
    return CCLB_OK;
}

static cclb_status make(struct metrics *metrics, uint32_t plugins_max, cclb_error *error)
{
    size_t bytes = region_bytes(plugins_max);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return error_set(error, CCLB_NO_MEMORY, 0, CCLB_PHASE_NONE, "the kernel gave no %zu bytes for metrics", bytes);
    }
    /* A huge page would make plugins resident that nobody calls. Kernels without them refuse, which is as good. */
    (void)madvise(memory, bytes, MADV_NOHUGEPAGE);
    region_make(memory, plugins_max);
    *metrics = (struct metrics){memory, plugins_max, 0, true};
    return CCLB_OK;
}

cclb_status metrics_init(struct metrics *metrics, const cclb_metrics_options *options, const cclb_allocator *allocator,
                         cclb_error *error)
{
    (void)allocator;
    if (options->shared || options->shared_bytes > 0) {
        return attach(metrics, options, error);
    }
    uint32_t plugins_max = options->plugins_max ? options->plugins_max : REGION_PLUGINS_DEFAULT;
    if (plugins_max > REGION_PLUGINS_LIMIT) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "option metrics.plugins_max is %" PRIu32 "; it takes 1 to %d", plugins_max,
                         REGION_PLUGINS_LIMIT);
    }
    return make(metrics, plugins_max, error);
}

void metrics_deinit(struct metrics *metrics)
{
    if (metrics->owned) {
        (void)munmap(metrics->region, region_bytes(metrics->plugins_max));
    }
    *metrics = (struct metrics){0};
}

static void count_common(struct metrics *metrics, uint32_t stripe, enum common_counter counter)
{
    counter_add(&metrics->region->common[(metrics->stripe + stripe) % REGION_STRIPES].counter[counter], 1);
}

static uint32_t plugin_label(struct metrics *metrics, cclb_bytes name, bool trusted)
{
    struct label_name label;
    label_name_set(&label, name);
    uint32_t taken = label_take(metrics->region, metrics->plugins_max, &label, trusted);
    if (taken < metrics->plugins_max) {
        label_write(&metrics->region->label[taken], &label);
    } else {
        count_common(metrics, 0, COMMON_LABELS_REFUSED);
    }
    return taken;
}

uint32_t metrics_plugin(struct metrics *metrics, cclb_bytes name)
{
    return plugin_label(metrics, name, true);
}

uint32_t metrics_plugin_untrusted(struct metrics *metrics, cclb_bytes name)
{
    return plugin_label(metrics, name, false);
}

static enum outcome outcome_of(cclb_status status)
{
    switch (status) {
#define STATUS(NAME, value, name, meaning)                                                                             \
    case CCLB_##NAME:                                                                                                  \
        return OUTCOME_##NAME;
#include "cclb/status.def"
#undef STATUS
    }
    return OUTCOME_INTERNAL;
}

static void count_saturation(struct metrics *metrics, uint32_t stripe, cclb_resource resource)
{
    switch (resource) {
    case CCLB_RESOURCE_NONE:
        break;
    case CCLB_RESOURCE_STORES:
        count_common(metrics, stripe, COMMON_SATURATED_STORES);
        break;
    case CCLB_RESOURCE_POOL:
        count_common(metrics, stripe, COMMON_SATURATED_POOL);
        break;
    case CCLB_RESOURCE_MEMORY:
        count_common(metrics, stripe, COMMON_SATURATED_MEMORY);
        break;
    }
}

/* A bucket takes what equals its bound. Most calls are in the first few. */
static uint32_t bucket_of(uint64_t duration_ns)
{
    uint32_t bucket = 0;
    while (bucket < BUCKETS - 1 && duration_ns > bucket_bound_ns[bucket]) {
        bucket++;
    }
    return bucket;
}

/* Where a call is counted; says to readers that there is something. */
static _Atomic uint64_t *counters_of(struct metrics *metrics, uint32_t stripe, const struct metrics_call *call)
{
    uint32_t label = call->plugin < metrics->plugins_max ? call->plugin : metrics->plugins_max;
    uint32_t at = (metrics->stripe + stripe) % REGION_STRIPES;
    _Atomic uint64_t *used = &metrics->region->label[label].used[call->hook];
    /* Read before it is written: this line is shared by all stripes, and after the first call nobody changes it. */
    if ((atomic_load_explicit(used, memory_order_relaxed) & UINT64_C(1) << at) == 0) {
        (void)atomic_fetch_or_explicit(used, UINT64_C(1) << at, memory_order_relaxed);
    }
    uint8_t *place =
        (uint8_t *)metrics->region + region_counters_at(metrics->plugins_max, label, call->hook, at);
    return ((struct counters *)(void *)place)->counter;
}

void metrics_count_call(struct metrics *metrics, uint32_t stripe, const struct metrics_call *call)
{
    assert(call->hook < CCLB_HOOK_COUNT);
    _Atomic uint64_t *counter = counters_of(metrics, stripe, call);
    counter_add(&counter[COUNTER_OUTCOME + outcome_of(call->outcome)], 1);
    if (call->policy != METRICS_POLICY_NONE) {
        counter_add(&counter[COUNTER_POLICY + call->policy - 1], 1);
    }
    if (call->outcome == CCLB_SATURATED) {
        count_saturation(metrics, stripe, call->resource);
    } else if (call->reached_guest) {
        counter_add(&counter[COUNTER_DURATION_NS], call->guest_ns);
        counter_add(&counter[COUNTER_BUCKET + bucket_of(call->guest_ns)], 1);
        if (call->trap != METRICS_TRAP_NONE) {
            counter_add(&counter[COUNTER_TRAP + call->trap - 1], 1);
        }
    }
    unsigned kind = call->principal_kind < METRICS_NO_PRINCIPAL ? call->principal_kind : METRICS_NO_PRINCIPAL;
    _Atomic uint64_t *usage = &counter[COUNTER_USAGE + kind * USAGE_COUNT];
    counter_add(&usage[USAGE_CALLS], 1);
    counter_add(&usage[USAGE_NS], call->total_ns);
    counter_add(&usage[USAGE_BYTES_IN], call->bytes_in);
    counter_add(&usage[USAGE_BYTES_OUT], call->bytes_out);
}

void metrics_count_cache(struct metrics *metrics, uint32_t stripe, enum metrics_cache event)
{
    count_common(metrics, stripe, COMMON_CACHE_HITS + event);
}

void metrics_count_session(struct metrics *metrics, uint32_t stripe, enum metrics_session end)
{
    count_common(metrics, stripe, COMMON_SESSIONS_RENEWED + end);
}

void metrics_count_capsule(struct metrics *metrics, uint32_t stripe, enum metrics_capsule outcome)
{
    count_common(metrics, stripe, COMMON_CAPSULES_WRITTEN + outcome);
}
