/* SPDX-License-Identifier: Apache-2.0 */
/* host_call.c - one call through cclb/filter.h and its like, and what is told about it. */

#include "host_call.h"

#include "answer.h"
#include "choices.h"

enum exit_status host_call_choose(struct session *session, cclb_runtime_options *options)
{
    options->cookie_redaction = session_option(session, "cookie-redaction") != NULL;
    enum exit_status status = choose_failure_policy(session, &options->failure_policy);
    return status == EXIT_DONE ? choose_origin_policy(session, &options->origin_policy) : status;
}

enum exit_status host_call_refuse_options(struct session *session)
{
    static const char *const names[] = {"failure-policy", "origin-policy", "cookie-redaction"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (session_option(session, names[i])) {
            return session_fail_usage(session, "--%s is for a call with --request", names[i]);
        }
    }
    return EXIT_DONE;
}

/* A policy and the hooks that it is about. */
static const struct {
    const char *option;
    const char *words;
    bool hooks[CCLB_HOOK_COUNT];
} policies[] = {
    {"origin-policy", "shape", {[CCLB_HOOK_SHAPE] = true}},
    {"cookie-redaction", "filter and shape", {[CCLB_HOOK_FILTER] = true, [CCLB_HOOK_SHAPE] = true}},
    {"failure-policy",
     "all hooks but observe",
     {[CCLB_HOOK_FILTER] = true,
      [CCLB_HOOK_SHAPE] = true,
      [CCLB_HOOK_TRANSFORM_RESPONSE] = true,
      [CCLB_HOOK_TRANSFORM_SSE_EVENT] = true}},
};

/* `where` says what there is instead of a hook that they are about. */
static enum exit_status check_policies(struct session *session, const bool called[CCLB_HOOK_COUNT], const char *where)
{
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        bool means_something = session_option(session, policies[i].option) == NULL;
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            means_something = means_something || (called[hook] && policies[i].hooks[hook]);
        }
        if (!means_something) {
            return session_fail_usage(session, "--%s is about %s, and %s", policies[i].option, policies[i].words,
                                      where);
        }
    }
    return EXIT_DONE;
}

enum exit_status host_call_check_policies(struct session *session, const bool called[CCLB_HOOK_COUNT])
{
    return check_policies(session, called, "no case that would run has such a hook");
}

enum exit_status host_call_check_hook(struct session *session, cclb_hook hook)
{
    char where[64];
    bool called[CCLB_HOOK_COUNT] = {0};
    called[hook] = true;
    snprintf(where, sizeof where, "this calls %s", cclb_hook_name(hook));
    return check_policies(session, called, where);
}

cclb_status host_call_once(cclb_runtime *runtime, cclb_handle *handle, const cclb_host_document *document,
                           struct hook_result *result, cclb_error *error)
{
    const cclb_target target = cclb_by_handle(handle);
    const cclb_request *request = cclb_host_document_request(document);
    const cclb_response *response = cclb_host_document_response(document);
    const cclb_sse_event *event = cclb_host_document_event(document);
    const cclb_observation *observation = cclb_host_document_observation(document);
    switch (result->hook) {
    case CCLB_HOOK_FILTER:
        return cclb_filter(runtime, &target, request, &result->as.filter, error);
    case CCLB_HOOK_SHAPE:
        return cclb_shape(runtime, &target, request, &result->as.shape, error);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return cclb_transform_response(runtime, &target, request, response, &result->as.response, error);
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return cclb_transform_sse_event(runtime, &target, request, response, event, &result->as.event, error);
    default:
        return cclb_observe(runtime, &target, observation, &result->as.observed, error);
    }
}

/* To standard error: what the call cost, that there was none, or what passed through. */
static void put_facts(const struct plugin *plugin, const struct hook_result *result, const cclb_error *failure)
{
    const char *why;
    if (plugin_calls(plugin, result->hook, &why)) {
        answer_facts(result->hook, hook_result_lease(result));
    } else {
        session_note("%s: nothing was called, the plugin %s", cclb_hook_name(result->hook), why);
    }
    if (failure) {
        session_complain("note: the call failed, and passes through", failure, NULL);
    }
}

static void put_json(struct emitter *emitter, const struct plugin *plugin, const struct hook_result *result,
                     const cclb_error *failure, const char *raw_out)
{
    const char *why;
    const cclb_lease *lease = hook_result_lease(result);
    emit_name(emitter, "hook", cclb_hook_name(result->hook));
    emit_name(emitter, "form", cclb_form_name(plugin->report->form));
    emit_name(emitter, "reference", cclb_reference_name(plugin->report->reference));
    if (plugin_calls(plugin, result->hook, &why)) {
        emit_u64(emitter, "duration_ns", lease->duration_ns);
        emit_u64(emitter, "memory_bytes", lease->memory_bytes);
    } else {
        emit_null(emitter, "duration_ns");
        emit_null(emitter, "memory_bytes");
    }
    hook_result_emit(emitter, result);
    if (failure) {
        emit_error(emitter, "failure", failure);
    } else {
        emit_null(emitter, "failure");
    }
    emit_name(emitter, "raw_out", raw_out);
}

/* The archive, if there is one. */
static enum exit_status store(struct session *session, const struct plugin *plugin, const struct hook_result *result,
                              const cclb_error *failure, const char *raw_out)
{
    static const char remedy[] = "so there is no answer to store with --raw-out";
    const char *why;
    if (failure) {
        return session_fail(session, plugin->name, failure, remedy);
    }
    if (!plugin_calls(plugin, result->hook, &why)) {
        cclb_error error = {.status = CCLB_REJECTED, .hook = result->hook, .offset = CCLB_NO_OFFSET};
        snprintf(error.message, sizeof error.message, "%s: nothing was called, the plugin %s",
                 cclb_hook_name(result->hook), why);
        return session_fail(session, plugin->name, &error, remedy);
    }
    return files_write(session, raw_out, hook_result_lease(result)->output);
}

static enum exit_status tell(struct session *session, const struct document *document, const struct plugin *plugin,
                             const struct hook_result *result, const cclb_error *failure, const char *raw_out,
                             struct emitter *emitter)
{
    if (raw_out) {
        enum exit_status status = store(session, plugin, result, failure, raw_out);
        if (status != EXIT_DONE) {
            return status;
        }
    }
    put_facts(plugin, result, failure);
    if (session->json) {
        put_json(emitter, plugin, result, failure, raw_out);
    } else if (raw_out == NULL) {
        hook_result_print(session->out, result, cclb_host_document_request(document->read));
    }
    return EXIT_DONE;
}

enum exit_status host_call_make(struct session *session, const struct document *document, const struct plugin *plugin,
                                cclb_hook hook, const char *raw_out, struct emitter *emitter)
{
    struct hook_result result = {.hook = hook};
    cclb_error error = {0};
    if (host_call_once(plugin->runtime, plugin->handle, document->read, &result, &error) != CCLB_OK) {
        bool is_documents = error.status == CCLB_BAD_INPUT;
        return session_fail(session, is_documents ? document->name : plugin->name, &error, NULL);
    }
    const cclb_error *failure = hook_result_passed_through(&result) ? &error : NULL;
    enum exit_status status = tell(session, document, plugin, &result, failure, raw_out, emitter);
    hook_result_return(&result);
    return status;
}
