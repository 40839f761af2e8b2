/* SPDX-License-Identifier: Apache-2.0 */
/* sse.c - `cclb sse`: an event stream through a plugin, as a proxy has it on its way back to the client. */

#include "capsule_file.h"
#include "choices.h"
#include "command.h"
#include "document.h"
#include "metrics.h"
#include "plugin.h"
#include "sse_summary.h"
#include "stream_defaults.h"
#include "text.h"

#include "cclb/escape.h"

#include <string.h>
#include <unistd.h>

static enum exit_status choose_files(struct session *session)
{
    const char *request = session_option(session, "request");
    const char *summary = session_option(session, "summary");
    if (files_is_standard(session->arguments.operands[0]) || (request && files_is_standard(request))) {
        return session_fail_usage(session, "standard input is the stream: name a file for the %s",
                                  request && files_is_standard(request) ? "request" : "plugin");
    }
    if (summary && files_is_standard(summary)) {
        return session_fail_usage(session, "standard output is the stream: name a file for the summary");
    }
    if (summary) {
        session_divert(session, summary);
    }
    return EXIT_DONE;
}

/* The command line, and the files that it names. */
static enum exit_status prepare(struct session *session, struct plugin *plugin, struct document *document,
                                struct capsule_file *capsule, cclb_sse_options *options)
{
    const char *request = session_option(session, "request");
    enum exit_status status = choose_files(session);
    if (status == EXIT_DONE) {
        status = capsule_file_choose(session, capsule, &plugin->options);
    }
    options->session = session_option(session, "session") != NULL;
    if (status == EXIT_DONE) {
        status = choose_failure_policy(session, &plugin->options.failure_policy);
    }
    if (status == EXIT_DONE) {
        status = choose_size(session, "event-max-bytes", &options->event_max_bytes);
    }
    if (status == EXIT_DONE) {
        status = plugin_choose(session, plugin, true);
    }
    if (status == EXIT_DONE && request) {
        status = document_read(session, request, document);
    }
    return status == EXIT_DONE && request ? document_check_stream(session, document) : status;
}

/* What a user may not expect, before anything is waited for. */
static void note_surprises(const struct plugin *plugin)
{
    const char *why;
    if (!plugin_calls(plugin, CCLB_HOOK_TRANSFORM_SSE_EVENT, &why)) {
        session_note("note: %s: the plugin %s, so all bytes pass as they are",
                     cclb_hook_name(CCLB_HOOK_TRANSFORM_SSE_EVENT), why);
    }
    if (isatty(STDIN_FILENO) == 1) {
        session_note("reading an event stream from the terminal; Ctrl-D on a line of its own ends it");
    }
}

static enum exit_status run_stream(struct session *session, const struct plugin *plugin,
                                   const struct document *document, const cclb_sse_options *options,
                                   const struct pump_calls *calls)
{
    struct stream_defaults defaults;
    stream_defaults_set(&defaults);
    const cclb_host_document *read = document->read;
    const cclb_request *request = read ? cclb_host_document_request(read) : NULL;
    const cclb_response *response = read ? cclb_host_document_response(read) : NULL;
    cclb_target target = cclb_by_handle(plugin->handle);
    cclb_sse_stream *stream = NULL;
    cclb_error error;
    if (cclb_sse_stream_create(plugin->runtime, &target, request ? request : &defaults.request,
                               response ? response : &defaults.response, options, &stream, &error) != CCLB_OK) {
        return session_fail(session, error.status == CCLB_BAD_INPUT ? document->name : plugin->name, &error, NULL);
    }
    struct pump_result result;
    note_surprises(plugin);
    pump_run(stream, &result);
    cclb_sse_stream_destroy(stream);
    enum exit_status status = sse_summary_tell(session, plugin, options->session, &result, calls);
    enum exit_status counted = metrics_print(session, plugin->runtime, stderr);
    return status == EXIT_DONE ? counted : status;
}

static enum exit_status run(struct session *session)
{
    struct plugin plugin;
    struct document document = {0};
    struct pump_calls calls = {0};
    struct capsule_file capsule = {0};
    cclb_sse_options options = cclb_sse_options_init();
    plugin_init(session, &plugin);
    plugin.options.log = pump_watch(&calls);
    enum exit_status status = prepare(session, &plugin, &document, &capsule, &options);
    if (status == EXIT_DONE) {
        status = plugin_admit(session, &plugin, CCLB_HOOK_TRANSFORM_SSE_EVENT);
    }
    if (status == EXIT_DONE) {
        status = run_stream(session, &plugin, &document, &options, &calls);
    }
    document_deinit(&document);
    status = plugin_close(session, &plugin, status);
    return capsule_file_write(session, &capsule, status);
}

static const struct option_spec options[] = {
    {"request", 0, "FILE",
     "the request and the response that the stream belongs to, as a host\ndocument (docs/json.md); without it, an "
     "empty "
     "POST request"},
    FAILURE_POLICY_OPTION,
    {"event-max-bytes", 0, "SIZE",
     "the longest event there may be, framing and all (default 8M);\na longer one ends the stream under either policy"},
    {"session", 0, NULL, "keep the plugin's sandbox from event to event instead of making\nit anew for each"},
    {"summary", 0, "FILE", "store what became of the stream there, as one JSON object"},
    CAPSULE_OPTION,
    METRICS_OPTION,
    REFERENCE_OPTION,
    SANDBOX_OPTIONS,
    DEADLINE_OPTION,
    MODULE_LIMIT_OPTION,
    LIMIT_AND_BOUND_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command sse_command = {
    .name = "sse",
    .synopsis = "sse PLUGIN.wasm [OPTIONS] < STREAM > STREAM",
    .summary = "send a stream of server-sent events through a plugin",
    .about = "Admits a plugin as a host would and sends the server-sent events on standard input through its hook\n"
             "transform_sse_event to standard output, each as soon as it is there. What the plugin leaves unchanged\n"
             "goes out byte for byte, and so does all of it if the plugin has no such hook. A summary goes to\n"
             "standard error: events, what became of them, bytes and time.\n"
             "\n"
             "A failure ends the stream, and the command with status 1; what was written before stands. With\n"
             "--failure-policy pass-through the event goes out as it came, until the first one was replaced or\n"
             "dropped: half a rewritten stream is none. With --session one sandbox serves the stream for as long as\n"
             "it can, which is faster; what a plugin keeps in it then shows. A terminal is shown the stream with\n"
             "control characters escaped.\n",
    .examples =
        "  cclb sse my_plugin.wasm < answer.sse > rewritten.sse\n"
        "  curl -sN https://api.example.test/v1/messages ... | cclb sse my_plugin.wasm\n"
        "  cclb sse my_plugin.wasm --request host.json --summary summary.json < answer.sse | cmp - answer.sse\n",
    .line = {.options = options, .repeated = LIMIT_OPTION_NAME, .operands = {"PLUGIN.wasm"}, .operands_needed = 1},
    .run = run,
};
