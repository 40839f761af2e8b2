/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - `cclb call`: admits a plugin as a host would, and calls one of its hooks once. */

#include "answer.h"
#include "choices.h"
#include "command.h"
#include "emit.h"
#include "progress.h"

#include "cclb/escape.h"

#include <stdlib.h>
#include <string.h>

enum { REMEDY_SIZE = 256 };

/* Everything that a call needs and that must be given back. */
struct calling {
    const char *plugin; /* what to call the file */
    cclb_hook hook;
    const char *raw_in; /* NULL: archive_json */
    const char *archive_json;
    const char *raw_out; /* or NULL */
    cclb_runtime_options options;
    struct file module;
    struct file request;
    cclb_runtime *runtime;
    cclb_report *report;
    cclb_handle *handle;
    cclb_buffer archive; /* of archive_json */
};

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

static enum exit_status choose_streams(struct session *session, struct calling *calling)
{
    calling->raw_in = session_option(session, "raw-in");
    calling->archive_json = session_option(session, "archive-json");
    calling->raw_out = session_option(session, "raw-out");
    if ((calling->raw_in == NULL) == (calling->archive_json == NULL)) {
        return session_fail_usage(session, "give one request: --archive-json FILE or --raw-in FILE");
    }
    const char *request = calling->raw_in ? calling->raw_in : calling->archive_json;
    if (files_is_standard(request) && files_is_standard(session->arguments.operands[0])) {
        return session_fail_usage(session, "the plugin and the request cannot both come from standard input");
    }
    if (calling->raw_out && files_is_standard(calling->raw_out) && session->json) {
        return session_fail_usage(session, "standard output cannot take both --raw-out and --json");
    }
    return EXIT_DONE;
}

/* The command line and the files that it names. */
static enum exit_status prepare(struct session *session, struct calling *calling)
{
    calling->plugin = files_input_name(session->arguments.operands[0]);
    calling->options = cclb_runtime_options_init();
    calling->options.stores_max = 1;
    enum exit_status status = choose_hook(session, &calling->hook);
    if (status == EXIT_DONE) {
        status = choose_streams(session, calling);
    }
    if (status == EXIT_DONE) {
        status = choose_reference(session, &calling->options.reference);
    }
    if (status == EXIT_DONE) {
        status = choose_isolation(session, &calling->options.isolation);
    }
    if (status == EXIT_DONE) {
        status = choose_module(session, &calling->options.module_limits, &calling->module);
    }
    if (status == EXIT_DONE) {
        status = files_read(session, calling->raw_in ? calling->raw_in : calling->archive_json, FILE_BYTES_MAX, NULL,
                            &calling->request);
    }
    return status;
}

/* The kind of slot in which a plugin with this hook serves. */
static cclb_slot_kind kind_with(cclb_hook hook)
{
    return hook == CCLB_HOOK_FILTER    ? CCLB_SLOT_FILTER
           : hook == CCLB_HOOK_OBSERVE ? CCLB_SLOT_OBSERVE
                                       : CCLB_SLOT_SHAPE;
}

/* What to do about a plugin that was refused: above all, to call a hook that it has. Returns `text`, or what lives on. */
static const char *refusal_remedy(const struct calling *calling, char text[REMEDY_SIZE])
{
    const cclb_report *report = calling->report;
    bool declared = report == NULL || !report->has_metadata;
    int used = snprintf(text, REMEDY_SIZE, "the plugin has no hook `%s`; it has", cclb_hook_name(calling->hook));
    for (size_t i = 0; !declared && i < report->hook_count; i++) {
        declared = report->hooks[i].hook == calling->hook;
        used += snprintf(text + used, (size_t)(REMEDY_SIZE - used), "%s %s", i > 0 ? "," : "",
                         cclb_hook_name(report->hooks[i].hook));
    }
    return declared ? choose_remedy(&calling->module, report) : text;
}

