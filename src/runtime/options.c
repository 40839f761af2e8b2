/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - defaults in one table, then checks of what only makes sense together. */

#include "runtime/options.h"

#include "admission/limits.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/sized.h"
#include "capsule/capsules.h"
#include "engine/reset_policy.h"

#include <inttypes.h>

enum { STORES_LIMIT = 4096 };

static const uint64_t kib = UINT64_C(1) << 10;
static const uint64_t mib = UINT64_C(1) << 20;
static const uint64_t memory_limit = UINT64_C(65535) * WASM_PAGE_BYTES;

static const uint64_t time_limit_ns = UINT64_C(1000000000000000000);

/* Rule R63, for allocation on demand. */
static const uint64_t reservation_bytes = UINT64_C(256) << 20;
static const uint64_t guard_bytes = UINT64_C(64) << 20;

static void fill_u64(uint64_t *value, uint64_t otherwise)
{
    *value = *value ? *value : otherwise;
}

static void fill_u32(uint32_t *value, uint32_t otherwise)
{
    *value = *value ? *value : otherwise;
}

static void fill_defaults(cclb_runtime_options *options)
{
    options->struct_size = sizeof *options;
    options->allocator = allocator_or_default(options->allocator);
    options->clock = clock_or_default(options->clock);
    fill_u32(&options->stores_max, 64);
    fill_u32(&options->pool_instances, options->stores_max + ADMISSION_LANES);
    fill_u64(&options->memory_max_bytes, 128 * mib);
    fill_u64(&options->resident_budget_bytes, 256 * mib);
    fill_u64(&options->fast_body_bytes, mib);
    fill_u64(&options->stack_max_bytes, mib);
    fill_u64(&options->fuel, UINT64_C(100000000000));
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        cclb_deadline *deadline = &options->deadline[i];
        if (deadline->base_ns == 0 && deadline->per_mib_ns == 0) {
            *deadline = (cclb_deadline){.base_ns = UINT64_C(100000000), .per_mib_ns = UINT64_C(50000000)};
        }
    }
    options->module_limits = limits_or_default(options->module_limits);
    fill_u64(&options->wire_bounds.output_body_bytes, 100 * mib);
    fill_u32(&options->wire_bounds.max_headers, 100);
    fill_u32(&options->wire_bounds.max_header_value_bytes, 8192);
    fill_u32(&options->wire_bounds.reason_bytes, 256);
    fill_u32(&options->wire_bounds.max_items, 65536);
    fill_u32(&options->wire_bounds.url_bytes, 65534);
    fill_u32(&options->wire_bounds.claims_bytes, (uint32_t)mib);
    fill_u64(&options->wire_bounds.pass_through_bytes, options->memory_max_bytes / 5);
    fill_u32(&options->session_events_max, 256);
    fill_u64(&options->session_growth_max_bytes, mib);
    fill_u32(&options->breaker.tries, 1);
    fill_u64(&options->breaker.window_ns, UINT64_C(60000000000));
    fill_u64(&options->breaker.quarantine_ns, UINT64_C(30000000000));
    if (options->failure_policy == CCLB_FAILURE_DEFAULT) {
        options->failure_policy = CCLB_FAILURE_PASS_THROUGH; /* R66 */
    }
}

/* One field that must lie in a range. */
static cclb_status check_range(const char *field, uint64_t value, uint64_t least, uint64_t most, cclb_error *error)
{
    if (value >= least && value <= most) {
        return CCLB_OK;
    }
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                     "option %s is %" PRIu64 "; it takes %" PRIu64 " to %" PRIu64, field, value, least, most);
}

static cclb_status check(const cclb_runtime_options *options, cclb_error *error)
{
    const struct {
        const char *field;
        uint64_t value, least, most;
    } ranges[] = {
        {"isolation", options->isolation, 0, CCLB_ISOLATION_ON_DEMAND},
        {"reset", options->reset, 0, CCLB_RESET_DECOMMIT},
        {"reference", options->reference, 0, CCLB_REFERENCE_COUNT - 1},
        {"origin_policy", options->origin_policy, 0, CCLB_ORIGIN_SELECTED_UPSTREAM},
        {"failure_policy", options->failure_policy, 0, CCLB_FAILURE_FAIL_CLOSED},
        {"stores_max", options->stores_max, 1, STORES_LIMIT},
        {"pool_instances", options->pool_instances, 1, STORES_LIMIT + ADMISSION_LANES},
        {"memory_max_bytes", options->memory_max_bytes, WASM_PAGE_BYTES, memory_limit},
        {"stack_max_bytes", options->stack_max_bytes, 64 * kib, 64 * mib},
        {"module_limits.tables", options->module_limits.tables, 1, LIMITS_TABLES_MAX},
        {"module_limits.table_elements", options->module_limits.table_elements, 1,
         LIMITS_TABLE_ELEMENTS_MAX},
        {"breaker.faults", options->breaker.faults, 0, 1000},
        {"breaker.tries", options->breaker.tries, 1, 1000},
        {"breaker.window_ns", options->breaker.window_ns, 1, time_limit_ns},
        {"breaker.quarantine_ns", options->breaker.quarantine_ns, 1, time_limit_ns},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        cclb_status status =
            check_range(ranges[i].field, ranges[i].value, ranges[i].least, ranges[i].most, error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    if (options->memory_max_bytes % WASM_PAGE_BYTES != 0) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "option memory_max_bytes is %" PRIu64 "; it takes multiples of 65536",
                         options->memory_max_bytes);
    }
    if (options->memory_total_max_bytes != 0 && options->memory_total_max_bytes < options->memory_max_bytes) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "option memory_total_max_bytes is %" PRIu64 ", less than one call may use (memory_max_bytes, %"
                         PRIu64 "), so no call could ever start",
                         options->memory_total_max_bytes, options->memory_max_bytes);
    }
    return CCLB_OK;
}

