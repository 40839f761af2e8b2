/* SPDX-License-Identifier: Apache-2.0 */
/* metrics_test.c - counting, by one thread, by several, and by several processes. */

#include "metrics/metrics.h"

#include "metrics/label.h"
#include "metrics/tally.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PLUGINS = 4 };

static cclb_error error;
static const cclb_allocator allocator;

static int set_up(void **state)
{
    static struct metrics metrics;
    const cclb_metrics_options options = {.plugins_max = PLUGINS};
    assert_int_equal(metrics_init(&metrics, &options, &allocator, &error), CCLB_OK);
    *state = &metrics;
    return 0;
}

static int tear_down(void **state)
{
    metrics_deinit(*state);
    return 0;
}

/* A call that went well. */
static struct metrics_call good_call(uint32_t plugin)
{
    return (struct metrics_call){
        .plugin = plugin,
        .hook = CCLB_HOOK_SHAPE,
        .principal_kind = 1,
        .reached_guest = true,
        .guest_ns = 1500,
        .total_ns = 2500,
        .bytes_in = 100,
        .bytes_out = 7,
    };
}

/* What was counted for the plugin of that name and shape, over all stripes. */
static uint64_t counted(const struct metrics *metrics, const char *plugin, uint32_t counter)
{
    static struct tally tally;
    tally_init(&tally, metrics->region, metrics->plugins_max);
    for (struct tally_group group = tally_next(&tally, (struct tally_group){0}); group.count > 0;
         group = tally_next(&tally, group)) {
        char text[LABEL_TEXT_MAX + 1];
        (void)label_read(&metrics->region->label[tally.label[group.first]], text);
        if (strcmp(text, plugin) == 0) {
            return tally_counters(&tally, group, CCLB_HOOK_SHAPE, counter);
        }
    }
    return 0;
}

static uint64_t counted_common(const struct metrics *metrics, enum common_counter counter)
{
    static struct tally tally;
    tally_init(&tally, metrics->region, metrics->plugins_max);
    return tally_common(&tally, counter);
}

static uint64_t samples(const struct metrics *metrics, const char *plugin)
{
    uint64_t sum = 0;
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
        sum += counted(metrics, plugin, COUNTER_BUCKET + bucket);
    }
    return sum;
}

static uint64_t traps(const struct metrics *metrics, const char *plugin, enum metrics_trap trap)
{
    return counted(metrics, plugin, COUNTER_TRAP + trap - 1);
}

/* ---- one call ---- */

static void a_call_is_counted_once_everywhere(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    metrics_count_call(metrics, 3, &call);
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME + OUTCOME_OK), 1);
    assert_int_equal(counted(metrics, "p", COUNTER_BUCKET + 1), 1);
    assert_int_equal(samples(metrics, "p"), 1);
    assert_int_equal(counted(metrics, "p", COUNTER_DURATION_NS), 1500);
    uint32_t usage = COUNTER_USAGE + METRICS_PRINCIPAL_OAUTH_SUBJECT * USAGE_COUNT;
    assert_int_equal(counted(metrics, "p", usage + USAGE_CALLS), 1);
    assert_int_equal(counted(metrics, "p", usage + USAGE_NS), 2500);
    assert_int_equal(counted(metrics, "p", usage + USAGE_BYTES_IN), 100);
    assert_int_equal(counted(metrics, "p", usage + USAGE_BYTES_OUT), 7);
    assert_int_equal(traps(metrics, "p", METRICS_TRAP_EXPORT), 0);
    assert_int_equal(counted(metrics, "other", COUNTER_OUTCOME + OUTCOME_OK), 0);
}

static void every_outcome_policy_and_principal_has_a_counter(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    uint64_t calls = 0;
#define STATUS(NAME, value, name, meaning)                                                                             \
    call.outcome = CCLB_##NAME;                                                                                        \
    metrics_count_call(metrics, 0, &call);                                                                             \
    calls++;                                                                                                           \
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME + OUTCOME_##NAME), 1);
#include "cclb/status.def"
#undef STATUS
    call = good_call(call.plugin);
    for (unsigned kind = 0; kind <= METRICS_NO_PRINCIPAL; kind++) {
        call.principal_kind = kind;
        metrics_count_call(metrics, 0, &call);
        uint64_t before = kind == METRICS_PRINCIPAL_OAUTH_SUBJECT ? calls : 0;
        assert_int_equal(counted(metrics, "p", COUNTER_USAGE + kind * USAGE_COUNT), before + 1);
    }
    call.principal_kind = METRICS_NO_PRINCIPAL + 1; /* a kind of tomorrow */
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(counted(metrics, "p", COUNTER_USAGE + METRICS_NO_PRINCIPAL * USAGE_COUNT), 2);
    call.policy = METRICS_POLICY_PASS_THROUGH;
    metrics_count_call(metrics, 0, &call);
    call.policy = METRICS_POLICY_FAIL_CLOSED;
    metrics_count_call(metrics, 0, &call);
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(counted(metrics, "p", COUNTER_POLICY), 1);
    assert_int_equal(counted(metrics, "p", COUNTER_POLICY + 1), 2);
}

