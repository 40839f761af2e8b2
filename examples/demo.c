/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo.c - the main job from end to end, told to a person: two plugins of two kit versions in one process, real calls, a
 * hot swap under load, and a plugin that never returns.
 *
 * usage: demo [FOLDER WITH THE PLUGINS]
 */
#include "cclb.h"
#include "file.h"
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const cclb_header headers[] = {
    {TEXT("content-type"), TEXT("application/json")},
    {TEXT("anthropic-version"), TEXT("2023-06-01")},
    {TEXT("user-agent"), TEXT("example-client/2.1")},
};

static const cclb_bytes body[] = {
    TEXT("{\"model\":\"claude-sonnet-4\",\"max_tokens\":1024,\"stream\":true,\"messages\":"),
    TEXT("[{\"role\":\"user\",\"content\":\"Summarise the incident report of last night.\"}]}"),
};

static const cclb_claim claims[] = {
    {TEXT("route_weights"), TEXT("{\"east\":3,\"west\":1}")},
    {TEXT("team"), TEXT("\"search\"")},
};

static const cclb_upstream_candidate candidates[] = {
    {.upstream_id = TEXT("6f1c2a34-0000-4000-8000-000000000001"),
     .name = TEXT("east"),
     .kind = TEXT("anthropic_api_key"),
     .observed_at_unix_secs = 1760000000,
     .predicted_cache_read_tokens = 12000,
     .plan_capacity_ratio = 1.0},
    {.upstream_id = TEXT("6f1c2a34-0000-4000-8000-000000000002"),
     .name = TEXT("west"),
     .kind = TEXT("anthropic_api_key"),
     .observed_at_unix_secs = 1760000000,
     .predicted_cache_read_tokens = 400,
     .plan_capacity_ratio = 1.0},
    {.upstream_id = TEXT("6f1c2a34-0000-4000-8000-000000000003"),
     .name = TEXT("reserve"),
     .kind = TEXT("anthropic_oauth"),
     .observed_at_unix_secs = 1760000000,
     .plan_capacity_ratio = 0.5},
};

static const cclb_filter_request filter_request = {
    .request_id = TEXT("req-0001"),
    .canonical_model_id = TEXT("claude-sonnet-4"),
    .cache_pricing = {.status = TEXT("unknown")},
    .method = TEXT("POST"),
    .path = TEXT("/v1/messages"),
    .headers = {headers, 3},
    .body = {body, 2},
    .principal = {TEXT("key-17"), TEXT("api_key"), {claims, 2}},
    .candidates = {candidates, 3},
};

static const cclb_shape_request shape_request = {
    .request_id = TEXT("req-0001"),
    .method = TEXT("POST"),
    .path = TEXT("/v1/messages"),
    .query = {true, TEXT("beta=true")},
    .headers = {headers, 3},
    .body = {body, 2},
    .principal = {TEXT("key-17"), TEXT("api_key"), {claims, 2}},
    .upstream = {CCLB_UPSTREAM_ANTHROPIC_DIRECT, {true, TEXT("https://east.example.test")}},
};

static void fail(const char *what, const cclb_error *error)
{
    fprintf(stderr, "demo: %s: %s\n", what, error->message);
    exit(EXIT_FAILURE);
}

static void print_text(const char *label, cclb_bytes text)
{
    char safe[512];
    cclb_escape(text, safe, sizeof safe);
    printf("%s%s", label, safe);
}

/* Admits a plugin into a slot and says what it is. */
static void load_plugin(cclb_runtime *runtime, cclb_slot_key key, cclb_slot_kind kind, const char *folder,
                        const char *file)
{
    cclb_error error;
    cclb_report *report = NULL;
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &report;
    cclb_bytes wasm = read_file(folder, file);
    if (cclb_slot_register(runtime, key, kind, wasm, &options, NULL, &error) != CCLB_OK) {
        fail(file, &error);
    }
    printf("  %-32s admitted: ", file);
    print_text("\"", report->name);
    printf("\", form %s, by the rules of runtime %s, compiled in %" PRIu64 " ms\n", cclb_form_name(report->form),
           cclb_reference_name(report->reference), report->compile_ns / 1000000);
    cclb_report_destroy(report);
    free_file(wasm);
}

