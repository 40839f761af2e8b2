/* SPDX-License-Identifier: Apache-2.0 */
/* uuid_test.c - the four spellings, every way to spoil one (spec rule R87), and those that are made of names. */

#include "base/uuid.h"

#include "cclb/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PLAIN "00112233-4455-6677-8899-aabbccddeeff"

static void assert_parses(const char *text)
{
    uint8_t uuid[UUID_SIZE];
    assert_true(uuid_parse(cclb_text(text), uuid));
    char back[UUID_TEXT_SIZE];
    uuid_format(uuid, back);
    assert_memory_equal(back, PLAIN, UUID_TEXT_SIZE);
}

static void test_spellings(void **state)
{
    (void)state;
    assert_parses(PLAIN);
    assert_parses("00112233-4455-6677-8899-AABBCCDDEEFF");
    assert_parses("00112233445566778899aabbccddeeff");
    assert_parses("{00112233-4455-6677-8899-aAbBcCdDeEfF}");
    assert_parses("urn:uuid:" PLAIN);
    assert_parses("URN:uUiD:" PLAIN);
}

static void test_what_is_none(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",
        " " PLAIN,
        PLAIN " ",
        PLAIN "}",
        "{" PLAIN ")",
        "(" PLAIN "}",
        "{00112233445566778899aabbccddeeff}",
        "urn:uuid:00112233445566778899aabbccddeeff",
        "urn:uuie:" PLAIN,
        "urn;uuid:" PLAIN,
        "001122334-455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899aabbccddeeff",
        "0011223344556677889-aabbccddeeff",
    };
    uint8_t uuid[UUID_SIZE];
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(uuid_parse(cclb_text(refused[i]), uuid));
    }
}

static void test_every_place_matters(void **state)
{
    (void)state;
    uint8_t uuid[UUID_SIZE];
    for (size_t i = 0; i < UUID_TEXT_SIZE; i++) {
        char text[] = PLAIN;
        text[i] = 'g';
        assert_false(uuid_parse(cclb_text(text), uuid));
        text[i] = '\0';
        assert_false(uuid_parse(cclb_bytes_of(text, UUID_TEXT_SIZE), uuid));
    }
}

static void test_public_functions(void **state)
{
    (void)state;
    cclb_uuid uuid;
    assert_true(cclb_uuid_parse(cclb_text("urn:uuid:00112233-4455-6677-8899-AABBCCDDEEFF"), &uuid));
    cclb_uuid kept = uuid;
    assert_false(cclb_uuid_parse(cclb_text(""), &uuid));
    assert_false(cclb_uuid_parse(cclb_text("ffffffff-ffff-ffff-ffff-fffffffffffg"), &uuid));
    assert_memory_equal(&uuid, &kept, sizeof uuid);
    char text[CCLB_UUID_TEXT_SIZE];
    cclb_uuid_format(uuid, text);
    assert_string_equal(text, PLAIN);
}

/* The identifiers by Python's uuid.uuid5() and, for bytes that are no text, hashlib.sha1(). */
static void test_made_of_names(void **state)
{
    (void)state;
    static const uint8_t long_name[1000];
    static const struct {
        cclb_bytes name;
        const char *uuid;
    } cases[] = {
        {{NULL, 0}, "c69670d7-3a17-5363-b70a-c78f9c20a4ca"},
        {{(const uint8_t *)"east", 4}, "8d9c491f-530b-5859-a114-028e23e82d11"},
        {{(const uint8_t *)"west", 4}, "e7947e25-0647-5d6a-9c57-81ea3ecbda97"},
        {{(const uint8_t *)"\xc3\x9c", 2}, "ebe3fd48-975f-5c22-9fe7-9acc6a9f330a"},
        {{(const uint8_t *)"\0", 1}, "8726fddc-3d3b-5575-bebf-b2e4c0d7a595"},
        {{(const uint8_t *)"\xff\0\xfe", 3}, "58e0f251-9f62-5dc9-b52b-7f60fd816016"},
        {{long_name, sizeof long_name}, "ed2c0fce-66b2-520a-b43b-08b68b96cde6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[CCLB_UUID_TEXT_SIZE];
        cclb_uuid_format(cclb_uuid_from_name(cases[i].name), text);
        assert_string_equal(text, cases[i].uuid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_every_place_matters),
        cmocka_unit_test(test_public_functions),
        cmocka_unit_test(test_made_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