static void r67_a_sample_is_in_the_first_bucket_that_holds_it(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    uint64_t in_bucket[BUCKETS] = {0};
    uint64_t sum = 0;
    for (uint32_t bound = 0; bound + 1 < BUCKETS; bound++) {
        for (int off = -1; off <= 1; off++) {
            call.guest_ns = bucket_bound_ns[bound] + (uint64_t)(int64_t)off;
            metrics_count_call(metrics, 0, &call);
            in_bucket[bound + (off > 0)]++;
            sum += call.guest_ns;
        }
    }
    call.guest_ns = 0;
    metrics_count_call(metrics, 0, &call);
    in_bucket[0]++;
    call.guest_ns = UINT64_C(3600000000000); /* an hour */
    metrics_count_call(metrics, 0, &call);
    in_bucket[BUCKETS - 1]++;
    sum += call.guest_ns;
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
        assert_int_equal(counted(metrics, "p", COUNTER_BUCKET + bucket), in_bucket[bucket]);
    }
    assert_int_equal(counted(metrics, "p", COUNTER_DURATION_NS), sum);
}

static void r67_only_calls_that_reached_the_guest_have_a_sample(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    call.reached_guest = false;
    call.outcome = CCLB_INSTANTIATE;
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(samples(metrics, "p"), 0);
    assert_int_equal(counted(metrics, "p", COUNTER_DURATION_NS), 0);
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME + OUTCOME_INSTANTIATE), 1);
    call.reached_guest = true;
    call.outcome = CCLB_TRAP;
    call.trap = METRICS_TRAP_EXPORT;
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(samples(metrics, "p"), 1);
}

static void r68_a_failure_of_the_guest_is_counted_by_its_phase(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    call.outcome = CCLB_TRAP;
    for (enum metrics_trap trap = METRICS_TRAP_FREE; trap <= METRICS_TRAP_REJECT; trap++) {
        call.trap = trap;
        metrics_count_call(metrics, 0, &call);
        assert_int_equal(traps(metrics, "p", trap), 1);
    }
    /* What failed before that stage is none of its failures. */
    call.reached_guest = false;
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(traps(metrics, "p", METRICS_TRAP_REJECT), 1);
}

static void r70_a_saturated_call_is_counted_by_its_resource_alone(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    call.outcome = CCLB_SATURATED;
    call.trap = METRICS_TRAP_REJECT;
    const cclb_resource resources[] = {CCLB_RESOURCE_STORES, CCLB_RESOURCE_POOL, CCLB_RESOURCE_POOL,
                                       CCLB_RESOURCE_MEMORY, CCLB_RESOURCE_NONE};
    for (uint32_t i = 0; i < 5; i++) {
        call.resource = resources[i];
        metrics_count_call(metrics, i, &call);
    }
    assert_int_equal(counted_common(metrics, COMMON_SATURATED_STORES), 1);
    assert_int_equal(counted_common(metrics, COMMON_SATURATED_POOL), 2);
    assert_int_equal(counted_common(metrics, COMMON_SATURATED_MEMORY), 1);
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME + OUTCOME_SATURATED), 5);
    assert_int_equal(samples(metrics, "p"), 0);
    assert_int_equal(traps(metrics, "p", METRICS_TRAP_REJECT), 0);
    /* A resource says nothing about a call that was not saturated. */
    call.outcome = CCLB_OK;
    call.resource = CCLB_RESOURCE_POOL;
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(counted_common(metrics, COMMON_SATURATED_POOL), 2);
}

static void the_cache_is_counted(void **state)
{
    struct metrics *metrics = *state;
    for (uint32_t i = 0; i < 3; i++) {
        metrics_count_cache(metrics, i, METRICS_CACHE_HIT);
    }
    metrics_count_cache(metrics, 9, METRICS_CACHE_MISS);
    metrics_count_cache(metrics, 0, METRICS_CACHE_EVICTION);
    metrics_count_cache(metrics, REGION_STRIPES, METRICS_CACHE_EVICTION);
    assert_int_equal(counted_common(metrics, COMMON_CACHE_HITS), 3);
    assert_int_equal(counted_common(metrics, COMMON_CACHE_MISSES), 1);
    assert_int_equal(counted_common(metrics, COMMON_CACHE_EVICTIONS), 2);
}

/* ---- stripes and labels ---- */