cclb_status check_allocator(const cclb_allocator *allocator, cclb_error *error)
{
    if ((allocator->allocate == NULL) != (allocator->release == NULL)) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "the allocator has one of its two functions; it takes both or none");
    }
    return CCLB_OK;
}

static struct memory_budget plan_memories(const cclb_runtime_options *options)
{
    if (options->isolation == CCLB_ISOLATION_ON_DEMAND) {
        return (struct memory_budget){0};
    }
    bool by_touch = options->isolation == CCLB_ISOLATION_CHECKED && options->reset != CCLB_RESET_REWRITE;
    return memory_budget_plan(options->resident_budget_bytes, options->fast_body_bytes, options->pool_instances,
                              options->memory_max_bytes, by_touch ? MEMORY_KEEP_TOUCHED : MEMORY_KEEP_BOTTOM);
}

cclb_status options_resolve(const cclb_runtime_options *given, struct resolved_options *resolved, cclb_error *error)
{
    *resolved = (struct resolved_options){.options = cclb_runtime_options_init()};
    cclb_runtime_options *options = &resolved->options;
    cclb_status status = CCLB_OK;
    if (given) {
        status = sized_copy("cclb_runtime_options", given, given->struct_size, options, sizeof *options, error);
    }
    if (status == CCLB_OK) {
        status = check_allocator(&options->allocator, error);
    }
    if (status == CCLB_OK) {
        fill_defaults(options);
        status = check(options, error);
    }
    if (status == CCLB_OK) {
        status = capsules_resolve(&options->capsules, error);
    }
    if (status == CCLB_OK) {
        status = reset_decide(options->reset, options->isolation, &reset_questions_of_machine,
                              &options->reset, &resolved->reset_reason, error);
    }
    if (status == CCLB_OK) {
        resolved->budget = plan_memories(options);
    }
    return status;
}

struct engine_options options_for_engine(const struct resolved_options *resolved)
{
    const cclb_runtime_options *options = &resolved->options;
    return (struct engine_options){
        .isolation = options->isolation,
        .reset = options->reset,
        .metering = options->metering,
        .budget = resolved->budget,
        .table_elements_max = (uint32_t)options->module_limits.table_elements,
        .tables_max = LIMITS_TABLES_MAX,
        .memory_max_bytes = options->memory_max_bytes,
        .memory_reservation_bytes = reservation_bytes,
        .memory_guard_bytes = guard_bytes,
        .stack_max_bytes = options->stack_max_bytes,
    };
}

struct dispatch_options options_for_dispatch(const struct resolved_options *resolved)
{
    const cclb_runtime_options *options = &resolved->options;
    struct dispatch_options result = {
        .permits = options->stores_max,
        .reserved = ADMISSION_LANES,
        .table_elements_max = (uint32_t)options->module_limits.table_elements,
        .memory_max_bytes = options->memory_max_bytes,
        .memory_total_max_bytes = options->memory_total_max_bytes,
        .stack_max_bytes = options->stack_max_bytes,
        .fuel = options->fuel,
        .foreign_stacks = options->foreign_stacks,
        .host_ticks = options->host_ticks,
        .clock = options->clock,
    };
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        result.deadline[i] =
            (struct call_deadline){options->deadline[i].base_ns, options->deadline[i].per_mib_ns};
    }
    return result;
}

cclb_capsule_info options_for_capsules(const struct resolved_options *resolved)
{
    const cclb_runtime_options *options = &resolved->options;
    return (cclb_capsule_info){
        .isolation = options->isolation,
        .reset = options->reset,
        .metering = options->metering,
        .memory_max_bytes = options->memory_max_bytes,
        .stack_max_bytes = options->stack_max_bytes,
        .table_elements_max = options->module_limits.table_elements,
        .fuel_max = options->fuel,
    };
}
