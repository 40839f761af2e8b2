/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - `cclb replay`: the call of a capsule once more, and whether it ends as it did. */

#include "choices.h"
#include "command.h"
#include "emit.h"
#include "plugin.h"
#include "text.h"

#include "cclb/escape.h"
#include "cclb/replay.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* One replay. Zeroed: nothing is open. */
struct replay {
    const char *name; /* of the capsule's file */
    cclb_capsule *capsule;
    const cclb_capsule_info *info; /* of the capsule */
    struct plugin plugin;
    cclb_replay result;
};

static enum exit_status read_capsule(struct session *session, struct replay *replay)
{
    const char *path = session->arguments.operands[0];
    struct file file;
    cclb_error error;
    replay->name = files_input_name(path);
    if (files_is_standard(path) && files_is_standard(session->arguments.operands[1])) {
        return session_fail_usage(session, "the capsule and the plugin cannot both come from standard input");
    }
    enum exit_status status = files_read(session, path, FILE_BYTES_MAX, NULL, &file);
    if (status != EXIT_DONE) {
        return status;
    }
    if (cclb_capsule_read(cclb_bytes_of(file.data, file.len), NULL, &replay->capsule, &error) == CCLB_OK) {
        replay->info = cclb_capsule_describe(replay->capsule);
    } else {
        status = session_fail(session, replay->name, &error, NULL);
    }
    free(file.data);
    return status;
}

static enum exit_status refuse_settings(struct session *session, const struct replay *replay, const char *what,
                                        const char *remedy)
{
    cclb_error error = {.status = CCLB_BAD_INPUT, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error.message, sizeof error.message, "$.settings: %s", what);
    return session_fail(session, replay->name, &error, remedy);
}

/* Whether the deadline of a request as long as the capsule's is a minute at most. */
static bool ends_in_time(const cclb_capsule_info *info)
{
    static const uint64_t most_ns = UINT64_C(60000000000);
    return info->deadline_base_ns <= most_ns && info->deadline_per_mib_ns <= most_ns &&
           info->deadline_per_mib_ns / 1024 * (info->input.len / 1024) <= most_ns - info->deadline_base_ns;
}

/* A capsule may come from anybody, and says how long the plugin may run here. */
static enum exit_status set_deadline(struct session *session, const struct replay *replay,
                                     cclb_runtime_options *options)
{
    if (session_option(session, "deadline")) {
        return choose_deadline(session, options);
    }
    return ends_in_time(replay->info)
               ? EXIT_DONE
               : refuse_settings(session, replay, "a deadline of more than a minute in all for this request",
                                 "--deadline 60s, or any other time, takes its place");
}

enum { PAGE_BYTES = 65536, PAGES_MAX = 65535 };

/* And how much memory it may have. */
static enum exit_status set_memory(struct session *session, const struct replay *replay, cclb_runtime_options *options)
{
    static const uint64_t most_bytes = UINT64_C(1) << 30;
    const char *given = session_option(session, "memory");
    if (given) {
        enum exit_status status = choose_size(session, "memory", &options->memory_max_bytes);
        uint64_t pages = options->memory_max_bytes / PAGE_BYTES;
        bool can_be = options->memory_max_bytes % PAGE_BYTES == 0 && pages > 0 && pages <= PAGES_MAX;
        return status != EXIT_DONE || can_be
                   ? status
                   : session_fail_usage(session, "--memory %s: a plugin has a multiple of 64K, and less than 4G",
                                        given);
    }
    return replay->info->memory_max_bytes <= most_bytes
               ? EXIT_DONE
               : refuse_settings(session, replay, "more than 1 GiB of memory for the plugin",
                                 "--memory 1G, or any other size, takes its place");
}

