/* SPDX-License-Identifier: Apache-2.0 */
/* emit.c - values in the layout of the library's JSON: two spaces for each level, every member on its line. */

#include "emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char object_end[] = "\n}\n";

static void indent(struct emitter *emitter)
{
    fprintf(emitter->out, "%*s", (int)(2 * emitter->depth), "");
}

/* Begins a member or element. */
static void begin_value(struct emitter *emitter, const char *key)
{
    fputs(emitter->first ? "\n" : ",\n", emitter->out);
    emitter->first = false;
    indent(emitter);
    if (key) {
        fprintf(emitter->out, "\"%s\": ", key);
    }
}

struct emitter emit_begin(FILE *out, bool *lacks_memory)
{
    fputc('{', out);
    return (struct emitter){.out = out, .lacks_memory = lacks_memory, .depth = 1, .first = true};
}

void emit_end(struct emitter *emitter)
{
    fputs(object_end, emitter->out);
}

void emit_open(struct emitter *emitter, const char *key, char bracket)
{
    begin_value(emitter, key);
    fputc(bracket, emitter->out);
    emitter->depth++;
    emitter->first = true;
}

void emit_close(struct emitter *emitter, char bracket)
{
    emitter->depth--;
    if (!emitter->first) {
        fputc('\n', emitter->out);
        indent(emitter);
    }
    emitter->first = false;
    fputc(bracket, emitter->out);
}

void emit_bool(struct emitter *emitter, const char *key, bool value)
{
    begin_value(emitter, key);
    fputs(value ? "true" : "false", emitter->out);
}

void emit_null(struct emitter *emitter, const char *key)
{
    begin_value(emitter, key);
    fputs("null", emitter->out);
}

void emit_u64(struct emitter *emitter, const char *key, uint64_t value)
{
    begin_value(emitter, key);
    bool exact = value <= UINT64_C(1) << 53; /* above, readers that use doubles would see another number */
    fprintf(emitter->out, exact ? "%" PRIu64 : "\"%" PRIu64 "\"", value);
}

void emit_real(struct emitter *emitter, const char *key, double value, int decimals)
{
    begin_value(emitter, key);
    fprintf(emitter->out, "%.*f", decimals, value);
}

void emit_made(struct emitter *emitter, const char *key, cclb_status status, cclb_buffer *made)
{
    if (status == CCLB_OK) {
        emit_buffer(emitter, key, made);
    } else {
        *emitter->lacks_memory = true;
        emit_null(emitter, key);
    }
    cclb_buffer_deinit(made);
}

void emit_bytes(struct emitter *emitter, const char *key, cclb_bytes value)
{
    cclb_buffer made = {0};
    emit_made(emitter, key, cclb_bytes_to_json(value, NULL, &made, NULL), &made);
}

void emit_error(struct emitter *emitter, const char *key, const cclb_error *error)
{
    cclb_buffer made = {0};
    emit_made(emitter, key, cclb_error_to_json(error, NULL, &made, NULL), &made);
}

void emit_name(struct emitter *emitter, const char *key, const char *value)
{
    if (value && value[0] != '\0') {
        emit_bytes(emitter, key, cclb_text(value));
    } else {
        emit_null(emitter, key);
    }
}

void emit_buffer(struct emitter *emitter, const char *key, const cclb_buffer *buffer)
{
    begin_value(emitter, key);
    /* In JSON a newline is layout: inside strings it is escaped. */
    for (size_t at = 0; at < buffer->len;) {
        const uint8_t *newline = memchr(buffer->data + at, '\n', buffer->len - at);
        size_t len = newline ? (size_t)(newline - buffer->data) - at : buffer->len - at;
        fwrite(buffer->data + at, 1, len, emitter->out);
        at += len;
        if (newline) {
            fputc('\n', emitter->out);
            indent(emitter);
            at++;
        }
    }
}

void emit_own_fault(struct emitter *emitter, const char *key, const char *status, const char *subject,
                    const char *message)
{
    static const char *const absent[] = {"inner", "phase", "hook", "trap", "resource", "rule", "offset"};
    char whole[2 * CCLB_MESSAGE_SIZE];
    snprintf(whole, sizeof whole, "%s%s%s", subject, subject[0] != '\0' ? ": " : "", message);
    emit_open(emitter, key, '{');
    emit_name(emitter, "status", status);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        emit_null(emitter, absent[i]);
    }
    emit_bytes(emitter, "message", cclb_text(whole));
    emit_close(emitter, '}');
}

cclb_bytes emit_members(cclb_bytes object, bool *ok)
{
    static const char done[] = "{\n  \"ok\": true,\n  \"error\": null";
    *ok = object.len >= sizeof done - 1 && memcmp(object.data, done, sizeof done - 1) == 0;
    size_t start = *ok ? sizeof done - 1 : 1;
    return cclb_bytes_of(object.data + start, object.len - start - strlen(object_end));
}

void emit_verdict(struct emitter *emitter, const cclb_error *error, bool of_file)
{
    emit_bool(emitter, "ok", error == NULL);
    if (error && of_file) {
        emit_own_fault(emitter, "error", "io", "", error->message);
    } else if (error) {
        emit_error(emitter, "error", error);
    } else {
        emit_null(emitter, "error");
    }
}
