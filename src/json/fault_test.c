/* SPDX-License-Identifier: Apache-2.0 */
/* fault_test.c - the first byte of whatever is wrong, for each way that a text can be no JSON. */

#include "json/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads a copy of exactly its size, so that the address sanitizer sees one read too far. */
static cclb_status read_copy(cclb_bytes text, cclb_error *error)
{
    uint8_t *copy = malloc(text.len + (text.len == 0));
    assert_non_null(copy);
    memcpy(copy, text.data, text.len);
    json_t *root = NULL;
    cclb_status status = tree_read(cclb_bytes_of(copy, text.len), &root, error);
    json_decref(status == CCLB_OK ? root : NULL);
    free(copy);
    return status;
}

static void expect(cclb_bytes text, size_t offset, const char *message)
{
    cclb_error error;
    if (read_copy(text, &error) != CCLB_BAD_INPUT) {
        fail_msg("%.*s is read", (int)text.len, (const char *)text.data);
    }
    assert_string_equal(error.message, message);
    assert_int_equal(error.offset, offset);
}

#define EXPECT(text, offset, message) expect(cclb_bytes_of(text, sizeof(text) - 1), offset, "not JSON: " message)

static void the_token_that_was_not_expected(void **state)
{
    (void)state;
    EXPECT("{} x", 3, "line 1, column 4: end of file expected near 'x'");
    EXPECT("[1 2]", 3, "line 1, column 4: ']' expected near '2'");
    EXPECT("[1,]", 3, "line 1, column 4: unexpected token near ']'");
    EXPECT("{\"a\": 1,\n }", 10, "line 2, column 2: string or '}' expected near '}'");
    EXPECT("{\"a\"\t\r\n 17}", 8, "line 2, column 2: ':' expected near '17'");
    EXPECT("{\"a\":}", 5, "line 1, column 6: unexpected token near '}'");
    EXPECT("[\"\xc3\xa9\xe2\x82\xac\", \"\\\"\\\\\" \"c\"]", 17, "line 1, column 15: ']' expected near '\"c\"'");
    EXPECT("[\"a\" \"of more than twenty characters\"]", 5, "line 1, column 6: ']' expected");
    EXPECT("1-2", 1, "line 1, column 2: end of file expected near '-2'");
}

static void what_is_no_token(void **state)
{
    (void)state;
    EXPECT("[tru]", 1, "line 1, column 2: invalid token near 'tru'");
    EXPECT("{\n  \"a\": True}", 9, "line 2, column 8: invalid token near 'True'");
    EXPECT("[@]", 1, "line 1, column 2: invalid token near '@'");
    EXPECT("[\xc3\xa9]", 1, "line 1, column 2: invalid token near '\xc3\xa9'");
    EXPECT("[\f1]", 1, "line 1, column 2: invalid token near '\\x0c'");
    EXPECT("\0", 0, "line 1, column 1: invalid token");
    EXPECT("{}\n\0", 3, "line 2, column 1: end of file expected");
}

static void numbers(void **state)
{
    (void)state;
    EXPECT("[01]", 1, "line 1, column 2: invalid token near '0'");
    EXPECT("[-]", 1, "line 1, column 2: invalid token near '-'");
    EXPECT("[-x]", 1, "line 1, column 2: invalid token near '-'");
    EXPECT("[0, 1.]", 4, "line 1, column 5: invalid token near '1.'");
    EXPECT("[1.e5]", 1, "line 1, column 2: invalid token near '1.'");
    EXPECT("[1e]", 1, "line 1, column 2: invalid token near '1e'");
    EXPECT("[1.5E+]", 1, "line 1, column 2: invalid token near '1.5E+'");
    EXPECT("[.5]", 1, "line 1, column 2: invalid token near '.'");
    EXPECT("[-1.5e-7 1]", 9, "line 1, column 10: ']' expected near '1'");
    EXPECT("[9223372036854775808]", 1, "line 1, column 2: too big integer near '9223372036854775808'");
    EXPECT("[1e999]", 1, "line 1, column 2: real number overflow near '1e999'");
}

/* Of a number or a word that is cut short it cannot be known that more was meant. */
static void what_ends_too_early(void **state)
{
    (void)state;
    EXPECT("", 0, "line 1, column 1: unexpected token near end of file");
    EXPECT(" \n ", 3, "line 2, column 2: unexpected token near end of file");
    EXPECT("{\"a\": [1, 2", 11, "line 1, column 12: ']' expected near end of file");
    EXPECT("{\"a\"  ", 6, "line 1, column 7: ':' expected near end of file");
    EXPECT("[\"a b", 5, "line 1, column 6: premature end of input near '\"a b'");
    EXPECT("[nul", 1, "line 1, column 2: invalid token near 'nul'");
}

