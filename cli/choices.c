/* SPDX-License-Identifier: Apache-2.0 */
/* choices.c - values by name, and the modules they are about. */

#include "choices.h"

#include "text.h"

#include "cclb/escape.h"

#include <ctype.h>
#include <string.h>

enum { NAMES_SIZE = 128 };

/* "--slot filtre: there is any, filter, shape, observe". */
static enum exit_status refuse_name(struct session *session, const char *option, const char *value, const char *names)
{
    char shown[64];
    cclb_escape(cclb_text(value), shown, sizeof shown);
    return session_fail_usage(session, "--%s %s: there is%s", option, shown, names);
}

static void append_name(char names[NAMES_SIZE], const char *name)
{
    size_t used = strlen(names);
    snprintf(names + used, NAMES_SIZE - used, "%s %s", used == 0 ? "" : ",", name);
}

enum exit_status choose_slot(struct session *session, cclb_slot_kind *kind)
{
    const char *value = session_option(session, "slot");
    if (value == NULL || cclb_slot_kind_from_name(cclb_text(value), kind)) {
        return EXIT_DONE;
    }
    char names[NAMES_SIZE] = "";
    for (cclb_slot_kind i = CCLB_SLOT_ANY; i <= CCLB_SLOT_OBSERVE; i++) {
        append_name(names, cclb_slot_kind_name(i));
    }
    return refuse_name(session, "slot", value, names);
}

enum exit_status choose_reference(struct session *session, cclb_reference *reference)
{
    const char *value = session_option(session, "reference");
    if (value == NULL || cclb_reference_from_name(cclb_text(value), reference)) {
        return EXIT_DONE;
    }
    char names[NAMES_SIZE] = "";
    for (cclb_reference i = CCLB_REFERENCE_ANY; i < CCLB_REFERENCE_COUNT; i++) {
        append_name(names, cclb_reference_name(i));
    }
    return refuse_name(session, "reference", value, names);
}

static enum exit_status choose_isolation(struct session *session, cclb_isolation *isolation)
{
    const char *value = session_option(session, "isolation");
    if (value == NULL || cclb_isolation_from_name(cclb_text(value), isolation)) {
        return EXIT_DONE;
    }
    char names[NAMES_SIZE] = "";
    for (cclb_isolation i = CCLB_ISOLATION_CHECKED; i <= CCLB_ISOLATION_ON_DEMAND; i++) {
        append_name(names, cclb_isolation_name(i));
    }
    return refuse_name(session, "isolation", value, names);
}

static enum exit_status choose_reset(struct session *session, cclb_reset *reset)
{
    const char *value = session_option(session, "reset");
    if (value == NULL || cclb_reset_from_name(cclb_text(value), reset)) {
        return EXIT_DONE;
    }
    char names[NAMES_SIZE] = "";
    for (cclb_reset i = CCLB_RESET_AUTO; i <= CCLB_RESET_DECOMMIT; i++) {
        append_name(names, cclb_reset_name(i));
    }
    return refuse_name(session, "reset", value, names);
}

enum exit_status choose_sandbox(struct session *session, cclb_runtime_options *options)
{
    enum exit_status status = choose_isolation(session, &options->isolation);
    if (status == EXIT_DONE) {
        status = choose_reset(session, &options->reset);
    }
    bool is_pooled = options->isolation != CCLB_ISOLATION_ON_DEMAND;
    bool means_something = options->reset == CCLB_RESET_AUTO || options->reset == CCLB_RESET_DECOMMIT;
    if (status == EXIT_DONE && !is_pooled && !means_something) {
        status = session_fail_usage(session,
                                    "--reset %s: with --isolation on_demand each call has a mapping of its own, "
                                    "which is given back; use auto or decommit",
                                    cclb_reset_name(options->reset));
    }
    return status;
}

void choices_set_deadline(cclb_runtime_options *options, uint64_t base_ns)
{
    static const uint64_t per_mib_ns = UINT64_C(50000000); /* the library's own default */
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options->deadline[hook] = (cclb_deadline){.base_ns = base_ns, .per_mib_ns = per_mib_ns};
    }
}

enum exit_status choose_size(struct session *session, const char *option, uint64_t *bytes)
{
    const char *value = session_option(session, option);
    if (value == NULL || text_parse_size(value, bytes)) {
        return EXIT_DONE;
    }
    char shown[64];
    cclb_escape(cclb_text(value), shown, sizeof shown);
    return session_fail_usage(session, "--%s %s: a size is a number of bytes, or one with K, M or G", option, shown);
}

enum exit_status choose_deadline(struct session *session, cclb_runtime_options *options)
{
    const char *value = session_option(session, "deadline");
    uint64_t base_ns;
    if (value == NULL) {
        return EXIT_DONE;
    }
    if (!text_parse_duration(value, &base_ns)) {
        char shown[64];
        cclb_escape(cclb_text(value), shown, sizeof shown);
        return session_fail_usage(
            session, "--deadline %s: a time is a whole number from 1 on with us, ms or s, and %llus at most", shown,
            UINT64_MAX / 1000000000ULL);
    }
    choices_set_deadline(options, base_ns);
    return EXIT_DONE;
}

