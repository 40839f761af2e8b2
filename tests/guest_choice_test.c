/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_choice_test.c - the example plugins that choose, over many threads: each upstream has its share, a thread stays
 * where it is, and only those move that have to.
 *
 * usage: guest_choice_test PLUGINS, the folder with weighted-choice-w9.wasm and cache-spread-w9.wasm
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

enum { THREADS = 4000, UPSTREAMS = 4, PERCENT_OFF = 3 };

static cclb_runtime *runtime;
static cclb_error error;
static const char *plugins;

/* What is asked; thread ids are added. */
struct question {
    const char *plugin;
    const char *claims;
    cclb_candidate candidates[UPSTREAMS];
    size_t count;
};

static struct question question_of(const char *plugin, const char *claims, size_t count)
{
    static const char *const names[UPSTREAMS] = {"east", "west", "north", "south"};
    struct question question = {.plugin = plugin, .claims = claims, .count = count};
    for (size_t i = 0; i < count; i++) {
        question.candidates[i].name = cclb_text(names[i]);
        question.candidates[i].id = cclb_uuid_from_name(question.candidates[i].name);
    }
    return question;
}

static void register_plugin(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s-w9.wasm", plugins, name);
    cclb_bytes wasm = whole_file(path);
    cclb_status status = cclb_slot_register(runtime, cclb_global_key(name), CCLB_SLOT_FILTER, wasm, NULL, NULL, &error);
    EXPECT_OR(status == CCLB_OK, error.message);
    free((void *)(uintptr_t)wasm.data);
}

/* The name of the one upstream that a thread's requests go to. */
static const char *upstream_of(const struct question *question, size_t thread)
{
    char id[32];
    snprintf(id, sizeof id, "thread-%zu", thread);
    cclb_request request = cclb_request_init();
    request.request_id = cclb_text("req");
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.thread_id = cclb_optional_text(id);
    request.principal.claims = cclb_text(question->claims);
    request.candidates = question->candidates;
    request.candidate_count = question->count;
    cclb_slot_key key = cclb_global_key(question->plugin);
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_filter_result result;
    cclb_status status = cclb_filter(runtime, &target, &request, &result, &error);
    EXPECT_OR(status == CCLB_OK, error.message);
    EXPECT_EQUAL(result.kept_count, 1);
    EXPECT_EQUAL(result.rejected_count, question->count - 1);
    const char *name = (const char *)question->candidates[result.kept[0].candidate].name.data;
    cclb_lease_return(&result.lease);
    return name;
}

/* Asks for every thread; upstream[i] is where the requests of thread i go. */
static void ask(const struct question *question, const char *upstream[THREADS])
{
    for (size_t i = 0; i < THREADS; i++) {
        upstream[i] = upstream_of(question, i);
    }
}

static void expect_share(const char *const upstream[THREADS], const char *name, int percent)
{
    int count = 0;
    for (size_t i = 0; i < THREADS; i++) {
        count += strcmp(upstream[i], name) == 0;
    }
    char detail[64];
    snprintf(detail, sizeof detail, "%s has %d of %d", name, count, THREADS);
    const int off = abs(count - percent * THREADS / 100);
    EXPECT_OR(percent == 0 ? count == 0 : off <= PERCENT_OFF * THREADS / 100, detail);
}

/* Whoever does not go where they went before comes from `from` (if it is not NULL) and goes to `to` (the same). */
static void expect_moves(const char *const before[THREADS], const char *const now[THREADS], const char *from,
                         const char *to)
{
    int moves = 0;
    for (size_t i = 0; i < THREADS; i++) {
        if (strcmp(before[i], now[i]) != 0) {
            EXPECT_OR(from == NULL || strcmp(before[i], from) == 0, before[i]);
            EXPECT_OR(to == NULL || strcmp(now[i], to) == 0, now[i]);
            moves++;
        }
    }
    EXPECT(moves > 0);
}

static void each_has_its_weight(void)
{
    static const char *upstream[THREADS];
    struct question question =
        question_of("weighted-choice", "{\"weights\": {\"east\": 6, \"west\": 3, \"north\": 1}}", 4);
    ask(&question, upstream);
    expect_share(upstream, "east", 60);
    expect_share(upstream, "west", 30);
    expect_share(upstream, "north", 10);
    expect_share(upstream, "south", 0);
    question.claims = "{}";
    ask(&question, upstream);
    for (size_t i = 0; i < UPSTREAMS; i++) {
        expect_share(upstream, (const char *)question.candidates[i].name.data, 25);
    }
}

