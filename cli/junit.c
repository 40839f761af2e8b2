/* SPDX-License-Identifier: Apache-2.0 */
/* junit.c - one suite; a case's class is its folder. */

#include "junit.h"

#include "draft.h"
#include "files.h"
#include "xml.h"

#include "cclb/escape.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The folder of a case is its class. */
static int class_len(const struct test_case *one)
{
    return (int)(one->leaf - one->name) - 1;
}

static void put_attribute(FILE *out, const char *name, const char *foreign)
{
    fprintf(out, " %s=\"", name);
    xml_put_foreign(out, foreign);
    fputc('"', out);
}

static void put_seconds(FILE *out, uint64_t ns)
{
    fprintf(out, " time=\"%.6f\"", (double)ns / 1e9);
}

/* The element that says what became of a case that did not pass; NULL: there is none. */
static const char *element_of(enum ending ending)
{
    static const char *const elements[CASE_ENDINGS] = {
        [CASE_SKIPPED] = "skipped", [CASE_FAILED] = "failure", [CASE_ERROR] = "error"};
    return elements[ending];
}

static void put_case(FILE *out, const struct test_case *one, const struct outcome *outcome)
{
    const char *element = element_of(outcome->ending);
    fprintf(out, "    <testcase classname=\"%.*s\"", class_len(one), one->name);
    put_attribute(out, "name", one->leaf);
    put_seconds(out, outcome->duration_ns);
    if (element == NULL) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n      <%s message=\"", element);
    xml_put(out, outcome->why);
    fputs("\">", out);
    xml_put(out, outcome->diff ? outcome->diff : "");
    fprintf(out, "</%s>\n    </testcase>\n", element);
}

/* Readers of such files look for what is wrong in cases: where the run itself is at fault, it is one. */
static void put_run_error(FILE *out, const char *reason)
{
    fputs("    <testcase classname=\"cclb\" name=\"test\" time=\"0.000000\">\n      <error message=\"", out);
    xml_put(out, reason);
    fputs("\"/>\n    </testcase>\n", out);
}

/* Opens the suite, which the caller ends. */
static void put_start(FILE *out, const char *suite, size_t tests, const size_t counts[CASE_ENDINGS],
                      uint64_t duration_ns)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", out);
    put_attribute(out, "name", suite);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", tests, counts[CASE_FAILED],
            counts[CASE_ERROR], counts[CASE_SKIPPED]);
    put_seconds(out, duration_ns);
    fputs(">\n", out);
}

static void put_end(FILE *out)
{
    fputs("  </testsuite>\n</testsuites>\n", out);
}

static void put_suite(FILE *out, const char *suite, const struct cases *cases, const struct outcome *outcomes)
{
    size_t counts[CASE_ENDINGS];
    uint64_t duration_ns = 0;
    outcomes_count(outcomes, cases->count, counts);
    bool nothing_ran = counts[CASE_SKIPPED] == cases->count;
    counts[CASE_ERROR] += nothing_ran;
    for (size_t i = 0; i < cases->count; i++) {
        duration_ns += outcomes[i].duration_ns;
    }
    put_start(out, suite, cases->count + nothing_ran, counts, duration_ns);
    for (size_t i = 0; i < cases->count; i++) {
        put_case(out, &cases->each[i], &outcomes[i]);
    }
    if (nothing_ran) {
        put_run_error(out, CASES_ALL_SKIPPED);
    }
    put_end(out);
}

/* Returns 0 or an errno. */
static int store_failure(const char *path, const char *suite, const char *reason)
{
    struct draft draft;
    if (!draft_begin(&draft)) {
        return ENOMEM;
    }
    put_start(draft.out, suite, 1, (const size_t[CASE_ENDINGS]){[CASE_ERROR] = 1}, 0);
    put_run_error(draft.out, reason);
    put_end(draft.out);
    return draft_store(&draft, path);
}

enum exit_status junit_begin(struct session *session, const char *path, const char *suite)
{
    if (files_is_standard(path)) {
        return session_fail_usage(session, "--junit -: standard output is for the result; name a file");
    }
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        return EXIT_DONE; /* a pipe or a device keeps nothing, and would have two reports */
    }
    int number = store_failure(path, suite, "the run did not end");
    return number == 0 ? EXIT_DONE : session_fail_io(session, path, number);
}

void junit_write_failure(struct session *session, const char *path, const char *suite)
{
    int number = store_failure(path, suite, session->reason);
    if (number != 0) {
        char shown[512];
        cclb_escape(cclb_text(path), shown, sizeof shown);
        session_note("%s: %s", shown, strerror(number));
    }
}

int junit_write(const char *path, const char *suite, const struct cases *cases, const struct outcome *outcomes)
{
    struct draft draft;
    if (!draft_begin(&draft)) {
        return ENOMEM;
    }
    put_suite(draft.out, suite, cases, outcomes);
    return draft_store(&draft, path);
}
