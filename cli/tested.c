/* SPDX-License-Identifier: Apache-2.0 */
/* tested.c - judged once, then registered for each kind of slot; it is compiled once. */

#include "tested.h"

#include "choices.h"
#include "progress.h"
#include "verdict.h"

#include <string.h>

static enum exit_status register_kind(struct session *session, struct tested *tested, cclb_slot_kind kind)
{
    struct plugin *plugin = &tested->plugin;
    cclb_slot_key key = cclb_global_key(cclb_slot_kind_name(kind));
    cclb_slot_options options = cclb_slot_options_init();
    cclb_slot_registration registration;
    cclb_error error;
    if (cclb_slot_register(plugin->runtime, key, kind, cclb_bytes_of(plugin->module.data, plugin->module.len), &options,
                           &registration, &error) != CCLB_OK ||
        cclb_handle_create(plugin->runtime, key, &tested->handles[kind], &error) != CCLB_OK) {
        return session_fail(session, plugin->name, &error, choose_remedy(&plugin->module, plugin->report));
    }
    return EXIT_DONE;
}

static enum exit_status judge(struct session *session, struct plugin *plugin)
{
    cclb_error error;
    cclb_report *report = NULL;
    progress_start("cclb: compiling and trying the plugin");
    cclb_status judged = cclb_admit(plugin->runtime, cclb_bytes_of(plugin->module.data, plugin->module.len),
                                    CCLB_SLOT_ANY, plugin->options.reference, &report, &error);
    progress_stop();
    if (judged != CCLB_OK) {
        return session_fail(session, plugin->name, &error, NULL);
    }
    if (report->verdict.status != CCLB_OK) {
        return verdict_tell(session, &plugin->module, report, false);
    }
    plugin->report = report;
    return EXIT_DONE;
}

enum exit_status tested_open(struct session *session, struct tested *tested)
{
    struct plugin *plugin = &tested->plugin;
    cclb_error error;
    if (cclb_runtime_create(&plugin->options, &plugin->runtime, &error) != CCLB_OK) {
        return choose_fail_runtime(session, &plugin->options, &error);
    }
    enum exit_status status = judge(session, plugin);
    for (size_t i = 0; status == EXIT_DONE && i < plugin->report->hook_count; i++) {
        cclb_slot_kind kind = plugin_kind(plugin->report->hooks[i].hook);
        if (tested->handles[kind] == NULL) {
            status = register_kind(session, tested, kind);
        }
    }
    return status;
}

/* The forms that plugins are built for and that have a hook, "2, 6 or 8". */
enum { FORMS_SIZE = 32 };
static const char *forms_with(cclb_hook hook, char text[FORMS_SIZE])
{
    static const cclb_form built[] = {CCLB_FORM_W2, CCLB_FORM_W6, CCLB_FORM_W8, CCLB_FORM_W9};
    size_t left = 0;
    for (size_t i = 0; i < sizeof built / sizeof built[0]; i++) {
        left += cclb_form_has_hook(built[i], hook);
    }
    text[0] = '\0';
    for (size_t i = 0; i < sizeof built / sizeof built[0]; i++) {
        if (cclb_form_has_hook(built[i], hook)) {
            size_t used = strlen(text);
            left--;
            snprintf(text + used, FORMS_SIZE - used, "%s%s", cclb_form_name(built[i]) + 1,
                     left > 1    ? ", "
                     : left == 1 ? " or "
                                 : "");
        }
    }
    return text;
}

cclb_handle *tested_handle(const struct tested *tested, cclb_hook hook)
{
    const cclb_report *report = tested->plugin.report;
    for (size_t i = 0; i < report->hook_count; i++) {
        if (report->hooks[i].hook == hook) {
            return tested->handles[plugin_kind(hook)];
        }
    }
    return NULL;
}

bool tested_could_have(const struct tested *tested, cclb_hook hook, char why[TESTED_WHY_SIZE])
{
    cclb_form form = tested->plugin.report->form;
    const char *name = cclb_hook_name(hook);
    char forms[FORMS_SIZE];
    if (cclb_form_has_hook(form, hook)) {
        snprintf(why, TESTED_WHY_SIZE, "the plugin has no hook `%s`: write the hook, or remove the case", name);
        return true;
    }
    snprintf(
        why, TESTED_WHY_SIZE,
        "the plugin has no hook `%s`, which form %s lacks: build it for form %s, with that hook, or remove the case",
        name, cclb_form_name(form), forms_with(hook, forms));
    return false;
}

enum exit_status tested_close(struct session *session, struct tested *tested, enum exit_status status)
{
    for (size_t kind = 0; kind < sizeof tested->handles / sizeof tested->handles[0]; kind++) {
        cclb_handle_destroy(tested->handles[kind]);
    }
    return plugin_close(session, &tested->plugin, status);
}