static void any_stripe_will_do(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    const uint32_t stripes[] = {0, 1, REGION_STRIPES - 1, REGION_STRIPES, 4096, UINT32_MAX};
    for (size_t i = 0; i < sizeof stripes / sizeof stripes[0]; i++) {
        metrics_count_call(metrics, stripes[i], &call);
    }
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME), sizeof stripes / sizeof stripes[0]);
}

static void who_has_no_label_is_counted_as_other(void **state)
{
    struct metrics *metrics = *state;
    char name[16];
    for (int i = 0; i < PLUGINS; i++) {
        snprintf(name, sizeof name, "p%d", i);
        (void)metrics_plugin(metrics, cclb_text(name));
    }
    assert_int_equal(counted_common(metrics, COMMON_LABELS_REFUSED), 0);
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("one too many")));
    metrics_count_call(metrics, 0, &call);
    call.plugin = metrics_plugin_untrusted(metrics, cclb_text("two too many"));
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(counted_common(metrics, COMMON_LABELS_REFUSED), 2);
    call.plugin = METRICS_NO_PLUGIN;
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(counted(metrics, "other", COUNTER_OUTCOME), 3);
    assert_int_equal(counted_common(metrics, COMMON_LABELS_REFUSED), 2);
}

static void strangers_do_not_displace_registered_plugins(void **state)
{
    struct metrics *metrics = *state;
    char name[16];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "u%d", i);
        (void)metrics_plugin_untrusted(metrics, cclb_text(name));
    }
    assert_int_equal(counted_common(metrics, COMMON_LABELS_REFUSED), 100 - PLUGINS / 2);
    struct metrics_call call = good_call(metrics_plugin(metrics, cclb_text("p")));
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME), 1);
}

static void two_labels_of_one_text_are_read_as_one(void **state)
{
    struct metrics *metrics = *state;
    /* As if two processes had come with it at once, one of which trusts it and the other does not. */
    struct label_name name;
    label_name_set(&name, cclb_text("p"));
    label_write(&metrics->region->label[0], &name);
    label_write(&metrics->region->label[PLUGINS - 1], &name);
    struct metrics_call call = good_call(0);
    metrics_count_call(metrics, 0, &call);
    call.plugin = PLUGINS - 1;
    metrics_count_call(metrics, 5, &call);
    assert_int_equal(counted(metrics, "p", COUNTER_OUTCOME), 2);
    assert_int_equal(counted(metrics, "p", COUNTER_DURATION_NS), 3000);
}

/* How many pages of counters are resident. */
static size_t resident_pages(const struct metrics *metrics)
{
    static unsigned char map[256];
    size_t from = region_counters_at(metrics->plugins_max, 0, (cclb_hook)0, 0);
    size_t bytes = region_bytes(metrics->plugins_max) - from;
    assert_true(bytes <= sizeof map * REGION_PAGE_BYTES);
    assert_int_equal(mincore((uint8_t *)metrics->region + from, bytes, map), 0);
    size_t count = 0;
    for (size_t i = 0; i * REGION_PAGE_BYTES < bytes; i++) {
        count += map[i] & 1;
    }
    return count;
}

static void memory_is_what_was_called(void **state)
{
    struct metrics *metrics = *state;
    if (sysconf(_SC_PAGESIZE) != REGION_PAGE_BYTES) {
        skip();
    }
    struct metrics_call call = good_call(0);
    (void)metrics_plugin(metrics, cclb_text("never called"));
    call.plugin = metrics_plugin(metrics, cclb_text("called"));
    assert_int_equal(resident_pages(metrics), 0);
    metrics_count_call(metrics, 0, &call);
    assert_int_equal(resident_pages(metrics), 1);
    for (uint32_t stripe = 0; stripe < REGION_STRIPES; stripe++) {
        metrics_count_call(metrics, stripe, &call);
    }
    assert_int_equal(resident_pages(metrics), 10);
    /* Nor does reading touch what nothing was counted in. */
    assert_int_equal(counted(metrics, "never called", COUNTER_OUTCOME), 0);
    assert_int_equal(resident_pages(metrics), 10);
}

static void too_many_plugins_are_refused(void **state)
{
    (void)state;
    struct metrics metrics = {0};
    cclb_metrics_options options = {.plugins_max = REGION_PLUGINS_LIMIT + 1};
    assert_int_equal(metrics_init(&metrics, &options, &allocator, &error), CCLB_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "metrics.plugins_max is 1025"));
    assert_null(metrics.region);
    metrics_deinit(&metrics);
    options.plugins_max = 0;
    assert_int_equal(metrics_init(&metrics, &options, &allocator, &error), CCLB_OK);
    assert_int_equal(metrics.plugins_max, REGION_PLUGINS_DEFAULT);
    metrics_deinit(&metrics);
}

/* ---- several at once ---- */

enum { THREADS = 4, CALLS = 2000 };

struct counting {
    struct metrics *metrics;
    uint32_t stripe;
};

