/* SPDX-License-Identifier: Apache-2.0 */
/*
 * soak.c - a host's whole life, long: threads call honest and hostile plugins, some of which leave secrets and look for
 * those of others, feed streams that keep their sandbox, swap, evict, quarantine, read the metrics and fork, all at once and
 * in an order that a seed decides; in one isolation and reset policy after the other. At the end the answers were right,
 * nothing is open, no budget is in use, no descriptor more is open than before, and the process has not grown.
 *
 * usage: soak CALLS [SEED]
 */
#include "cclb.h"
#include "engine/handover.h"
#include "table.h"

#include <dirent.h>
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Of each setting's calls there are so many parts; after each of them all threads have ended. */
enum { THREADS = 4, PARTS = 5, LARGEST = 2 << 20 };

/*
 * How much larger the process may be at the end of a setting than after its first part, and without a runtime after the
 * last setting than after the first. In runs of 20,000 calls and of a million the heap was 1.4 KiB larger at the most, and
 * what is resident 420 KiB; what pools may keep comes on top. A byte that each call leaked would be 17,000 in the shorter
 * run, from the first setting to the last.
 */
static const uint64_t heap_growth_allowed = 8 << 10;
static const uint64_t resident_growth_allowed = 1 << 20;

/* First one in which the engine opens the page map, once for the process. */
static const struct setting {
    cclb_isolation isolation;
    cclb_reset reset;
} settings[] = {
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_GUARDED, CCLB_RESET_REWRITE},
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_DECOMMIT}, {CCLB_ISOLATION_CHECKED, CCLB_RESET_AUTO},
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_PAGEMAP},  {CCLB_ISOLATION_CHECKED, CCLB_RESET_REWRITE},
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_DECOMMIT}, {CCLB_ISOLATION_ON_DEMAND, CCLB_RESET_AUTO},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* What is registered, and what may come of a raw call of its filter. */
static const struct guest {
    const char *file;
    unsigned weight; /* how often it is called */
    cclb_status outcome;
} guests[] = {
    {"plugins/accept_all-pdk0.2.0.wasm", 400, CCLB_OK},
    {"plugins/weighted_view-pdk0.1.2.wasm", 200, CCLB_OK},
    {"plugins/all_hooks-pdk0.1.1.wasm", 200, CCLB_OK},
    {"hostile/spy.wasm", 120, CCLB_OK},
    {"plugins/x-dirty-read-w09.wasm", 40, CCLB_OK},
    {"plugins/x-div0-call-w09.wasm", 10, CCLB_TRAP},
    {"plugins/x-stack-call-w09.wasm", 5, CCLB_TRAP},
    {"plugins/x-oob-load-call-w09.wasm", 10, CCLB_TRAP},
    {"plugins/x-ptr-high-call-w09.wasm", 10, CCLB_REJECTED},
    {"plugins/x-mem-bomb-call-w09.wasm", 1, CCLB_OK},
    {"plugins/x-loop-call-w09.wasm", 1, CCLB_DEADLINE},
    {"hostile/grow-memory-fails.wasm", 1, CCLB_DEADLINE},
};
enum { GUESTS = sizeof guests / sizeof guests[0], KITS = 3, SPY = 3, DIRTY_READ = 4 };

static struct soak {
    const struct setting *setting;
    cclb_runtime *runtime;
    cclb_bytes modules[GUESTS];
    unsigned weights;
    uint64_t wanted;
    _Atomic uint64_t calls;
    _Atomic uint64_t outcomes[32]; /* by status; those below 0 last */
    _Atomic uint64_t events;
    _Atomic uint64_t swaps;
    _Atomic uint64_t forks;
    _Atomic uint64_t wrong;
} soak;

struct worker {
    uint64_t random;
    pthread_t thread;
};

static uint8_t bytes[LARGEST]; /* zeros: a request that no spy finds a word in */

/* xorshift64: different on every thread, the same in every run. */
static uint64_t next_random(struct worker *worker)
{
    worker->random ^= worker->random << 13;
    worker->random ^= worker->random >> 7;
    worker->random ^= worker->random << 17;
    return worker->random;
}

static void wrong(const char *what, const cclb_error *error)
{
    if (atomic_fetch_add(&soak.wrong, 1) < 20) {
        printf("soak: %s: %s: %s\n", what, cclb_status_name(error->status), error->message);
    }
}

static void key_of(size_t guest, cclb_slot_key *key)
{
    *key = cclb_global_key(guests[guest].file);
}