static enum exit_status read_plugin(struct session *session, struct replay *replay)
{
    const char *path = session->arguments.operands[1];
    struct plugin *plugin = &replay->plugin;
    plugin->name = files_input_name(path);
    plugin->options = cclb_runtime_options_init();
    plugin->options.stores_max = 1;
    enum exit_status status = choose_module(session, path, &plugin->options.module_limits, NULL, &plugin->module);
    uint64_t table_elements = plugin->options.module_limits.table_elements;
    cclb_capsule_options_set(replay->capsule, &plugin->options);
    if (table_elements > 0) { /* by --limit: the one limit on modules that a capsule has too */
        plugin->options.module_limits.table_elements = table_elements;
    }
    status = status == EXIT_DONE ? set_deadline(session, replay, &plugin->options) : status;
    return status == EXIT_DONE ? set_memory(session, replay, &plugin->options) : status;
}

enum { DIGEST_SHOWN = 6, DIGEST_TEXT_SIZE = 2 * DIGEST_SHOWN + 1 };

static const char *show_digest(const uint8_t *digest, char text[DIGEST_TEXT_SIZE])
{
    for (size_t i = 0; i < DIGEST_SHOWN; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    return text;
}

/* Says how two digests differ: by how they begin, or where that is alike, from the byte on that is another. */
static void tell_digests(const uint8_t *has, const uint8_t *wanted, char *message, size_t size)
{
    char texts[2][DIGEST_TEXT_SIZE];
    size_t at = 0;
    while (at < CCLB_DIGEST_SIZE && has[at] == wanted[at]) {
        at++;
    }
    if (at < DIGEST_SHOWN) {
        snprintf(message, size, "not the module of the capsule: its digest begins with %s, that of the capsule with %s",
                 show_digest(has, texts[0]), show_digest(wanted, texts[1]));
        return;
    }
    at = at < CCLB_DIGEST_SIZE - DIGEST_SHOWN ? at : CCLB_DIGEST_SIZE - DIGEST_SHOWN;
    snprintf(message, size,
             "not the module of the capsule: from digit %zu on its digest has %s, that of the capsule %s", 2 * at + 1,
             show_digest(has + at, texts[0]), show_digest(wanted + at, texts[1]));
}

/* Looked at ahead of admission, which another module may not pass for reasons that are beside the point. */
static enum exit_status check_digest(struct session *session, const struct replay *replay)
{
    const struct plugin *plugin = &replay->plugin;
    cclb_report *report = NULL;
    cclb_error error;
    if (session_option(session, "any-plugin")) {
        return EXIT_DONE;
    }
    if (cclb_inspect(cclb_bytes_of(plugin->module.data, plugin->module.len), CCLB_SLOT_ANY, CCLB_REFERENCE_ANY,
                     &plugin->options.module_limits, NULL, &report, &error) != CCLB_OK) {
        return session_fail(session, plugin->name, &error, NULL);
    }
    enum exit_status status = EXIT_DONE;
    if (memcmp(report->digest, replay->info->digest, sizeof report->digest) != 0) {
        error = (cclb_error){.status = CCLB_REJECTED, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
        tell_digests(report->digest, replay->info->digest, error.message, sizeof error.message);
        status = session_fail(session, plugin->name, &error, "--any-plugin calls it all the same");
    }
    cclb_report_destroy(report);
    return status;
}

/* Settings that no runtime ever had are the capsule's fault. */
static enum exit_status make_runtime(struct session *session, struct replay *replay)
{
    struct plugin *plugin = &replay->plugin;
    cclb_error error;
    cclb_status status = cclb_runtime_create(&plugin->options, &plugin->runtime, &error);
    if (status == CCLB_INVALID_ARGUMENT) {
        cclb_error settings = error;
        settings.status = CCLB_BAD_INPUT;
        snprintf(settings.message, sizeof settings.message, "$.settings: %.*s", CCLB_MESSAGE_SIZE - 16, error.message);
        return session_fail(session, replay->name, &settings, NULL);
    }
    return status == CCLB_OK ? EXIT_DONE : choose_fail_runtime(session, &plugin->options, &error);
}

static enum exit_status call(struct session *session, struct replay *replay)
{
    cclb_error error;
    cclb_status status = cclb_capsule_replay(replay->capsule, replay->plugin.handle, &replay->result, &error);
    if (status == CCLB_OK) {
        return EXIT_DONE;
    }
    return session_fail(session, status == CCLB_BAD_INPUT ? replay->name : replay->plugin.name, &error, NULL);
}

/* ---- what is told ---- */

static void put_fault(FILE *out, const char *when, const cclb_error *fault)
{
    char place[SESSION_PLACE_SIZE];
    fprintf(out, "  %s  %s: %s%s\n", when, cclb_status_name(fault->status), fault->message,
            session_place(fault, place));
}

static void put_answer(FILE *out, const cclb_replay *result)
{
    struct text size;
    fprintf(out, "  now   an answer of %s bytes%s\n", text_count(&size, result->answer_bytes),
            result->same ? ", as many as that had which was refused" : "");
}

/* What a call that ends otherwise may owe to the capsule. */
static void put_changes(FILE *out, const cclb_capsule_info *info)
{
    if (info->masked_count > 0) {
        fputs("what was masked may have changed it:\n", out);
        for (size_t i = 0; i < info->masked_count; i++) {
            char shown[128];
            cclb_escape(info->masked[i], shown, sizeof shown);
            fprintf(out, "  %s\n", shown);
        }
    }
    if (info->bodies_dropped) {
        fputs("bodies and the data of events were masked too, which may have changed it\n", out);
    }
}

static void print(struct session *session, const struct replay *replay)
{
    const cclb_replay *result = &replay->result;
    fputs(result->same ? "the same fault again\n" : "another outcome\n", session->out);
    put_fault(session->out, "then", &replay->info->fault);
    if (result->found.status == CCLB_OK) {
        put_answer(session->out, result);
    } else {
        put_fault(session->out, "now ", &result->found);
    }
    if (!result->same) {
        put_changes(session->out, replay->info);
    }
}

static void emit(struct session *session, const struct replay *replay, const cclb_error *failure)
{
    const cclb_capsule_info *info = replay->info;
    const cclb_replay *result = &replay->result;
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    emit_bool(&emitter, "ok", failure == NULL);
    if (failure) {
        emit_error(&emitter, "error", failure);
    } else {
        emit_null(&emitter, "error");
    }
    emit_bool(&emitter, "same", result->same);
    emit_name(&emitter, "hook", cclb_hook_name(info->hook));
    emit_name(&emitter, "form", cclb_form_name(info->form));
    emit_name(&emitter, "reference", cclb_reference_name(info->reference));
    emit_bool(&emitter, "other_module", result->other_module);
    emit_error(&emitter, "then", &info->fault);
    if (result->found.status == CCLB_OK) {
        emit_null(&emitter, "now");
    } else {
        emit_error(&emitter, "now", &result->found);
    }
    emit_u64(&emitter, "answer_bytes", result->answer_bytes);
    emit_u64(&emitter, "fuel", result->fuel);
    emit_u64(&emitter, "memory_bytes", result->memory_bytes);
    emit_open(&emitter, "masked", '[');
    for (size_t i = 0; i < info->masked_count; i++) {
        emit_bytes(&emitter, NULL, info->masked[i]);
    }
    emit_close(&emitter, ']');
    emit_bool(&emitter, "bodies_dropped", info->bodies_dropped);
    emit_end(&emitter);
}

static enum exit_status tell(struct session *session, const struct replay *replay)
{
    cclb_error failure = {.status = CCLB_REJECTED, .hook = replay->info->hook, .offset = CCLB_NO_OFFSET};
    snprintf(failure.message, sizeof failure.message, "another outcome than the capsule's");
    if (session->json) {
        emit(session, replay, replay->result.same ? NULL : &failure);
    } else {
        print(session, replay);
    }
    if (!replay->result.same) {
        session_complain(replay->plugin.name, &failure, NULL);
        return EXIT_FAULT;
    }
    return EXIT_DONE;
}

/* ---- on a stack of the size that the capsule needs, whatever this thread has ---- */

/* Beside the guest's part: as much as all of it has elsewhere, for the compiler above all. */
enum { STACK_BESIDE_BYTES = 8 << 20 };

struct errand {
    struct session *session;
    struct replay *replay;
    enum exit_status status;
};

static void *run_errand(void *context)
{
    struct errand *errand = context;
    struct session *session = errand->session;
    struct replay *replay = errand->replay;
    errand->status = plugin_admit(session, &replay->plugin, replay->info->hook);
    if (errand->status == EXIT_DONE) {
        errand->status = call(session, replay);
    }
    if (errand->status == EXIT_DONE) {
        errand->status = tell(session, replay);
    }
    return NULL;
}

/* There is a runtime, so the size is one that a runtime can have. */
static enum exit_status run_on_stack(struct session *session, struct replay *replay)
{
    struct errand errand = {.session = session, .replay = replay};
    size_t size = (size_t)replay->plugin.options.stack_max_bytes + STACK_BESIDE_BYTES;
    pthread_attr_t attributes;
    pthread_t thread;
    int number = pthread_attr_init(&attributes);
    if (number == 0) {
        number = pthread_attr_setstacksize(&attributes, size);
        number = number == 0 ? pthread_create(&thread, &attributes, run_errand, &errand) : number;
        pthread_attr_destroy(&attributes);
    }
    if (number != 0) {
        char what[128];
        snprintf(what, sizeof what, "a thread with a stack of %zu bytes, which the capsule needs: %s", size,
                 strerror(number));
        return session_fail_memory(session, what);
    }
    pthread_join(thread, NULL);
    return errand.status;
}

static enum exit_status run(struct session *session)
{
    struct replay replay = {0};
    enum exit_status status = read_capsule(session, &replay);
    if (status == EXIT_DONE) {
        status = read_plugin(session, &replay);
    }
    if (status == EXIT_DONE) {
        status = check_digest(session, &replay);
    }
    if (status == EXIT_DONE) {
        status = make_runtime(session, &replay);
    }
    if (status == EXIT_DONE) {
        status = run_on_stack(session, &replay);
    }
    status = plugin_close(session, &replay.plugin, status);
    cclb_capsule_destroy(replay.capsule);
    return status;
}

static const struct option_spec options[] = {
    {"any-plugin", 0, NULL, "call the plugin though it is another module than the capsule's"},
    DEADLINE_OPTION_OF("as the capsule\nhas both, up to a minute in all"),
    {"memory", 0, "SIZE",
     "how much memory the plugin may have, a multiple of 64K (default: as\nthe capsule has it, up to 1G)"},
    MODULE_LIMIT_OPTION,
    LIMIT_OPTION,
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command replay_command = {
    .name = "replay",
    .synopsis = "replay CAPSULE PLUGIN.wasm [OPTIONS]",
    .summary = "make a call that failed once more, from its capsule",
    .about = "Makes the call that a capsule tells of once more, with the same request, in a sandbox with the same\n"
             "settings, and says whether it ends in the same fault: status, rule, phase and trap. Of an answer that\n"
             "was refused for what it said, the refusal is the host's, and the answer is held against the length of\n"
             "the one that was refused. Where the call ends otherwise, both outcomes are told, and what was masked in\n"
             "the request, since that may be why; the status is then 1.\n"
             "\n"
             "Capsules are left by hosts that ask for them (cclb_capsule(3)) and by --capsule of `cclb call` and\n"
             "`cclb sse`.\n",
    .examples = "  cclb call my_plugin.wasm filter --request host.json --capsule failed.json\n"
                "  cclb replay failed.json my_plugin.wasm\n"
                "  cclb replay failed.json my_plugin-repaired.wasm --any-plugin\n",
    .line = {.options = options,
             .repeated = LIMIT_OPTION_NAME,
             .operands = {"CAPSULE", "PLUGIN.wasm"},
             .operands_needed = 2},
    .run = run,
};
