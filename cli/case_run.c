/* SPDX-License-Identifier: Apache-2.0 */
/* case_run.c - reads the files of a case, asks, compares. Each step returns whether the case goes on. */

#include "case_run.h"

#include "diff.h"
#include "expected_fault.h"
#include "json_layout.h"
#include "outputs.h"
#include "reply.h"
#include "work.h"

#include "cclb/escape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a case is made of while it runs. */
struct running {
    const struct tested *tested;
    const struct test_case *one;
    bool may_update;
    struct question question;
    bool is_expected; /* something is; else the next three have nothing */
    char *expected;   /* the text, laid out if it is JSON */
    size_t expected_len;
    struct expected_fault expected_fault;
    struct reply reply;
    struct outcome *outcome;
};

const char *case_ending_name(enum ending ending)
{
    static const char *const names[CASE_ENDINGS] = {"passed", "updated", "skipped", "failed", "error"};
    return names[ending];
}

static bool end_without_memory(struct running *running)
{
    running->outcome->lacks_memory = true;
    return false;
}

/* Ends a case that did not pass, with the line that says why. */
__attribute__((format(printf, 4, 5))) static bool end(struct running *running, enum ending ending,
                                                      enum exit_status status, const char *format, ...)
{
    struct outcome *outcome = running->outcome;
    va_list arguments;
    va_start(arguments, format);
    int len = vasprintf(&outcome->why, format, arguments);
    va_end(arguments);
    outcome->ending = ending;
    outcome->status = status;
    if (len < 0) {
        outcome->why = NULL;
        return end_without_memory(running);
    }
    return false;
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

/* Ends a case one of whose files cannot be read or written. */
static bool end_file(struct running *running, const char *path, const char *reason)
{
    struct shown shown;
    return end(running, CASE_ERROR, EXIT_USAGE, "%s: %s", show(&shown, path), reason);
}

/* Ends a case in whose files something is wrong, or which the machine cannot run. */
static bool end_wrong(struct running *running, const char *path, const cclb_error *error, const char *remedy)
{
    struct shown shown;
    char place[SESSION_PLACE_SIZE];
    enum exit_status status = session_status_of(error->status);
    return end(running, status == EXIT_FAULT ? CASE_FAILED : CASE_ERROR, status, "%s: %s%s%s%s", show(&shown, path),
               error->message, session_place(error, place), remedy ? "; " : "", remedy ? remedy : "");
}

/* A case of a hook that the plugin's form lacks is one of another build; that a plugin lacks it else is a fault. */
static bool check_hook(struct running *running)
{
    char why[TESTED_WHY_SIZE];
    if (tested_handle(running->tested, running->one->hook)) {
        return true;
    }
    bool could_have = tested_could_have(running->tested, running->one->hook, why);
    return end(running, could_have ? CASE_FAILED : CASE_SKIPPED, could_have ? EXIT_FAULT : EXIT_DONE, "%s", why);
}

/* Cases may come from a stranger, and links in them from wherever he likes: no file of ours is shown or replaced. */
static bool check_place(struct running *running, const char *path)
{
    struct shown shown;
    char why[sizeof shown.text + 128];
    if (path == NULL || files_is_within(path, running->one->root)) {
        return true;
    }
    snprintf(why, sizeof why, "a link leads out of %s, the folder of the cases: put the file itself there",
             show(&shown, running->one->root));
    return end_file(running, path, why);
}

static bool check_places(struct running *running)
{
    const struct test_case *one = running->one;
    return check_place(running, one->document) && check_place(running, one->stream) &&
           check_place(running, one->expectation);
}

static bool load(struct running *running, const char *path, struct file *file)
{
    struct file_fault fault;
    return files_load_regular(path, file, &fault) || end_file(running, path, fault.message);
}

static bool read_document(struct running *running)
{
    const struct test_case *one = running->one;
    struct document *document = &running->question.document;
    struct file file;
    cclb_error error;
    const char *remedy = NULL;
    if (!load(running, one->document, &file)) {
        return false;
    }
    cclb_status found = document_parse(cclb_bytes_of(file.data, file.len), document, &error, &remedy);
    free(file.data);
    if (found == CCLB_OK && one->is_stream) {
        found = document_examine_stream(document, &error, &remedy);
    } else if (found == CCLB_OK) {
        found = document_examine(document, one->hook, &error, &remedy);
    }
    return found == CCLB_OK || end_wrong(running, one->document, &error, remedy);
}

static bool read_question(struct running *running)
{
    const struct test_case *one = running->one;
    return (one->document == NULL || read_document(running)) &&
           (one->stream == NULL || load(running, one->stream, &running->question.stream));
}

/* Lays out the expectation of a hook. One that is none stays as it is if it is to be replaced. */
static bool lay_out(struct running *running, const struct file *file)
{
    cclb_error error;
    FILE *out = open_memstream(&running->expected, &running->expected_len);
    if (out == NULL) {
        return end_without_memory(running);
    }
    cclb_status status = json_layout(out, cclb_bytes_of(file->data, file->len), &error);
    if (status == CCLB_BAD_INPUT && running->may_update) {
        fwrite(file->data, 1, file->len, out);
    }
    if (fclose(out) != 0) {
        return end_without_memory(running);
    }
    if (status == CCLB_OK) {
        status = expected_fault_find(cclb_bytes_of(file->data, file->len), &running->expected_fault, &error);
    }
    if (status == CCLB_BAD_INPUT && running->may_update) {
        return true;
    }
    return status == CCLB_OK || end_wrong(running, running->one->expectation, &error, NULL);
}

/* Puts a fault that is expected the way in which one that came is put. */
static bool lay_out_fault(struct running *running)
{
    if (running->expected_fault.parts) {
        free(running->expected);
        running->expected = expected_fault_text(&running->expected_fault, NULL, &running->expected_len);
    }
    return running->expected || end_without_memory(running);
}

static bool read_expectation(struct running *running)
{
    struct file file;
    struct stat about;
    running->is_expected = lstat(running->one->expectation, &about) == 0; /* a link that leads nowhere is told below */
    if (!running->is_expected) {
        return errno == ENOENT || end_file(running, running->one->expectation, strerror(errno));
    }
    if (!load(running, running->one->expectation, &file)) {
        return false;
    }
    if (running->one->is_stream) {
        running->expected = (char *)file.data;
        running->expected_len = file.len;
        return true;
    }
    bool goes_on = lay_out(running, &file) && lay_out_fault(running);
    free(file.data);
    return goes_on;
}

/* Notes in which lines two texts differ. */
static bool note_diff(struct running *running, cclb_bytes from, cclb_bytes to)
{
    size_t len = 0;
    FILE *out = open_memstream(&running->outcome->diff, &len);
    if (out == NULL) {
        return end_without_memory(running);
    }
    diff_write(out, from, to);
    return fclose(out) == 0 || end_without_memory(running);
}

static cclb_bytes text_of(const struct reply *reply)
{
    return cclb_bytes_of(reply->text, reply->len);
}

static bool is_one_file(const char *a, const char *b)
{
    struct output_place place;
    return a && b && output_place_find(a, &place) && output_place_leads(b, &place);
}

/* What is expected becomes what came. */
static bool update(struct running *running)
{
    const struct test_case *one = running->one;
    if (is_one_file(one->expectation, one->document) || is_one_file(one->expectation, one->stream)) {
        return end_file(running, one->expectation, "the same file as what is asked, which --update would replace");
    }
    struct shown shown;
    const char *path = running->one->expectation;
    int number = files_store(path, text_of(&running->reply));
    return number != 0 ? end_file(running, path, strerror(number))
                       : end(running, CASE_UPDATED, EXIT_DONE, "%s %s", running->is_expected ? "changed" : "wrote",
                             show(&shown, path));
}

/* What an author looks for behind a fault; "" where the message says it. */
static const char *hint(const cclb_error *fault)
{
    return fault->status == CCLB_DEADLINE ? "; is there a loop that does not end? --deadline 2s gives it more time"
           : fault->trap == CCLB_TRAP_UNREACHABLE
               ? "; it gave up, by cclb_plugin_fail(), a panic, or what the kit checks: memory used up, an index not "
                 "below the count, a kind of answer that there is not"
           : fault->trap == CCLB_TRAP_MEMORY_OUT_OF_BOUNDS
               ? "; a pointer or an index leads out of its memory, or its stack is too deep"
               : "";
}

/* A call or stream that failed: something else is expected, or nothing yet. */
static bool end_failed(struct running *running, const char *path)
{
    const struct reply *reply = &running->reply;
    char failed[64] = "the call failed";
    if (reply->is_cut_off) {
        snprintf(failed, sizeof failed, "the stream failed at event %" PRIu64, reply->events);
    }
    return running->is_expected
               ? end(running, CASE_FAILED, EXIT_FAULT, "%s, and %s expects something else: %s%s", failed, path,
                     reply->fault.message, hint(&reply->fault))
               : end(running, CASE_FAILED, EXIT_FAULT, "%s, and there is no %s yet, which --update writes: %s%s",
                     failed, path, reply->fault.message, hint(&reply->fault));
}

static bool end_different(struct running *running)
{
    struct shown shown;
    const char *path = show(&shown, running->one->expectation);
    if (running->reply.is_fault || running->reply.is_cut_off) {
        return end_failed(running, path);
    }
    return running->is_expected ? end(running, CASE_FAILED, EXIT_FAULT, "not what %s expects", path)
                                : end(running, CASE_FAILED, EXIT_FAULT, "there is no %s yet; --update writes it", path);
}

/* Holds what came against what is expected; of a fault, what that says of it. */
static void compare(struct running *running)
{
    cclb_bytes expected = cclb_bytes_of(running->expected, running->expected_len);
    cclb_bytes came = text_of(&running->reply);
    char *fault = NULL;
    if (running->reply.is_fault) {
        fault = expected_fault_text(&running->expected_fault, &running->reply.fault, &came.len);
        came.data = (const uint8_t *)fault;
    }
    if (running->reply.is_fault && fault == NULL) {
        (void)end_without_memory(running);
    } else if (!running->is_expected || !cclb_bytes_equal(came, expected)) {
        bool noted = note_diff(running, expected, running->may_update ? text_of(&running->reply) : came);
        (void)(noted && (running->may_update ? update(running) : end_different(running)));
    }
    free(fault);
}

/* Two replies that are not alike. Only the clock can come between them and a plugin that is right. */
static bool end_unstable(struct running *running, const struct reply *again)
{
    bool by_clock = running->reply.fault.status == CCLB_DEADLINE || again->fault.status == CCLB_DEADLINE;
    return end(running, CASE_FAILED, EXIT_FAULT, "not stable: asked again, the plugin %s",
               by_clock
                   ? "ends otherwise, because of its deadline, which is a matter of the clock; --deadline 2s gives "
                     "it more time"
                   : "replies something else");
}

/* The same question twice has the same reply. */
static bool ask(struct running *running)
{
    cclb_error error;
    struct reply again = {0};
    const struct test_case *one = running->one;
    uint64_t start_ns = work_clock_ns();
    cclb_status status = reply_get(running->tested, &running->question, &running->reply, &error);
    running->outcome->duration_ns = work_clock_ns() - start_ns;
    if (status == CCLB_OK) {
        status = reply_get(running->tested, &running->question, &again, &error);
    }
    bool goes_on = true;
    if (status != CCLB_OK) {
        goes_on = end_wrong(running, one->document ? one->document : one->stream, &error, NULL);
    } else if (!cclb_bytes_equal(text_of(&running->reply), text_of(&again))) {
        goes_on = note_diff(running, text_of(&running->reply), text_of(&again)) && end_unstable(running, &again);
    }
    reply_deinit(&again);
    return goes_on;
}

bool case_run(const struct tested *tested, const struct test_case *one, bool may_update, struct outcome *outcome)
{
    struct running running = {
        .tested = tested, .one = one, .may_update = may_update, .question.of = one, .outcome = outcome};
    *outcome = (struct outcome){0};
    if (check_hook(&running) && check_places(&running) && read_question(&running) && read_expectation(&running) &&
        ask(&running)) {
        compare(&running);
    }
    reply_deinit(&running.reply);
    free(running.expected);
    expected_fault_deinit(&running.expected_fault);
    free(running.question.stream.data);
    document_deinit(&running.question.document);
    return !outcome->lacks_memory;
}

void outcomes_count(const struct outcome *outcomes, size_t count, size_t counts[CASE_ENDINGS])
{
    memset(counts, 0, CASE_ENDINGS * sizeof counts[0]);
    for (size_t i = 0; i < count; i++) {
        counts[outcomes[i].ending]++;
    }
}

void outcome_deinit(struct outcome *outcome)
{
    free(outcome->why);
    free(outcome->diff);
    *outcome = (struct outcome){0};
}
