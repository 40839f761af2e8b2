/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - standard output in a stream in memory, and the lines on standard error. */

#include "session.h"

#include "cclb/escape.h"
#include "command.h"
#include "emit.h"
#include "files.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool wants_colour(void)
{
    const char *terminal = getenv("TERM");
    const char *refused = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && (refused == NULL || refused[0] == '\0') && terminal &&
           strcmp(terminal, "dumb") != 0;
}

bool session_init(struct session *session, bool json)
{
    *session = (struct session){.json = json, .colour = !json && wants_colour()};
    session->out = open_memstream(&session->text, &session->len);
    return session->out != NULL;
}

/* What a file or operand is called, escaped; one whose name is empty is seen all the same. "" if there is none. */
static void show_subject(const char *subject, char *shown, size_t size)
{
    cclb_escape(cclb_text(subject == NULL ? "" : subject[0] == '\0' ? "''" : subject), shown, size);
}

/* Why a file cannot be read or written, safe to show; of a link, also where there is nothing. */
struct reason {
    char text[SESSION_SUBJECT_SIZE];
};

static const char *explain(const char *path, int number, struct reason *reason)
{
    char target[PATH_MAX];
    ssize_t len = number == ENOENT ? readlink(path, target, sizeof target) : -1;
    if (len <= 0) {
        snprintf(reason->text, sizeof reason->text, "%s", strerror(number));
        return reason->text;
    }
    char shown[SESSION_SUBJECT_SIZE / 2];
    cclb_escape(cclb_bytes_of(target, (size_t)len), shown, sizeof shown);
    snprintf(reason->text, sizeof reason->text, "a link to %s: %s", shown, strerror(number));
    return reason->text;
}

/* "cclb: subject: message", escaping the subject; the message must be safe. *session, unless NULL, failed so. */
static void complain(struct session *session, const char *subject, const char *message, const char *more)
{
    char line[SESSION_REASON_SIZE];
    char shown[SESSION_SUBJECT_SIZE];
    show_subject(subject, shown, sizeof shown);
    snprintf(line, sizeof line, "%s%s%s%s", shown, subject ? ": " : "", message, more);
    fprintf(stderr, "cclb: %s\n", line);
    if (session) {
        memcpy(session->reason, line, sizeof line);
    }
}

void session_divert(struct session *session, const char *file)
{
    session->json = true;
    session->file = file;
}

enum exit_status session_finish(struct session *session, enum exit_status status)
{
    bool whole = fclose(session->out) == 0 && !session->lacks_memory;
    if (!whole) {
        fputs("cclb: no memory for the output\n", stderr);
        status = EXIT_INTERNAL;
    } else {
        cclb_bytes text = cclb_bytes_of(session->text, session->len);
        int number = session->file ? files_store(session->file, text) : files_put(STDOUT_FILENO, text);
        if (number != 0 && session->file) {
            struct reason reason;
            complain(session, session->file, explain(session->file, number, &reason), "");
            status = EXIT_USAGE;
        } else if (number != 0) {
            fprintf(stderr, "cclb: cannot write to standard output: %s\n", strerror(number));
            status = EXIT_USAGE;
        }
    }
    free(session->text);
    return status;
}

const char *session_option(const struct session *session, const char *name)
{
    size_t place = options_find(session->command->line.options, name);
    return place < OPTIONS_MAX ? session->arguments.values[place] : NULL;
}

/* With --json, makes a fault that is the command's own the whole output. */
static void tell_own_fault(struct session *session, const char *status, const char *subject, const char *message)
{
    if (!session->json) {
        return;
    }
    char shown[SESSION_SUBJECT_SIZE];
    show_subject(subject, shown, sizeof shown);
    rewind(session->out);
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    emit_bool(&emitter, "ok", false);
    emit_own_fault(&emitter, "error", status, shown, message);
    emit_end(&emitter);
}

