/* SPDX-License-Identifier: Apache-2.0 */
/* conformance.c - `cclb conformance`: whether a plugin keeps to the contract, found out by asking it. */

#include "choices.h"
#include "command.h"
#include "conformance_text.h"
#include "draft.h"
#include "growth_plot.h"
#include "outputs.h"
#include "progress.h"
#include "report_text.h"
#include "usual.h"

#include "cclb/escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Two answers are kept while two more are compared with each other. */
enum { STORES = 4, PLOT_PATH_SIZE = 4096 };

/*
 * Five times the library's default: the verdict is about the contract, and must not depend on how fast this machine is,
 * also for a plugin that touches all the memory it may have.
 */
#define DEADLINE_NS UINT64_C(500000000)

struct conformance {
    struct plugin plugin;
    struct document document; /* an ordinary request */
    const char *plot;         /* a file or a folder, or NULL */
    struct conformance_run run;
};

/* The name of a file without its folder. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* What to call the plugin in a plot: its file without the folder. */
static const char *plotted_name(const struct session *session)
{
    const char *operand = session->arguments.operands[0];
    return files_is_standard(operand) ? "plugin" : base_name(operand);
}

/* In a folder, the plot is called like the plugin. */
static void name_plot(const char *plot, const char *name, char *path, size_t size)
{
    struct stat found;
    bool is_folder = stat(plot, &found) == 0 && S_ISDIR(found.st_mode);
    const char *suffix = strrchr(name, '.');
    int len = (int)(suffix && strcmp(suffix, ".wasm") == 0 ? (size_t)(suffix - name) : strlen(name));
    if (is_folder) {
        snprintf(path, size, "%s/%.*s.svg", plot, len, name);
    } else {
        snprintf(path, size, "%s", plot);
    }
}

/* What is drawn is SVG, and a name that says otherwise misleads whoever opens it. */
static enum exit_status choose_plot(struct session *session, const char **plot)
{
    *plot = session_option(session, "plot");
    if (*plot == NULL) {
        return EXIT_DONE;
    }
    if (files_is_standard(*plot)) {
        return session_fail_usage(session, "--plot -: standard output is for the result; name a file or a folder");
    }
    struct stat found;
    const char *suffix = strrchr(base_name(*plot), '.');
    bool is_folder = stat(*plot, &found) == 0 && S_ISDIR(found.st_mode);
    if (is_folder || suffix == NULL || strcasecmp(suffix, ".svg") == 0) {
        char path[PLOT_PATH_SIZE];
        name_plot(*plot, plotted_name(session), path, sizeof path);
        return outputs_check_path(session, "plot", path);
    }
    char shown[256];
    cclb_escape(cclb_text(*plot), shown, sizeof shown);
    return session_fail_usage(session, "--plot %s: what is drawn is SVG; name a file that ends in .svg", shown);
}

static enum exit_status prepare(struct session *session, struct conformance *conformance)
{
    cclb_runtime_options *options = &conformance->plugin.options;
    options->stores_max = STORES;
    options->metering = true;
    choices_set_deadline(options, DEADLINE_NS);
    options->failure_policy = CCLB_FAILURE_FAIL_CLOSED; /* a failure is to be seen */
    enum exit_status status = choose_plot(session, &conformance->plot);
    if (status == EXIT_DONE) {
        status = plugin_choose(session, &conformance->plugin, true);
    }
    return status == EXIT_DONE ? usual_document(session, &conformance->document) : status;
}

/* The whole gate, with a report on it. */
static enum exit_status admit(struct session *session, struct plugin *plugin)
{
    cclb_error error;
    if (cclb_runtime_create(&plugin->options, &plugin->runtime, &error) != CCLB_OK) {
        return choose_fail_runtime(session, &plugin->options, &error);
    }
    progress_start("cclb: compiling and trying the plugin");
    cclb_status status = cclb_admit(plugin->runtime, cclb_bytes_of(plugin->module.data, plugin->module.len),
                                    CCLB_SLOT_ANY, plugin->options.reference, &plugin->report, &error);
    progress_stop();
    return status == CCLB_OK ? EXIT_DONE : session_fail(session, plugin->name, &error, NULL);
}

static enum exit_status ask(struct session *session, struct conformance *conformance)
{
    cclb_error error;
    progress_start("cclb: asking the plugin");
    cclb_status status = conformance_run(&conformance->plugin, &conformance->document, &conformance->run, &error);
    progress_stop();
    return status == CCLB_OK ? EXIT_DONE : session_fail(session, conformance->plugin.name, &error, NULL);
}

/* Says why there is no plot; what was there before stays. */
static void note_no_plot(const char *path, const char *why)
{
    char shown[512];
    cclb_escape(cclb_text(path), shown, sizeof shown);
    session_note("note: %s is not written: %s", shown, why);
}

/* Draws it, unless there is nothing to draw. False: it cannot be written, which was told and is in *lost. */
static bool draw(struct session *session, const struct conformance *conformance, cclb_error *lost)
{
    char path[PLOT_PATH_SIZE];
    struct draft draft;
    const char *name = plotted_name(session);
    name_plot(conformance->plot, name, path, sizeof path);
    if (conformance->plugin.report->verdict.status != CCLB_OK) {
        note_no_plot(path, "the plugin is refused, and was asked nothing");
        return true;
    }
    if (!growth_plot_has_curves(&conformance->run)) {
        note_no_plot(path, "no hook answered payloads of different sizes, so that there is nothing to draw");
        return true;
    }
    int number = ENOMEM;
    if (draft_begin(&draft)) {
        growth_plot(draft.out, name, &conformance->run);
        number = draft_store(&draft, path);
    }
    if (number != 0) {
        session_lose(session, path, number, lost);
    }
    return number == 0;
}

