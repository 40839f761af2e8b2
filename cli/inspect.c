/* SPDX-License-Identifier: Apache-2.0 */
/* inspect.c - `cclb inspect`: what a module says of itself, and the rules that need no run of it. */

#include "choices.h"
#include "command.h"
#include "verdict.h"

#include <stdlib.h>

/* The sandbox that a plugin is called in, on this machine and with these options. Whatever comes of it can be inspected. */
static enum exit_status describe_sandbox(struct session *session, const cclb_runtime_options *options,
                                         cclb_runtime_info *info, bool *described)
{
    cclb_runtime *runtime = NULL;
    cclb_error error;
    cclb_status status = cclb_runtime_create(options, &runtime, &error);
    if (status == CCLB_INVALID_ARGUMENT) {
        return choose_fail_runtime(session, options, &error);
    }
    if (status == CCLB_OK) {
        status = cclb_runtime_describe(runtime, info, &error);
    }
    *described = status == CCLB_OK;
    if (!*described) {
        session_note("no plugin can be called on this machine as it is: %s", error.message);
    }
    return runtime && cclb_runtime_destroy(runtime, &error) != CCLB_OK ? session_fail(session, NULL, &error, NULL)
                                                                       : EXIT_DONE;
}

static enum exit_status run(struct session *session)
{
    cclb_slot_kind kind = CCLB_SLOT_ANY;
    cclb_runtime_options runtime_options = cclb_runtime_options_init();
    cclb_runtime_info sandbox = cclb_runtime_info_init();
    bool described = false;
    struct file module = {0};
    enum exit_status status = choose_slot(session, &kind);
    if (status == EXIT_DONE) {
        status = choose_reference(session, &runtime_options.reference);
    }
    if (status == EXIT_DONE) {
        status = choose_sandbox(session, &runtime_options);
    }
    if (status == EXIT_DONE) {
        status = choose_module(session, session->arguments.operands[0], &runtime_options.module_limits, NULL, &module);
    }
    if (status == EXIT_DONE) {
        status = describe_sandbox(session, &runtime_options, &sandbox, &described);
    }
    if (status != EXIT_DONE) {
        free(module.data);
        return status;
    }
    cclb_report *report = NULL;
    cclb_error error;
    if (cclb_inspect(cclb_bytes_of(module.data, module.len), kind, runtime_options.reference,
                     &runtime_options.module_limits, NULL, &report, &error) == CCLB_OK) {
        report->sandbox = described ? &sandbox : NULL;
        status = verdict_tell(session, &module, report, true);
    } else {
        status = session_fail(session, files_input_name(session->arguments.operands[0]), &error, NULL);
    }
    free(module.data);
    return status;
}

static const struct option_spec options[] = {
    SLOT_OPTION,  REFERENCE_OPTION, SANDBOX_OPTIONS, MODULE_LIMIT_OPTION,
    LIMIT_OPTION, JSON_OPTION,      HELP_OPTION,     {NULL, 0, NULL, NULL},
};

const struct command inspect_command = {
    .name = "inspect",
    .synopsis = "inspect PLUGIN.wasm [OPTIONS]",
    .summary = "what a plugin declares, and which published runtimes it fits",
    .about = "Reads a plugin without compiling or calling it: its metadata, hooks, fingerprints and exports,\n"
             "the wire form it was built for, what the static rules of each published runtime say to it, and\n"
             "the sandbox that it would be called in on this machine.\n"
             "Use `cclb admit` for the whole verdict.\n",
    .examples = "  cclb inspect my_plugin.wasm\n"
                "  cclb inspect --json --reference 0.1.4 my_plugin.wasm\n",
    .line = {.options = options, .repeated = LIMIT_OPTION_NAME, .operands = {"PLUGIN.wasm"}, .operands_needed = 1},
    .run = run,
};
