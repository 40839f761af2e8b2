/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics_test.c - what a runtime tells of itself and of what was counted, through the public API over the fake engine;
 * and processes that count in one mapping.
 */
#include "cclb.h"
#include "counting_allocator.h"
#include "engine/fake.h"
#include "runtime/runtime.h"
#include "table.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static _Atomic uint64_t time_ns;

static uint64_t now(void *context)
{
    (void)context;
    return atomic_load(&time_ns);
}

struct fixture {
    struct counting_allocator counts;
    cclb_runtime *runtime;
    cclb_bytes filter;
    cclb_bytes shape;
    cclb_error error;
};

static cclb_runtime_options test_options(struct fixture *fixture)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.allocator = counting_allocator(&fixture->counts);
    options.clock.now_ns = now;
    options.host_ticks = true;
    options.stores_max = 4;
    options.pool_instances = 8;
    return options;
}

static void make_runtime(struct fixture *fixture, const cclb_runtime_options *options)
{
    if (cclb_runtime_create(options, &fixture->runtime, &fixture->error) != CCLB_OK) {
        fail_msg("%s", fixture->error.message);
    }
}

static void register_as(struct fixture *fixture, const char *name, cclb_slot_kind kind, cclb_bytes wasm)
{
    cclb_status status =
        cclb_slot_register(fixture->runtime, cclb_global_key(name), kind, wasm, NULL, NULL, &fixture->error);
    if (status != CCLB_OK) {
        fail_msg("%s", fixture->error.message);
    }
}

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    fake_script_set(NULL);
    atomic_store(&time_ns, 1000);
    fixture.filter = data_file("plugins/accept_all-pdk0.2.0.wasm");
    fixture.shape = data_file("plugins/shape_pass-pdk0.2.0.wasm");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_OK);
    assert_int_equal(fake_alive(), 0);
    assert_int_equal(atomic_load(&fixture->counts.live), 0);
    free((void *)(uintptr_t)fixture->filter.data);
    free((void *)(uintptr_t)fixture->shape.data);
    return 0;
}

/* The value of a series without labels. */
struct wanted {
    const char *name;
    double value;
    uint32_t found;
};

static void look(void *context, const cclb_metric_sample *sample)
{
    struct wanted *wanted = context;
    if (strcmp(sample->name, wanted->name) == 0) {
        wanted->value = sample->value;
        wanted->found++;
    }
}

static double value_of(struct fixture *fixture, const char *name)
{
    struct wanted wanted = {.name = name};
    assert_int_equal(cclb_metrics_visit(fixture->runtime, look, &wanted, &fixture->error), CCLB_OK);
    if (wanted.found != 1) {
        fail_msg("%s is there %u times", name, (unsigned)wanted.found);
    }
    return wanted.value;
}

static void expect(struct fixture *fixture, const char *name, double value)
{
    double found = value_of(fixture, name);
    if (!(found >= value && found <= value)) { /* which is also true of what is no number */
        fail_msg("%s is %g, not %g", name, found, value);
    }
}

static cclb_status call(struct fixture *fixture, const char *name, cclb_lease *lease)
{
    static const cclb_filter_request request = {.request_id = {(const uint8_t *)"r", 1}};
    cclb_filter_response_view view;
    cclb_slot_key key = cclb_global_key(name);
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    return cclb_call_filter(fixture->runtime, &target, &request, lease, &view, &fixture->error);
}

/* ---- gauges ---- */

static void r71_ratios_say_how_full_the_pool_is(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    make_runtime(fixture, &options);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    expect(fixture, "cc_lb_plugin_pool_memories_utilization_ratio", 0);
    expect(fixture, "cc_lb_plugin_pool_core_instances_utilization_ratio", 0);
    cclb_lease leases[2];
    assert_int_equal(call(fixture, "f", &leases[0]), CCLB_OK);
    assert_int_equal(call(fixture, "f", &leases[1]), CCLB_OK);
    expect(fixture, "cc_lb_plugin_pool_memories_utilization_ratio", 0.25);
    expect(fixture, "cc_lb_plugin_pool_core_instances_utilization_ratio", 0.25);
    cclb_lease_return(&leases[0]);
    expect(fixture, "cc_lb_plugin_pool_memories_utilization_ratio", 0.125);
    cclb_lease_return(&leases[1]);
}

static void r71_ratios_are_0_without_a_pool(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    make_runtime(fixture, &options);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease lease = {0};
    assert_int_equal(call(fixture, "f", &lease), CCLB_OK);
    expect(fixture, "cc_lb_plugin_pool_memories_utilization_ratio", 0);
    expect(fixture, "cc_lb_plugin_pool_core_instances_utilization_ratio", 0);
    cclb_lease_return(&lease);
}