/* What may happen to any call, whatever the plugin: a moment without room, an evicted slot, a quarantine. */
static bool may_happen(cclb_status status, const cclb_error *error)
{
    return status == CCLB_SATURATED || status == CCLB_QUARANTINED || (status == CCLB_REJECTED && error->rule == 41);
}

static void count_outcome(cclb_status status)
{
    unsigned at = (unsigned)(status >= 0 ? status : 32 + status) % 32;
    atomic_fetch_add_explicit(&soak.outcomes[at], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&soak.calls, 1, memory_order_relaxed);
    if (status == CCLB_SATURATED) {
        sched_yield();
    }
}

static size_t choose_guest(struct worker *worker)
{
    unsigned at = (unsigned)(next_random(worker) % soak.weights);
    size_t guest = 0;
    while (at >= guests[guest].weight) {
        at -= guests[guest++].weight;
    }
    return guest;
}

static size_t choose_size(struct worker *worker)
{
    uint64_t r = next_random(worker);
    return r % 100 == 0 ? next_random(worker) % LARGEST : 1024 + next_random(worker) % (8 << 10);
}

/* What a spy is told to do, and what comes of it; the file says what the letters mean. */
static const struct order {
    const char *words;
    unsigned weight;
    cclb_status outcome;
} orders[] = {
    {"spy:r", 46, CCLB_OK},  {"spy:w", 30, CCLB_OK}, {"spy:s", 10, CCLB_OK},      {"spy:b", 4, CCLB_OK},
    {"spy:t", 7, CCLB_TRAP}, {"spy:m", 2, CCLB_OK},  {"spy:l", 1, CCLB_DEADLINE},
};

static const struct order *choose_order(struct worker *worker)
{
    unsigned at = (unsigned)(next_random(worker) % 100);
    const struct order *order = orders;
    while (at >= order->weight) {
        at -= order->weight;
        order++;
    }
    return order;
}

/* One that writes all over its memory, and answers with a digit for what it found there before. */
static bool says_clean(cclb_bytes answer)
{
    return answer.len > 36 && answer.data[36] == '0';
}

static void call_raw(struct worker *worker)
{
    size_t guest = choose_guest(worker);
    cclb_slot_key key;
    key_of(guest, &key);
    const cclb_target target = cclb_by_key(key.principal, key.plugin);
    const struct order *order = choose_order(worker);
    const cclb_bytes pieces[] = {cclb_text(guest == SPY ? order->words : ""), {bytes, choose_size(worker)}};
    const cclb_status outcome = guest == SPY ? order->outcome : guests[guest].outcome;
    cclb_lease lease;
    cclb_error error;
    if (guest < KITS) {
        return; /* which want a request that is one */
    }
    cclb_status status = cclb_call_raw(soak.runtime, &target, CCLB_HOOK_FILTER, pieces, 2, &lease, &error);
    if (status == CCLB_OK) {
        if (guest == DIRTY_READ && !says_clean(lease.output)) {
            error = (cclb_error){.status = CCLB_INTERNAL, .message = "what another call wrote was there"};
            wrong(guests[guest].file, &error);
        }
        cclb_lease_return(&lease);
    }
    /*
     * A process that is starved of CPU time is stopped by the clock, which is no fault of the plugin; and some have room
     * for small requests alone.
     */
    bool no_room = status == CCLB_TRAP && error.phase == CCLB_PHASE_WRITE;
    if (status != outcome && !may_happen(status, &error) && status != CCLB_DEADLINE && !no_room) {
        wrong(guests[guest].file, &error);
    }
    count_outcome(status);
}

static void call_kit(struct worker *worker)
{
    static const cclb_candidate candidates[] = {
        {.id = {{1}}, .name = {(const uint8_t *)"one", 3}},
        {.id = {{2}}, .name = {(const uint8_t *)"two", 3}},
    };
    cclb_slot_key key;
    key_of(next_random(worker) % KITS, &key);
    const cclb_target target = cclb_by_key(key.principal, key.plugin);
    const cclb_bytes body = {bytes, choose_size(worker)};
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.body = (cclb_spans){&body, 1};
    request.candidates = candidates;
    request.candidate_count = 2;
    cclb_filter_result result;
    cclb_error error;
    cclb_status status = cclb_filter(soak.runtime, &target, &request, &result, &error);
    if (status == CCLB_OK) {
        if (result.kept_count + result.rejected_count != 2) {
            error = (cclb_error){.status = CCLB_INTERNAL, .message = "an answer to another question"};
            wrong("filter", &error);
        }
        cclb_lease_return(&result.lease);
    } else if (!may_happen(status, &error) && status != CCLB_DEADLINE) {
        wrong("filter", &error);
    }
    count_outcome(status);
}

