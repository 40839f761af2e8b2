/* SPDX-License-Identifier: Apache-2.0 */
/* junit.c - one suite; a case's class is its folder. */

#include "junit.h"

#include "files.h"

#include "cclb/escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder of a case is its class. */
static int class_len(const struct test_case *one)
{
    return (int)(one->leaf - one->name) - 1;
}

/* What XML has for itself, and two characters that it cannot have at all. */
static const struct {
    const char *text;
    const char *written;
} replaced[] = {
    {"&", "&amp;"},
    {"<", "&lt;"},
    {">", "&gt;"},
    {"\"", "&quot;"},
    {"\xef\xbf\xbe", "\\u{fffe}"},
    {"\xef\xbf\xbf", "\\u{ffff}"},
};

/* Writes text that is safe to show. */
static void put_text(FILE *out, const char *text)
{
    enum { REPLACED = sizeof replaced / sizeof replaced[0] };
    while (*text != '\0') {
        size_t i = 0;
        while (i < REPLACED && strncmp(text, replaced[i].text, strlen(replaced[i].text)) != 0) {
            i++;
        }
        if (i < REPLACED) {
            fputs(replaced[i].written, out);
            text += strlen(replaced[i].text);
        } else {
            fputc(*text++, out);
        }
    }
}

static void put_attribute(FILE *out, const char *name, const char *text)
{
    char shown[1024];
    cclb_escape(cclb_text(text), shown, sizeof shown);
    fprintf(out, " %s=\"", name);
    put_text(out, shown);
    fputc('"', out);
}

static void put_seconds(FILE *out, uint64_t ns)
{
    fprintf(out, " time=\"%.6f\"", (double)ns / 1e9);
}

static void put_case(FILE *out, const struct test_case *one, const struct outcome *outcome)
{
    fprintf(out, "    <testcase classname=\"%.*s\"", class_len(one), one->name);
    put_attribute(out, "name", one->leaf);
    put_seconds(out, outcome->duration_ns);
    if (outcome->ending != CASE_FAILED) {
        fputs("/>\n", out);
        return;
    }
    fputs(">\n      <failure message=\"", out);
    put_text(out, outcome->why);
    fputs("\">", out);
    put_text(out, outcome->diff ? outcome->diff : "");
    fputs("</failure>\n    </testcase>\n", out);
}

/* Opens the suite, which the caller ends. */
static void put_start(FILE *out, const char *suite, size_t tests, size_t failures, size_t errors, uint64_t duration_ns)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", out);
    put_attribute(out, "name", suite);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\"", tests, failures, errors);
    put_seconds(out, duration_ns);
    fputs(">\n", out);
}

static void put_end(FILE *out)
{
    fputs("  </testsuite>\n</testsuites>\n", out);
}

static void put_suite(FILE *out, const char *suite, const struct cases *cases, const struct outcome *outcomes)
{
    size_t failed = 0;
    uint64_t duration_ns = 0;
    for (size_t i = 0; i < cases->count; i++) {
        failed += outcomes[i].ending == CASE_FAILED;
        duration_ns += outcomes[i].duration_ns;
    }
    put_start(out, suite, cases->count, failed, 0, duration_ns);
    for (size_t i = 0; i < cases->count; i++) {
        put_case(out, &cases->each[i], &outcomes[i]);
    }
    put_end(out);
}

/* No case was run to its end, and readers of such files look for what is wrong in cases: the run itself is one. */
static void put_failure(FILE *out, const char *suite, const char *reason)
{
    put_start(out, suite, 1, 0, 1, 0);
    fputs("    <testcase classname=\"cclb\" name=\"test\" time=\"0.000000\">\n      <error message=\"", out);
    put_text(out, reason);
    fputs("\"/>\n    </testcase>\n", out);
    put_end(out);
}

/* Stores what was gathered and frees it. Returns 0 or an errno. */
static int store(const char *path, FILE *out, char **text, size_t *len)
{
    int number = fclose(out) == 0 ? files_store(path, cclb_bytes_of(*text, *len)) : ENOMEM;
    free(*text);
    return number;
}

/* Returns 0 or an errno. */
static int store_failure(const char *path, const char *suite, const char *reason)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return ENOMEM;
    }
    put_failure(out, suite, reason);
    return store(path, out, &text, &len);
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

enum exit_status junit_write(struct session *session, const char *path, const char *suite, const struct cases *cases,
                             const struct outcome *outcomes)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return session_fail_memory(session, "the report");
    }
    put_suite(out, suite, cases, outcomes);
    int number = store(path, out, &text, &len);
    return number == 0 ? EXIT_DONE : session_fail_io(session, path, number);
}