static void r72_gauges_of_the_pool(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    options.memory_max_bytes = 48 << 20;
    make_runtime(fixture, &options);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease lease = {0};
    assert_int_equal(call(fixture, "f", &lease), CCLB_OK);
    expect(fixture, "cc_lb_plugin_pool_memories_used", 1);
    expect(fixture, "cc_lb_plugin_pool_core_instances_used", 1);
    expect(fixture, "cc_lb_plugin_pool_memories_total", 8);
    expect(fixture, "cc_lb_plugin_pool_core_instances_total", 8);
    expect(fixture, "cclb_pool_memories_limit", 8);
    expect(fixture, "cclb_pool_instances_limit", 8);
    expect(fixture, "cc_lb_plugin_memory_max_pages", 768);
    expect(fixture, "cc_lb_plugin_memory_reservation_bytes", 48 << 20);
    expect(fixture, "cc_lb_plugin_memory_guard_bytes", 0);
    expect(fixture, "cc_lb_plugin_pool_virtual_reservation_bytes", 8.0 * (48 << 20));
    cclb_lease_return(&lease);
}

static void r72_totals_are_0_on_demand(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    make_runtime(fixture, &options);
    expect(fixture, "cc_lb_plugin_pool_memories_total", 0);
    expect(fixture, "cc_lb_plugin_pool_core_instances_total", 0);
    expect(fixture, "cclb_pool_memories_limit", 0);
    expect(fixture, "cc_lb_plugin_pool_virtual_reservation_bytes", 0);
    /* Rule R63. */
    expect(fixture, "cc_lb_plugin_memory_max_pages", 2048);
    expect(fixture, "cc_lb_plugin_memory_reservation_bytes", 256 << 20);
    expect(fixture, "cc_lb_plugin_memory_guard_bytes", 64 << 20);
}

static void gauges_of_ours(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    options.memory_total_max_bytes = 256 << 20;
    make_runtime(fixture, &options);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_lease leases[2];
    assert_int_equal(call(fixture, "f", &leases[0]), CCLB_OK);
    atomic_fetch_add(&time_ns, 2500000000);
    assert_int_equal(call(fixture, "f", &leases[1]), CCLB_OK);
    expect(fixture, "cclb_stores_used", 2);
    expect(fixture, "cclb_stores_limit", 4);
    expect(fixture, "cclb_leases_open", 2);
    expect(fixture, "cclb_oldest_lease_seconds", 2.5);
    expect(fixture, "cclb_memory_reserved_bytes", 256 << 20);
    expect(fixture, "cclb_memory_limit_bytes", 256 << 20);
    expect(fixture, "cclb_slots", 2);
    assert_true(value_of(fixture, "cclb_pool_resident_limit_bytes") > 0);
    expect(fixture, "cclb_runtime_info", 1);
    cclb_lease_return(&leases[0]);
    cclb_lease_return(&leases[1]);
    expect(fixture, "cclb_stores_used", 0);
    expect(fixture, "cclb_leases_open", 0);
    expect(fixture, "cclb_oldest_lease_seconds", 0);
    expect(fixture, "cclb_memory_reserved_bytes", 0);
}

static void r73_the_cache_of_compiled_modules(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    make_runtime(fixture, &options);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    register_as(fixture, "g", CCLB_SLOT_FILTER, fixture->filter);
    register_as(fixture, "h", CCLB_SLOT_FILTER, fixture->filter);
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    expect(fixture, "cc_lb_compiled_module_cache_hits_total", 2);
    expect(fixture, "cc_lb_compiled_module_cache_misses_total", 2);
    expect(fixture, "cc_lb_compiled_module_cache_evictions_total", 0);
    expect(fixture, "cc_lb_compiled_module_cache_entries", 2);
    /* The fake's code is as large as the module. */
    expect(fixture, "cc_lb_compiled_module_cache_bytes", (double)(fixture->filter.len + fixture->shape.len));
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("s"), NULL, &fixture->error), CCLB_OK);
    expect(fixture, "cc_lb_compiled_module_cache_entries", 2);
}

/* ---- text ---- */

