/* SPDX-License-Identifier: Apache-2.0 */
/* url_test.c - URLs in an arena, and what no answer of a plugin leads to (spec rules R83, R94, R95). */

#include "hooks/url.h"

#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct counting_allocator counts;
static cclb_allocator allocator;
static struct arena arena;
static cclb_error error;

static int set_up(void **state)
{
    (void)state;
    counts = (struct counting_allocator){0};
    allocator = counting_allocator(&counts);
    arena_init(&arena, &allocator);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return counts.live == 0 ? 0 : -1;
}

static void expect_text(cclb_bytes bytes, const char *wanted)
{
    if (!cclb_bytes_equal(bytes, cclb_text(wanted))) {
        fail_msg("'%.*s' and not '%s'", (int)bytes.len, (const char *)bytes.data, wanted);
    }
}

static void each_reader_says_whose_fault_it_is(void **state)
{
    (void)state;
    const cclb_bytes bad = cclb_text("https://b\x1b test/");
    cclb_bytes normal = cclb_text("as it was");
    cclb_url url = {.port = 77};
    assert_int_equal(url_normalise(bad, &arena, &normal, &error), CCLB_BAD_INPUT);
    assert_int_equal(error.rule, 83);
    assert_non_null(strstr(error.message, "upstream_base_url `https://b\\x1b test/`: "));
    expect_text(normal, "as it was");
    assert_int_equal(url_read(bad, &arena, &url, &error), CCLB_REJECTED);
    assert_int_equal(error.rule, 94);
    assert_int_equal(error.phase, CCLB_PHASE_ANSWER);
    const cclb_optional_bytes none = {0};
    assert_int_equal(url_below(bad, cclb_text("/"), none, &arena, &url, &error), CCLB_BAD_INPUT);
    assert_int_equal(error.rule, 83);
    assert_int_equal(url_below(cclb_text("https://h.test"), cclb_text("/\xff"), none, &arena, &url, &error),
                     CCLB_BAD_INPUT);
    assert_int_equal(error.rule, 83);
    assert_int_equal(url.port, 77);
}

/* A URL that does not parse is quoted without what may be a password in it, wherever that makes it end. */
static void users_and_passwords_are_not_quoted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *quoted;
    } rows[] = {
        {"https://user:hidden@h.test:99999/a", "`https://*@h.test:99999/a`"},
        {"https://hidden@h .test", "`https://*@h .test`"},
        {"https://user:hid/den@h.test", "`https://*@h.test`"},
        {"https://user:hid?den@h.test", "`https://*@h.test`"},
        {"https://user:hid#den@h.test/@", "`https://*@`"},
        {"https:\\\\user:hid@den@h .test", "`https:\\x5c\\x5c*@h .test`"},
        {"https:user:hidden@h .test", "`*@h .test`"},
        {"user:hidden@h.test:x y", NULL},
        {"hidden@h.test", "`*@h.test`"},
        {"https://h.test:99999/", "`https://h.test:99999/`"},
        {"", "``"},
    };
    const cclb_optional_bytes none = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cclb_bytes normal;
        cclb_url url;
        cclb_bytes text = cclb_text(rows[i].text);
        if (rows[i].quoted == NULL) {
            assert_int_equal(url_normalise(text, &arena, &normal, &error), CCLB_OK);
            continue;
        }
        assert_int_equal(url_normalise(text, &arena, &normal, &error), CCLB_BAD_INPUT);
        if (strstr(error.message, rows[i].quoted) == NULL) {
            fail_msg("%s is not in %s", rows[i].quoted, error.message);
        }
        assert_int_equal(url_read(text, &arena, &url, &error), CCLB_REJECTED);
        assert_non_null(strstr(error.message, rows[i].quoted));
    }
    cclb_url url;
    assert_int_equal(
        url_below(cclb_text("https://user:hidden@h.test/a"), cclb_text("/../b"), none, &arena, &url, &error),
        CCLB_BAD_INPUT);
    assert_null(strstr(error.message, "hidden"));
}

static void the_parts_lie_in_the_whole(void **state)
{
    (void)state;
    cclb_url url;
    char text[] = "https://user:word@h.test:8443/path?query#fragment";
    assert_int_equal(url_read(cclb_text(text), &arena, &url, &error), CCLB_OK);
    memset(text, 'x', sizeof text); /* nothing of it is left in the result */
    expect_text(url.text, "https://user:word@h.test:8443/path?query#fragment");
    const cclb_bytes parts[] = {url.scheme, url.username,    url.password.value, url.host.value,
                                url.path,   url.query.value, url.fragment.value};
    static const char *const wanted[] = {"https", "user", "word", "h.test", "/path", "query", "fragment"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        expect_text(parts[i], wanted[i]);
        assert_true(parts[i].data >= url.text.data && parts[i].data + parts[i].len <= url.text.data + url.text.len);
    }
    assert_int_equal(url.port, 8443);
}

