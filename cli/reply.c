/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - calls a hook, or feeds a stream, and writes down what came of it. */

#include "reply.h"

#include "host_call.h"
#include "json_layout.h"
#include "stream_defaults.h"

#include "cclb/sse.h"

#include <stdlib.h>
#include <string.h>

static cclb_status fail_memory(cclb_error *error)
{
    *error = (cclb_error){.status = CCLB_NO_MEMORY, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error->message, sizeof error->message, "no memory for what the plugin replied");
    return error->status;
}

/* Ends what was gathered. */
static cclb_status close_text(FILE *out, bool lacks_memory, cclb_error *error)
{
    return fclose(out) == 0 && !lacks_memory ? CCLB_OK : fail_memory(error);
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
        return fail_memory(error);
    }
    cclb_status status = json_layout(out, cclb_bytes_of(reply->text, reply->len), error);
    if (fclose(out) != 0 && status == CCLB_OK) {
        status = fail_memory(error);
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
        return fail_memory(error);
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
        status = write_result(&result, reply, error);
        hook_result_return(&result);
        return status;
    }
    if (!is_plugins(status)) {
        return status;
    }
    reply->is_fault = true;
    reply->fault = *error;
    reply->text = reply_fault_text(&reply->fault, cclb_bytes_of(NULL, 0), &reply->len);
    return reply->text ? CCLB_OK : fail_memory(error);
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
static cclb_status feed(cclb_sse_stream *stream, cclb_bytes input, FILE *out, cclb_error *error)
{
    struct written written = {.out = out, .last = '\n'};
    cclb_status status = cclb_sse_stream_feed(stream, input, write_piece, &written, error);
    if (status == CCLB_OK) {
        status = cclb_sse_stream_finish(stream, write_piece, &written, error);
    }
    if (!is_plugins(status)) {
        return status;
    }
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
        status = feed(stream, cclb_bytes_of(question->stream.data, question->stream.len), out, error);
        status = fclose(out) == 0 ? status : fail_memory(error);
    } else {
        status = fail_memory(error);
    }
    cclb_sse_stream_destroy(stream);
    return status;
}

cclb_status reply_get(const struct tested *tested, const struct question *question, struct reply *reply,
                      cclb_error *error)
{
    cclb_handle *handle = tested_handle(tested, question->of->hook, error);
    if (handle == NULL) {
        return error->status;
    }
    return question->of->is_stream ? run_stream(tested, handle, question, reply, error)
                                   : call(tested, handle, question, reply, error);
}

/* The value of a member of "error" in a laid out expectation, as far as its line goes. Empty if it has none. */
static cclb_bytes member_of(cclb_bytes expected, const char *key)
{
    char start[32];
    int len = snprintf(start, sizeof start, "\n    \"%s\": ", key);
    const uint8_t *found = expected.len > 0 ? memmem(expected.data, expected.len, start, (size_t)len) : NULL;
    const uint8_t *value = found ? found + len : NULL;
    const uint8_t *end = found ? memchr(value, '\n', (size_t)(expected.data + expected.len - value)) : NULL;
    if (end == NULL) {
        return cclb_bytes_of(NULL, 0);
    }
    end -= end[-1] == ',' ? 1 : 0;
    return cclb_bytes_of(value, (size_t)(end - value));
}

/* Whether a string in JSON holds another; both with their quotation marks. */
static bool holds(cclb_bytes string, cclb_bytes part)
{
    return part.len >= 2 && part.data[0] == '"' && string.len >= part.len &&
           memmem(string.data + 1, string.len - 2, part.data + 1, part.len - 2);
}

/* Writes a message as far as it is expected. False if there is no memory. */
static bool write_message(FILE *out, const char *message, cclb_bytes expected)
{
    cclb_buffer json = {0};
    if (cclb_bytes_to_json(cclb_text(message), NULL, &json, NULL) != CCLB_OK) {
        return false;
    }
    cclb_bytes whole = cclb_bytes_of(json.data, json.len);
    cclb_bytes shown = holds(whole, expected) ? expected : whole;
    fwrite(shown.data, 1, shown.len, out);
    cclb_buffer_deinit(&json);
    return true;
}

char *reply_fault_text(const cclb_error *fault, cclb_bytes expected, size_t *len)
{
    static const char *const keys[] = {"status", "phase", "message"};
    enum { KEYS = sizeof keys / sizeof keys[0] };
    const char *values[KEYS] = {cclb_status_name(fault->status), cclb_phase_name(fault->phase), fault->message};
    cclb_bytes wanted[KEYS];
    size_t named = 0;
    for (size_t i = 0; i < KEYS; i++) {
        wanted[i] = member_of(expected, keys[i]);
        named += wanted[i].len > 0;
    }
    char *text = NULL;
    FILE *out = open_memstream(&text, len);
    bool written = out != NULL;
    const char *separator = "{\n  \"error\": {\n    ";
    for (size_t i = 0; i < KEYS && written; i++) {
        if (named == 0 || wanted[i].len > 0) {
            fprintf(out, "%s\"%s\": ", separator, keys[i]);
            written = write_message(out, values[i], i == KEYS - 1 ? wanted[i] : cclb_bytes_of(NULL, 0));
            separator = ",\n    ";
        }
    }
    if (out) {
        fputs("\n  }\n}\n", out);
        written = fclose(out) == 0 && written;
    }
    if (!written) {
        free(text);
    }
    return written ? text : NULL;
}

void reply_deinit(struct reply *reply)
{
    free(reply->text);
    *reply = (struct reply){0};
}
