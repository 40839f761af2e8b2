/* SPDX-License-Identifier: Apache-2.0 */
/* case_run.c - reads the files of a case, asks, compares. */

#include "case_run.h"

#include "diff.h"
#include "json_layout.h"
#include "reply.h"
#include "work.h"

#include "cclb/escape.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text that is expected. */
struct expectation {
    bool exists;
    char *text; /* laid out, if it is JSON */
    size_t len;
};

const char *case_ending_name(enum ending ending)
{
    static const char *const names[CASE_ENDINGS] = {"passed", "updated", "failed"};
    return names[ending];
}

/* Ends a case that did not pass, with the line that says why. */
__attribute__((format(printf, 4, 5))) static enum exit_status end(struct session *session, struct outcome *outcome,
                                                                  enum ending ending, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vasprintf(&outcome->why, format, arguments);
    va_end(arguments);
    outcome->ending = ending;
    if (len < 0) {
        outcome->why = NULL;
        return session_fail_memory(session, "a case");
    }
    return EXIT_DONE;
}

/* A file's name, made safe to show. */
struct shown {
    char text[512];
};

static const char *show(struct shown *shown, const char *path)
{
    cclb_escape(cclb_text(path), shown->text, sizeof shown->text);
    return shown->text;
}

/* Ends a case in whose files something is wrong; what stops the machine stops the command. */
static enum exit_status end_wrong(struct session *session, struct outcome *outcome, const char *path,
                                  const cclb_error *error, const char *remedy)
{
    struct shown shown;
    char place[SESSION_PLACE_SIZE];
    if (session_status_of(error->status) != EXIT_FAULT) {
        return session_fail(session, path, error, remedy);
    }
    return end(session, outcome, CASE_FAILED, "%s: %s%s%s%s", show(&shown, path), error->message,
               session_place(error, place), remedy ? "; " : "", remedy ? remedy : "");
}

static enum exit_status read_document(struct session *session, const struct test_case *one, struct question *question,
                                      struct outcome *outcome)
{
    struct file file;
    cclb_error error;
    const char *remedy = NULL;
    enum exit_status status = files_read_regular(session, one->document, &file);
    if (status != EXIT_DONE) {
        return status;
    }
    cclb_status found = document_parse(cclb_bytes_of(file.data, file.len), &question->document, &error, &remedy);
    free(file.data);
    if (found == CCLB_OK && one->is_stream) {
        found = document_examine_stream(&question->document, &error, &remedy);
    } else if (found == CCLB_OK) {
        found = document_examine(&question->document, one->hook, &error, &remedy);
    }
    return found == CCLB_OK ? EXIT_DONE : end_wrong(session, outcome, one->document, &error, remedy);
}

static enum exit_status read_question(struct session *session, const struct test_case *one, struct question *question,
                                      struct outcome *outcome)
{
    enum exit_status status = one->document ? read_document(session, one, question, outcome) : EXIT_DONE;
    return status == EXIT_DONE && one->stream ? files_read_regular(session, one->stream, &question->stream) : status;
}

/* Lays out the expectation of a hook. One that is no JSON stays as it is if it is to be replaced. */
static enum exit_status lay_out(struct session *session, const struct test_case *one, const struct file *file,
                                bool may_update, struct expectation *expectation, struct outcome *outcome)
{
    cclb_error error;
    FILE *out = open_memstream(&expectation->text, &expectation->len);
    if (out == NULL) {
        return session_fail_memory(session, "a case");
    }
    cclb_status status = json_layout(out, cclb_bytes_of(file->data, file->len), &error);
    if (status == CCLB_BAD_INPUT && may_update) {
        fwrite(file->data, 1, file->len, out);
        status = CCLB_OK;
    }
    if (fclose(out) != 0) {
        return session_fail_memory(session, "a case");
    }
    return status == CCLB_OK ? EXIT_DONE : end_wrong(session, outcome, one->expectation, &error, NULL);
}

static enum exit_status read_expectation(struct session *session, const struct test_case *one, bool may_update,
                                         struct expectation *expectation, struct outcome *outcome)
{
    struct file file;
    expectation->exists = access(one->expectation, F_OK) == 0;
    if (!expectation->exists) {
        return EXIT_DONE;
    }
    enum exit_status status = files_read_regular(session, one->expectation, &file);
    if (status == EXIT_DONE && one->is_stream) {
        expectation->text = (char *)file.data;
        expectation->len = file.len;
    } else if (status == EXIT_DONE) {
        status = lay_out(session, one, &file, may_update, expectation, outcome);
        free(file.data);
    }
    return status;
}

/* Notes in which lines two texts differ. */
static enum exit_status note_diff(struct session *session, cclb_bytes from, cclb_bytes to, struct outcome *outcome)
{
    size_t len = 0;
    FILE *out = open_memstream(&outcome->diff, &len);
    if (out == NULL) {
        return session_fail_memory(session, "a case");
    }
    diff_write(out, from, to);
    return fclose(out) == 0 ? EXIT_DONE : session_fail_memory(session, "a case");
}