static void ask_filter(cclb_runtime *runtime, cclb_slot_key key)
{
    cclb_error error;
    cclb_lease lease;
    cclb_filter_response_view answer;
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    if (cclb_call_filter(runtime, &target, &filter_request, &lease, &answer, &error) != CCLB_OK) {
        fail("filter", &error);
    }
    printf("\nfilter: which of 3 upstreams may take POST /v1/messages?  (%" PRIu64 " us in a sandbox of %" PRIu64
           " KiB)\n",
           lease.duration_ns / 1000, lease.memory_bytes / 1024);
    for (size_t i = 0; i < answer.results.count; i++) {
        cclb_candidate_reason reason = cclb_candidate_reason_at(answer.results, i);
        print_text("  ", reason.upstream_id);
        print_text("  ", reason.decision);
        print_text(reason.reason.len > 0 ? "  " : "", reason.reason);
        printf("\n");
    }
    cclb_lease_return(&lease);
}

static void ask_shape(cclb_runtime *runtime, cclb_slot_key key)
{
    cclb_error error;
    cclb_lease lease;
    cclb_shape_response_view answer;
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    if (cclb_call_shape(runtime, &target, &shape_request, &lease, &answer, &error) != CCLB_OK) {
        fail("shape", &error);
    }
    printf("\nshape: what goes to the chosen one?  (%" PRIu64 " us)\n", lease.duration_ns / 1000);
    print_text("  ", answer.method);
    print_text(" ", answer.url);
    printf("\n  %zu headers, body of %zu bytes\n", answer.headers.count, answer.body.len);
    cclb_lease_return(&lease);
}

static void swap_while_serving(cclb_runtime *runtime, cclb_slot_key key, const char *folder)
{
    const cclb_bytes modules[] = {
        read_file(folder, "accept_all-pdk0.2.0.wasm"),
        read_file(folder, "weighted_view-pdk0.1.0.wasm"),
    };
    enum { SWAPS = 200 };
    struct load_result result;
    cclb_error error;
    printf("\nhot swap: two plugins of two kits take turns, %d times, under calls from %d threads\n", SWAPS,
           LOAD_THREADS);
    if (swap_under_load(runtime, key, &filter_request, modules, SWAPS, &result, &error) != CCLB_OK) {
        fail("swap", &error);
    }
    printf("  %" PRIu64 " calls, %" PRIu64 " failed; one thread was answered by %" PRIu64 " versions\n", result.calls,
           result.failed, result.versions_seen);
    if (result.failed > 0) {
        fail("a call during a swap", &result.first_fault);
    }
    free_file(modules[0]);
    free_file(modules[1]);
}

static void stop_a_loop(cclb_runtime *runtime, const char *folder)
{
    cclb_slot_key key = cclb_global_key("looper");
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_error error;
    cclb_lease lease;
    cclb_filter_response_view answer;
    printf("\na plugin that never returns:\n");
    load_plugin(runtime, key, CCLB_SLOT_FILTER, folder, "x-loop-call-w09.wasm");
    cclb_status status = cclb_call_filter(runtime, &target, &filter_request, &lease, &answer, &error);
    if (status != CCLB_DEADLINE) {
        fprintf(stderr, "demo: the loop ended with %s\n", cclb_status_name(status));
        exit(EXIT_FAILURE);
    }
    printf("  %s\n", error.message);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : DEMO_PLUGINS;
    cclb_error error;
    cclb_runtime *runtime = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    if (cclb_runtime_create(NULL, &runtime, &error) != CCLB_OK ||
        cclb_runtime_describe(runtime, &info, &error) != CCLB_OK) {
        fail("runtime", &error);
    }
    printf("cclb %s on %s: isolation %s, memory reset by %s (%s)\n\n", cclb_version(), info.engine,
           cclb_isolation_name(info.isolation), cclb_reset_name(info.reset), info.reset_reason);

    cclb_slot_key filter = cclb_global_key("chooser");
    cclb_slot_key shape = cclb_global_key("shaper");
    printf("two plugins, built in Rust with two versions of the published kit, side by side:\n");
    load_plugin(runtime, filter, CCLB_SLOT_FILTER, folder, "weighted_view-pdk0.1.0.wasm");
    load_plugin(runtime, shape, CCLB_SLOT_SHAPE, folder, "shape_pass-pdk0.2.0.wasm");
    ask_filter(runtime, filter);
    ask_shape(runtime, shape);
    swap_while_serving(runtime, filter, folder);
    stop_a_loop(runtime, folder);

    if (cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        fail("destroy", &error);
    }
    printf("\nall calls returned, nothing left open: destroyed cleanly\n");
    return EXIT_SUCCESS;
}
