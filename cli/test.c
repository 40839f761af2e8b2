/* SPDX-License-Identifier: Apache-2.0 */
/* test.c - `cclb test`: a plugin against the cases that its author wrote. */

#include "choices.h"
#include "command.h"
#include "host_call.h"
#include "junit.h"
#include "outputs.h"
#include "progress.h"
#include "test_result.h"

#include "cclb/escape.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is tested, and with what. */
struct run {
    char plugin[PATH_MAX];
    char folder[PATH_MAX]; /* of the cases */
    struct tested tested;
    struct cases cases;
    struct outcome *outcomes; /* as many */
    const char *junit;        /* the file of the report; NULL: none */
};

static const char module_end[] = ".wasm";

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name);
    return len > strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

static int is_module(const struct dirent *entry)
{
    return ends_with(entry->d_name, module_end);
}

/* The one plugin in a folder. */
static enum exit_status find_plugin(struct session *session, const char *folder, struct run *run)
{
    struct dirent **entries = NULL;
    char shown[256];
    cclb_escape(cclb_text(folder), shown, sizeof shown);
    int count = scandir(folder, &entries, is_module, alphasort);
    enum exit_status status = EXIT_DONE;
    if (count < 0) {
        status = session_fail_io(session, folder, errno);
    } else if (count != 1) {
        status = session_fail_usage(session,
                                    count == 0 ? "there is no plugin in %s: build it first, NAME.wasm"
                                               : "there are several plugins in %s: name one of them",
                                    shown);
    } else if (snprintf(run->plugin, PATH_MAX, "%s/%s", folder, entries[0]->d_name) >= PATH_MAX) {
        status = session_fail_io(session, folder, ENAMETOOLONG);
    } else if (files_is_endless(run->plugin)) {
        cclb_escape(cclb_text(run->plugin), shown, sizeof shown);
        status = session_fail_usage(session, "%s: %s", shown, FILES_NOT_REGULAR);
    }
    for (int i = 0; i < count; i++) {
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* The plugin that the operand names, or that is in the folder that it names. */
static enum exit_status choose_plugin(struct session *session, struct run *run)
{
    struct stat about;
    const char *named = session->arguments.operands[0];
    if (!files_is_standard(named) && stat(named, &about) == 0 && S_ISDIR(about.st_mode)) {
        return find_plugin(session, named, run);
    }
    return snprintf(run->plugin, sizeof run->plugin, "%s", named) < PATH_MAX
               ? EXIT_DONE
               : session_fail_io(session, named, ENAMETOOLONG);
}

/* A folder that nobody named may be a stranger's link to one of ours, whose cases --update would change. */
static enum exit_status check_beside(struct session *session, const char *folder)
{
    char shown[256];
    char parent[PATH_MAX];
    char resolved[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", folder);
    if (realpath(dirname(parent), resolved) == NULL || files_is_within(folder, resolved)) {
        return EXIT_DONE; /* that there is nothing is told by whoever reads it */
    }
    cclb_escape(cclb_text(folder), shown, sizeof shown);
    return session_fail_usage(session,
                              "%s: a link leads out of the folder of the plugin; if these are its cases, say so: "
                              "--cases %s",
                              shown, shown);
}

/* Names the folder that --cases names, or the one called so beside the plugin. False: its name is too long. */
static bool name_cases(const struct session *session, const char *plugin, char folder[PATH_MAX])
{
    const char *named = session_option(session, "cases");
    const char *slash = strrchr(plugin, '/');
    int beside = slash ? (int)(slash + 1 - plugin) : 0;
    int len = named ? snprintf(folder, PATH_MAX, "%s", named) : snprintf(folder, PATH_MAX, "%.*scases", beside, plugin);
    return len < PATH_MAX;
}

static enum exit_status choose_cases(struct session *session, struct run *run)
{
    const char *named = session_option(session, "cases");
    if (named == NULL && files_is_standard(run->plugin)) {
        return session_fail_usage(session,
                                  "a plugin from standard input has no cases beside it: name them, --cases DIR");
    }
    if (!name_cases(session, run->plugin, run->folder)) {
        return session_fail_io(session, named ? named : run->plugin, ENAMETOOLONG);
    }
    return named ? EXIT_DONE : check_beside(session, run->folder);
}

/* A policy that no case is about is a slip, and would pass for a policy that was tested. */
static enum exit_status check_policies(struct session *session, const struct cases *cases)
{
    bool called[CCLB_HOOK_COUNT] = {0};
    for (size_t i = 0; i < cases->count; i++) {
        called[cases->each[i].hook] = true;
    }
    return host_call_check_policies(session, called);
}

static enum exit_status prepare(struct session *session, struct run *run)
{
    enum exit_status status = choose_plugin(session, run);
    if (status == EXIT_DONE) {
        status = choose_cases(session, run);
    }
    session->arguments.operands[0] = run->plugin; /* if it was a folder: from here on, the plugin that is in it */
    plugin_init(session, &run->tested.plugin);
    if (status == EXIT_DONE) {
        status = host_call_choose(session, &run->tested.plugin.options);
    }
    if (status == EXIT_DONE) {
        status = plugin_choose(session, &run->tested.plugin, true);
    }
    if (status == EXIT_DONE) {
        status = cases_find(session, run->folder, session_option(session, "only"), &run->cases);
    }
    return status == EXIT_DONE ? check_policies(session, &run->cases) : status;
}

/* Whether a file is one of those in a folder whose names end so, or would be. */
static bool is_among(const struct output_place *file, const char *folder, const char *end)
{
    struct stat about;
    if (!file->exists) {
        return ends_with(file->name, end) && stat(folder, &about) == 0 && about.st_dev == file->device &&
               about.st_ino == file->inode;
    }
    DIR *entries = opendir(folder);
    bool found = false;
    for (struct dirent *entry = entries ? readdir(entries) : NULL; entry && !found; entry = readdir(entries)) {
        char path[2 * PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        found = ends_with(path, end) && output_place_leads(path, file);
    }
    if (entries) {
        closedir(entries);
    }
    return found;
}

/* Whether it is one of the files of cases in that folder, whichever of them are run. */
static bool is_among_cases(const struct output_place *file, const char *folder)
{
    bool found = false;
    for (size_t i = 0; i < CASES_FOLDERS && !found; i++) {
        char path[2 * PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, cases_folder_name(i));
        found = is_among(file, path, ".json") || is_among(file, path, ".sse");
    }
    return found;
}

/* The report is written first of all, and must not be a file that the run is about. */
static enum exit_status check_report(struct session *session, const char *junit)
{
    const char *operand = session->arguments.operands[0];
    struct output_place place;
    struct stat about;
    char shown[256];
    char plugin[PATH_MAX];
    char folder[PATH_MAX];
    cclb_escape(cclb_text(junit), shown, sizeof shown);
    if (files_stream_named(junit) >= 0 || !output_place_find(junit, &place)) {
        return EXIT_DONE;
    }
    bool in_folder = !files_is_standard(operand) && stat(operand, &about) == 0 && S_ISDIR(about.st_mode);
    if (in_folder && is_among(&place, operand, module_end)) {
        return session_fail_usage(session, "--junit %s is among the plugins in DIR: name another file", shown);
    }
    snprintf(plugin, sizeof plugin, in_folder ? "%s/" : "%s", operand);
    if (name_cases(session, plugin, folder) && is_among_cases(&place, folder)) {
        return session_fail_usage(session, "--junit %s is among the cases%s: name another file", shown,
                                  session_option(session, "cases") ? " in --cases DIR" : "");
    }
    return EXIT_DONE;
}

static enum exit_status run_cases(struct session *session, struct run *run)
{
    bool update = session_option(session, "update") != NULL;
    size_t count = run->cases.count;
    bool has_memory = true;
    run->outcomes = calloc(count, sizeof *run->outcomes);
    if (run->outcomes == NULL) {
        return session_fail_memory(session, "what became of the cases");
    }
    for (size_t i = 0; i < count && has_memory; i++) {
        progress_bar("cclb: testing", i, count);
        has_memory = case_run(&run->tested, &run->cases.each[i], update, &run->outcomes[i]);
    }
    progress_bar("cclb: testing", count, count);
    return has_memory ? EXIT_DONE : session_fail_memory(session, "what became of the cases");
}

static enum exit_status tell(struct session *session, const struct run *run)
{
    const char *name = run->tested.plugin.name;
    cclb_error lost;
    int number = run->junit ? junit_write(run->junit, name, &run->cases, run->outcomes) : 0;
    if (number != 0) {
        session_lose(session, run->junit, number, &lost);
    }
    return test_result_tell(session, name, &run->cases, run->outcomes, number != 0 ? &lost : NULL);
}

/* From the command line to what became of each case. */
static enum exit_status make_run(struct session *session, struct run *run)
{
    enum exit_status status = prepare(session, run);
    if (status == EXIT_DONE) {
        status = tested_open(session, &run->tested);
    }
    return status == EXIT_DONE ? run_cases(session, run) : status;
}

static enum exit_status run(struct session *session)
{
    struct run run = {.junit = session_option(session, "junit")};
    const char *subject = files_input_name(session->arguments.operands[0]);
    enum exit_status status = run.junit ? check_report(session, run.junit) : EXIT_DONE;
    if (status == EXIT_DONE && run.junit) {
        status = junit_begin(session, run.junit, subject);
    }
    if (status == EXIT_DONE) {
        status = make_run(session, &run);
        if (status == EXIT_DONE) {
            status = tell(session, &run);
        } else if (run.junit) {
            junit_write_failure(session, run.junit, subject);
        }
    }
    for (size_t i = 0; run.outcomes && i < run.cases.count; i++) {
        outcome_deinit(&run.outcomes[i]);
    }
    free(run.outcomes);
    cases_deinit(&run.cases);
    return tested_close(session, &run.tested, status);
}

static const struct option_spec options[] = {
    {"cases", 0, "DIR", "the folder of the cases; without it, cases beside the plugin"},
    {"only", 0, "NAME", "run this case (HOOK/NAME, or NAME), or those of this hook"},
    {"update", 0, NULL, "write down what the plugin replies as what is expected"},
    {"junit", 0, "FILE",
     "store what became of the cases there, for continuous integration;\n"
     "also that nothing did, because the run failed; what an earlier run\n"
     "left there stays only if the command line is wrong"},
    {"failure-policy", 0, "POLICY",
     "what becomes of a failure: fail-closed (default), it is what came\n"
     "of the case; pass-through, all goes on as if the plugin had changed\n"
     "nothing"},
    HOST_POLICY_OPTIONS,
    REFERENCE_OPTION,
    SANDBOX_OPTIONS,
    DEADLINE_OPTION,
    MODULE_LIMIT_OPTION,
    LIMIT_AND_BOUND_OPTION,
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command test_command = {
    .name = "test",
    .synopsis = "test (DIR | PLUGIN.wasm) [OPTIONS]",
    .summary = "run an author's cases against a plugin",
    .about = "Admits a plugin (DIR: the one in that folder) as a host would, and runs its cases: each asks one hook\n"
             "what `cclb call --request` would, twice, and has to get what is expected, both times the same. Prints\n"
             "a line for each case, below those that fail in which lines what came differs, and the count.\n"
             "\n"
             "A case is a file cases/HOOK/NAME.json, a host document, with NAME.expected.json beside it:\n"
             "{\"result\": ...} as `cclb call --json` has it, or {\"error\": {\"status\": ..., \"phase\": ...,\n"
             "\"message\": ...}}, of which one part is enough, and the message may be a part of what is said. White\n"
             "space does not matter; of an error, neither do the order of its parts and how they are spelt. Cases of\n"
             "streams are in the folder sse, or sse_session if the sandbox is kept: NAME.sse goes in, and\n"
             "NAME.expected.sse has to come out. --update writes what is expected.\n"
             "\n"
             "Cases of hooks that the plugin's form lacks are skipped, unless there are no others. A case whose files\n"
             "cannot be read or written, or lie outside the folder of the cases, links followed, is an error; the\n"
             "others are run all the same, and the status is 2 then.\n",
    .examples = "  cclb test my-plugin\n"
                "  cclb test my_plugin.wasm --cases cases --junit report.xml\n"
                "  cclb test my-plugin --only filter/avoids-east --update\n",
    .line = {.options = options,
             .repeated = LIMIT_OPTION_NAME,
             .operands = {"DIR | PLUGIN.wasm"},
             .operands_needed = 1},
    .run = run,
};
