/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.c - making, describing and destroying a runtime. */

#include "runtime/runtime.h"

#include "base/error.h"
#include "cclb/runtime.h"
#include "cclb/version.h"

#include <stdio.h>
#include <sys/random.h>
#include <sys/resource.h>

#define TEXT_OF(number) #number
#define VERSION_TEXT(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *cclb_version(void)
{
    return VERSION_TEXT(CCLB_VERSION_MAJOR, CCLB_VERSION_MINOR, CCLB_VERSION_PATCH);
}

/* All settings that decide what a module may do or whether it is admitted. */
static void hash_settings(cclb_runtime *runtime)
{
    const cclb_runtime_options *options = &runtime->resolved.options;
    const cclb_module_limits *limits = &options->module_limits;
    const cclb_wire_bounds *bounds = &options->wire_bounds;
    const uint64_t numbers[] = {
        options->isolation,          options->reset,         options->metering,       options->pool_instances,
        options->memory_max_bytes,   options->stack_max_bytes, options->fuel,         options->fast_body_bytes,
        limits->module_bytes,        limits->functions,      limits->body_bytes,      limits->locals,
        limits->nesting,             limits->loop_nesting,   limits->loop_locals,     limits->exports,
        limits->tables,              limits->table_elements, limits->type_bytes,      limits->globals,
        limits->element_bytes,       limits->data_segments,  limits->code_work,       limits->metadata_bytes,
        bounds->output_body_bytes, bounds->max_headers,
        bounds->max_header_value_bytes, bounds->reason_bytes, bounds->max_items,      bounds->url_bytes,
        bounds->claims_bytes,        bounds->pass_through_bytes,
        options->cookie_redaction,
    };
    const cclb_bytes parts[] = {
        cclb_text("cclb content 1"),
        cclb_text(engine_version()),
        cclb_bytes_of(numbers, sizeof numbers),
    };
    rust_blake3(parts, sizeof parts / sizeof parts[0], runtime->settings);
}

enum { ADVICE_SIZE = 256 };

/* What to do where the process may have only so much address space, which is the pool's first need. */
static void advise_on_space(const struct engine_options *options, char advice[ADVICE_SIZE])
{
    const double gib = 1 << 30;
    uint64_t wanted = engine_address_space(options).pool;
    struct rlimit limit;
    if (wanted > 0 && getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        snprintf(advice, ADVICE_SIZE,
                 "; the pool reserves %.1f GiB of address space and the process may have %.1f GiB (ulimit -v): raise "
                 "that, lower stores_max or memory_max_bytes, or take isolation on_demand",
                 (double)wanted / gib, (double)limit.rlim_cur / gib);
    }
}

static cclb_status make_engine(cclb_runtime *runtime, cclb_error *error)
{
    struct engine_options options = options_for_engine(&runtime->resolved);
    struct engine_fault fault;
    cclb_status status = engine_create(&options, runtime_allocator(runtime), &runtime->engine, &fault);
    if (status != CCLB_OK) {
        struct error_text words;
        char advice[ADVICE_SIZE] = "";
        if (status == CCLB_ENGINE) {
            advise_on_space(&options, advice);
        }
        return error_set(error, status, 22, CCLB_PHASE_NONE, "failed to construct wasmtime engine: %s%s",
                         error_text(&words, cclb_text(fault.text)), advice);
    }
    return CCLB_OK;
}

/* A secret for the table of slots. Without the kernel's generator an address must do: it is only about collisions. */
static struct key_seed random_seed(const void *somewhere)
{
    struct key_seed seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed) {
        seed = (struct key_seed){{(uintptr_t)somewhere, (uintptr_t)&seed}};
    }
    return seed;
}

cclb_status cclb_runtime_create(const cclb_runtime_options *options, cclb_runtime **runtime, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct resolved_options resolved;
    cclb_status status = options_resolve(options, &resolved, error);
    if (status != CCLB_OK) {
        return status;
    }
    cclb_runtime *made = allocate(&resolved.options.allocator, sizeof *made);
    if (made == NULL) {
        return error_no_memory(error, sizeof *made);
    }
    made->resolved = resolved;
    hash_settings(made);
    status = metrics_init(&made->metrics, &resolved.options.metrics, runtime_allocator(made), error);
    if (status != CCLB_OK) {
        goto no_metrics;
    }
    status = make_engine(made, error);
    if (status != CCLB_OK) {
        goto no_engine;
    }
    struct dispatch_options dispatch_options = options_for_dispatch(&made->resolved);
    dispatch_options.metrics = &made->metrics;
    status = dispatch_init(&made->dispatch, &dispatch_options, made->engine, runtime_allocator(made), error);
    if (status != CCLB_OK) {
        goto no_dispatch;
    }
    admission_init(&made->admission, &made->dispatch, &resolved.options.module_limits, runtime_allocator(made));
    status = slots_init(&made->slots, &made->dispatch.lanes, random_seed(made), runtime_allocator(made), error);
    if (status != CCLB_OK) {
        goto no_slots;
    }
    status = breakers_init(&made->breakers, &resolved.options.breaker, made->metrics.plugins_max,
                           runtime_allocator(made), error);
    if (status != CCLB_OK) {
        goto no_breakers;
    }
    const cclb_capsule_info capsule_settings = options_for_capsules(&made->resolved);
    status = capsules_init(&made->capsules, &resolved.options.capsules, &capsule_settings, &made->metrics,
                           runtime_allocator(made), error);
    if (status != CCLB_OK) {
        goto no_capsules;
    }
    made->slots.breakers = &made->breakers;
    made->calls.dispatch = &made->dispatch;
    made->calls.slots = &made->slots;
    made->calls.allocator = runtime_allocator(made);
    made->calls.metrics = &made->metrics;
    made->calls.failures = capsules_failures(&made->capsules);
    made->calls.log = resolved.options.log;
    made->calls.pass_through_bytes = resolved.options.wire_bounds.pass_through_bytes;
    made->calls.session_events_max = resolved.options.session_events_max;
    made->calls.session_growth_max_bytes = resolved.options.session_growth_max_bytes;
    made->dispatch.lanes.owner = &made->calls;
    made->hooks = (struct hooks){
        .calls = &made->calls,
        .bounds = resolved.options.wire_bounds,
        .cookie_redaction = resolved.options.cookie_redaction,
        .origin_policy = resolved.options.origin_policy,
    };
    *runtime = made;
    return CCLB_OK;

no_capsules:
    breakers_deinit(&made->breakers, runtime_allocator(made));
no_breakers:
    (void)slots_deinit(&made->slots, error);
no_slots:
    admission_deinit(&made->admission);
    dispatch_deinit(&made->dispatch);
no_dispatch:
    engine_destroy(made->engine);
no_engine:
    metrics_deinit(&made->metrics);
no_metrics:
    release(&resolved.options.allocator, made, sizeof *made);
    return status;
}