enum exit_status choose_failure_policy(struct session *session, cclb_failure_policy *policy)
{
    const char *value = session_option(session, "failure-policy");
    cclb_failure_policy named = CCLB_FAILURE_FAIL_CLOSED;
    if (value && (!cclb_failure_policy_from_name(cclb_text(value), &named) || named == CCLB_FAILURE_DEFAULT)) {
        char names[NAMES_SIZE] = "";
        for (cclb_failure_policy i = CCLB_FAILURE_PASS_THROUGH; i <= CCLB_FAILURE_FAIL_CLOSED; i++) {
            append_name(names, cclb_failure_policy_name(i));
        }
        return refuse_name(session, "failure-policy", value, names);
    }
    *policy = named;
    return EXIT_DONE;
}

enum exit_status choose_origin_policy(struct session *session, cclb_origin_policy *policy)
{
    const char *value = session_option(session, "origin-policy");
    if (value == NULL || cclb_origin_policy_from_name(cclb_text(value), policy)) {
        return EXIT_DONE;
    }
    char names[NAMES_SIZE] = "";
    for (cclb_origin_policy i = CCLB_ORIGIN_UNRESTRICTED; i <= CCLB_ORIGIN_SELECTED_UPSTREAM; i++) {
        append_name(names, cclb_origin_policy_name(i));
    }
    return refuse_name(session, "origin-policy", value, names);
}

enum exit_status choose_module(struct session *session, const char *path, cclb_module_limits *limits,
                               cclb_wire_bounds *bounds, struct file *module)
{
    enum exit_status status = limits_choose(session, limits, bounds);
    return status != EXIT_DONE
               ? status
               : files_read(session, path, limits->module_bytes, "raise it with --max-module-bytes", module);
}

enum exit_status choose_hook(struct session *session, const char *name, cclb_hook *hook)
{
    *hook = cclb_hook_from_name(cclb_text(name));
    if (*hook != CCLB_HOOK_NONE) {
        return EXIT_DONE;
    }
    const char *names[CCLB_HOOK_COUNT];
    char all[NAMES_SIZE] = "";
    for (cclb_hook i = 0; i < CCLB_HOOK_COUNT; i++) {
        names[i] = cclb_hook_name(i);
        append_name(all, names[i]);
    }
    char shown[64];
    cclb_escape(cclb_text(name), shown, sizeof shown);
    const char *nearest = options_nearest(name, names, CCLB_HOOK_COUNT);
    return nearest ? session_fail_usage(session, "no hook `%s`; did you mean `%s`?", shown, nearest)
                   : session_fail_usage(session, "no hook `%s`; there is%s", shown, all);
}

cclb_form form_named(const char *text)
{
    bool is_digit = text[0] >= '0' && text[0] <= '9' && text[1] == '\0';
    const char name[] = {'W', text[0], '\0'};
    return cclb_form_from_name(cclb_text(is_digit ? name : text));
}

enum exit_status choose_form(struct session *session, cclb_form *form)
{
    const char *value = session_option(session, "form");
    *form = value ? form_named(value) : CCLB_FORM_NONE;
    if (value == NULL || *form != CCLB_FORM_NONE) {
        return EXIT_DONE;
    }
    char names[NAMES_SIZE] = "";
    for (cclb_form i = 0; i < CCLB_FORM_COUNT; i++) {
        append_name(names, cclb_form_name(i));
    }
    return refuse_name(session, "form", value, names);
}

enum exit_status choose_request_file(struct session *session, const char *file)
{
    return files_is_standard(file) && files_is_standard(session->arguments.operands[0])
               ? session_fail_usage(session, "the plugin and the request cannot both come from standard input")
               : EXIT_DONE;
}

/* What a file is that is no module at all; NULL if it may be one. */
static const char *recognise(const struct file *module)
{
    static const uint8_t component[] = {0x00, 'a', 's', 'm', 0x0d, 0x00, 0x01, 0x00};
    if (module->len == 0) {
        return "the file is empty";
    }
    if (module->len >= sizeof component && memcmp(module->data, component, sizeof component) == 0) {
        return "a plugin is a core module (target wasm32-unknown-unknown)";
    }
    size_t at = 0;
    while (at < module->len && isspace(module->data[at])) {
        at++;
    }
    bool text = at < module->len && (module->data[at] == '(' || module->data[at] == ';');
    return text ? "this is the text format; wat2wasm makes a module of it" : NULL;
}

const char *choose_remedy(const struct file *module, const cclb_report *report)
{
    const char *recognised = recognise(module);
    if (recognised) {
        return recognised;
    }
    return report ? report->explanation : "";
}

enum exit_status choose_fail_runtime(struct session *session, const cclb_runtime_options *options,
                                     const cclb_error *error)
{
    if (options->reset != CCLB_RESET_AUTO && error->status == CCLB_INVALID_ARGUMENT) {
        return session_fail_usage(session, "--reset: %s", error->message);
    }
    bool pooled = options->isolation != CCLB_ISOLATION_ON_DEMAND;
    return session_fail(session, NULL, error,
                        pooled && error->status == CCLB_ENGINE ? "--isolation on_demand does without a pool" : "");
}
