/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - request threads share nothing but the runtime; the swapping thread waits for nobody's call to end.
 */

#include "load.h"

#include "cclb/runtime.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct load {
    cclb_runtime *runtime;
    cclb_target target;
    const cclb_request *request;
    _Atomic bool stop;
    _Atomic uint64_t newest_version; /* that any call was answered by */
};

struct caller {
    struct load *load;
    struct load_result result;
    pthread_t thread;
};

static void note_fault(struct load_result *result, const cclb_error *error)
{
    if (result->failed++ == 0) {
        result->first_fault = *error;
    }
}

static void *call_until_stopped(void *context)
{
    struct caller *caller = context;
    struct load *load = caller->load;
    uint64_t last_version = 0;
    while (!atomic_load(&load->stop)) {
        cclb_error error;
        cclb_filter_result result;
        caller->result.calls++;
        if (cclb_filter(load->runtime, &load->target, load->request, &result, &error) != CCLB_OK) {
            note_fault(&caller->result, &error);
            continue;
        }
        if (result.kept_count == 0) {
            error = (cclb_error){.status = CCLB_INTERNAL, .message = "the filter kept no candidate"};
            note_fault(&caller->result, &error);
        }
        if (result.lease.version != last_version) {
            last_version = result.lease.version;
            caller->result.versions_seen++;
            uint64_t newest = atomic_load(&load->newest_version);
            while (newest < last_version &&
                   !atomic_compare_exchange_weak(&load->newest_version, &newest, last_version)) {
            }
        }
        cclb_lease_return(&result.lease);
    }
    return NULL;
}

/* Until a call was answered by this version. */
static void wait_for_version(struct load *load, uint64_t version)
{
    while (atomic_load(&load->newest_version) < version) {
        sched_yield();
    }
}

cclb_status swap_under_load(cclb_runtime *runtime, cclb_slot_key key, const cclb_request *request,
                            const cclb_bytes modules[2], uint64_t swaps, struct load_result *result, cclb_error *error)
{
    struct load load = {
        .runtime = runtime,
        .target = cclb_by_key(key.principal, key.plugin),
        .request = request,
    };
    struct caller callers[LOAD_THREADS] = {0};
    int started = 0;
    while (started < LOAD_THREADS) {
        callers[started].load = &load;
        if (pthread_create(&callers[started].thread, NULL, call_until_stopped, &callers[started]) != 0) {
            break;
        }
        started++;
    }
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED; /* nothing shall pass for a success that is none */
    cclb_status status = CCLB_OK;
    uint64_t done = 0;
    while (started > 0 && done < swaps && status == CCLB_OK) {
        cclb_slot_registration registration;
        status =
            cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, modules[done % 2], &options, &registration, error);
        if (status == CCLB_OK) {
            done++;
            wait_for_version(&load, registration.version);
        }
    }
    atomic_store(&load.stop, true);
    *result = (struct load_result){.swaps = done};
    for (int i = 0; i < started; i++) {
        pthread_join(callers[i].thread, NULL);
        const struct load_result *one = &callers[i].result;
        if (result->failed == 0 && one->failed > 0) {
            result->first_fault = one->first_fault;
        }
        result->calls += one->calls;
        result->failed += one->failed;
        if (one->versions_seen > result->versions_seen) {
            result->versions_seen = one->versions_seen;
        }
    }
    return status;
}