static void forget(void *context, cclb_bytes output)
{
    (void)context;
    (void)output;
}

/* A stream with a spy: its first event finds nothing of anybody else's, and leaves something. */
static void stream(struct worker *worker)
{
    cclb_slot_key key = cclb_global_key("stream");
    cclb_handle *handle;
    cclb_error error;
    if (cclb_handle_create(soak.runtime, key, &handle, &error) != CCLB_OK) {
        return; /* evicted */
    }
    const cclb_target target = cclb_by_handle(handle);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    cclb_response response = cclb_response_init();
    response.status = 200;
    cclb_sse_options options = cclb_sse_options_init();
    options.session = next_random(worker) % 4 != 0;
    cclb_sse_stream *made;
    cclb_status status = cclb_sse_stream_create(soak.runtime, &target, &request, &response, &options, &made, &error);
    if (status != CCLB_OK) {
        wrong("stream", &error);
        cclb_handle_destroy(handle);
        return;
    }
    static const char first[] = "data: spy:w\n\n";
    static const char next[] = "data: spy:s\n\n";
    uint64_t events = 1 + next_random(worker) % 6;
    for (uint64_t i = 0; i < events && status == CCLB_OK; i++) {
        status = cclb_sse_stream_feed(made, cclb_text(i == 0 ? first : next), forget, NULL, &error);
        atomic_fetch_add_explicit(&soak.events, 1, memory_order_relaxed);
        count_outcome(status);
    }
    if (status != CCLB_OK && !may_happen(status, &error) && status != CCLB_DEADLINE) {
        wrong("event", &error);
    }
    cclb_sse_stream_destroy(made);
    cclb_handle_destroy(handle);
}

static void put(const char *name, cclb_slot_kind kind, cclb_bytes wasm)
{
    cclb_error error;
    cclb_status status = cclb_slot_register(soak.runtime, cclb_global_key(name), kind, wasm, NULL, NULL, &error);
    /* Trial calls, too, can find the pool full, or be starved. */
    if (status != CCLB_OK && !(status == CCLB_PROBE && (error.inner == CCLB_SATURATED || error.inner == CCLB_DEADLINE))) {
        wrong("register", &error);
    }
    atomic_fetch_add_explicit(&soak.swaps, 1, memory_order_relaxed);
}

/* Another module under the key for a while, or none; then its own again. */
static void swap(struct worker *worker)
{
    size_t guest = next_random(worker) % GUESTS;
    cclb_slot_key key;
    key_of(guest, &key);
    if (guest >= KITS || next_random(worker) % 2 == 0) {
        cclb_error error;
        if (cclb_slot_evict(soak.runtime, key, NULL, &error) != CCLB_OK) {
            wrong("evict", &error);
        }
    } else {
        put(guests[guest].file, CCLB_SLOT_FILTER, soak.modules[(guest + 1) % KITS]);
    }
    put(guests[guest].file, CCLB_SLOT_FILTER, soak.modules[guest]);
    put("stream", CCLB_SLOT_SHAPE, soak.modules[SPY]);
}

static void look_around(struct worker *worker)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_buffer text = {0};
    cclb_error error;
    cclb_slot_key key;
    cclb_breaker_info breaker;
    key_of(next_random(worker) % GUESTS, &key);
    if (cclb_runtime_describe(soak.runtime, &info, &error) != CCLB_OK ||
        cclb_metrics_to_prometheus(soak.runtime, NULL, &text, &error) != CCLB_OK) {
        wrong("look around", &error);
    }
    cclb_buffer_deinit(&text);
    cclb_status status = cclb_breaker_get(soak.runtime, key, CCLB_HOOK_FILTER, &breaker, &error);
    if (status == CCLB_OK && breaker.state == CCLB_BREAKER_CLOSED && next_random(worker) % 4 == 0) {
        status = cclb_breaker_set(soak.runtime, key, CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 1000000, &error);
    } else if (status == CCLB_OK) {
        status = cclb_slot_reset(soak.runtime, key, &error);
    }
    if (status != CCLB_OK && !may_happen(status, &error)) {
        wrong("breaker", &error);
    }
}

