/* SPDX-License-Identifier: Apache-2.0 */
/* run_test.c - files that are not as they should be, and files in a world without enough memory. */

#include "cclb/vectors.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct seen {
    size_t cases;
    size_t line; /* of the last case */
    bool passed;
    char kind[16];
    char name[64];
    char reason[CCLB_MESSAGE_SIZE];
};

static void copy_text(char *out, size_t size, cclb_bytes text)
{
    size_t len = text.len < size ? text.len : size - 1;
    if (len > 0) {
        memcpy(out, text.data, len);
    }
    out[len] = '\0';
}

static void see(void *context, const cclb_vector_result *result)
{
    struct seen *seen = context;
    seen->cases++;
    seen->line = result->line;
    seen->passed = result->passed;
    copy_text(seen->kind, sizeof seen->kind, result->kind);
    copy_text(seen->name, sizeof seen->name, result->name);
    copy_text(seen->reason, sizeof seen->reason, cclb_text(result->reason));
    assert_int_equal(result->passed, result->reason[0] == '\0');
}

static cclb_vector_summary run(cclb_bytes text, struct seen *seen)
{
    cclb_vector_summary summary = {77, 77};
    cclb_error error;
    *seen = (struct seen){0};
    assert_int_equal(cclb_vectors_run(text, NULL, see, seen, &summary, &error), CCLB_OK);
    assert_int_equal(summary.passed + summary.failed, seen->cases);
    return summary;
}

#define UUID_CASE                                                                                                      \
    "U 3030303030303030303030303030303030303030303030303030303030303030 ok "                                           \
    "00000000-0000-0000-0000-000000000000"
#define RESPONSE "752d31616363657074000000f4ffffff03000000efffffff06000000edffffff00000000e8ffffff01000000"
#define RESPONSE_VALUE "0100000003000000752d310600000061636365707400000000"

static void test_lines_and_their_ends(void **state)
{
    (void)state;
    struct seen seen;
    static const char text[] = "# a comment\r\n\n\r\nHS 200 ok\r\n" UUID_CASE "\n#HS 1 ok\nHS 99 err";
    cclb_vector_summary summary = run(cclb_text(text), &seen);
    assert_int_equal(summary.passed, 3);
    assert_int_equal(summary.failed, 0);
    assert_int_equal(seen.line, 7);
    assert_string_equal(seen.kind, "HS");
    assert_string_equal(seen.name, "99");
}

static void test_a_case_that_fails(void **state)
{
    (void)state;
    struct seen seen;
    cclb_vector_summary summary = run(cclb_text("HS 200 ok\nHS 99 ok\n"), &seen);
    assert_int_equal(summary.passed, 1);
    assert_int_equal(summary.failed, 1);
    assert_int_equal(seen.line, 2);
    assert_string_equal(seen.reason, "refused, expected ok");
    cclb_error error;
    assert_int_equal(cclb_vectors_run(cclb_text("HS 99 ok"), NULL, NULL, NULL, &summary, NULL), CCLB_OK);
    assert_int_equal(summary.failed, 1);
    assert_int_equal(cclb_vectors_run(cclb_text("HS 99 ok"), NULL, NULL, NULL, &summary, &error), CCLB_OK);
}

static void test_no_case_at_all(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "# nothing", "\r\n#\n\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cclb_vector_summary summary = {77, 77};
        cclb_error error;
        assert_int_equal(cclb_vectors_run(cclb_text(texts[i]), NULL, NULL, NULL, &summary, &error), CCLB_BAD_INPUT);
        assert_int_equal(error.status, CCLB_BAD_INPUT);
        assert_int_equal(summary.passed, 77);
        assert_int_equal(cclb_vectors_run(cclb_text(texts[i]), NULL, NULL, NULL, &summary, NULL), CCLB_BAD_INPUT);
    }
}