enum exit_status session_fail_usage(struct session *session, const char *format, ...)
{
    char message[2 * OPTION_FAULT_SIZE];
    char more[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    snprintf(more, sizeof more, " (see `cclb %s%s`)", session->command ? "help " : "--help",
             session->command ? session->command->name : "");
    complain(session, NULL, message, more);
    tell_own_fault(session, "usage", NULL, message);
    return EXIT_USAGE;
}

enum exit_status session_fail_io(struct session *session, const char *subject, int number)
{
    struct reason reason;
    explain(subject, number, &reason);
    complain(session, subject, reason.text, "");
    tell_own_fault(session, "io", subject, reason.text);
    return EXIT_USAGE;
}

/* Makes the object that is there one in which a file has failed, and says which under `key`. */
static void amend(struct session *session, const char *key, const char *path, const char *reason)
{
    char shown[SESSION_SUBJECT_SIZE];
    bool whole = fflush(session->out) == 0;
    char *object = whole ? strndup(session->text, session->len) : NULL;
    if (object == NULL) {
        session->lacks_memory = true;
        return;
    }
    bool ok;
    cclb_bytes members = emit_members(cclb_bytes_of(object, session->len), &ok);
    show_subject(path, shown, sizeof shown);
    rewind(session->out);
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    if (ok) {
        emit_bool(&emitter, "ok", false);
        emit_own_fault(&emitter, "error", "io", shown, reason);
    }
    fwrite(members.data, 1, members.len, session->out);
    emitter.first = false;
    emit_own_fault(&emitter, key, "io", shown, reason);
    emit_end(&emitter);
    free(object);
}

enum exit_status session_fail_beside(struct session *session, const char *key, const char *path, int number)
{
    struct reason reason;
    explain(path, number, &reason);
    complain(session, path, reason.text, "");
    if (session->json) {
        amend(session, key, path, reason.text);
    }
    return EXIT_USAGE;
}

enum exit_status session_status_of(cclb_status status)
{
    if (status == CCLB_OK) {
        return EXIT_DONE;
    }
    return status < 0 || status == CCLB_BUSY || status == CCLB_SATURATED ? EXIT_INTERNAL : EXIT_FAULT;
}

const char *session_place(const cclb_error *error, char place[SESSION_PLACE_SIZE])
{
    bool has_offset = error->offset != CCLB_NO_OFFSET;
    place[0] = '\0';
    if (error->rule != 0 && has_offset) {
        snprintf(place, SESSION_PLACE_SIZE, " (rule R%u, offset %" PRIu64 ")", error->rule, error->offset);
    } else if (error->rule != 0) {
        snprintf(place, SESSION_PLACE_SIZE, " (rule R%u)", error->rule);
    } else if (has_offset) {
        snprintf(place, SESSION_PLACE_SIZE, " (offset %" PRIu64 ")", error->offset);
    }
    return place;
}

void session_explain(struct session *session, const char *subject, const cclb_error *error, const char *remedy)
{
    char place[SESSION_PLACE_SIZE];
    char more[CCLB_MESSAGE_SIZE + sizeof place + 8];
    snprintf(more, sizeof more, "%s%s%s", session_place(error, place), remedy && remedy[0] != '\0' ? "; " : "",
             remedy ? remedy : "");
    complain(session, subject, error->message, more);
}

void session_complain(const char *subject, const cclb_error *error, const char *remedy)
{
    session_explain(NULL, subject, error, remedy);
}

enum exit_status session_fail(struct session *session, const char *subject, const cclb_error *error, const char *remedy)
{
    session_explain(session, subject, error, remedy);
    if (session->json) {
        rewind(session->out);
        struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
        emit_bool(&emitter, "ok", false);
        emit_error(&emitter, "error", error);
        emit_end(&emitter);
    }
    return session_status_of(error->status);
}

enum exit_status session_fail_memory(struct session *session, const char *what)
{
    cclb_error error;
    (void)session_lacks_memory(&error, what);
    return session_fail(session, NULL, &error, NULL);
}

cclb_status session_lacks_memory(cclb_error *error, const char *what)
{
    *error = (cclb_error){.status = CCLB_NO_MEMORY, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error->message, sizeof error->message, "no memory for %s", what);
    return error->status;
}

void session_lose(struct session *session, const char *path, int number, cclb_error *error)
{
    struct reason reason;
    char shown[256];
    show_subject(path, shown, sizeof shown);
    explain(path, number, &reason);
    *error = (cclb_error){.status = CCLB_INVALID_ARGUMENT, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error->message, sizeof error->message, "%s: %.250s", shown, reason.text);
    complain(session, path, reason.text, "");
}

void session_note(const char *format, ...)
{
    char message[2 * CCLB_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fprintf(stderr, "cclb: %s\n", message);
}
