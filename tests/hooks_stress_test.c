/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_stress_test.c - four threads at once use every hook by key and by handle, feed streams of events, with sessions
 * and without, that pass from thread to thread, swap what they call under changing failure policies, evict and retain it,
 * put it into quarantine and take it out, and read the metrics; meanwhile the process forks, and its children are told so.
 * At the end every call has been counted once, logged once, and nothing is open; sessions were kept, and were taken away by
 * calls that found no permit. For the thread sanitizer above all, which lets processes with threads fork as long as their
 * children start none.
 *
 * usage: hooks_stress_test SECONDS checked|guarded|on_demand
 */
#include "cclb.h"
#include "table.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, VERSIONS = 2, CHUNK_MAX = 40 };

/* What a slot takes turns to hold. */
struct place {
    const char *name;
    cclb_slot_kind kind;
    const char *files[VERSIONS];
    cclb_bytes modules[VERSIONS];
};

static struct place places[] = {
    {"filter", CCLB_SLOT_FILTER, {"plugins/accept_all-pdk0.1.0.wasm", "plugins/weighted_view-pdk0.2.0.wasm"}, {{0}}},
    {"shape", CCLB_SLOT_SHAPE, {"plugins/shape_redact-pdk0.1.1.wasm", "plugins/shape_redact-pdk0.2.0.wasm"}, {{0}}},
    /* The first of these traps when it is asked about more than 1 KiB. */
    {"faulty", CCLB_SLOT_FILTER, {"plugins/x-div0-call-w09.wasm", "plugins/accept_all-pdk0.2.0.wasm"}, {{0}}},
    {"observe", CCLB_SLOT_OBSERVE, {"plugins/observe_noop-pdk0.1.0.wasm", "plugins/observe_noop-pdk0.1.2.wasm"}, {{0}}},
};
enum { PLACES = sizeof places / sizeof places[0] };

static const uint8_t large_body[2 << 10];

static const char events[] = "event: a\ndata: one secret\n\n: keep-alive\n\nid: 7\nevent: ping\ndata: {}\n\n"
                             "data: two\ndata: lines\n\ndata: [DONE]\n\n";

/* Ten times as much on the clock stops a call in any case: on a busy machine, for minutes, that must be long. */
static const uint64_t deadline_ns = UINT64_C(10000000000);

struct stress {
    cclb_runtime *runtime;
    _Atomic bool stop;
    _Atomic uint64_t logged;
    _Atomic uint64_t answered;
    _Atomic uint64_t passed;
    _Atomic uint64_t swaps;
    _Atomic uint64_t removed; /* slots, evicted or not retained */
    _Atomic uint64_t quarantined;
    _Atomic uint64_t forks;
    _Atomic uint64_t kept;    /* times that a stream was left with a session */
    _Atomic uint64_t revoked; /* as streams noticed */
    _Atomic uint64_t wrong;
    pthread_mutex_t mutex;
    struct feeding *waiting; /* a stream that somebody left in the middle; the mutex is its and the next one's */
};

/* A stream on its way. */
struct feeding {
    cclb_sse_stream *stream;
    cclb_bytes rest;
    size_t bytes_out;
    cclb_status status;
};

struct worker {
    struct stress *stress;
    uint64_t random;
    pthread_t thread;
};

static uint64_t next_random(struct worker *worker)
{
    worker->random ^= worker->random << 13;
    worker->random ^= worker->random >> 7;
    worker->random ^= worker->random << 17;
    return worker->random;
}

static void note_call(void *context, const cclb_call_record *record)
{
    struct stress *stress = context;
    if ((record->outcome == CCLB_OK) != (record->fault == NULL)) {
        atomic_fetch_add(&stress->wrong, 1);
    }
    if (record->outcome == CCLB_QUARANTINED) {
        atomic_fetch_add_explicit(&stress->quarantined, 1, memory_order_relaxed);
    }
    if (record->fault == NULL || record->fault->rule != 41) { /* without a slot there is no name to count it under */
        atomic_fetch_add_explicit(&stress->logged, 1, memory_order_relaxed);
    }
}

