/* SPDX-License-Identifier: Apache-2.0 */
/* claims_test.c - what a plugin gets of a principal's claims, and what is no claims at all (spec rule R78). */

#include "hooks/claims.h"

#include "base/allocate.h"
#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

struct fixture {
    cclb_allocator allocator;
    struct arena arena;
    uint8_t *copy; /* of the text: it ends where its memory ends, so that the address sanitizer sees a read past it */
    size_t len;
    cclb_claims claims;
    cclb_error error;
    cclb_status status;
};

static void begin(struct fixture *fixture, cclb_bytes json)
{
    *fixture = (struct fixture){.allocator = allocator_or_default((cclb_allocator){0}), .len = json.len};
    arena_init(&fixture->arena, &fixture->allocator);
    fixture->copy = malloc(json.len > 0 ? json.len : 1);
    assert_non_null(fixture->copy);
    if (json.len > 0) {
        memcpy(fixture->copy, json.data, json.len);
    }
    fixture->status =
        claims_read(cclb_bytes_of(fixture->copy, json.len), &fixture->arena, &fixture->claims, &fixture->error);
    assert_true(fixture->status == CCLB_OK || fixture->error.status == fixture->status);
}

static void end(struct fixture *fixture)
{
    arena_deinit(&fixture->arena);
    free(fixture->copy);
}

/* All claims as "KEY=VALUE;" in a row. */
static void show(const cclb_claims *claims, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < claims->count; i++) {
        const cclb_claim *claim = &claims->items[i];
        assert_true(used + claim->key.len + claim->value.len + 3 <= size);
        memcpy(out + used, claim->key.data, claim->key.len);
        used += claim->key.len;
        out[used++] = '=';
        memcpy(out + used, claim->value.data, claim->value.len);
        used += claim->value.len;
        out[used++] = ';';
        out[used] = '\0';
    }
}

static void expect(const char *json, const char *expected)
{
    struct fixture fixture;
    char shown[4096];
    begin(&fixture, cclb_text(json));
    if (fixture.status != CCLB_OK) {
        fail_msg("%s: %s", json, fixture.error.message);
    }
    show(&fixture.claims, shown, sizeof shown);
    assert_string_equal(shown, expected);
    end(&fixture);
}

static void expect_refused(cclb_bytes json, uint64_t offset, const char *message)
{
    struct fixture fixture;
    begin(&fixture, json);
    assert_int_equal(fixture.status, CCLB_BAD_INPUT);
    assert_int_equal(fixture.error.rule, 78);
    assert_string_equal(fixture.error.message, message);
    assert_int_equal(fixture.error.offset, offset);
    assert_null(fixture.claims.items);
    end(&fixture);
}

static void test_no_claims(void **state)
{
    (void)state;
    static const char *const texts[] = {"", " ", "\n\t \r\n", "{}", " { } "};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect(texts[i], "");
    }
    struct fixture fixture;
    begin(&fixture, (cclb_bytes){0});
    assert_int_equal(fixture.status, CCLB_OK);
    assert_int_equal(fixture.claims.count, 0);
    end(&fixture);
}

static void test_values_as_they_stand(void **state)
{
    (void)state;
    expect("{\"a\":\"x\",\"b\":1,\"c\":true,\"d\":false,\"e\":null,\"f\":{},\"g\":[]}",
           "a=\"x\";b=1;c=true;d=false;e=null;f={};g=[];");
    /* Numbers keep their digits, whatever a double would make of them. */
    expect("{\"a\":1.0,\"b\":1e2,\"c\":-0,\"d\":18446744073709551615,\"e\":123456789012345678901234567890,"
           "\"f\":1E+02,\"g\":0.10,\"h\":1e-400}",
           "a=1.0;b=1e2;c=-0;d=18446744073709551615;e=123456789012345678901234567890;f=1E+02;g=0.10;h=1e-400;");
    /* Strings keep their quotes and escapes. */
    expect("{\"a\":\"\\u0041\\/\\n\",\"b\":\"\\ud83d\\uDE00\",\"c\":\"\",\"d\":\"\xc3\xa9\",\"e\":\"\\u0000\"}",
           "a=\"\\u0041\\/\\n\";b=\"\\ud83d\\uDE00\";c=\"\";d=\"\xc3\xa9\";e=\"\\u0000\";");
    /* Members of nested objects keep their order and their number. */
    expect("{\"a\":{\"z\":1,\"b\":[{\"c\":[]}],\"z\":2}}", "a={\"z\":1,\"b\":[{\"c\":[]}],\"z\":2};");
}