cclb_status cclb_runtime_destroy(cclb_runtime *runtime, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    if (runtime == NULL || dispatch_check_process(&runtime->dispatch, error) != CCLB_OK) {
        return CCLB_OK;
    }
    if (atomic_load(&runtime->admissions) != 0) {
        return error_set(error, CCLB_BUSY, 0, CCLB_PHASE_NONE, "a module is being admitted on another thread");
    }
    uint32_t leases = atomic_load(&runtime->calls.leases_without_lane);
    if (leases != 0) {
        return error_set(error, CCLB_BUSY, 0, CCLB_PHASE_NONE, "still open: %u leases of calls that passed through",
                         leases);
    }
    cclb_status status = slots_deinit(&runtime->slots, error);
    if (status != CCLB_OK) {
        return status;
    }
    capsules_deinit(&runtime->capsules);
    breakers_deinit(&runtime->breakers, runtime_allocator(runtime));
    admission_deinit(&runtime->admission);
    dispatch_deinit(&runtime->dispatch);
    engine_destroy(runtime->engine);
    metrics_deinit(&runtime->metrics);
    cclb_allocator allocator = *runtime_allocator(runtime);
    release(&allocator, runtime, sizeof *runtime);
    return CCLB_OK;
}

void cclb_runtime_tick(cclb_runtime *runtime)
{
    cclb_error scratch;
    if (dispatch_check_process(&runtime->dispatch, &scratch) == CCLB_OK) {
        (void)ticker_tick(&runtime->dispatch.ticker);
    }
}

/* What the lanes show at this moment. */
static void describe_lanes(const cclb_runtime *runtime, cclb_runtime_info *info)
{
    const struct lanes *lanes = &runtime->dispatch.lanes;
    uint64_t now_ns = clock_now_ns(&runtime->resolved.options.clock);
    for (uint32_t i = 0; i < lanes->permits; i++) {
        uint64_t since_ns = atomic_load(&lanes->lane[i].lease_since_ns);
        if (since_ns != 0) {
            info->leases_open++;
            uint64_t age_ns = clock_since(since_ns, now_ns);
            info->oldest_lease_ns = age_ns > info->oldest_lease_ns ? age_ns : info->oldest_lease_ns;
        }
    }
    info->leases_open += atomic_load(&runtime->calls.leases_without_lane);
    info->stores_used = lanes_claimed(lanes);
    info->sessions_open = lanes_kept(lanes);
}

cclb_status cclb_runtime_describe(cclb_runtime *runtime, cclb_runtime_info *info, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    if (status != CCLB_OK) {
        return status;
    }
    const cclb_runtime_options *options = &runtime->resolved.options;
    const struct engine_options engine_options = options_for_engine(&runtime->resolved);
    struct code_cache_usage code = code_cache_usage(&runtime->admission.cache);
    bool pooled = options->isolation != CCLB_ISOLATION_ON_DEMAND;
    bool keeps = pooled && options->reset != CCLB_RESET_DECOMMIT;
    const struct memory_budget *budget = &runtime->resolved.budget;
    cclb_runtime_info whole = {
        .struct_size = info->struct_size,
        .engine = engine_version(),
        .isolation = options->isolation,
        .reset = options->reset,
        .reset_reason = runtime->resolved.reset_reason,
        .metering = options->metering,
        .stores_max = options->stores_max,
        .pool_instances = pooled ? options->pool_instances : 0,
        .memory_max_bytes = options->memory_max_bytes,
        .memory_total_max_bytes = options->memory_total_max_bytes,
        .memory_keep_bytes = keeps ? budget->classes[0].keep_bytes : 0,
        .resident_max_bytes = keeps ? memory_budget_resident_bytes(budget) : 0,
        .fast_body_bytes = keeps ? memory_budget_fast_body_bytes(budget) : 0,
        .virtual_reservation_bytes = engine_address_space(&engine_options).pool,
        .stack_max_bytes = options->stack_max_bytes,
        .memory_reserved_bytes = atomic_load(&runtime->dispatch.memory_reserved_bytes),
        .compiled_modules = code.entries,
        .compiled_bytes = code.bytes,
        .slots = slots_count(&runtime->slots),
        .session_events_max = options->session_events_max,
        .session_growth_max_bytes = options->session_growth_max_bytes,
        .capsule_errno = atomic_load_explicit(&runtime->capsules.store_error, memory_order_relaxed),
    };
    describe_lanes(runtime, &whole);
    return sized_fill("cclb_runtime_info", &whole, sizeof whole, info, info->struct_size, error);
}