/* A call may find its slot empty or in quarantine, all permits taken, or, with the fake engine, a rule broken. */
static void settle(struct stress *stress, cclb_status status, bool passed_through, const cclb_error *error)
{
    if (status == CCLB_OK) {
        atomic_fetch_add_explicit(passed_through ? &stress->passed : &stress->answered, 1, memory_order_relaxed);
    } else if (status != CCLB_REJECTED && status != CCLB_SATURATED && status != CCLB_QUARANTINED &&
               atomic_fetch_add(&stress->wrong, 1) < 10) {
        printf("%s: %s\n", cclb_status_name(status), error->message);
    }
}

static const cclb_header headers[] = {
    {{(const uint8_t *)"Content-Type", 12}, {(const uint8_t *)"text/event-stream", 17}},
    {{(const uint8_t *)"Authorization", 13}, {(const uint8_t *)"none", 4}},
};

static cclb_request make_request(const cclb_candidate *candidates, size_t count)
{
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.headers = (cclb_headers){headers, 2};
    request.principal.claims = cclb_text("{\"keep\": 1}");
    request.candidates = candidates;
    request.candidate_count = count;
    request.upstream_base_url = cclb_optional_text("https://api.example.test");
    return request;
}

static void call_filter(struct stress *stress, const char *name, const cclb_request *request)
{
    cclb_error error;
    cclb_filter_result result;
    cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text(name));
    cclb_status status = cclb_filter(stress->runtime, &target, request, &result, &error);
    if (status == CCLB_TRAP && strcmp(name, "faulty") == 0) {
        return;
    }
    settle(stress, status, status == CCLB_OK && result.passed_through, &error);
    if (status == CCLB_OK) {
        for (size_t i = 0; i < result.kept_count; i++) {
            if (result.kept[i].candidate >= request->candidate_count || result.kept[i].repeated) {
                atomic_fetch_add(&stress->wrong, 1);
            }
        }
        cclb_lease_return(&result.lease);
    }
}

static void call_shape(struct stress *stress, const cclb_request *request)
{
    cclb_error error;
    cclb_shape_result result;
    cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text("shape"));
    cclb_status status = cclb_shape(stress->runtime, &target, request, &result, &error);
    settle(stress, status, status == CCLB_OK && result.passed_through, &error);
    if (status == CCLB_OK) {
        if (!cclb_bytes_equal(result.url.text, cclb_text("https://api.example.test/v1/messages"))) {
            atomic_fetch_add(&stress->wrong, 1);
        }
        cclb_lease_return(&result.lease);
    }
}

static void call_observe(struct stress *stress)
{
    cclb_error error;
    cclb_lease lease;
    cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    cclb_target target = cclb_by_key(cclb_text(CCLB_PRINCIPAL_GLOBAL), cclb_text("observe"));
    cclb_status status = cclb_observe(stress->runtime, &target, &observation, &lease, &error);
    settle(stress, status, false, &error);
    if (status == CCLB_OK) {
        cclb_lease_return(&lease);
    }
}

static void call_response(struct stress *stress, const cclb_target *target, const cclb_request *request,
                          const cclb_response *response)
{
    cclb_error error;
    cclb_transform_response_answer answer;
    cclb_status status = cclb_transform_response(stress->runtime, target, request, response, &answer, &error);
    settle(stress, status, status == CCLB_OK && answer.passed_through, &error);
    if (status == CCLB_OK) {
        cclb_lease_return(&answer.lease);
    }
}

static void count_bytes(void *context, cclb_bytes bytes)
{
    size_t *count = context;
    *count += bytes.len;
}

/* Some chunks of random sizes. */
static void feed_some(struct worker *worker, struct feeding *feeding, cclb_error *error)
{
    for (uint64_t chunks = 1 + next_random(worker) % 6;
         chunks > 0 && feeding->status == CCLB_OK && feeding->rest.len > 0; chunks--) {
        cclb_bytes *rest = &feeding->rest;
        size_t len = 1 + next_random(worker) % CHUNK_MAX;
        len = len < rest->len ? len : rest->len;
        feeding->status = cclb_sse_stream_feed(feeding->stream, cclb_bytes_of(rest->data, len), count_bytes,
                                               &feeding->bytes_out, error);
        *rest = cclb_bytes_of(rest->data + len, rest->len - len);
    }
}

