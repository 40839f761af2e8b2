/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - `cclb call`: admits a plugin as a host would, and calls one of its hooks once. */

#include "capsule_file.h"
#include "choices.h"
#include "command.h"
#include "host_call.h"
#include "metrics.h"
#include "raw_call.h"

/* Where the request comes from. */
struct input {
    const char *request; /* a host document; NULL: the other two */
    struct document document;
    struct raw_call raw;
};

static enum exit_status choose_input(struct session *session, struct input *input)
{
    input->request = session_option(session, "request");
    input->raw.raw_in = session_option(session, "raw-in");
    input->raw.archive_json = session_option(session, "archive-json");
    int given = (input->request != NULL) + (input->raw.raw_in != NULL) + (input->raw.archive_json != NULL);
    if (given != 1) {
        return session_fail_usage(session, "give one request: --request FILE, --archive-json FILE or --raw-in FILE");
    }
    const char *file = input->request      ? input->request
                       : input->raw.raw_in ? input->raw.raw_in
                                           : input->raw.archive_json;
    return choose_request_file(session, file);
}

static enum exit_status choose_raw_out(struct session *session, const char **raw_out)
{
    *raw_out = session_option(session, "raw-out");
    bool to_standard = *raw_out && files_is_standard(*raw_out);
    if (to_standard && session->json) {
        return session_fail_usage(session, "standard output cannot take both --raw-out and --json");
    }
    if (to_standard && session_option(session, "metrics")) {
        return session_fail_usage(session, "standard output cannot take both --raw-out and --metrics");
    }
    return EXIT_DONE;
}

static enum exit_status read_input(struct session *session, struct input *input, cclb_hook hook)
{
    if (input->request == NULL) {
        return raw_call_read(session, &input->raw);
    }
    enum exit_status status = document_read(session, input->request, &input->document);
    return status == EXIT_DONE ? document_check(session, &input->document, hook) : status;
}

/* The command line and the files that it names. */
static enum exit_status prepare(struct session *session, struct input *input, struct plugin *plugin,
                                struct capsule_file *capsule, cclb_hook *hook, const char **raw_out)
{
    enum exit_status status = choose_hook(session, session->arguments.operands[1], hook);
    if (status == EXIT_DONE) {
        status = capsule_file_choose(session, capsule, &plugin->options);
    }
    if (status == EXIT_DONE) {
        status = choose_input(session, input);
    }
    if (status == EXIT_DONE) {
        status = choose_raw_out(session, raw_out);
    }
    if (status == EXIT_DONE) {
        status = input->request ? host_call_choose(session, &plugin->options) : host_call_refuse_options(session);
    }
    if (status == EXIT_DONE) {
        status = host_call_check_hook(session, *hook);
    }
    if (status == EXIT_DONE) {
        status = plugin_choose(session, plugin, input->request && plugin_is_judged(*hook));
    }
    return status == EXIT_DONE ? read_input(session, input, *hook) : status;
}

/* Calls, and tells what came of it; what was counted is told when nothing is lent any more. */
static enum exit_status call(struct session *session, const struct input *input, const struct plugin *plugin,
                             cclb_hook hook, const char *raw_out)
{
    struct emitter emitter = {0};
    if (session->json) {
        emitter = emit_begin(session->out, &session->lacks_memory);
        emit_bool(&emitter, "ok", true);
        emit_null(&emitter, "error");
    }
    enum exit_status status = input->request
                                  ? host_call_make(session, &input->document, plugin, hook, raw_out, &emitter)
                                  : raw_call_make(session, &input->raw, plugin, hook, raw_out, &emitter);
    if (status != EXIT_DONE) {
        return status;
    }
    if (session->json) {
        metrics_emit(session, plugin->runtime, &emitter);
        emit_end(&emitter);
        return EXIT_DONE;
    }
    if (session_option(session, "metrics") && raw_out == NULL) {
        fputc('\n', session->out); /* behind the result */
    }
    return metrics_print(session, plugin->runtime, session->out);
}