static void text_is_the_callers(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    make_runtime(fixture, &options);
    struct metrics_call counted = {
        .plugin = metrics_plugin(&fixture->runtime->metrics, cclb_text("p")),
        .hook = CCLB_HOOK_FILTER,
        .principal_kind = METRICS_NO_PRINCIPAL,
    };
    metrics_count_call(&fixture->runtime->metrics, 0, &counted);
    cclb_buffer text = {0};
    assert_int_equal(cclb_metrics_to_prometheus(fixture->runtime, NULL, &text, NULL), CCLB_OK);
    assert_non_null(strstr((const char *)text.data, "\ncclb_plugin_calls_total{plugin=\"p\",hook=\"filter\","
                                                    "outcome=\"ok\"} 1\n"));
    assert_non_null(strstr((const char *)text.data, "\ncclb_runtime_info{version=\""));
    assert_non_null(strstr((const char *)text.data, "engine=\"fake\",isolation=\"checked\",reset=\""));
    assert_non_null(strstr((const char *)text.data, "\n# TYPE cc_lb_plugin_pool_memories_total untyped\n"));
    cclb_buffer_deinit(&text);
    fixture->counts.fail_at = atomic_load(&fixture->counts.calls) + 1;
    cclb_allocator allocator = counting_allocator(&fixture->counts);
    assert_int_equal(cclb_metrics_to_prometheus(fixture->runtime, &allocator, &text, &fixture->error),
                     CCLB_NO_MEMORY);
    fixture->counts.fail_at = 0;
    assert_null(text.data);
}

/* ---- processes ---- */

enum { PLUGINS = 8 };

static void *make_mapping(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    return memory;
}

/* A worker: a runtime of its own, a module that is compiled, calls. */
static int work(struct fixture *fixture, void *memory, size_t bytes)
{
    cclb_runtime *runtime = NULL;
    cclb_runtime_options options = test_options(fixture);
    options.metrics.shared = memory;
    options.metrics.shared_bytes = bytes;
    if (cclb_runtime_create(&options, &runtime, &fixture->error) != CCLB_OK ||
        cclb_slot_register(runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter, NULL, NULL,
                           &fixture->error) != CCLB_OK) {
        return 1;
    }
    struct metrics_call counted = {
        .plugin = metrics_plugin(&runtime->metrics, cclb_text("f")),
        .hook = CCLB_HOOK_FILTER,
    };
    for (int i = 0; i < 1000; i++) {
        metrics_count_call(&runtime->metrics, 0, &counted);
    }
    return cclb_runtime_destroy(runtime, &fixture->error) == CCLB_OK ? 0 : 2;
}

static void workers_count_in_one_mapping(void **state)
{
    struct fixture *fixture = *state;
    enum { WORKERS = 3 };
    size_t bytes = cclb_metrics_shared_bytes(PLUGINS);
    void *memory = make_mapping(bytes);
    assert_int_equal(cclb_metrics_shared_init(memory, bytes, PLUGINS, &fixture->error), CCLB_OK);
    fflush(NULL);
    for (int i = 0; i < WORKERS; i++) {
        pid_t child = fork();
        assert_int_not_equal(child, -1);
        if (child == 0) {
            _exit(work(fixture, memory, bytes));
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        int status = 1;
        assert_int_not_equal(wait(&status), -1);
        assert_int_equal(status, 0);
    }
    /* The parent reads what they left, from a mapping that it may not even write to. */
    assert_int_equal(mprotect(memory, bytes, PROT_READ), 0);
    struct wanted wanted = {.name = "cc_lb_compiled_module_cache_misses_total"};
    assert_int_equal(cclb_metrics_shared_visit(memory, bytes, look, &wanted, &fixture->error), CCLB_OK);
    assert_int_equal(wanted.found, 1);
    assert_true(wanted.value >= WORKERS && wanted.value <= WORKERS);
    wanted = (struct wanted){.name = "cclb_slots"}; /* a gauge is a runtime's */
    assert_int_equal(cclb_metrics_shared_visit(memory, bytes, look, &wanted, &fixture->error), CCLB_OK);
    assert_int_equal(wanted.found, 0);
    cclb_buffer text = {0};
    assert_int_equal(cclb_metrics_shared_to_prometheus(memory, bytes, NULL, &text, &fixture->error), CCLB_OK);
    assert_non_null(strstr((const char *)text.data, "cclb_plugin_calls_total{plugin=\"f\",hook=\"filter\","
                                                    "outcome=\"ok\"} 3000\n"));
    cclb_buffer_deinit(&text);
    /* One that comes later counts on from there, and shows all of it with its own gauges. */
    assert_int_equal(mprotect(memory, bytes, PROT_READ | PROT_WRITE), 0);
    cclb_runtime_options options = test_options(fixture);
    options.metrics = (cclb_metrics_options){.shared = memory, .shared_bytes = bytes};
    make_runtime(fixture, &options);
    expect(fixture, "cc_lb_compiled_module_cache_misses_total", WORKERS);
    expect(fixture, "cclb_slots", 0);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    expect(fixture, "cc_lb_compiled_module_cache_misses_total", WORKERS + 1);
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_OK);
    fixture->runtime = NULL;
    assert_int_equal(munmap(memory, bytes), 0);
}