static void end_stream(struct worker *worker, struct feeding *feeding)
{
    struct stress *stress = worker->stress;
    cclb_error error;
    cclb_sse_info info = cclb_sse_info_init();
    while (feeding->status == CCLB_OK && feeding->rest.len > 0) {
        feed_some(worker, feeding, &error);
    }
    if (feeding->status == CCLB_OK) {
        feeding->status = cclb_sse_stream_finish(feeding->stream, count_bytes, &feeding->bytes_out, &error);
    }
    settle(stress, feeding->status, false, &error);
    if (cclb_sse_stream_describe(feeding->stream, &info, &error) != CCLB_OK || info.bytes_out != feeding->bytes_out ||
        info.session_kept ||
        (feeding->status == CCLB_OK &&
         info.unchanged + info.replaced + info.dropped + info.passed_through != info.events)) {
        atomic_fetch_add(&stress->wrong, 1);
    }
    atomic_fetch_add_explicit(&stress->revoked, info.session_revocations, memory_order_relaxed);
    cclb_sse_stream_destroy(feeding->stream);
    free(feeding);
}

/* Leaves a stream to whoever comes next, with what it keeps, and takes the one that was left before. */
static struct feeding *exchange(struct stress *stress, struct feeding *feeding)
{
    pthread_mutex_lock(&stress->mutex);
    struct feeding *waiting = stress->waiting;
    stress->waiting = feeding;
    pthread_mutex_unlock(&stress->mutex);
    return waiting;
}

static void note_kept(struct stress *stress, const struct feeding *feeding)
{
    cclb_error error;
    cclb_sse_info info = cclb_sse_info_init();
    if (cclb_sse_stream_describe(feeding->stream, &info, &error) == CCLB_OK && info.session_kept) {
        atomic_fetch_add_explicit(&stress->kept, 1, memory_order_relaxed);
    }
}

/* A stream, which lives on when its handle is gone; the rest of it may be fed by another thread. */
static void feed_stream(struct worker *worker, cclb_handle **handle, const cclb_request *request,
                        const cclb_response *response)
{
    struct stress *stress = worker->stress;
    cclb_error error;
    cclb_sse_options options = cclb_sse_options_init();
    cclb_target target = cclb_by_handle(*handle);
    struct feeding *feeding = calloc(1, sizeof *feeding);
    options.session = next_random(worker) % 4 != 0;
    cclb_status status = feeding == NULL ? CCLB_NO_MEMORY
                                         : cclb_sse_stream_create(stress->runtime, &target, request, response, &options,
                                                                  &feeding->stream, &error);
    cclb_handle_destroy(*handle);
    *handle = NULL;
    settle(stress, status, false, &error);
    if (status != CCLB_OK) {
        free(feeding);
        return;
    }
    feeding->rest = cclb_text(events);
    if (next_random(worker) % 2 == 0) {
        feed_some(worker, feeding, &error);
        note_kept(stress, feeding);
        feeding = exchange(stress, feeding);
    }
    if (feeding) {
        end_stream(worker, feeding);
    }
}

static void call_by_handle(struct worker *worker, const cclb_request *request)
{
    cclb_error error;
    cclb_handle *handle = NULL;
    cclb_response response = cclb_response_init();
    response.status = 200;
    response.headers = (cclb_headers){headers, 2};
    if (cclb_handle_create(worker->stress->runtime, cclb_global_key("shape"), &handle, &error) != CCLB_OK) {
        settle(worker->stress, error.status, false, &error);
        return;
    }
    if (next_random(worker) % 2 == 0) {
        cclb_target target = cclb_by_handle(handle);
        call_response(worker->stress, &target, request, &response);
    } else {
        feed_stream(worker, &handle, request, &response);
    }
    cclb_handle_destroy(handle);
}

