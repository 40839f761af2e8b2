/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c - what a runtime has counted, and what it is at this moment. */

#include "cclb/metrics.h"

#include "base/error.h"
#include "cclb/version.h"
#include "runtime/runtime.h"

static double ratio(uint64_t used, uint64_t limit)
{
    return limit > 0 ? (double)used / (double)limit : 0;
}

/* The gauges that the published runtimes have (rules R71 to R73). */
static void measure_contract(cclb_runtime *runtime, const cclb_runtime_info *info, struct metrics_gauges *gauges)
{
    const struct engine_pool_usage usage = engine_pool_usage(runtime->engine);
    const struct engine_options engine_options = options_for_engine(&runtime->resolved);
    const struct engine_address_space space = engine_address_space(&engine_options);
    double *value = gauges->value;
    value[METRIC_POOL_MEMORIES_RATIO] = ratio(usage.memories, info->pool_instances);
    value[METRIC_POOL_INSTANCES_RATIO] = ratio(usage.instances, info->pool_instances);
    value[METRIC_POOL_MEMORIES_USED] = (double)usage.memories;
    value[METRIC_POOL_INSTANCES_USED] = (double)usage.instances;
    value[METRIC_POOL_MEMORIES_TOTAL] = info->pool_instances;
    value[METRIC_POOL_INSTANCES_TOTAL] = info->pool_instances;
    value[METRIC_MEMORY_MAX_PAGES] = (double)(info->memory_max_bytes / WASM_PAGE_BYTES);
    value[METRIC_MEMORY_RESERVATION] = (double)space.memory;
    value[METRIC_MEMORY_GUARD] = (double)space.guard;
    value[METRIC_POOL_RESERVATION] = (double)space.pool;
    value[METRIC_CACHE_ENTRIES] = (double)info->compiled_modules;
    value[METRIC_CACHE_BYTES] = (double)info->compiled_bytes;
}

static void measure_ours(const cclb_runtime_info *info, struct metrics_gauges *gauges)
{
    double *value = gauges->value;
    gauges->info[0] = cclb_version();
    gauges->info[1] = info->engine;
    gauges->info[2] = cclb_isolation_name(info->isolation);
    gauges->info[3] = cclb_reset_name(info->reset);
    value[METRIC_STORES_USED] = info->stores_used;
    value[METRIC_STORES_LIMIT] = info->stores_max;
    value[METRIC_LEASES_OPEN] = info->leases_open;
    value[METRIC_OLDEST_LEASE] = (double)info->oldest_lease_ns / 1e9;
    value[METRIC_SESSIONS_OPEN] = info->sessions_open;
    value[METRIC_MEMORY_RESERVED] = (double)info->memory_reserved_bytes;
    value[METRIC_MEMORY_LIMIT] = (double)info->memory_total_max_bytes;
    value[METRIC_RESIDENT_LIMIT] = (double)info->resident_max_bytes;
    value[METRIC_SLOTS] = (double)info->slots;
    value[METRIC_POOL_MEMORIES_LIMIT] = info->pool_instances;
    value[METRIC_POOL_INSTANCES_LIMIT] = info->pool_instances;
}

static cclb_status measure(cclb_runtime *runtime, struct metrics_gauges *gauges, cclb_error *error)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_status status = cclb_runtime_describe(runtime, &info, error);
    if (status == CCLB_OK) {
        *gauges = (struct metrics_gauges){0};
        measure_contract(runtime, &info, gauges);
        measure_ours(&info, gauges);
        gauges->quarantined = runtime->breakers.quarantined;
    }
    return status;
}

cclb_status cclb_metrics_visit(cclb_runtime *runtime, void (*visit)(void *context, const cclb_metric_sample *sample),
                               void *context, cclb_error *error)
{
    cclb_error scratch;
    struct metrics_gauges gauges;
    cclb_status status = measure(runtime, &gauges, error ? error : &scratch);
    if (status == CCLB_OK) {
        metrics_visit(&runtime->metrics, &gauges, visit, context);
    }
    return status;
}

cclb_status cclb_metrics_to_prometheus(cclb_runtime *runtime, const cclb_allocator *allocator, cclb_buffer *text,
                                       cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct metrics_gauges gauges;
    cclb_status status = measure(runtime, &gauges, error);
    return status == CCLB_OK ? metrics_to_prometheus(&runtime->metrics, &gauges, allocator, text, error) : status;
}

size_t cclb_metrics_shared_bytes(uint32_t plugins_max)
{
    return metrics_shared_bytes(plugins_max);
}

cclb_status cclb_metrics_shared_init(void *memory, size_t bytes, uint32_t plugins_max, cclb_error *error)
{
    cclb_error scratch;
    return metrics_shared_init(memory, bytes, plugins_max, error ? error : &scratch);
}

cclb_status cclb_metrics_shared_visit(const void *memory, size_t bytes,
                                      void (*visit)(void *context, const cclb_metric_sample *sample), void *context,
                                      cclb_error *error)
{
    cclb_error scratch;
    struct metrics metrics;
    cclb_status status = metrics_shared_view(&metrics, memory, bytes, error ? error : &scratch);
    if (status == CCLB_OK) {
        metrics_visit(&metrics, NULL, visit, context);
    }
    return status;
}

cclb_status cclb_metrics_shared_to_prometheus(const void *memory, size_t bytes, const cclb_allocator *allocator,
                                              cclb_buffer *text, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct metrics metrics;
    cclb_status status = metrics_shared_view(&metrics, memory, bytes, error);
    return status == CCLB_OK ? metrics_to_prometheus(&metrics, NULL, allocator, text, error) : status;
}
