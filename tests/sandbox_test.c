/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox_test.c - what every sandbox promises, in every isolation and under every way of resetting memory: nothing of
 * one call is left for the next (R43), limits hold per call (R61, R62), guest code ends within its bound, and after a
 * fault everything is as before it.
 */
#include "cclb.h"
#include "engine/handover.h"
#include "expect.h"
#include "table.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct setting {
    cclb_isolation isolation;
    cclb_reset reset;
};

static const struct setting settings[] = {
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_CHECKED, CCLB_RESET_REWRITE},
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_PAGEMAP},  {CCLB_ISOLATION_CHECKED, CCLB_RESET_DECOMMIT},
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_GUARDED, CCLB_RESET_REWRITE},
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_DECOMMIT}, {CCLB_ISOLATION_ON_DEMAND, CCLB_RESET_AUTO},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

static cclb_runtime *make_runtime(const struct setting *setting, const cclb_runtime_options *base)
{
    cclb_runtime_options options = base ? *base : cclb_runtime_options_init();
    options.isolation = setting->isolation;
    options.reset = setting->reset;
    cclb_runtime *runtime = NULL;
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    return runtime;
}

static void destroy(cclb_runtime *runtime)
{
    cclb_error error;
    cclb_runtime_info info = cclb_runtime_info_init();
    EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, &error), CCLB_OK);
    EXPECT_EQUAL(info.stores_used, 0);
    EXPECT_EQUAL(info.memory_reserved_bytes, 0);
    EXPECT_EQUAL(cclb_runtime_destroy(runtime, &error), CCLB_OK);
}

static void load(cclb_runtime *runtime, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "plugins/%s.wasm", name);
    cclb_bytes wasm = data_file(path);
    cclb_error error;
    cclb_status status = cclb_slot_register(runtime, cclb_global_key(name), CCLB_SLOT_FILTER, wasm, NULL, NULL, &error);
    EXPECT_OR(status == CCLB_OK, error.message);
    free((void *)(uintptr_t)wasm.data);
}

/* One raw call with a request of 1 KiB and more, upon which the hostile plugins misbehave. */
static cclb_status call(cclb_runtime *runtime, const char *name, cclb_lease *lease, cclb_error *error)
{
    static uint8_t request[4096];
    const cclb_bytes piece = {request, sizeof request};
    cclb_slot_key key = cclb_global_key(name);
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    return cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &piece, 1, lease, error);
}

/* x-dirty-read writes all over its memory and answers with "accept" spoilt by what an earlier call left there. */
static void nothing_is_left_for_the_next_call(void)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], NULL);
        load(runtime, "x-dirty-read-w09");
        load(runtime, "x-good-min-w09"); /* another module in the same pool slots */
        uint8_t first[128];
        size_t first_len = 0;
        for (int n = 0; n < 100; n++) {
            cclb_lease lease;
            cclb_error error;
            EXPECT_EQUAL(call(runtime, "x-dirty-read-w09", &lease, &error), CCLB_OK);
            if (n == 0) {
                first_len = lease.output.len;
                EXPECT(first_len >= 1 && first_len <= sizeof first);
                memcpy(first, lease.output.data, first_len);
            }
            EXPECT_EQUAL(lease.output.len, first_len);
            EXPECT(memcmp(lease.output.data, first, first_len) == 0);
            cclb_lease_return(&lease);
            EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
            cclb_lease_return(&lease);
        }
        EXPECT_EQUAL(first[36], '0'); /* what it says of a clean memory */
        destroy(runtime);
    }
}

static void every_fault_leaves_the_runtime_as_it_was(void)
{
    static const char *const faulty[] = {
        "x-div0-call-w09",     "x-icall-null-call-w09", "x-oob-load-call-w09",
        "x-stack-call-w09",    "x-null-ptr-call-w09",   "x-oob-call-w09",
        "x-ptr-high-call-w09", "x-zero-len-call-w09",   "x-alloc-trap-big-w09",
    };
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], NULL);
        load(runtime, "x-good-min-w09");
        for (size_t k = 0; k < sizeof faulty / sizeof faulty[0]; k++) {
            load(runtime, faulty[k]);
            cclb_lease lease = {0};
            cclb_error error;
            for (int n = 0; n < 3; n++) {
                EXPECT(call(runtime, faulty[k], &lease, &error) > CCLB_OK);
                EXPECT(lease.lane == NULL);
                EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
                cclb_lease_return(&lease);
            }
        }
        destroy(runtime);
    }
}