static void a_byte_order_mark(void **state)
{
    (void)state;
    EXPECT("\xef\xbb\xbf{}", 0,
           "line 1, column 1: a byte order mark, which JSON does not have: store the text as UTF-8 without it");
    EXPECT("[\xef\xbb\xbf", 1, "line 1, column 2: invalid token near '\\u{feff}'");
}

static void inside_a_string(void **state)
{
    (void)state;
    EXPECT("[\"a\nb\"]", 3, "line 1, column 4: unexpected newline near '\"a'");
    EXPECT("[\"a\x01\"]", 3, "line 1, column 4: control character 0x1 near '\"a'");
    EXPECT("[\"a\\nb\\qc\"]", 6, "line 1, column 7: invalid escape near '\"a\\x5cnb\\x5cq'");
    EXPECT("[\"\\u12x4\"]", 2, "line 1, column 3: invalid escape near '\"\\x5cu12x'");
    EXPECT("[\"\\u12", 2, "line 1, column 3: invalid escape near '\"\\x5cu12'");
    EXPECT("[\"\\", 2, "line 1, column 3: invalid escape near '\"\\x5c'");
    EXPECT("[\"\\ud83d\\ude00\\ud800\"]", 14,
           "line 1, column 15: invalid Unicode '\\x5cuD800' near '\"\\x5cud83d\\x5cude00\\x5cud800\"'");
    EXPECT("[\"a\\uDC00x\"]", 3, "line 1, column 4: invalid Unicode '\\x5cuDC00' near '\"a\\x5cuDC00x\"'");
    EXPECT("[\"\\ud800\\u0041\"]", 2,
           "line 1, column 3: invalid Unicode '\\x5cuD800\\x5cu0041' near '\"\\x5cud800\\x5cu0041\"'");
    EXPECT("[\"\\ud800\n\"]", 8, "line 1, column 9: unexpected newline near '\"\\x5cud800'");
}

static void what_is_no_utf_8(void **state)
{
    (void)state;
    EXPECT("{\"a\": \"\xff\"}", 7, "line 1, column 8: unable to decode byte 0xff near '\"'");
    EXPECT("[\"\xc3\xa9\xc3(\"]", 4, "line 1, column 4: unable to decode byte 0xc3 near '\"\xc3\xa9'");
    EXPECT("[1\xff]", 2, "line 1, column 3: unable to decode byte 0xff near '1'");
    EXPECT("\xe2\x82", 0, "line 1, column 1: unable to decode byte 0xe2");
}

static void keys(void **state)
{
    (void)state;
    EXPECT("{\"a\": 1,\n \"a\": 2}", 10, "line 2, column 2: duplicate object key near '\"a\"'");
    EXPECT("{\"a\\\"\": 1, \"a\\u0022\" : 2}", 11, "line 1, column 12: duplicate object key near '\"a\\x5cu0022\"'");
    EXPECT("{\"a\\u0000\": 1}", 1, "line 1, column 2: NUL byte in object key not supported near '\"a\\x5cu0000\"'");
}

static const char whole[] =
    "{\"a\\u00e9\\ud83d\\ude00\": [-0.5e+7, 0, {\"\xc3\xa9\": \"x\\\"\\\\\"}], \"b\": [true, null]}\n";

/* Cut anywhere, a text is refused at its end or at the token that it was cut in. */
static void every_truncation(void **state)
{
    (void)state;
    cclb_error error;
    assert_int_equal(read_copy(cclb_text(whole), &error), CCLB_OK);
    for (size_t len = 0; len < sizeof whole - 2; len++) {
        assert_int_equal(read_copy(cclb_bytes_of(whole, len), &error), CCLB_BAD_INPUT);
        assert_true(error.offset <= len);
        for (size_t i = error.offset; i < len; i++) {
            assert_null(strchr("[]{}:,", whole[i]));
        }
    }
}

/* A byte that is spoilt is at fault itself, or what stands behind it, or the token that it spoils. */
static void every_spoilt_byte(void **state)
{
    (void)state;
    for (size_t at = 0; at < sizeof whole - 1; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char text[sizeof whole];
            memcpy(text, whole, sizeof whole);
            text[at] = (char)byte;
            cclb_error error;
            if (read_copy(cclb_bytes_of(text, sizeof whole - 1), &error) == CCLB_BAD_INPUT) {
                assert_true(error.offset < sizeof whole);
                assert_true(error.offset >= at || at - error.offset <= 16);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_token_that_was_not_expected),
        cmocka_unit_test(what_is_no_token),
        cmocka_unit_test(numbers),
        cmocka_unit_test(what_ends_too_early),
        cmocka_unit_test(a_byte_order_mark),
        cmocka_unit_test(inside_a_string),
        cmocka_unit_test(what_is_no_utf_8),
        cmocka_unit_test(keys),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(every_spoilt_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