static void origins_are_told(void **state)
{
    (void)state;
    struct url_origin a;
    struct url_origin b;
    assert_true(url_same_origin(cclb_text("https://u:p@h.test/x"), cclb_text("https://h.test:443"), &a, &b));
    assert_string_equal(a.text, "https://h.test");
    assert_string_equal(b.text, "https://h.test");
    assert_false(url_same_origin(cclb_text("file:///x"), cclb_text("file:///x"), &a, &b));
    assert_string_equal(a.text, "null");
    assert_false(url_same_origin(cclb_text("no url"), cclb_text("http://h.test:81"), &a, &b));
    assert_string_equal(a.text, "");
    assert_string_equal(b.text, "http://h.test:81");
    char url[400];
    memset(url, 'a', sizeof url);
    memcpy(url, "https://", 8);
    for (size_t i = 60; i < 260; i += 50) {
        url[i] = '.';
    }
    assert_true(url_same_origin(cclb_bytes_of(url, 260), cclb_bytes_of(url, 260), &a, &b));
    assert_int_equal(strlen(a.text), sizeof a.text - 1);
    assert_string_equal(a.text + sizeof a.text - 4, "...");
}

static void memory_may_be_short(void **state)
{
    (void)state;
    const cclb_bytes base = cclb_text("https://h.test/a");
    const cclb_optional_bytes query = cclb_optional_text("q");
    cclb_bytes normal;
    cclb_url url;
    static uint8_t filler[2048]; /* so that a text does not fit into the arena's first block */
    memset(filler, 'a', sizeof filler);
    counts.fail_at = counts.calls + 1;
    assert_int_equal(url_normalise(base, &arena, &normal, &error), CCLB_NO_MEMORY);
    counts.fail_at = counts.calls + 1;
    assert_int_equal(url_read(base, &arena, &url, &error), CCLB_NO_MEMORY);
    for (uint64_t failures = 0;; failures++) {
        arena_deinit(&arena);
        counts.fail_at = counts.calls + failures + 1;
        cclb_status status = url_below(base, cclb_bytes_of(filler, sizeof filler), query, &arena, &url, &error);
        counts.fail_at = 0;
        if (status == CCLB_OK) {
            assert_int_equal(failures, 3); /* the base, the whole, and its copy */
            break;
        }
        assert_int_equal(status, CCLB_NO_MEMORY);
    }
    assert_int_equal(url.path.len, 3 + sizeof filler);
}

/* Who writes a URL may write as many schemes before it as fit: that costs their length, and no stack. */
static void nested_blobs_are_no_deeper_than_one(void **state)
{
    (void)state;
    enum { LEVELS = 200000 };
    static const char blob[] = "blob:";
    static const char inner[] = "https://a.test/x";
    size_t len = LEVELS * strlen(blob) + strlen(inner);
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < LEVELS; i++) {
        memcpy(text + i * strlen(blob), blob, strlen(blob));
    }
    memcpy(text + LEVELS * strlen(blob), inner, strlen(inner));
    cclb_url url;
    assert_int_equal(url_read(cclb_bytes_of(text, len), &arena, &url, &error), CCLB_OK);
    expect_text(url.scheme, "blob");
    struct url_origin one;
    struct url_origin other;
    assert_true(url_same_origin(cclb_bytes_of(text, len), cclb_text("https://a.test"), &one, &other));
    assert_string_equal(one.text, "https://a.test");
    assert_false(url_same_origin(cclb_bytes_of(text, len), cclb_text("https://b.test"), &one, &other));
    free(text);
}

static void a_path_stays_below_its_base(void **state)
{
    (void)state;
    const cclb_bytes base = cclb_text("https://gw.test/tenants/a/");
    const cclb_optional_bytes none = {0};
    static const char *const leading_out[] = {"/../admin", "/%2e%2e/%2e%2e/admin", "\\..\\..\\admin", "/v1?x=1",
                                              "/v1#f"};
    cclb_url url;
    for (size_t i = 0; i < sizeof leading_out / sizeof leading_out[0]; i++) {
        assert_int_equal(url_below(base, cclb_text(leading_out[i]), none, &arena, &url, &error), CCLB_BAD_INPUT);
        assert_int_equal(error.rule, 83);
    }
    assert_int_equal(url_below(base, cclb_text("/v1"), cclb_optional_text("a#b"), &arena, &url, &error),
                     CCLB_BAD_INPUT);
    assert_int_equal(url_below(base, cclb_text("/v1/../v2"), cclb_optional_text("a=b"), &arena, &url, &error), CCLB_OK);
    expect_text(url.text, "https://gw.test/tenants/a/v2?a=b");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nested_blobs_are_no_deeper_than_one),
        TEST(a_path_stays_below_its_base),
        TEST(each_reader_says_whose_fault_it_is),
        TEST(users_and_passwords_are_not_quoted),
        TEST(the_parts_lie_in_the_whole),
        TEST(origins_are_told),
        TEST(memory_may_be_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