static void test_white_space_outside_of_strings(void **state)
{
    (void)state;
    expect(" {\n \"a\" : [ 1 ,\t2\r\n, { \"k\" : \" v \" } ] ,\"b\":\"  \\\"  \", \"c\" : \"\\\\\" , \"d\":[ \"\\\\\" "
           "] }\n",
           "a=[1,2,{\"k\":\" v \"}];b=\"  \\\"  \";c=\"\\\\\";d=[\"\\\\\"];");
    expect("{\"a\": { } , \"b\" :[\n] }", "a={};b=[];");
}

/* Nothing is copied that can be read where it lies. */
static void test_views(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, cclb_text("{\"a\": [1], \"\\u0062\": \"x y\", \"c\": [ 1]}"));
    assert_int_equal(fixture.status, CCLB_OK);
    const cclb_claim *items = fixture.claims.items;
    assert_ptr_equal(items[0].key.data, fixture.copy + 2);
    assert_ptr_equal(items[0].value.data, fixture.copy + 6);
    assert_false(items[1].key.data >= fixture.copy && items[1].key.data < fixture.copy + fixture.len);
    assert_ptr_equal(items[1].value.data, fixture.copy + 21);
    assert_false(items[2].value.data >= fixture.copy && items[2].value.data < fixture.copy + fixture.len);
    end(&fixture);
}

static void test_order(void **state)
{
    (void)state;
    expect("{\"b\":1,\"a\":2}", "a=2;b=1;");
    expect("{\"c\":1,\"a\":2,\"b\":3,\"aa\":4,\"\":5,\"B\":6}", "=5;B=6;a=2;aa=4;b=3;c=1;");
    /* A name goes on behind a NUL. */
    struct fixture fixture;
    begin(&fixture, cclb_text("{\"a\\u0000b\":1,\"a\\u0000\":2,\"a\":3}"));
    assert_int_equal(fixture.claims.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(fixture.claims.items[i].key.len, i + 1);
    }
    end(&fixture);
}

/* By the bytes of UTF-8: not by UTF-16 units, by which U+10000 would come before U+FFFD, and not by the spelling. */
static void test_order_is_that_of_decoded_names(void **state)
{
    (void)state;
    expect("{\"\xf0\x90\x80\x80\":1,\"\xef\xbf\xbd\":2,\"\xc3\xa9\":3,\"z\":4}",
           "z=4;\xc3\xa9=3;\xef\xbf\xbd=2;\xf0\x90\x80\x80=1;");
    expect("{\"\\ud800\\udc00\":1,\"\\ufffd\":2,\"\\u00e9\":3,\"\\u007a\":4,\"\\\"\":5,\"\\n\":6}",
           "\n=6;\"=5;z=4;\xc3\xa9=3;\xef\xbf\xbd=2;\xf0\x90\x80\x80=1;");
}

static void test_the_last_of_a_name_counts(void **state)
{
    (void)state;
    expect("{\"a\":1,\"a\":2}", "a=2;");
    expect("{\"a\":1,\"b\":2,\"a\":3}", "a=3;b=2;");
    expect("{\"b\":0,\"a\":1,\"\\u0061\":2,\"a\":{},\"c\":4,\"b\":5,\"a\":6}", "a=6;b=5;c=4;");
    expect("{\"\":1,\"\":2}", "=2;");
}

