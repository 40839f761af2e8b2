/* SPDX-License-Identifier: Apache-2.0 */
/* test_result.c - a line for each case, below it what differs, and the count last. */

#include "test_result.h"

#include "emit.h"
#include "text.h"

#include <string.h>

enum { DIFF_COLUMN = 9 };

/* How the command ends, and unless that is well, why. */
struct ended {
    enum exit_status status;
    cclb_error error;
};

static const char *colour_of(char sign)
{
    return sign == '-' ? "31" : sign == '+' ? "32" : NULL;
}

/* Lines that are safe to show, in the colours of what is gone and what is new. */
static void put_diff(const struct session *session, const char *diff)
{
    while (*diff != '\0') {
        int len = (int)strcspn(diff, "\n");
        const char *colour = session->colour ? colour_of(diff[0]) : NULL;
        fprintf(session->out, "%*s%s%s%s%.*s%s\n", DIFF_COLUMN, "", colour ? "\x1b[" : "", colour ? colour : "",
                colour ? "m" : "", len, diff, colour ? "\x1b[0m" : "");
        diff += len + 1;
    }
}

static void put_case(const struct session *session, const struct test_case *one, const struct outcome *outcome)
{
    static const char *const words[CASE_ENDINGS] = {"ok", "UPDATED", "SKIPPED", "FAILED", "ERROR"};
    static const char *const colours[CASE_ENDINGS] = {"32", "33", "33", "1;31", "1;31"};
    fprintf(session->out, session->colour ? "\x1b[%sm" : "%.0s", colours[outcome->ending]);
    fprintf(session->out, "%-*s%s", DIFF_COLUMN, words[outcome->ending], session->colour ? "\x1b[0m" : "");
    text_show_line(session->out, cclb_text(one->name));
    fprintf(session->out, "%s%s\n", outcome->why ? ": " : "", outcome->why ? outcome->why : "");
    put_diff(session, outcome->diff ? outcome->diff : "");
}

static void put_text(const struct session *session, const struct cases *cases, const struct outcome *outcomes,
                     const size_t counts[CASE_ENDINGS])
{
    for (size_t i = 0; i < cases->count; i++) {
        put_case(session, &cases->each[i], &outcomes[i]);
    }
    fprintf(session->out, "%zu passed, ", counts[CASE_PASSED]);
    if (counts[CASE_UPDATED] > 0) {
        fprintf(session->out, "%zu updated, ", counts[CASE_UPDATED]);
    }
    if (counts[CASE_SKIPPED] > 0) {
        fprintf(session->out, "%zu skipped, ", counts[CASE_SKIPPED]);
    }
    fprintf(session->out, "%zu failed", counts[CASE_FAILED]);
    if (counts[CASE_ERROR] > 0) {
        fprintf(session->out, ", %zu error%s", counts[CASE_ERROR], counts[CASE_ERROR] > 1 ? "s" : "");
    }
    fputc('\n', session->out);
}

static void put_json(struct session *session, const struct cases *cases, const struct outcome *outcomes,
                     const size_t counts[CASE_ENDINGS], const struct ended *ended)
{
    static const char *const names[CASE_ENDINGS] = {"passed", "updated", "skipped", "failed", "errors"};
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    emit_verdict(&emitter, ended->status == EXIT_DONE ? NULL : &ended->error, ended->status == EXIT_USAGE);
    for (enum ending ending = CASE_PASSED; ending < CASE_ENDINGS; ending++) {
        emit_u64(&emitter, names[ending], counts[ending]);
    }
    emit_open(&emitter, "cases", '[');
    for (size_t i = 0; i < cases->count; i++) {
        emit_open(&emitter, NULL, '{');
        emit_bytes(&emitter, "name", cclb_text(cases->each[i].name));
        emit_name(&emitter, "outcome", case_ending_name(outcomes[i].ending));
        emit_u64(&emitter, "duration_ns", outcomes[i].duration_ns);
        emit_name(&emitter, "why", outcomes[i].why);
        emit_name(&emitter, "diff", outcomes[i].diff);
        emit_close(&emitter, '}');
    }
    emit_close(&emitter, ']');
    emit_end(&emitter);
}

/* What all of them come to: that of the worst. */
static struct ended judge(const struct cases *cases, const struct outcome *outcomes, const size_t counts[CASE_ENDINGS])
{
    struct ended ended = {.error = {.status = CCLB_REJECTED, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET}};
    char *message = ended.error.message;
    size_t size = sizeof ended.error.message;
    for (size_t i = 0; i < cases->count; i++) {
        ended.status = outcomes[i].status > ended.status ? outcomes[i].status : ended.status;
    }
    if (counts[CASE_SKIPPED] == cases->count) {
        ended.status = EXIT_FAULT;
        snprintf(message, size, "%s", CASES_ALL_SKIPPED);
    } else if (counts[CASE_ERROR] == 0) {
        snprintf(message, size, "%zu of %zu cases failed", counts[CASE_FAILED], cases->count);
    } else if (counts[CASE_FAILED] == 0) {
        snprintf(message, size, "%zu of %zu cases had an error", counts[CASE_ERROR], cases->count);
    } else {
        snprintf(message, size, "%zu of %zu cases failed, %zu had an error", counts[CASE_FAILED], cases->count,
                 counts[CASE_ERROR]);
    }
    if (ended.status == EXIT_INTERNAL) {
        ended.error.status = CCLB_INTERNAL;
    }
    return ended;
}

enum exit_status test_result_tell(struct session *session, const char *subject, const struct cases *cases,
                                  const struct outcome *outcomes, const cclb_error *lost)
{
    size_t counts[CASE_ENDINGS];
    outcomes_count(outcomes, cases->count, counts);
    struct ended ended = judge(cases, outcomes, counts);
    if (ended.status != EXIT_DONE) {
        session_complain(subject, &ended.error, NULL);
    } else if (lost) {
        ended = (struct ended){EXIT_USAGE, *lost};
    }
    if (session->json) {
        put_json(session, cases, outcomes, counts, &ended);
    } else {
        put_text(session, cases, outcomes, counts);
    }
    return lost && ended.status < EXIT_USAGE ? EXIT_USAGE : ended.status;
}