/* A weight counts what it is, and not how it is written. */
static void weights_are_numbers(void)
{
    static const struct {
        const char *written;
        const char *plain;
    } numbers[] = {
        {"6.9", "6"},         {"0.6e1", "6"},        {"60e-1", "6"},
        {"6E0", "6"},         {"0.00625e+3", "6"},   {"699.9e-2", "6"},
        {"0.5", "0"},         {"5e-1", "0"},         {"0e400", "0"},
        {"9e-400", "0"},      {"1e6", "1000000"},    {"-6", "0"},
        {"\"6\"", "0"},       {"null", "0"},         {"1e3", "1000"},
        {"1e300", "1000000"}, {"1e+308", "1000000"}, {"99999999999999999999", "1000000"},
    };
    static const char *wanted[THREADS], *upstream[THREADS];
    char claims[128] = "";
    struct question question = question_of("weighted-choice", claims, 2);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(claims, sizeof claims, "{\"weights\": {\"east\": %s, \"west\": 3}}", numbers[i].plain);
        ask(&question, wanted);
        snprintf(claims, sizeof claims, "{\"weights\": {\"east\":  %s , \"west\": 3}}", numbers[i].written);
        ask(&question, upstream);
        for (size_t j = 0; j < THREADS; j++) {
            EXPECT_OR(strcmp(wanted[j], upstream[j]) == 0, numbers[i].written);
        }
    }
}

static void a_thread_stays(void)
{
    static const char *before[THREADS], *now[THREADS];
    struct question question = question_of("weighted-choice", "{}", 4);
    ask(&question, before);
    const cclb_candidate first = question.candidates[0];
    question.candidates[0] = question.candidates[3];
    question.candidates[3] = first;
    ask(&question, now);
    for (size_t i = 0; i < THREADS; i++) {
        EXPECT_OR(strcmp(before[i], now[i]) == 0, "in another order it goes elsewhere");
    }
}

static void only_those_move_that_have_to(void)
{
    static const char *before[THREADS], *now[THREADS];
    struct question question =
        question_of("weighted-choice", "{\"weights\": {\"east\": 1, \"west\": 1, \"north\": 1, \"south\": 1}}", 4);
    ask(&question, before);
    question.count = 3;
    ask(&question, now);
    expect_moves(before, now, "south", NULL);
    question.count = 4;
    question.claims = "{\"weights\": {\"east\": 1, \"west\": 2, \"north\": 1, \"south\": 1}}";
    ask(&question, now);
    expect_moves(before, now, NULL, "west");
    expect_share(now, "west", 40);
}

static void new_threads_spread_by_capacity(void)
{
    static const char *before[THREADS], *now[THREADS];
    static const double capacities[UPSTREAMS] = {5.0, 1.0, 4.0, 0.0};
    struct question question = question_of("cache-spread", "{}", 4);
    for (size_t i = 0; i < UPSTREAMS; i++) {
        question.candidates[i].has_plan_capacity_ratio = true;
        question.candidates[i].plan_capacity_ratio = capacities[i];
        question.candidates[i].predicted_cache_creation_tokens_5m = 2000;
    }
    ask(&question, before);
    expect_share(before, "east", 50);
    expect_share(before, "west", 10);
    expect_share(before, "north", 40);
    expect_share(before, "south", 0);
    /* Then the prompt is cached with the least of them. */
    question.candidates[1].predicted_cache_creation_tokens_5m = 100;
    question.candidates[1].predicted_cache_read_tokens = 1900;
    ask(&question, now);
    expect_share(now, "west", 100);
    expect_moves(before, now, NULL, "west");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: guest_choice_test PLUGINS\n");
        return 2;
    }
    plugins = argv[1];
    expect_case = "set up";
    EXPECT_OR(cclb_runtime_create(NULL, &runtime, &error) == CCLB_OK, error.message);
    register_plugin("weighted-choice");
    register_plugin("cache-spread");
    RUN(each_has_its_weight);
    RUN(weights_are_numbers);
    RUN(a_thread_stays);
    RUN(only_those_move_that_have_to);
    RUN(new_threads_spread_by_capacity);
    expect_case = "tear down";
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
    return 0;
}
