/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admission.c - registering: a module that was never seen, one whose code is compiled already, one that is there
 * already, and one module for 1,000 principals.
 *
 * These are no races: each step happens once in a round, so that a round is one sample.
 */

#include "bench.h"

#include "cclb/slot.h"

#include "fail.h"

#include <malloc.h>
#include <stdlib.h>

enum { PRINCIPALS = 1000 };

static cclb_runtime *make_runtime(void)
{
    cclb_error error;
    cclb_runtime *runtime;
    if (cclb_runtime_create(NULL, &runtime, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    return runtime;
}

static void destroy_runtime(cclb_runtime *runtime)
{
    cclb_error error;
    if (cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
}

static double register_ns(cclb_runtime *runtime, const char *principal, cclb_bytes wasm)
{
    cclb_error error;
    const cclb_slot_key key = {cclb_text(principal), cclb_text("chooser")};
    uint64_t before = now_ns();
    if (cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    return (double)(now_ns() - before);
}

static struct spread tell(struct bench *bench, const char *row, double *values, const char *name, double scale,
                          const char *unit)
{
    struct spread spread = sample_spread(values, bench->rounds);
    bench_value(bench, row, spread.median * scale, unit, "%s", name);
    bench_value(bench, row, spread.least * scale, unit, "%s.least", name);
    bench_value(bench, row, spread.most * scale, unit, "%s.most", name);
    return spread;
}

static void measure_one(struct bench *bench, const char *row, const char *plugin)
{
    double cold[RACE_ROUNDS_MAX];
    double cached[RACE_ROUNDS_MAX];
    double unchanged[RACE_ROUNDS_MAX];
    cclb_bytes wasm = bench_plugin(bench, plugin);
    for (unsigned round = 0; round < bench->rounds; round++) {
        cclb_runtime *runtime = make_runtime();
        cold[round] = register_ns(runtime, "first", wasm);
        cached[round] = register_ns(runtime, "second", wasm);
        unchanged[round] = register_ns(runtime, "second", wasm);
        destroy_runtime(runtime);
    }
    tell(bench, row, cold, "cold", 1e-6, "ms");
    tell(bench, row, cached, "compiled-before", 1e-3, "us");
    tell(bench, row, unchanged, "unchanged", 1e-3, "us");
    bench_plugin_free(wasm);
}

/* Bytes of the heap that are in use; resident memory would leave out what earlier rounds have freed. */
static double heap_bytes(void)
{
    return (double)mallinfo2().uordblks;
}

static void measure_principals(struct bench *bench, const char *row, const char *plugin)
{
    double time_ns[RACE_ROUNDS_MAX];
    double bytes[RACE_ROUNDS_MAX];
    double modules[RACE_ROUNDS_MAX];
    cclb_bytes wasm = bench_plugin(bench, plugin);
    for (unsigned round = 0; round < bench->rounds; round++) {
        cclb_error error;
        cclb_runtime_info info = cclb_runtime_info_init();
        cclb_runtime *runtime = make_runtime();
        register_ns(runtime, "first", wasm);
        double before = heap_bytes();
        time_ns[round] = 0;
        for (int i = 0; i < PRINCIPALS; i++) {
            char principal[32];
            snprintf(principal, sizeof principal, "principal-%d", i);
            time_ns[round] += register_ns(runtime, principal, wasm) / PRINCIPALS;
        }
        bytes[round] = (heap_bytes() - before) / PRINCIPALS;
        if (cclb_runtime_describe(runtime, &info, &error) != CCLB_OK) {
            fail("%s", error.message);
        }
        modules[round] = (double)info.compiled_modules;
        destroy_runtime(runtime);
    }
    struct spread us = tell(bench, row, time_ns, "time", 1e-3, "us");
    struct spread heap = tell(bench, row, bytes, "heap", 1, "bytes");
    struct spread compiled = tell(bench, row, modules, "compiled", 1, "modules");
    us = (struct spread){us.median / 1e3, us.least / 1e3, us.most / 1e3};
    bench_goal(bench, row, "compiled-modules", compiled, GOAL_AT_MOST, 1, "modules", true);
    bench_goal(bench, row, "time-each", us, GOAL_AT_MOST, 20, "us", true);
    bench_goal(bench, row, "heap-each", heap, GOAL_AT_MOST, 1024, "bytes", true);
    bench_plugin_free(wasm);
}

void admission_rows(struct bench *bench)
{
    static const char *const plugins[] = {"accept_all-pdk0.2.0", "weighted_view-pdk0.2.0", "accept_all-pdk0.1.0"};
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++) {
        char row[REPORT_NAME_SIZE];
        snprintf(row, sizeof row, "admission/%s", plugins[i]);
        if (bench_begins(bench, row)) {
            measure_one(bench, row, plugins[i]);
        }
    }
    if (bench_begins(bench, "admission/1000-principals")) {
        measure_principals(bench, "admission/1000-principals", plugins[0]);
    }
}