/* A fault of the plugin, or of the sandbox, which should have given the same answer. */
static cclb_error verdict_of(const struct conformance *conformance, const char **place,
                             char room[CONFORMANCE_PLACE_SIZE])
{
    cclb_error verdict = conformance->plugin.report->verdict;
    const cclb_error *fault = conformance_first_fault(&conformance->run, room);
    *place = "";
    if (verdict.status == CCLB_OK && fault) {
        verdict = *fault;
        *place = room;
    } else if (verdict.status == CCLB_OK && conformance_count(&conformance->run).differing > 0) {
        verdict = (cclb_error){.status = CCLB_INTERNAL, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
        snprintf(verdict.message, sizeof verdict.message, "the same request had different answers in fresh sandboxes");
    }
    return verdict;
}

static void emit(struct session *session, const struct conformance *conformance, const cclb_error *error, bool of_file)
{
    cclb_buffer report = {0};
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    emit_verdict(&emitter, error, of_file);
    emit_made(&emitter, "report", cclb_report_to_json(conformance->plugin.report, NULL, &report, NULL), &report);
    conformance_emit(&emitter, conformance->plugin.report, &conformance->run);
    emit_end(&emitter);
}

/* Tells all of it; `lost`, unless NULL, is why there is no plot. */
static enum exit_status tell(struct session *session, const struct conformance *conformance, const cclb_error *lost)
{
    const struct plugin *plugin = &conformance->plugin;
    const char *remedy = choose_remedy(&plugin->module, plugin->report);
    char room[CONFORMANCE_PLACE_SIZE];
    const char *place;
    const cclb_error verdict = verdict_of(conformance, &place, room);
    const cclb_error *error = verdict.status != CCLB_OK ? &verdict : lost;
    bool refused = plugin->report->verdict.status != CCLB_OK;
    if (verdict.status != CCLB_OK) {
        char subject[1024];
        snprintf(subject, sizeof subject, "%s%s%s", plugin->name, place[0] != '\0' ? ": " : "", place);
        session_complain(subject, &verdict, refused ? remedy : NULL);
    }
    if (session->json) {
        emit(session, conformance, error, error == lost);
    } else if (refused) {
        report_text_print(session, plugin->name, plugin->report, remedy, false);
    } else {
        conformance_print(session, plugin->name, plugin->report, &conformance->run);
    }
    enum exit_status status = session_status_of(verdict.status);
    return lost && status < EXIT_USAGE ? EXIT_USAGE : status;
}

static enum exit_status run(struct session *session)
{
    struct conformance *conformance = calloc(1, sizeof *conformance); /* many results: not for the stack */
    if (conformance == NULL) {
        return session_fail_memory(session, "what is found");
    }
    plugin_init(session, &conformance->plugin);
    enum exit_status status = prepare(session, conformance);
    if (status == EXIT_DONE) {
        status = admit(session, &conformance->plugin);
    }
    if (status == EXIT_DONE && conformance->plugin.report->verdict.status == CCLB_OK) {
        status = ask(session, conformance);
    }
    if (status == EXIT_DONE) {
        cclb_error lost;
        bool drawn = conformance->plot == NULL || draw(session, conformance, &lost);
        status = tell(session, conformance, drawn ? NULL : &lost);
    }
    document_deinit(&conformance->document);
    status = plugin_close(session, &conformance->plugin, status);
    free(conformance);
    return status;
}

static const struct option_spec options[] = {
    {"plot", 0, "FILE.svg|FOLDER",
     "draw fuel and memory over the payload there, if any size was\n"
     "measured; in a folder, as a file named like the plugin"},
    REFERENCE_OPTION,
    SANDBOX_OPTIONS,
    DEADLINE_OPTION_OF("500ms"),
    MODULE_LIMIT_OPTION,
    LIMIT_AND_BOUND_OPTION,
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command conformance_command = {
    .name = "conformance",
    .synopsis = "conformance PLUGIN.wasm [OPTIONS]",
    .summary = "admit a plugin and ask it everything there is to ask",
    .about =
        "Admits a plugin as `cclb admit` does, and calls each hook that it declares with the requests of the\n"
        "published conformance harness and with requests that have one property to the extreme: empty or long\n"
        "texts, Unicode, control characters, many headers, claims and candidates, numbers at their limits, bodies\n"
        "that are no JSON, up to 16 KiB. All are valid, and in the plugin's own form. Each is asked twice,\n"
        "with another one between, in a fresh sandbox each time.\n"
        "\n"
        "The status is 0 if and only if the plugin is admitted, every call succeeds and every answer reads. Told\n"
        "beside it are whether answers are the same each time (if not, the sandbox is at fault, and the status is\n"
        "3); what each published runtime says; whether hosts by the rules of those that admit it take its answers\n"
        "to ordinary requests; and what a call takes over the size of its payload, up to 1 MiB or to what the\n"
        "plugin has no room for.\n"
        "A hook that ran past its deadline is asked nothing more.\n",
    .examples = "  cclb conformance my_plugin.wasm\n"
                "  cclb conformance my_plugin.wasm --plot growth.svg\n"
                "  cclb conformance my_plugin.wasm --json | jq '.hooks[].requests[] | select(.error)'\n",
    .line = {.options = options, .repeated = LIMIT_OPTION_NAME, .operands = {"PLUGIN.wasm"}, .operands_needed = 1},
    .run = run,
};
