/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stress_test.c - four threads at once do everything a host can do: register, swap, evict, retain, take handles, call
 * by key and by handle, keep leases, describe, visit. Only outcomes that the contract allows may come back, no answer
 * may be wrong, and at the end nothing is open. For the thread sanitizer above all.
 *
 * usage: stress_test SECONDS checked|guarded|on_demand
 */
#include "cclb.h"
#include "table.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS = 4, SLOTS = 3, MODULES = 4 };

static const char *const module_files[MODULES] = {
    "plugins/accept_all-pdk0.1.0.wasm",
    "plugins/accept_all-pdk0.1.1.wasm",
    "plugins/accept_all_view-pdk0.1.2.wasm",
    "plugins/accept_all_view-pdk0.2.0.wasm",
};

static const char *const slot_names[SLOTS] = {"one", "two", "three"};

/* Ten times as much on the clock stops a call in any case: on a busy machine, for minutes, that must be long. */
static const uint64_t deadline_ns = UINT64_C(10000000000);

struct stress {
    cclb_runtime *runtime;
    cclb_bytes modules[MODULES];
    size_t results; /* in a right answer: the fake engine names no candidate */
    _Atomic bool stop;
    _Atomic uint64_t calls;
    _Atomic uint64_t answered;
    _Atomic uint64_t swaps;
    _Atomic uint64_t wrong;
};

struct worker {
    struct stress *stress;
    uint64_t random;
    pthread_t thread;
};

/* xorshift64: different on every thread, the same in every run. */
static uint64_t next_random(struct worker *worker)
{
    worker->random ^= worker->random << 13;
    worker->random ^= worker->random >> 7;
    worker->random ^= worker->random << 17;
    return worker->random;
}

static void wrong(struct stress *stress, const char *what, const cclb_error *error)
{
    if (atomic_fetch_add(&stress->wrong, 1) < 10) {
        printf("%s: %s: %s\n", what, cclb_status_name(error->status), error->message);
    }
}

static void call(struct worker *worker, const cclb_target *target)
{
    static const cclb_upstream_candidate candidates[] = {
        {.upstream_id = {(const uint8_t *)"00000000-0000-0000-0000-000000000001", 36}},
        {.upstream_id = {(const uint8_t *)"00000000-0000-0000-0000-000000000002", 36}},
    };
    static const cclb_filter_request request = {.candidates = {candidates, 2}};
    struct stress *stress = worker->stress;
    cclb_lease lease;
    cclb_filter_response_view answer;
    cclb_error error;
    atomic_fetch_add_explicit(&stress->calls, 1, memory_order_relaxed);
    cclb_status status = cclb_call_filter(stress->runtime, target, &request, &lease, &answer, &error);
    if (status == CCLB_OK) {
        atomic_fetch_add_explicit(&stress->answered, 1, memory_order_relaxed);
        bool right = answer.results.count == stress->results;
        if (right && answer.results.count == 2) {
            cclb_candidate_reason last = cclb_candidate_reason_at(answer.results, 1);
            right = cclb_bytes_equal(last.upstream_id, candidates[1].upstream_id);
        }
        if (!right) {
            error = (cclb_error){.status = CCLB_INTERNAL, .message = "an answer to another question"};
            wrong(stress, "call", &error);
        }
        cclb_lease_return(&lease);
    } else if (!(status == CCLB_REJECTED && error.rule == 41) && status != CCLB_SATURATED) {
        wrong(stress, "call", &error);
    }
}

static void call_by_handle(struct worker *worker, cclb_slot_key key)
{
    cclb_error error;
    cclb_handle *handle = NULL;
    cclb_status status = cclb_handle_create(worker->stress->runtime, key, &handle, &error);
    if (status == CCLB_OK) {
        cclb_target target = cclb_by_handle(handle);
        call(worker, &target);
        cclb_handle_destroy(handle);
    } else if (error.rule != 41) {
        wrong(worker->stress, "handle", &error);
    }
}

