/* SPDX-License-Identifier: Apache-2.0 */
/* cli_case_test.c - what `cclb new` and `cclb test` are made of, and a plugin that is not stable, which takes a fake. */

#include "../cli/case_run.h"
#include "../cli/diff.h"
#include "../cli/json_layout.h"
#include "../cli/template.h"
#include "../cli/xml.h"

#include "runtime_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text that something writes. */
struct gathered {
    FILE *out;
    char *text;
    size_t len;
};

static void begin(struct gathered *gathered)
{
    *gathered = (struct gathered){0};
    gathered->out = open_memstream(&gathered->text, &gathered->len);
    assert_non_null(gathered->out);
}

static void assert_gathered(struct gathered *gathered, const char *expected)
{
    assert_int_equal(fclose(gathered->out), 0);
    assert_string_equal(gathered->text, expected);
    free(gathered->text);
}

static void assert_diff(const char *from, const char *to, const char *expected)
{
    struct gathered gathered;
    begin(&gathered);
    diff_write(gathered.out, cclb_text(from), cclb_text(to));
    assert_gathered(&gathered, expected);
}

static void a_diff_keeps_what_both_have(void **state)
{
    (void)state;
    assert_diff("", "", "");
    assert_diff("a\n", "a\n", "...\n");
    assert_diff("", "a\n", "+ a\n");
    assert_diff("a\nb\nc\n", "a\nc\n", "  a\n- b\n  c\n");
    assert_diff("a\nb\nc\nd\n", "b\nx\nd\ny\n", "- a\n  b\n- c\n+ x\n  d\n+ y\n");
    assert_diff("1\n2\n3\n4\n5\nx\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                "...\n  3\n  4\n  5\n- x\n  6\n  7\n  8\n...\n");
}

static void a_diff_shows_what_cannot_be_seen(void **state)
{
    (void)state;
    assert_diff("a\n", "a", "- a\n+ a (no newline at the end)\n");
    assert_diff("a\r\n", "a\x1b\n", "- a\\x0d\n+ a\\x1b\n");
}

static void a_diff_of_long_lines_shows_where_they_part(void **state)
{
    (void)state;
    enum { LEN = 1000, LEAD = 40, WIDTH = 160 };
    static char from[LEN + 2];
    static char to[LEN + 2];
    static char expected[2 * (WIDTH + 16)];
    memset(from, 'a', LEN);
    memset(to, 'a', LEN);
    from[LEN] = to[LEN] = '\n';
    to[500] = 'b';
    char a[WIDTH + 1] = "";
    char b[WIDTH + 1] = "";
    memset(a, 'a', WIDTH);
    memset(b, 'a', WIDTH);
    b[LEAD] = 'b';
    snprintf(expected, sizeof expected, "- ...%s...\n+ ...%s...\n", a, b);
    assert_diff(from, to, expected);
}

static void lines_that_are_too_many_to_compare_are_all_different(void **state)
{
    (void)state;
    enum { LINES = 3000 }; /* of each: more pairs than are compared */
    struct gathered from;
    struct gathered to;
    struct gathered diff;
    begin(&from);
    begin(&to);
    for (int i = 0; i < LINES; i++) {
        fprintf(from.out, "%d\n", i);
        fprintf(to.out, "%d\n", i == 0 || i == LINES - 1 ? -1 - i : i);
    }
    assert_int_equal(fclose(from.out) | fclose(to.out), 0);
    begin(&diff);
    diff_write(diff.out, cclb_text(from.text), cclb_text(to.text));
    assert_int_equal(fclose(diff.out), 0);
    assert_non_null(strstr(diff.text, "- 0\n- 1\n- 2\n"));
    assert_non_null(strstr(diff.text, "- 499\n+ -1\n+ 1\n"));
    free(diff.text);
    free(from.text);
    free(to.text);
}

/* Lines of a text, of which none is a line of one with another sign. */
static char *many_lines(size_t count, char sign)
{
    struct gathered lines;
    begin(&lines);
    for (size_t i = 0; i < count; i++) {
        fprintf(lines.out, "%c%zu\n", sign, i);
    }
    assert_int_equal(fclose(lines.out), 0);
    return lines.text;
}

static size_t count_lines(const char *text, const char *start)
{
    size_t count = 0;
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        count += strncmp(line, start, strlen(start)) == 0;
    }
    return count;
}