/* What is expected becomes what came. */
static enum exit_status update(struct session *session, const struct test_case *one, const struct reply *reply,
                               bool exists, struct outcome *outcome)
{
    struct shown shown;
    int number = files_store(one->expectation, cclb_bytes_of(reply->text, reply->len));
    return number != 0 ? session_fail_io(session, one->expectation, number)
                       : end(session, outcome, CASE_UPDATED, "%s %s", exists ? "changed" : "wrote",
                             show(&shown, one->expectation));
}

/* What an author looks for behind a fault; "" where the message says it. */
static const char *hint(const cclb_error *fault)
{
    return fault->status == CCLB_DEADLINE ? "; is there a loop that does not end? --deadline 2s gives it more time"
           : fault->trap == CCLB_TRAP_UNREACHABLE ? "; it gave up, by cclb_plugin_fail() or a panic"
           : fault->trap == CCLB_TRAP_MEMORY_OUT_OF_BOUNDS
               ? "; a pointer or an index leads out of its memory, or its stack is too deep"
               : "";
}

static enum exit_status end_different(struct session *session, const struct test_case *one, const struct reply *reply,
                                      bool exists, struct outcome *outcome)
{
    struct shown shown;
    if (exists && reply->is_fault) {
        return end(session, outcome, CASE_FAILED, "the call failed, and %s expects something else: %s%s",
                   show(&shown, one->expectation), reply->fault.message, hint(&reply->fault));
    }
    return exists ? end(session, outcome, CASE_FAILED, "not what %s expects", show(&shown, one->expectation))
                  : end(session, outcome, CASE_FAILED, "there is no %s yet; --update writes it",
                        show(&shown, one->expectation));
}

/* Holds what came against what is expected. */
static enum exit_status compare(struct session *session, const struct test_case *one,
                                const struct expectation *expectation, const struct reply *reply, bool may_update,
                                struct outcome *outcome)
{
    cclb_bytes expected = cclb_bytes_of(expectation->text, expectation->len);
    size_t len = reply->len;
    char *fault = reply->is_fault ? reply_fault_text(&reply->fault, expected, &len) : NULL;
    if (reply->is_fault && fault == NULL) {
        return session_fail_memory(session, "a case");
    }
    cclb_bytes came = cclb_bytes_of(fault ? fault : reply->text, len);
    enum exit_status status = EXIT_DONE;
    if (!expectation->exists || came.len != expected.len || memcmp(came.data, expected.data, came.len) != 0) {
        cclb_bytes whole = may_update ? cclb_bytes_of(reply->text, reply->len) : came;
        status = note_diff(session, expected, whole, outcome);
        if (status == EXIT_DONE) {
            status = may_update ? update(session, one, reply, expectation->exists, outcome)
                                : end_different(session, one, reply, expectation->exists, outcome);
        }
    }
    free(fault);
    return status;
}

/* The same question twice has the same reply. */
static enum exit_status ask(struct session *session, const struct tested *tested, const struct question *question,
                            struct reply *reply, struct outcome *outcome)
{
    cclb_error error;
    struct reply again = {0};
    const struct test_case *one = question->of;
    uint64_t start_ns = work_clock_ns();
    cclb_status status = reply_get(tested, question, reply, &error);
    outcome->duration_ns = work_clock_ns() - start_ns;
    if (status == CCLB_OK) {
        status = reply_get(tested, question, &again, &error);
    }
    enum exit_status told = EXIT_DONE;
    if (status != CCLB_OK) {
        told = end_wrong(session, outcome, one->document ? one->document : one->stream, &error, NULL);
    } else if (reply->len != again.len || memcmp(reply->text, again.text, reply->len) != 0) {
        told =
            note_diff(session, cclb_bytes_of(reply->text, reply->len), cclb_bytes_of(again.text, again.len), outcome);
        told = told == EXIT_DONE
                   ? end(session, outcome, CASE_FAILED, "not stable: asked again, the plugin replies something else")
                   : told;
    }
    reply_deinit(&again);
    return told;
}

enum exit_status case_run(struct session *session, const struct tested *tested, const struct test_case *one,
                          bool may_update, struct outcome *outcome)
{
    struct question question = {.of = one};
    struct expectation expectation = {0};
    struct reply reply = {0};
    *outcome = (struct outcome){0};
    enum exit_status status = read_question(session, one, &question, outcome);
    if (status == EXIT_DONE && outcome->why == NULL) {
        status = read_expectation(session, one, may_update, &expectation, outcome);
    }
    if (status == EXIT_DONE && outcome->why == NULL) {
        status = ask(session, tested, &question, &reply, outcome);
    }
    if (status == EXIT_DONE && outcome->why == NULL) {
        status = compare(session, one, &expectation, &reply, may_update, outcome);
    }
    reply_deinit(&reply);
    free(expectation.text);
    free(question.stream.data);
    document_deinit(&question.document);
    return status;
}

void outcome_deinit(struct outcome *outcome)
{
    free(outcome->why);
    free(outcome->diff);
    *outcome = (struct outcome){0};
}
