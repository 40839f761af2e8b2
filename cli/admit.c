/* SPDX-License-Identifier: Apache-2.0 */
/* admit.c - `cclb admit`: the whole gate, trial calls included. */

#include "choices.h"
#include "command.h"
#include "progress.h"
#include "verdict.h"

#include "cclb/admission.h"

#include <stdlib.h>

static enum exit_status admit(struct session *session, const cclb_runtime_options *options, cclb_slot_kind kind,
                              const struct file *module)
{
    const char *subject = files_input_name(session->arguments.operands[0]);
    cclb_runtime *runtime = NULL;
    cclb_report *report = NULL;
    cclb_error error;
    if (cclb_runtime_create(options, &runtime, &error) != CCLB_OK) {
        return choose_fail_runtime(session, options, &error);
    }
    progress_start("cclb: compiling and trying the plugin");
    cclb_status judged =
        cclb_admit(runtime, cclb_bytes_of(module->data, module->len), kind, options->reference, &report, &error);
    progress_stop();
    enum exit_status status =
        judged == CCLB_OK ? verdict_tell(session, module, report, false) : session_fail(session, subject, &error, NULL);
    if (cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        return session_fail(session, NULL, &error, NULL);
    }
    return status;
}

static enum exit_status run(struct session *session)
{
    cclb_slot_kind kind = CCLB_SLOT_ANY;
    cclb_runtime_options options = cclb_runtime_options_init();
    options.metering = true; /* so that the report says what the trial calls cost, the same on every machine */
    struct file module = {0};
    enum exit_status status = choose_slot(session, &kind);
    if (status == EXIT_DONE) {
        status = choose_reference(session, &options.reference);
    }
    if (status == EXIT_DONE) {
        status = choose_sandbox(session, &options);
    }
    if (status == EXIT_DONE) {
        status = choose_deadline(session, &options);
    }
    if (status == EXIT_DONE) {
        status = choose_module(session, session->arguments.operands[0], &options.module_limits, NULL, &module);
    }
    if (status == EXIT_DONE) {
        status = admit(session, &options, kind, &module);
    }
    free(module.data);
    return status;
}

static const struct option_spec options[] = {
    SLOT_OPTION,         REFERENCE_OPTION, SANDBOX_OPTIONS, DEADLINE_OPTION,
    MODULE_LIMIT_OPTION, LIMIT_OPTION,     JSON_OPTION,     HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command admit_command = {
    .name = "admit",
    .synopsis = "admit PLUGIN.wasm [OPTIONS]",
    .summary = "the whole verdict: would a host take this plugin, and if not, why",
    .about = "Judges a plugin by every rule of admission: reads it, compiles it and calls each of its active\n"
             "hooks with a fixed request, in a sandbox and within a deadline. Prints the verdict and what it rests\n"
             "on, which published runtimes would take the plugin and why the others would not, and what to do.\n",
    .examples = "  cclb admit my_plugin.wasm\n"
                "  cclb admit --slot filter --reference 0.3.0 my_plugin.wasm\n",
    .line = {.options = options, .repeated = LIMIT_OPTION_NAME, .operands = {"PLUGIN.wasm"}, .operands_needed = 1},
    .run = run,
};