static void a_diff_of_very_many_lines_ends(void **state)
{
    (void)state;
    enum { MANY = 80000 };
    static const struct {
        size_t gone, new, gone_shown, new_shown;
    } cases[] = {{MANY, MANY, 500, 500}, {MANY, 0, 1000, 0},   {0, MANY, 0, 1000},  {MANY, 10, 990, 10},
                 {10, MANY, 10, 990},    {500, 500, 500, 500}, {501, 500, 500, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gathered diff;
        char *from = many_lines(cases[i].gone, 'a');
        char *to = many_lines(cases[i].new, 'b');
        begin(&diff);
        diff_write(diff.out, cclb_text(from), cclb_text(to));
        assert_int_equal(fclose(diff.out), 0);
        assert_int_equal(count_lines(diff.text, "- "), cases[i].gone_shown);
        assert_int_equal(count_lines(diff.text, "+ "), cases[i].new_shown);
        char note[64];
        size_t more = cases[i].gone + cases[i].new - cases[i].gone_shown - cases[i].new_shown;
        snprintf(note, sizeof note, "... and %zu more lines that differ\n", more);
        assert_int_equal(count_lines(diff.text, note), more > 0);
        free(diff.text);
        free(from);
        free(to);
    }
}

static void xml_has_no_markup_of_text_and_no_noncharacters(void **state)
{
    (void)state;
    struct gathered gathered;
    begin(&gathered);
    xml_put_foreign(gathered.out, "<a b=\"c\">&\x1b\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd");
    assert_gathered(&gathered, "&lt;a b=&quot;c&quot;&gt;&amp;\\x1b\\u{fffe}\\u{ffff}\xef\xbf\xbd");
}

static void assert_layout(const char *json, const char *expected)
{
    struct gathered gathered;
    cclb_error error;
    begin(&gathered);
    assert_int_equal(json_layout(gathered.out, cclb_text(json), &error), CCLB_OK);
    assert_gathered(&gathered, expected);
}

static void json_is_laid_out_by_lines(void **state)
{
    (void)state;
    assert_layout(" {} ", "{}\n");
    assert_layout("{\"a\" :[ ],\"b\":{ \"c\":1.50e+2}}", "{\n  \"a\": [],\n  \"b\": {\n    \"c\": 1.50e+2\n  }\n}\n");
    assert_layout("{\"a\": [1,\n \"],[\\\"\", null]}", "{\n  \"a\": [1, \"],[\\\"\", null]\n}\n");
    assert_layout("{\"a\": [1,                                                                                    \n"
                  "                    2]}",
                  "{\n  \"a\": [1, 2]\n}\n");
    assert_layout("{\"a\": [[1,2],{}]}", "{\n  \"a\": [\n    [1, 2],\n    {}\n  ]\n}\n");
}

static void an_array_that_is_long_is_broken(void **state)
{
    (void)state;
    enum { MOST = 100 - 3 }; /* of a string in an array on one line, beside its quotation marks and a number */
    char json[160];
    char expected[160];
    char text[MOST + 2] = "";
    memset(text, 'x', MOST);
    snprintf(json, sizeof json, "{\"a\":[\"%s\"]}", text);
    snprintf(expected, sizeof expected, "{\n  \"a\": [\"%s\"]\n}\n", text);
    assert_layout(json, expected);
    text[MOST - 1] = 'y';
    text[MOST] = 'y';
    snprintf(json, sizeof json, "{\"a\":[\"%s\",1]}", text);
    snprintf(expected, sizeof expected, "{\n  \"a\": [\n    \"%s\",\n    1\n  ]\n}\n", text);
    assert_layout(json, expected);
}

static void text_that_is_no_json_is_not_laid_out(void **state)
{
    (void)state;
    static const char *const texts[] = {"",      "{",     "{\"a\": nul}", "{\"a\": 1,}",
                                        "[1, 2", "{} {}", "\"a",          "{\"a\": \"\xff\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct gathered gathered;
        cclb_error error;
        begin(&gathered);
        assert_int_equal(json_layout(gathered.out, cclb_text(texts[i]), &error), CCLB_BAD_INPUT);
        assert_true(error.offset != CCLB_NO_OFFSET);
        assert_gathered(&gathered, "");
    }
}

static void a_template_is_filled_in(void **state)
{
    (void)state;
    static const struct template_value values[] = {{"NAME", "n"}, {"LONGER", "much @NAME@"}, {NULL, NULL}};
    const struct template_facts facts = {.values = values, .holds = {"one", "one and two"}, .count = 2};
    struct gathered gathered;
    begin(&gathered);
    template_write(
        gathered.out,
        "@NAME@ @LONGER@ @OTHER@ @NAME\n@if one\n1\n@end\n@if two\n@NAME@ 2\n@end\n@if one and two\n3\n@end\nend",
        &facts);
    assert_gathered(&gathered, "n much @NAME@ @OTHER@ @NAME\n1\n3\nend\n");
}

/* A case in files of its own. */
struct files {
    char folder[32];
    char document[64];
    char expectation[64];
    struct test_case one;
};

static void make_case(struct files *files)
{
    static char name[] = "filter/one";
    strcpy(files->folder, "/tmp/cclb-case-XXXXXX");
    assert_non_null(mkdtemp(files->folder));
    snprintf(files->document, sizeof files->document, "%s/one.json", files->folder);
    snprintf(files->expectation, sizeof files->expectation, "%s/one.expected.json", files->folder);
    FILE *out = fopen(files->document, "w");
    assert_non_null(out);
    fputs("{\"request\": {\"method\": \"POST\", \"path\": \"/\"}}", out);
    assert_int_equal(fclose(out), 0);
    files->one = (struct test_case){.name = name,
                                    .leaf = name + strlen("filter/"),
                                    .root = files->folder,
                                    .hook = CCLB_HOOK_FILTER,
                                    .document = files->document,
                                    .expectation = files->expectation};
}

/* Its deadline passes in the second call. */
static void be_late_at_second(void *context, cclb_hook hook, cclb_bytes input)
{
    int *asked = context;
    (void)hook;
    (void)input;
    if (++*asked == 2) {
        fake_script_set(&(struct fake_script){.hook_fault = CCLB_DEADLINE});
    }
}

static void a_second_reply_that_differs_fails_and_updates_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct files files;
    struct session session;
    struct outcome outcome;
    struct tested tested = {.plugin.runtime = fixture->runtime};
    cclb_handle **handle = &tested.handles[CCLB_SLOT_FILTER];
    make_case(&files);
    assert_true(session_init(&session, false));
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), handle, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_inspect(fixture->filter, CCLB_SLOT_FILTER, CCLB_REFERENCE_ANY, NULL, NULL,
                                  &tested.plugin.report, &fixture->error),
                     CCLB_OK);

    uint64_t before = fake_calls();
    assert_true(case_run(&tested, &files.one, true, &outcome));
    assert_int_equal(outcome.ending, CASE_UPDATED);
    outcome_deinit(&outcome);
    uint64_t of_one_call = (fake_calls() - before) / 2;

    fake_script_set(&(struct fake_script){.fail_at = of_one_call + 1});
    assert_int_equal(unlink(files.expectation), 0);
    assert_true(case_run(&tested, &files.one, true, &outcome));
    assert_int_equal(outcome.ending, CASE_FAILED);
    assert_string_equal(outcome.why, "not stable: asked again, the plugin replies something else");
    assert_non_null(strstr(outcome.diff, "-     \"passed_through\": false,\n+     \"passed_through\": true,\n"));
    assert_int_not_equal(access(files.expectation, F_OK), 0);
    outcome_deinit(&outcome);

    int asked = 0;
    fake_script_set(&(struct fake_script){.in_hook = be_late_at_second, .context = &asked});
    assert_true(case_run(&tested, &files.one, true, &outcome));
    assert_int_equal(outcome.ending, CASE_FAILED);
    assert_string_equal(outcome.why,
                        "not stable: asked again, the plugin ends otherwise, because of its deadline, which "
                        "is a matter of the clock; --deadline 2s gives it more time");
    outcome_deinit(&outcome);

    fake_script_set(NULL);
    cclb_handle_destroy(*handle);
    cclb_report_destroy(tested.plugin.report);
    assert_int_equal(session_finish(&session, EXIT_DONE), EXIT_DONE);
    assert_int_equal(unlink(files.document) | rmdir(files.folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_diff_keeps_what_both_have),
        cmocka_unit_test(a_diff_shows_what_cannot_be_seen),
        cmocka_unit_test(a_diff_of_long_lines_shows_where_they_part),
        cmocka_unit_test(lines_that_are_too_many_to_compare_are_all_different),
        cmocka_unit_test(a_diff_of_very_many_lines_ends),
        cmocka_unit_test(xml_has_no_markup_of_text_and_no_noncharacters),
        cmocka_unit_test(json_is_laid_out_by_lines),
        cmocka_unit_test(an_array_that_is_long_is_broken),
        cmocka_unit_test(text_that_is_no_json_is_not_laid_out),
        cmocka_unit_test(a_template_is_filled_in),
        TEST(a_second_reply_that_differs_fails_and_updates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
