/* SPDX-License-Identifier: Apache-2.0 */
/* bench.c - `cclb bench`: admits a plugin as a host would, and measures what a call of one of its hooks costs. */

#include "bench_result.h"
#include "choices.h"
#include "command.h"
#include "document.h"
#include "event_text.h"
#include "floor.h"
#include "progress.h"
#include "text.h"
#include "usual.h"

#include "cclb/escape.h"

#include <stdlib.h>

/* Each is the same call in the same state of things: what fails so often in a row fails for good. */
enum { TRIALS = 3 };

/* What a host has that sets nothing. */
enum { STORES_DEFAULT = 64 };

struct bench {
    cclb_hook hook;
    const char *request; /* NULL: the built-in one */
    uint64_t length_ns;
    unsigned threads;
    struct plugin plugin;
    struct document document;
    cclb_slot_kind kind;
    cclb_handle *floor;
    struct file event; /* as a stream has it; empty: there is none, or it cannot be one of a stream */
};

static enum exit_status choose_length(struct session *session, uint64_t *length_ns)
{
    const char *value = session_option(session, "seconds");
    *length_ns = UINT64_C(2000000000);
    if (value == NULL || text_parse_seconds(value, length_ns)) {
        return EXIT_DONE;
    }
    char shown[64];
    cclb_escape(cclb_text(value), shown, sizeof shown);
    return session_fail_usage(session, "--seconds %s: a number above 0, up to 3600, such as 0.5", shown);
}

static enum exit_status choose_threads(struct session *session, unsigned *threads)
{
    const char *value = session_option(session, "threads");
    uint64_t count = scaling_processors();
    if (value && (!text_parse_count(value, &count) || count == 0 || count > SCALING_THREADS_MAX)) {
        char shown[64];
        cclb_escape(cclb_text(value), shown, sizeof shown);
        return session_fail_usage(session, "--threads %s: a number from 1 to %d", shown, SCALING_THREADS_MAX);
    }
    *threads = (unsigned)count;
    return EXIT_DONE;
}

static enum exit_status read_document(struct session *session, struct bench *bench)
{
    enum exit_status status = bench->request ? document_read(session, bench->request, &bench->document)
                                             : usual_document(session, &bench->document);
    return status == EXIT_DONE ? document_check(session, &bench->document, bench->hook) : status;
}

/* The command line, and the files that it names. */
static enum exit_status prepare(struct session *session, struct bench *bench)
{
    cclb_runtime_options *options = &bench->plugin.options;
    bench->request = session_option(session, "request");
    enum exit_status status = choose_hook(session, session->arguments.operands[1], &bench->hook);
    if (status == EXIT_DONE) {
        status = choose_length(session, &bench->length_ns);
    }
    if (status == EXIT_DONE) {
        status = choose_threads(session, &bench->threads);
    }
    if (status == EXIT_DONE && bench->request) {
        status = choose_request_file(session, bench->request);
    }
    options->stores_max = bench->threads > STORES_DEFAULT ? bench->threads : STORES_DEFAULT;
    options->failure_policy = CCLB_FAILURE_FAIL_CLOSED; /* a failure is to be seen */
    if (status == EXIT_DONE) {
        status = plugin_choose(session, &bench->plugin, plugin_is_judged(bench->hook));
    }
    return status == EXIT_DONE ? read_document(session, bench) : status;
}

/* What a stream is fed, if the hook is one of streams. */
static enum exit_status write_event(struct session *session, struct bench *bench)
{
    if (bench->hook != CCLB_HOOK_TRANSFORM_SSE_EVENT ||
        event_text_write(cclb_host_document_event(bench->document.read), &bench->event)) {
        return EXIT_DONE;
    }
    return session_fail_memory(session, "what is measured");
}

/* The hook may be one that is never called. */
static enum exit_status refuse_uncalled(struct session *session, const struct bench *bench)
{
    const char *why;
    if (plugin_calls(&bench->plugin, bench->hook, &why)) {
        return EXIT_DONE;
    }
    cclb_error error = {.status = CCLB_REJECTED, .hook = bench->hook, .offset = CCLB_NO_OFFSET};
    snprintf(error.message, sizeof error.message, "%s: there is nothing to measure, the plugin %s",
             cclb_hook_name(bench->hook), why);
    return session_fail(session, bench->plugin.name, &error, NULL);
}