static double seconds_of(clockid_t clock)
{
    struct timespec used;
    clock_gettime(clock, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void a_loop_ends_and_had_its_cpu_time(void)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.deadline[CCLB_HOOK_FILTER].base_ns = 40000000;
        cclb_runtime *runtime = make_runtime(&settings[i], &options);
        load(runtime, "x-loop-call-w09");
        cclb_lease lease = {0};
        cclb_error error;
        double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        double began = seconds_of(CLOCK_MONOTONIC);
        EXPECT_EQUAL(call(runtime, "x-loop-call-w09", &lease, &error), CCLB_DEADLINE);
        double used = seconds_of(CLOCK_THREAD_CPUTIME_ID) - before;
        double lasted = seconds_of(CLOCK_MONOTONIC) - began;
        EXPECT_EQUAL(error.phase, CCLB_PHASE_HOOK);
        EXPECT_EQUAL(error.hook, CCLB_HOOK_FILTER);
        EXPECT(used >= 0.035 || lasted >= 0.4); /* no less than it was promised, or ten times that by the clock (ADR 3) */
        destroy(runtime);
    }
}

/* In a child the thread has another number, and with it another clock of its CPU time. */
static void a_loop_in_a_forked_child_is_stopped_by_cpu_time_too(void)
{
    cclb_runtime *parents = make_runtime(&settings[0], NULL);
    load(parents, "x-good-min-w09");
    cclb_lease lease = {0};
    cclb_error error;
    EXPECT_EQUAL(call(parents, "x-good-min-w09", &lease, &error), CCLB_OK); /* this thread has called before */
    cclb_lease_return(&lease);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.deadline[CCLB_HOOK_FILTER].base_ns = 200000000;
        cclb_runtime *runtime = make_runtime(&settings[0], &options);
        load(runtime, "x-loop-call-w09");
        double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        EXPECT_EQUAL(call(runtime, "x-loop-call-w09", &lease, &error), CCLB_DEADLINE);
        double used = seconds_of(CLOCK_THREAD_CPUTIME_ID) - before;
        EXPECT(used >= 0.19);
        EXPECT(used < 1.5); /* ten times the bound is what ends it if its CPU time cannot be read */
        destroy(runtime);
        _exit(0);
    }
    int status = 0;
    EXPECT_EQUAL(waitpid(child, &status, 0), child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    destroy(parents);
}

/* x-bigfunc makes the compiler work; a thread that is too small for it is told before that. */
static void *register_on_small_stack(void *context)
{
    cclb_bytes wasm = data_file("plugins/x-bigfunc-w09.wasm");
    static cclb_status statuses[2];
    cclb_report *report = NULL;
    statuses[0] = cclb_slot_register(context, cclb_global_key("big"), CCLB_SLOT_FILTER, wasm, NULL, NULL, NULL);
    statuses[1] = cclb_admit(context, wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report, NULL);
    free((void *)(uintptr_t)wasm.data);
    return statuses;
}

static void a_small_stack_is_told_before_anything_compiles(void)
{
    cclb_runtime *runtime = make_runtime(&settings[0], NULL);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    EXPECT_EQUAL(pthread_attr_setstacksize(&attributes, 64 << 10), 0);
    pthread_t thread;
    EXPECT_EQUAL(pthread_create(&thread, &attributes, register_on_small_stack, runtime), 0);
    void *result = NULL;
    EXPECT_EQUAL(pthread_join(thread, &result), 0);
    pthread_attr_destroy(&attributes);
    const cclb_status *statuses = result;
    EXPECT_EQUAL(statuses[0], CCLB_STACK_TOO_SMALL);
    EXPECT_EQUAL(statuses[1], CCLB_STACK_TOO_SMALL);
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error error;
    EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, &error), CCLB_OK);
    EXPECT_EQUAL(info.compiled_modules, 0);
    destroy(runtime);
}

static void extreme_options_work(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.stack_max_bytes = 4 << 20;
    options.memory_max_bytes = 4 * 65536;
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        options.deadline[i].base_ns = UINT64_MAX;
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], &options);
        load(runtime, "x-good-min-w09");
        cclb_lease lease = {0};
        cclb_error error;
        EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
        cclb_lease_return(&lease);
        cclb_lease_return(NULL);
        destroy(runtime);
    }
}

