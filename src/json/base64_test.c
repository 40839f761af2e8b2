/* SPDX-License-Identifier: Apache-2.0 */
/* base64_test.c - the vectors of RFC 4648, every length, and everything that is not the one spelling. */

#include "json/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_rfc_vectors(void **state)
{
    (void)state;
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        cclb_bytes plain = cclb_text(vectors[i][0]);
        cclb_bytes coded = cclb_text(vectors[i][1]);
        char text[16];
        assert_int_equal(base64_encoded_size(plain.len), coded.len);
        base64_encode(plain, text);
        assert_memory_equal(text, coded.data, coded.len);
        uint8_t back[16];
        size_t len;
        size_t fault;
        assert_true(base64_decode(coded, back, &len, &fault));
        assert_true(cclb_bytes_equal(cclb_bytes_of(back, len), plain));
    }
}

/* Buffers of exactly the promised sizes, so that the address sanitizer sees one byte too many. */
static void test_every_length(void **state)
{
    (void)state;
    for (size_t len = 0; len < 100; len++) {
        uint8_t *plain = malloc(len + 1);
        for (size_t i = 0; i < len; i++) {
            plain[i] = (uint8_t)(i * 37 + len);
        }
        size_t coded_len = base64_encoded_size(len);
        char *coded = malloc(coded_len + 1);
        base64_encode(cclb_bytes_of(plain, len), coded);
        uint8_t *back = malloc(base64_decoded_size_max(coded_len) + (len == 0));
        size_t back_len;
        size_t fault;
        assert_true(base64_decode(cclb_bytes_of(coded, coded_len), back, &back_len, &fault));
        assert_true(cclb_bytes_equal(cclb_bytes_of(back, back_len), cclb_bytes_of(plain, len)));
        free(back);
        free(coded);
        free(plain);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t fault;
    } cases[] = {
        {"Zg", 2},   {"Zg=", 3},  {"Z", 1},        {"Z===", 1},     {"=", 1},          {"==", 2},
        {"===", 3},  {"====", 0}, {"Zg==Zg==", 2}, {"Zm9v\n", 5},   {"Zm 9", 2},       {"Zm-_", 2},
        {"Zh==", 1}, {"Zm9=", 2}, {"Zm9vYg=", 7},  {"Zm9vZ===", 5}, {"\xc3\xa9==", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cclb_bytes text = cclb_text(cases[i].text);
        uint8_t *out = malloc(base64_decoded_size_max(text.len) + 1);
        size_t len;
        size_t fault = 99;
        assert_false(base64_decode(text, out, &len, &fault));
        assert_int_equal(fault, cases[i].fault);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_vectors),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