/* Counts in its own stripe and, now and then, in one that all share; comes with a label of its own and a common one. */
static void *count(void *context)
{
    const struct counting *counting = context;
    char name[16];
    snprintf(name, sizeof name, "thread%u", (unsigned)counting->stripe);
    struct metrics_call own = good_call(metrics_plugin(counting->metrics, cclb_text(name)));
    struct metrics_call common = good_call(metrics_plugin(counting->metrics, cclb_text("common")));
    for (int i = 0; i < CALLS; i++) {
        metrics_count_call(counting->metrics, counting->stripe, &own);
        metrics_count_call(counting->metrics, i % 2 == 0 ? counting->stripe : 0, &common);
        metrics_count_cache(counting->metrics, counting->stripe, METRICS_CACHE_HIT);
    }
    return NULL;
}

static void threads_count_together_while_others_read(void **state)
{
    (void)state;
    struct metrics metrics;
    const cclb_metrics_options options = {.plugins_max = THREADS + 1};
    assert_int_equal(metrics_init(&metrics, &options, &allocator, &error), CCLB_OK);
    pthread_t thread[THREADS];
    struct counting counting[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        counting[i] = (struct counting){&metrics, i};
        assert_int_equal(pthread_create(&thread[i], NULL, count, &counting[i]), 0);
    }
    uint64_t before = 0;
    while (before < THREADS * CALLS / 2) {
        uint64_t now = counted(&metrics, "common", COUNTER_OUTCOME);
        assert_true(now >= before);
        before = now;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    assert_int_equal(counted(&metrics, "common", COUNTER_OUTCOME), THREADS * CALLS);
    assert_int_equal(counted(&metrics, "common", COUNTER_DURATION_NS), 1500 * THREADS * CALLS);
    assert_int_equal(counted(&metrics, "thread2", COUNTER_OUTCOME), CALLS);
    assert_int_equal(counted_common(&metrics, COMMON_CACHE_HITS), THREADS * CALLS);
    assert_int_equal(counted_common(&metrics, COMMON_LABELS_REFUSED), 0);
    metrics_deinit(&metrics);
}

static void processes_count_in_one_mapping(void **state)
{
    (void)state;
    enum { CHILDREN = 3 };
    size_t bytes = region_bytes(PLUGINS);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    region_make(memory, PLUGINS);
    const cclb_metrics_options options = {.shared = memory, .shared_bytes = bytes, .plugins_max = 77};
    pid_t child[CHILDREN];
    fflush(NULL);
    for (int i = 0; i < CHILDREN; i++) {
        child[i] = fork();
        assert_int_not_equal(child[i], -1);
        if (child[i] == 0) {
            struct metrics metrics;
            if (metrics_init(&metrics, &options, &allocator, &error) != CCLB_OK) {
                _exit(1);
            }
            struct counting counting = {&metrics, 0};
            (void)count(&counting);
            metrics_deinit(&metrics); /* takes nothing away from the others */
            _exit(0);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status = 1;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_int_equal(status, 0);
    }
    struct metrics metrics;
    assert_int_equal(metrics_init(&metrics, &options, &allocator, &error), CCLB_OK);
    assert_int_equal(metrics.plugins_max, PLUGINS);
    assert_int_equal(counted(&metrics, "common", COUNTER_OUTCOME), CHILDREN * CALLS);
    assert_int_equal(counted(&metrics, "thread0", COUNTER_OUTCOME), CHILDREN * CALLS);
    /* Each of them began at another stripe, far from the others. */
    assert_int_equal(metrics.stripe, 48);
    uint32_t label = metrics_plugin(&metrics, cclb_text("thread0"));
    uint64_t used = atomic_load(&metrics.region->label[label].used[CCLB_HOOK_SHAPE]);
    assert_true(used == (UINT64_C(1) | UINT64_C(1) << 32 | UINT64_C(1) << 16));
    metrics_deinit(&metrics);
    assert_int_equal(munmap(memory, bytes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_call_is_counted_once_everywhere),
        CASE(every_outcome_policy_and_principal_has_a_counter),
        CASE(r67_a_sample_is_in_the_first_bucket_that_holds_it),
        CASE(r67_only_calls_that_reached_the_guest_have_a_sample),
        CASE(r68_a_failure_of_the_guest_is_counted_by_its_phase),
        CASE(r70_a_saturated_call_is_counted_by_its_resource_alone),
        CASE(the_cache_is_counted),
        CASE(any_stripe_will_do),
        CASE(who_has_no_label_is_counted_as_other),
        CASE(strangers_do_not_displace_registered_plugins),
        CASE(two_labels_of_one_text_are_read_as_one),
        CASE(memory_is_what_was_called),
        cmocka_unit_test(too_many_plugins_are_refused),
        cmocka_unit_test(threads_count_together_while_others_read),
        cmocka_unit_test(processes_count_in_one_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