/* Leases hold all the memory there is; a trial call has a budget of its own. */
static void a_module_can_be_admitted_while_calls_hold_all_memory(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.memory_total_max_bytes = UINT64_C(128) << 20;
    cclb_runtime *runtime = make_runtime(&settings[0], &options);
    load(runtime, "x-good-min-w09");
    cclb_lease lease = {0};
    cclb_lease second = {0};
    cclb_error error;
    EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
    EXPECT_EQUAL(call(runtime, "x-good-min-w09", &second, &error), CCLB_SATURATED);
    EXPECT_EQUAL(error.resource, CCLB_RESOURCE_MEMORY);
    load(runtime, "accept_all-pdk0.2.0");
    cclb_lease_return(&lease);
    destroy(runtime);
}

static void metering_counts_and_bounds_fuel(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.metering = true;
    options.fuel = 1000000;
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], &options);
        load(runtime, "x-good-min-w09");
        load(runtime, "x-loop-call-w09");
        cclb_lease lease = {0};
        cclb_error error;
        EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
        uint64_t fuel = lease.fuel;
        EXPECT(fuel >= 1 && fuel <= 1000);
        cclb_lease_return(&lease);
        EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
        EXPECT_EQUAL(lease.fuel, fuel); /* it is deterministic */
        cclb_lease_return(&lease);
        EXPECT_EQUAL(call(runtime, "x-loop-call-w09", &lease, &error), CCLB_FUEL);
        EXPECT(strstr(error.message, "1000000 units of fuel") != NULL);
        destroy(runtime);
    }
}

static void keep_fuel(void *context, const cclb_call_record *record)
{
    *(uint64_t *)context = record->fuel;
}

/* Fuel of the same call is the same in the result, the log record and, of the trial call, the report. */
static void fuel_is_told_wherever_a_call_is(void)
{
    for (int metering = 0; metering < 2; metering++) {
        uint64_t logged = UINT64_MAX;
        cclb_runtime_options options = cclb_runtime_options_init();
        options.metering = metering;
        options.log = (cclb_log){.call = keep_fuel, .context = &logged};
        for (size_t i = 0; i < SETTINGS; i++) {
            cclb_runtime *runtime = make_runtime(&settings[i], &options);
            load(runtime, "x-good-min-w09");
            cclb_lease lease;
            cclb_error error;
            EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
            EXPECT_EQUAL(lease.fuel > 0, metering);
            EXPECT_EQUAL(logged, lease.fuel);
            cclb_bytes wasm = data_file("plugins/x-good-min-w09.wasm");
            cclb_report *report = NULL;
            EXPECT_EQUAL(cclb_admit(runtime, wasm, CCLB_SLOT_FILTER, CCLB_REFERENCE_ANY, &report, &error), CCLB_OK);
            EXPECT_EQUAL(report->hooks[0].probe_fuel, lease.fuel); /* it does the same whatever it is asked */
            cclb_report_destroy(report);
            free((void *)(uintptr_t)wasm.data);
            cclb_lease_return(&lease);
            destroy(runtime);
        }
    }
}

static void keep_fuel_of_capsule(void *context, cclb_bytes json, const cclb_capsule_info *info)
{
    (void)json;
    *(uint64_t *)context = info->fuel;
}

/* That of a call that failed stands in the log record and in the capsule: all there was, if that is why. */
static void fuel_of_a_failed_call_is_told_too(void)
{
    uint64_t logged = 0;
    uint64_t in_capsule = 0;
    cclb_runtime_options options = cclb_runtime_options_init();
    options.metering = true;
    options.fuel = 1000000;
    options.log = (cclb_log){.call = keep_fuel, .context = &logged};
    options.capsules.call = keep_fuel_of_capsule;
    options.capsules.context = &in_capsule;
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], &options);
        load(runtime, "x-div0-call-w09");
        load(runtime, "x-loop-call-w09");
        cclb_lease lease;
        cclb_error error;
        EXPECT_EQUAL(call(runtime, "x-div0-call-w09", &lease, &error), CCLB_TRAP);
        EXPECT(logged >= 1 && logged <= 1000);
        EXPECT_EQUAL(in_capsule, logged);
        EXPECT_EQUAL(call(runtime, "x-loop-call-w09", &lease, &error), CCLB_FUEL);
        EXPECT_EQUAL(logged, options.fuel);
        EXPECT_EQUAL(in_capsule, options.fuel);
        destroy(runtime);
    }
}

