/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - `cclb call`: admits a plugin as a host would, and calls one of its hooks once. */

#include "choices.h"
#include "command.h"
#include "raw_call.h"

#include "cclb/escape.h"

static enum exit_status choose_hook(struct session *session, cclb_hook *hook)
{
    const char *name = session->arguments.operands[1];
    *hook = cclb_hook_from_name(cclb_text(name));
    if (*hook != CCLB_HOOK_NONE) {
        return EXIT_DONE;
    }
    const char *names[CCLB_HOOK_COUNT];
    for (cclb_hook i = 0; i < CCLB_HOOK_COUNT; i++) {
        names[i] = cclb_hook_name(i);
    }
    char shown[64];
    cclb_escape(cclb_text(name), shown, sizeof shown);
    const char *nearest = options_nearest(name, names, CCLB_HOOK_COUNT);
    return session_fail_usage(session, "no hook `%s`%s%s%s", shown, nearest ? "; did you mean `" : "",
                              nearest ? nearest : "", nearest ? "`?" : "");
}

static enum exit_status choose_streams(struct session *session, struct raw_call *raw, const char **raw_out)
{
    raw->raw_in = session_option(session, "raw-in");
    raw->archive_json = session_option(session, "archive-json");
    *raw_out = session_option(session, "raw-out");
    if ((raw->raw_in == NULL) == (raw->archive_json == NULL)) {
        return session_fail_usage(session, "give one request: --archive-json FILE or --raw-in FILE");
    }
    const char *request = raw->raw_in ? raw->raw_in : raw->archive_json;
    if (files_is_standard(request) && files_is_standard(session->arguments.operands[0])) {
        return session_fail_usage(session, "the plugin and the request cannot both come from standard input");
    }
    if (*raw_out && files_is_standard(*raw_out) && session->json) {
        return session_fail_usage(session, "standard output cannot take both --raw-out and --json");
    }
    return EXIT_DONE;
}

static enum exit_status run(struct session *session)
{
    cclb_hook hook = CCLB_HOOK_NONE;
    const char *raw_out = NULL;
    struct raw_call raw = {0};
    struct plugin plugin;
    plugin_init(session, &plugin);
    enum exit_status status = choose_hook(session, &hook);
    if (status == EXIT_DONE) {
        status = choose_streams(session, &raw, &raw_out);
    }
    if (status == EXIT_DONE) {
        status = plugin_choose(session, &plugin);
    }
    if (status == EXIT_DONE) {
        status = raw_call_read(session, &raw);
    }
    if (status == EXIT_DONE) {
        status = plugin_admit(session, &plugin, hook);
    }
    if (status == EXIT_DONE) {
        status = raw_call_make(session, &raw, &plugin, hook, raw_out);
    }
    raw_call_deinit(&raw);
    return plugin_close(session, &plugin, status);
}

static const struct option_spec options[] = {
    {"archive-json", 0, "FILE", "the request, as JSON of its message in the plugin's form"},
    {"raw-in", 0, "FILE", "the request, as an archive in the plugin's form; sent as it is"},
    {"raw-out", 0, "FILE", "store the answer's bytes there instead of showing them; with\n--json they are shown too"},
    REFERENCE_OPTION,
    ISOLATION_OPTION,
    MODULE_LIMIT_OPTION,
    LIMIT_OPTION,
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command call_command = {
    .name = "call",
    .synopsis = "call PLUGIN.wasm HOOK (--archive-json FILE | --raw-in FILE) [OPTIONS]",
    .summary = "admit a plugin and call one of its hooks once",
    .about = "Admits a plugin as a host would, calls HOOK (filter, shape, observe, transform_response or\n"
             "transform_sse_event) once and shows the answer as JSON on standard output; what the call cost goes to\n"
             "standard error. A call that succeeds is a success whatever it answers: an answer that does not read\n"
             "is shown in hex, with a note. `cclb inspect` tells the plugin's form.\n",
    .examples = "  cclb call my_plugin.wasm filter --archive-json request.json\n"
                "  cclb call my_plugin.wasm shape --raw-in request.bin --raw-out answer.bin\n",
    .line = {.options = options,
             .repeated = LIMIT_OPTION_NAME,
             .operands = {"PLUGIN.wasm", "HOOK"},
             .operands_needed = 2},
    .run = run,
};