/* Each is one failed case with a reason, and does not disturb the good one behind it. */
static void test_malformed_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *reason;
    } cases[] = {
        {" ", "the field kind is missing"},
        {" HS 200 ok", "the field kind is missing"},
        {"Q 1 2", "there is no kind of case Q"},
        {"hs 200 ok", "there is no kind of case hs"},
        {"\x1b[31m 1", "there is no kind of case \\x1b[31m"},
        {"HS", "the field status is missing"},
        {"HS 200", "the field verdict is missing"},
        {"HS  200 ok", "the field status is missing"},
        {"HS 200 ok ", "the line goes on where it should end"},
        {"HS 200 ok more", "the line goes on where it should end"},
        {"HS 200 OK", "the verdict is neither ok nor err"},
        {"HS 0200 ok", "the field status is not a decimal number"},
        {"HS +200 ok", "the field status is not a decimal number"},
        {"HS 4294967296 err", "the field status is larger than 4294967295"},
        {"HNL 99999999 err", "the field length is larger than 16777216"},
        {"HV 6G ok", "the field value is not lower-case hex"},
        {"HV 6A ok", "the field value is not lower-case hex"},
        {"HV 616 ok", "the field value is not lower-case hex"},
        {"HN 61 err 61", "something stands behind err"},
        {"U 61 err", "the field answer is missing"},
        {"L Header@0.9.0 16", "the field align is missing"},
        {"L Header 16 4 name:0,value:8", "a name without @version"},
        {"L Header@0.7.0 16 4 name:0,value:8", "there is no wire version 0.7.0"},
        {"L Heading@0.9.0 16 4 name:0,value:8", "form W9 has no type Heading"},
        {"L ObserveEvent@0.9.0 80 8 x:0", "form W9 has no type ObserveEvent"},
        {"L Header@0.9.0 16 8 name:0,value:8", "size 16, align 4; expected 16, 8"},
        {"L Header@0.9.0 16 4 name:0,value:9", "the list of fields differs at byte 13 (14 bytes, expected 14)"},
        {"K observe@0.9.0 a b 1 00", "form W9 has no hook observe"},
        {"K shape@0.9.0 cc_lb_shaper cc_lb.schema.shape.v1 1 00",
         "the export differs at byte 11 (11 bytes, expected 12)"},
        {"K shape@0.9.0 cc_lb_shape cc_lb.schema.shape.v2 1 00",
         "the section differs at byte 20 (21 bytes, expected 21)"},
        {"K shape@0.9.0 cc_lb_shape cc_lb.schema.shape.v1 1,2 00",
         "the list of versions differs at byte 1 (1 bytes, expected 3)"},
        {"K shape@0.9.0 cc_lb_shape cc_lb.schema.shape.v1 1 4d",
         "the fingerprint differs at byte 1 (32 bytes, expected 1)"},
        {"D CachePricingSummary@0.9.0 00 x", "form W9 has no descriptor of CachePricingSummary"},
        {"D Header@0.9.0 00", "the field descriptor is missing"},
        {"D Header@0.9.0 00 Header", "the descriptor differs at byte 6 (37 bytes, expected 6)"},
        {"E one Header@0.9.0 0000000000000000 00", "Header is a record and no message"},
        {"E one FilterResponse@0.9.0 00000000 -", "the archive differs at byte 0 (8 bytes, expected 0)"},
        {"E one FilterResponse@0.9.0 000000 -", "value form: ends early at byte 0"},
        {"A FilterResponse@0.9.0 16 - err -", "the field misalign is larger than 15"},
        {"A FilterResponse@0.9.0 0 0000000000000000 err -", "accepted, expected err"},
        {"A FilterResponse@0.9.0 0 - ok 00000000", "FilterResponse: fewer bytes than the record itself has"},
        {"A FilterResponse@0.9.0 0 " RESPONSE " ok 00", "the value differs at byte 0 (25 bytes, expected 1)"},
        {"X n FilterResponse@0.2.0 FilterResponse@0.9.0 00 err -",
         "FilterResponse: fewer bytes than the record itself has"},
        {"P kit-1 filter FilterRequest@0.9.0 - -", "the crate is neither runtime- nor conformance-"},
        {"P runtime-0.3.0 shape FilterRequest@0.9.0 - -", "in form W9, shape is not asked with FilterRequest"},
        {"P runtime-0.3.0 observe ObserveEvent@0.8.0 020000 "
         "020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000000",
         "no known runtime that probes in form W8"},
        {"P runtime-0.1.4 observe ObserveEvent@0.8.0 020000 "
         "020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000000",
         "the probe of this library differs at byte 0 (112 bytes, expected 80)"},
        {"M 0.5.1 - err json -", "there is no wire version 0.5.1"},
        {"M 0.9.0 - err name -", "the class differs at byte 0 (4 bytes, expected 4)"},
        {"N - err json", "the class differs at byte 0 (10 bytes, expected 4)"},
        {"UO 61 ok tuple - -", "refused, expected ok"},
        {"UO 61 ok triple - -", "the origin is neither tuple nor opaque"},
        {"UO 61 err -", "the parser's message differs at byte 0 (27 bytes, expected 0)"},
        {"UO 613a ok tuple 6e756c6c 613a", "the origin is opaque"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        size_t len = strlen(cases[i].line);
        memcpy(text, cases[i].line, len);
        text[len] = '\n';
        memcpy(text + len + 1, "HS 200 ok", 9);
        struct seen seen;
        cclb_vector_summary summary = run(cclb_bytes_of(text, len + 1), &seen);
        assert_string_equal(seen.reason, cases[i].reason);
        assert_int_equal(summary.failed, 1);
        summary = run(cclb_bytes_of(text, len + 10), &seen);
        assert_int_equal(summary.failed, 1);
        assert_int_equal(summary.passed, 1);
    }
}

