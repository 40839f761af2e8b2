/* SPDX-License-Identifier: Apache-2.0 */
/* inspect.c - `cclb inspect`: what a module says of itself, and the rules that need no run of it. */

#include "choices.h"
#include "command.h"
#include "verdict.h"

#include <stdlib.h>

static enum exit_status run(struct session *session)
{
    cclb_slot_kind kind = CCLB_SLOT_ANY;
    cclb_reference reference = CCLB_REFERENCE_ANY;
    cclb_module_limits limits = {0};
    struct file module = {0};
    enum exit_status status = choose_slot(session, &kind);
    if (status == EXIT_DONE) {
        status = choose_reference(session, &reference);
    }
    if (status == EXIT_DONE) {
        status = choose_module(session, &limits, NULL, &module);
    }
    if (status != EXIT_DONE) {
        return status;
    }
    cclb_report *report = NULL;
    cclb_error error;
    if (cclb_inspect(cclb_bytes_of(module.data, module.len), kind, reference, &limits, NULL, &report, &error) ==
        CCLB_OK) {
        status = verdict_tell(session, &module, report, true);
    } else {
        status = session_fail(session, files_input_name(session->arguments.operands[0]), &error, NULL);
    }
    free(module.data);
    return status;
}

static const struct option_spec options[] = {
    SLOT_OPTION, REFERENCE_OPTION, MODULE_LIMIT_OPTION,    LIMIT_OPTION,
    JSON_OPTION, HELP_OPTION,      {NULL, 0, NULL, NULL},
};

const struct command inspect_command = {
    .name = "inspect",
    .synopsis = "inspect PLUGIN.wasm [OPTIONS]",
    .summary = "what a plugin declares, and which published runtimes it fits",
    .about = "Reads a plugin without compiling or calling it: its metadata, hooks, fingerprints and exports,\n"
             "the wire form it was built for, and what the static rules of each published runtime say to it.\n"
             "Use `cclb admit` for the whole verdict.\n",
    .examples = "  cclb inspect my_plugin.wasm\n"
                "  cclb inspect --json --reference 0.1.4 my_plugin.wasm\n",
    .line = {.options = options, .repeated = LIMIT_OPTION_NAME, .operands = {"PLUGIN.wasm"}, .operands_needed = 1},
    .run = run,
};