static enum exit_status run(struct session *session)
{
    cclb_hook hook = CCLB_HOOK_NONE;
    const char *raw_out = NULL;
    struct input input = {0};
    struct plugin plugin;
    struct capsule_file capsule = {0};
    plugin_init(session, &plugin);
    enum exit_status status = prepare(session, &input, &plugin, &capsule, &hook, &raw_out);
    if (status == EXIT_DONE) {
        status = plugin_admit(session, &plugin, hook);
    }
    if (status == EXIT_DONE) {
        status = call(session, &input, &plugin, hook, raw_out);
    }
    raw_call_deinit(&input.raw);
    document_deinit(&input.document);
    status = plugin_close(session, &plugin, status);
    return capsule_file_write(session, &capsule, status);
}

static const struct option_spec options[] = {
    {"request", 0, "FILE",
     "the request in the terms of a proxy: a host document, which is JSON\nand serves every hook and plugin "
     "(docs/json.md)"},
    HOST_CALL_OPTIONS,
    {"archive-json", 0, "FILE", "the request, as JSON of its message in the plugin's form"},
    {"raw-in", 0, "FILE", "the request, as an archive in the plugin's form; sent as it is"},
    {"raw-out", 0, "FILE", "store the answer's bytes there instead of showing them; with\n--json they are shown too"},
    CAPSULE_OPTION,
    {"keep-unreadable", 0, NULL,
     "let the capsule have a request of --raw-in that does not read, in\nwhich nothing is masked; else it is left out"},
    METRICS_OPTION,
    REFERENCE_OPTION,
    SANDBOX_OPTIONS,
    DEADLINE_OPTION,
    MODULE_LIMIT_OPTION,
    LIMIT_AND_BOUND_OPTION,
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command call_command = {
    .name = "call",
    .synopsis = "call PLUGIN.wasm HOOK (--request FILE | --archive-json FILE | --raw-in FILE) [OPTIONS]",
    .summary = "admit a plugin and call one of its hooks once",
    .about = "Admits a plugin as a host would and calls HOOK (filter, shape, observe, transform_response or\n"
             "transform_sse_event) once. What comes of it goes to standard output, what the call cost to standard\n"
             "error; with --metrics, what was counted follows.\n"
             "\n"
             "With --request the call is one in the terms of a proxy: the same document serves plugins of every\n"
             "kit, the answer is judged as a host judges it, and shown as what it means: the candidates that are\n"
             "kept, the request as it goes out, what is replaced. --failure-policy, --origin-policy,\n"
             "--cookie-redaction and limits on answers and requests belong to it.\n"
             "\n"
             "With --archive-json or --raw-in it is one in the terms of the wire: the answer is shown as JSON of\n"
             "its message and not judged, and the call is a success whatever was answered; what does not read is\n"
             "shown in hex, with a note. `cclb inspect` tells the plugin's form.\n"
             "\n"
             "With --capsule a call that fails by what the plugin did is kept, so that `cclb replay` can make it once\n"
             "more, elsewhere and without the rest. Headers and claims with names of secrets are masked in it; all\n"
             "else of the request is there. One of --raw-in that does not read has no names, and is left out unless\n"
             "--keep-unreadable is given.\n",
    .examples = "  cclb call my_plugin.wasm filter --request host.json\n"
                "  echo '{\"request\": {\"method\": \"POST\", \"path\": \"/v1/messages\",\n"
                "      \"candidates\": [{\"name\": \"east\"}, {\"name\": \"west\"}]}}' |\n"
                "      cclb call my_plugin.wasm filter --request -\n"
                "  cclb call my_plugin.wasm transform_response --request host.json --failure-policy pass-through\n"
                "  cclb call my_plugin.wasm shape --raw-in request.bin --raw-out answer.bin\n",
    .line = {.options = options,
             .repeated = LIMIT_OPTION_NAME,
             .operands = {"PLUGIN.wasm", "HOOK"},
             .operands_needed = 2},
    .run = run,
};
