/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - calls a hook, or feeds a stream, and writes down what came of it. */

#include "reply.h"

#include "expected_fault.h"
#include "host_call.h"
#include "json_layout.h"
#include "stream_defaults.h"

#include "cclb/sse.h"

#include <stdlib.h>
#include <string.h>

static const char gathered[] = "what the plugin replied";

/* Ends what was gathered. */
static cclb_status close_text(FILE *out, bool lacks_memory, cclb_error *error)
{
    return fclose(out) == 0 && !lacks_memory ? CCLB_OK : session_lacks_memory(error, gathered);
}

/* Whether a failure is the plugin's, and so a reply. */
static bool is_plugins(cclb_status status)
{
    return status != CCLB_BAD_INPUT && session_status_of(status) == EXIT_FAULT;
}

/* Lays JSON out in place of what it was. */
static cclb_status lay_out(struct reply *reply, cclb_error *error)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return session_lacks_memory(error, gathered);
    }
    cclb_status status = json_layout(out, cclb_bytes_of(reply->text, reply->len), error);
    if (fclose(out) != 0 && status == CCLB_OK) {
        status = session_lacks_memory(error, gathered);
    }
    free(reply->text);
    reply->text = text;
    reply->len = len;
    return status;
}

static cclb_status write_result(const struct hook_result *result, struct reply *reply, cclb_error *error)
{
    bool lacks_memory = false;
    FILE *out = open_memstream(&reply->text, &reply->len);
    if (out == NULL) {
        return session_lacks_memory(error, gathered);
    }
    struct emitter emitter = emit_begin(out, &lacks_memory);
    hook_result_emit(&emitter, result);
    emit_end(&emitter);
    cclb_status status = close_text(out, lacks_memory, error);
    return status == CCLB_OK ? lay_out(reply, error) : status;
}

static cclb_status call(const struct tested *tested, cclb_handle *handle, const struct question *question,
                        struct reply *reply, cclb_error *error)
{
    struct hook_result result = {.hook = question->of->hook};
    cclb_status status = host_call_once(tested->plugin.runtime, handle, question->document.read, &result, error);
    if (status == CCLB_OK) {
        if (hook_result_passed_through(&result)) {
            reply->fault = *error;
        }
        status = write_result(&result, reply, error);
        hook_result_return(&result);
        return status;
    }
    if (!is_plugins(status)) {
        return status;
    }
    reply->is_fault = true;
    reply->fault = *error;
    reply->text = expected_fault_text(&(struct expected_fault){0}, error, &reply->len);
    return reply->text ? CCLB_OK : session_lacks_memory(error, gathered);
}

/* What a stream wrote. */
struct written {
    FILE *out;
    uint8_t last; /* byte; '\n' if there is none */
};

static void write_piece(void *context, cclb_bytes bytes)
{
    struct written *written = context;
    if (bytes.len > 0) {
        fwrite(bytes.data, 1, bytes.len, written->out);
        written->last = bytes.data[bytes.len - 1];
    }
}

/* Feeds the whole stream; a failure of the plugin's becomes its last line. */
static cclb_status feed(cclb_sse_stream *stream, cclb_bytes input, FILE *out, struct reply *reply, cclb_error *error)
{
    struct written written = {.out = out, .last = '\n'};
    cclb_sse_info info = cclb_sse_info_init();
    *error = (cclb_error){0}; /* as it stays, unless something fails */
    cclb_status status = cclb_sse_stream_feed(stream, input, write_piece, &written, error);
    if (status == CCLB_OK) {
        status = cclb_sse_stream_finish(stream, write_piece, &written, error);
    }
    reply->fault = *error;
    if (!is_plugins(status)) {
        return status;
    }
    reply->is_cut_off = true;
    cclb_error ignored; /* it is open, and of our version */
    reply->events = cclb_sse_stream_describe(stream, &info, &ignored) == CCLB_OK ? info.events : 0;
    fprintf(out, "%s: failed: %s in %s\n", written.last == '\n' ? "" : "\n", cclb_status_name(error->status),
            cclb_phase_name(error->phase));
    return CCLB_OK;
}

static cclb_status run_stream(const struct tested *tested, cclb_handle *handle, const struct question *question,
                              struct reply *reply, cclb_error *error)
{
    struct stream_defaults defaults;
    stream_defaults_set(&defaults);
    const cclb_host_document *document = question->document.read;
    const cclb_request *request = document ? cclb_host_document_request(document) : NULL;
    const cclb_response *response = document ? cclb_host_document_response(document) : NULL;
    cclb_target target = cclb_by_handle(handle);
    cclb_sse_options options = cclb_sse_options_init();
    cclb_sse_stream *stream = NULL;
    options.session = question->of->is_session;
    cclb_status status = cclb_sse_stream_create(tested->plugin.runtime, &target, request ? request : &defaults.request,
                                                response ? response : &defaults.response, &options, &stream, error);
    if (status != CCLB_OK) {
        return status;
    }
    FILE *out = open_memstream(&reply->text, &reply->len);
    if (out) {
        status = feed(stream, cclb_bytes_of(question->stream.data, question->stream.len), out, reply, error);
        status = fclose(out) == 0 ? status : session_lacks_memory(error, gathered);
    } else {
        status = session_lacks_memory(error, gathered);
    }
    cclb_sse_stream_destroy(stream);
    return status;
}

cclb_status reply_get(const struct tested *tested, const struct question *question, struct reply *reply,
                      cclb_error *error)
{
    cclb_handle *handle = tested_handle(tested, question->of->hook);
    return question->of->is_stream ? run_stream(tested, handle, question, reply, error)
                                   : call(tested, handle, question, reply, error);
}

void reply_deinit(struct reply *reply)
{
    free(reply->text);
    *reply = (struct reply){0};
}