static void swap(struct worker *worker, cclb_slot_key key)
{
    cclb_error error;
    struct stress *stress = worker->stress;
    cclb_bytes wasm = stress->modules[next_random(worker) % MODULES];
    if (cclb_slot_register(stress->runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK) {
        atomic_fetch_add_explicit(&stress->swaps, 1, memory_order_relaxed);
    } else {
        wrong(stress, "register", &error);
    }
}

static void count_slot(void *context, const cclb_slot_info *info)
{
    size_t *count = context;
    *count += info->version > 0;
}

static void look_around(struct worker *worker)
{
    cclb_error error;
    cclb_runtime_info info = cclb_runtime_info_init();
    size_t count = 0;
    if (cclb_runtime_describe(worker->stress->runtime, &info, &error) != CCLB_OK ||
        cclb_slot_visit(worker->stress->runtime, count_slot, &count, &error) != CCLB_OK) {
        wrong(worker->stress, "look around", &error);
    }
    if (count > SLOTS || info.stores_used > info.stores_max + 4) {
        error = (cclb_error){.status = CCLB_INTERNAL, .message = "more slots or stores than there can be"};
        wrong(worker->stress, "look around", &error);
    }
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct stress *stress = worker->stress;
    while (!atomic_load_explicit(&stress->stop, memory_order_relaxed)) {
        uint64_t dice = next_random(worker) % 100;
        cclb_slot_key key = cclb_global_key(slot_names[next_random(worker) % SLOTS]);
        cclb_target target = cclb_by_key(key.principal, key.plugin);
        cclb_error error;
        cclb_status status = CCLB_OK;
        if (dice < 60) {
            call(worker, &target);
        } else if (dice < 80) {
            call_by_handle(worker, key);
        } else if (dice < 92) {
            swap(worker, key);
        } else if (dice < 96) {
            status = cclb_slot_evict(stress->runtime, key, NULL, &error);
        } else if (dice < 98) {
            status = cclb_slot_retain(stress->runtime, &key, 1, NULL, NULL, &error);
        } else {
            look_around(worker);
        }
        if (status != CCLB_OK) {
            wrong(stress, "evict or retain", &error);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    long seconds = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    cclb_runtime_options options = cclb_runtime_options_init();
    if (seconds <= 0 || !cclb_isolation_from_name(cclb_text(argv[2]), &options.isolation)) {
        fprintf(stderr, "usage: stress_test SECONDS checked|guarded|on_demand\n");
        return 2;
    }
    struct stress stress = {0};
    cclb_error error;
    options.stores_max = THREADS - 1; /* so that saturation happens too */
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = deadline_ns;
    }
    if (cclb_runtime_create(&options, &stress.runtime, &error) != CCLB_OK) {
        printf("no runtime: %s\n", error.message);
        return 1;
    }
    cclb_runtime_info made = cclb_runtime_info_init();
    if (cclb_runtime_describe(stress.runtime, &made, &error) != CCLB_OK) {
        printf("no description: %s\n", error.message);
        return 1;
    }
    stress.results = strcmp(made.engine, "fake") == 0 ? 0 : 2;
    for (size_t i = 0; i < MODULES; i++) {
        stress.modules[i] = data_file(module_files[i]);
    }
    struct worker workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.stress = &stress, .random = 0x9e3779b97f4a7c15u * (i + 1)};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            printf("no thread\n");
            return 1;
        }
    }
    nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
    atomic_store(&stress.stop, true);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    cclb_runtime_info info = cclb_runtime_info_init();
    if (cclb_runtime_describe(stress.runtime, &info, &error) != CCLB_OK || info.stores_used != 0 ||
        info.leases_open != 0) {
        printf("%u stores and %u leases are still open\n", info.stores_used, info.leases_open);
        atomic_fetch_add(&stress.wrong, 1);
    }
    if (cclb_runtime_destroy(stress.runtime, &error) != CCLB_OK) {
        printf("destroy: %s\n", error.message);
        atomic_fetch_add(&stress.wrong, 1);
    }
    for (size_t i = 0; i < MODULES; i++) {
        free((void *)(uintptr_t)stress.modules[i].data);
    }
    printf("remark: stress: %s, %s, %ld s on %d threads: %" PRIu64 " calls, %" PRIu64 " answered, %" PRIu64
           " registrations, %" PRIu64 " wrong\n",
           made.engine, argv[2], seconds, THREADS, atomic_load(&stress.calls), atomic_load(&stress.answered),
           atomic_load(&stress.swaps), atomic_load(&stress.wrong));
    return atomic_load(&stress.wrong) == 0 && atomic_load(&stress.answered) > 0 ? 0 : 1;
}