/* A note, if a request that was sent as it is does not read in the plugin's form: that is why many a guest traps. */
static void note_unreadable_request(const struct calling *calling)
{
    cclb_buffer json = {0};
    const char *type = cclb_request_type(calling->hook);
    cclb_form form = calling->report->form;
    cclb_bytes request = cclb_bytes_of(calling->request.data, calling->request.len);
    if (calling->raw_in &&
        cclb_archive_to_json(cclb_text(type), form, request, NULL, &json, NULL) == CCLB_DECODE) {
        session_note("the request does not read as %s@%s, which is what this plugin takes", type,
                     cclb_form_name(form));
    }
    cclb_buffer_deinit(&json);
}

/* Admits the plugin and takes a handle: transform hooks are called by nothing else (rule R42). */
static enum exit_status admit(struct session *session, struct calling *calling)
{
    cclb_error error;
    if (cclb_runtime_create(&calling->options, &calling->runtime, &error) != CCLB_OK) {
        return session_fail(session, NULL, &error, choose_runtime_remedy(&calling->options, &error));
    }
    cclb_slot_key key = cclb_global_key("plugin");
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &calling->report;
    cclb_slot_registration registration;
    progress_start("cclb: compiling and trying the plugin");
    cclb_status admitted =
        cclb_slot_register(calling->runtime, key, kind_with(calling->hook),
                           cclb_bytes_of(calling->module.data, calling->module.len), &options, &registration, &error);
    progress_stop();
    if (admitted != CCLB_OK) {
        char remedy[REMEDY_SIZE];
        return session_fail(session, calling->plugin, &error, refusal_remedy(calling, remedy));
    }
    if (cclb_handle_create(calling->runtime, key, &calling->handle, &error) != CCLB_OK) {
        return session_fail(session, calling->plugin, &error, NULL);
    }
    return EXIT_DONE;
}

/* The request in the plugin's own form, which is known only now. */
static enum exit_status encode(struct session *session, struct calling *calling, cclb_bytes *request)
{
    *request = cclb_bytes_of(calling->request.data, calling->request.len);
    if (calling->raw_in) {
        return EXIT_DONE;
    }
    cclb_error error;
    if (cclb_archive_from_json(cclb_text(cclb_request_type(calling->hook)), calling->report->form, *request, NULL,
                               &calling->archive, &error) != CCLB_OK) {
        return session_fail(session, files_input_name(calling->archive_json), &error, NULL);
    }
    *request = cclb_bytes_of(calling->archive.data, calling->archive.len);
    return EXIT_DONE;
}

static enum exit_status call(struct session *session, struct calling *calling)
{
    cclb_bytes request;
    enum exit_status status = encode(session, calling, &request);
    if (status != EXIT_DONE) {
        return status;
    }
    cclb_target target = cclb_by_handle(calling->handle);
    cclb_lease lease;
    cclb_error error;
    if (cclb_call_raw(calling->runtime, &target, calling->hook, &request, 1, &lease, &error) != CCLB_OK) {
        status = session_fail(session, calling->plugin, &error, NULL);
        note_unreadable_request(calling);
        return status;
    }
    status = answer_tell(session, calling->hook, &lease, calling->raw_out);
    cclb_lease_return(&lease);
    return status;
}

static enum exit_status run(struct session *session)
{
    struct calling calling = {0};
    cclb_error error;
    enum exit_status status = prepare(session, &calling);
    if (status == EXIT_DONE) {
        status = admit(session, &calling);
    }
    if (status == EXIT_DONE) {
        status = call(session, &calling);
    }
    cclb_handle_destroy(calling.handle);
    if (calling.runtime && cclb_runtime_destroy(calling.runtime, &error) != CCLB_OK) {
        status = session_fail(session, NULL, &error, NULL);
    }
    cclb_report_destroy(calling.report);
    cclb_buffer_deinit(&calling.archive);
    free(calling.request.data);
    free(calling.module.data);
    return status;
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