static void test_what_is_no_object(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "null", "true", "1", "\"{}\"", "x", "}", "\xef\xbb\xbf{}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect_refused(cclb_text(texts[i]), 0, "claims: expected an object at byte 0");
    }
    expect_refused(cclb_text(" \n[1]"), 2, "claims: expected an object at byte 2");
    expect_refused(cclb_bytes_of("\0", 1), 0, "claims: expected an object at byte 0");
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        uint64_t offset;
        const char *message;
    } cases[] = {
        {"{", 1, "claims: unexpected end of text at byte 1"},
        {"{,}", 1, "claims: key must be a string at byte 1"},
        {"{a:1}", 1, "claims: key must be a string at byte 1"},
        {"{\"a\"}", 4, "claims: expected `:` at byte 4"},
        {"{\"a\":}", 5, "claims: expected value at byte 5, in the claim `a`"},
        {"{\"a\":1,}", 7, "claims: trailing comma at byte 7"},
        {"{\"a\":1 \"b\":2}", 7, "claims: expected `,` or `}` at byte 7"},
        {"{\"a\":1}}", 7, "claims: trailing characters at byte 7"},
        {"{\"a\":1}{}", 7, "claims: trailing characters at byte 7"},
        {"{\"a\":tru}", 8, "claims: expected ident at byte 8, in the claim `a`"},
        {"{\"a\":01}", 6, "claims: invalid number at byte 6, in the claim `a`"},
        {"{\"a\":+1}", 5, "claims: expected value at byte 5, in the claim `a`"},
        {"{\"a\":1.}", 7, "claims: invalid number at byte 7, in the claim `a`"},
        {"{\"a\":NaN}", 5, "claims: expected value at byte 5, in the claim `a`"},
        {"{\"a\":[1e999]}", 6, "claims: number out of range at byte 6, in the claim `a`"},
        {"{\"a\":[1,]}", 8, "claims: expected value at byte 8, in the claim `a`"},
        {"{\"a\":{\"b\":1,}}", 12, "claims: key must be a string at byte 12, in the claim `a`"},
        {"{\"a\":[1}", 7, "claims: expected `,` or `]` at byte 7, in the claim `a`"},
        {"{\"a\":\"\\x\"}", 6, "claims: invalid escape at byte 6, in the claim `a`"},
        {"{\"a\":\"\\ud800\"}", 6, "claims: invalid escape at byte 6, in the claim `a`"},
        {"{\"a\":\"\\udc00\\ud800\"}", 6, "claims: invalid escape at byte 6, in the claim `a`"},
        {"{\"\\ud800\":1}", 2, "claims: invalid escape at byte 2"},
        {"{\"a\":\"\n\"}", 6, "claims: control character in a string at byte 6, in the claim `a`"},
        {"{\"a\":\"\xff\"}", 6, "claims: invalid unicode code point at byte 6, in the claim `a`"},
        {"{\"a\":\"\xed\xa0\x80\"}", 6, "claims: invalid unicode code point at byte 6, in the claim `a`"},
        {"{\"\xc0\x80\":1}", 2, "claims: invalid unicode code point at byte 2"},
        {"{\"a\":\xc2\xa0 1}", 5, "claims: expected value at byte 5, in the claim `a`"},
        {"{\"a\":'x'}", 5, "claims: expected value at byte 5, in the claim `a`"},
        {"{\"a\":1/**/}", 6, "claims: expected `,` or `}` at byte 6"},
        /* The name is shown as it is safe to show, and cut. */
        {"{\"\\u001b[2J\\n\":x}", 15, "claims: expected value at byte 15, in the claim `\\x1b[2J\\x0a`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_refused(cclb_text(cases[i].json), cases[i].offset, cases[i].message);
    }
    expect_refused(cclb_bytes_of("{\"a\":\0}", 7), 5, "claims: expected value at byte 5, in the claim `a`");
}

static void test_a_long_name_is_cut(void **state)
{
    (void)state;
    enum { NAME = 5000 };
    char *json = malloc(NAME + 8);
    assert_non_null(json);
    size_t len = (size_t)sprintf(json, "{\"%0*d\":x", NAME, 0);
    struct fixture fixture;
    begin(&fixture, cclb_bytes_of(json, len));
    assert_int_equal(fixture.status, CCLB_BAD_INPUT);
    assert_non_null(strstr(fixture.error.message, "0...`"));
    end(&fixture);
    free(json);
}

/* The object of the claims is one of the levels. */
static void test_nesting(void **state)
{
    (void)state;
    for (size_t levels = 126; levels <= 127; levels++) {
        char json[1024];
        size_t used = (size_t)sprintf(json, "{\"a\":");
        memset(json + used, '[', levels);
        memset(json + used + levels, ']', levels);
        used += 2 * levels;
        json[used++] = '}';
        json[used] = '\0';
        if (levels < 127) {
            struct fixture fixture;
            begin(&fixture, cclb_bytes_of(json, used));
            assert_int_equal(fixture.status, CCLB_OK);
            end(&fixture);
        } else {
            expect_refused(cclb_bytes_of(json, used), 131,
                           "claims: recursion limit exceeded at byte 131, in the claim `a`");
        }
    }
}

static const char sample[] = "{ \"sub\" : \"u\\u0031\\\"\\\\\" , \"\\u00e9\\ud83d\\ude00\": [1, -2.5e+3, true ,null],\n"
                             "\"aud\":{ \"x\" : [ { } , [ ] , \" \xf0\x9f\x98\x80 \" ] }, \"sub\": false }\t";