static void test_nul_is_a_byte_like_any_other(void **state)
{
    (void)state;
    static const char text[] = "HV 61\0 ok\nHS 2\0 ok\n\0\nHS 200 ok";
    struct seen seen;
    cclb_vector_summary summary = run(cclb_bytes_of(text, sizeof text - 1), &seen);
    assert_int_equal(summary.passed, 1);
    assert_int_equal(summary.failed, 3);
}

/* Two MiB of one header value; it passes only if all of it was read. */
static void test_a_very_long_line(void **state)
{
    (void)state;
    enum { VALUE_SIZE = 1 << 20 };
    size_t size = 3 + 2 * VALUE_SIZE + 3;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '6', size);
    memcpy(text, "HV ", 3);
    memcpy(text + size - 3, " ok", 3);
    struct seen seen;
    assert_int_equal(run(cclb_bytes_of(text, size), &seen).passed, 1);
    memcpy(text + size - 5, "0a", 2);
    assert_int_equal(run(cclb_bytes_of(text, size), &seen).failed, 1);
    memset(text, 'x', size);
    assert_int_equal(run(cclb_bytes_of(text, size), &seen).failed, 1);
    free(text);
}

/* One line of each kind that allocates; with the first allocation failing, the second, and so on. */
static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    static const char text[] =
        UUID_CASE "\n"
        "K shape@0.9.0 cc_lb_shape cc_lb.schema.shape.v1 1 "
        "4d8dc5140a59b01f57eed210a82d30acd078dd1e6a6e047237bd46990d10e8b6\n"
        "HNL 65535 ok\n"
        "HN 58 ok 78\n"
        "E one FilterResponse@0.9.0 " RESPONSE_VALUE " " RESPONSE "\n"
        "A FilterResponse@0.9.0 4 " RESPONSE " ok " RESPONSE_VALUE "\n"
        "X one FilterResponse@0.2.0 FilterResponse@0.9.0 " RESPONSE " ok " RESPONSE_VALUE "\n"
        "UO 613a ok opaque 6e756c6c 613a\n"
        "N 7b err name\n"
        "M 0.9.0 7b err name -\n";
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    bool done = false;
    for (size_t fail_at = 1; !done; fail_at++) {
        counts = (struct counting_allocator){.fail_at = fail_at};
        cclb_vector_summary summary = {77, 77};
        cclb_error error;
        cclb_status status = cclb_vectors_run(cclb_text(text), &allocator, NULL, NULL, &summary, &error);
        assert_int_equal(counts.live, 0);
        done = counts.calls < fail_at;
        if (done) {
            assert_int_equal(status, CCLB_OK);
            assert_int_equal(summary.passed, 8);
            assert_int_equal(summary.failed, 2);
        } else {
            assert_int_equal(status, CCLB_NO_MEMORY);
            assert_int_equal(error.status, CCLB_NO_MEMORY);
            assert_int_equal(summary.passed, 77);
        }
    }
    assert_true(counts.calls >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_their_ends),
        cmocka_unit_test(test_a_case_that_fails),
        cmocka_unit_test(test_no_case_at_all),
        cmocka_unit_test(test_malformed_lines),
        cmocka_unit_test(test_nul_is_a_byte_like_any_other),
        cmocka_unit_test(test_a_very_long_line),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