static void the_parents_runtime_is_not_the_childs(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_options options = test_options(fixture);
    make_runtime(fixture, &options);
    fflush(NULL);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        cclb_buffer text = {0};
        struct wanted wanted = {.name = "cclb_slots"};
        bool refused =
            cclb_metrics_visit(fixture->runtime, look, &wanted, NULL) == CCLB_FORKED && wanted.found == 0 &&
            cclb_metrics_to_prometheus(fixture->runtime, NULL, &text, NULL) == CCLB_FORKED && text.data == NULL;
        /* Told by the signal that ends it at once: what the parent left here is no leak for anyone to report. */
        raise(refused ? SIGKILL : SIGTERM);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void refused_with(struct fixture *fixture, cclb_status status, const char *why)
{
    assert_int_equal(status, CCLB_INVALID_ARGUMENT);
    if (strstr(fixture->error.message, why) == NULL) {
        fail_msg("'%s' does not say '%s'", fixture->error.message, why);
    }
}

static void a_mapping_is_prepared_once_and_large_enough(void **state)
{
    struct fixture *fixture = *state;
    cclb_error *error = &fixture->error;
    size_t bytes = cclb_metrics_shared_bytes(PLUGINS);
    uint8_t *memory = make_mapping(bytes + 4096);
    assert_int_equal(cclb_metrics_shared_bytes(0), cclb_metrics_shared_bytes(64));
    assert_int_equal(cclb_metrics_shared_bytes(1025), 0);
    assert_true(cclb_metrics_shared_bytes(1024) > bytes);
    refused_with(fixture, cclb_metrics_shared_init(NULL, bytes, PLUGINS, error), "aligned");
    refused_with(fixture, cclb_metrics_shared_init(memory + 8, bytes, PLUGINS, error), "aligned");
    refused_with(fixture, cclb_metrics_shared_init(memory, bytes - 1, PLUGINS, error), "too small");
    refused_with(fixture, cclb_metrics_shared_init(memory, bytes, 1025, error), "plugins_max is 1025");
    refused_with(fixture, cclb_metrics_shared_init(memory, bytes, 0, error), "too small");
    memory[40] = 1;
    refused_with(fixture, cclb_metrics_shared_init(memory, bytes, PLUGINS, error), "in use, or was not zeroed");
    memory[40] = 0;
    assert_int_equal(cclb_metrics_shared_init(memory, bytes + 4096, PLUGINS, error), CCLB_OK);
    refused_with(fixture, cclb_metrics_shared_init(memory, bytes, PLUGINS, error), "in use");
    assert_int_equal(munmap(memory, bytes + 4096), 0);
}

static void a_mapping_that_is_none_makes_no_runtime(void **state)
{
    struct fixture *fixture = *state;
    cclb_error *error = &fixture->error;
    size_t bytes = cclb_metrics_shared_bytes(PLUGINS);
    void *memory = make_mapping(bytes);
    cclb_runtime_options options = test_options(fixture);
    options.metrics = (cclb_metrics_options){.shared = memory, .shared_bytes = bytes};
    struct wanted wanted = {.name = "cclb_slots"};
    cclb_buffer text = {0};
    refused_with(fixture, cclb_runtime_create(&options, &fixture->runtime, error), "not prepared");
    refused_with(fixture, cclb_metrics_shared_visit(memory, bytes, look, &wanted, error), "not prepared");
    refused_with(fixture, cclb_metrics_shared_to_prometheus(memory, bytes, NULL, &text, error), "not prepared");
    assert_int_equal(cclb_metrics_shared_init(memory, bytes, PLUGINS, error), CCLB_OK);
    options.metrics.shared_bytes = bytes - 1;
    refused_with(fixture, cclb_runtime_create(&options, &fixture->runtime, error), "too small");
    options.metrics.shared = NULL;
    refused_with(fixture, cclb_runtime_create(&options, &fixture->runtime, error), "no address");
    options.metrics.shared = MAP_FAILED;
    refused_with(fixture, cclb_runtime_create(&options, &fixture->runtime, error), "aligned");
    assert_null(fixture->runtime);
    assert_int_equal(munmap(memory, bytes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(r71_ratios_say_how_full_the_pool_is),
        CASE(r71_ratios_are_0_without_a_pool),
        CASE(r72_gauges_of_the_pool),
        CASE(r72_totals_are_0_on_demand),
        CASE(gauges_of_ours),
        CASE(r73_the_cache_of_compiled_modules),
        CASE(text_is_the_callers),
        CASE(workers_count_in_one_mapping),
        CASE(the_parents_runtime_is_not_the_childs),
        CASE(a_mapping_is_prepared_once_and_large_enough),
        CASE(a_mapping_that_is_none_makes_no_runtime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
