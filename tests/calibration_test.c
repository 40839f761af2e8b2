/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calibration_test.c - honest plugins have room below the default deadlines: a prompt of 26 KiB and a request of 5 MB that
 * is almost all tools, through filters that walk over the JSON of the body and shape plugins that write it anew, of every
 * kit, in every isolation, with and without metering.
 *
 * The calls have to succeed, with twice the time that they took left at least. How much of the deadline each took, in CPU
 * time of this thread, is printed: the least of some calls, since a busy machine charges a thread for more than its own work
 * (docs/adr/0003-deadline.md, by which ten times is the least that there is on a quiet one).
 */
#include "cclb.h"
#include "cpu_time.h"
#include "expect.h"
#include "table.h"

enum { CALLS = 5, PROMPT_BYTES = 26 << 10, TOOLS_BYTES = 5000000, CANDIDATES = 8 };

static const cclb_isolation isolations[] = {CCLB_ISOLATION_CHECKED, CCLB_ISOLATION_GUARDED, CCLB_ISOLATION_ON_DEMAND};
enum { ISOLATIONS = sizeof isolations / sizeof isolations[0] };

static const struct plugin {
    const char *name;
    cclb_slot_kind kind;
} plugins[] = {
    {"weighted_view-pdk0.1.0", CCLB_SLOT_FILTER}, {"weighted_view-pdk0.1.1", CCLB_SLOT_FILTER},
    {"weighted_view-pdk0.1.2", CCLB_SLOT_FILTER}, {"weighted_view-pdk0.2.0", CCLB_SLOT_FILTER},
    {"shape_pass-pdk0.1.0", CCLB_SLOT_SHAPE},     {"shape_redact-pdk0.1.1", CCLB_SLOT_SHAPE},
    {"shape_redact-pdk0.1.2", CCLB_SLOT_SHAPE},   {"shape_redact-pdk0.2.0", CCLB_SLOT_SHAPE},
};
enum { PLUGINS = sizeof plugins / sizeof plugins[0] };

/* Text that is written piece by piece. */
struct text {
    char *data;
    size_t len;
    size_t capacity;
};

static void append(struct text *text, const char *words)
{
    size_t len = strlen(words);
    EXPECT(text->len + len < text->capacity);
    memcpy(text->data + text->len, words, len);
    text->len += len;
}

/* A chat request: one long message, and tools for as long as there is room. */
static cclb_bytes make_body(size_t bytes, bool of_tools)
{
    enum { LONGEST_TOOL = 512 };
    struct text text = {calloc(1, bytes + 1), 0, bytes + 1};
    EXPECT(text.data);
    append(&text, "{\"model\":\"claude-sonnet-4\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"");
    while (text.len + LONGEST_TOOL < (of_tools ? (size_t)LONGEST_TOOL * 2 : bytes)) {
        append(&text, "the quick brown fox \\\"jumps\\\" over the lazy dog,\\n");
    }
    append(&text, "\"}],\"tools\":[");
    for (size_t i = 0; text.len + LONGEST_TOOL < bytes; i++) {
        char tool[LONGEST_TOOL];
        snprintf(tool, sizeof tool,
                 "%s{\"name\":\"tool_%zu\",\"description\":\"Looks things up\",\"input_schema\":{\"type\":\"object\","
                 "\"properties\":{\"path\":{\"type\":\"string\"},\"limit\":{\"type\":\"integer\",\"minimum\":%zu}},"
                 "\"required\":[\"path\"]}}",
                 i == 0 ? "" : ",", i, i);
        append(&text, tool);
    }
    append(&text, "]}");
    return cclb_bytes_of((const uint8_t *)text.data, text.len);
}

/* One call, which succeeds; its CPU time. */
static uint64_t call(cclb_runtime *runtime, const struct plugin *plugin, const cclb_bytes *body)
{
    static const cclb_candidate candidates[CANDIDATES] = {{.id = {{1}}}, {.id = {{2}}}, {.id = {{3}}}};
    const cclb_target target = {NULL, cclb_global_key(plugin->name)};
    cclb_request request = cclb_request_init();
    cclb_error error;
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.body = (cclb_spans){body, 1};
    uint64_t before = thread_ns();
    if (plugin->kind == CCLB_SLOT_FILTER) {
        cclb_filter_result result;
        request.candidates = candidates;
        request.candidate_count = CANDIDATES;
        EXPECT_OR(cclb_filter(runtime, &target, &request, &result, &error) == CCLB_OK, error.message);
        cclb_lease_return(&result.lease);
    } else {
        cclb_shape_result result;
        request.upstream_base_url = cclb_optional_text("https://upstream.example");
        EXPECT_OR(cclb_shape(runtime, &target, &request, &result, &error) == CCLB_OK, error.message);
        cclb_lease_return(&result.lease);
    }
    return thread_ns() - before;
}

/* How many times its CPU time the default deadline is; the least CPU time of some calls. */
static double room(cclb_runtime *runtime, const struct plugin *plugin, const cclb_bytes *body)
{
    const double base_ns = 100e6, per_mib_ns = 50e6;
    uint64_t least_ns = UINT64_MAX;
    for (int i = 0; i < CALLS; i++) {
        uint64_t used_ns = call(runtime, plugin, body);
        least_ns = used_ns < least_ns ? used_ns : least_ns;
    }
    return (base_ns + per_mib_ns * (double)body->len / (1 << 20)) / (double)least_ns;
}

static void load(cclb_runtime *runtime, const struct plugin *plugin)
{
    char path[128];
    snprintf(path, sizeof path, "plugins/%s.wasm", plugin->name);
    cclb_bytes wasm = data_file(path);
    cclb_error error;
    EXPECT_OR(cclb_slot_register(runtime, cclb_global_key(plugin->name), plugin->kind, wasm, NULL, NULL, &error) ==
                  CCLB_OK,
              error.message);
    free((void *)(uintptr_t)wasm.data);
}

static void run(cclb_isolation isolation, bool metering, const cclb_bytes bodies[2])
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.isolation = isolation;
    options.metering = metering;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    cclb_runtime *runtime = NULL;
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    for (size_t i = 0; i < PLUGINS; i++) {
        load(runtime, &plugins[i]);
        printf("%-10s %-9s %-24s", cclb_isolation_name(isolation), metering ? "metering" : "", plugins[i].name);
        for (size_t k = 0; k < 2; k++) {
            double times = room(runtime, &plugins[i], &bodies[k]);
            printf(" %8.1f", times);
            EXPECT_OR(times >= 3, plugins[i].name);
        }
        putchar('\n');
    }
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
}

int main(void)
{
    expect_case = "default deadlines";
    const cclb_bytes bodies[] = {make_body(PROMPT_BYTES, false), make_body(TOOLS_BYTES, true)};
    printf("%-45s %8s %8s\n", "how many times the CPU time the deadline is:", "prompt", "tools");
    for (size_t i = 0; i < ISOLATIONS; i++) {
        run(isolations[i], false, bodies);
        run(isolations[i], true, bodies);
    }
    free((void *)(uintptr_t)bodies[0].data);
    free((void *)(uintptr_t)bodies[1].data);
    return 0;
}