static void swap(struct worker *worker)
{
    cclb_error error;
    struct place *place = &places[next_random(worker) % PLACES];
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = next_random(worker) % 2 ? CCLB_FAILURE_PASS_THROUGH : CCLB_FAILURE_FAIL_CLOSED;
    cclb_status status =
        cclb_slot_register(worker->stress->runtime, cclb_global_key(place->name), place->kind,
                           place->modules[next_random(worker) % VERSIONS], &options, NULL, &error);
    if (status == CCLB_OK) {
        atomic_fetch_add_explicit(&worker->stress->swaps, 1, memory_order_relaxed);
    } else {
        settle(worker->stress, CCLB_INTERNAL, false, &error);
    }
}

static void note_removed(void *context, cclb_slot_key key)
{
    struct stress *stress = context;
    (void)key;
    atomic_fetch_add_explicit(&stress->removed, 1, memory_order_relaxed);
}

/* One slot goes, or whichever a host does not name; swap() brings them back. */
static void remove_slots(struct worker *worker)
{
    struct stress *stress = worker->stress;
    cclb_error error;
    cclb_status status;
    uint64_t dice = next_random(worker);
    if (dice % 2 == 0) {
        bool existed = false;
        status = cclb_slot_evict(stress->runtime, cclb_global_key(places[dice / 2 % PLACES].name), &existed, &error);
        atomic_fetch_add_explicit(&stress->removed, existed, memory_order_relaxed);
    } else {
        cclb_slot_key kept[PLACES];
        size_t count = 0;
        for (size_t i = 0; i < PLACES; i++) {
            kept[count] = cclb_global_key(places[i].name);
            count += next_random(worker) % 4 != 0;
        }
        status = cclb_slot_retain(stress->runtime, kept, count, note_removed, stress, &error);
    }
    if (status != CCLB_OK) {
        settle(stress, CCLB_INTERNAL, false, &error);
    }
}

/* A breaker is looked at and set; all of a slot's are closed. */
static void quarantine(struct worker *worker)
{
    static const cclb_hook hooks[PLACES] = {CCLB_HOOK_FILTER, CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_HOOK_FILTER,
                                            CCLB_HOOK_OBSERVE};
    struct stress *stress = worker->stress;
    cclb_error error;
    cclb_breaker_info info;
    uint64_t dice = next_random(worker);
    size_t place = dice % PLACES;
    cclb_slot_key key = cclb_global_key(places[place].name);
    cclb_status status = cclb_breaker_get(stress->runtime, key, hooks[place], &info, &error);
    if (status == CCLB_OK && info.state == CCLB_BREAKER_CLOSED) {
        status = cclb_breaker_set(stress->runtime, key, hooks[place],
                                  dice / PLACES % 2 ? CCLB_BREAKER_OPEN : CCLB_BREAKER_HALF_OPEN, 0, &error);
    } else if (status == CCLB_OK) {
        status = cclb_slot_reset(stress->runtime, key, &error);
    }
    if (status != CCLB_OK && !(status == CCLB_REJECTED && error.rule == 41)) {
        settle(stress, CCLB_INTERNAL, false, &error);
    }
}

/* What was counted of calls on slots, and not of trial calls, which are counted under the plugins' own names. */
static void count_calls(void *context, const cclb_metric_sample *sample)
{
    uint64_t *calls = context;
    if (strcmp(sample->name, "cclb_plugin_calls_total") == 0) {
        for (size_t i = 0; i < PLACES; i++) {
            *calls += cclb_bytes_equal(sample->labels[0].value, cclb_text(places[i].name)) ? sample->count : 0;
        }
    }
}