/* In a child the parent's runtime says so, and one of its own works. */
static void live_in_child(void)
{
    cclb_error error;
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_runtime_options options = cclb_runtime_options_init();
    cclb_runtime *own = NULL;
    options.stores_max = 1;
    options.isolation = soak.setting->isolation;
    options.reset = soak.setting->reset;
    bool right = cclb_runtime_describe(soak.runtime, &info, &error) == CCLB_FORKED &&
                 cclb_runtime_create(&options, &own, &error) == CCLB_OK &&
                 cclb_slot_register(own, cclb_global_key("p"), CCLB_SLOT_FILTER, soak.modules[SPY], NULL, NULL, &error) ==
                     CCLB_OK;
    const cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text("p"));
    const cclb_bytes request = {bytes, 1024};
    cclb_lease lease;
    for (int i = 0; right && i < 100; i++) {
        right = cclb_call_raw(own, &target, CCLB_HOOK_FILTER, &request, 1, &lease, &error) == CCLB_OK;
        if (right) {
            cclb_lease_return(&lease);
        }
    }
    _exit(right && cclb_runtime_destroy(own, &error) == CCLB_OK ? 0 : 1);
}

static void have_child(void)
{
    pid_t child = fork();
    int status = -1;
    if (child == 0) {
        live_in_child();
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        cclb_error error = {.status = CCLB_INTERNAL, .message = "a child did not do what it should"};
        wrong("fork", &error);
    }
    atomic_fetch_add(&soak.forks, 1);
}

static void *work(void *context)
{
    struct worker *worker = context;
    while (atomic_load_explicit(&soak.calls, memory_order_relaxed) < soak.wanted) {
        uint64_t dice = next_random(worker) % 10000;
        if (dice < 6000) {
            call_kit(worker);
        } else if (dice < 9000) {
            call_raw(worker);
        } else if (dice < 9900) {
            stream(worker);
        } else if (dice < 9930) {
            swap(worker);
        } else if (dice < 9999 || SANITIZED) { /* which cannot follow a process with threads through a fork */
            look_around(worker);
        } else {
            have_child();
        }
    }
    return NULL;
}

/* ---- how large the process is ---- */

struct size {
    uint64_t heap_bytes;
    uint64_t resident_bytes;
    size_t descriptors;
};

static uint64_t resident_bytes(void)
{
    uint64_t all = 0;
    uint64_t resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%" SCNu64 " %" SCNu64, &all, &resident) != 2) {
        printf("soak: /proc/self/statm cannot be read\n");
        exit(1);
    }
    fclose(file);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static size_t descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder)) {
        count++;
    }
    if (folder) {
        closedir(folder);
    }
    return count;
}

/* While no other thread runs. */
static struct size measure(void)
{
    malloc_trim(0);
    const struct mallinfo2 heap = mallinfo2();
    return (struct size){heap.uordblks + heap.hblkhd, resident_bytes(), descriptors()};
}

/* ---- a life in one setting ---- */

static void put_all(void)
{
    for (size_t i = 0; i < GUESTS; i++) {
        put(guests[i].file, CCLB_SLOT_FILTER, soak.modules[i]);
    }
    put("stream", CCLB_SLOT_SHAPE, soak.modules[SPY]);
}

static void begin(const struct setting *setting)
{
    cclb_error error;
    cclb_runtime_options options = cclb_runtime_options_init();
    options.isolation = setting->isolation;
    options.reset = setting->reset;
    options.stores_max = THREADS;
    options.memory_total_max_bytes = UINT64_C(3) * (128 << 20); /* so that there is not always enough */
    options.resident_budget_bytes = UINT64_C(16) << 20;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    options.breaker = (cclb_breaker_options){.faults = 20, .window_ns = 50000000, .quarantine_ns = 2000000};
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook] = (cclb_deadline){.base_ns = 40000000, .per_mib_ns = 50000000};
    }
    soak.setting = setting;
    if (cclb_runtime_create(&options, &soak.runtime, &error) != CCLB_OK) {
        printf("soak: no runtime: %s\n", error.message);
        exit(1);
    }
}

static void work_until(struct worker workers[THREADS], uint64_t calls)
{
    soak.wanted = calls;
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            printf("soak: no thread\n");
            exit(1);
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
    }
}

/* Nothing is open, nothing is reserved. Returns how much pooled memory may stay resident. */
static uint64_t look_back(void)
{
    cclb_error error = {.status = CCLB_INTERNAL, .message = "something is still open"};
    cclb_runtime_info info = cclb_runtime_info_init();
    if (cclb_runtime_describe(soak.runtime, &info, &error) != CCLB_OK || info.stores_used != 0 ||
        info.leases_open != 0 || info.sessions_open != 0 || info.memory_reserved_bytes != 0) {
        printf("soak: %u stores, %u leases, %" PRIu64 " bytes\n", info.stores_used, info.leases_open,
               info.memory_reserved_bytes);
        wrong("at the end", &error);
    }
    return info.resident_max_bytes;
}