static void test_every_truncation(void **state)
{
    (void)state;
    size_t whole = strlen(sample) - 1; /* without the tab at the end it is still whole */
    for (size_t len = 0; len <= whole + 1; len++) {
        struct fixture fixture;
        begin(&fixture, cclb_bytes_of(sample, len));
        if (len == 0 || len >= whole) {
            assert_int_equal(fixture.status, CCLB_OK);
            assert_int_equal(fixture.claims.count, len == 0 ? 0 : 3);
        } else {
            assert_int_equal(fixture.status, CCLB_BAD_INPUT);
            assert_true(fixture.error.offset <= len);
        }
        end(&fixture);
    }
}

/* xorshift64: the same cases in every run. */
static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

/* Where a token ends, white space changes nothing. */
static void test_white_space_anywhere_between_tokens(void **state)
{
    (void)state;
    static const char *const tokens[] = {
        "{", "\"b\"", ":", "[", "1.50",  ",", "\"x \\\" y\"", ",", "{",        "\"k\"", ":",    "{",
        "}", "}",     "]", ",", "\"a\"", ":", "\"\"",         ",", "\"b\\n\"", ":",     "-1E5", "}"};
    static const char white[] = " \t\r\n";
    uint64_t random = 88172645463325252u;
    for (int round = 0; round < 2000; round++) {
        char json[512];
        size_t used = 0;
        for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
            for (uint64_t spaces = next_random(&random) % 4; spaces > 0 && round > 0; spaces--) {
                json[used++] = white[next_random(&random) % 4];
            }
            used += (size_t)sprintf(json + used, "%s", tokens[i]);
        }
        expect(json, "a=\"\";b=[1.50,\"x \\\" y\",{\"k\":{}}];b\n=-1E5;");
    }
}

static void test_ten_thousand_members(void **state)
{
    (void)state;
    enum { MEMBERS = 10000 };
    char *json = malloc(MEMBERS * 32);
    assert_non_null(json);
    /* Names are a permutation, and each of the first half comes once more at the end, with another value. */
    size_t used = 0;
    for (unsigned i = 0; i < MEMBERS; i++) {
        unsigned name = i < MEMBERS / 2 ? i * 7919 % (MEMBERS / 2) : i - MEMBERS / 2;
        used += (size_t)sprintf(json + used, "%s\"k%05u\": %u", i == 0 ? "{" : ",", name, i);
    }
    json[used++] = '}';
    struct fixture fixture;
    begin(&fixture, cclb_bytes_of(json, used));
    assert_int_equal(fixture.status, CCLB_OK);
    assert_int_equal(fixture.claims.count, MEMBERS / 2);
    for (unsigned i = 0; i < MEMBERS / 2; i++) {
        char name[16];
        char value[16];
        sprintf(name, "k%05u", i);
        sprintf(value, "%u", i + MEMBERS / 2);
        assert_true(cclb_bytes_equal(fixture.claims.items[i].key, cclb_text(name)));
        assert_true(cclb_bytes_equal(fixture.claims.items[i].value, cclb_text(value)));
    }
    end(&fixture);
    free(json);
}