static void read_metrics(struct stress *stress)
{
    cclb_error error;
    uint64_t calls = 0;
    cclb_buffer text = {0};
    if (cclb_metrics_visit(stress->runtime, count_calls, &calls, &error) != CCLB_OK ||
        cclb_metrics_to_prometheus(stress->runtime, NULL, &text, &error) != CCLB_OK) {
        settle(stress, CCLB_INTERNAL, false, &error);
    }
    cclb_buffer_deinit(&text);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct stress *stress = worker->stress;
    const cclb_candidate candidates[] = {{.id = cclb_uuid_from_name(cclb_text("a")), .name = cclb_text("a")},
                                         {.id = cclb_uuid_from_name(cclb_text("b")), .name = cclb_text("b")}};
    const cclb_request request = make_request(candidates, 2);
    const cclb_bytes body = {large_body, sizeof large_body};
    cclb_request large = request;
    large.body = (cclb_spans){&body, 1};
    while (!atomic_load_explicit(&stress->stop, memory_order_relaxed)) {
        uint64_t dice = next_random(worker) % 1000;
        if (dice < 240) {
            call_filter(stress, "filter", &request);
        } else if (dice < 300) {
            call_filter(stress, "faulty", &large);
        } else if (dice < 490) {
            call_shape(stress, &request);
        } else if (dice < 590) {
            call_observe(stress);
        } else if (dice < 860) {
            call_by_handle(worker, &request);
        } else if (dice < 950) {
            swap(worker);
        } else if (dice < 955) {
            remove_slots(worker);
        } else if (dice < 960) {
            quarantine(worker);
        } else {
            read_metrics(stress);
        }
    }
    return NULL;
}

/* ---- children ---- */

/* Whether a child of other threads' process is told that it is one, whatever they were at. It allocates nothing. */
static bool is_told_that_it_forked(struct stress *stress, cclb_handle *handle)
{
    cclb_error error;
    cclb_filter_result filtered;
    cclb_transform_response_answer transformed;
    cclb_lease lease;
    cclb_sse_stream *stream;
    cclb_breaker_info breaker;
    cclb_slot_info slot;
    uint64_t calls = 0;
    cclb_runtime *runtime = stress->runtime;
    const cclb_request request = make_request(NULL, 0);
    const cclb_response response = cclb_response_init();
    const cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    const cclb_sse_options options = cclb_sse_options_init();
    cclb_runtime_info info = cclb_runtime_info_init();
    const cclb_slot_key key = cclb_global_key("shape");
    const cclb_target by_key = cclb_by_key(key.principal, key.plugin);
    const cclb_target by_handle = cclb_by_handle(handle);
    const cclb_status told[] = {
        cclb_filter(runtime, &by_key, &request, &filtered, &error),
        cclb_observe(runtime, &by_key, &observation, &lease, &error),
        cclb_transform_response(runtime, &by_handle, &request, &response, &transformed, &error),
        cclb_sse_stream_create(runtime, &by_handle, &request, &response, &options, &stream, &error),
        cclb_slot_register(runtime, key, CCLB_SLOT_SHAPE, places[1].modules[0], NULL, NULL, &error),
        cclb_slot_evict(runtime, key, NULL, &error),
        cclb_slot_retain(runtime, NULL, 0, NULL, NULL, &error),
        cclb_handle_describe(handle, &slot, &error),
        cclb_breaker_get(runtime, key, CCLB_HOOK_SHAPE, &breaker, &error),
        cclb_slot_reset(runtime, key, &error),
        cclb_metrics_visit(runtime, count_calls, &calls, &error),
        cclb_runtime_describe(runtime, &info, &error),
    };
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        if (told[i] != CCLB_FORKED) {
            return false;
        }
    }
    return cclb_runtime_destroy(runtime, &error) == CCLB_OK;
}

static void have_child(struct stress *stress, cclb_handle *handle)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        _exit(is_told_that_it_forked(stress, handle) ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        printf("a child was not told that it is one, or did not end: %d\n", status);
        atomic_fetch_add(&stress->wrong, 1);
    }
    atomic_fetch_add(&stress->forks, 1);
}