/* Whether the plugin can do it at all; if not, what it fails with is all that is told. */
static enum exit_status try_plugin(struct session *session, const struct bench *bench, const struct work *work)
{
    cclb_error error;
    for (unsigned i = 0; i < TRIALS; i++) {
        if (work_once(work, &error) == CCLB_OK) {
            return EXIT_DONE;
        }
    }
    return session_fail(session, error.status == CCLB_BAD_INPUT ? bench->document.name : bench->plugin.name, &error,
                        NULL);
}

static enum exit_status make_floor(struct session *session, struct bench *bench)
{
    cclb_slot_info slot;
    cclb_error error;
    cclb_status status = cclb_handle_describe(bench->plugin.handle, &slot, &error);
    if (status == CCLB_OK) {
        bench->kind = slot.kind;
        status = floor_register(bench->plugin.runtime, slot.kind, bench->plugin.report, &bench->floor, &error);
    }
    return status == CCLB_OK ? EXIT_DONE : session_fail(session, "the floor", &error, NULL);
}

/* All that takes its time. */
static cclb_status measure(const struct bench *bench, const struct work *plugin, struct bench_result *result,
                           cclb_error *error)
{
    struct work ours = *plugin;
    struct work floor = ours;
    floor.handle = bench->floor;
    cclb_status status = measure_beside(&ours, &floor, bench->length_ns, &result->tally, &result->call, error);
    if (status == CCLB_OK && bench->event.len > 0) {
        ours.event = floor.event = cclb_bytes_of(bench->event.data, bench->event.len);
        status = measure_beside(&ours, &floor, bench->length_ns, &result->tally, &result->session, error);
        result->has_session = status == CCLB_OK;
    }
    unsigned threads[SCALING_STEPS_MAX];
    unsigned steps = scaling_steps(bench->threads, threads);
    for (; status == CCLB_OK && result->step_count < steps; result->step_count++) {
        struct scaling_step *step = &result->steps[result->step_count];
        step->threads = threads[result->step_count];
        status = scaling_run(plugin, bench->length_ns, &result->tally, step, error);
    }
    return status;
}

/* Says on a terminal how long it will take, as far as that is known. */
static enum exit_status measure_in_sight(struct session *session, const struct bench *bench, const struct work *plugin,
                                         struct bench_result *result)
{
    unsigned threads[SCALING_STEPS_MAX];
    unsigned ways = (bench->event.len > 0 ? 4 : 2) + scaling_steps(bench->threads, threads);
    char what[96];
    snprintf(what, sizeof what, "cclb: measuring %u times, some %.0f s in all", ways,
             (double)bench->length_ns * ways / 1e9);
    cclb_error error;
    progress_start(what);
    cclb_status status = measure(bench, plugin, result, &error);
    progress_stop();
    return status == CCLB_OK ? EXIT_DONE : session_fail(session, bench->plugin.name, &error, NULL);
}

/* It is not in the way of the rest if a call cannot be weighed. */
static void weigh(const struct bench *bench, struct bench_result *result)
{
    cclb_error error;
    progress_start("cclb: counting fuel and memory");
    cclb_status status =
        weight_take(&bench->plugin, bench->kind, bench->hook, bench->document.read, &result->weight, &error);
    progress_stop();
    result->has_weight = status == CCLB_OK;
    if (status != CCLB_OK) {
        session_complain("note: fuel and memory could not be counted", &error, NULL);
    }
}

static enum exit_status describe(struct session *session, const struct bench *bench, struct bench_result *result)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error error;
    if (cclb_runtime_describe(bench->plugin.runtime, &info, &error) != CCLB_OK) {
        return session_fail(session, NULL, &error, NULL);
    }
    *result = (struct bench_result){
        .hook = bench->hook,
        .report = bench->plugin.report,
        .isolation = info.isolation,
        .reset = info.reset,
        .request = bench->request ? bench->document.name : NULL,
        .length_ns = bench->length_ns,
    };
    return EXIT_DONE;
}

