/* SPDX-License-Identifier: Apache-2.0 */
/* uuid_test.c - the four spellings, and every way to spoil one (spec rule R87). */

#include "base/uuid.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_every_place_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