static void end(void)
{
    cclb_error error;
    if (cclb_runtime_destroy(soak.runtime, &error) != CCLB_OK) {
        wrong("destroy", &error);
    }
}

static void tell_outcomes(void)
{
    printf("remark: soak: %" PRIu64 " calls:", atomic_load(&soak.calls));
    for (int status = -8; status < 24; status++) {
        uint64_t count = atomic_load(&soak.outcomes[status >= 0 ? status : 32 + status]);
        if (count > 0) {
            printf(" %" PRIu64 " %s,", count, cclb_status_name((cclb_status)status));
        }
    }
    printf(" %" PRIu64 " were events; %" PRIu64 " registrations, %" PRIu64 " forks\n", atomic_load(&soak.events),
           atomic_load(&soak.swaps), atomic_load(&soak.forks));
}

/* Whether the process is as it was, but for what allocators keep, and pools. */
static bool is_as_before(const char *what, const struct size *early, const struct size *late, uint64_t pooled_bytes)
{
    printf("remark: soak: %s: heap %" PRIu64 " and %" PRIu64 " bytes, resident %" PRIu64 " and %" PRIu64
           " KiB, descriptors %zu and %zu\n",
           what, early->heap_bytes, late->heap_bytes, early->resident_bytes / 1024, late->resident_bytes / 1024,
           early->descriptors, late->descriptors);
    bool same = late->descriptors <= early->descriptors;
    if (!SANITIZED) { /* whose allocators keep what was freed */
        same = same && late->heap_bytes <= early->heap_bytes + heap_growth_allowed &&
               late->resident_bytes <= early->resident_bytes + resident_growth_allowed + pooled_bytes;
    }
    if (!same) {
        printf("soak: that is more than it may be\n");
    }
    return same;
}

/* So many calls in one setting; whether the process was as large at the end as after the first part of them. */
static bool live(const struct setting *setting, struct worker workers[THREADS], uint64_t calls)
{
    struct size early = {0};
    struct size late = {0};
    char name[64];
    snprintf(name, sizeof name, "%s, %s", cclb_isolation_name(setting->isolation), cclb_reset_name(setting->reset));
    uint64_t before = atomic_load(&soak.calls);
    begin(setting);
    put_all();
    uint64_t pooled_bytes = 0;
    for (unsigned part = 0; part < PARTS; part++) {
        work_until(workers, before + calls * (part + 1) / PARTS);
        put_all();
        pooled_bytes = look_back();
        late = measure();
        if (part == 0) {
            early = late;
        }
    }
    end();
    return is_as_before(name, &early, &late, pooled_bytes);
}

int main(int argc, char **argv)
{
    uint64_t calls = argc >= 2 ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t seed = argc == 3 ? strtoull(argv[2], NULL, 10) : 1;
    if (calls == 0 || argc > 3 || seed == 0) {
        fprintf(stderr, "usage: soak CALLS [SEED]\n");
        return 2;
    }
    struct worker workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.random = 0x9e3779b97f4a7c15u * (seed + i)};
    }
    for (size_t i = 0; i < GUESTS; i++) {
        soak.modules[i] = data_file(guests[i].file);
        soak.weights += guests[i].weight;
    }
    printf("remark: soak: at the beginning and the end of each setting:\n");
    bool right = true;
    struct size first = {0};
    for (size_t i = 0; i < SETTINGS; i++) {
        if (HANDOVER_WATCHED && settings[i].isolation != CCLB_ISOLATION_CHECKED) {
            continue; /* the thread sanitizer does not see how the engine hands its memories from thread to thread */
        }
        right = live(&settings[i], workers, calls / SETTINGS) && right;
        if (first.descriptors == 0) {
            first = measure();
        }
    }
    const struct size last = measure();
    right = is_as_before("no runtime", &first, &last, 0) && right;
    for (size_t i = 0; i < GUESTS; i++) {
        free((void *)(uintptr_t)soak.modules[i].data);
    }
    tell_outcomes();
    printf("soak: %" PRIu64 " wrong\n", atomic_load(&soak.wrong));
    return right && atomic_load(&soak.wrong) == 0 ? 0 : 1;
}
