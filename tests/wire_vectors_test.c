/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_vectors_test.c - the whole vector file passes, and no line of it passes by accident: spoil any one, and that
 * one fails.
 */

#include "cclb/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define VECTORS CCLB_SOURCE_DIR "/spec/vectors/wire-vectors.txt"

enum {
    CASES = 3143,
    WHOLE_RUNS_PER_KIND = 3, /* spoiled lines of each kind that are run inside the whole file, too */
    KINDS = 16
};

static char *text;
static size_t text_len;

static int load_vectors(void **state)
{
    (void)state;
    FILE *file = fopen(VECTORS, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return -1;
    }
    long size = ftell(file);
    rewind(file);
    text = malloc((size_t)size);
    text_len = text ? fread(text, 1, (size_t)size, file) : 0;
    (void)fclose(file);
    return text_len == (size_t)size ? 0 : -1;
}

static int free_vectors(void **state)
{
    (void)state;
    free(text);
    return 0;
}

static void print_failure(void *context, const cclb_vector_result *result)
{
    (void)context;
    if (!result->passed) {
        print_error("line %zu: %s\n", result->line, result->reason);
    }
}

static void test_every_case_passes(void **state)
{
    (void)state;
    cclb_vector_summary summary;
    cclb_error error;
    assert_int_equal(cclb_vectors_run(cclb_bytes_of(text, text_len), NULL, print_failure, NULL, &summary, &error),
                     CCLB_OK);
    assert_int_equal(summary.passed, CASES);
    assert_int_equal(summary.failed, 0);
}

static bool ends_with(const char *line, size_t len, const char *end)
{
    size_t end_len = strlen(end);
    return len >= end_len && memcmp(line + len - end_len, end, end_len) == 0;
}

/*
 * Writes the line with one thing wrong: a refusal in place of an acceptance, or the reverse, or another last digit.
 * Returns its length, which may be one more.
 */
static size_t spoil(const char *line, size_t len, char *out)
{
    memcpy(out, line, len);
    if (ends_with(line, len, " err -")) {
        memcpy(out + len - 6, " ok -", 5);
        return len - 1;
    }
    if (ends_with(line, len, " ok")) {
        memcpy(out + len - 2, "err", 3);
        return len + 1;
    }
    if (ends_with(line, len, " err")) {
        memcpy(out + len - 3, "ok", 2);
        return len - 1;
    }
    out[len - 1] = line[len - 1] == '0' ? '1' : '0';
    return len;
}

struct expectation {
    size_t line; /* the only one that may fail */
    size_t failed;
};

static void expect_failure(void *context, const cclb_vector_result *result)
{
    struct expectation *expectation = context;
    if (!result->passed) {
        assert_int_equal(result->line, expectation->line);
        expectation->failed++;
    }
}

/* Runs `before`, the spoiled line and `after` as one text. */
static void assert_fails_alone(cclb_bytes before, cclb_bytes spoiled, cclb_bytes after, size_t number)
{
    size_t size = before.len + spoiled.len + after.len;
    char *whole = malloc(size);
    assert_non_null(whole);
    memcpy(whole, before.data, before.len);
    memcpy(whole + before.len, spoiled.data, spoiled.len);
    memcpy(whole + before.len + spoiled.len, after.data, after.len);
    struct expectation expectation = {.line = number};
    cclb_vector_summary summary;
    cclb_error error;
    assert_int_equal(cclb_vectors_run(cclb_bytes_of(whole, size), NULL, expect_failure, &expectation, &summary, &error),
                     CCLB_OK);
    assert_int_equal(summary.failed, 1);
    assert_int_equal(summary.passed, CASES - 1);
    assert_int_equal(expectation.failed, 1);
    free(whole);
}

/* How often a kind of line was seen before; the kind is all before the first space. */
static size_t count_kind(cclb_bytes kind)
{
    static struct {
        cclb_bytes kind;
        size_t count;
    } kinds[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        if (kinds[i].count == 0 || cclb_bytes_equal(kinds[i].kind, kind)) {
            kinds[i].kind = kind;
            return kinds[i].count++;
        }
    }
    fail_msg("more kinds of lines than the file has");
    return 0;
}

static void test_every_spoiled_case_fails(void **state)
{
    (void)state;
    char spoiled[8192];
    size_t cases = 0;
    size_t number = 1;
    for (size_t at = 0; at < text_len; number++) {
        const char *line = text + at;
        const char *end = memchr(line, '\n', text_len - at);
        assert_non_null(end);
        size_t len = (size_t)(end - line);
        at += len + 1;
        if (len == 0 || line[0] == '#') {
            continue;
        }
        cases++;
        assert_true(len + 1 < sizeof spoiled);
        size_t spoiled_len = spoil(line, len, spoiled);
        cclb_bytes bytes = cclb_bytes_of(spoiled, spoiled_len);
        cclb_vector_summary summary;
        cclb_error error;
        assert_int_equal(cclb_vectors_run(bytes, NULL, NULL, NULL, &summary, &error), CCLB_OK);
        if (summary.failed != 1) {
            fail_msg("line %zu passes although it is spoiled", number);
        }
        const char *space = memchr(line, ' ', len);
        assert_non_null(space);
        if (count_kind(cclb_bytes_of(line, (size_t)(space - line))) < WHOLE_RUNS_PER_KIND) {
            assert_fails_alone(cclb_bytes_of(text, (size_t)(line - text)), bytes,
                               cclb_bytes_of(end, text_len - (size_t)(end - text)), number);
        }
    }
    assert_int_equal(cases, CASES);
}

/* Lines of these kinds also fail if a digit in their middle is another: a value, or a fingerprint. */
static void test_a_digit_in_the_middle_counts(void **state)
{
    (void)state;
    char spoiled[8192];
    size_t cases = 0;
    for (size_t at = 0; at < text_len;) {
        const char *line = text + at;
        const char *end = memchr(line, '\n', text_len - at);
        assert_non_null(end);
        size_t len = (size_t)(end - line);
        at += len + 1;
        size_t field = line[0] == 'D' ? 2 : line[0] == 'E' ? 3 : line[0] == 'P' ? 4 : 0;
        if (field == 0) {
            continue;
        }
        size_t place = 0;
        while (field > 0) {
            field -= line[place++] == ' ';
        }
        memcpy(spoiled, line, len);
        spoiled[place] = line[place] == '0' ? '1' : '0';
        cclb_vector_summary summary;
        cclb_error error;
        assert_int_equal(cclb_vectors_run(cclb_bytes_of(spoiled, len), NULL, NULL, NULL, &summary, &error), CCLB_OK);
        assert_int_equal(summary.failed, 1);
        cases++;
    }
    assert_int_equal(cases, 156 + 352 + 45);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_passes),
        cmocka_unit_test(test_every_spoiled_case_fails),
        cmocka_unit_test(test_a_digit_in_the_middle_counts),
    };
    return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