static void memory_grows_to_its_limit_and_no_further(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.memory_max_bytes = 40 * 65536;
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], &options);
        load(runtime, "x-mem-bomb-call-w09");
        cclb_lease lease;
        cclb_error error;
        EXPECT_EQUAL(call(runtime, "x-mem-bomb-call-w09", &lease, &error), CCLB_OK);
        EXPECT(lease.memory_bytes >= 24 * 65536 && lease.memory_bytes <= 40 * 65536);
        cclb_lease_return(&lease);
        cclb_bytes large = data_file("plugins/x-mem-initial-2048-w09.wasm");
        EXPECT(cclb_slot_register(runtime, cclb_global_key("large"), CCLB_SLOT_FILTER, large, NULL, NULL, &error) >
               CCLB_OK);
        EXPECT(strstr(error.message, "memory") != NULL);
        free((void *)(uintptr_t)large.data);
        destroy(runtime);
    }
}

/* x-mem-bomb-probe takes all it can get already in the trial call; each call after it starts where the first did. */
static void a_memory_that_grew_to_its_limit_is_small_again(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.memory_max_bytes = 400 * 65536;
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = UINT64_C(60000000000); /* page faults are the guest's time, too */
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], &options);
        load(runtime, "x-good-min-w09");
        load(runtime, "x-mem-bomb-probe-w09");
        for (int n = 0; n < 3; n++) {
            cclb_lease lease;
            cclb_error error;
            EXPECT_EQUAL(call(runtime, "x-mem-bomb-probe-w09", &lease, &error), CCLB_OK);
            EXPECT(lease.memory_bytes >= 384 * 65536 && lease.memory_bytes <= 400 * 65536);
            cclb_lease_return(&lease);
            EXPECT_EQUAL(call(runtime, "x-good-min-w09", &lease, &error), CCLB_OK);
            EXPECT_EQUAL(lease.memory_bytes, 2 * 65536);
            cclb_lease_return(&lease);
        }
        destroy(runtime);
    }
}

enum { CALLERS = 8, ROOM = 3, ROUNDS = 300 };

/*
 * What threads hold at the same moment, counted by themselves: from a call's return to before its lease goes home. Of
 * their first calls none gives its memory back before all have been made, so that some are refused however threads take
 * turns.
 */
struct load_state {
    cclb_runtime *runtime;
    pthread_barrier_t first_call_made;
    _Atomic uint32_t held;
    _Atomic uint32_t most;
    _Atomic uint32_t refused;
};

static void hold_and_return(struct load_state *state, bool first)
{
    cclb_lease lease;
    cclb_error error;
    cclb_status status = call(state->runtime, "x-good-min-w09", &lease, &error);
    if (status == CCLB_OK) {
        uint32_t held = atomic_fetch_add(&state->held, 1) + 1;
        uint32_t most = atomic_load(&state->most);
        while (held > most && !atomic_compare_exchange_weak(&state->most, &most, held)) {
        }
        cclb_runtime_info info = cclb_runtime_info_init();
        EXPECT_EQUAL(cclb_runtime_describe(state->runtime, &info, &error), CCLB_OK);
        EXPECT(info.memory_reserved_bytes <= ROOM * info.memory_max_bytes);
    } else {
        EXPECT_EQUAL(status, CCLB_SATURATED);
        EXPECT_EQUAL(error.resource, CCLB_RESOURCE_MEMORY);
        atomic_fetch_add(&state->refused, 1);
    }
    if (first) {
        (void)pthread_barrier_wait(&state->first_call_made);
    }
    sched_yield();
    if (status == CCLB_OK) {
        atomic_fetch_sub(&state->held, 1);
        cclb_lease_return(&lease);
    }
}

static void *load_memory(void *context)
{
    for (int n = 0; n < ROUNDS; n++) {
        hold_and_return(context, n == 0);
    }
    return NULL;
}

