/* SPDX-License-Identifier: Apache-2.0 */
/* section_reader_test.c - LEB128 and names, at and past their bounds. */

#include "admission/section_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct section_reader reader_over(const void *data, size_t len)
{
    const uint8_t *bytes = data;
    return (struct section_reader){.module = bytes, .at = bytes, .end = bytes + len};
}

static void expect_number(const char *bytes, size_t len, unsigned bits, uint64_t expected)
{
    struct section_reader reader = reader_over(bytes, len);
    uint64_t value = ~expected;
    assert_true(reader_leb(&reader, bits, &value));
    assert_int_equal(value, expected);
    assert_int_equal(reader_left(&reader), 0);
}

static void expect_no_number(const char *bytes, size_t len, unsigned bits, size_t offset, const char *words)
{
    struct section_reader reader = reader_over(bytes, len);
    uint64_t value;
    assert_false(reader_leb(&reader, bits, &value));
    assert_int_equal(reader.fault_at - reader.module, offset);
    assert_string_equal(reader.words, words);
}

static void test_leb(void **state)
{
    (void)state;
    expect_number("\x00", 1, 32, 0);
    expect_number("\x7f", 1, 32, 127);
    expect_number("\x80\x00", 2, 32, 0);
    expect_number("\xff\xff\xff\xff\x0f", 5, 32, UINT32_MAX);
    expect_number("\x80\x80\x80\x80\x00", 5, 32, 0);
    expect_number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, 64, UINT64_MAX);
    expect_number("\x80\x80\x80\x80\x80\x01", 6, 64, UINT64_C(1) << 35);
    expect_no_number("", 0, 32, 0, "unexpected end-of-file");
    expect_no_number("\x80\x80", 2, 32, 2, "unexpected end-of-file");
    expect_no_number("\xff\xff\xff\xff\x10", 5, 32, 4, "integer too large");
    expect_no_number("\x80\x80\x80\x80\x80\x00", 6, 32, 4, "integer representation too long");
    expect_no_number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, 64, 9, "integer too large");
    expect_no_number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81", 10, 64, 9, "integer representation too long");
}

static void expect_no_name(const void *bytes, size_t len, size_t offset, const char *words)
{
    struct section_reader reader = reader_over(bytes, len);
    cclb_bytes name;
    assert_false(reader_name(&reader, &name));
    assert_int_equal(reader.fault_at - reader.module, offset);
    assert_string_equal(reader.words, words);
}

static void test_name(void **state)
{
    (void)state;
    struct section_reader reader = reader_over("\x04\xf0\x9f\x98\x80!", 6);
    cclb_bytes name;
    assert_true(reader_name(&reader, &name));
    assert_int_equal(name.len, 4);
    assert_int_equal(reader_left(&reader), 1);
    expect_no_name("\x05""abcd", 5, 1, "unexpected end-of-file");
    expect_no_name("\x03""a\xc3""b", 4, 2, "malformed UTF-8 encoding");
    expect_no_name("\x02""a\xc3", 3, 2, "malformed UTF-8 encoding");

    enum { LONGEST = 100000 };
    char *bytes = malloc(LONGEST + 4);
    assert_non_null(bytes);
    memset(bytes, 'x', LONGEST + 4);
    memcpy(bytes, "\xa0\x8d\x06", 3); /* 100,000 */
    reader = reader_over(bytes, LONGEST + 4);
    assert_true(reader_name(&reader, &name));
    assert_int_equal(name.len, LONGEST);
    memcpy(bytes, "\xa1\x8d\x06", 3); /* 100,001 */
    expect_no_name(bytes, LONGEST + 4, 2, "string size out of bounds");
    free(bytes);
}

static void test_run(void **state)
{
    (void)state;
    struct section_reader reader = reader_over("abcdef", 6);
    struct section_reader run;
    uint8_t byte;
    assert_true(reader_byte(&reader, &byte));
    assert_true(reader_run(&reader, 3, &run));
    assert_int_equal(run.at - run.module, 1);
    assert_int_equal(reader_left(&run), 3);
    assert_int_equal(reader_left(&reader), 2);
    assert_false(reader_run(&reader, 3, &run));
    assert_int_equal(reader.fault_at - reader.module, 4);
    assert_true(reader_run(&reader, 2, &run));
    assert_false(reader_byte(&reader, &byte));
    assert_int_equal(reader.fault_at - reader.module, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leb),
        cmocka_unit_test(test_name),
        cmocka_unit_test(test_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
