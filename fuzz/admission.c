/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admission.c - any bytes as a plugin, through the whole gate of a real engine, and if it is admitted through a call.
 *
 * Property: there is a verdict, in words, the static report's own where that has something against the module; compiler
 * and guest code end within their bounds; a module that is refused has published nothing, and one that was admitted and
 * evicted leaves nothing behind: no slot, no permit, no memory, and once the runtime is destroyed no allocation.
 */

#include "cclb.h"
#include "counting_allocator.h"
#include "property.h"
#include "target.h"

#include <time.h>

/* CPU time for one verdict and one call; the most that a module within the limits below was seen to take is 0.7 s. */
enum { CPU_SECONDS_MAX = 10 };

/* Bounds small enough that no input costs more than a moment. */
static const cclb_module_limits module_limits = {
    .module_bytes = 128 << 10,
    .functions = 2000,
    .body_bytes = 32 << 10,
    .locals = 1000,
    .nesting = 200,
    .loop_nesting = 16,
    .loop_locals = 2000,
    .exports = 200,
    .tables = 4,
    .table_elements = 10000,
};

static cclb_runtime *runtime_begin(struct counting_allocator *counts)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    cclb_runtime *runtime = NULL;
    cclb_error error;
    options.allocator = counting_allocator(counts);
    options.isolation = CCLB_ISOLATION_CHECKED;
    options.metering = true;
    options.fuel = 2000000;
    options.stores_max = 1;
    options.memory_max_bytes = 4 << 20;
    options.resident_budget_bytes = 16 << 20;
    options.module_limits = module_limits;
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook] = (cclb_deadline){.base_ns = 50000000, .per_mib_ns = 50000000};
    }
    HOLDS(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK);
    return runtime;
}

static time_t cpu_seconds(void)
{
    struct timespec time;
    HOLDS(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
    return time.tv_sec;
}

static cclb_report *inspect(cclb_bytes wasm, cclb_slot_kind kind)
{
    cclb_report *report = NULL;
    cclb_error error;
    HOLDS(cclb_inspect(wasm, kind, CCLB_REFERENCE_ANY, &module_limits, NULL, &report, &error) == CCLB_OK);
    return report;
}

/* The first hook with a kind of slot of its own that the module declares; filter where there is none. */
static cclb_slot_kind kind_of(cclb_bytes wasm)
{
    cclb_report *report = inspect(wasm, CCLB_SLOT_ANY);
    cclb_slot_kind kind = CCLB_SLOT_FILTER;
    for (size_t i = 0; i < report->hook_count; i++) {
        if (cclb_slot_kind_from_name(cclb_text(cclb_hook_name(report->hooks[i].hook)), &kind)) {
            break;
        }
    }
    cclb_report_destroy(report);
    return kind;
}

static cclb_status call(cclb_runtime *runtime, cclb_slot_kind kind, cclb_lease *lease, cclb_error *error)
{
    const cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text("fuzzed"));
    const cclb_filter_request filter = {0};
    const cclb_shape_request shape = {0};
    const cclb_observe_event event = {0};
    cclb_filter_response_view results;
    cclb_shape_response_view shaped;
    switch (kind) {
    case CCLB_SLOT_FILTER:
        return cclb_call_filter(runtime, &target, &filter, lease, &results, error);
    case CCLB_SLOT_SHAPE:
        return cclb_call_shape(runtime, &target, &shape, lease, &shaped, error);
    default:
        return cclb_call_observe(runtime, &target, &event, lease, error);
    }
}

static void call_holds(cclb_runtime *runtime, cclb_slot_kind kind)
{
    cclb_lease lease = {0};
    cclb_error error;
    cclb_status status = call(runtime, kind, &lease, &error);
    if (status == CCLB_OK) {
        touch(lease.output);
        cclb_lease_return(&lease);
    } else {
        HOLDS(status > CCLB_OK);
        error_holds(&error, status, SIZE_MAX);
    }
}

/* Compiled code may stay for the next who asks. */
static void nothing_is_left(cclb_runtime *runtime)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error error;
    HOLDS(cclb_runtime_describe(runtime, &info, &error) == CCLB_OK);
    HOLDS(info.slots == 0 && info.compiled_modules <= 1);
    HOLDS(info.stores_used == 0 && info.leases_open == 0 && info.memory_reserved_bytes == 0);
}

static void admission_holds(cclb_runtime *runtime, cclb_bytes wasm)
{
    const cclb_slot_key key = cclb_global_key("fuzzed");
    const cclb_slot_kind kind = kind_of(wasm);
    cclb_report *report = inspect(wasm, kind);
    cclb_error error = {0};
    bool existed = false;
    cclb_status status = cclb_slot_register(runtime, key, kind, wasm, NULL, NULL, &error);
    HOLDS(report->verdict.status == CCLB_OK || error_equal(&error, &report->verdict));
    cclb_report_destroy(report);
    if (status == CCLB_OK) {
        call_holds(runtime, kind);
    } else {
        HOLDS(status > CCLB_OK);
        /* That of a trial call is a place in its answer. */
        error_holds(&error, status, status == CCLB_PROBE ? UINT32_MAX : wasm.len);
    }
    HOLDS(cclb_slot_evict(runtime, key, &existed, &error) == CCLB_OK);
    HOLDS(existed == (status == CCLB_OK));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct counting_allocator counts = {0};
    cclb_bytes wasm = exact_copy(cclb_bytes_of(data, size));
    cclb_runtime *runtime = runtime_begin(&counts);
    cclb_error error;
    time_t start = cpu_seconds();
    admission_holds(runtime, wasm);
    HOLDS(cpu_seconds() - start < CPU_SECONDS_MAX);
    exact_free(wasm);
    nothing_is_left(runtime);
    HOLDS(cclb_runtime_destroy(runtime, &error) == CCLB_OK);
    HOLDS(atomic_load(&counts.live) == 0);
    return 0;
}