static void the_total_of_memory_is_never_exceeded(void)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.memory_max_bytes = 4 << 20;
        options.memory_total_max_bytes = ROOM * options.memory_max_bytes;
        struct load_state state = {.runtime = make_runtime(&settings[i], &options)};
        EXPECT_EQUAL(pthread_barrier_init(&state.first_call_made, NULL, CALLERS), 0);
        load(state.runtime, "x-good-min-w09");
        pthread_t threads[CALLERS];
        for (size_t k = 0; k < CALLERS; k++) {
            EXPECT_EQUAL(pthread_create(&threads[k], NULL, load_memory, &state), 0);
        }
        for (size_t k = 0; k < CALLERS; k++) {
            EXPECT_EQUAL(pthread_join(threads[k], NULL), 0);
        }
        EXPECT(state.most >= 1 && state.most <= ROOM);
        EXPECT(state.refused >= CALLERS - ROOM);
        EXPECT_EQUAL(pthread_barrier_destroy(&state.first_call_made), 0);
        destroy(state.runtime); /* nothing is reserved any more */
    }
}

/* Endless recursion on a thread whose stack is this large: a trap, wherever the host's stack ends. */
static void *recurse(void *context)
{
    cclb_lease lease;
    cclb_error error;
    EXPECT_EQUAL(call(context, "x-stack-call-w09", &lease, &error), CCLB_TRAP);
    EXPECT_EQUAL(error.trap, CCLB_TRAP_STACK_OVERFLOW);
    return NULL;
}

static void deep_recursion_is_a_trap_on_every_stack(void)
{
    /* A stack also holds what the thread sanitizer keeps of a thread, which is most of a MiB. */
    static const size_t stacks[] = {3 << 20, 8 << 20, 64 << 20};
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], NULL);
        load(runtime, "x-stack-call-w09");
        for (size_t k = 0; k < sizeof stacks / sizeof stacks[0]; k++) {
            pthread_attr_t attributes;
            pthread_t thread;
            pthread_attr_init(&attributes);
            EXPECT_EQUAL(pthread_attr_setstacksize(&attributes, stacks[k]), 0);
            EXPECT_EQUAL(pthread_create(&thread, &attributes, recurse, runtime), 0);
            EXPECT_EQUAL(pthread_join(thread, NULL), 0);
            pthread_attr_destroy(&attributes);
        }
        destroy(runtime);
    }
}

static void the_pool_is_told_apart_from_the_permits(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.stores_max = 3;
    options.pool_instances = 2;
    const struct setting pooled[] = {settings[0], settings[4]};
    for (size_t i = 0; i < 2; i++) {
        cclb_runtime *runtime = make_runtime(&pooled[i], &options);
        load(runtime, "x-good-min-w09");
        cclb_lease leases[3] = {0};
        cclb_error error;
        EXPECT_EQUAL(call(runtime, "x-good-min-w09", &leases[0], &error), CCLB_OK);
        EXPECT_EQUAL(call(runtime, "x-good-min-w09", &leases[1], &error), CCLB_OK);
        EXPECT_EQUAL(call(runtime, "x-good-min-w09", &leases[2], &error), CCLB_SATURATED);
        EXPECT_EQUAL(error.rule, 45);
        EXPECT_EQUAL(error.resource, CCLB_RESOURCE_POOL);
        cclb_lease_return(&leases[0]);
        cclb_lease_return(&leases[1]);
        destroy(runtime);
    }
}

int main(void)
{
    RUN(nothing_is_left_for_the_next_call);
    RUN(every_fault_leaves_the_runtime_as_it_was);
    RUN(a_loop_ends_and_had_its_cpu_time);
    if (!HANDOVER_WATCHED) { /* the thread sanitizer cannot start threads in a forked child */
        RUN(a_loop_in_a_forked_child_is_stopped_by_cpu_time_too);
    }
    RUN(a_small_stack_is_told_before_anything_compiles);
    RUN(extreme_options_work);
    RUN(a_module_can_be_admitted_while_calls_hold_all_memory);
    RUN(metering_counts_and_bounds_fuel);
    RUN(fuel_is_told_wherever_a_call_is);
    RUN(fuel_of_a_failed_call_is_told_too);
    RUN(memory_grows_to_its_limit_and_no_further);
    RUN(a_memory_that_grew_to_its_limit_is_small_again);
    RUN(the_total_of_memory_is_never_exceeded);
    RUN(deep_recursion_is_a_trap_on_every_stack);
    RUN(the_pool_is_told_apart_from_the_permits);
    return 0;
}
