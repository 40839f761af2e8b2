/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo.c - the main job from end to end, told to a person: plugins of several kit versions in one process, each hook,
 * a stream transformed, a hot swap under load, a plugin that never returns, and what was counted.
 *
 * usage: demo [FOLDER WITH THE PLUGINS]
 */
#include "cclb.h"
#include "demo_data.h"
#include "file.h"
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

static const char *name_of(const cclb_request *request, size_t candidate)
{
    return candidate < request->candidate_count ? (const char *)request->candidates[candidate].name.data : "(unknown)";
}

static void ask_filter(cclb_runtime *runtime, cclb_slot_key key, const cclb_request *request)
{
    cclb_error error;
    cclb_filter_result result;
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    if (cclb_filter(runtime, &target, request, &result, &error) != CCLB_OK) {
        fail("filter", &error);
    }
    printf("\nfilter: which of %zu upstreams may take POST /v1/messages?  (%" PRIu64 " us in a sandbox of %" PRIu64
           " KiB)\n",
           request->candidate_count, result.lease.duration_ns / 1000, result.lease.memory_bytes / 1024);
    for (size_t i = 0; i < result.kept_count; i++) {
        printf("  kept      %s\n", name_of(request, result.kept[i].candidate));
    }
    for (size_t i = 0; i < result.rejected_count; i++) {
        printf("  rejected  %s, %s", name_of(request, result.rejected[i].candidate),
               cclb_rejection_name(result.rejected[i].rejection));
        print_text(": ", result.rejected[i].reason);
        printf("\n");
    }
    cclb_lease_return(&result.lease);
}

static void ask_shape(cclb_runtime *runtime, cclb_slot_key key, const cclb_request *request)
{
    cclb_error error;
    cclb_shape_result result;
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    if (cclb_shape(runtime, &target, request, &result, &error) != CCLB_OK) {
        fail("shape", &error);
    }
    printf("\nshape: what goes to the chosen one?  (%" PRIu64 " us)\n", result.lease.duration_ns / 1000);
    print_text("  ", result.method);
    print_text(" ", result.url.text);
    printf("\n  %zu headers of %zu, body of %zu bytes\n", result.headers.count, request->headers.count,
           result.body.spans[0].len);
    cclb_lease_return(&result.lease);
}

/* Bytes for the client, line by line. */
static void print_stream(void *context, cclb_bytes bytes)
{
    bool *at_start = context;
    for (size_t i = 0; i < bytes.len; i++) {
        if (*at_start) {
            fputs("  | ", stdout);
        }
        putchar(bytes.data[i]);
        *at_start = bytes.data[i] == '\n';
    }
}

/* The stream comes in chunks of 50 bytes, which respect no event's borders. */
static void transform_stream(cclb_runtime *runtime, cclb_slot_key key, const cclb_request *request)
{
    cclb_error error;
    cclb_handle *handle = NULL;
    cclb_sse_stream *stream = NULL;
    cclb_response response = cclb_response_init();
    cclb_sse_info info = cclb_sse_info_init();
    bool at_start = true;
    response.status = 200;
    if (cclb_handle_create(runtime, key, &handle, &error) != CCLB_OK) {
        fail("handle", &error);
    }
    cclb_target target = cclb_by_handle(handle);
    if (cclb_sse_stream_create(runtime, &target, request, &response, NULL, &stream, &error) != CCLB_OK) {
        fail("stream", &error);
    }
    cclb_handle_destroy(handle);
    printf("\nthe answer streams back, and the plugin replaces a word in it and drops the pings:\n");
    cclb_bytes rest = cclb_text(demo_stream);
    while (rest.len > 0) {
        size_t len = rest.len < 50 ? rest.len : 50;
        if (cclb_sse_stream_feed(stream, cclb_bytes_of(rest.data, len), print_stream, &at_start, &error) != CCLB_OK) {
            fail("stream", &error);
        }
        rest = cclb_bytes_of(rest.data + len, rest.len - len);
    }
    if (cclb_sse_stream_finish(stream, print_stream, &at_start, &error) != CCLB_OK ||
        cclb_sse_stream_describe(stream, &info, &error) != CCLB_OK) {
        fail("stream", &error);
    }
    printf("  %" PRIu64 " events: %" PRIu64 " unchanged, %" PRIu64 " replaced, %" PRIu64 " dropped\n", info.events,
           info.unchanged, info.replaced, info.dropped);
    cclb_sse_stream_destroy(stream);
}

static void swap_while_serving(cclb_runtime *runtime, cclb_slot_key key, const cclb_request *request,
                               const char *folder)
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
    if (swap_under_load(runtime, key, request, modules, SWAPS, &result, &error) != CCLB_OK) {
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

static void stop_a_loop(cclb_runtime *runtime, const cclb_request *request, const char *folder)
{
    cclb_slot_key key = cclb_global_key("looper");
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_error error;
    cclb_filter_result result;
    printf("\na plugin that never returns:\n");
    load_plugin(runtime, key, CCLB_SLOT_FILTER, folder, "x-loop-call-w09.wasm");
    cclb_status status = cclb_filter(runtime, &target, request, &result, &error);
    if (status != CCLB_OK || !result.passed_through) {
        fprintf(stderr, "demo: the loop ended with %s\n", cclb_status_name(status));
        exit(EXIT_FAILURE);
    }
    printf("  %s\n  by the slot's failure policy the request passes through: all %zu upstreams are kept\n",
           error.message, result.kept_count);
    cclb_lease_return(&result.lease);
}

/* Of the calls above, what was counted by slot, hook and outcome, and what policy let pass. */
static void show_sample(void *context, const cclb_metric_sample *sample)
{
    const char *const shown = context;
    if (strstr(shown, sample->name) == NULL || sample->label_count != 3) {
        return;
    }
    printf("  %s{", sample->name);
    for (size_t i = 0; i < sample->label_count; i++) {
        printf("%s%s=\"%.*s\"", i > 0 ? "," : "", sample->labels[i].name, (int)sample->labels[i].value.len,
               (const char *)sample->labels[i].value.data);
    }
    printf("} %" PRIu64 "\n", sample->count);
}

static void read_metrics(cclb_runtime *runtime)
{
    char shown[] = "cclb_plugin_calls_total cclb_plugin_policy_applied_total";
    cclb_error error;
    printf("\nwhat was counted, trial calls under the plugins' own names included:\n");
    if (cclb_metrics_visit(runtime, show_sample, shown, &error) != CCLB_OK) {
        fail("metrics", &error);
    }
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
    cclb_slot_key redactor = cclb_global_key("redactor");
    cclb_candidate candidates[3];
    demo_candidates(candidates);
    const cclb_request request = demo_request(candidates);
    printf("three plugins, built in Rust with three versions of the published kit, side by side:\n");
    load_plugin(runtime, filter, CCLB_SLOT_FILTER, folder, "weighted_view-pdk0.1.0.wasm");
    load_plugin(runtime, shape, CCLB_SLOT_SHAPE, folder, "shape_pass-pdk0.2.0.wasm");
    load_plugin(runtime, redactor, CCLB_SLOT_SHAPE, folder, "shape_redact-pdk0.1.1.wasm");
    ask_filter(runtime, filter, &request);
    ask_shape(runtime, shape, &request);
    transform_stream(runtime, redactor, &request);
    swap_while_serving(runtime, filter, &request, folder);
    stop_a_loop(runtime, &request, folder);
    read_metrics(runtime);

    if (cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        fail("destroy", &error);
    }
    printf("\nall calls returned, nothing left open: destroyed cleanly\n");
    return EXIT_SUCCESS;
}
