/* SPDX-License-Identifier: Apache-2.0 */
/* conformance_hosts.c - a slot for each set of rules; the module is compiled once. */

#include "conformance_hosts.h"

#include "host_call.h"

#include <stdio.h>

/* What a host makes of one answer. */
static void call(const struct plugin *plugin, cclb_handle *handle, const struct document *document, cclb_hook hook,
                 struct host_answer *answer)
{
    struct hook_result result = {.hook = hook};
    answer->status = host_call_once(plugin->runtime, handle, document->read, &result, &answer->error);
    if (answer->status == CCLB_OK) {
        hook_result_return(&result);
    }
}

/* Calls in a slot by the rules of that answer. The plugin's own fault goes to the answer, any other to *error. */
static cclb_status call_by_rules(const struct plugin *plugin, const struct document *document, cclb_hook hook,
                                 struct host_answer *answer, cclb_error *error)
{
    char name[32];
    cclb_slot_kind kind = plugin_kind(hook);
    cclb_slot_options options = cclb_slot_options_init();
    cclb_handle *handle = NULL;
    options.has_reference = true;
    options.reference = answer->reference;
    snprintf(name, sizeof name, "%s of %s", cclb_slot_kind_name(kind), cclb_reference_name(answer->reference));
    answer->status =
        cclb_slot_register(plugin->runtime, cclb_global_key(name), kind,
                           cclb_bytes_of(plugin->module.data, plugin->module.len), &options, NULL, &answer->error);
    if (answer->status < CCLB_OK) {
        *error = answer->error;
        return answer->status;
    }
    if (answer->status != CCLB_OK) {
        return CCLB_OK;
    }
    cclb_status status = cclb_handle_create(plugin->runtime, cclb_global_key(name), &handle, error);
    if (status == CCLB_OK) {
        call(plugin, handle, document, hook, answer);
    }
    cclb_handle_destroy(handle);
    return status;
}

/* Whether a published runtime with these rules admits the plugin. */
static bool is_admitted(const cclb_report *report, cclb_reference reference)
{
    cclb_reference named;
    for (size_t i = 0; i < report->verdict_count; i++) {
        const cclb_verdict *verdict = &report->verdicts[i];
        if (verdict->admits && cclb_reference_from_name(cclb_text(verdict->runtime), &named) && named == reference) {
            return true;
        }
    }
    return false;
}

cclb_status host_answers_ask(const struct plugin *plugin, cclb_handle *handle, const struct document *document,
                             cclb_hook hook, struct host_answers *answers, cclb_error *error)
{
    cclb_status status = CCLB_OK;
    *answers = (struct host_answers){0};
    for (cclb_reference i = CCLB_REFERENCE_ANY + 1; i < CCLB_REFERENCE_COUNT && status == CCLB_OK; i++) {
        bool is_own = i == plugin->report->reference;
        if (is_own || is_admitted(plugin->report, i)) {
            struct host_answer *answer = &answers->each[answers->count++];
            answer->reference = i;
            if (is_own) {
                call(plugin, handle, document, hook, answer);
            } else {
                status = call_by_rules(plugin, document, hook, answer, error);
            }
        }
    }
    return status;
}

const struct host_answer *host_answers_refusal(const struct host_answers *answers)
{
    for (size_t i = 0; i < answers->count; i++) {
        if (answers->each[i].status != CCLB_OK) {
            return &answers->each[i];
        }
    }
    return NULL;
}

bool host_answers_refused_by(const struct host_answers *answers, const char *runtime)
{
    cclb_reference reference;
    if (!cclb_reference_from_name(cclb_text(runtime), &reference)) {
        return false;
    }
    for (size_t i = 0; i < answers->count; i++) {
        if (answers->each[i].reference == reference) {
            return answers->each[i].status != CCLB_OK;
        }
    }
    return false;
}