static void tell(struct session *session, const struct bench_result *result)
{
    if (!session->json) {
        bench_result_print(session->out, result);
        return;
    }
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    emit_bool(&emitter, "ok", true);
    emit_null(&emitter, "error");
    bench_result_emit(&emitter, result);
    emit_end(&emitter);
}

/* With a plugin that was admitted. */
static enum exit_status run_bench(struct session *session, struct bench *bench)
{
    const struct work work = {
        .runtime = bench->plugin.runtime,
        .handle = bench->plugin.handle,
        .hook = bench->hook,
        .document = bench->document.read,
    };
    struct bench_result result;
    enum exit_status status = refuse_uncalled(session, bench);
    if (status == EXIT_DONE) {
        status = try_plugin(session, bench, &work);
    }
    if (status == EXIT_DONE) {
        status = make_floor(session, bench);
    }
    if (status == EXIT_DONE) {
        status = write_event(session, bench);
    }
    if (status == EXIT_DONE) {
        status = describe(session, bench, &result);
    }
    if (status == EXIT_DONE) {
        status = measure_in_sight(session, bench, &work, &result);
    }
    if (status == EXIT_DONE) {
        weigh(bench, &result);
        tell(session, &result);
    }
    return status;
}

static enum exit_status run(struct session *session)
{
    struct bench bench = {0};
    plugin_init(session, &bench.plugin);
    enum exit_status status = prepare(session, &bench);
    if (status == EXIT_DONE) {
        status = plugin_admit(session, &bench.plugin, bench.hook);
    }
    if (status == EXIT_DONE) {
        status = run_bench(session, &bench);
    }
    cclb_handle_destroy(bench.floor);
    free(bench.event.data);
    document_deinit(&bench.document);
    return plugin_close(session, &bench.plugin, status);
}

static const struct option_spec options[] = {
    {"request", 0, "FILE",
     "the request in the terms of a proxy: a host document\n(docs/json.md); without it, a built-in one of a usual "
     "size"},
    {"seconds", 0, "S", "how long each line of figures is measured (default 2)"},
    {"threads", 0, "N", "the most threads that call at the same time (default: as many\nas there are processors)"},
    REFERENCE_OPTION,
    SANDBOX_OPTIONS,
    DEADLINE_OPTION,
    MODULE_LIMIT_OPTION,
    LIMIT_AND_BOUND_OPTION,
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command bench_command = {
    .name = "bench",
    .synopsis = "bench PLUGIN.wasm HOOK [OPTIONS]",
    .summary = "measure what a call of a plugin's hook costs",
    .about =
        "Admits a plugin as a host would and calls HOOK (filter, shape, observe, transform_response or\n"
        "transform_sse_event) again and again, as a proxy does: with a host document, in a fresh sandbox each\n"
        "time, the answer judged. Shown are times from the call to the return of its answer, and calls a second,\n"
        "on one thread and then on 1, 2, 4 ... up to N at the same time; for transform_sse_event also those of\n"
        "events in a stream that keeps its sandbox (see `cclb help sse`).\n"
        "\n"
        "The floor is what a call costs with an empty plugin, which reads nothing and answers the least that is\n"
        "valid. It is made of the same form, has the same request written into its memory, and takes turns with\n"
        "the plugin in many short rounds. What the plugin costs beyond it is its own: the median over the rounds\n"
        "of how far the medians of both are apart. The rest is the sandbox and the host's part.\n"
        "\n"
        "Fuel and memory are counted apart: fuel is the same each time; the memory that a call touches is that of\n"
        "the page faults in a sandbox that has no pages yet. Times are at most one part in 512 off. Calls that\n"
        "fail are counted apart, and end the command with status 1 if no other are left.\n",
    .examples = "  cclb bench my_plugin.wasm filter\n"
                "  cclb bench my_plugin.wasm shape --request host.json --seconds 5 --threads 16\n"
                "  cclb bench my_plugin.wasm filter --isolation guarded --json | jq .call.over_floor\n",
    .line = {.options = options,
             .repeated = LIMIT_OPTION_NAME,
             .operands = {"PLUGIN.wasm", "HOOK"},
             .operands_needed = 2},
    .run = run,
};