/* Random names of one letter, many of them the same: the order and the choice are those of the plain way. */
static void test_against_the_plain_way(void **state)
{
    (void)state;
    uint64_t random = 1442695040888963407u;
    for (int round = 0; round < 500; round++) {
        int last['z' + 1];
        memset(last, -1, sizeof last);
        char json[1024];
        size_t used = (size_t)sprintf(json, "{");
        int members = (int)(next_random(&random) % 40);
        for (int i = 0; i < members; i++) {
            int letter = 'a' + (int)(next_random(&random) % 26);
            last[letter] = i;
            used += (size_t)sprintf(json + used, "%s\"%c\":%d", i == 0 ? "" : ",", letter, i);
        }
        sprintf(json + used, "}");
        char expected[1024];
        size_t expected_used = 0;
        expected[0] = '\0';
        for (int letter = 'a'; letter <= 'z'; letter++) {
            if (last[letter] >= 0) {
                expected_used += (size_t)sprintf(expected + expected_used, "%c=%d;", letter, last[letter]);
            }
        }
        expect(json, expected);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    static const char json[] =
        "{\"j\": [ 1 ],\"i\":1,\"h\":1,\"g\":1,\"\\u0066\":1,\"e\":1,\"d\":1,\"c\":1,\"b\":1,\"a\":"
        "\"a string that does not fit the first block of the arena, since it is as long as this\"}";
    char *text = malloc(200000);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, "%.*s", (int)sizeof json - 2, json);
    for (int i = 0; i < 2000; i++) {
        used += (size_t)sprintf(text + used, ",\"\\u0061%d\": [ %d ]", i % 1500, i);
    }
    text[used++] = '}';
    uint64_t failed = 0;
    for (bool done = false; !done;) {
        struct counting_allocator counts = {.fail_at = failed + 1};
        cclb_allocator allocator = counting_allocator(&counts);
        struct arena arena;
        arena_init(&arena, &allocator);
        cclb_claims claims = {0};
        cclb_error error;
        cclb_status status = claims_read(cclb_bytes_of(text, used), &arena, &claims, &error);
        done = status == CCLB_OK;
        if (!done) {
            assert_int_equal(status, CCLB_NO_MEMORY);
            assert_int_equal(error.status, CCLB_NO_MEMORY);
            assert_null(claims.items);
            failed++;
        } else {
            assert_int_equal(claims.count, 1510);
        }
        arena_deinit(&arena);
        assert_int_equal(counts.live, 0);
    }
    assert_true(failed >= 6);
    free(text);
}

/* ---- another reader of JSON ---- */

/*
 * Where jansson's rules are others: it cannot keep a name with a NUL, rounds once where the reference rounds twice, and
 * so disagrees at the end of the range of a double.
 */
static bool rules_coincide(const char *json, size_t len)
{
    for (size_t i = 0; i + 6 <= len; i++) {
        if (memcmp(json + i, "\\u0000", 6) == 0) {
            return false;
        }
    }
    size_t digits = 0;
    for (size_t i = 0; i < len; i++) {
        digits = json[i] >= '0' && json[i] <= '9' ? digits + 1 : 0;
        if (digits >= 200 || (digits >= 3 && (json[i - digits] == '+' || (json[i - digits] | 0x20) == 'e'))) {
            return false;
        }
    }
    return true;
}

static bool jansson_accepts(const char *json, size_t len)
{
    json_t *root = json_loadb(json, len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    bool accepts = json_is_object(root);
    json_decref(root);
    return accepts;
}

static void test_jansson_agrees(void **state)
{
    (void)state;
    static const char spices[] = "{}[]:,\"\\u0dDfF8cCtrueflsn-+.eE19 \n\t/x\x80\xc3\xa9\xed\xa0\xf4";
    uint64_t random = 6364136223846793005u;
    size_t accepted = 0;
    size_t refused = 0;
    for (int round = 0; round < 20000; round++) {
        char json[sizeof sample + 8];
        size_t len = sizeof sample - 1;
        memcpy(json, sample, len);
        for (uint64_t changes = 1 + next_random(&random) % 3; changes > 0; changes--) {
            size_t at = next_random(&random) % len;
            char spice = spices[next_random(&random) % (sizeof spices - 1)];
            switch (next_random(&random) % 3) {
            case 0:
                json[at] = spice;
                break;
            case 1:
                memmove(json + at + 1, json + at, len - at);
                json[at] = spice;
                len++;
                break;
            default:
                memmove(json + at, json + at + 1, len - at - 1);
                len--;
                break;
            }
        }
        if (!rules_coincide(json, len)) {
            continue;
        }
        struct fixture fixture;
        begin(&fixture, cclb_bytes_of(json, len));
        bool agrees = (fixture.status == CCLB_OK) == jansson_accepts(json, len);
        if (!agrees) {
            fail_msg("%.*s: %s", (int)len, json, fixture.status == CCLB_OK ? "accepted" : fixture.error.message);
        }
        accepted += fixture.status == CCLB_OK;
        refused += fixture.status != CCLB_OK;
        end(&fixture);
    }
    assert_true(accepted > 1000);
    assert_true(refused > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_claims),
        cmocka_unit_test(test_values_as_they_stand),
        cmocka_unit_test(test_white_space_outside_of_strings),
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_order_is_that_of_decoded_names),
        cmocka_unit_test(test_the_last_of_a_name_counts),
        cmocka_unit_test(test_what_is_no_object),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_a_long_name_is_cut),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_white_space_anywhere_between_tokens),
        cmocka_unit_test(test_ten_thousand_members),
        cmocka_unit_test(test_against_the_plain_way),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_jansson_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
