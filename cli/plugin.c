/* SPDX-License-Identifier: Apache-2.0 */
/* plugin.c - from the file to the handle, and what to do where that fails. */

#include "plugin.h"

#include "choices.h"
#include "progress.h"

#include <stdlib.h>

enum { REMEDY_SIZE = 256 };

void plugin_init(struct session *session, struct plugin *plugin)
{
    *plugin = (struct plugin){
        .name = files_input_name(session->arguments.operands[0]),
        .options = cclb_runtime_options_init(),
    };
    plugin->options.stores_max = 1;
}

enum exit_status plugin_choose(struct session *session, struct plugin *plugin, bool judged)
{
    enum exit_status status = choose_reference(session, &plugin->options.reference);
    if (status == EXIT_DONE) {
        status = choose_sandbox(session, &plugin->options);
    }
    if (status == EXIT_DONE) {
        status = choose_deadline(session, &plugin->options);
    }
    if (status == EXIT_DONE) {
        status = choose_module(session, session->arguments.operands[0], &plugin->options.module_limits,
                               judged ? &plugin->options.wire_bounds : NULL, &plugin->module);
    }
    return status;
}

bool plugin_is_judged(cclb_hook hook)
{
    return hook != CCLB_HOOK_OBSERVE;
}

cclb_slot_kind plugin_kind(cclb_hook hook)
{
    return hook == CCLB_HOOK_FILTER    ? CCLB_SLOT_FILTER
           : hook == CCLB_HOOK_OBSERVE ? CCLB_SLOT_OBSERVE
                                       : CCLB_SLOT_SHAPE;
}

/* What to do about a plugin that was refused: above all, to call a hook that it has. It may be `text`. */
static const char *refusal_remedy(const struct plugin *plugin, cclb_hook hook, char text[REMEDY_SIZE])
{
    const cclb_report *report = plugin->report;
    bool declared = report == NULL || !report->has_metadata;
    int used = snprintf(text, REMEDY_SIZE, "the plugin has no hook `%s`; it has", cclb_hook_name(hook));
    for (size_t i = 0; !declared && i < report->hook_count; i++) {
        declared = report->hooks[i].hook == hook;
        used += snprintf(text + used, (size_t)(REMEDY_SIZE - used), "%s %s", i > 0 ? "," : "",
                         cclb_hook_name(report->hooks[i].hook));
    }
    return declared ? choose_remedy(&plugin->module, report) : text;
}

enum exit_status plugin_admit(struct session *session, struct plugin *plugin, cclb_hook hook)
{
    cclb_error error;
    if (plugin->runtime == NULL && cclb_runtime_create(&plugin->options, &plugin->runtime, &error) != CCLB_OK) {
        return choose_fail_runtime(session, &plugin->options, &error);
    }
    cclb_slot_key key = cclb_global_key("plugin");
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &plugin->report;
    cclb_slot_registration registration;
    progress_start("cclb: compiling and trying the plugin");
    cclb_status admitted =
        cclb_slot_register(plugin->runtime, key, plugin_kind(hook),
                           cclb_bytes_of(plugin->module.data, plugin->module.len), &options, &registration, &error);
    progress_stop();
    if (admitted != CCLB_OK) {
        char remedy[REMEDY_SIZE];
        return session_fail(session, plugin->name, &error, refusal_remedy(plugin, hook, remedy));
    }
    if (cclb_handle_create(plugin->runtime, key, &plugin->handle, &error) != CCLB_OK) {
        return session_fail(session, plugin->name, &error, NULL);
    }
    return EXIT_DONE;
}

bool plugin_calls(const struct plugin *plugin, cclb_hook hook, const char **why)
{
    const cclb_report *report = plugin->report;
    size_t i = 0;
    while (i < report->hook_count && report->hooks[i].hook != hook) {
        i++;
    }
    *why = i == report->hook_count ? "has no such hook" : report->hooks[i].noop ? "declares it noop" : NULL;
    return *why == NULL;
}

enum exit_status plugin_close(struct session *session, struct plugin *plugin, enum exit_status status)
{
    cclb_error error;
    cclb_handle_destroy(plugin->handle);
    if (plugin->runtime && cclb_runtime_destroy(plugin->runtime, &error) != CCLB_OK) {
        status = session_fail(session, NULL, &error, NULL);
    }
    cclb_report_destroy(plugin->report);
    free(plugin->module.data);
    *plugin = (struct plugin){0};
    return status;
}