/* Everything given back, and every call told once in both places. */
static void look_back(struct stress *stress)
{
    cclb_error error;
    cclb_runtime_info info = cclb_runtime_info_init();
    uint64_t counted = 0;
    if (cclb_metrics_visit(stress->runtime, count_calls, &counted, &error) != CCLB_OK ||
        cclb_runtime_describe(stress->runtime, &info, &error) != CCLB_OK || info.stores_used != 0 ||
        info.leases_open != 0 || info.sessions_open != 0 || counted != atomic_load(&stress->logged)) {
        printf("%u stores and %u leases are open; %" PRIu64 " calls were counted and %" PRIu64 " logged\n",
               info.stores_used, info.leases_open, counted, atomic_load(&stress->logged));
        atomic_fetch_add(&stress->wrong, 1);
    }
    if (cclb_runtime_destroy(stress->runtime, &error) != CCLB_OK) {
        settle(stress, CCLB_INTERNAL, false, &error);
    }
}

int main(int argc, char **argv)
{
    long seconds = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    cclb_runtime_options options = cclb_runtime_options_init();
    if (seconds <= 0 || !cclb_isolation_from_name(cclb_text(argv[2]), &options.isolation)) {
        fprintf(stderr, "usage: hooks_stress_test SECONDS checked|guarded|on_demand\n");
        return 2;
    }
    struct stress stress = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct worker workers[THREADS];
    cclb_error error;
    options.stores_max = THREADS - 1; /* so that saturation happens too */
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = deadline_ns;
    }
    options.log = (cclb_log){.call = note_call, .context = &stress};
    options.breaker = (cclb_breaker_options){.faults = 20, .window_ns = 50000000, .quarantine_ns = 1000000};
    if (cclb_runtime_create(&options, &stress.runtime, &error) != CCLB_OK) {
        printf("no runtime: %s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < PLACES * VERSIONS; i++) {
        places[i / VERSIONS].modules[i % VERSIONS] = data_file(places[i / VERSIONS].files[i % VERSIONS]);
    }
    for (size_t i = 0; i < PLACES; i++) { /* labels are known from here on, and no call is counted as `other` */
        if (cclb_slot_register(stress.runtime, cclb_global_key(places[i].name), places[i].kind, places[i].modules[0],
                               NULL, NULL, &error) != CCLB_OK) {
            printf("register: %s\n", error.message);
            return 1;
        }
    }
    cclb_handle *handle;
    if (cclb_handle_create(stress.runtime, cclb_global_key("shape"), &handle, &error) != CCLB_OK) {
        printf("handle: %s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.stress = &stress, .random = 0x9e3779b97f4a7c15u * (i + 1)};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            printf("no thread\n");
            return 1;
        }
    }
    for (long i = 0; i < seconds * 20; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        have_child(&stress, handle);
    }
    atomic_store(&stress.stop, true);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    struct feeding *waiting = exchange(&stress, NULL);
    if (waiting) {
        end_stream(&workers[0], waiting);
    }
    cclb_handle_destroy(handle);
    look_back(&stress);
    for (size_t i = 0; i < PLACES * VERSIONS; i++) {
        free((void *)(uintptr_t)places[i / VERSIONS].modules[i % VERSIONS].data);
    }
    printf("remark: hooks_stress: %s, %ld s on %d threads: %" PRIu64 " calls logged, %" PRIu64 " answered, %" PRIu64
           " passed through, %" PRIu64 " quarantined; %" PRIu64 " registrations, %" PRIu64 " slots removed, %" PRIu64
           " sessions kept, %" PRIu64 " revoked, %" PRIu64 " forks, %" PRIu64 " wrong\n",
           argv[2], seconds, THREADS, atomic_load(&stress.logged), atomic_load(&stress.answered),
           atomic_load(&stress.passed), atomic_load(&stress.quarantined), atomic_load(&stress.swaps),
           atomic_load(&stress.removed), atomic_load(&stress.kept), atomic_load(&stress.revoked),
           atomic_load(&stress.forks), atomic_load(&stress.wrong));
    bool done = atomic_load(&stress.answered) > 0 && atomic_load(&stress.kept) > 0 &&
                atomic_load(&stress.removed) > 0 && atomic_load(&stress.quarantined) > 0;
    return done && atomic_load(&stress.wrong) == 0 ? 0 : 1;
}
